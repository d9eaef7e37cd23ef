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
from client.ui import dialogs
from client.ui.bridge import Bridge
from client.ui.draft_editing import DraftEditing
from client.ui.drafts_view import DraftsView
from client.ui.list_pane import ListPane
from client.ui.mailbox_tree import DRAFTS, OUTBOX, MailboxTree, MailboxTreeModel
from client.ui.message_view import MessageViewer
from client.ui.outbox_view import OutboxView
from client.ui.pace import Pace
from client.ui.reader import Reader
from client.ui.receipt_care import ReceiptCare
from client.ui.texts import Texts
from client.ui.verification_work import VerificationWork


class Workspace(QWidget):
    """Everything between tool bar and status bar."""

    draft_ready = Signal(object)
    """A `Draft` to be opened for writing."""
    chosen = Signal(int)
    """How many messages what is asked for next would concern; one is on show and can be answered."""
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
        self._dirty: set[EventKind] = set()
        self.pace = Pace(self)
        self.tree_model = MailboxTreeModel(desk, texts, self)
        self.tree = MailboxTree(self.tree_model, self)
        self.pane = ListPane(desk, texts, self._bridge, self.pace, self)
        self.list_model, self.list = self.pane.model, self.pane.list
        self.list_model.correspondent.use_of = self.tree_model.use_of
        self.viewer = MessageViewer(texts, self)
        self.reader = Reader(desk, texts, self.viewer, self._bridge)
        self._receipts = ReceiptCare(desk, texts, self.viewer.receipts, self.reader)
        self.work = VerificationWork(desk, texts, self.viewer.verification, self._bridge, self)
        self.outbox = OutboxView(desk, texts, self)
        self.drafts = DraftsView(desk, texts, self)
        self.draft_editing = DraftEditing(
            desk, texts, self.reader, self.list, self.viewer.draft, self.tree_model.use_of
        )
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._right = QStackedWidget(self)
        self._panes = QSplitter(Qt.Orientation.Horizontal, self)
        self._build()
        self._connect()

    def start(self, mailbox_id: int = 0) -> None:
        """Read mailboxes and show the one wanted, or the first inbox."""
        self._guard(self.tree_model.load)
        self.refresh_outbox()
        self.refresh_drafts()
        index = self.tree_model.index_of(mailbox_id) if mailbox_id else self.tree_model.first_inbox()
        self.tree.setCurrentIndex(index if index.isValid() else self.tree_model.first_inbox())
        self.pane.show_state()
        # Otherwise the first to take the keyboard is the search field, and Del or an arrow does nothing.
        self._first().setFocus(Qt.FocusReason.OtherFocusReason)

    def take(self, event: Event) -> None:
        """Note what an event makes stale; the store is read again once the burst is over."""
        self.reader.take(event)
        self.pane.take(event)
        if event.kind in {EventKind.MAILBOXES, EventKind.MESSAGES, EventKind.OUTBOX, EventKind.DRAFTS}:
            self._dirty.add(event.kind)
            self.pace.note(is_streaming=bool(event.account_id) and self.pane.is_streaming)

    def search(self, query: str) -> None:
        """Show only messages with these words."""
        self.pane.search(query)

    def go_to_hits(self) -> None:
        """To the first of what is searched for, once it is found."""
        self.pane.finder.then(self.list.go_to_first)

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

    def targets(self) -> tuple[int, Sequence[int]]:
        """A mailbox of the account, and the messages that what is asked for next concerns."""
        if self.list.chosen_count() > 1:
            return self.list_model.mailbox_id, self.list.chosen_ids()
        mailbox_id, row_id = self.reader.current
        return mailbox_id, (row_id,) if row_id else ()

    def leave(self, row_ids: Sequence[int]) -> None:
        """Not to go on showing what was put elsewhere; from a listed one the list itself goes on."""
        if self.list.is_let_go and self.reader.current[1] in row_ids:
            self._open(0)

    def next_unread(self, *, older: bool) -> bool:
        """Go to the next unread message of the list; from its end on, from its other end. False: none."""
        model = self.list_model
        self.tree.choose(model.mailbox_id)
        if not parse_query(model.query).is_filter:
            return self._next_unread_hit(older=older)
        row_id = self.list.current_row_id() if self.reader.current[1] else 0
        for start in dict.fromkeys((row_id, 0)):
            found = self._desk.next_unread(model.mailbox_id, start, older=older)
            if found and found != row_id and model.line_of(found) >= 0:
                self.list.choose(found)
                return True
        return False

    def _next_unread_hit(self, *, older: bool) -> bool:
        """Hits of a search are few, and in an order of their own."""
        model, line = self.list_model, self.list.currentIndex().row()
        ids = model.row_ids(0, model.rowCount() - 1)
        rows = self._desk.rows(model.mailbox_id, ids)
        ring = [*ids[line + 1 :], *ids[: max(line, 0)]]
        unread = [one for one in (ring if older else ring[::-1]) if one in rows and not rows[one].seen]
        if unread:
            self.list.choose(unread[0])
        return bool(unread)

    def _answer(self, attendance: Attendance) -> None:
        mailbox_id, row_id = self.reader.current
        if row_id:
            self._open_when_ready(self._desk.answer_draft(mailbox_id, row_id, attendance))

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
            view = self.outbox if mailbox_id == OUTBOX else self.drafts
            self._turn_to(view, view)
            self.chosen.emit(0)
            return
        self._turn_to(self.splitter, self._first())
        self.pane.show_mailbox(mailbox_id)
        self._tell_chosen()

    def _first(self) -> QWidget:
        """Where the keyboard begins: an empty list is hidden behind its notice."""
        return self.tree if self.list.isHidden() else self.list

    def _turn_to(self, page: QWidget, first: QWidget) -> None:
        """The keyboard goes along; Qt would give it to whatever button comes next."""
        before, holder = self._right.currentWidget(), self.window().focusWidget()
        was_there = before is not None and before.isAncestorOf(holder)
        self._right.setCurrentWidget(page)
        if was_there and before is not page:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(self, row_id: int) -> None:
        self.reader.open(self.list_model.mailbox_of(row_id), row_id, unasked=self.list.goes_on)
        self.pane.keep(row_id)
        self._tell_chosen()

    def _open_none(self, count: int) -> None:
        """Several are chosen: what is done is done to all of them, and none is read by it."""
        self.reader.open(0, 0)
        self.viewer.show_several(count)
        self._tell_chosen()

    def _tell_chosen(self) -> None:
        _, row_ids = self.targets()
        self.chosen.emit(len(row_ids) if self._is_mail_in_sight() else 0)

    def _is_mail_in_sight(self) -> bool:
        """What cannot be seen, behind the outbox, is not acted upon."""
        return self._right.currentWidget() is self.splitter

    def select_all(self) -> None:
        """Choose every message of the list."""
        if self._is_mail_in_sight():
            self.list.selectAll()

    def _open_when_ready(self, future: Future[Draft]) -> None:
        self._bridge.watch(future, self.draft_ready.emit, self._complain)

    def _leave_what_is_gone(self) -> None:
        if self.list.is_let_go and self.reader.is_gone():
            self._open(0)

    def _refresh_rows(self) -> None:
        """What is on screen at once; what came and went when it has been looked up."""
        self._guard(self.list_model.load_again)
        self.pane.finder.again()
        self._guard(self.tree_model.load)
        self.pane.show_state()

    def _read_again(self) -> None:
        dirty, self._dirty = self._dirty, set()
        if dirty & {EventKind.MAILBOXES, EventKind.MESSAGES}:
            begin = self.pace.begun()
            self.pane.finder.again()  # what is on screen is read with its answer
            self._guard(self.tree_model.load)
            self.pane.show_state()
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
        self.list.opened.connect(self._open)
        self.list.several.connect(self._open_none)
        self.pane.notice.account_wanted.connect(self.account_wanted)
        self.pane.search_widened.connect(self.search_widened)
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
        self.splitter.addWidget(self.pane)
        self.splitter.addWidget(self.viewer)
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
