"""Encrypted letters end to end: the command line with key files and tokens, the desk in its own process."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.config.paths import Paths
from client.crypto import cms
from client.crypto.pkcs12 import open_pkcs12
from client.errors import KeyPasswordIncorrect, MessageNotOpened
from client.mime import builder
from client.model.account import KeyRef
from client.model.secret import Secret
from client.model.verdict import Display
from client.services.futures import resolved
from client.services.office_signing import KeySettings, SigningOffice, SigningSetup
from client.services.requests import KeyUse, TrustSources
from client.services.tasks import WorkshopLane
from tests.fakes.commands import Command
from tests.fakes.pki import Holder, OfficePki
from tests.fakes.sealing import ENTITY, SECRET_WORD, seal, sealed_mail
from tests.fakes.softhsm import SoftHsm, why_no_softhsm

PIN = "chim-hoang-yen"


@pytest.fixture(scope="module")
def pki() -> OfficePki:
    return OfficePki(datetime.now(UTC).replace(microsecond=0))


@pytest.fixture(scope="module")
def binh(pki: OfficePki) -> Holder:
    usages = ("digital_signature", "key_encipherment")
    return pki.person("Trần Văn Bình", "binh@example.gov.vn", usages=usages)


@pytest.fixture(scope="module")
def letter(pki: OfficePki, binh: Holder) -> bytes:
    """Signed by An, encrypted for Bình."""
    an = open_pkcs12(pki.person("Nguyễn Văn An", "an@example.gov.vn").pkcs12("x"), Secret("x"))
    signed = builder.assemble_signed(b"", ENTITY, cms.sign_mail(ENTITY, an, pki.now)).lstrip()
    return sealed_mail(seal(signed, binh, cipher="aes-256-gcm"), authenticated=True)


@pytest.fixture
def place(tmp_path: Path, pki: OfficePki, binh: Holder, letter: bytes) -> Path:
    folder = tmp_path / "place"
    folder.mkdir()
    (folder / "root.pem").write_bytes(pki.root.certificate_pem)
    (folder / "ca.pem").write_bytes(pki.issuing.certificate_pem)
    for number, crl in enumerate(pki.crls()):
        (folder / f"{number}.crl").write_bytes(crl)
    (folder / "binh.p12").write_bytes(binh.pkcs12("mật khẩu"))
    (folder / "thu.eml").write_bytes(letter)
    return folder


def test_the_command_opens_and_judges_with_a_key_file(
    congthu: Command, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = ("--json", "--trust", place / "root.pem", "--crl", place)
    closed = congthu("verify", *terms, place / "thu.eml")
    assert (closed.code, closed.only["display"], closed.only["reasons"]) == (
        2, "UNKNOWN", ["message-encrypted"],
    )  # fmt: skip
    monkeypatch.setenv("CONGTHU_KEY_PASSWORD", "mật khẩu")
    opened = congthu("verify", *terms, "--key", f"p12:{place / 'binh.p12'}", place / "thu.eml")
    assert (opened.code, opened.only["verdict"], opened.only["coverage"]) == (0, "TOTAL-PASSED", "whole")
    assert opened.only["encryption"] == {"cipher": "AES-256-GCM", "authenticated": True, "opened": True}
    assert opened.only["signatures"][0]["signer"]["email"] == "an@example.gov.vn"
    assert SECRET_WORD not in opened.out + opened.err


def test_a_wrong_password_is_said_once_and_no_file_is_judged(
    congthu: Command, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONGTHU_KEY_PASSWORD", "khong-phai-cau-nay")
    done = congthu("verify", "--json", "--key", f"p12:{place / 'binh.p12'}", place / "thu.eml")
    assert done.code == 3
    assert done.only["error"] == KeyPasswordIncorrect.code
    assert "khong-phai-cau-nay" not in done.out + done.err


def test_the_key_of_another_reader_leaves_it_unknown_and_says_for_whom_it_is_not(
    congthu: Command, place: Path, pki: OfficePki, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = pki.person("Lê Thị Chi", "chi@example.gov.vn")
    (place / "chi.p12").write_bytes(other.pkcs12("mật khẩu"))
    monkeypatch.setenv("CONGTHU_KEY_PASSWORD", "mật khẩu")
    done = congthu("verify", "--json", "--key", f"p12:{place / 'chi.p12'}", place / "thu.eml")
    assert (done.code, done.only["display"]) == (2, "UNKNOWN")
    assert done.only["reasons"] == ["encrypted-for-others", "message-encrypted"]


def test_the_cms_alone_is_opened_too(
    congthu: Command, place: Path, binh: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "smime.p7m").write_bytes(seal(ENTITY, binh))
    closed = congthu("verify", "--json", place / "smime.p7m")
    assert (closed.code, closed.only["reasons"]) == (2, ["message-encrypted"])
    monkeypatch.setenv("CONGTHU_KEY_PASSWORD", "mật khẩu")
    opened = congthu("verify", "--json", "--key", f"p12:{place / 'binh.p12'}", place / "smime.p7m")
    assert (opened.code, opened.only["display"]) == (4, "NONE")
    assert opened.only["encryption"]["opened"] is True


def test_the_command_opens_with_a_token(
    congthu: Command, place: Path, binh: Holder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if reason := why_no_softhsm():
        pytest.skip(reason)
    with SoftHsm.start(tmp_path / "hsm") as hsm:
        token = hsm.add_token("Binh", PIN)
        token.put(binh, b"\x01", "Mở thư", opens=True)
        monkeypatch.setenv("CONGTHU_KEY_PASSWORD", PIN)
        key = f"pkcs11:serial={token.serial};id=%01?module-path={token.driver}"
        terms = ("--json", "--trust", place / "root.pem", "--crl", place, "--key", key)
        done = congthu("verify", *terms, place / "thu.eml")
        assert (done.code, done.only["display"]) == (0, "VALID")


class Room:
    """A signing office whose keys lie in a process of their own."""

    def __init__(self, place: Path) -> None:
        self.data = place / "data"
        crls = tuple(place.glob("*.crl"))
        setup = SigningSetup(
            Paths(self.data), TrustSources((place / "root.pem",), crls), lambda: datetime.now(UTC)
        )
        self.lane = WorkshopLane(logs=self.data / "logs")
        self.letters = SigningOffice(setup, KeySettings(()), self.lane).letters()
        self.use = KeyUse(KeyRef("p12", str(place / "binh.p12")), Secret("mật khẩu"))


@pytest.fixture
def room(place: Path) -> Iterator[Room]:
    made = Room(place)
    yield made
    made.lane.close()


def _traces() -> list[bytes]:
    """The plaintext and what it would look like where it is carried encoded."""
    word = b"kh\xe1\xba\xa9u h\xe1\xbb\x8dp: 4711"
    return [word, *(base64.b64encode(b"x" * at + word)[4:-4] for at in range(3))]


def test_an_opened_letter_leaves_nothing_on_the_disk(
    room: Room, place: Path, letter: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setenv("TMPDIR", str(scratch))
    opened = room.letters.open(resolved(letter), room.use).result(60)
    assert opened.report.display is Display.VALID
    assert SECRET_WORD in opened.view.text
    written = [path for path in (*place.rglob("*"), *scratch.rglob("*")) if path.is_file()]
    assert written
    for path in written:
        content = path.read_bytes()
        assert not any(trace in content for trace in _traces()), path


def test_a_letter_that_does_not_open_leaves_none_open(room: Room, letter: bytes) -> None:
    room.letters.open(resolved(letter), room.use).result(60)
    wrong = KeyUse(room.use.key, Secret("sai"))
    with pytest.raises(KeyPasswordIncorrect):
        room.letters.open(resolved(letter), wrong).result(60)
    with pytest.raises(Exception, match="no-such-part"):
        room.letters.attachment("1").result(60)


def test_what_cannot_be_fetched_is_the_answer(room: Room) -> None:
    gone: Future[bytes] = Future()
    gone.set_exception(MessageNotOpened(reason="not-encrypted"))
    with pytest.raises(MessageNotOpened):
        room.letters.open(gone, room.use).result(60)


def test_other_senders_are_named_with_their_address(congthu: Command, place: Path, pki: OfficePki) -> None:
    an = open_pkcs12(pki.person("Nguyễn Văn An", "an@example.gov.vn").pkcs12("x"), Secret("x"))
    head = b"From: an@example.gov.vn\r\nSender: thu-ky@example.gov.vn\r\nReply-To: x@evil.test\r\n"
    raw = builder.assemble_signed(head, ENTITY, cms.sign_mail(ENTITY, an, pki.now))
    (place / "thay.eml").write_bytes(raw)
    terms = ("--trust", place / "root.pem", "--crl", place)
    identity = congthu("verify", "--json", *terms, place / "thay.eml").only["identity"]
    assert identity["matches"] is True
    assert (identity["sender"], identity["reply_to"]) == ("thu-ky@example.gov.vn", ["x@evil.test"])
    said = congthu("verify", *terms, place / "thay.eml").out
    assert "Reply-To: x@evil.test" in said
    assert "encryption" not in congthu("verify", "--json", *terms, place / "thay.eml").only
