"""Letters begun and kept on this computer: open one again, or throw it away."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from client.config.catalogue import Text
from client.errors import ClientError
from client.model.outgoing import Draft
from client.model.server_draft import DraftStanding
from client.services.desk import MailDesk
from client.ui import dialogs
from client.ui.bridge import Bridge
from client.ui.draft_words import DraftWords
from client.ui.table_model import Index, LinesModel
from client.ui.texts import Texts
from client.ui.widgets import Notice, PlainTable, plain_tooltip

_WIDE, _MIDDLING = 1000, 700
_TIGHT, _ROOMY = 260, 320
"""All in pixels; the last two are the column that says where a draft lies."""


class DraftsModel(LinesModel):
    """Subject, recipients, account and number of files of every stored draft, and where else it lies."""

    COLUMNS = 5

    def __init__(self, desk: MailDesk, texts: Texts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._texts = texts
        self._drafts: tuple[Draft, ...] = ()
        self._names: dict[str, str] = {}
        self._words = DraftWords(self)
        self._told: dict[str, DraftStanding] = {}

    def load(self) -> None:
        """Read the drafts of all accounts again."""
        accounts = self._desk.accounts()
        found = tuple(draft for account in accounts for draft in self._desk.drafts(account.account_id))
        self.beginResetModel()
        self._names = {account.account_id: self._texts.account(account) for account in accounts}
        self._drafts, self._told = found, self._desk.server_drafts().standings()
        self.endResetModel()

    def refused(self) -> int:
        """How many the mail server did not take."""
        told = (self._told.get(draft.draft_id) for draft in self._drafts)
        return sum(one is not None and one.wants_a_look for one in told)

    def draft(self, row: int) -> Draft | None:
        """The draft in a row."""
        return self._drafts[row] if 0 <= row < len(self._drafts) else None

    def lines(self) -> int:
        """Number of drafts."""
        return len(self._drafts)

    def headings(self) -> tuple[str, ...]:
        """The columns' names."""
        where = self.tr("Máy chủ thư")
        return (self.tr("Tài khoản"), self.tr("Tiêu đề"), self.tr("Đến"), self.tr("Tệp"), where)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: words only; where a draft lies may take more of them than there is room for."""
        draft = self.draft(index.row()) if index.isValid() else None
        if draft is not None and role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(self._words.line(self._told.get(draft.draft_id)))
        if draft is None or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            self._names.get(draft.account_id, draft.account_id),
            " ".join(draft.subject.split()) or self.tr("(không có tiêu đề)"),
            ", ".join(address.addr_spec for address in draft.recipients) or "–",
            str(len(draft.attachments) or "–"),
            self._words.line(self._told.get(draft.draft_id)),
        )[index.column()]


class DraftsView(QWidget):
    """The stored drafts of all accounts; Enter or a double click goes on writing."""

    opened = Signal(object)
    """The `Draft` to go on with."""
    changed = Signal()
    """A draft was thrown away."""

    def __init__(self, desk: MailDesk, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._texts = texts
        self._bridge = Bridge(self)
        self.question: QMessageBox | None = None
        self.model = DraftsModel(desk, texts, self)
        self.table = PlainTable(
            self.model, self.tr("Bản nháp trên máy"), (180, 0, 220, 60, _TIGHT), stretched=1
        )
        self.open_button = QPushButton(self.tr("Soạn tiếp"), self)
        self.delete_button = QPushButton(self.tr("Xóa bản nháp"), self)
        self._stack = QStackedWidget(self)
        self._build()
        self.setFocusProxy(self.table)
        self._connect()
        self._show_state()

    def load(self) -> None:
        """Read the drafts again, keeping the chosen one."""
        chosen = self._current()
        self.model.load()
        rows = range(self.model.rowCount())
        wanted = chosen.draft_id if chosen is not None else ""
        row = next((n for n in rows if (d := self.model.draft(n)) and d.draft_id == wanted), 0)
        self.table.selectRow(row)
        self._show_state()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: where it is narrow the subject is worth more than whose draft it is and whom it is for."""
        super().resizeEvent(event)
        width = event.size().width()
        self.table.setColumnHidden(0, width < _WIDE)
        self.table.setColumnHidden(2, width < _MIDDLING)
        self.table.horizontalHeader().resizeSection(4, _ROOMY if width >= _WIDE else _TIGHT)

    def _current(self) -> Draft | None:
        return self.model.draft(self.table.currentIndex().row())

    def _open(self) -> None:
        draft = self._current()
        if draft is not None:
            # The list knows the attachments by name only; their content is read beside the window.
            self._bridge.watch(self._desk.draft(draft.draft_id), self.opened.emit, self._complain)

    def _complain(self, error: BaseException) -> None:
        dialogs.show_problem(self, self._texts.error(error))

    def _ask(self) -> None:
        draft = self._current()
        if draft is None or self.question is not None:
            return
        name = " ".join(draft.subject.split()) or self.tr("(không có tiêu đề)")
        title = self.tr("Xóa bản nháp “{name}”?").format(name=name)
        text = Text(title, self.tr("Thư và các tệp trong bản nháp sẽ mất, không lấy lại được."))
        self.question = dialogs.ask_deletion(self, text, lambda: self._delete(draft.draft_id))
        self.question.finished.connect(self._question_done)

    def _question_done(self) -> None:
        self.question = None

    def _delete(self, draft_id: str) -> None:
        try:
            self._desk.delete_draft(draft_id)
        except ClientError as error:
            dialogs.show_problem(self, self._texts.error(error))
        self.changed.emit()

    def _show_state(self) -> None:
        self._stack.setCurrentIndex(1 if self.model.rowCount() else 0)

    def _connect(self) -> None:
        self.table.activated.connect(lambda _: self._open())
        self.open_button.clicked.connect(self._open)
        self.delete_button.clicked.connect(self._ask)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._ask)

    def _build(self) -> None:
        notice = Notice(self)
        notice.say("drafts", Text(self.tr("Không có bản nháp trên máy này")))
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        strip = QFrame(self)
        strip.setObjectName("strip")
        buttons = QHBoxLayout(strip)
        buttons.setContentsMargins(16, 10, 16, 12)
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.delete_button)
        buttons.addStretch(1)
        column.addWidget(strip)
        self._stack.addWidget(notice)
        self._stack.addWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
