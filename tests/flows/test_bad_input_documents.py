"""Keys, documents, time-stamps and disks that fail while a letter is sent: a code, nothing half done."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from client import app
from client.app import Installation, OpenOffice, engine_setup, office_setup
from client.config.paths import resources_dir
from client.config.settings import save_settings
from client.errors import (
    ClientError,
    DocumentEncrypted,
    KeyFileInvalid,
    KeyPasswordIncorrect,
    MalformedDocument,
    SigningRefused,
    StorageFull,
    TimestampUnavailable,
    TokenAbsent,
)
from client.mime.parser import attachments, parse_message, part_content
from client.model.account import KeyRef
from client.model.address import MailAddress
from client.model.outgoing import DraftAttachment
from client.model.secret import Secret
from client.sandbox.city import City
from client.services.desk import SendRequest
from client.services.engine_link import EngineLink
from client.services.office import Office
from client.services.tasks import ImmediateLane
from tests.fakes.commands import Command, told
from tests.fakes.engines import silent

LAN, NAM = "ntlan.snv@tphcm.gov.vn", "lhnam.stp@tphcm.gov.vn"
PDF = sorted((resources_dir() / "demo" / "documents").glob("*.pdf"))[0].read_bytes()
CORRUPT = PDF[: len(PDF) // 3]
NOWHERE = "http://127.0.0.1:9/tsa"


def encrypted_pdf() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, encrypt="mo-ra")
    canvas.drawString(72, 700, "Cong van")
    canvas.save()
    return file.getvalue()


ENCRYPTED = encrypted_pdf()


@pytest.fixture
def desk(installation: Installation) -> Iterator[Office]:
    """An office whose workshop is this process, whose engine sends nothing and whose TSA is away."""
    setup = replace(office_setup(installation), tsa_urls=(NOWHERE,))
    office = Office(setup, ImmediateLane(), EngineLink(engine_setup(installation), silent))
    yield office
    office.close()


@pytest.fixture
def request_of(city: City, desk: Office) -> SendRequest:
    """A letter with a PDF to sign, and the right key and password."""
    account = next(one for one in desk.accounts() if one.user_name == LAN)
    empty = desk.new_draft(account.account_id)
    draft = replace(empty, to=(MailAddress(NAM),), subject="Gửi công văn", body=f"Kính gửi anh.{empty.body}")
    request = SendRequest(draft, account.personal_key, city.info.mailbox(LAN).key_password)
    desk.save_draft(draft)
    return with_document(request, PDF)


def with_document(request: SendRequest, content: bytes) -> SendRequest:
    attached = DraftAttachment("cong-van.pdf", "application/pdf", content, sign=True)
    return replace(request, draft=replace(request.draft, attachments=(attached,)))


def refused(desk: Office, request: SendRequest) -> ClientError:
    """The error sending ends with; nothing may have been queued and the draft must be there."""
    error = desk.send(request).exception(60)
    assert isinstance(error, ClientError), error
    assert desk.outbox() == ()
    assert [draft.draft_id for draft in desk.drafts(request.draft.account_id)] == [request.draft.draft_id]
    told(error)
    return error


def test_without_a_time_stamp_nothing_goes_out_until_the_user_says_so(
    desk: Office, request_of: SendRequest
) -> None:
    assert isinstance(refused(desk, request_of), TimestampUnavailable)
    number = desk.send(replace(request_of, allow_without_timestamp=True)).result(60)
    raw = desk.outbox_bytes(number)
    pdf = part_content(raw, attachments(parse_message(raw))[0])
    assert pdf.startswith(PDF)
    assert b"/ETSI.CAdES.detached" in pdf[len(PDF) :]


def test_wrong_password_broken_file_and_missing_file_are_three_things(
    desk: Office, request_of: SendRequest, tmp_path: Path
) -> None:
    assert request_of.key is not None
    good = Path(request_of.key.location).read_bytes()
    wrong = replace(request_of, key_password=Secret("mật khẩu sai"))
    assert isinstance(refused(desk, wrong), KeyPasswordIncorrect)
    for content, reason in (
        (good[:-40], "corrupt"),
        (b"khong phai PKCS#12", "corrupt"),
        (None, "unreadable"),
    ):
        path = tmp_path / f"{reason}.p12"
        if content is not None:
            path.write_bytes(content)
        error = refused(desk, replace(request_of, key=KeyRef("p12", str(path))))
        assert (type(error), error.params["reason"]) == (KeyFileInvalid, reason)
    no_key = refused(desk, replace(request_of, key=None))
    assert (type(no_key), no_key.params["reason"]) == (SigningRefused, "no-key")
    assert isinstance(refused(desk, replace(request_of, key=KeyRef("pkcs11", "token=x"))), TokenAbsent)
    store = refused(desk, replace(request_of, key=KeyRef("wincert", "thumbprint")))
    assert store.params["reason"] == "key-store-not-built"


def test_a_document_that_cannot_be_signed_holds_the_letter_back(
    desk: Office, request_of: SendRequest
) -> None:
    chosen = replace(request_of, allow_without_timestamp=True)
    corrupt = refused(desk, with_document(chosen, CORRUPT))
    assert (type(corrupt), corrupt.params["reason"]) == (MalformedDocument, "corrupt")
    assert "cong-van.pdf" in told(corrupt).title
    assert isinstance(refused(desk, with_document(chosen, ENCRYPTED)), DocumentEncrypted)


def test_a_letter_to_nobody_is_refused(desk: Office, request_of: SendRequest) -> None:
    unsigned = replace(request_of.draft, to=(), sign_message=False, attachments=())
    error = refused(desk, replace(request_of, draft=unsigned))
    assert error.params["reason"] == "no-recipients"


def test_a_full_disk_leaves_the_old_draft_and_queues_nothing(desk: Office, request_of: SendRequest) -> None:
    draft = request_of.draft
    ledger = desk._ledger  # the quota is set where the disk is
    ledger.limit_pages(ledger.rows("PRAGMA page_count")[0][0] + 1)
    with pytest.raises(StorageFull) as full:
        desk.save_draft(replace(draft, body="x" * 200_000))
    told(full.value)
    (kept,) = desk.drafts(draft.account_id)
    assert kept == replace(draft, attachments=())
    assert isinstance(refused(desk, replace(request_of, allow_without_timestamp=True)), StorageFull)
    ledger.limit_pages(1_000_000)
    desk.save_draft(draft)
    assert desk.draft(draft.draft_id).result(60) == draft
    assert desk.send(replace(request_of, allow_without_timestamp=True)).result(60) == 1


def test_a_second_instance_is_turned_away_and_the_first_works_on(
    congthu: Command, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[ClientError] = []
    monkeypatch.setattr(app, "show_problem", lambda error, _language: shown.append(error))
    monkeypatch.setattr(app, "open_window", OpenOffice)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    data = installation.paths.data
    save_settings(installation.paths.settings, replace(installation.settings, accounts=()))
    with OpenOffice(replace(installation, settings=replace(installation.settings, accounts=()))) as desk:
        for command in ("sync", "window"):
            done = congthu(command, "--json", "--data", data)
            assert (done.code, done.only["error"]) == (1, "already-running")
        assert [one.code for one in shown] == ["already-running"]
        assert desk.outbox() == ()
    assert congthu("sync", "--data", data).code == 0


@pytest.mark.parametrize(
    ("content", "error", "verdict", "code"),
    [
        (CORRUPT, "malformed-document", "file-unreadable", 3),
        (b"", "malformed-document", "file-unreadable", 3),
        (b"khong phai PDF", "malformed-document", "file-unreadable", 3),
        (ENCRYPTED, "document-encrypted", "document-encrypted", 2),
    ],
    ids=["corrupt", "empty", "not-pdf", "encrypted"],
)
def test_commands_name_what_is_wrong_with_a_document(
    congthu: Command,
    city: City,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
    error: str,
    verdict: str,
    code: int,
) -> None:
    path = tmp_path / "tai-lieu.pdf"
    path.write_bytes(content)
    lan = city.info.mailbox(LAN)
    monkeypatch.setenv("CONGTHU_KEY_PASSWORD", lan.key_password.reveal())
    signed = congthu("sign", "pdf", "--json", path, "--key", f"p12:{lan.personal_key}", "--profile", "B-B")
    assert (signed.code, signed.only["error"]) == (1, error)
    assert str(signed.only["message"]) == told(error, **signed.only["params"]).title
    assert [file.name for file in tmp_path.iterdir()] == ["tai-lieu.pdf"]
    verified = congthu("verify", "--json", path)
    assert (verified.code, verified.only["reasons"]) == (code, [verdict])
    assert verified.only["display"] == "UNKNOWN"


def test_the_password_of_an_encrypted_document_comes_from_a_file(congthu: Command, tmp_path: Path) -> None:
    path, password = tmp_path / "tai-lieu.pdf", tmp_path / "mat-khau.txt"
    path.write_bytes(ENCRYPTED)
    password.write_text("mo-ra\n", "utf-8")
    done = congthu("verify", "--json", path, "--password-file", password)
    assert (done.code, done.only["verdict"]) == (4, "NONE")
    assert "mo-ra" not in done.out


def test_a_window_without_a_screen_says_so(congthu: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("platform.system", lambda: "Linux")
    done = congthu("window", "--json")
    assert (done.code, done.only) == (1, {"error": "no-screen"})
