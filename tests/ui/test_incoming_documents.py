"""What came with a message, for the register; and a message that must not be shown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from client.errors import MessageFrozen
from client.model.register import (
    EarlierDocument,
    ReceivedDocument,
    ReceivedMessage,
    RegisterEntry,
    entry_values,
)
from client.ui import dialogs
from client.ui.bridge import Bridge
from client.ui.message_view import MessageViewer
from client.ui.reader import Reader
from client.ui.register_card import RegisterCard
from client.ui.texts import Texts
from tests.fakes import desk_samples as samples
from tests.fakes.desk import FakeDesk

# The off-screen platform says so of every top-level window; no fault of the window's.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
ENTRY = RegisterEntry(
    1, "15.pdf", "aa", "Quyết định", "QĐ", "15", "QĐ-SNV", date(2026, 11, 20), "SỞ NỘI VỤ",
    "=Về việc ban hành", page_amount=3, arrival_date=NOW, signer_name="Trần Thị Bình",
    to_places=("Như trên", "Lưu: VT"), due_date=date(2026, 11, 30),
)  # fmt: skip
EARLIER = EarlierDocument("15/QĐ-SNV", NOW, "<1@x>")


def message(*documents: ReceivedDocument, secret: bool = False) -> ReceivedMessage:
    return ReceivedMessage(documents, secret, "ab" * 32)


@pytest.fixture
def card(qtbot: QtBot, texts: Texts) -> RegisterCard:
    made = RegisterCard(texts)
    qtbot.addWidget(made)
    return made


def test_a_message_without_a_document_has_no_card(card: RegisterCard) -> None:
    card.show_message(message())
    assert card.isHidden()


def test_the_fields_are_shown_and_what_was_not_read_is_said(card: RegisterCard) -> None:
    card.show_message(message(ReceivedDocument(ENTRY)))
    assert not card.isHidden()
    assert card.values["code_notation"].text() == "QĐ-SNV"
    assert card.values["issued_date"].text() == "20/11/2026"
    assert card.values["due_date"].text() == "30/11/2026"
    assert card.values["signer_position"].text() == "chưa đọc được"
    assert card.values["priority"].text() == "không ghi"
    assert card.alarm.isHidden()


def test_a_number_seen_before_raises_the_alarm(card: RegisterCard) -> None:
    card.show_message(message(ReceivedDocument(ENTRY, EARLIER)))
    assert not card.alarm.isHidden()
    assert "15/QĐ-SNV" in card.alarm.text()


def test_fields_are_copied_one_by_one_and_together(card: RegisterCard) -> None:
    card.show_message(message(ReceivedDocument(ENTRY)))
    card._copy("code_notation")
    assert QGuiApplication.clipboard().text() == "QĐ-SNV"
    card.copy_all.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert "Số\t15" in lines
    assert len(lines) == len(card.values)


def test_the_fields_leave_as_csv_and_json_and_no_cell_is_a_formula(card: RegisterCard) -> None:
    card.show_message(message(ReceivedDocument(ENTRY), ReceivedDocument(RegisterEntry(2, "b.pdf", "bb"))))
    assert card.as_csv().startswith(b"\xef\xbb\xbf")
    first, second = csv.DictReader(io.StringIO(card.as_csv().decode("utf-8-sig")))
    assert (first["issued_date"], first["subject"]) == ("2026-11-20", "'=Về việc ban hành")
    assert second["code_number"] == ""
    rows = json.loads(card.as_json())
    assert rows[0]["subject"] == "=Về việc ban hành"
    assert set(entry_values(ENTRY)) < set(rows[0])


def test_several_documents_are_chosen_between(card: RegisterCard) -> None:
    other = RegisterEntry(2, "16.pdf", "bb", code_number="16", code_notation="TB-SNV")
    card.show_message(message(ReceivedDocument(ENTRY), ReceivedDocument(other, EARLIER)))
    card.choice.setCurrentIndex(1)
    assert card.values["code_number"].text() == "16"
    assert not card.alarm.isHidden()


Opener = Callable[[ReceivedMessage], tuple[Reader, MessageViewer]]


@pytest.fixture
def opened(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> Opener:
    def build(received: ReceivedMessage) -> tuple[Reader, MessageViewer]:
        row = next(
            number
            for number, one in desk.message_rows[samples.INBOX].items()
            if samples.message_view(one).attachments
        )
        desk.checking.documents[row] = received
        viewer = MessageViewer(texts)
        qtbot.addWidget(viewer)
        reader = Reader(desk, texts, viewer, Bridge(viewer))
        viewer.show()
        reader.open(samples.INBOX, row)
        qtbot.waitUntil(lambda: desk.count("received") == 1)
        return reader, viewer

    return build


def test_the_card_comes_with_the_message_and_goes_with_it(qtbot: QtBot, opened: Opener) -> None:
    reader, viewer = opened(message(ReceivedDocument(ENTRY)))
    qtbot.waitUntil(lambda: not viewer.register.isHidden())
    reader.open(samples.INBOX, 0)
    assert viewer.register.isHidden()


def test_a_message_with_a_marked_attachment_disappears(qtbot: QtBot, opened: Opener) -> None:
    reader, viewer = opened(message(secret=True))
    qtbot.waitUntil(lambda: not viewer.frozen.isHidden())
    assert viewer.shown_text() == ""
    assert viewer.register.isHidden()
    assert viewer.signatures.isHidden()
    assert viewer.attachments.isHidden()
    assert "Báo ngay" in viewer.frozen.told.text()
    reader.open(samples.INBOX, 0)
    reader.open(samples.INBOX, 1)
    qtbot.waitUntil(lambda: viewer.frozen.isHidden() and viewer.shown_text() != "")


def test_the_incident_report_is_saved_without_content(
    qtbot: QtBot, opened: Opener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dialogs, "ask_save_path", lambda _parent, name: tmp_path / name)
    _, viewer = opened(message(secret=True))
    qtbot.waitUntil(lambda: not viewer.frozen.isHidden())
    viewer.frozen.button.click()
    saved = tmp_path / "phieu-bao-su-co.txt"
    qtbot.waitUntil(saved.is_file)
    assert "PHIẾU BÁO SỰ CỐ" in saved.read_text(encoding="utf-8")
    assert "sample" not in saved.read_text(encoding="utf-8")


def test_a_message_that_may_not_be_verified_is_frozen(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
    desk.failures["verify"] = MessageFrozen()
    viewer = MessageViewer(texts)
    qtbot.addWidget(viewer)
    reader = Reader(desk, texts, viewer, Bridge(viewer))
    viewer.show()
    reader.open(samples.INBOX, 1)
    qtbot.waitUntil(lambda: not viewer.frozen.isHidden())
    assert viewer.shown_text() == ""
