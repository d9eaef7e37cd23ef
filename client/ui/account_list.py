"""The accounts of this computer: add one, give a new password, take one out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QInputDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from client.config.catalogue import Text
from client.errors import ClientError
from client.model.account import Account, Login
from client.model.secret import Secret
from client.services.desk import MailDesk
from client.ui import dialogs
from client.ui.account_wizard import AccountWizard
from client.ui.sign_in_dialog import SignInDialog
from client.ui.texts import Texts
from client.ui.widgets import plain_label


class AccountList(QDialog):
    """What is changed here is used when the window is opened anew, which `changed` asks for."""

    changed = Signal()

    def __init__(self, desk: MailDesk, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._texts = desk, texts
        self.setWindowTitle(self.tr("Tài khoản thư"))
        self.setMinimumSize(560, 300)
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Tài khoản thư"))
        self.add_button = QPushButton(self.tr("Thêm tài khoản…"), self)
        self.password_button = QPushButton(self.tr("Đổi mật khẩu đã lưu…"), self)
        self.remove_button = QPushButton(self.tr("Bỏ tài khoản…"), self)
        self.state = plain_label(self, wrap=True)
        self._build()
        self._fill()

    def _fill(self) -> None:
        self.list.clear()
        for account in self._desk.accounts():
            address = account.identity.address
            item = QListWidgetItem(
                f"{address.display_name or '–'}  <{address.addr_spec}>  –  {account.imap.host}"
            )
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        may = self._desk.account_desk().may_change
        self.add_button.setEnabled(may)
        self.password_button.setEnabled(may and self.list.count() > 0)
        self.remove_button.setEnabled(may and self.list.count() > 0)
        if not may:
            self.state.setText(self.tr("Tài khoản của môi trường tập huấn là cố định."))

    def _current(self) -> Account | None:
        accounts, row = self._desk.accounts(), self.list.currentRow()
        return accounts[row] if 0 <= row < len(accounts) else None

    def _add(self) -> None:
        wizard = AccountWizard(self._desk, self._texts, self)
        wizard.added.connect(self._changed)
        wizard.open()

    def _new_password(self) -> None:
        account = self._current()
        if account is None:
            return
        if account.login is Login.OAUTH:
            self._sign_in_again(account)
            return
        prompt = self.tr("Mật khẩu mới của {user} (lưu trong kho mật khẩu của hệ điều hành):")
        text, given = QInputDialog.getText(
            self, self.windowTitle(), prompt.format(user=account.user_name), QLineEdit.EchoMode.Password
        )
        if given and text:
            self.store(account, Secret(text))

    def _sign_in_again(self, account: Account) -> None:
        address = account.identity.address.addr_spec
        dialog = SignInDialog(self._desk.account_desk(), self._texts, address, self)
        dialog.granted.connect(lambda tokens: self.store(account, tokens.refresh))
        dialog.open()

    def _name_button(self) -> None:
        account = self._current()
        signs_in = account is not None and account.login is Login.OAUTH
        self.password_button.setText(
            self.tr("Đăng nhập lại…") if signs_in else self.tr("Đổi mật khẩu đã lưu…")
        )

    def store(self, account: Account, password: Secret) -> None:
        """Keep a new password or refresh token."""
        try:
            self._desk.account_desk().keep(account, password)
        except ClientError as error:
            self._complain(error)
            return
        self._changed()

    def _remove(self) -> None:
        account = self._current()
        if account is None:
            return
        title = self.tr("Bỏ tài khoản {address}?").format(address=account.identity.address.addr_spec)
        advice = self.tr("Mật khẩu đã lưu bị xóa. Thư, bản nháp và bằng chứng trên máy này vẫn còn.")
        dialogs.ask_deletion(self, Text(title, advice), lambda: self.drop(account))

    def drop(self, account: Account) -> None:
        """Take an account out."""
        try:
            self._desk.account_desk().remove(account.account_id)
        except ClientError as error:
            self._complain(error)
            return
        self._changed()

    def _changed(self) -> None:
        self.accept()
        self.changed.emit()

    def _complain(self, error: BaseException) -> None:
        self.state.setText(self._texts.error_lines(error))

    def _build(self) -> None:
        self.add_button.clicked.connect(self._add)
        self.list.currentRowChanged.connect(lambda _: self._name_button())
        self.password_button.clicked.connect(self._new_password)
        self.remove_button.clicked.connect(self._remove)
        row = QHBoxLayout()
        for button in (self.add_button, self.password_button, self.remove_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        close = QDialogButtonBox()
        close.addButton(self.tr("Đóng"), QDialogButtonBox.ButtonRole.RejectRole)
        close.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.list, 1)
        layout.addLayout(row)
        layout.addWidget(self.state)
        layout.addWidget(close)
