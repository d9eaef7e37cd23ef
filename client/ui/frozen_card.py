"""What is shown in the place of a received message that carries a secrecy marking."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from client.ui import theme
from client.ui.texts import Texts
from client.ui.widgets import plain_label

_RULE = "state-secret-marking"


class FrozenCard(QFrame):
    """Says that it is frozen and whom to turn to; offers the incident report, and nothing else."""

    report_requested = Signal()

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ink, paper = theme.BAD, "#fcebea"
        self.setObjectName("frozen")
        self.setStyleSheet(f"QFrame#frozen {{ background: {paper}; border-left: 3px solid {ink}; }}")
        icon = QLabel(self)
        icon.setPixmap(theme.pixmap("sig-invalid", ink, 22, self.devicePixelRatioF()))
        title = plain_label(self, self.tr("Thư đến có dấu chỉ độ mật: đã giữ lại"), wrap=True)
        title.setStyleSheet(f"color: {ink}; font-weight: 600;")
        contact = texts.policy.fix_text(_RULE, texts.language) if texts.policy is not None else ""
        self.told = plain_label(
            self,
            self.tr(
                "Nội dung không được hiển thị, không lập chỉ mục; không trả lời, không chuyển tiếp, "
                "không lưu tệp. Báo ngay người đứng đầu đơn vị."
            )
            + (f"\n{contact}" if contact else ""),
            wrap=True,
        )
        self.button = QPushButton(self.tr("Lưu phiếu báo sự cố…"), self)
        self.button.clicked.connect(self.report_requested)
        head = QHBoxLayout()
        head.addWidget(icon)
        head.addWidget(title, 1)
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 12)
        layout.addLayout(head)
        layout.addWidget(self.told)
        layout.addLayout(row)
        self.setAccessibleName(title.text())
        self.hide()
