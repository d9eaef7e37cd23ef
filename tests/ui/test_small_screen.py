"""Windows open within the screen, and long words never push the rest out of sight."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QScrollArea, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from client.model.finding import CheckReport, Finding, Severity
from client.model.outgoing import DraftAttachment
from client.ui.attachment_strip import AttachmentStrip
from client.ui.check_panel import CheckPanel
from client.ui.compose_window import ComposeWindow
from client.ui.texts import Texts
from client.ui.widgets import ElidedLabel, ShrinkingButton, open_at
from tests.fakes.desk import FakeDesk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
LONG = "Danh sách lớp tập huấn ký số của Sở Nội vụ năm 2026 bản cuối cùng (2).xls"


def test_a_window_opens_no_larger_than_the_screen(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    room = window.screen().availableGeometry()
    open_at(window, 9000, 9000)
    assert window.width() < room.width()
    assert window.height() < room.height()
    open_at(window, 200, 100)
    assert window.size().toTuple() == (200, 100)
    account = desk.accounts()[0]
    letter = ComposeWindow(desk, texts, desk.new_draft(account.account_id), account)
    qtbot.addWidget(letter)
    assert letter.height() < room.height()
    assert letter.minimumSizeHint().height() <= 560
    letter.state.setText("Đã lưu bản nháp lúc 08:30; đang ký số và xếp thư vào hàng chờ gửi…")
    letter.progress.show()
    assert letter.minimumSizeHint().width() <= 1000


def test_every_window_asks_the_screen_before_it_takes_a_size() -> None:
    sources = Path(open_at.__code__.co_filename).parent.glob("*.py")
    assert [one.name for one in sources if re.search(r"self\.resize\(\d", one.read_text("utf-8"))] == []


def test_what_happened_and_what_to_do_are_never_run_together() -> None:
    sources = Path(open_at.__code__.co_filename).parent.glob("*.py")
    joined = re.compile(r"\{(\w+)\.title\} \{\1\.action\}")
    assert [one.name for one in sources if joined.search(one.read_text("utf-8"))] == []


def test_a_long_mend_does_not_widen_the_findings(qtbot: QtBot, texts: Texts) -> None:
    label = f"Đổi tên thành {LONG}"
    panel = CheckPanel(texts, lambda _: label)
    qtbot.addWidget(panel)
    panel.resize(280, 500)
    panel.show()
    panel.show_report(CheckReport((Finding("subject-missing", Severity.WARN),), "p", "1"))
    (scroll,) = panel.findChildren(QScrollArea)
    (card,) = panel.cards()
    qtbot.waitUntil(lambda: card.fix.isVisible() and card.fix.width() > 0)
    assert card.width() <= scroll.viewport().width()
    assert card.fix.text() == label
    assert card.fix.geometry().right() < card.width()


def test_a_short_button_keeps_its_natural_width(qtbot: QtBot) -> None:
    button = ShrinkingButton()
    qtbot.addWidget(button)
    button.setText("Gỡ")
    assert button.minimumSizeHint().width() == button.sizeHint().width()


def test_a_long_file_name_leaves_its_buttons_in_sight(qtbot: QtBot, texts: Texts) -> None:
    strip = AttachmentStrip(texts)
    qtbot.addWidget(strip)
    strip.resize(320, 140)
    strip.show()
    strip.set_attachments((DraftAttachment(f"<b>{LONG}", "application/vnd.ms-excel", b"x"),))
    (name,) = [one for one in strip.findChildren(QLabel) if isinstance(one, ElidedLabel)]
    qtbot.waitUntil(lambda: name.text().endswith("…"))
    assert "<b>" not in name.toolTip()
    remove = next(one for one in strip.findChildren(QToolButton) if one.text() == "Gỡ")
    assert remove.mapTo(strip, remove.rect().bottomRight()).x() < strip.width()
