"""Messages on their way: what state each is in, and the decisions only the user can take."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QResizeEvent
from PySide6.QtWidgets import QMessageBox, QStackedWidget, QVBoxLayout, QWidget

from client.config.catalogue import Text
from client.errors import ClientError
from client.model.outgoing import Draft, OutboxEntry, OutboxState, Situation, situation
from client.services.desk import MailDesk
from client.ui import dialogs, theme
from client.ui.bridge import Bridge
from client.ui.outbox_details import OutboxDetails
from client.ui.table_model import Index, LinesModel
from client.ui.texts import Texts
from client.ui.widgets import Notice, PlainTable

ENTRY_ROLE = int(Qt.ItemDataRole.UserRole) + 1
DONE = frozenset({OutboxState.FILED, OutboxState.CANCELLED})
"""States that need nothing more."""

_STYLE = {
    Situation.SCHEDULED: ("waiting", theme.ACCENT),
    Situation.PAUSED: ("waiting", theme.ACCENT),
    Situation.QUEUED: ("waiting", theme.MUTED),
    Situation.RETRYING: ("waiting", theme.CAUTION),
    Situation.SUBMITTING: ("sync", theme.ACCENT),
    Situation.SUBMITTED: ("sig-valid", theme.GOOD),
    Situation.UNFILED: ("sig-valid", theme.CAUTION),
    Situation.FILED: ("sig-valid", theme.GOOD),
    Situation.UNCERTAIN: ("sig-unknown", theme.DOUBT),
    Situation.REJECTED: ("sig-invalid", theme.BAD),
    Situation.HELD: ("sig-invalid", theme.BAD),
    Situation.RECEIPT_REFUSED: ("sig-unknown", theme.MUTED),
    Situation.CANCELLED: ("close", theme.MUTED),
    Situation.GIVEN_UP: ("sig-unknown", theme.MUTED),
}


_WIDE, _MIDDLING = 820, 560
"""Pixels from which recipients, and from which the time has a column."""


class OutboxModel(LinesModel):
    """State, subject, recipients and time of every entry; refreshed as a whole (it is short)."""

    COLUMNS = 4

    def __init__(self, desk: MailDesk, texts: Texts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._texts = texts
        self._entries: tuple[OutboxEntry, ...] = ()
        self._icons: dict[Situation, QIcon] = {
            one: theme.icon(name, ink) for one, (name, ink) in _STYLE.items()
        }

    def load(self) -> None:
        """Read the outbox again."""
        entries = self._desk.outbox()
        same = [one.outbox_id for one in entries] == [one.outbox_id for one in self._entries]
        if same and entries:
            self._entries = entries
            self.dataChanged.emit(self.index(0, 0), self.index(len(entries) - 1, self.COLUMNS - 1))
            return
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def pending(self) -> int:
        """How many wait, are under way, or need a decision."""
        left = [one for one in self._entries if one.state not in DONE]
        return sum(1 for one in left if situation(one) is not Situation.RECEIPT_REFUSED)

    def finished(self) -> bool:
        """Whether some may be taken off the list."""
        return any(one.state in DONE for one in self._entries)

    def entry(self, row: int) -> OutboxEntry | None:
        """The entry in a row."""
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def lines(self) -> int:
        """Number of entries."""
        return len(self._entries)

    def headings(self) -> tuple[str, ...]:
        """The columns' names."""
        return (self.tr("Trạng thái"), self.tr("Tiêu đề"), self.tr("Đến"), self.tr("Thời gian"))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: words, icon and colour; the colour is never the only sign."""
        entry = self.entry(index.row()) if index.isValid() else None
        if entry is None:
            return None
        if role == ENTRY_ROLE:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                self._texts.outbox_state(situation(entry)),
                " ".join(entry.subject.split()) or self.tr("(không có tiêu đề)"),
                ", ".join(entry.rcpt_to),
                self._when(entry),
            )[index.column()]
        if index.column() == 0 and role == Qt.ItemDataRole.DecorationRole:
            return self._icons[situation(entry)]
        if index.column() == 0 and role == Qt.ItemDataRole.ForegroundRole:
            return QColor(_STYLE[situation(entry)][1])
        return None

    def _when(self, entry: OutboxEntry) -> str:
        """When it leaves, for one that waits for its hour; else since when it is here."""
        if situation(entry) is Situation.SCHEDULED and entry.not_before is not None:
            return self.tr("sẽ gửi {when}").format(when=self._texts.when(entry.not_before))
        return self._texts.when(entry.created_at)


class OutboxView(QWidget):
    """The list of entries, and below it what happened to the chosen one and what can be done."""

    changed = Signal()
    """An entry was retried, cancelled, confirmed or taken off the list."""
    draft_opened = Signal(Draft)
    """The draft of an entry that did not leave is to be written on."""

    def __init__(self, desk: MailDesk, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._texts = texts
        self._bridge = Bridge(self)
        self.model = OutboxModel(desk, texts, self)
        self.table = PlainTable(self.model, self.tr("Thư chờ gửi"), (245, 0, 250, 175), stretched=1)
        self._notice = Notice(self)
        self._notice.say("outbox", Text(self.tr("Không có thư chờ gửi")))
        self.details = OutboxDetails(desk, texts, self)
        self.question: QMessageBox | None = None
        self._stack = QStackedWidget(self)
        self._build()
        self.setFocusProxy(self.table)
        self.load()

    def load(self) -> None:
        """Read the outbox again, keeping the chosen entry."""
        entry = self._current()
        self.model.load()
        self._stack.setCurrentIndex(1 if self.model.rowCount() else 0)
        wanted = entry.outbox_id if entry is not None else 0
        rows = range(self.model.rowCount())
        row = next((n for n in rows if (e := self.model.entry(n)) and e.outbox_id == wanted), 0)
        self.table.selectRow(row)
        self._show_current()

    def explanation(self) -> str:
        """What is said about the chosen entry."""
        return self.details.explanation()

    def _current(self) -> OutboxEntry | None:
        return self.model.entry(self.table.currentIndex().row())

    def _show_current(self) -> None:
        self.details.show_entry(self._current(), finished=self.model.finished())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: where it is narrow the subject is worth more than what the details say as well."""
        super().resizeEvent(event)
        self.table.setColumnHidden(2, event.size().width() < _WIDE)
        self.table.setColumnHidden(3, event.size().width() < _MIDDLING)

    def _act(self, action: str) -> None:
        entry = self._current()
        if entry is None:
            return
        if action == "draft":
            self._bridge.watch(self._desk.draft(entry.draft_id), self.draft_opened.emit, self._complain)
            return
        if action == "retry" and entry.state is OutboxState.UNCERTAIN:
            self._ask_twice(entry)
        else:
            self._carry_out(action, entry)

    def _ask_twice(self, entry: OutboxEntry) -> None:
        """The server may have it already: only a person can know, and is told what it may cost."""
        if self.question is not None:
            return
        text = Text(
            self.tr("Gửi lại thư này?"),
            self.tr(
                "Không biết máy chủ đã nhận thư hay chưa: nếu đã nhận, người nhận sẽ có hai thư giống nhau. "
                "Hãy hỏi người nhận trước; nếu thư đã đến, chọn “Thư này đã đến”."
            ),
        )
        self.question = dialogs.ask(
            self, text, self.tr("Vẫn gửi lại"), self.tr("Không gửi"), lambda: self._carry_out("retry", entry)
        )
        self.question.finished.connect(self._question_done)

    def _question_done(self) -> None:
        self.question = None

    def _carry_out(self, action: str, entry: OutboxEntry) -> None:
        outgoing = self._desk.outgoing()
        acts = {"retry": outgoing.retry, "cancel": outgoing.cancel, "confirm": outgoing.confirm_sent}
        try:
            if action == "forget":
                outgoing.forget_finished()
            else:
                acts[action](entry.outbox_id)
        except ClientError as error:
            self.load()
            self.details.complain(self._texts.error(error))
            return
        self.load()
        # A button that went away would hand the focus to the next one.
        self.table.setFocus()
        self.changed.emit()

    def _complain(self, error: BaseException) -> None:
        dialogs.show_problem(self.window(), self._texts.error(error))

    def _build(self) -> None:
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_current())
        self.details.wanted.connect(self._act)
        content = QWidget(self)
        column_layout = QVBoxLayout(content)
        column_layout.setContentsMargins(0, 0, 0, 0)
        column_layout.setSpacing(0)
        column_layout.addWidget(self.table, 1)
        column_layout.addWidget(self.details)
        self._stack.addWidget(self._notice)
        self._stack.addWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
