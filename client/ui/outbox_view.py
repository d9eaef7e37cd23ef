"""Messages on their way: what state each is in, and the decisions only the user can take."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from client.config.catalogue import Text
from client.errors import ClientError
from client.model.outgoing import OutboxEntry, OutboxState
from client.services.desk import MailDesk
from client.ui import theme
from client.ui.texts import Texts
from client.ui.widgets import Notice, PlainTable, plain_label

Index = QModelIndex | QPersistentModelIndex
ENTRY_ROLE = int(Qt.ItemDataRole.UserRole) + 1
DONE = frozenset({OutboxState.FILED, OutboxState.CANCELLED})
"""States that need nothing more."""

_STYLE = {
    OutboxState.SCHEDULED: ("waiting", theme.ACCENT),
    OutboxState.QUEUED: ("waiting", theme.MUTED),
    OutboxState.SUBMITTING: ("sync", theme.ACCENT),
    OutboxState.SUBMITTED: ("sig-valid", theme.GOOD),
    OutboxState.FILED: ("sig-valid", theme.GOOD),
    OutboxState.UNCERTAIN: ("sig-unknown", theme.DOUBT),
    OutboxState.REJECTED: ("sig-invalid", theme.BAD),
    OutboxState.CANCELLED: ("close", theme.MUTED),
}


class OutboxModel(QAbstractTableModel):
    """State, subject, recipients and time of every entry; refreshed as a whole (it is short)."""

    def __init__(self, desk: MailDesk, texts: Texts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._texts = texts
        self._entries: tuple[OutboxEntry, ...] = ()
        self._icons: dict[OutboxState, QIcon] = {
            state: theme.icon(name, ink) for state, (name, ink) in _STYLE.items()
        }

    def load(self) -> None:
        """Read the outbox again."""
        entries = self._desk.outbox()
        same = [one.outbox_id for one in entries] == [one.outbox_id for one in self._entries]
        if same and entries:
            self._entries = entries
            self.dataChanged.emit(self.index(0, 0), self.index(len(entries) - 1, 3))
            return
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def pending(self) -> int:
        """How many wait, are under way, or need a decision."""
        return sum(1 for entry in self._entries if entry.state not in DONE)

    def entry(self, row: int) -> OutboxEntry | None:
        """The entry in a row."""
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        """Qt: number of entries."""
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        """Qt: state, subject, recipients, time."""
        return 0 if parent is not None and parent.isValid() else 4

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Qt: the columns' names."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Trạng thái"), self.tr("Tiêu đề"), self.tr("Đến"), self.tr("Lúc"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: words, icon and colour; the colour is never the only sign."""
        entry = self.entry(index.row()) if index.isValid() else None
        if entry is None:
            return None
        if role == ENTRY_ROLE:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                self._texts.outbox_state(entry.state),
                " ".join(entry.subject.split()) or self.tr("(không có tiêu đề)"),
                ", ".join(entry.rcpt_to),
                self._texts.when(entry.created_at),
            )[index.column()]
        if index.column() == 0 and role == Qt.ItemDataRole.DecorationRole:
            return self._icons[entry.state]
        if index.column() == 0 and role == Qt.ItemDataRole.ForegroundRole:
            return QColor(_STYLE[entry.state][1])
        return None


class OutboxView(QWidget):
    """The list of entries, and below it what happened to the chosen one and what can be done."""

    changed = Signal()
    """An entry was retried, cancelled or confirmed."""

    def __init__(self, desk: MailDesk, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._texts = texts
        self.model = OutboxModel(desk, texts, self)
        self.table = PlainTable(self.model, self.tr("Thư chờ gửi"), (235, 0, 250, 135), stretched=1)
        self._notice = Notice(self)
        self._notice.say("outbox", Text(self.tr("Không có thư chờ gửi")))
        self._title = plain_label(self, wrap=True)
        self._title.setStyleSheet("font-weight: 600;")
        self._text = plain_label(self, wrap=True)
        self._reply = plain_label(self, wrap=True)
        self._reply.setObjectName("muted")
        self.retry_button = QPushButton(self.tr("Gửi lại"), self)
        self.arrived_button = QPushButton(self.tr("Thư này đã đến"), self)
        self.cancel_button = QPushButton(self.tr("Hủy gửi"), self)
        self._stack = QStackedWidget(self)
        self._build()
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
        return "\n".join(filter(None, (self._title.text(), self._text.text(), self._reply.text())))

    def _current(self) -> OutboxEntry | None:
        return self.model.entry(self.table.currentIndex().row())

    def _show_current(self) -> None:
        entry = self._current()
        state = entry.state if entry is not None else OutboxState.FILED
        self.retry_button.setVisible(state in {OutboxState.REJECTED, OutboxState.UNCERTAIN})
        self.arrived_button.setVisible(state is OutboxState.UNCERTAIN)
        self.cancel_button.setVisible(
            state in {OutboxState.SCHEDULED, OutboxState.QUEUED, OutboxState.REJECTED, OutboxState.UNCERTAIN}
        )
        if entry is None:
            return
        self._title.setText(f"{self._texts.outbox_state(state)}: {entry.subject}")
        error = self._error(entry)
        own = self._explain(entry)
        self._text.setText("\n".join(filter(None, (error.title, own or error.action))))
        reply = self.tr("Máy chủ trả lời: {reply}").format(reply=entry.error_text)
        self._reply.setText(reply if entry.error_text else "")
        self._reply.setVisible(bool(entry.error_text))

    def _error(self, entry: OutboxEntry) -> Text:
        if not entry.error_code:
            return Text("")
        accounts = self._desk.accounts()
        smtp = next((one.smtp for one in accounts if one.account_id == entry.account_id), None)
        return self._texts.text(
            "error",
            entry.error_code,
            host=smtp.host if smtp is not None else "",
            port=smtp.port if smtp is not None else "",
            user=entry.mail_from,
            recipient=", ".join(entry.rcpt_to),
            reply=entry.error_text,
            reason=entry.error_reason,
            size=self._texts.size(entry.size),
        )

    def _explain(self, entry: OutboxEntry) -> str:
        match entry.state:
            case OutboxState.UNCERTAIN:
                return self.tr(
                    "Đường truyền đứt ngay khi gửi xong nên không biết máy chủ đã nhận thư hay chưa. "
                    "Chương trình không tự gửi lại để tránh gửi hai lần. "
                    "Hãy hỏi người nhận: nếu thư đã đến, chọn “Thư này đã đến”; nếu chưa, chọn “Gửi lại”."
                )
            case OutboxState.SCHEDULED:
                when = self._texts.when(entry.not_before)
                return self.tr(
                    "Hẹn gửi lúc {when}, khi chương trình đang chạy. "
                    "Đến giờ, thư được đối chiếu lại với quy tắc và chứng thư số rồi mới gửi."
                ).format(when=when)
            case OutboxState.QUEUED:
                if entry.not_before is not None:
                    when = self._texts.when(entry.not_before)
                    return self.tr("Sẽ tự gửi, không sớm hơn {when}.").format(when=when)
                return self.tr("Sẽ tự gửi khi kết nối được với máy chủ.")
            case OutboxState.SUBMITTING:
                return self.tr("Đang chuyển cho máy chủ; lúc này không hủy được.")
            case OutboxState.SUBMITTED:
                return self.tr("Máy chủ đã nhận thư; chỉ còn lưu bản sao vào Thư đã gửi.")
            case OutboxState.CANCELLED:
                return self.tr("Thư không được gửi; bản nháp vẫn còn.")
            case _:
                return ""

    def _act(self, action: str) -> None:
        entry = self._current()
        if entry is None:
            return
        try:
            if action == "retry":
                self._desk.retry(entry.outbox_id)
            elif action == "cancel":
                self._desk.cancel(entry.outbox_id)
            else:
                self._desk.confirm_sent(entry.outbox_id)
        except ClientError as error:
            text = self._texts.error(error)
            self._text.setText(f"{text.title} {text.action}".strip())
            return
        self.load()
        self.changed.emit()

    def _build(self) -> None:
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_current())
        content = QWidget(self)
        column_layout = QVBoxLayout(content)
        column_layout.setContentsMargins(0, 0, 0, 0)
        column_layout.setSpacing(0)
        column_layout.addWidget(self.table, 1)
        column_layout.addWidget(self._details())
        self._stack.addWidget(self._notice)
        self._stack.addWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    def _details(self) -> QFrame:
        frame = QFrame(self)
        frame.setObjectName("strip")
        lines = QVBoxLayout(frame)
        lines.setContentsMargins(16, 10, 16, 12)
        for label in (self._title, self._text, self._reply):
            lines.addWidget(label)
        row = QHBoxLayout()
        for button, action in (
            (self.arrived_button, "confirm"),
            (self.retry_button, "retry"),
            (self.cancel_button, "cancel"),
        ):
            button.clicked.connect(lambda _=False, name=action: self._act(name))
            row.addWidget(button)
        row.addStretch(1)
        lines.addLayout(row)
        return frame
