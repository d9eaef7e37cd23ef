"""The check panel: what the regulation's rules say of the letter while it is written."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from client.model.finding import CheckReport, Finding, Severity, Unchecked
from client.ui import theme
from client.ui.compose_model import Place, jump_target, sorted_findings
from client.ui.texts import Texts


class CheckPanel(QWidget):
    """Lists findings worst first; a click on one asks to be taken to its place."""

    jump_requested = Signal(str)
    """The location of the finding that was clicked."""

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        heading = QLabel(self.tr("Kiểm tra trước khi gửi"))
        heading.setStyleSheet("font-weight: 600;")
        self.state = QLabel(self.tr("Chưa kiểm tra."))
        self.state.setWordWrap(True)
        self.state.setObjectName("muted")
        self._list = QWidget()
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._list)
        layout = QVBoxLayout(self)
        layout.addWidget(heading)
        layout.addWidget(self.state)
        layout.addWidget(scroll, 1)
        self.setAccessibleName(heading.text())

    def show_checking(self) -> None:
        """A check is under way; the last answer stays in sight."""
        self.state.setText(self.tr("Đang kiểm tra…"))

    def show_failure(self, error: BaseException) -> None:
        """The check could not run: nothing is said to be fine."""
        self._clear()
        words = self._texts.error(error)
        text = self.tr("Chưa kiểm tra được: {why}").format(why=words.title)
        self.state.setText(f"{text}\n{words.action}".strip())

    def show_report(self, report: CheckReport) -> None:
        """Show the newest answer."""
        self._clear()
        for finding in sorted_findings(report):
            self._rows.addWidget(self._finding_card(finding))
        for unchecked in report.unchecked:
            self._rows.addWidget(self._unchecked_card(unchecked))
        self._rows.addStretch(1)  # an aligned layout would not ask the cards how high they get
        if report.findings:
            self.state.setText(self.tr("Số điểm cần xem: {n}").format(n=len(report.findings)))
        elif report.unchecked:
            self.state.setText(self.tr("Có phần chưa kiểm tra được."))
        else:
            self.state.setText(self.tr("Không phát hiện vi phạm."))

    def cards(self) -> Iterator[FindingCard]:
        """The cards in order, findings first."""
        for index in range(self._rows.count()):
            item = self._rows.itemAt(index)
            widget = item.widget() if item is not None else None
            if isinstance(widget, FindingCard):
                yield widget

    def _finding_card(self, finding: Finding) -> FindingCard:
        text = self._texts.finding(finding)
        word = self._texts.severity(finding.severity)
        card = FindingCard(
            finding.severity, word, text.title, text.action, self._texts.basis(finding.code), finding.location
        )
        card.jump_requested.connect(self.jump_requested)
        return card

    def _unchecked_card(self, unchecked: Unchecked) -> FindingCard:
        text = self._texts.unchecked(unchecked)
        target = jump_target(unchecked.location)
        title = f"{target.name}: {text.title}" if target.name else text.title
        word = self.tr("Chưa kiểm tra được")
        card = FindingCard(Severity.WARN, word, title, text.action, "", unchecked.location)
        card.jump_requested.connect(self.jump_requested)
        return card

    def _clear(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()


class FindingCard(QFrame):
    """One finding: icon, word, message, remedy; the basis opens on demand."""

    jump_requested = Signal(str)

    def __init__(
        self, severity: Severity, word: str, message: str, fix: str, basis: str, location: str
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
        self.head.clicked.connect(self._jump)
        self._location = location
        self.message = _label(message)
        self.basis = _label(basis)
        self.basis.setObjectName("muted")
        self.basis.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 5, 8, 6)
        layout.setSpacing(3)
        layout.addLayout(self._top_line(bool(basis)))
        layout.addWidget(self.message)
        if fix:
            layout.addWidget(_label(f"→ {fix}"))
        layout.addWidget(self.basis)
        if jump_target(location).place is not Place.NOWHERE:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setToolTip(self.tr("Bấm để đến chỗ cần sửa"))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click anywhere on the card leads to the place."""
        self._jump()

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

    def _jump(self) -> None:
        self.jump_requested.emit(self._location)


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)  # messages quote file names and addresses of strangers
    return label
