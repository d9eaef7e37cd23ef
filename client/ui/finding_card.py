"""One finding in the check panel: what is wrong, a button that mends it, its basis on demand."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout

from client.model.finding import Severity
from client.ui import theme
from client.ui.compose_model import Place, jump_target
from client.ui.widgets import ShrinkingButton, plain_tooltip


class FindingCard(QFrame):
    """Icon, word, message, advice; the basis opens on demand."""

    jump_requested = Signal()
    page_requested = Signal()
    """The author wants to see the page of the document the finding is on."""
    fix_requested = Signal()

    def __init__(
        self, severity: Severity, word: str, message: str, advice: str, basis: str, location: str
    ) -> None:
        super().__init__()
        ink, paper, icon = theme.severity_style(severity)
        self.setObjectName("finding")
        self.setStyleSheet(f"QFrame#finding {{ background: {paper}; border-left: 3px solid {ink}; }}")
        self.head = QToolButton()
        self.head.setText(word)
        self.head.setIcon(theme.icon(icon, ink))
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setStyleSheet(f"color: {ink}; font-weight: 600; padding: 1px 3px;")
        self.head.setAccessibleName(f"{word}: {message}")
        self.head.clicked.connect(self.jump_requested)
        self.message = _label(message)
        self.fix = ShrinkingButton()
        self.fix.setObjectName("fix")
        self.fix.hide()
        self.fix.clicked.connect(self.fix_requested)
        self.page = QToolButton()
        self.page.setObjectName("link")
        self.page.hide()
        self.page.clicked.connect(self.page_requested)
        self.basis = _label(basis)
        self.basis.setObjectName("muted")
        self.basis.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 5, 8, 6)
        layout.setSpacing(3)
        layout.addLayout(self._top_line(bool(basis)))
        layout.addWidget(self.message)
        if advice:
            layout.addWidget(_label(f"→ {advice}"))
        layout.addLayout(self._acts())
        layout.addWidget(self.basis)
        target = jump_target(location)
        if target.place is not Place.NOWHERE:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setToolTip(self.tr("Bấm để đến chỗ cần sửa"))

    def offer_fix(self, label: str) -> None:
        """Show the button that mends it."""
        self.fix.setText(label.replace("&", "&&"))  # names of strangers' files make no shortcuts
        self.fix.setToolTip(plain_tooltip(label))
        self.fix.setAccessibleName(
            self.tr("{fix}. Sửa lỗi: {what}").format(fix=label, what=self.message.text())
        )
        self.fix.setVisible(bool(label))

    def offer_page(self, page: int) -> None:
        """Show the way to the page."""
        self.page.setText(self.tr("Xem trang {n}").format(n=page))
        self.page.show()

    def set_current(self, current: bool) -> None:
        """What is said of an older version of the letter can be read, not acted on."""
        self.fix.setEnabled(current)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click anywhere on the card leads to the place."""
        self.jump_requested.emit()

    def _acts(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self.fix)
        line.addWidget(self.page)
        line.addStretch(1)
        return line

    def _top_line(self, has_basis: bool) -> QHBoxLayout:
        line = QHBoxLayout()
        line.addWidget(self.head)
        line.addStretch(1)
        self.more = QToolButton()
        self.more.setText(self.tr("Căn cứ"))
        self.more.setObjectName("link")
        self.more.setCursor(Qt.CursorShape.PointingHandCursor)
        self.more.setCheckable(True)
        self.more.toggled.connect(self.basis.setVisible)
        self.more.setVisible(has_basis)
        line.addWidget(self.more)
        return line


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)  # messages quote file names and addresses of strangers
    return label
