"""From the server to the reading pane: a letter with a picture in its text, and one that came in pieces."""

from __future__ import annotations

import base64
import imaplib
import io
import ssl
from collections.abc import Iterator

import pytest
from PIL import Image

from client.app import Installation, OpenOffice
from client.cli.waiting import EventWaiter
from client.model.piece import PieceState
from client.model.verdict import Display, Reason
from client.sandbox.city import City
from client.services.office import Office

LAN = "ntlan.snv@tphcm.gov.vn"
NAM = "lhnam.stp@tphcm.gov.vn"
PATIENCE = 60


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """One of its own: letters are put into it."""
    with City.start(tmp_path_factory.mktemp("city")) as running:
        yield running


def _png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (300, 120), (200, 30, 30)).save(buffer, "PNG")
    return buffer.getvalue()


WHOLE = (
    b"Content-Type: multipart/related; boundary=r\r\n\r\n"
    b'--r\r\nContent-Type: text/html\r\n\r\n<p>So do cho ngoi</p><img src="cid:so-do@x">\r\n'
    b"--r\r\nContent-Type: image/png; name=so-do.png\r\nContent-ID: <so-do@x>\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(_png()).replace(b"\n", b"\r\n")
    + b"--r--\r\n"
)


def _head(subject: str) -> bytes:
    return f"From: {NAM}\r\nTo: {LAN}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n".encode()


def _pieces() -> list[bytes]:
    whole = b"Subject: Cho ngoi, ca thu\r\n" + WHOLE
    cuts = [whole[:200], whole[200:420], whole[420:]]
    kind = "Content-Type: message/partial; id=cho-ngoi; number={}; total=3\r\n\r\n"
    return [_head(f"Manh {at}") + kind.format(at).encode() + body for at, body in enumerate(cuts, 1)]


def _put(city: City, messages: list[bytes]) -> None:
    context = ssl.create_default_context(cadata=city.info.anchors_pem.decode("ascii"))
    with imaplib.IMAP4_SSL(city.info.imap.host, city.info.imap.port, ssl_context=context) as session:
        session.login(LAN, city.info.mailbox(LAN).password.reveal())
        for raw in messages:
            session.append("INBOX", "", imaplib.Time2Internaldate(0), raw)


def _find(desk: Office, subject: str) -> tuple[int, int] | None:
    account = next(one for one in desk.accounts() if one.identity.address.addr_spec == LAN)
    for mailbox in desk.mailboxes(account.account_id):
        rows = desk.rows(mailbox.mailbox_id, desk.row_ids(mailbox.mailbox_id))
        found = next((number for number, row in rows.items() if row.subject == subject), None)
        if found is not None:
            return mailbox.mailbox_id, found
    return None


def test_a_picture_is_drawn_and_pieces_are_joined(city: City, installation: Installation) -> None:
    _put(city, [_head("Cho ngoi") + WHOLE, *_pieces()])
    with OpenOffice(installation) as desk:
        waiter = EventWaiter(desk)
        desk.sync_now()

        def place(subject: str) -> tuple[int, int]:
            return waiter.until(lambda: _find(desk, subject), PATIENCE, subject)

        letter = place("Cho ngoi")
        view = desk.open_message(*letter).result(PATIENCE)
        (shown,) = [one for one in view.attachments if one.drawn]
        picture = desk.reading().picture(*letter, shown.section).result(PATIENCE)
        assert picture is not None
        assert (picture.width, picture.height) == (300, 120)
        assert desk.attachment(*letter, shown.section).result(PATIENCE) == _png()
        (whole,) = desk.forward_draft(*letter).result(PATIENCE).attachments
        assert b"so-do@x" in whole.content

        pieces = [place(f"Manh {at}") for at in (1, 2, 3)]
        for one in pieces:  # what is older than the days that are kept whole is fetched when it is opened
            piece = desk.open_message(*one).result(PATIENCE).piece
            assert piece is not None
            judged = desk.verification().verify(*one).result(PATIENCE)
            assert (judged.display, judged.reasons) == (Display.UNKNOWN, (Reason.PIECE_OF_LETTER,))
        assert desk.reading().pieces(*pieces[1]).result(PATIENCE).state is PieceState.COMPLETE
        joined = desk.reading().join(*pieces[1]).result(PATIENCE)
        assert joined.view.envelope.subject == "Cho ngoi, ca thu"
        again = desk.reading().joined_picture(joined, shown.section).result(PATIENCE)
        assert again == picture
        assert joined.report.display is Display.NONE
