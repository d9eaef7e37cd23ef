import pickle
from datetime import date
from pathlib import Path

import pytest

from client.config.paths import resources_dir
from client.config.policy_layers import Layer, LayerFile, builtin_policy, load_policy, stacked
from client.errors import ConfigInvalid, PolicyRefused, StorageFailed
from client.model.finding import Severity
from client.rules.engine import ALL_RULES
from tests.fakes.policies import layer_text

HEAD = 'id = "so-noi-vu"\nversion = "3"\n'


def write(folder: Path, text: str, head: str = HEAD) -> Path:
    path = folder / "policy.toml"
    path.write_text(head + text, encoding="utf-8")
    return path


def test_the_shipped_policy_and_the_rules_name_each_other() -> None:
    policy = builtin_policy(resources_dir())
    assert [rule.code for rule in ALL_RULES if rule.code not in policy.rules] == []
    assert set(policy.rules) == {rule.code for rule in ALL_RULES}
    assert pickle.loads(pickle.dumps(policy)) == policy  # noqa: S301 - our own bytes, on their way to the workshop


def test_every_rule_has_texts_basis_and_provenance() -> None:
    policy = builtin_policy(resources_dir())
    for code in policy.rules:
        assert policy.text(code, "vi") != policy.text(code, "en")
        assert policy.fix_text(code, "vi")
        assert policy.fix_text(code, "en")
        assert policy.basis(code)
        assert all(": " in source for source in policy.provenance(code))


def test_numbers_are_written_as_the_language_writes_them() -> None:
    policy = builtin_policy(resources_dir())
    params = (("size", "27.4"), ("limit", "20"))
    assert (
        policy.text("attachment-too-large", "vi", params) == "Tổng dung lượng sau mã hóa ≈27,4 MB vượt 20 MB."
    )
    assert "27.4 MB" in policy.text("attachment-too-large", "en", params)


def test_a_policy_names_only_what_differs(tmp_path: Path) -> None:
    policy = load_policy(write(tmp_path, '[rules.no-sender-block]\nseverity = "confirm"\n'))
    assert (policy.id, policy.version) == ("so-noi-vu", "3")
    assert policy.severity("no-sender-block") is Severity.CONFIRM
    assert policy.severity("subject-empty") is Severity.CONFIRM


@pytest.mark.parametrize(
    ("text", "key", "suggestion"),
    [
        ("valid_form = 2026-01-01\n", "valid_form", "valid_from"),
        ('[rules.subject-emty]\nseverity = "warn"\n', "rules.subject-emty", "subject-empty"),
        ('[rules.subject-empty]\nseverty = "warn"\n', "rules.subject-empty.severty", "severity"),
        (
            "[rules.attachment-too-large.params]\nlimit_mbs = 5\n",
            "rules.attachment-too-large.params.limit_mbs",
            "limit_mb",
        ),
        (
            "[rules.attachment-too-large.params]\nlimit_mb = true\n",
            "rules.attachment-too-large.params.limit_mb",
            "",
        ),
        ('[rules.subject-empty]\nseverity = "heavy"\n', "rules.subject-empty.severity", ""),
        ('[rules.subject-empty]\nseverity = "confrm"\n', "rules.subject-empty.severity", "confirm"),
        ('[rules.subject-empty.tighter]\nprefix_patterns = "subset"\n', "rules.subject-empty.tighter", ""),
        ("[rules.reply-all-large.params]\nat_least = nan\n", "rules.reply-all-large.params.at_least", ""),
        ("[rules.reply-all-large.params]\nat_least = -1\n", "rules.reply-all-large.params.at_least", ""),
        (
            f"[rules.attachment-too-large.params]\nencoding_factor = 1{'0' * 400}\n",
            "rules.attachment-too-large.params.encoding_factor",
            "",
        ),
        (
            '[rules.congvan-missing-kinhgui.params]\ntypes = ["CV", "TTr", "Qđ"]\n',
            "rules.congvan-missing-kinhgui.params.types",
            "QĐ",
        ),
        ('[clerks]\nsnv = ["van thu"]\n', "clerks.snv", ""),
        ('seal_keys = ["0x1G"]\n', "seal_keys", ""),
        ('no_email = ["("]\n', "no_email", ""),
        ('[domains]\nown = ["@tphcm.gov.vn"]\n', "domains.own", ""),
        ("valid_from = 2027-01-01\nvalid_until = 2026-01-01\n", "valid_until", "2027-01-01"),
        (
            '[[delegations]]\nunit = "snv"\naddress = "a@b.vn"\nvalid_from = 2026-02-01\n'
            'valid_until = 2026-02-03\nkind = "seel"\n',
            "delegations[0].kind",
            "seal",
        ),
        (
            '[rules.subject-empty.params]\nprefix_patterns = ["("]\n',
            "rules.subject-empty.params.prefix_patterns",
            "",
        ),
        ('[rules.subject-empty.vi]\nmessage = "{a.b}"\n', "rules.subject-empty.vi.message", ""),
        ('[rules.subject-empty]\nprovenance = ["XX"]\n', "rules.subject-empty.provenance", ""),
        ('[rules.subject-empty]\nprovenance = ["ND3"]\n', "rules.subject-empty.provenance", "ND30"),
        ('[domains]\nowns = ["a.vn"]\n', "domains.owns", "own"),
    ],
)
def test_what_is_wrong_in_a_policy_is_named(tmp_path: Path, text: str, key: str, suggestion: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        load_policy(write(tmp_path, text), layer=Layer.CITY)
    assert caught.value.params["suggestion"] == suggestion
    assert caught.value.params["key"] == key


@pytest.mark.parametrize(("head", "key"), [('version = "1"\n', "id"), ('id = "a"\n', "version")])
def test_a_policy_without_a_name_is_refused(tmp_path: Path, head: str, key: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        load_policy(write(tmp_path, "", head))
    assert caught.value.params["key"] == key


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"id = ", b"[rules\n"])
def test_an_unreadable_policy_is_a_coded_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigInvalid):
        load_policy(path)
    with pytest.raises(StorageFailed):
        load_policy(tmp_path / "missing.toml")


def test_who_stands_in_for_a_clerk_keeps_the_seal_for_that_time_and_no_longer() -> None:
    delegation = (
        '[[delegations]]\nunit = "snv"\naddress = "tam@tphcm.gov.vn"\nkind = "seal"\n'
        "valid_from = 2026-11-01\nvalid_until = 2026-11-30\n"
    )

    def holders(text: str, day: date) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return stacked([LayerFile(Layer.CITY, "p", layer_text(text))]).policy.seal_holders(day)

    clerks = '[clerks]\nsnv = ["vt@tphcm.gov.vn"]\n'
    assert holders(clerks + delegation, date(2026, 11, 30)) == (
        ("Sở Nội vụ", ("vt@tphcm.gov.vn", "tam@tphcm.gov.vn")),
    )
    assert holders(clerks + delegation, date(2026, 12, 1)) == (("Sở Nội vụ", ("vt@tphcm.gov.vn",)),)
    assert holders(delegation, date(2026, 11, 30)) == ()


def test_an_office_may_take_reasons_from_fewer_roles_and_not_from_more() -> None:
    fewer = LayerFile(Layer.OFFICE, "o", layer_text('confirm_roles = ["leader", "clerk"]\n'))
    assert [one.value for one in stacked([fewer]).policy.confirm_roles] == ["leader", "clerk"]
    city = LayerFile(Layer.CITY, "c", layer_text('confirm_roles = ["leader"]\n'))
    with pytest.raises(PolicyRefused):
        stacked([city, fewer])
