"""Who may ask less: the operator, and of six rules nobody. Every entry has a way that is tighter."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from client.config.paths import resources_dir
from client.config.policy import FIXED_SEVERITIES
from client.config.policy_diff import differences
from client.config.policy_layers import Layer, LayerFile, builtin_policy, load_policy, stacked
from client.config.tightening import Bearing
from client.errors import PolicyRefused
from tests.fakes.policies import layer_text

BUILTIN = builtin_policy(resources_dir())
PARAMS = [(code, name) for code, rule in BUILTIN.rules.items() for name in rule.params]


def office(text: str, layer: Layer = Layer.OFFICE) -> LayerFile:
    return LayerFile(layer, "policy.toml", layer_text(text))


@pytest.mark.parametrize(("code", "name"), PARAMS, ids=[f"{code}.{name}" for code, name in PARAMS])
def test_every_parameter_says_which_way_is_tighter(code: str, name: str) -> None:
    way, value = BUILTIN.rules[code].tighter[name], BUILTIN.rules[code].params[name]
    kinds = {"lower": int | float, "higher": int | float, "superset": tuple, "subset": tuple}
    assert isinstance(value, kinds.get(way, object))
    assert set(BUILTIN.rules[code].tighter) == set(BUILTIN.rules[code].params)


def turned(code: str, name: str, *, tighter: bool) -> str:
    """A layer that turns one parameter one way, as far as it goes."""
    rule = BUILTIN.rules[code]
    value, way = rule.params[name], rule.tighter[name]
    if isinstance(value, tuple):
        longer = (way == "superset") == tighter
        new: object = [*value, "zzz"] if longer else list(value[1:])
        if longer and "types" in name.split("_"):
            new = sorted(BUILTIN.document_types)
    else:
        assert isinstance(value, int | float)
        step = 1 if (way == "higher") == tighter else -0.01
        new = value + step
    return f"[rules.{code}.params]\n{name} = {msgspec.json.encode(new).decode()}\n"


TURNED = [(code, name) for code, name in PARAMS if BUILTIN.rules[code].tighter[name] != "fixed"]
NO_MEMBERS = {(code, name) for code, name in TURNED if BUILTIN.rules[code].params[name] == ()}


@pytest.mark.parametrize(("code", "name"), TURNED, ids=[f"{code}.{name}" for code, name in TURNED])
def test_an_office_may_turn_a_parameter_one_way_only(code: str, name: str) -> None:
    way = BUILTIN.rules[code].tighter[name]
    if (code, name) not in NO_MEMBERS:
        stacked([office(turned(code, name, tighter=True))])
    if way == "superset" and not BUILTIN.rules[code].params[name]:
        return
    looser = turned(code, name, tighter=False)
    with pytest.raises(PolicyRefused) as caught:
        stacked([office(looser)])
    assert caught.value.params["key"] == f"rules.{code}.params.{name}"
    if code in FIXED_SEVERITIES:
        with pytest.raises(PolicyRefused) as refused:
            stacked([office(looser, Layer.CITY)])
        assert refused.value.params["reason"] == "policy-rule-fixed"
    else:
        stacked([office(looser, Layer.CITY)])


FIXED_PARAMS = [one for one in PARAMS if one not in TURNED]


@pytest.mark.parametrize(
    ("code", "name"), FIXED_PARAMS, ids=[f"{code}.{name}" for code, name in FIXED_PARAMS]
)
def test_what_can_only_be_turned_by_letting_something_pass_an_office_leaves_alone(
    code: str, name: str
) -> None:
    value = BUILTIN.rules[code].params[name]
    new = value[:-1] if isinstance(value, tuple) else "1.5" if isinstance(value, str) else value + 1
    text = f"[rules.{code}.params]\n{name} = {msgspec.json.encode(new).decode()}\n"
    with pytest.raises(PolicyRefused):
        stacked([office(text)])
    stacked([office(text, Layer.CITY)])


@pytest.mark.parametrize("code", sorted(FIXED_SEVERITIES))
@pytest.mark.parametrize("line", ['severity = "confirm"', "enabled = false"])
@pytest.mark.parametrize("layer", [Layer.CITY, Layer.OFFICE])
def test_nobody_lowers_the_fixed_rules(code: str, line: str, layer: Layer) -> None:
    with pytest.raises(PolicyRefused) as caught:
        stacked([office(f"[rules.{code}]\n{line}\n", layer)])
    assert caught.value.params["reason"] == "policy-rule-fixed"


@pytest.mark.parametrize(
    "text",
    [
        '[rules.cert-expired-or-revoked.severity_when]\ntrusted-time = "info"\n',
        '[rules.attachment-executable.params]\nextensions = ["exe"]\n',
        '[rules.state-secret-marking.params]\nbefore_compound = ["BẢO", "BÍ", "CƠ", "TUYỆT"]\n',
        '[rules.autoforward-external.params]\nmarks = ["yes"]\n',
    ],
)
def test_nobody_lowers_the_fixed_rules_by_a_side_door(text: str) -> None:
    for layer in (Layer.CITY, Layer.OFFICE):
        with pytest.raises(PolicyRefused):
            stacked([office(text, layer)])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[rules.subject-empty]\nseverity = "warn"\n', "rules.subject-empty.severity"),
        ("[rules.subject-empty]\nenabled = false\n", "rules.subject-empty.enabled"),
        (
            '[rules.too-many-external.severity_when]\nlimit = "warn"\n',
            "rules.too-many-external.severity_when.limit",
        ),
        ('[rules.subject-empty.vi]\nmessage = "Được gửi"\n', "rules.subject-empty.vi.message"),
        ('[rules.subject-empty]\nbasis = "không có"\n', "rules.subject-empty.basis"),
        ('[rules.subject-empty]\nremedy = ""\n', "rules.subject-empty.remedy"),
        ('[domains]\nofficial = ["gov.vn", "gmail.com"]\n', "domains.official"),
        ('[domains]\nofficial = ["gov.vn"]\n', "domains.official"),
        ('formats = ["pdf", "exe"]\n', "formats"),
        ('[unit_formats]\n"Sở Xây dựng" = ["dwg"]\n', "unit_formats.Sở Xây dựng"),
        ('[clerks]\nsnv = ["a@tphcm.gov.vn"]\n', "clerks.snv"),
        ('standing = "đã đối chiếu"\n', "standing"),
        ("checked_on = 2027-01-01\n", "checked_on"),
        ("[limits]\nlog_months = 1\n", "limits.log_months"),
        ('[sources]\nND30 = "khác"\n', "sources.ND30"),
        (
            '[[delegations]]\nunit = "snv"\naddress = "a@b.vn"\n'
            "valid_from = 2026-01-01\nvalid_until = 2027-01-01\n",
            "delegations",
        ),
        ("holidays = [2026-11-27]\n", "holidays"),
        ('[units.snv]\nmailboxes = ["snv", "gmail"]\n', "units.snv.mailboxes"),
        ("[retired_units.stttt]\nkept = true\n", "retired_units.stttt.kept"),
        ('[document_types.QQ]\nvi = "a"\nen = "b"\n', "document_types.QQ.abbreviation"),
        ('[words]\nmacro = { vi = "không sao", en = "fine" }\n', "words.macro.en"),
        ('[mailboxes]\nagency_patterns = [".*"]\n', "mailboxes.agency_patterns"),
    ],
)
def test_an_office_may_not_loosen_and_the_operator_may(text: str, key: str) -> None:
    with pytest.raises(PolicyRefused) as caught:
        stacked([office(text)])
    assert (caught.value.params["key"], caught.value.params["reason"]) == (key, "policy-only-operator")
    stacked([office(text, Layer.CITY)])


@pytest.mark.parametrize(
    "text",
    [
        '[rules.subject-empty]\nseverity = "block"\n',
        "[rules.paper-copy-required]\nenabled = true\n",
        '[rules.annex-file-unsigned.severity_when]\nagency-mailbox = "block"\n',
        '[rules.subject-empty.vi]\nfix = "Hỏi phòng Hành chính, máy lẻ 102."\n',
        '[contacts.state-secrets-officer]\nname = "Bà Bình"\nphone = "028 3829 0001"\n',
        'formats = ["pdf", "docx"]\n',
        'no_email = ["(?i)hồ sơ nhân sự"]\n',
        'seal_keys = ["0A1B"]\n',
        'directory = ["snv@tphcm.gov.vn"]\n',
        "[limits]\nlog_months = 24\n",
        "[storage]\nencrypt = true\n",
        "[storage]\nserver_drafts = false\n",
        '[sources]\nNOIBO = "Quy chế nội bộ"\n',
        '[retired_units.cu]\nname = "Phòng cũ"\nmailboxes = ["phongcu"]\n',
    ],
)
def test_an_office_may_tighten_and_say_whom_to_ask(text: str) -> None:
    assert stacked([office(text)]).policy != BUILTIN


def test_a_list_that_restricts_may_be_narrowed_and_never_emptied() -> None:
    city = office(
        'seal_keys = ["0A", "0B"]\n[clerks]\nsnv = ["a@tphcm.gov.vn", "b@tphcm.gov.vn"]\n', Layer.CITY
    )
    stacked([city, office('seal_keys = ["0B"]\n[clerks]\nsnv = ["b@tphcm.gov.vn"]\n')])
    for text in ("seal_keys = []\n", 'seal_keys = ["0B", "0C"]\n', "[clerks]\nsnv = []\n"):
        with pytest.raises(PolicyRefused):
            stacked([city, office(text)])


def test_an_office_cannot_take_back_that_data_is_encrypted() -> None:
    city = office("[storage]\nencrypt = true\n", Layer.CITY)
    with pytest.raises(PolicyRefused):
        stacked([city, office("[storage]\nencrypt = false\n")])


def test_an_office_cannot_put_drafts_back_on_the_server() -> None:
    city = office("[storage]\nserver_drafts = false\n", Layer.CITY)
    with pytest.raises(PolicyRefused, match="server_drafts"):
        stacked([city, office("[storage]\nserver_drafts = true\n")])
    assert stacked([office("[storage]\nserver_drafts = false\n")]).policy.storage.server_drafts is False


def test_an_office_is_held_against_the_city_and_not_against_the_shipped_policy() -> None:
    city = office('[rules.no-sender-block]\nseverity = "block"\n', Layer.CITY)
    with pytest.raises(PolicyRefused):
        stacked([city, office('[rules.no-sender-block]\nseverity = "confirm"\n')])
    stacked([office('[rules.no-sender-block]\nseverity = "confirm"\n')])


def test_every_value_knows_the_layer_it_comes_from() -> None:
    city = office(
        '[rules.subject-empty]\nseverity = "warn"\n[rules.no-sender-block]\nseverity = "confirm"\n',
        Layer.CITY,
    )
    found = stacked([city, office('[rules.no-sender-block]\nseverity = "block"\n')])
    assert found.origins == {
        "rules.subject-empty.severity": Layer.CITY,
        "rules.no-sender-block.severity": Layer.OFFICE,
    }
    assert [head.layer for head in found.heads] == [Layer.CITY, Layer.OFFICE]


def test_a_change_back_and_forth_is_tighter_one_way_and_looser_the_other(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(
        layer_text(
            '[rules.reply-all-large.params]\nat_least = 5\n[rules.no-sender-block]\nseverity = "block"\n'
        )
    )
    tighter = load_policy(path)
    assert {one.bearing for one in differences(BUILTIN, tighter)} == {Bearing.TIGHTER}
    assert {one.bearing for one in differences(tighter, BUILTIN)} == {Bearing.LOOSER}
