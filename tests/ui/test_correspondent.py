"""The list names who wrote, and in the folders of our own letters whom they are for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from client.model.mailbox import SpecialUse
from client.ui.correspondent import Correspondent
from client.ui.main_window import MainWindow
from client.ui.models import CARD_ROLE
from client.ui.texts import Texts
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_samples import message_row

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
SENT = 2
SEVERAL = '"Lê Hoàng Nam" <nam@x.vn>, vanthu@y.vn, Trần  Thị Hà <ha@x.vn>'


@pytest.mark.parametrize(
    ("use", "recipients", "words"),
    [
        (SpecialUse.INBOX, SEVERAL, "Nguyễn An"),
        (SpecialUse.SENT, SEVERAL, "Đến: Lê Hoàng Nam, vanthu@y.vn, Trần Thị Hà"),
        (SpecialUse.DRAFTS, "nam@x.vn", "Đến: nam@x.vn"),
        (SpecialUse.DRAFTS, "", "(chưa có người nhận)"),
    ],
)
def test_our_own_letters_are_known_by_whom_they_are_for(
    qapp: object, use: SpecialUse, recipients: str, words: str
) -> None:
    correspondent = Correspondent()
    correspondent.use_of = lambda _: use
    row = replace(message_row(1), sender_name="Nguyễn An", recipients=recipients)
    assert correspondent.of(row) == words


def test_the_folder_on_show_decides(qtbot: QtBot, desk: FakeDesk, texts: Texts, tmp_path: Path) -> None:
    sent = next(one for one in desk.mailbox_list if one.special_use is SpecialUse.SENT).mailbox_id
    desk.message_rows[sent] = {1: replace(message_row(1, sent), recipients="Lê Hoàng Nam <nam@x.vn>")}
    window = MainWindow(desk, texts, compose=lambda _: None, is_demo=False, state_file=tmp_path / "w.ini")
    qtbot.addWidget(window)
    model = window.workspace.list_model
    window.workspace.tree.choose(sent)
    qtbot.waitUntil(lambda: model.rowCount() == 1 and model.index(0, 0).data(CARD_ROLE) is not None)
    assert model.index(0, 0).data(CARD_ROLE).sender == "Đến: Lê Hoàng Nam"
