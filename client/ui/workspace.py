"""The three panes and what joins them: mailboxes, messages, the message; or the outbox instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QWidget

from client.errors import ClientError
from client.model.event import Event, EventKind
from client.model.invitation import Attendance
from client.model.mailbox import Related
from client.model.message import MessageView
from client.model.outgoing import Draft
from client.model.search import parse_query
from client.services.desk import MailDesk
from client.services.meeting_answers import sent_answer
from client.ui import dialogs, theme
from client.ui.bridge import Bridge
from client.ui.draft_editing import DraftEditing
from client.ui.drafts_view import DraftsView
from client.ui.finder import Finder
from client.ui.judged_rows import JudgedRows
from client.ui.list_notice import ListNotice
from client.ui.mailbox_tree import DRAFTS, OUTBOX, MailboxTree, MailboxTreeModel
from client.ui.message_list import MessageList
from client.ui.message_view import MessageViewer
from client.ui.models import MessageListModel
from client.ui.outbox_view import OutboxView
from client.ui.pace import Pace
from client.ui.reader import Reader
from client.ui.receipt_care import ReceiptCare
from client.ui.search_count import SearchCount
from client.ui.texts import Texts
from client.ui.verification_work import VerificationWork


class Workspace(QWidget):
    """Everything between tool bar and status bar."""

    draft_ready = Signal(object)
    """A `Draft` to be opened for writing."""
    message_chosen = Signal(bool)
    """Whether there is a message that can be answered."""
    account_wanted = Signal()
    """The user wants to add the first account."""
    search_widened = Signal(str)
    """What the search box is to ask for instead."""
    pending_changed = Signal(int)
    """Messages in the outbox that wait or need a decision."""
    drafts_read = Signal(int)
    """The drafts were read again; how many the mail server did not take."""

    def __init__(self, desk: MailDesk, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._texts = texts
        self._bridge = Bridge(self)
        self._progress: dict[int, tuple[int, int]] = {}
        self._dirty: set[EventKind] = set()
        self._is_unreached = False
        self.tree_model = MailboxTreeModel(desk, texts, self)
        self.tree = MailboxTree(self.tree_model, self)
        self.list_model = MessageListModel(desk, texts, self)
        self._finder = Finder(desk, self._bridge, self)
        self._judged = JudgedRows(self.list_model, self)
        self.list = MessageList(self.list_model, self)
        self.list_notice = ListNotice(desk, texts, self.list_model, self)
        self.viewer = MessageViewer(texts, self)
        self.reader = Reader(desk, texts, self.viewer, self._bridge)
        self._receipts = ReceiptCare(desk, texts, self.viewer.receipts, self.reader)
        self.work = VerificationWork(desk, texts, self.viewer.verification, self._bridge, self)
        self.outbox = OutboxView(desk, texts, self)
        self.drafts = DraftsView(desk, texts, self)
        self.draft_editing = DraftEditing(desk, texts, self.reader, self.list, self.viewer.draft)
        self._list_stack = QStackedWidget(self)
        self.search_count = SearchCount(self._list_stack, texts, self)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._right = QStackedWidget(self)
        self._panes = QSplitter(Qt.Orientation.Horizontal, self)
        self.pace = Pace(self)
        self._build()
        self._connect()

    def start(self, mailbox_id: int = 0) -> None:
        """Read mailboxes and show the one wanted, or the first inbox."""
        self._guard(self.tree_model.load)
        self.refresh_outbox()
        self.refresh_drafts()
        index = self.tree_model.index_of(mailbox_id) if mailbox_id else self.tree_model.first_inbox()
        self.tree.setCurrentIndex(index if index.isValid() else self.tree_model.first_inbox())
        self._show_list_state()

    def take(self, event: Event) -> None:
        """Note what an event makes stale; the store is read again once the burst is over."""
        self.reader.take(event)
        self._judged.take(event)
        if event.kind is EventKind.PROGRESS:
            self._progress[event.subject_id] = (event.done, event.total)
            self._show_list_state()
        elif event.kind in {EventKind.ACCOUNT_OK, EventKind.ACCOUNT_PROBLEM}:
            self._progress.clear()
            self._is_unreached = event.kind is EventKind.ACCOUNT_PROBLEM
            self._show_list_state()
        elif event.kind in {EventKind.MAILBOXES, EventKind.MESSAGES, EventKind.OUTBOX, EventKind.DRAFTS}:
            self._dirty.add(event.kind)
            self.pace.note(is_streaming=bool(event.account_id and self._progress))

    def search(self, query: str) -> None:
        """Show only messages with these words."""
        if self.list_model.mailbox_id:
            self._show_mailbox(self.list_model.mailbox_id, query)

    def go_to_hits(self) -> None:
        """To the first of what is searched for, once it is found."""
        self._finder.then(self.list.go_to_first)

    def account_id(self) -> str:
        """The account a new message is written from."""
        accounts = self._desk.accounts()
        return self.tree.account_id() or (accounts[0].account_id if accounts else "")

    def reply(self, *, reply_all: bool) -> None:
        """Answer the message on show."""
        mailbox_id, row_id = self.reader.current
        if row_id:
            self._open_when_ready(self._desk.reply_draft(mailbox_id, row_id, reply_all=reply_all))

    def forward(self) -> None:
        """Pass the message on show on."""
        mailbox_id, row_id = self.reader.current
        if row_id:
            self._open_when_ready(self._desk.forward_draft(mailbox_id, row_id))

    def _show_related(self, view: MessageView) -> None:
        related = Related()
        if not view.frozen:
            try:
                related = self._desk.related(*self.reader.current)
                if view.invitation is not None and view.invitation.wants_answer:
                    self.viewer.invitation.show_answer(sent_answer(self._desk, related))
            except ClientError as error:
                self._complain(error)
        self.viewer.related.show_related(related)

    def _open_related(self, mailbox_id: int, row_id: int) -> None:
        """Choose it in the list where it is listed; else it is shown and no row of the list is chosen."""
        listed = self.list_model.line_of(row_id) >= 0
        if listed and mailbox_id == self.list_model.mailbox_of(row_id):
            self.list.choose(row_id)
        else:
            self.list.let_go()
            self.reader.open(mailbox_id, row_id)

    def go_to(self, mailbox_id: int, row_id: int) -> None:
        """Show a message wherever it is."""
        self.tree.choose(mailbox_id)
        self._open_related(mailbox_id, row_id)

    def leave(self, mailbox_id: int, row_id: int) -> None:
        """Not to go on showing what was put elsewhere; from a listed one the list itself goes on."""
        if self.list.is_let_go and self.reader.current == (mailbox_id, row_id):
            self._open(0)

    def _answer(self, attendance: Attendance) -> None:
        mailbox_id, row_id = self.reader.current
        if row_id:
            self._open_when_ready(self._desk.answer_draft(mailbox_id, row_id, attendance))

    def mark_seen(self, *, seen: bool) -> None:
        """Mark the message on show as read or unread."""
        mailbox_id, row_id = self.reader.current
        if row_id:
            self._guard(lambda: self._desk.mark_seen(mailbox_id, row_id, seen=seen))
            self._refresh_rows()

    def toggle_reader(self) -> None:
        """Hide or show the reading pane."""
        self.viewer.setVisible(not self.viewer.isVisible())

    def next_pane(self) -> None:
        """Move the focus to the next pane."""
        panes = [self.tree, self.list, self.viewer.findChild(QWidget, "body")]
        here = next((n for n, pane in enumerate(panes) if pane is not None and pane.hasFocus()), -1)
        wanted = panes[(here + 1) % len(panes)]
        (wanted or self.tree).setFocus(Qt.FocusReason.TabFocusReason)

    def refresh_outbox(self) -> None:
        """Read the outbox again."""
        self._guard(self.outbox.load)
        pending = self.outbox.model.pending()
        self.tree_model.show_outbox_count(pending)
        self.pending_changed.emit(pending)

    def refresh_drafts(self) -> None:
        """Read the drafts on this computer again."""
        self._guard(self.drafts.load)
        self.tree_model.show_drafts_count(self.drafts.model.rowCount())
        self.drafts_read.emit(self.drafts.model.refused())

    def splitters(self) -> dict[str, QSplitter]:
        """The movable borders by name, for the window's memory."""
        return {"panes": self._panes, "columns": self.splitter}

    def _chosen(self, mailbox_id: int) -> None:
        if mailbox_id in {OUTBOX, DRAFTS}:
            self._right.setCurrentWidget(self.outbox if mailbox_id == OUTBOX else self.drafts)
            self.message_chosen.emit(False)
            return
        self._right.setCurrentWidget(self.splitter)
        if mailbox_id != self.list_model.mailbox_id:
            self._show_mailbox(mailbox_id, self._finder.query)
        self.message_chosen.emit(bool(self.reader.current[1]))

    def _show_mailbox(self, mailbox_id: int, query: str) -> None:
        if query:
            self._finder.ask(mailbox_id, query)
            if mailbox_id != self.list_model.mailbox_id:
                self.list_model.show_mailbox(mailbox_id, query, ())
                self._show_list_state()
            return
        self._finder.settle(mailbox_id, "")
        try:
            self.list_model.show_mailbox(mailbox_id)
        except ClientError as error:
            self._show_failed(error)
            return
        self._show_list_state()

    def _show_found(self, mailbox_id: int, query: str, row_ids: Sequence[int]) -> None:
        model, begin = self.list_model, self.pace.begun()
        try:
            if (mailbox_id, query) == (model.mailbox_id, model.query):
                model.refresh(row_ids)
            else:
                model.show_mailbox(mailbox_id, query, row_ids)
        except ClientError as error:
            self._show_failed(error)
            return
        self._show_list_state()
        self.pace.worked(begin, is_more=True)

    def _show_failed(self, error: BaseException) -> None:
        self.list_notice.say("sig-warning", self._texts.error(error), theme.CAUTION)
        self._list_stack.setCurrentIndex(1)

    def _show_searching(self) -> None:
        """Above what is listed, which stays until something is found."""
        self.search_count.say_searching()

    def _show_list_state(self) -> None:
        model = self.list_model
        query = parse_query(model.query)
        self.search_count.say(model.rowCount(), is_search=not query.is_empty, misread=query.misread)
        self._list_stack.setCurrentIndex(0 if model.rowCount() else 1)
        if model.rowCount():
            return
        progress = self._progress.get(model.mailbox_id)
        self.list_notice.explain(progress, is_searching=self._finder.is_out, is_unreached=self._is_unreached)

    def _open(self, row_id: int) -> None:
        self.reader.open(self.list_model.mailbox_of(row_id), row_id, unasked=self.list.goes_on)
        self.message_chosen.emit(bool(row_id))

    def _open_when_ready(self, future: Future[Draft]) -> None:
        self._bridge.watch(future, self.draft_ready.emit, self._complain)

    def _leave_what_is_gone(self) -> None:
        if self.list.is_let_go and self.reader.is_gone():
            self._open(0)

    def _refresh_rows(self) -> None:
        """What is on screen at once; what came and went when it has been looked up."""
        self._guard(self.list_model.load_again)
        self._finder.again()
        self._guard(self.tree_model.load)
        self._show_list_state()

    def _read_again(self) -> None:
        dirty, self._dirty = self._dirty, set()
        if dirty & {EventKind.MAILBOXES, EventKind.MESSAGES}:
            begin = self.pace.begun()
            self._finder.again()  # what is on screen is read with its answer
            self._guard(self.tree_model.load)
            self._show_list_state()
            self._guard(self._leave_what_is_gone)
            self.pace.worked(begin)
            if not self.tree.currentIndex().isValid():
                self.tree.setCurrentIndex(self.tree_model.first_inbox())
        if EventKind.OUTBOX in dirty:
            self.refresh_outbox()
        if dirty & {EventKind.OUTBOX, EventKind.DRAFTS}:
            self.refresh_drafts()

    def _guard(self, act: Callable[[], None]) -> None:
        try:
            act()
        except ClientError as error:
            self._complain(error)

    def _complain(self, error: BaseException) -> None:
        dialogs.show_problem(self, self._texts.error(error))

    def _connect(self) -> None:
        self.tree.chosen.connect(self._chosen)
        self._finder.found.connect(self._show_found)
        self._finder.failed.connect(self._show_failed)
        self._finder.slow.connect(self._show_searching)
        self.list.opened.connect(self._open)
        self.list_notice.account_wanted.connect(self.account_wanted)
        self.list_notice.search_widened.connect(self.search_widened)
        self.work.draft_ready.connect(self.draft_ready)
        self.reader.seen.connect(lambda _: self._refresh_rows())
        self.viewer.invitation.answered.connect(self._answer)
        self.reader.shown.connect(self._show_related)
        self.viewer.related.chosen.connect(self._open_related)
        self.outbox.changed.connect(self.refresh_outbox)
        self.outbox.draft_opened.connect(self.draft_ready)
        self.outbox.changed.connect(self.refresh_drafts)
        self.drafts.opened.connect(self.draft_ready)
        self.draft_editing.draft_ready.connect(self.draft_ready)
        self.drafts.changed.connect(self.refresh_drafts)
        self.pace.due.connect(self._read_again)

    def _build(self) -> None:
        self._list_stack.addWidget(self.list)
        self._list_stack.addWidget(self.list_notice)
        self.splitter.addWidget(self.search_count)
        self.splitter.addWidget(self.viewer)
        self.search_count.setMinimumWidth(240)
        self.viewer.setMinimumWidth(320)
        self.splitter.setSizes([380, 760])
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 2)
        self._right.addWidget(self.splitter)
        self._right.addWidget(self.outbox)
        self._right.addWidget(self.drafts)
        self._panes.addWidget(self.tree)
        self._panes.addWidget(self._right)
        self._panes.setSizes([220, 1140])
        self._panes.setStretchFactor(1, 1)
        for splitter in (self.splitter, self._panes):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._panes)
