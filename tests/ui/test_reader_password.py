from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from client.model.secret import Secret
from client.ui.bridge import Bridge
from client.ui.message_view import MessageViewer
from client.ui.reader import Reader
from client.ui.texts import Texts
from tests.fakes.desk import FakeDesk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_a_password_is_used_for_the_message_on_show_and_not_kept(texts: Texts, qtbot: QtBot) -> None:
    desk = FakeDesk(rows=3)
    viewer = MessageViewer(texts)
    qtbot.addWidget(viewer)
    reader = Reader(desk, texts, viewer, Bridge(viewer))
    reader.open(1, 3)
    qtbot.waitUntil(lambda: desk.count("verify") == 1)
    reader.verify(Secret("mo"))
    reader.verify()
    asked = [call for call in desk.calls if call[0] == "verify"]
    assert asked == [("verify", 1, 3), ("verify", 1, 3, Secret("mo")), ("verify", 1, 3)]
