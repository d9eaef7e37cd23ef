"""The signing step: what is signed, with whose key, and the password for one use."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from client.model.account import Account, KeyRef
from client.model.finding import Severity
from client.model.secret import Secret
from client.model.verdict import SignerInfo
from client.services.desk import MailDesk
from client.ui.bridge import Bridge
from client.ui.compose_model import SigningPlan, default_key
from client.ui.notice_bar import NoticeBar
from client.ui.texts import Texts


class SigningDialog(QDialog):
    """Opens the key first and shows whose it is; only a second, deliberate press signs."""

    confirmed = Signal(object, object)
    """The `KeyRef` and the `Secret`; the dialog keeps neither."""

    def __init__(
        self, desk: MailDesk, texts: Texts, plan: SigningPlan, account: Account, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._texts = desk, texts
        self._bridge = Bridge(self)
        self._secret: Secret | None = None
        self._asked = 0
        self.setWindowTitle(self.tr("Ký số"))
        self.setMinimumWidth(540)
        layout = QVBoxLayout(self)
        self.what = _plain(self._plan_text(plan))
        layout.addWidget(self.what)
        self.notice = NoticeBar()
        layout.addWidget(self.notice)
        self._add_key_line(layout, account)
        self._add_password(layout)
        self.owner = _plain("")
        self.owner.hide()
        layout.addWidget(self.owner)
        self._add_buttons(layout)
        self._refresh()

    def key(self) -> KeyRef | None:
        """The chosen key."""
        return self.keys.currentData() if self.keys.count() else None

    def set_key_file(self, path: Path) -> None:
        """Use a PKCS#12 file for this letter."""
        self.keys.addItem(path.name, KeyRef("p12", str(path)))
        self.keys.setCurrentIndex(self.keys.count() - 1)
        self.password.setFocus()

    def show_error(self, error: BaseException) -> None:
        """Say why the key or the signing was refused, and wait for another try."""
        words = self._texts.error(error)
        self._forget()
        self.notice.show_notice(Severity.BLOCK, words.title, words.action)
        self._refresh()
        self.password.setFocus()

    def done(self, result: int) -> None:
        """Leave nothing behind, whichever way the dialog ends."""
        self._forget()
        self.password.clear()
        super().done(result)

    def _plan_text(self, plan: SigningPlan) -> str:
        lines = [self.tr("Sẽ ký số:")]
        lines += [f"•  {name}" for name in plan.documents]
        if plan.message:
            lines.append("•  " + self.tr("Toàn bộ thư (S/MIME)"))
        return "\n".join(lines)

    def _add_key_line(self, layout: QVBoxLayout, account: Account) -> None:
        self.keys = QComboBox()
        self.keys.setAccessibleName(self.tr("Chứng thư số"))
        if account.personal_key is not None:
            name = Path(account.personal_key.location).name
            self.keys.addItem(self.tr("Cá nhân: {name}").format(name=name), account.personal_key)
        if account.seal_key is not None:
            name = Path(account.seal_key.location).name
            self.keys.addItem(self.tr("Cơ quan: {name}").format(name=name), account.seal_key)
        preferred = default_key(account)
        for index in range(self.keys.count()):
            if self.keys.itemData(index) == preferred:
                self.keys.setCurrentIndex(index)
        self.keys.currentIndexChanged.connect(self._start_over)
        choose = QPushButton(self.tr("Chọn tệp .p12…"))
        choose.setAutoDefault(False)
        choose.clicked.connect(self._choose_file)
        line = QHBoxLayout()
        line.addWidget(QLabel(self.tr("Chứng thư số")))
        line.addWidget(self.keys, 1)
        line.addWidget(choose)
        layout.addLayout(line)

    def _add_password(self, layout: QVBoxLayout) -> None:
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName(self.tr("Mật khẩu chứng thư số"))
        self.password.setPlaceholderText(self.tr("Mật khẩu chứng thư số"))
        self.password.textEdited.connect(self._on_password)
        self.hint = QLabel(self.tr("Chữ cuối viết hoa: xem lại phím Caps Lock."))
        self.hint.setObjectName("muted")
        self.hint.hide()
        layout.addWidget(self.password)
        layout.addWidget(self.hint)

    def _add_buttons(self, layout: QVBoxLayout) -> None:
        buttons = QDialogButtonBox()
        self.go_on = buttons.addButton("", QDialogButtonBox.ButtonRole.ActionRole)
        self.go_on.setDefault(True)
        self.go_on.clicked.connect(self._on_go_on)
        cancel = buttons.addButton(self.tr("Hủy"), QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    def _refresh(self) -> None:
        opened = self._secret is not None and not self.owner.isHidden()
        self.go_on.setText(self.tr("Ký và gửi") if opened else self.tr("Mở chứng thư số"))
        waiting = self._secret is not None and not opened
        self.go_on.setEnabled(not waiting and (opened or bool(self.password.text() and self.key())))
        if waiting:
            self.go_on.setText(self.tr("Đang mở…"))
        self.password.setEnabled(not waiting)
        if not self.keys.count():
            text = self.tr("Tài khoản này chưa có chứng thư số.")
            self.notice.show_notice(Severity.WARN, text, self.tr("Chọn tệp .p12 của bạn."))

    def _on_password(self, text: str) -> None:
        # Qt cannot ask for the Caps Lock key on every platform; what was typed tells enough.
        self.hint.setVisible(text[-1:].isupper())
        self._forget()
        self.notice.clear()
        self._refresh()

    def _start_over(self) -> None:
        self._forget()
        self.notice.clear()
        self._refresh()

    def _on_go_on(self) -> None:
        key = self.key()
        if key is None:
            return
        if self._secret is not None:
            secret = self._secret
            self.accept()
            self.confirmed.emit(key, secret)
            return
        self._secret = Secret(self.password.text())
        self.password.clear()
        self.hint.hide()
        self.notice.clear()
        self._asked += 1
        asked = self._asked
        self._refresh()
        self._bridge.watch(
            self._desk.key_info(key, self._secret),
            lambda info: self._show_owner(info) if asked == self._asked else None,
            lambda error: self.show_error(error) if asked == self._asked else None,
        )

    def _show_owner(self, info: SignerInfo) -> None:
        if self._secret is None:
            return
        until = self._texts.when(info.not_after)
        lines = (
            f"{info.name}  ({self._texts.signer_kind(info.kind)})",
            info.organisation,
            ", ".join(info.emails),
            self.tr("Cấp bởi {issuer}, có hiệu lực đến {until}").format(issuer=info.issuer, until=until),
        )
        self.owner.setText("\n".join(line for line in lines if line))
        self.owner.show()
        self._refresh()
        self.go_on.setFocus()

    def _forget(self) -> None:
        self._secret = None
        self._asked += 1
        self.owner.hide()

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Chọn tệp chứng thư số"))
        dialog.setNameFilter("PKCS#12 (*.p12 *.pfx)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.set_key_file(Path(name)))
        dialog.open()


class TimestampDialog(QDialog):
    """No time-stamp authority answered: the user decides, the program does not."""

    retry = Signal()
    without = Signal()

    def __init__(self, texts: Texts, error: BaseException, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Không lấy được dấu thời gian"))
        self.setMinimumWidth(520)
        words = texts.error(error)
        layout = QVBoxLayout(self)
        layout.addWidget(_plain(words.title))
        layout.addWidget(_plain(words.action))
        note = self.tr(
            "Ký không có dấu thời gian thì thời điểm ký chỉ là giờ máy của bạn, "
            "và chữ ký có thể không kiểm tra được sau khi chứng thư số hết hạn. Chưa có gì được ký hay gửi."
        )
        layout.addWidget(_plain(note))
        buttons = QDialogButtonBox()
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.again = buttons.addButton(self.tr("Chờ và thử lại"), role)
        self.again.setDefault(True)
        self.bare = buttons.addButton(self.tr("Ký không có dấu thời gian"), role)
        self.bare.setAutoDefault(False)
        self.stop = buttons.addButton(self.tr("Hủy"), QDialogButtonBox.ButtonRole.RejectRole)
        self.stop.setAutoDefault(False)
        self.again.clicked.connect(lambda: self._leave(self.retry))
        self.bare.clicked.connect(lambda: self._leave(self.without))
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    def _leave(self, signal: object) -> None:
        self.accept()
        signal.emit()  # type: ignore[attr-defined] # PySide6 has no public type for a bound signal


def _plain(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
