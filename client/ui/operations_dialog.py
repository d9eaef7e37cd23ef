"""Changes to mail that the server has not taken yet: what waits, why, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from client.config.catalogue import Text
from client.errors import ClientError, MailboxMissing, QuotaExceeded
from client.model.account import Account
from client.model.message import Flag
from client.model.operation import NOT_EXPUNGED, Operation, OperationKind
from client.services.desk import MailDesk
from client.ui import theme
from client.ui.table_model import Index, LinesModel
from client.ui.texts import Texts
from client.ui.widgets import Notice, PlainTable, open_at, plain_label

_SETTLED = frozenset(
    {QuotaExceeded.code, MailboxMissing.code, NOT_EXPUNGED, "change-forbidden", "message-gone"}
)
"""What is parked at the first refusal, with advice of its own; anything else was tried again and again."""


class OperationsModel(LinesModel):
    """What is to be done, to which message, how it stands; refreshed as a whole (it is short)."""

    COLUMNS = 4

    def __init__(self, desk: MailDesk, texts: Texts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._texts = desk, texts
        self.operations: tuple[Operation, ...] = ()
        self._names: dict[tuple[str, bytes], str] = {}

    def load(self) -> None:
        """Read what waits again."""
        self.beginResetModel()
        self.operations = self._desk.changes().waiting()
        self._names = {
            (account.account_id, one.raw_name): self._texts.mailbox(one)
            for account in self._desk.accounts()
            for one in self._desk.mailboxes(account.account_id)
        }
        self.endResetModel()

    def lines(self) -> int:
        """Number of changes."""
        return len(self.operations)

    def headings(self) -> tuple[str, ...]:
        """The columns' names."""
        return (self.tr("Trạng thái"), self.tr("Thao tác"), self.tr("Thư"), self.tr("Lúc"))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: words, and a colour beside them for what needs somebody."""
        if not index.isValid() or index.row() >= len(self.operations):
            return None
        one = self.operations[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            subject = " ".join(one.subject.split()) or self.tr("(không có tiêu đề)")
            columns = (self.state(one), self.what(one), subject, self._texts.when(one.created_at))
            return columns[index.column()]
        if index.column() == 0 and role == Qt.ItemDataRole.ForegroundRole and one.parked:
            return QColor(theme.BAD)
        return None

    def mailbox(self, account_id: str, raw_name: bytes) -> str:
        """A mailbox by the name it is shown with."""
        return self._names.get((account_id, raw_name), raw_name.decode("utf-8", "replace"))

    def state(self, one: Operation) -> str:
        """How it stands, in few words."""
        if one.parked:
            return self.tr("Cần xử lý")
        if one.undone:
            return self.tr("Đang hoàn tác")
        return self.tr("Sẽ thử lại") if one.error_code else self.tr("Đang chờ")

    def what(self, one: Operation) -> str:
        """What is to be done."""
        if one.kind is OperationKind.DELETE:
            return self.tr("Xóa hẳn")
        if one.kind is OperationKind.MOVE:
            return self.tr("Chuyển tới {mailbox}").format(mailbox=self.mailbox(one.account_id, one.target))
        words = {
            (str(Flag.SEEN), True): self.tr("Đánh dấu đã đọc"),
            (str(Flag.SEEN), False): self.tr("Đánh dấu chưa đọc"),
            (str(Flag.FLAGGED), True): self.tr("Gắn sao"),
            (str(Flag.FLAGGED), False): self.tr("Bỏ sao"),
        }
        return words.get((one.flag, one.present), self.tr("Đánh dấu"))


class OperationsDialog(QDialog):
    """The queue, and below it why the chosen change has not been taken."""

    def __init__(self, desk: MailDesk, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._texts = desk, texts
        self.setWindowTitle(self.tr("Thay đổi chưa gửi lên máy chủ"))
        open_at(self, 720, 420)
        self.model = OperationsModel(desk, texts, self)
        self.table = PlainTable(self.model, self.windowTitle(), (120, 190, 0, 130), stretched=2)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_current())
        self._explanation = plain_label(self, wrap=True)
        self.retry_button = QPushButton(self.tr("Thử lại"), self)
        self.discard_button = QPushButton(self.tr("Bỏ thao tác"), self)
        self.retry_button.clicked.connect(self._retry)
        self.discard_button.clicked.connect(self._discard)
        self._stack = QStackedWidget(self)
        self._build()
        self.load()

    def _build(self) -> None:
        nothing = Notice(self)
        title = self.tr("Không có thao tác nào đang chờ")
        nothing.say("sig-valid", Text(title, self.tr("Mọi thay đổi đã được ghi trên máy chủ.")))
        self._stack.addWidget(nothing)
        self._stack.addWidget(self.table)
        buttons = QDialogButtonBox(self)
        for button in (self.retry_button, self.discard_button):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        close = QPushButton(self.tr("Đóng"), self)
        close.setDefault(True)
        buttons.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._explanation)
        layout.addWidget(buttons)

    def load(self) -> None:
        """Read what waits again; the chosen change stays chosen."""
        chosen = self._current()
        self.model.load()
        rows = [one.operation_id for one in self.model.operations]
        self._stack.setCurrentIndex(1 if rows else 0)
        if rows:
            wanted = chosen.operation_id if chosen is not None else rows[0]
            self.table.selectRow(rows.index(wanted) if wanted in rows else 0)
        self._show_current()

    def explanation(self) -> str:
        """What is said about the chosen change."""
        return self._explanation.text()

    def _current(self) -> Operation | None:
        row = self.table.currentIndex().row()
        return self.model.operations[row] if 0 <= row < len(self.model.operations) else None

    def _show_current(self) -> None:
        one = self._current()
        self.retry_button.setEnabled(one is not None and bool(one.error_code or one.parked))
        self.discard_button.setEnabled(one is not None and not one.undone)
        self._explanation.setText(self._explain(one) if one is not None else "")

    def _explain(self, one: Operation) -> str:
        lines = [self._place(one)]
        code = one.parked or one.error_code
        if one.undone:
            lines.append(self.tr("Đã hoàn tác trên máy này; trên máy chủ thư sẽ được chuyển về chỗ cũ."))
        elif not code:
            waits = self.tr("Sẽ làm ngay khi kết nối được với máy chủ; trên máy này đã hiển thị như đã xong.")
            lines.append(waits)
        return "\n".join(lines + self._why(one, code) if code else lines)

    def _place(self, one: Operation) -> str:
        """Which folder of whom: the same words may be asked of several."""
        owner = self._account(one)
        account = self._texts.account(owner) if owner is not None else one.account_id
        mailbox = self.model.mailbox(one.account_id, one.raw_name)
        return self.tr("Thư mục {mailbox}, tài khoản {account}").format(mailbox=mailbox, account=account)

    def _account(self, one: Operation) -> Account | None:
        return next((a for a in self._desk.accounts() if a.account_id == one.account_id), None)

    def _why(self, one: Operation, code: str) -> list[str]:
        owner = self._account(one)
        host = owner.imap.host if owner is not None else ""
        mailbox = self.model.mailbox(one.account_id, one.raw_name)
        text = self._texts.text("error", code, host=host, reply=one.error_text, mailbox=mailbox, role=mailbox)
        tired = self.tr("Đã thử nhiều lần và không tự thử nữa: chọn “Thử lại” hoặc “Bỏ thao tác”.")
        action = tired if one.parked and code not in _SETTLED else text.action
        lines = [said for said in (text.title, action) if said]
        if one.error_text:
            lines.append(self.tr("Máy chủ trả lời: {reply}").format(reply=one.error_text))
        if one.not_before is not None and not one.parked:
            lines.append(self.tr("Tự thử lại lúc {when}.").format(when=self._texts.when(one.not_before)))
        return lines

    def _retry(self) -> None:
        one = self._current()
        if one is not None:
            self._attempt(lambda: self._desk.changes().retry(one.operation_id))

    def _discard(self) -> None:
        one = self._current()
        if one is not None:
            self._attempt(lambda: self._desk.changes().discard(one.operation_id))

    def _attempt(self, act: Callable[[], object]) -> None:
        try:
            act()
        except ClientError as error:
            text = self._texts.error(error)
            self._explanation.setText("\n".join(filter(None, (text.title, text.action))))
            return
        self.load()
