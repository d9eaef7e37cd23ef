"""The main window: tool bar and menus around the workspace, and its memory of size and layout."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QVBoxLayout, QWidget

from client.config.catalogue import Text
from client.errors import ClientError
from client.model.event import Event, EventKind
from client.model.outgoing import Draft
from client.services.desk import MailDesk
from client.ui import dialogs, letter_paper, mail_actions, theme
from client.ui.about import AboutDialog
from client.ui.account_list import AccountList
from client.ui.account_wizard import AccountWizard
from client.ui.actions import WindowActions
from client.ui.arrivals import Arrivals, bring_forward
from client.ui.bridge import EventRelay
from client.ui.checking_status import CheckingStatus
from client.ui.letter_paper import LetterPaper
from client.ui.list_menus import ListMenus
from client.ui.mail_actions import MailActions
from client.ui.mailbox_tree import DRAFTS, OUTBOX
from client.ui.operations_dialog import OperationsDialog
from client.ui.policy_notice import PolicyNotice
from client.ui.recent_folders import RecentFolders
from client.ui.reminders import ExpiryReminder
from client.ui.send_flow import UNDO_SECONDS
from client.ui.shortcuts_dialog import ShortcutsDialog
from client.ui.signing_center import SigningCenter
from client.ui.status import SyncStatus
from client.ui.texts import Texts
from client.ui.trust_work import TrustWork
from client.ui.undo_mail import UndoMail
from client.ui.undo_send import UndoSend
from client.ui.widgets import open_at
from client.ui.workspace import Workspace

_SEARCH_PAUSE_MS = 200
_STATUS_EVENTS = frozenset({EventKind.PROGRESS, EventKind.ACCOUNT_OK, EventKind.ACCOUNT_PROBLEM})


class MainWindow(QMainWindow):
    """One window for all accounts.

    ``compose`` opens a draft for writing; ``state_file`` is the INI file in the data folder that
    remembers size and layout, the numbers of the folders mail was moved to last, and how much is told
    of new mail.
    """

    language_chosen = Signal(str)
    """``vi`` or ``en``; whoever made the window installs the translation and calls `rebuild`."""
    closed = Signal()
    accounts_changed = Signal()
    """An account was added, changed or removed: the office has to be opened anew."""

    def __init__(
        self,
        desk: MailDesk,
        texts: Texts,
        *,
        compose: Callable[[Draft], None],
        is_demo: bool,
        state_file: Path,
    ) -> None:
        super().__init__()
        self._desk = desk
        self._compose = compose
        self._is_demo = is_demo
        self._state = QSettings(str(state_file), QSettings.Format.IniFormat)
        self._search_pause = QTimer(self)
        self._search_pause.setSingleShot(True)
        self._search_pause.setInterval(_SEARCH_PAUSE_MS)
        self._search_pause.timeout.connect(self._search)
        self._relay = EventRelay(self)
        self._relay.arrived.connect(self._take)
        self._build(texts)
        self._restore()
        desk.subscribe(self._relay.listen)
        self.workspace.start()
        if not self.workspace.list_model.mailbox_id:
            self.status.show_syncing()
        self.reminder.look()

    def rebuild(self, texts: Texts) -> None:
        """Make everything anew in another language; mailbox and message on show stay."""
        mailbox_id, row_id = self.workspace.reader.current
        mailbox_id = self.workspace.list_model.mailbox_id or mailbox_id
        self._remember()
        self.commands.remove()
        self.arrivals.remove()
        spoken = self.status
        self.statusBar().removeWidget(spoken)
        self.statusBar().removeWidget(self.checking)
        self.checking.deleteLater()
        self._build(texts)
        self.status.go_on_from(spoken)
        spoken.deleteLater()
        self._restore()
        self.workspace.start(mailbox_id)
        self.reminder.look()
        if row_id:
            self.workspace.list.choose(row_id)

    def letter_queued(self, outbox_id: int) -> None:
        """A letter was sent: it can be taken back for a moment."""
        self.workspace.refresh_outbox()
        self.undo_send.offer(outbox_id, UNDO_SECONDS)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: remember the layout; mail that is being sent goes on without the window."""
        self._remember()
        super().closeEvent(event)
        self.signing.close()
        self.closed.emit()

    def _build(self, texts: Texts) -> None:
        self._texts = texts
        title = self.tr("Công Thư")
        self.setWindowTitle(f"{title} – {self.tr('MÔI TRƯỜNG TẬP HUẤN')}" if self._is_demo else title)
        self.setWindowIcon(theme.icon("app", theme.ACCENT))
        self.commands = WindowActions(self, texts.language)
        self.commands.triggered.connect(self._do)
        self.commands.language_chosen.connect(self.language_chosen, Qt.ConnectionType.QueuedConnection)
        self.commands.search.textChanged.connect(lambda _: self._search_pause.start())
        self.commands.search.left.connect(self._leave_search)
        self.commands.search.hits_wanted.connect(self._go_to_hits)
        self._build_mail(texts)
        self._build_notices(texts)
        self._build_status(texts)
        self.setCentralWidget(self._with_banner(self.workspace))

    def _build_mail(self, texts: Texts) -> None:
        self.workspace = Workspace(self._desk, texts, self)
        self._undo_mail = UndoMail(self._desk, texts, self)
        self._mail = MailActions(
            self._desk, texts, self.workspace, self._undo_mail, RecentFolders(self._state), self
        )
        self._paper = LetterPaper(self._desk, texts, self.workspace.reader, self)
        self._menus = ListMenus(self.commands, self.workspace, self._mail, self)
        self.workspace.tree.dropped.connect(self._mail.drop)
        self.workspace.draft_ready.connect(self._compose)
        self.workspace.account_wanted.connect(self.add_account)
        self.workspace.search_widened.connect(self.commands.search.setText)
        self.workspace.chosen.connect(self._allow)
        self.arrivals = Arrivals(self._desk, texts, self._state, self)
        self.arrivals.menu(self.commands.view)
        self.arrivals.woken.connect(lambda: bring_forward(self))
        self.arrivals.opened.connect(self.workspace.go_to)

    def _build_notices(self, texts: Texts) -> None:
        self.signing = SigningCenter(self._desk, texts, self.workspace.account_id, self)
        self.reminder = ExpiryReminder(self._desk, texts, self._state, self)
        self.trust_work = TrustWork(self._desk, texts, self.workspace, self.signing, self)
        self.undo_send = UndoSend(self._desk, texts, self._compose, self)
        self.undo_send.taken_back.connect(self.workspace.refresh_outbox)
        self.undo_send.taken_back.connect(self.workspace.refresh_drafts)

    def _build_status(self, texts: Texts) -> None:
        self.status = SyncStatus(texts, self._desk.accounts(), self)
        self.status.problem_clicked.connect(self._show_problem)
        self.status.outbox_clicked.connect(lambda: self.workspace.tree.choose(OUTBOX))
        self.status.operations_clicked.connect(self._show_operations)
        self.status.drafts_clicked.connect(lambda: self.workspace.tree.choose(DRAFTS))
        self.workspace.drafts_read.connect(self.status.show_drafts)
        self.workspace.pending_changed.connect(self.status.show_outbox)
        self.operations: OperationsDialog | None = None
        self._mail.done.connect(self._count_operations)
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(self.status, 1)
        self.checking = CheckingStatus(self._desk, texts, self)
        self.statusBar().addPermanentWidget(self.checking)

    def _with_banner(self, workspace: Workspace) -> QWidget:
        central = QWidget(self)
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if self._is_demo:
            what = self.tr("MÔI TRƯỜNG TẬP HUẤN")
            more = self.tr("thư, chứng thư số và chữ ký ở đây không có giá trị pháp lý")
            banner = QLabel(f"{what} – {more}", central)
            banner.setObjectName("demo")
            banner.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(banner)
        self.policy_notice = PolicyNotice(self._texts, central)
        column.addWidget(self.policy_notice)
        column.addWidget(self.reminder)
        column.addWidget(self.trust_work)
        column.addWidget(self.undo_send)
        column.addWidget(workspace, 1)
        column.addWidget(self._undo_mail)
        return central

    def _take(self, event: Event) -> None:
        if event.kind in _STATUS_EVENTS:
            self.status.take(event)
        if event.kind in {EventKind.OPERATIONS, EventKind.ACCOUNT_OK}:
            self._count_operations()
        self.checking.take(event)
        self.trust_work.take(event)
        self.arrivals.take(event)
        self.workspace.take(event)

    def _count_operations(self) -> None:
        try:
            waiting, parked = self._desk.changes().waiting_counts()
        except ClientError:
            return  # the next event counts them again
        self.status.show_operations(waiting, parked)
        if self.operations is not None:
            self.operations.load()

    def _show_operations(self) -> None:
        if self.operations is None:
            self.operations = OperationsDialog(self._desk, self._texts, self)
            self.operations.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self.operations.finished.connect(self._operations_closed)
        self.operations.show()
        self.operations.raise_()

    def _operations_closed(self) -> None:
        self.operations = None
        self._count_operations()
        self.workspace.take(Event(EventKind.MESSAGES))

    def _allow(self, count: int) -> None:
        work = self.workspace
        self.commands.allow(count, work.tree_model.use_of(work.list_model.mailbox_id))

    def _go_to_unread(self, *, older: bool) -> None:
        if not self.workspace.next_unread(older=older):
            self._undo_mail.tell(self.tr("Không còn thư chưa đọc trong danh sách này."))

    def _do(self, name: str) -> None:
        work = self.workspace
        acts: dict[str, Callable[[], object]] = {
            "compose": self._new,
            "sync": self._sync,
            "reply": lambda: work.reply(reply_all=False),
            "reply_all": lambda: work.reply(reply_all=True),
            "forward": work.forward,
            "verify": work.reader.verify,
            "select_all": work.select_all,
            "next_unread": lambda: self._go_to_unread(older=True),
            "previous_unread": lambda: self._go_to_unread(older=False),
            **{one: partial(self._paper.act, one) for one in letter_paper.NAMES},
            **{one: partial(self._mail.act, one) for one in (*mail_actions.NAMES, "undo")},
            "search": self._focus_search,
            "inbox": lambda: work.tree.setCurrentIndex(work.tree_model.first_inbox()),
            "outbox": lambda: work.tree.choose(OUTBOX),
            "drafts": lambda: work.tree.choose(DRAFTS),
            "next_pane": work.next_pane,
            "reader": work.toggle_reader,
            "sign_file": self.signing.sign_file,
            "sign_batch": self.signing.sign_batch,
            "extend": self.signing.extend,
            "my_keys": self.signing.show_keys,
            "trust": self.signing.show_trust,
            "operations": self._show_operations,
            "accounts": self._show_accounts,
            "shortcuts": lambda: ShortcutsDialog(self.commands.actions, self).exec(),
            "about": lambda: AboutDialog(self._texts, self).exec(),
            "close": self.close,
        }
        try:
            acts[name]()
        except ClientError as error:
            self._show_problem(self._texts.error(error))

    def add_account(self) -> None:
        """Ask for an account: what a first start begins with."""
        wizard = AccountWizard(self._desk, self._texts, self)
        wizard.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        wizard.added.connect(self.accounts_changed, Qt.ConnectionType.QueuedConnection)
        wizard.open()

    def _show_accounts(self) -> None:
        accounts = AccountList(self._desk, self._texts, self)
        accounts.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        accounts.changed.connect(self.accounts_changed, Qt.ConnectionType.QueuedConnection)
        accounts.open()

    def _new(self) -> None:
        account_id = self.workspace.account_id()
        if account_id:
            self._compose(self._desk.new_draft(account_id))
        elif self._desk.account_desk().may_change:
            self.add_account()

    def _sync(self) -> None:
        self.status.show_syncing()
        self._desk.sync_now()

    def _focus_search(self) -> None:
        self.commands.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.commands.search.selectAll()

    def _leave_search(self) -> None:
        self._search_at_once()
        self.workspace.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_to_hits(self) -> None:
        self._search_at_once()
        self.workspace.go_to_hits()

    def _search_at_once(self) -> None:
        if self._search_pause.isActive():
            self._search_pause.stop()
            self._search()

    def _search(self) -> None:
        self.workspace.search(self.commands.search.text().strip())

    def _show_problem(self, text: Text) -> None:
        dialogs.show_problem(self, text)

    def _remember(self) -> None:
        self._state.setValue("geometry", self.saveGeometry())
        for name, splitter in self.workspace.splitters().items():
            self._state.setValue(name, splitter.saveState())
        self._state.sync()

    def _restore(self) -> None:
        geometry = self._state.value("geometry")
        if not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry)):
            open_at(self, 1280, 720)
        for name, splitter in self.workspace.splitters().items():
            state = self._state.value(name)
            if isinstance(state, QByteArray):
                splitter.restoreState(state)
