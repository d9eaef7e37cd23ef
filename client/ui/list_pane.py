"""The list with what stands above it and in its place: filters, how much was found, why there is nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from client.errors import ClientError
from client.model.event import Event, EventKind
from client.model.search import parse_query
from client.services.desk import MailDesk
from client.ui import theme
from client.ui.bridge import Bridge
from client.ui.finder import Finder
from client.ui.judged_rows import JudgedRows
from client.ui.list_notice import ListNotice
from client.ui.message_list import MessageList
from client.ui.models import MessageListModel
from client.ui.pace import Pace
from client.ui.quick_filter import QuickFilter
from client.ui.search_count import SearchCount
from client.ui.texts import Texts


class ListPane(QWidget):
    """Shows one mailbox, narrowed by what is typed and what is pressed."""

    search_widened = Signal(str)
    """What the search box is to ask for instead."""

    def __init__(
        self, desk: MailDesk, texts: Texts, bridge: Bridge, pace: Pace, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._texts, self._pace = texts, pace
        self._typed = ""
        self._progress: dict[int, tuple[int, int]] = {}
        self._is_unreached = False
        self.model = MessageListModel(desk, texts, self)
        self.finder = Finder(desk, bridge, self)
        self._judged = JudgedRows(self.model, self)
        self.list = MessageList(self.model, self)
        self.notice = ListNotice(desk, texts, self.model, self)
        self.filter = QuickFilter(self)
        self._stack = QStackedWidget(self)
        self.count = SearchCount(self._stack, texts, self)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.notice)
        self.setMinimumWidth(240)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filter)
        column.addWidget(self.count, 1)
        self.filter.changed.connect(self._ask_again)
        self.finder.found.connect(self._show_found)
        self.finder.failed.connect(self._show_failed)
        self.finder.slow.connect(self.count.say_searching)
        self.notice.search_widened.connect(self.search_widened)
        self.notice.filter_left.connect(self.filter.clear)

    @property
    def is_streaming(self) -> bool:
        """Headers are coming in by thousands."""
        return bool(self._progress)

    def take(self, event: Event) -> None:
        """What an event says about the list."""
        self._judged.take(event)
        if event.kind is EventKind.PROGRESS:
            self._progress[event.subject_id] = (event.done, event.total)
            self.show_state()
        elif event.kind in {EventKind.ACCOUNT_OK, EventKind.ACCOUNT_PROBLEM}:
            self._progress.clear()
            self._is_unreached = event.kind is EventKind.ACCOUNT_PROBLEM
            self.show_state()

    def search(self, typed: str) -> None:
        """Show only messages with these words."""
        self._typed = typed
        self._ask_again()

    def show_mailbox(self, mailbox_id: int) -> None:
        """Show another mailbox, narrowed as this one was."""
        if mailbox_id == self.model.mailbox_id:
            return
        self._ask(mailbox_id)

    def show_state(self) -> None:
        """The list, or why there is none; and how much was found."""
        query = parse_query(self.model.query)
        lines = self.model.rowCount()
        self.count.say(lines, is_search=not query.is_empty, is_filter=query.is_filter, misread=query.misread)
        self._stack.setCurrentIndex(0 if lines else 1)
        if not lines:
            progress = self._progress.get(self.model.mailbox_id)
            self.notice.explain(
                progress, self._typed, is_searching=self.finder.is_out,
                is_unreached=self._is_unreached, is_filtered=self.filter.is_on(),
            )  # fmt: skip

    def keep(self, row_id: int) -> None:
        """It is being read: it stays though it is no longer what the filter asks for."""
        if self.model.query and row_id:
            self.finder.keep(row_id)

    def _ask_again(self) -> None:
        if self.model.mailbox_id:
            self._ask(self.model.mailbox_id)

    def _ask(self, mailbox_id: int) -> None:
        query = self.filter.query(self._typed)
        if query:
            self.finder.ask(mailbox_id, query)
            if mailbox_id != self.model.mailbox_id:
                self.model.show_mailbox(mailbox_id, query, ())
                self.show_state()
            return
        self.finder.settle(mailbox_id, "")
        try:
            self.model.show_mailbox(mailbox_id)
        except ClientError as error:
            self._show_failed(error)
            return
        self.show_state()

    def _show_found(self, mailbox_id: int, query: str, row_ids: Sequence[int]) -> None:
        model, begin = self.model, self._pace.begun()
        try:
            if (mailbox_id, query) == (model.mailbox_id, model.query):
                model.refresh(row_ids)
            else:
                model.show_mailbox(mailbox_id, query, row_ids)
        except ClientError as error:
            self._show_failed(error)
            return
        self.show_state()
        self._pace.worked(begin, is_more=True)

    def _show_failed(self, error: BaseException) -> None:
        self.notice.say("sig-warning", self._texts.error(error), theme.CAUTION)
        self._stack.setCurrentIndex(1)
