"""What this program is, and what its checks rest on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

import client
from client.ui import theme
from client.ui.basis_view import BasisView
from client.ui.texts import Texts
from client.ui.widgets import open_at, plain_label


class AboutDialog(QDialog):
    """Version, and the "Căn cứ" page of the policy in use."""

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Giới thiệu Công Thư"))
        open_at(self, 760, 720)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(theme.SPACE)
        layout.addLayout(self._head())
        purpose = self.tr("Thư điện tử công vụ, có ký số và kiểm tra quy chế trước khi gửi.")
        layout.addWidget(plain_label(self, purpose, wrap=True))
        if texts.policy is None:
            layout.addWidget(plain_label(self, self.tr("Chưa nạp bộ quy tắc nào.")))
        else:
            heading = plain_label(self, self.tr("Căn cứ"))
            heading.setStyleSheet("font-weight: 600;")
            layout.addWidget(heading)
            layout.addWidget(BasisView(texts.policy, texts, self), 1)
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
        version = plain_label(self, self.tr("Phiên bản {version}").format(version=client.__version__))
        row.addWidget(picture)
        row.addWidget(title)
        row.addStretch(1)
        row.addWidget(version, 0, Qt.AlignmentFlag.AlignVCenter)
        return row
