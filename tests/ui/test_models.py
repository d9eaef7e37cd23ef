from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from client.model.mailbox import MessageRow
from client.ui.mailbox_tree import MailboxTreeModel
from client.ui.message_list import MessageList
from client.ui.models import CARD_ROLE, KEPT_PAGES, PAGE_ROWS, Card, MessageListModel
from client.ui.outbox_view import OutboxModel
from client.ui.texts import Texts
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_samples import INBOX, NOW, message_row
from tests.ui.conftest import NOW as CLOCK

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def model_on(desk: FakeDesk, texts: Texts) -> MessageListModel:
    model = MessageListModel(desk, texts, clock=lambda: CLOCK)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.show_mailbox(INBOX)
    return model


def card(model: MessageListModel, line: int) -> Card:
    found = model.index(line, 0).data(CARD_ROLE)
    assert isinstance(found, Card)
    return found


def spoken(model: MessageListModel, line: int) -> str:
    return str(model.index(line, 0).data(Qt.ItemDataRole.AccessibleTextRole))


def add_newest(desk: FakeDesk, row: MessageRow) -> None:
    rows = desk.message_rows[INBOX]
    desk.message_rows[INBOX] = {row.row_id: row} | rows


def test_newest_message_is_first_and_unread_is_spoken(desk: FakeDesk, texts: Texts) -> None:
    model = model_on(desk, texts)
    assert model.rowCount() == 200
    assert [card(model, line).row_id for line in range(3)] == [200, 199, 198]
    unread = card(model, 2)
    assert unread.unread
    assert "chưa đọc" in spoken(model, 2)
    assert unread.subject in spoken(model, 2)


def test_a_signed_shape_is_never_spoken_as_a_valid_signature(desk: FakeDesk, texts: Texts) -> None:
    said = spoken(model_on(desk, texts), 0)
    assert "chưa kiểm tra" in said
    assert "hợp lệ" not in said.lower()


def test_rows_are_fetched_by_the_page_and_only_when_looked_at(qtbot: QtBot, texts: Texts) -> None:
    desk = FakeDesk(rows=1000)
    model = model_on(desk, texts)
    desk.calls.clear()
    assert model.index(700, 0).data(CARD_ROLE) is None
    with qtbot.waitSignal(model.dataChanged):
        pass
    assert desk.calls == [("rows", INBOX, PAGE_ROWS)]
    assert card(model, 700).row_id == 300
    assert desk.count("rows") == 1


def test_a_row_that_has_gone_is_not_asked_for_again_and_again(qtbot: QtBot, texts: Texts) -> None:
    desk = FakeDesk(rows=300)
    model = model_on(desk, texts)
    del desk.message_rows[INBOX][50]
    desk.calls.clear()
    for _ in range(5):
        assert model.index(250, 0).data(CARD_ROLE) is None
        qtbot.wait(20)
    assert desk.count("rows") == 1
    model.refresh()
    assert model.line_of(50) == -1


def test_only_so_many_pages_are_kept(qtbot: QtBot, texts: Texts) -> None:
    desk = FakeDesk(rows=(KEPT_PAGES + 5) * PAGE_ROWS)
    model = MessageListModel(desk, texts, clock=lambda: CLOCK)
    model.show_mailbox(INBOX)
    for page in range(1, KEPT_PAGES + 1):
        assert model.index(page * PAGE_ROWS, 0).data(CARD_ROLE) is None
        with qtbot.waitSignal(model.dataChanged):
            pass
    assert model.index(PAGE_ROWS, 0).data(CARD_ROLE) is not None
    assert model.index(0, 0).data(CARD_ROLE) is None


def test_new_mail_is_inserted_above_and_the_choice_stays(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
    model = model_on(desk, texts)
    view = MessageList(model)
    qtbot.addWidget(view)
    view.choose(150)
    add_newest(desk, message_row(201))
    with qtbot.waitSignal(model.rowsInserted):
        model.refresh()
    assert card(model, 0).row_id == 201
    assert view.current_row_id() == 150


def test_a_message_that_went_away_is_removed_alone(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
    model = model_on(desk, texts)
    del desk.message_rows[INBOX][120]
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.rowsRemoved):
        model.refresh()
    assert model.rowCount() == 199
    assert model.line_of(120) == -1


def test_a_new_order_keeps_the_chosen_message(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
    model = model_on(desk, texts)
    view = MessageList(model)
    qtbot.addWidget(view)
    view.choose(10)
    rows = desk.message_rows[INBOX]
    desk.message_rows[INBOX] = {number: rows[number] for number in sorted(rows)}
    with qtbot.waitSignal(model.modelReset):
        model.refresh()
    assert view.current_row_id() == 10
    assert model.line_of(10) == 9


def test_another_mailbox_does_not_inherit_the_choice(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
    desk.message_rows[2] = {150: message_row(150, 2)}
    model = model_on(desk, texts)
    view = MessageList(model)
    qtbot.addWidget(view)
    view.choose(150)
    with qtbot.waitSignal(view.opened) as told:
        model.show_mailbox(2)
    assert told.args == [0]
    assert view.current_row_id() == 0


def test_search_without_marks_filters_the_list(desk: FakeDesk, texts: Texts) -> None:
    model = model_on(desk, texts)
    model.show_mailbox(INBOX, "dieu dong")
    assert model.rowCount() == 25
    assert "điều động" in card(model, 0).subject


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (NOW, NOW.astimezone().strftime("%H:%M")),
        (NOW.replace(month=3, day=2), "02/03"),
        (NOW.replace(year=2025), "23/11/2025"),
    ],
)
def test_date_is_as_short_as_it_can_be(texts: Texts, moment: object, shown: str) -> None:
    assert texts.short_when(moment, NOW) == shown  # type: ignore[arg-type] # a datetime, from the table


def test_tree_counts_change_in_place(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
    tree = MailboxTreeModel(desk, texts)
    QAbstractItemModelTester(tree, QAbstractItemModelTester.FailureReportingMode.Fatal, tree)
    tree.load()
    inbox = tree.index_of(INBOX)
    assert inbox.data() == "Hộp thư đến  (66)"
    desk.mark_seen(INBOX, 198, seen=True)
    with qtbot.assertNotEmitted(tree.modelReset):
        tree.load()
    assert tree.index_of(INBOX).data() == "Hộp thư đến  (65)"


def test_outbox_model_counts_what_is_not_done(desk: FakeDesk, texts: Texts) -> None:
    model = OutboxModel(desk, texts)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.load()
    assert model.rowCount() == 8
    assert model.pending() == 6


def test_older_mail_of_a_first_look_moves_nothing_on_screen(
    qtbot: QtBot, desk: FakeDesk, texts: Texts
) -> None:
    model = model_on(desk, texts)
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    older = {number: message_row(number) for number in range(10_000, 10_900)}
    desk.message_rows[INBOX] = desk.message_rows[INBOX] | older
    with qtbot.waitSignal(model.rowsInserted):
        model.refresh()
    assert model.rowCount() == 1100
    assert card(model, 0).row_id == 200
    assert resets == []
