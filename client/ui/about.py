"""What this program is, and what its checks rest on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

import client
from client.config.policy import Policy
from client.ui import theme
from client.ui.widgets import plain_label


class AboutDialog(QDialog):
    """Version, policy version, and the standing of the legal basis as the policy states it."""

    def __init__(self, policy: Policy | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Giới thiệu Công Thư"))
        self.setMinimumWidth(560)
        self._policy = policy
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(theme.SPACE)
        layout.addLayout(self._head())
        for line in self._lines():
            layout.addWidget(plain_label(self, line, wrap=True))
        if policy is not None:
            heading = plain_label(self, self.tr("Căn cứ"))
            heading.setStyleSheet("font-weight: 600;")
            layout.addWidget(heading)
            layout.addWidget(self._basis(policy))
        buttons = QDialogButtonBox(self)
        close = buttons.addButton(self.tr("Đóng"), QDialogButtonBox.ButtonRole.AcceptRole)
        close.clicked.connect(self.accept)
        layout.addWidget(buttons)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        picture = QLabel(self)
        picture.setPixmap(theme.pixmap("app", theme.ACCENT, 40, self.devicePixelRatioF()))
        title = plain_label(self, "Công Thư")
        title.setObjectName("title")
        row.addWidget(picture)
        row.addWidget(title, 1, Qt.AlignmentFlag.AlignVCenter)
        return row

    def _lines(self) -> tuple[str, ...]:
        purpose = self.tr("Thư điện tử công vụ, có ký số và kiểm tra quy chế trước khi gửi.")
        version = self.tr("Phiên bản {version}").format(version=client.__version__)
        if self._policy is None:
            return purpose, version, self.tr("Chưa nạp bộ quy tắc nào.")
        policy = self.tr("Bộ quy tắc {id}, phiên bản {version}, rà soát ngày {day}").format(
            id=self._policy.id, version=self._policy.version, day=self._policy.checked_on.strftime("%d/%m/%Y")
        )
        return purpose, version, policy

    def _basis(self, policy: Policy) -> QPlainTextEdit:
        lines = [policy.standing, "", *(f"• {source}" for source in policy.sources.values())]
        box = QPlainTextEdit("\n".join(lines), self)
        box.setReadOnly(True)
        box.setAccessibleName(self.tr("Căn cứ"))
        box.setMinimumHeight(200)
        return box
