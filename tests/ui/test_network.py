from __future__ import annotations

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from client.ui.network import NetworkWatch, watch_network


def test_a_change_in_several_steps_is_passed_on_once(qtbot: QtBot) -> None:
    told: list[int] = []
    watch = NetworkWatch(lambda: told.append(1))
    for step in range(5):
        watch.stirred(step)
        qtbot.wait(20)
    assert told == []
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    assert told == [1]


def test_a_desktop_that_tells_nothing_is_no_error(qtbot: QtBot) -> None:
    parent = QObject()
    watch = watch_network(lambda: None, parent)
    assert watch is None or watch.parent() is parent
