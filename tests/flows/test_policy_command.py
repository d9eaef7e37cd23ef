"""What IT does with an office's policy before it is rolled out."""

from __future__ import annotations

from pathlib import Path

import pytest

from client.config.paths import resources_dir
from client.config.policy import FIXED_SEVERITIES
from client.config.policy_layers import builtin_policy
from tests.fakes.commands import Command

HEAD = 'id = "so-noi-vu"\nversion = "3"\n'


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy.toml"
    text = '[rules.subject-empty]\nseverity = "warn"\n[rules.no-sender-block]\nseverity = "confirm"\n'
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def test_an_office_that_loosens_is_refused_and_the_operator_is_told_what_is_weaker(
    congthu: Command, policy: Path
) -> None:
    refused = congthu("policy", "--json", "lint", policy)
    assert (refused.code, refused.only["error"]) == (1, "policy-refused")
    assert refused.only["params"]["key"] == "rules.subject-empty.severity"
    assert "chỉ cơ quan vận hành" in congthu("policy", "lint", policy).err
    done = congthu("policy", "--json", "lint", "--layer", "city", policy)
    assert (done.code, done.only["sound"], done.only["changes"]) == (0, True, 2)
    assert done.only["looser"] == ["rules.subject-empty.severity"]
    assert "▼ rules.subject-empty.severity" in congthu("policy", "lint", "--layer", "city", policy).out


@pytest.mark.parametrize(
    ("text", "key", "suggestion"),
    [
        ('[rules.subject-emty]\nseverity = "warn"\n', "rules.subject-emty", "subject-empty"),
        ('[rules.subject-empty]\nseverity = "', "TOML", ""),
    ],
)
def test_a_faulty_policy_is_named_with_its_place_and_the_others_are_read_all_the_same(
    congthu: Command, policy: Path, tmp_path: Path, text: str, key: str, suggestion: str
) -> None:
    faulty = tmp_path / "hong.toml"
    faulty.write_text(HEAD + text, encoding="utf-8")
    done = congthu("policy", "--json", "lint", faulty, policy)
    assert done.code == 1
    told, refused = done.objects
    assert (told["error"], told["params"]["key"]) == ("config-invalid", key)
    assert told["params"]["suggestion"] == suggestion
    assert refused["error"] == "policy-refused"


def test_a_file_cut_in_half_is_told_with_its_line(congthu: Command, tmp_path: Path) -> None:
    cut = tmp_path / "cut.toml"
    cut.write_text(HEAD + "[rules.subj", encoding="utf-8")
    assert f"{cut}:3" in congthu("policy", "lint", cut).err


def test_what_differs_is_tighter_or_weaker(congthu: Command, policy: Path) -> None:
    done = congthu("policy", "--json", "diff", policy)
    bearing = {one["key"]: (one["old"], one["new"], one["bearing"]) for one in done.objects}
    assert bearing == {
        "rules.subject-empty.severity": ("confirm", "warn", "looser"),
        "rules.no-sender-block.severity": ("warn", "confirm", "tighter"),
    }
    assert congthu("policy", "diff", policy, policy).out.count("→") == 1
    assert congthu("policy", "diff", policy, policy, policy).code == 3


def test_switching_a_rule_off_is_weaker_and_a_list_is_for_people_to_judge(
    congthu: Command, tmp_path: Path
) -> None:
    other = tmp_path / "other.toml"
    text = '[rules.subject-empty]\nenabled = false\n[domains]\nown = ["so.example.gov.vn"]\n'
    other.write_text(HEAD + text, encoding="utf-8")
    done = congthu("policy", "--json", "diff", other)
    assert {one["key"]: one["bearing"] for one in done.objects} == {
        "domains.own": "other",
        "rules.subject-empty.enabled": "looser",
    }


def test_every_rule_can_be_explained(congthu: Command) -> None:
    for code, entry in builtin_policy(resources_dir()).rules.items():
        done = congthu("check", "--json", "--explain", code)
        assert done.code == 0, code
        told = done.only
        assert (told["code"], told["basis"], told["fixed"]) == (code, entry.basis, code in FIXED_SEVERITIES)
        assert len(told["provenance"]) == len(told["readings"]) == len(entry.provenance)
        shown = congthu("check", "--explain", code).out
        assert entry.basis in shown
        assert entry.vi.message in shown


def test_how_far_a_basis_was_checked_is_told(congthu: Command) -> None:
    assert congthu("check", "--json", "--explain", "paper-copy-required").only["readings"] == {
        "HCM17": "press"
    }
    assert "(tin báo chí) – chỉ theo tin báo chí" in congthu("check", "--explain", "paper-copy-required").out


def test_what_is_told_of_a_parameter_is_what_the_loader_holds_to(congthu: Command, tmp_path: Path) -> None:
    shown = congthu("check", "--explain", "reply-all-large").out
    assert "at_least = 15 (đơn vị chỉ được hạ xuống" in shown
    for value, code in ((14, 0), (16, 1)):
        path = tmp_path / "policy.toml"
        path.write_text(f"{HEAD}[rules.reply-all-large.params]\nat_least = {value}\n", "utf-8")
        assert congthu("policy", "lint", path).code == code


def test_a_rule_that_is_not_there_is_answered_with_the_nearest(congthu: Command) -> None:
    done = congthu("check", "--json", "--explain", "recipient-free")
    assert (done.code, done.only["params"]["suggestion"]) == (3, "recipient-free-mail")
    assert congthu("check").code == 3
