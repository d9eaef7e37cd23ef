"""A policy on its way to the machines: signed, checked, tried on letters, installed, taken back, refused."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client import app
from client.config import paths as config_paths
from client.config.paths import resources_dir, signature_of
from client.model.finding import Severity
from client.model.policy_state import Instead
from tests.fakes.commands import Command
from tests.fakes.pki import OfficePki
from tests.fakes.policies import layer_text

EXAMPLES = resources_dir() / "rules" / "examples"
LOOSENED = '[rules.subject-empty]\nseverity = "warn"\n'


class Office:
    """The operator with a key, and a machine on which it is pinned."""

    def __init__(self, folder: Path) -> None:
        self.operator = OfficePki(datetime.now(UTC).replace(microsecond=0)).person(
            "Vận Hành", "vh@tphcm.gov.vn"
        )
        self.key, self.site, self.data = folder / "k.p12", folder / "site", folder / "data"
        self.key.write_bytes(self.operator.pkcs12("mật khẩu"))
        (self.site / "operators").mkdir(parents=True)
        (self.site / "operators" / "vh.pem").write_bytes(self.operator.certificate_pem)
        self.file = folder / "policy.toml"

    def write(self, version: str, text: str = LOOSENED) -> Path:
        self.file.write_bytes(layer_text(text, policy_id="tphcm", version=version))
        return self.file


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    office = Office(tmp_path)
    monkeypatch.setenv("CONGTHU_KEY_PASSWORD", "mật khẩu")
    monkeypatch.setenv("XDG_DATA_HOME", str(office.data))
    monkeypatch.setattr(app, "site_dir", lambda: office.site)
    monkeypatch.setattr(config_paths, "site_dir", lambda: office.site)
    return office


def rolled_out(congthu: Command, office: Office, version: str, text: str = LOOSENED) -> None:
    file = office.write(version, text)
    assert congthu("policy", "sign", file, "--key", f"p12:{office.key}").code == 0
    done = congthu("policy", "--json", "install", file, "--site", office.site)
    assert (done.code, done.only["version"]) == (0, version), done.err


def test_signed_verified_installed_and_in_use(congthu: Command, office: Office) -> None:
    file = office.write("1")
    made = congthu("policy", "--json", "sign", file, "--key", f"p12:{office.key}")
    assert (made.code, made.only["output"]) == (0, str(signature_of(file)))
    told = congthu("policy", "--json", "verify", file, "--site", office.site)
    assert (told.code, told.only["signer"], told.only["version"]) == (0, "Vận Hành", "1")
    assert congthu("policy", "lint", file, "--site", office.site).code == 0  # signed: the city's
    assert congthu("policy", "install", file, "--site", office.site).code == 0
    installation = app.installed(office.data)
    assert installation.policy.severity("subject-empty") is Severity.WARN
    doctor = congthu("doctor", "--json", "--data", office.data)
    shown = {one["check"]: one for one in doctor.objects}
    assert (shown["policy"]["detail"], shown["policy"]["ok"]) == (
        "tphcm 1, ký bởi · signed by Vận Hành",
        True,
    )
    assert "tphcm 1" in shown["policy layer city"]["detail"]


def test_check_uses_what_the_window_uses(congthu: Command, office: Office) -> None:
    letter = EXAMPLES / "02-thieu-tieu-de.eml"
    assert congthu("check", letter, "--site", office.site).code == 2
    rolled_out(congthu, office, "1")
    done = congthu("check", "--json", letter, "--site", office.site)
    assert (done.code, done.only["policy"]) == (0, {"id": "tphcm", "version": "1"})


def test_nothing_unfit_is_signed(congthu: Command, office: Office) -> None:
    fixed = '[rules.state-secret-marking]\nseverity = "warn"\n'
    for version, text, error in (("1", fixed, "policy-refused"), ("1-b", "", "policy-refused")):
        done = congthu("policy", "--json", "sign", office.write(version, text), "--key", f"p12:{office.key}")
        assert (done.code, done.only["error"]) == (3, error)
        assert not signature_of(office.file).exists()
    done = congthu("policy", "--json", "sign", office.write("1", "[rules.subj"), "--key", f"p12:{office.key}")
    assert (done.code, done.only["error"]) == (3, "config-invalid")


@pytest.mark.parametrize("spoil", ["altered", "unsigned", "cut", "stranger"])
def test_what_does_not_hold_is_not_installed(
    congthu: Command, office: Office, tmp_path: Path, spoil: str
) -> None:
    rolled_out(congthu, office, "1")
    file = office.write("2")
    if spoil == "stranger":
        stranger = OfficePki(datetime.now(UTC).replace(microsecond=0)).person("Vận Hành", "vh@tphcm.gov.vn")
        office.key.write_bytes(stranger.pkcs12("mật khẩu"))
    assert congthu("policy", "sign", file, "--key", f"p12:{office.key}").code == 0
    content = file.read_bytes()
    if spoil == "unsigned":
        signature_of(file).unlink()
    elif spoil != "stranger":
        file.write_bytes(content[:40] if spoil == "cut" else content.replace(b"warn", b"info"))
    done = congthu("policy", "--json", "install", file, "--site", office.site)
    assert done.code in {1, 3}
    assert done.only["error"] == "policy-signature-invalid"
    assert app.installed_policy(config_paths.Paths(office.data)).version == "1"


def test_older_is_refused_and_the_previous_one_comes_back_on_purpose(
    congthu: Command, office: Office
) -> None:
    rolled_out(congthu, office, "1")
    old = (office.file.read_bytes(), signature_of(office.file).read_bytes())
    rolled_out(congthu, office, "2", "")
    office.file.write_bytes(old[0])
    signature_of(office.file).write_bytes(old[1])
    done = congthu("policy", "--json", "install", office.file, "--site", office.site)
    assert (done.code, done.only["params"]["reason"]) == (1, "policy-older")
    assert "bản mới nhất từng dùng: 2" in congthu("policy", "install", office.file, "--site", office.site).err
    back = congthu("policy", "--json", "rollback", "--site", office.site)
    assert (back.code, back.only["version"]) == (0, "1")


@pytest.mark.parametrize(
    "content", [b"id = ", b"", b"\xff\xfe\x00", layer_text("[rules.subject-empty]\nenabled = false\n")]
)
def test_a_faulty_file_does_not_stop_the_start(congthu: Command, office: Office, content: bytes) -> None:
    office.data.mkdir()
    (office.data / "policy.toml").write_bytes(content)
    found = app.installed(office.data).policy_found
    assert found is not None
    assert [one.instead for one in found.problems] == [Instead.LOWER]
    doctor = congthu("doctor", "--json", "--data", office.data)
    refused = next(one for one in doctor.objects if one["check"] == "policy refused")
    assert (doctor.code, refused["ok"]) == (1, False)
    assert str(office.data / "policy.toml") in refused["detail"]
    assert "Đang dùng các quy tắc bên dưới nó" in refused["detail"]


def test_a_policy_that_was_good_is_used_when_a_faulty_one_takes_its_place(office: Office) -> None:
    office.data.mkdir()
    place = office.data / "policy.toml"
    place.write_bytes(layer_text('[rules.subject-empty]\nseverity = "block"\n'))
    assert app.installed(office.data).policy.severity("subject-empty") is Severity.BLOCK
    place.write_bytes(place.read_bytes()[:40])
    installation = app.installed(office.data)
    assert installation.policy.severity("subject-empty") is Severity.BLOCK
    assert installation.policy_found is not None
    assert installation.policy_found.problems[0].instead is Instead.PREVIOUS


def test_the_shipped_examples_are_as_the_shipped_policy_has_them(congthu: Command, office: Office) -> None:
    done = congthu("policy", "--json", "test", EXAMPLES, "--site", office.site)
    letters, end = done.objects[:-1], done.objects[-1]
    assert (done.code, end["ok"], end["failed"]) == (0, True, 0), done.out
    assert len(letters) >= 10
    assert {one["gate"] for one in letters} == {"send", "confirm", "blocked"}


def test_a_policy_that_changes_what_is_found_is_told_letter_by_letter(
    congthu: Command, office: Office, tmp_path: Path
) -> None:
    draft = office.write("1")
    refused = congthu("policy", "--json", "test", EXAMPLES, "--policy", draft, "--site", office.site)
    assert (refused.code, refused.only["error"]) == (3, "policy-refused")
    done = congthu(
        "policy", "--json", "test", EXAMPLES, "--policy", draft, "--layer", "city", "--site", office.site
    )
    otherwise = [one for one in done.objects[:-1] if not one["ok"]]
    assert (done.code, [one["letter"] for one in otherwise]) == (1, ["02-thieu-tieu-de.eml"])
    assert otherwise[0]["unexpected"] == ["subject-empty=warn"]
    shown = congthu(
        "policy", "test", EXAMPLES, "--policy", draft, "--layer", "city", "--site", office.site
    ).out
    assert "✘ 02-thieu-tieu-de.eml" in shown
    assert "mong đợi · expected: subject-empty=confirm" in shown


def test_an_example_with_a_slip_of_the_pen_is_named(congthu: Command, office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    assert congthu("policy", "test", folder).code == 3
    shutil.copy(EXAMPLES / "02-thieu-tieu-de.eml", folder / "a.eml")
    for text, suggestion in (('expect = ["subject-emty"]', "subject-empty"), ("expct = []", "expect")):
        (folder / "a.toml").write_text(text, encoding="utf-8")
        done = congthu("policy", "--json", "test", folder)
        assert (done.code, done.only["params"]["suggestion"]) == (3, suggestion)


def test_a_signed_file_that_was_changed_is_neither_the_citys_nor_an_offices(
    congthu: Command, office: Office
) -> None:
    file = office.write("1")
    assert congthu("policy", "sign", file, "--key", f"p12:{office.key}").code == 0
    file.write_bytes(file.read_bytes() + b"\n")
    done = congthu("policy", "--json", "lint", file, "--site", office.site)
    assert (done.code, done.only["error"]) == (1, "policy-signature-invalid")
    letter = EXAMPLES / "01-thu-binh-thuong.eml"
    assert congthu("check", letter, "--policy", file, "--site", office.site).code == 3
