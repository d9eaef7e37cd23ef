"""What a certificate says, line by line, to be compared and copied."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from client.model.certificate import CertificateDetails
from client.services.desk import MailDesk
from client.ui.bridge import Bridge
from client.ui.texts import Texts
from client.ui.widgets import plain_label

_GROUP = 4
"""Hex digits between two spaces of a fingerprint."""
_LINE = 8
"""Groups in a line of it."""


class CertificateDialog(QDialog):
    """Reads the certificate in the workshop and shows it; nothing is judged here."""

    def __init__(self, desk: MailDesk, texts: Texts, der: bytes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._bridge = Bridge(self)
        self._lines: tuple[tuple[str, str], ...] = ()
        self.setWindowTitle(self.tr("Chứng thư số"))
        self.setMinimumWidth(560)
        self.state = plain_label(self, self.tr("Đang đọc chứng thư số…"), wrap=True)
        self._form = QFormLayout()
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        buttons = QDialogButtonBox()
        self.copy = buttons.addButton(self.tr("Sao chép tất cả"), QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.setEnabled(False)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text()))
        close = buttons.addButton(self.tr("Đóng"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setDefault(True)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.state)
        layout.addLayout(self._form)
        layout.addStretch(1)
        layout.addWidget(buttons)
        self.finished.connect(self.deleteLater)
        self._bridge.watch(desk.signing().certificate(der), self._show, self._fail)

    def text(self) -> str:
        """All that is shown, as lines of text."""
        return "\n".join(f"{name}: {value.replace(chr(10), ', ')}" for name, value in self._lines)

    def _show(self, details: CertificateDetails) -> None:
        self.state.hide()
        self._lines = self._described(details)
        for name, value in self._lines:
            shown = plain_label(self, value, wrap=True)
            shown.setAccessibleName(name)
            self._form.addRow(plain_label(self, name), shown)
        self.copy.setEnabled(True)
        layout = self.layout()
        if layout is not None:
            # A layout of wrapped labels asks for one line each until it is told the width.
            layout.activate()
            self.resize(self.width(), max(layout.totalHeightForWidth(self.width()), self.height()))

    def _described(self, details: CertificateDetails) -> tuple[tuple[str, str], ...]:
        valid = self.tr("từ {start} đến {end}").format(
            start=self._texts.when(details.not_before), end=self._texts.when(details.not_after)
        )
        usages = [self._usage(one) for one in (*details.key_usage, *details.extended_key_usage)]
        print_ = details.sha256
        groups = [print_[at : at + _GROUP] for at in range(0, len(print_), _GROUP)]
        grouped = "\n".join(" ".join(groups[at : at + _LINE]) for at in range(0, len(groups), _LINE))
        lines = (
            (self.tr("Chủ chứng thư số"), _joined(details.subject)),
            (self.tr("Thư điện tử"), ", ".join(details.emails)),
            (self.tr("Tổ chức cấp"), _joined(details.issuer)),
            (self.tr("Số sê-ri"), details.serial),
            (self.tr("Thời hạn"), valid),
            (self.tr("Khóa"), details.key),
            (self.tr("Mục đích sử dụng"), "; ".join(usages)),
            (self.tr("Dấu vân tay SHA-256"), grouped),
        )
        return tuple((name, value) for name, value in lines if value)

    def _usage(self, code: str) -> str:
        return {
            "digital_signature": self.tr("chữ ký số"),
            "non_repudiation": self.tr("chống chối bỏ (ký văn bản)"),
            "key_encipherment": self.tr("mã hóa khóa"),
            "data_encipherment": self.tr("mã hóa dữ liệu"),
            "key_agreement": self.tr("thỏa thuận khóa"),
            "key_cert_sign": self.tr("ký chứng thư số"),
            "crl_sign": self.tr("ký danh sách thu hồi"),
            "email_protection": self.tr("bảo vệ thư điện tử"),
            "client_auth": self.tr("xác thực máy khách"),
            "time_stamping": self.tr("cấp dấu thời gian"),
        }.get(code, code)

    def _fail(self, error: BaseException) -> None:
        self.state.setText(self._texts.error_lines(error))


def _joined(names: tuple[tuple[str, str], ...]) -> str:
    return "\n".join(f"{kind} = {value}" for kind, value in names)
