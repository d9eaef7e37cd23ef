"""`congthu sign` and `congthu verify` with the city's keys, time-stamps and CRLs."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from client.config.paths import resources_dir
from client.sandbox.city import City
from tests.fakes.commands import Command

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = sorted((resources_dir() / "demo" / "documents").glob("*.pdf"))[0]
LAN = "ntlan.snv@tphcm.gov.vn"
CANARY = "mat-khau-chim-hoang-yen"
VERDICT_KEYS = {
    "path",
    "verdict",
    "display",
    "coverage",
    "signatures",
    "identity",
    "reasons",
    "unreadable",
    "document_timestamps",
}
SIGNATURE_KEYS = {
    "format", "level", "where", "indication", "sub_indication", "display", "signer", "claimed_time",
    "timestamp_time", "revocation", "coverage", "changes_after_signing", "changed_places", "reasons",
    "countersigns", "changed_fields", "order", "revision_bytes",
}  # fmt: skip
LETTER = (
    f"From: =?utf-8?q?Lan?= <{LAN}>\r\nTo: lhnam.stp@tphcm.gov.vn\r\nSubject: thu ky so\r\n"
    "Message-ID: <ky-so@test>\r\nDate: Mon, 23 Nov 2026 08:00:00 +0700\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=us-ascii\r\n\r\nNoi dung can ky.\r\n"
).encode()


@pytest.fixture
def key(city: City, monkeypatch: pytest.MonkeyPatch) -> str:
    lan = city.info.mailbox(LAN)
    monkeypatch.setenv("CONGTHU_KEY_PASSWORD", lan.key_password.reveal())
    return f"p12:{lan.personal_key}"


@pytest.fixture
def signing(city: City, key: str) -> tuple[str, ...]:
    """Arguments for signing with a time-stamp."""
    return ("--key", key, "--tsa", city.info.tsa_url)


@pytest.fixture(scope="session")
def signed(city: City, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a signed PDF, a file with its .p7s, and a signed message, made by the real command."""
    folder = tmp_path_factory.mktemp("signed")
    lan = city.info.mailbox(LAN)
    shutil.copy(DOCUMENT, folder / "cong-van.pdf")
    (folder / "bang-ke.csv").write_bytes(b"so,trich yeu\n1,cong van\n")
    (folder / "thu.eml").write_bytes(LETTER)
    environment = os.environ | {
        "CONGTHU_KEY_PASSWORD": lan.key_password.reveal(),
        "XDG_DATA_HOME": str(folder),
    }
    for kind, name in (("pdf", "cong-van.pdf"), ("file", "bang-ke.csv"), ("mail", "thu.eml")):
        command = [sys.executable, "-m", "client", "sign", kind, str(folder / name), "--json",
                   "--key", f"p12:{lan.personal_key}", "--tsa", city.info.tsa_url]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads(done.stdout)["signed"] is True
    return folder


def test_what_was_signed_verifies_whole_and_time_stamped(congthu: Command, signed: Path, trust: Path) -> None:
    paths = [signed / name for name in ("cong-van_daky.pdf", "bang-ke.csv.p7s", "thu_daky.eml")]
    done = congthu("verify", "--json", "--trust", trust, "--crl", trust, *paths)
    assert done.code == 0, done.out
    pdf, file, mail = done.objects
    assert [one["path"] for one in (pdf, file, mail)] == [str(path) for path in paths]
    for one, form in ((pdf, "PAdES"), (file, "CAdES"), (mail, "S/MIME")):
        assert set(one) == VERDICT_KEYS
        (signature,) = one["signatures"]
        assert set(signature) == SIGNATURE_KEYS
        assert (one["verdict"], one["coverage"], signature["format"]) == ("TOTAL-PASSED", "whole", form)
        assert (signature["signer"]["email"], signature["revocation"]["source"]) == (LAN, "crl")
    assert [one["display"] for one in (pdf, file, mail)] == ["VALID", "VALID", "VALID"]
    assert pdf["signatures"][0]["level"] == file["signatures"][0]["level"] == "B-T"
    assert pdf["signatures"][0]["timestamp_time"] is not None
    assert mail["identity"] == {"from": LAN, "certificate": [LAN], "matches": True}
    assert pdf["identity"] is None


def test_one_bad_file_never_stops_the_rest(
    congthu: Command, signed: Path, trust: Path, tmp_path: Path
) -> None:
    broken, absent = tmp_path / "hong.pdf", tmp_path / "khong-co.pdf"
    broken.write_bytes(b"khong phai pdf")
    good = signed / "cong-van_daky.pdf"
    done = congthu(
        "verify", "--json", "--trust", trust, "--crl", trust, broken, good, absent, ROOT / "README.md", good
    )
    assert done.code == 3
    assert [one["verdict"] for one in done.objects] == [
        "INDETERMINATE", "TOTAL-PASSED", "INDETERMINATE", "INDETERMINATE", "TOTAL-PASSED",
    ]  # fmt: skip
    assert [one["unreadable"] for one in done.objects] == [True, False, True, True, False]


def test_an_altered_file_fails_whatever_else_passes(
    congthu: Command, signed: Path, trust: Path, tmp_path: Path
) -> None:
    altered = tmp_path / "thu.eml"
    altered.write_bytes((signed / "thu_daky.eml").read_bytes().replace(b"can ky", b"da sua"))
    done = congthu(
        "verify", "--json", "--trust", trust, "--crl", trust, signed / "cong-van_daky.pdf", altered
    )
    assert done.code == 1
    assert [one["verdict"] for one in done.objects] == ["TOTAL-PASSED", "TOTAL-FAILED"]
    assert done.objects[1]["signatures"][0]["reasons"] == ["document-altered"]


def test_without_anchors_nothing_is_decided(congthu: Command, signed: Path) -> None:
    done = congthu("verify", "--json", signed / "cong-van_daky.pdf")
    assert done.code == 2
    assert done.only["signatures"][0]["reasons"][0] == "untrusted-issuer"


def test_without_crl_it_is_unknown_until_told_to_ignore(congthu: Command, signed: Path, trust: Path) -> None:
    path = signed / "cong-van_daky.pdf"
    root = trust / "root.pem"
    assert congthu("verify", "--json", "--trust", root, path).code == 2
    ignored = congthu("verify", "--json", "--trust", root, "--revocation", "ignore", path)
    assert ignored.code == 0
    assert ignored.only["display"] == "WARNING"
    assert ignored.only["signatures"][0]["revocation"]["source"] == "ignored"


def test_an_unsigned_document_and_letter_have_no_signature(
    congthu: Command, signed: Path, trust: Path
) -> None:
    done = congthu("verify", "--json", "--trust", trust, signed / "cong-van.pdf", signed / "thu.eml")
    assert done.code == 4
    assert {one["verdict"] for one in done.objects} == {"NONE"}


def test_a_detached_signature_is_held_against_the_named_file(
    congthu: Command, signed: Path, trust: Path, tmp_path: Path
) -> None:
    alone = shutil.copy(signed / "bang-ke.csv.p7s", tmp_path / "khac-ten.p7s")
    verify = ("verify", "--json", "--trust", trust, "--crl", trust)
    missing = congthu(*verify, alone)
    assert (missing.code, missing.only["reasons"]) == (2, ["signed-data-missing"])
    assert congthu(*verify, alone, "--content", signed / "bang-ke.csv").code == 0
    wrong = congthu(*verify, alone, "--content", signed / "thu.eml")
    assert (wrong.code, wrong.only["verdict"]) == (1, "TOTAL-FAILED")


def test_words_for_people_name_the_signer_and_the_state(congthu: Command, signed: Path, trust: Path) -> None:
    done = congthu("verify", "--trust", trust, "--crl", trust, signed / "cong-van_daky.pdf")
    assert "Nguyễn Thị Lan" in done.out
    assert "✔" in done.out
    english = congthu("verify", "--language", "en", signed / "cong-van_daky.pdf")
    assert english.out.startswith("?")
    assert "chữ ký" not in english.out


def test_many_inputs_one_password_and_one_failing(
    congthu: Command, signing: tuple[str, ...], tmp_path: Path
) -> None:
    good, bad, last = (tmp_path / f"{name}.pdf" for name in ("a", "b", "c"))
    for path in (good, last):
        shutil.copy(DOCUMENT, path)
    bad.write_bytes(DOCUMENT.read_bytes()[:2000])
    done = congthu("sign", "pdf", "--json", good, bad, last, "--out-dir", tmp_path / "ra", *signing)
    assert done.code == 1
    assert done.objects[0] == {
        "path": str(good),
        "output": str(tmp_path / "ra" / "a_daky.pdf"),
        "signed": True,
        "profile": "B-T",
    }
    assert (done.objects[1]["error"], done.objects[1]["path"]) == ("malformed-document", str(bad))
    assert done.objects[2]["signed"] is True
    assert sorted(path.name for path in (tmp_path / "ra").iterdir()) == ["a_daky.pdf", "c_daky.pdf"]


def test_a_wrong_password_stops_at_the_first_and_is_never_shown(
    congthu: Command, signing: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONGTHU_KEY_PASSWORD", CANARY)
    done = congthu(
        "sign", "pdf", "--json", DOCUMENT, *other_documents(tmp_path), "--out-dir", tmp_path, *signing
    )
    assert (done.code, done.only["error"]) == (1, "key-password-incorrect")
    people = congthu("sign", "pdf", DOCUMENT, "--out-dir", tmp_path, *signing)
    assert "[key-password-incorrect]" in people.err
    assert CANARY not in done.out + done.err + people.out + people.err
    assert not list(tmp_path.glob("*_daky.pdf"))


def other_documents(folder: Path) -> list[Path]:
    return [Path(shutil.copy(DOCUMENT, folder / f"{number}.pdf")) for number in range(2)]


def test_a_password_is_no_argument_and_the_prompt_shows_none(
    congthu: Command, city: City, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONGTHU_KEY_PASSWORD")
    arguments = ("sign", "file", "--json", DOCUMENT, "--key", key, "--profile", "B-B", "--out-dir", tmp_path)
    assert congthu(*arguments, "--password", CANARY).code == 3
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    unasked = congthu(*arguments)
    assert (unasked.code, unasked.only["params"]["key"]) == (3, "CONGTHU_KEY_PASSWORD")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda _prompt: city.info.mailbox(LAN).key_password.reveal())
    done = congthu(*arguments)
    assert done.code == 0
    assert city.info.mailbox(LAN).key_password.reveal() not in done.out + done.err


def test_nothing_is_signed_without_the_time_stamp_that_was_asked_for(
    congthu: Command, key: str, tmp_path: Path
) -> None:
    source = shutil.copy(DOCUMENT, tmp_path / "a.pdf")
    done = congthu("sign", "pdf", "--json", source, "--key", key, "--tsa", "http://127.0.0.1:9/tsa")
    assert (done.code, done.only["error"]) == (1, "timestamp-unavailable")
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]
    assert congthu("sign", "pdf", "--json", source, "--key", key).code == 3
    chosen = congthu("sign", "pdf", "--json", source, "--key", key, "--profile", "B-B")
    assert chosen.code == 0
    level = congthu("verify", "--json", tmp_path / "a_daky.pdf").only["signatures"][0]["level"]
    assert level == "B-B"


def test_results_never_overwrite_an_input_or_each_other(congthu: Command, key: str, tmp_path: Path) -> None:
    first, second = tmp_path / "x" / "a.csv", tmp_path / "y" / "a.csv"
    for path in (first, second):
        path.parent.mkdir()
        path.write_bytes(b"so lieu")
    same = congthu(
        "sign", "file", "--json", first, second, "--key", key, "--profile", "B-B", "--out-dir", tmp_path
    )
    over = congthu("sign", "file", "--json", first, "-o", first, "--key", key, "--profile", "B-B")
    assert [(one.code, one.only["error"]) for one in (same, over)] == [(3, "usage"), (3, "usage")]
    assert first.read_bytes() == second.read_bytes() == b"so lieu"


def test_a_letter_of_somebody_else_is_not_signed(congthu: Command, key: str, tmp_path: Path) -> None:
    letter = tmp_path / "thu.eml"
    letter.write_bytes(LETTER.replace(LAN.encode(), b"tvminh.snv@tphcm.gov.vn"))
    done = congthu("sign", "mail", "--json", letter, "--key", key)
    assert (done.code, done.only["error"], done.only["params"]) == (
        1, "signing-refused", {"reason": "signer-not-sender"},
    )  # fmt: skip
    letter.write_bytes(LETTER.replace(b"can ky", "cần ký".encode()))
    eight_bit = congthu("sign", "mail", "--json", letter, "--key", key)
    assert eight_bit.only["params"] == {"reason": "not-7bit"}
    assert [path.name for path in tmp_path.iterdir()] == ["thu.eml"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "--month"),
    ],
)
def test_what_is_not_built_says_so(congthu: Command, arguments: tuple[str, ...]) -> None:
    done = congthu(*arguments)
    assert done.code == 3
    assert "chưa có" in done.out
    as_json = congthu(*arguments, "--json")
    assert (as_json.code, "error" in as_json.only) == (3, True)


def test_one_spoiled_download_in_a_folder_stops_nothing(
    congthu: Command, signed: Path, trust: Path, tmp_path: Path
) -> None:
    mixed = Path(shutil.copytree(trust, tmp_path / "mixed"))
    (mixed / "cong-dang-nhap.crl").write_bytes(b"<html>Wi-Fi</html>")
    (mixed / "hong.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\nkhong\n-----END CERTIFICATE-----\n")
    path = signed / "cong-van_daky.pdf"
    assert congthu("verify", "--trust", mixed, "--crl", mixed, path).code == 0
    named = congthu("verify", "--json", "--trust", mixed, "--crl", mixed / "cong-dang-nhap.crl", path)
    assert (named.code, named.only["params"]["key"]) == (3, "crl")


def test_settings_of_verify_that_cannot_be_used_are_said_once(
    congthu: Command, signed: Path, trust: Path, tmp_path: Path
) -> None:
    path, empty = signed / "cong-van_daky.pdf", tmp_path / "empty.pem"
    empty.write_bytes(b"khong phai chung thu so")
    for wrong in (
        ("--trust", tmp_path / "absent"),
        ("--trust", empty),
        ("--password-file", tmp_path / "absent"),
    ):
        done = congthu("verify", "--json", *wrong, path, path)
        assert (done.code, done.only["error"]) == (3, "config-invalid")
    assert congthu("verify", "--at", "hôm qua", path).code == 3
    assert congthu("verify").code == 3
    assert congthu("khong-co-lenh").code == 3


def test_the_result_is_written_for_people_to_keep(
    congthu: Command, signed: Path, trust: Path, tmp_path: Path
) -> None:
    path, target = signed / "cong-van_daky.pdf", tmp_path / "ket-qua.html"
    done = congthu("verify", "--json", "--trust", trust, "--crl", trust, "--report", target, path)
    assert (done.code, done.only["report"]) == (0, str(target))
    text = target.read_text("utf-8")
    assert hashlib.sha256(path.read_bytes()).hexdigest() in text
    assert done.only["signatures"][0]["signer"]["name"] in text
    sheet = tmp_path / "ket-qua.pdf"
    done = congthu("verify", "--json", "--trust", trust, "--crl", trust, "--report", sheet, path)
    assert (done.code, done.only["report"]) == (0, str(sheet))
    assert sheet.read_bytes().startswith(b"%PDF-")
    assert congthu("verify", "--report", path, path).code == 3
    assert congthu("verify", "--report", tmp_path / "r.docx", path).code == 3
    assert congthu("verify", "--report", tmp_path / "r.html", path, target).code == 3
    assert congthu("verify", "--report", tmp_path, path, target).code == 3
    assert (tmp_path / "cong-van_daky.pdf.html").is_file()


def test_a_fault_of_the_program_is_said_in_words_and_logged_without_any(
    congthu: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object) -> int:
        raise ZeroDivisionError(CANARY)

    monkeypatch.setattr("client.cli.doctor.run", broken)
    spoken, as_json = congthu("doctor"), congthu("doctor", "--json")
    assert (spoken.code, as_json.code) == (70, 70)
    assert as_json.only["error"] == "program-fault"
    log = (tmp_path / "own" / "logs" / "command.log").read_text("utf-8")
    assert "ZeroDivisionError" in log
    assert "test_command_line.py" in log
    assert CANARY not in log + spoken.err + as_json.out


def test_a_piece_of_a_letter_is_unknown_and_never_unsigned(congthu: Command, tmp_path: Path) -> None:
    path = tmp_path / "manh.eml"
    path.write_bytes(b"From: a@x.vn\r\nContent-Type: message/partial; id=a; number=1; total=2\r\n\r\nx\r\n")
    done = congthu("verify", "--json", path)
    assert (done.code, done.only["verdict"], done.only["display"]) == (2, "INDETERMINATE", "UNKNOWN")
    assert done.only["reasons"] == ["piece-of-letter"]
