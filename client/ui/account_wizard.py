"""A new account from address and password: find the servers, say what was tried, ask who the user is."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from client.errors import ClientError
from client.model.account import Account, Identity, Login, MailboxKind, Role
from client.model.address import MailAddress
from client.model.discovery import Attempt, Discovery, FoundServers, ServerPlan
from client.model.oauth import Tokens
from client.model.secret import Secret
from client.services.desk import MailDesk
from client.ui.bridge import Bridge
from client.ui.server_form import ServerForm
from client.ui.sign_in_dialog import SignInDialog
from client.ui.texts import Texts
from client.ui.widgets import plain_label


class AccountWizard(QDialog):
    """Two steps; nothing is written before the last button."""

    added = Signal()

    def __init__(self, desk: MailDesk, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._texts = desk.account_desk(), texts
        self._bridge = Bridge(self)
        self._found: FoundServers | None = None
        self._tokens: Tokens | None = None
        self.setWindowTitle(self.tr("Thêm tài khoản thư"))
        self.setMinimumWidth(560)
        self.address, self.name, self.password = QLineEdit(), QLineEdit(), QLineEdit()
        self.title, self.unit, self.phone = QLineEdit(), QLineEdit(), QLineEdit()
        self.kind, self.role = QComboBox(), QComboBox()
        self.servers = ServerForm(self)
        self.state = plain_label(self, wrap=True)
        self.tried = plain_label(self, wrap=True)
        self.details = QToolButton(self)
        self.by_hand = QToolButton(self)
        self.pages = QStackedWidget(self)
        self._build()
        self._say("")
        self.address.setFocus()

    def next(self) -> None:
        """Look for the servers, or write the account."""
        if self.pages.currentIndex() == 0:
            self._look()
        else:
            self._keep()

    def _look(self) -> None:
        address = self.address.text().strip()
        local, _, domain = address.rpartition("@")
        plan = None if self.servers.isHidden() else self.servers.plan(address)
        whole = bool(local) and "." in domain and " " not in address
        if whole and self._desk.signs_in(address):
            self._sign_in(address)
            return
        if not whole or not self.password.text():
            self._say(self.tr("Hãy nhập địa chỉ thư đầy đủ và mật khẩu."))
            return
        if not self.servers.isHidden() and plan is None:
            self._say(self.tr("Hãy nhập tên máy chủ IMAP và SMTP."))
            return
        self._tokens = None
        self._discover(address, Secret(self.password.text()), plan)

    def _discover(self, address: str, secret: Secret, plan: ServerPlan | None) -> None:
        self.ok.setEnabled(False)
        self._say(self.tr("Đang tìm máy chủ và đăng nhập thử…"))
        self._bridge.watch(self._desk.discover(address, secret, plan), self._answered, self._failed)

    def _sign_in(self, address: str) -> None:
        """No password is given to this program: the user signs in on the organisation's page."""
        dialog = SignInDialog(self._desk, self._texts, address, self)
        dialog.granted.connect(lambda tokens: self._signed_in(address, tokens))
        dialog.open()

    def _signed_in(self, address: str, tokens: Tokens) -> None:
        self._tokens = tokens
        self._discover(address, tokens.access, None)

    def _show_way_in(self, address: str) -> None:
        by_page = self._desk.signs_in(address.strip())
        self.form.setRowVisible(self.password, not by_page)
        self.by_hand.setVisible(not by_page)
        self.kept.setText(
            self.tr("Bấm Tiếp tục để đăng nhập trên trang của cơ quan; chương trình không hỏi mật khẩu.")
            if by_page
            else self.tr("Mật khẩu chỉ lưu trong kho mật khẩu của hệ điều hành.")
        )

    def _answered(self, discovery: Discovery) -> None:
        self.ok.setEnabled(True)
        self.tried.setText("\n".join(map(self._line, discovery.attempts)))
        self.details.setVisible(bool(discovery.attempts))
        self._found = discovery.found
        if discovery.found is None:
            self.details.setChecked(True)
            if discovery.sign_in_refused:
                text = self._texts.text("detail", "token-refused").title
                self._say(self.tr("Chưa đăng nhập được: {reason}.").format(reason=text))
                return
            self._say(
                self.tr("Máy chủ không nhận mật khẩu này. Kiểm tra lại mật khẩu và địa chỉ.")
                if discovery.password_refused
                else self.tr("Chưa tìm được máy chủ thư. Kiểm tra mạng, địa chỉ, hoặc nhập máy chủ bằng tay.")
            )
            self.by_hand.show()
            return
        self.pages.setCurrentIndex(1)
        self.ok.setText(self.tr("Thêm tài khoản"))
        imap, smtp = discovery.found.imap, discovery.found.smtp
        self._say(
            self.tr("Đăng nhập được. Nhận thư: {imap}; gửi thư: {smtp}. Cả hai đều qua TLS.").format(
                imap=f"{imap.host}:{imap.port}", smtp=f"{smtp.host}:{smtp.port}"
            )
        )

    def _line(self, attempt: Attempt) -> str:
        sign = "✔" if attempt.ok else "✘"
        source = self._texts.text("discovery", attempt.source.value).title
        why = ""
        if attempt.code:
            family = "attempt" if self._texts.knows("attempt", attempt.code) else "error"
            why = f" – {self._texts.text(family, attempt.code, **dict(attempt.params)).title}"
        return f"{sign} {source}: {attempt.place}{why}"

    def _keep(self) -> None:
        found = self._found
        if found is None:
            return
        address = self.address.text().strip()
        identity = Identity(
            MailAddress(address, self.name.text().strip()),
            self.title.text().strip(),
            self.unit.text().strip(),
            self.phone.text().strip(),
            MailboxKind(self.kind.currentData()),
            Role(self.role.currentData()),
        )
        try:
            account = Account(self._desk.new_id(address), identity, found.imap, found.smtp, found.user_name)
            secret: Secret | None = Secret(self.password.text())
            if self._tokens is not None:
                account, secret = replace(account, login=Login.OAUTH), self._tokens.refresh
            self._desk.keep(account, secret)
        except ClientError as error:
            self._failed(error)
            return
        self.password.clear()
        self.accept()
        self.added.emit()

    def _failed(self, error: BaseException) -> None:
        self.ok.setEnabled(True)
        self._say(self._texts.error_lines(error))

    def _say(self, text: str) -> None:
        self.state.setText(text)
        self.state.setVisible(bool(text))

    def _show_by_hand(self, shown: bool) -> None:
        self.servers.setVisible(shown)
        if shown:
            self.servers.suggest(self.address.text())

    def _build(self) -> None:
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        for button, text, checked in (
            (self.details, self.tr("Đã thử những gì"), self.tried.setVisible),
            (self.by_hand, self.tr("Nhập máy chủ bằng tay"), self._show_by_hand),
        ):
            button.setObjectName("small")
            button.setText(text)
            button.setCheckable(True)
            button.toggled.connect(checked)
            button.hide()
        self.by_hand.show()
        self.tried.hide()
        self.servers.hide()
        self.pages.addWidget(self._first_page())
        self.pages.addWidget(self._second_page())
        buttons = QDialogButtonBox()
        self.ok = buttons.addButton(self.tr("Tiếp tục"), QDialogButtonBox.ButtonRole.ActionRole)
        self.ok.setDefault(True)
        self.ok.clicked.connect(self.next)
        cancel = buttons.addButton(self.tr("Hủy"), QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self.pages, self.state, self.details, self.tried, buttons):
            layout.addWidget(widget)

    def _first_page(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        self.form = form = QFormLayout()
        form.addRow(self.tr("Địa chỉ thư:"), self.address)
        form.addRow(self.tr("Họ tên hoặc tên cơ quan:"), self.name)
        form.addRow(self.tr("Mật khẩu:"), self.password)
        column.addLayout(form)
        self.kept = plain_label(page, wrap=True)
        column.addWidget(self.kept)
        column.addWidget(self.by_hand)
        column.addWidget(self.servers)
        self.address.textChanged.connect(self._show_way_in)
        self._show_way_in("")
        column.addStretch(1)
        return page

    def _second_page(self) -> QWidget:
        for kind, text in (
            (MailboxKind.PERSONAL, self.tr("Hộp thư cá nhân")),
            (MailboxKind.AGENCY, self.tr("Hộp thư cơ quan")),
        ):
            self.kind.addItem(text, kind.value)
        for role, text in (
            (Role.STAFF, self.tr("Chuyên viên")),
            (Role.LEADER, self.tr("Người có thẩm quyền ký")),
            (Role.CLERK, self.tr("Văn thư")),
        ):
            self.role.addItem(text, role.value)
        page = QWidget(self)
        form = QFormLayout(page)
        form.addRow(self.tr("Chức vụ:"), self.title)
        form.addRow(self.tr("Đơn vị:"), self.unit)
        form.addRow(self.tr("Điện thoại:"), self.phone)
        form.addRow(self.tr("Loại hộp thư:"), self.kind)
        form.addRow(self.tr("Vai trò:"), self.role)
        return page
