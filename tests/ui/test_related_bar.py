"""What belongs to a message is one press away."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from client.model.mailbox import Related
from client.ui.related_bar import RelatedBar
from client.ui.texts import Texts
from tests.fakes.desk_samples import INBOX, message_row

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def bar(qtbot: QtBot, texts: Texts) -> RelatedBar:
    made = RelatedBar(texts)
    qtbot.addWidget(made)
    return made


def test_a_conversation_is_offered_newest_first_and_opens_one(bar: RelatedBar, qtbot: QtBot) -> None:
    bar.show_related(Related((message_row(1, 2), message_row(5))))
    assert bar.conversation.text() == "Hội thoại: 2 thư khác"
    assert bar.document.isHidden()
    menu = bar.conversation.menu()
    assert menu is not None
    with qtbot.waitSignal(bar.chosen) as caught:
        menu.actions()[0].trigger()
    assert caught.args == [INBOX, 5]


def test_mail_about_the_same_document_has_a_list_of_its_own(bar: RelatedBar) -> None:
    bar.show_related(Related(number="123/QĐ-UBND", same_document=(message_row(3),)))
    assert bar.document.text() == "Cùng số 123/QĐ-UBND: 1 thư khác"
    assert not bar.isHidden()


def test_nothing_is_offered_where_nothing_belongs(bar: RelatedBar) -> None:
    bar.show_related(Related((message_row(1),)))
    bar.show_related(Related())
    assert bar.isHidden()
