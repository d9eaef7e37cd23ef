"""Mail servers typed by hand; a connection without TLS cannot be chosen."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLineEdit, QSpinBox, QWidget

from client.model.account import Endpoint, TlsMode
from client.model.discovery import ServerPlan


class ServerForm(QWidget):
    """Host, port and kind of TLS for receiving and sending, and the user name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.imap = _ServerLine(993, 143)
        self.smtp = _ServerLine(465, 587)
        self.user = QLineEdit()
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(self.tr("Nhận thư (IMAP):"), self.imap)
        form.addRow(self.tr("Gửi thư (SMTP):"), self.smtp)
        form.addRow(self.tr("Tên đăng nhập:"), self.user)

    def suggest(self, address: str) -> None:
        """Fill in what is usual, where nothing stands yet."""
        address = address.strip()
        domain = address.rpartition("@")[2]
        if domain and not self.imap.host.text():
            self.imap.host.setText(f"imap.{domain}")
            self.smtp.host.setText(f"smtp.{domain}")
        if not self.user.text():
            self.user.setText(address)

    def plan(self, address: str) -> ServerPlan | None:
        """What was typed, None while a host is missing."""
        imap, smtp = self.imap.endpoint(), self.smtp.endpoint()
        if imap is None or smtp is None:
            return None
        return ServerPlan((imap,), (smtp,), (self.user.text().strip() or address,))


class _ServerLine(QWidget):
    def __init__(self, implicit: int, starttls: int) -> None:
        super().__init__()
        self._ports = {TlsMode.IMPLICIT: implicit, TlsMode.STARTTLS: starttls}
        self.host, self.port, self.mode = QLineEdit(), QSpinBox(), QComboBox()
        self.port.setRange(1, 65535)
        for mode, name in ((TlsMode.IMPLICIT, "TLS"), (TlsMode.STARTTLS, "STARTTLS")):
            self.mode.addItem(name, mode.value)
        self.mode.currentIndexChanged.connect(lambda _: self.port.setValue(self._ports[self._mode()]))
        self.port.setValue(implicit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.host, 1)
        row.addWidget(self.port)
        row.addWidget(self.mode)

    def endpoint(self) -> Endpoint | None:
        host = self.host.text().strip().lower()
        return Endpoint(host, self.port.value(), self._mode()) if host and " " not in host else None

    def _mode(self) -> TlsMode:
        return TlsMode(self.mode.currentData())
