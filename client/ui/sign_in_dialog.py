"""Signing in on the organisation's own page: a code and an address to enter it at, in any browser."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from client.config.catalogue import Text
from client.errors import ClientError
from client.model.oauth import DeviceCode, SignInNeeded, Tokens
from client.services.account_desk import AccountDesk
from client.ui.bridge import Bridge
from client.ui.texts import Texts
from client.ui.widgets import plain_label

_SECOND_MS = 1000


class SignInDialog(QDialog):
    """Waits until the user has signed in elsewhere; closing it ends the asking."""

    granted = Signal(object)
    """`Tokens` with a refresh token."""

    def __init__(self, desk: AccountDesk, texts: Texts, address: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._texts, self._address = desk, texts, address
        self._bridge = Bridge(self)
        self._shown: DeviceCode | None = None
        self._left = 0
        self.setWindowTitle(self.tr("Đăng nhập trên trang của cơ quan"))
        self.setMinimumWidth(460)
        self.step = plain_label(self, wrap=True)
        self.url = plain_label(self, wrap=True)
        self.code = plain_label(self)
        self.state = plain_label(self, wrap=True)
        self.open_button = QPushButton(self.tr("Mở trang đăng nhập"), self)
        self.copy_button = QPushButton(self.tr("Sao chép mã"), self)
        self.again_button = QPushButton(self.tr("Lấy mã mới"), self)
        self._clock = QTimer(self)
        self._clock.setInterval(_SECOND_MS)
        self._clock.timeout.connect(self._tick)
        self._build()
        self._begin()

    def _begin(self) -> None:
        for widget in (self.url, self.code, self.open_button, self.copy_button, self.again_button):
            widget.hide()
        self.step.setText(self.tr("Đang lấy mã đăng nhập cho {address}…").format(address=self._address))
        self.state.setText("")
        try:
            self._sign_in = self._desk.sign_in(self._address)
        except ClientError as error:
            self._failed(error)
            return
        self._bridge.watch(self._sign_in.code, self._show_code, self._failed)

    def _show_code(self, code: DeviceCode) -> None:
        self._shown, self._left = code, int(code.expires_in)
        self.step.setText(
            self.tr(
                "Mở trang sau trên máy này hoặc điện thoại, nhập mã rồi đăng nhập bằng tài khoản cơ quan:"
            )
        )
        self.url.setText(code.verification_url)
        self.code.setText(code.user_code)
        for widget in (self.url, self.code, self.open_button, self.copy_button):
            widget.show()
        self._clock.start()
        self._show_time()
        self._fit()
        self._bridge.watch(self._sign_in.tokens(), self._granted, self._failed)

    def _granted(self, tokens: Tokens) -> None:
        self._clock.stop()
        if tokens.refresh is None:
            self._failed(SignInNeeded(host="", user=self._address, reason="no-refresh-token"))
            return
        self.accept()
        self.granted.emit(tokens)

    def _failed(self, error: BaseException) -> None:
        self._clock.stop()
        for widget in (self.url, self.code, self.open_button, self.copy_button):
            widget.hide()
        text = self._texts.error(error)
        if isinstance(error, SignInNeeded):
            reason = self._texts.text("detail", str(error.params.get("reason", ""))).title
            title = self.tr("Chưa đăng nhập được: {reason}.").format(reason=reason)
            text = Text(title, self.tr("Lấy mã mới để thử lại; nếu vẫn không được, hãy báo bộ phận hỗ trợ."))
        self.step.setText(text.title)
        self.state.setText(text.action)
        self.again_button.show()
        self._fit()

    def _fit(self) -> None:
        """As high as the wrapped texts need it now."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.resize(self.width(), max(self.height(), layout.heightForWidth(self.width())))

    def _tick(self) -> None:
        self._left = max(self._left - 1, 0)
        self._show_time()

    def _show_time(self) -> None:
        minutes, seconds = divmod(self._left, 60)
        waiting = self.tr("Đang chờ quý vị đăng nhập. Mã còn dùng được {time}.")
        self.state.setText(waiting.format(time=f"{minutes}:{seconds:02d}"))

    def _open_page(self) -> None:
        if self._shown is not None:
            QDesktopServices.openUrl(QUrl(self._shown.verification_url, QUrl.ParsingMode.StrictMode))

    def _copy(self) -> None:
        if self._shown is not None:
            QGuiApplication.clipboard().setText(self._shown.user_code)

    def done(self, result: int) -> None:
        """However it ends, nobody goes on asking."""
        self._clock.stop()
        if result == int(QDialog.DialogCode.Rejected) and hasattr(self, "_sign_in"):
            self._sign_in.cancel()
        super().done(result)

    def _build(self) -> None:
        large = self.code.font()
        large.setPointSizeF(large.pointSizeF() * 2)
        large.setBold(True)
        self.code.setFont(large)
        self.code.setAccessibleName(self.tr("Mã đăng nhập"))
        for label in (self.url, self.code):
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self.open_button.clicked.connect(self._open_page)
        self.copy_button.clicked.connect(self._copy)
        self.again_button.clicked.connect(self._begin)
        row = QHBoxLayout()
        for button in (self.open_button, self.copy_button, self.again_button):
            row.addWidget(button)
        row.addStretch(1)
        buttons = QDialogButtonBox()
        buttons.addButton(self.tr("Hủy"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self.step, self.url, self.code):
            layout.addWidget(widget)
        layout.addLayout(row)
        layout.addWidget(self.state)
        layout.addWidget(buttons)
