"""An area as high as what it holds: what comes into it later is in sight as well."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from client.ui.bounded import BoundedArea

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def pane(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(400, 600)
    return made


def test_a_card_is_in_sight_however_often_it_comes_and_goes(qtbot: QtBot, pane: QWidget) -> None:
    first, second = QLabel("một"), QLabel("hai")
    area = BoundedArea(pane, 0.4, first, second)
    QVBoxLayout(pane).addWidget(area)
    for card in (first, second):
        card.hide()
    pane.show()
    for card in (first, second, first, second):
        card.show()
        qtbot.waitUntil(card.isVisible)
        card.hide()
        qtbot.waitUntil(area.isHidden)
        QTest.qWait(0)  # what Qt still has to say about the hidden card is said
        card.setText("khi không ai thấy")
        QTest.qWait(0)


def test_a_card_that_came_behind_another_page_is_in_sight_on_its_own(qtbot: QtBot) -> None:
    pages, page, notice, card = QStackedWidget(), QWidget(), QLabel("Chưa chọn thư"), QLabel("một")
    qtbot.addWidget(pages)
    area = BoundedArea(page, 0.4, card)
    QVBoxLayout(page).addWidget(area)
    pages.addWidget(notice)
    pages.addWidget(page)
    pages.resize(400, 600)
    card.hide()
    pages.show()
    for _ in range(3):
        pages.setCurrentWidget(notice)
        card.setText("một")
        QTest.qWait(0)  # Qt lays out nothing behind the notice, and asks for it no second time
        card.show()
        card.setText("một\nhai\nba")
        pages.setCurrentWidget(page)
        qtbot.waitUntil(lambda: card.isVisible() and area.height() >= card.sizeHint().height())
        card.hide()
        QTest.qWait(0)


def test_a_card_that_grows_while_nothing_is_in_sight_has_its_room(qtbot: QtBot, pane: QWidget) -> None:
    card = QLabel("một")
    area = BoundedArea(pane, 0.4, card)
    QVBoxLayout(pane).addWidget(area)
    pane.show()
    card.hide()
    qtbot.waitUntil(area.isHidden)
    card.show()
    card.setText("một\nhai\nba\nbốn")
    qtbot.waitUntil(lambda: area.isVisible() and area.height() >= card.sizeHint().height())
