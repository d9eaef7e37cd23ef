"""A letter in pieces on the screen: which piece, what is lacking, joined only when asked, forgotten after."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from client.errors import MalformedMessage
from client.model.encryption import Encryption
from client.model.message import AttachmentInfo, Envelope, MessageView
from client.model.piece import FoundPieces, Piece, PieceState
from client.model.verdict import Coverage, Indication, VerificationReport
from client.services.reading_desk import JoinedLetter
from client.ui import dialogs
from client.ui.bridge import Bridge
from client.ui.message_view import MessageViewer
from client.ui.piece_banner import PieceBanner
from client.ui.reader import Reader
from client.ui.texts import Texts
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_samples import INBOX, reports

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
PIECE = MessageView(Envelope(subject="Báo cáo (2/3)"), "", "", piece=Piece("a@b", 2, 3))
WHOLE = MessageView(
    Envelope(subject="Báo cáo"),
    '<p>Cả thư</p><img src="cid:2">',
    "Cả thư",
    (AttachmentInfo("2", "a.png", "image/png", 5, drawn=True),),
)
COMPLETE = FoundPieces(PieceState.COMPLETE, 3)


@pytest.mark.parametrize(
    ("piece", "found", "words"),
    [
        (Piece("a", 2, 3), COMPLETE, ("mảnh 2/3", "đủ các mảnh")),
        (Piece("a", 2), COMPLETE, ("mảnh 2/3",)),
        (Piece("a", 2), FoundPieces(PieceState.MISSING), ("mảnh 2 của", "Chưa", "Chờ")),
        (Piece("a", 2, 3), FoundPieces(PieceState.MISSING, 3, (1, 3)), ("thiếu mảnh 1, 3 ", "gửi lại")),
        (Piece("a", 1, 90), FoundPieces(PieceState.MISSING, 90, tuple(range(2, 91))), ("12, 13…",)),
        (Piece("a", 2, 3), FoundPieces(PieceState.DIFFERENT, 3), ("không khớp", "gửi lại")),
        (Piece("a", 2, 900), FoundPieces(PieceState.TOO_LARGE, 900), ("quá lớn",)),
    ],
)
def test_what_is_known_and_what_to_do_is_said(
    qtbot: QtBot, piece: Piece, found: FoundPieces, words: tuple[str, ...]
) -> None:
    banner = PieceBanner()
    qtbot.addWidget(banner)
    banner.show_piece(piece)
    assert "Đang tìm" in banner.text()
    assert banner.join_button.isHidden()
    banner.show_found(found)
    assert all(word in banner.text() for word in words), banner.text()
    assert banner.join_button.isHidden() == (found.state is not PieceState.COMPLETE)
    banner.show_piece(None)
    assert banner.text() == ""
    banner.show_found(found)
    assert banner.isHidden()


@pytest.fixture
def viewer(qtbot: QtBot, texts: Texts) -> MessageViewer:
    made = MessageViewer(texts)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def reader(
    qtbot: QtBot, desk: FakeDesk, texts: Texts, viewer: MessageViewer, monkeypatch: pytest.MonkeyPatch
) -> Reader:
    monkeypatch.setattr(desk, "open_message", lambda *_: desk.answer("open_message", lambda: PIECE))
    desk.reading_room.found = COMPLETE
    desk.reading_room.letter = JoinedLetter(WHOLE, reports()["valid"], b"raw")
    made = Reader(desk, texts, viewer, Bridge(viewer))
    made.open(INBOX, 200)
    qtbot.waitUntil(lambda: not viewer.pieces.join_button.isHidden(), timeout=3000)
    return made


def test_nothing_is_joined_unasked(desk: FakeDesk, viewer: MessageViewer, reader: Reader) -> None:
    assert desk.count("join") == 0
    assert not reader.pieces.is_open
    assert "mảnh của thư" in viewer.shown_text()


def test_the_joined_letter_is_shown_with_its_verdict_and_says_that_it_was_joined(
    qtbot: QtBot,
    desk: FakeDesk,
    viewer: MessageViewer,
    reader: Reader,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    viewer.pieces.join_button.click()
    qtbot.waitUntil(lambda: "ghép từ 3 mảnh" in viewer.pieces.text(), timeout=3000)
    assert "Cả thư" in viewer.shown_text()
    assert "Hợp lệ" in viewer.signatures.shown_text()
    qtbot.waitUntil(lambda: desk.count("joined_picture") == 1, timeout=3000)
    monkeypatch.setattr(dialogs, "ask_save_path", lambda *_: None)
    reader.save_attachment("2")
    before = desk.count("verify")
    reader.verify()
    assert desk.count("verify") == before
    viewer.pieces.back_button.click()
    qtbot.waitUntil(lambda: "mảnh 2/3" in viewer.pieces.text(), timeout=3000)
    assert not reader.pieces.is_open


def test_a_file_of_the_joined_letter_is_saved_out_of_it(
    qtbot: QtBot,
    desk: FakeDesk,
    viewer: MessageViewer,
    reader: Reader,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    viewer.pieces.join_button.click()
    qtbot.waitUntil(lambda: reader.pieces.is_open, timeout=3000)
    target = tmp_path / "a.png"
    monkeypatch.setattr(dialogs, "ask_save_path", lambda *_: target)
    reader.save_attachment("2")
    qtbot.waitUntil(target.exists, timeout=3000)
    assert target.read_bytes() == b"raw"
    assert desk.count("attachment") == 0


def test_what_cannot_be_joined_is_said_and_can_be_tried_again(
    qtbot: QtBot, desk: FakeDesk, viewer: MessageViewer, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    monkeypatch.setattr(dialogs, "show_problem", lambda _, text: told.append(text))
    desk.failures["join"] = MalformedMessage(reason="pieces-missing")
    viewer.pieces.join_button.click()
    qtbot.waitUntil(lambda: bool(told), timeout=3000)
    assert "mảnh" in str(told[0])
    assert not viewer.pieces.join_button.isHidden()


def test_a_letter_joined_too_late_is_dropped(
    qtbot: QtBot, desk: FakeDesk, viewer: MessageViewer, reader: Reader
) -> None:
    desk.hold = True
    viewer.pieces.join_button.click()
    reader.open(INBOX, 0)
    desk.release()
    qtbot.wait(50)
    assert not reader.pieces.is_open
    assert "Cả thư" not in viewer.shown_text()


def test_a_joined_letter_that_is_encrypted_is_opened_from_the_joined_bytes(
    qtbot: QtBot, desk: FakeDesk, viewer: MessageViewer, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = replace(
        WHOLE, html="", text="", attachments=(), encryption=Encryption("AES-256-GCM", authenticated=True)
    )
    report = VerificationReport("", Indication.INDETERMINATE, Coverage.NONE)
    desk.reading_room.letter = JoinedLetter(sealed, report, b"raw")
    viewer.pieces.join_button.click()
    qtbot.waitUntil(lambda: reader.pieces.is_open, timeout=3000)
    asked: list[object] = []
    monkeypatch.setattr(reader.letters, "ask", lambda raw: asked.append(raw().result()))
    viewer.sealed.open_button.click()
    assert asked == [b"raw"]
