"""What of a message can be found: the engine's share and the workshop's."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

import pytest

from client.errors import WorkshopLost
from client.model.event import Event, EventKind
from client.services.attachment_index import AttachmentIndex
from client.services.engine_setup import TextRead
from client.services.indexing import read_everything, read_message
from client.services.tasks import ImmediateLane
from client.store.rows import StoredBody
from client.store.search import IndexedText
from tests.unit.store.test_search import Desk

T = TypeVar("T")


def letter(
    text: str = "Kính gửi các phòng ban", file: bytes | None = None, name: str = "Số liệu.txt"
) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Thư"
    message.set_content(text)
    if file is not None:
        message.add_attachment(file, maintype="text", subtype="plain", filename=name)
    return message.as_bytes()


def test_the_engine_reads_text_and_names_and_opens_no_attachment() -> None:
    text = read_message(letter(file="giải ngân".encode()))
    assert "phòng ban" in text.body
    assert text.files == "Số liệu.txt"
    assert not text.is_whole
    assert read_message(letter()).is_whole


def test_the_workshop_reads_what_is_written_in_them() -> None:
    text = read_everything(letter(file="giải ngân".encode()))
    assert "Số liệu.txt" in text.files
    assert "giải ngân" in text.files
    assert text.is_whole


def test_a_message_in_a_message_is_read_and_a_broken_file_is_left_out() -> None:
    outer = EmailMessage()
    outer.set_content("ngoài")
    inner = EmailMessage()
    inner["Subject"] = "Tờ trình bên trong"
    inner.set_content("nội dung bên trong")
    outer.add_attachment(inner)
    outer.add_attachment(b"%PDF-1.7 broken", maintype="application", subtype="pdf", filename="hỏng.pdf")
    text = read_everything(outer.as_bytes())
    assert "Tờ trình bên trong" in text.files
    assert "nội dung bên trong" in text.files
    assert "hỏng.pdf" in text.files


OLD = [
    ("Tê tr×nh vÒ ®Êt", "C¨n cø LuËt Tæ chøc chÝnh quyÒn ®Þa ph­¬ng", "Luật Tổ chức"),
    ("Tôø trình veà ñaát", "Caên cöù Luaät Toå chöùc chính quyeàn ñòa phöông", "Luật Tổ chức"),
    ("Tờ trình về đất", "C¨n cø LuËt Tæ chøc chÝnh quyÒn ®Þa ph­¬ng", "Luật Tổ chức"),
    ("Tê tr×nh vÒ ®Êt", "Căn cứ Luật Tổ chức chính quyền địa phương", "Luật Tổ chức"),
]


@pytest.mark.parametrize(("subject", "text", "found"), OLD)
@pytest.mark.parametrize("read", [read_message, read_everything])
def test_what_is_written_in_an_old_encoding_is_found_as_it_reads(
    read: Callable[[bytes], IndexedText], subject: str, text: str, found: str
) -> None:
    raw = b"Subject: " + subject.encode() + letter(text)[letter(text).index(b"\n") :]
    body = read(raw).body
    assert found in body
    assert text in body
    assert ("Tờ trình về đất" in body) == (subject != "Tờ trình về đất")


def test_whatever_the_bytes_nothing_is_raised() -> None:
    for raw in (b"", b"\x00" * 50, b"Content-Type: multipart/mixed\r\n\r\n--", letter()[:-20]):
        assert isinstance(read_message(raw), IndexedText)
        assert isinstance(read_everything(raw), IndexedText)


class DeadLane(ImmediateLane):
    """A workshop that a document kills."""

    def submit(self, work: Callable[..., T], *args: object) -> Future[T]:
        dead: Future[T] = Future()
        dead.set_exception(WorkshopLost(reason="process-ended"))
        return dead


def test_what_waits_is_read_once_newest_first(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (tmp_path / "a.eml").write_bytes(letter(file="giải ngân".encode()))
    rows = [desk.add("một"), desk.add("hai")]
    for row_id in rows:
        desk.store.set_bodies([StoredBody(row_id, "a.eml", True, IndexedText("x", is_whole=False))])
    told: list[TextRead] = []
    index = AttachmentIndex(ImmediateLane(), {"an": desk.reader}, lambda _, one: tmp_path / one, told.append)
    index.listen(Event(EventKind.PROGRESS, "an"))
    assert told == []
    for _ in range(2):
        index.listen(Event(EventKind.ACCOUNT_OK, "an"))
    assert [one.row_id for one in told] == rows[::-1]
    assert all(one.text is not None and "giải ngân" in one.text.files for one in told)
    index.close()
    desk.reader.close()
    desk.cache.close()
    desk.ledger.close()


def test_a_document_that_kills_the_workshop_is_not_tried_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    row_id = desk.add("một")
    desk.store.set_bodies([StoredBody(row_id, "a.eml", True, IndexedText("x", is_whole=False))])
    told: list[TextRead] = []
    index = AttachmentIndex(DeadLane(), {"an": desk.reader}, lambda _, one: tmp_path / one, told.append)
    for _ in range(3):
        index.listen(Event(EventKind.BODY, "an"))
    assert told == [TextRead("an", desk.inbox, row_id, None)]
    desk.reader.close()
    desk.cache.close()
    desk.ledger.close()
