"""The check panel: what the regulation's rules say of the letter while it is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from client.model.finding import CheckReport, Finding, Severity, Unchecked
from client.ui.compose_model import Place, jump_target, sorted_findings
from client.ui.finding_card import FindingCard
from client.ui.texts import Texts

_REGULATION = "41/2011"
"""The city's own regulation: its articles could not be compared, which is said wherever it is the basis."""


class CheckPanel(QWidget):
    """Lists findings worst first; a click on one asks to be taken to its place, its button to mend it."""

    jump_requested = Signal(str, object)
    """Location of the finding that was clicked, and the characters of the text it means."""
    page_requested = Signal(str)
    """Location of a finding on a page of a document."""
    fix_requested = Signal(object)
    """The `Finding` whose remedy is wanted."""

    def __init__(
        self, texts: Texts, offer: Callable[[Finding], str] = lambda _: "", parent: QWidget | None = None
    ) -> None:
        """``offer`` says what a finding's button is to be called, ``""`` for none."""
        super().__init__(parent)
        self._texts, self._offer = texts, offer
        self._report: CheckReport | None = None
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
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its cards take the focus
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._list)
        layout = QVBoxLayout(self)
        layout.addWidget(heading)
        layout.addWidget(self.state)
        layout.addWidget(scroll, 1)
        self.setAccessibleName(heading.text())

    def show_stale(self) -> None:
        """The letter is another than the one the answer is about: it stays in sight and offers nothing."""
        has_old = self._report is not None
        self.state.setText(
            self.tr("Thư đã đổi, đang chờ kiểm tra lại…") if has_old else self.tr("Đang kiểm tra…")
        )
        self._set_current(False)

    def show_checking(self) -> None:
        """A check is under way; the last answer stays in sight."""
        has_old = self._report is not None
        self.state.setText(
            self.tr("Đang kiểm tra lại… Kết quả bên dưới là của bản trước.")
            if has_old
            else self.tr("Đang kiểm tra…")
        )
        self._set_current(False)

    def show_failure(self, error: BaseException) -> None:
        """The check could not run: nothing is said to be fine."""
        self._clear()
        self._report = None
        words = self._texts.error(error)
        text = self.tr("Chưa kiểm tra được: {why}").format(why=words.title)
        self.state.setText(f"{text}\n{words.action}".strip())

    def show_report(self, report: CheckReport) -> None:
        """Show the newest answer; the same answer again leaves the list, and what is open in it, as it is."""
        if report != self._report:
            self._report = report
            self._clear()
            for finding in sorted_findings(report):
                self._rows.addWidget(self._finding_card(finding))
            for unchecked in report.unchecked:
                self._rows.addWidget(self._unchecked_card(unchecked))
            self._rows.addStretch(1)  # an aligned layout would not ask the cards how high they get
        self._set_current(True)
        self.state.setText(self._summary(report))
        self.state.setAccessibleName(self.state.text())

    def cards(self) -> Iterator[FindingCard]:
        """The cards in order, findings first."""
        for index in range(self._rows.count()):
            item = self._rows.itemAt(index)
            widget = item.widget() if item is not None else None
            if isinstance(widget, FindingCard):
                yield widget

    def _summary(self, report: CheckReport) -> str:
        if report.findings:
            counted = Counter(finding.severity for finding in report.findings)
            parts = [f"{self._texts.severity(one)} {counted[one]}" for one in sorted(counted, reverse=True)]
            told = self.tr("Số điểm cần xem: {n}").format(n=len(report.findings))
            return f"{told} ({', '.join(parts)})" if len(parts) > 1 else told
        if report.unchecked:
            return self.tr("Có phần chưa kiểm tra được.")
        return self.tr("Không phát hiện vi phạm.")

    def _finding_card(self, finding: Finding) -> FindingCard:
        text = self._texts.finding(finding)
        word = self._texts.severity(finding.severity)
        card = FindingCard(
            finding.severity, word, text.title, text.action, self._basis(finding.code), finding.location
        )
        card.offer_fix(self._offer(finding))
        card.fix_requested.connect(lambda: self.fix_requested.emit(finding))
        self._join(card, finding.location, finding.span)
        return card

    def _unchecked_card(self, unchecked: Unchecked) -> FindingCard:
        text = self._texts.unchecked(unchecked)
        target = jump_target(unchecked.location)
        title = f"{target.name}: {text.title}" if target.name else text.title
        word = self.tr("Chưa kiểm tra được")
        card = FindingCard(Severity.WARN, word, title, text.action, "", unchecked.location)
        self._join(card, unchecked.location, (0, 0))
        return card

    def _join(self, card: FindingCard, location: str, span: tuple[int, int]) -> None:
        card.jump_requested.connect(lambda: self.jump_requested.emit(location, span))
        target = jump_target(location)
        if target.place is Place.ATTACHMENTS and target.page and target.name.lower().endswith(".pdf"):
            card.offer_page(target.page)
            card.page_requested.connect(lambda: self.page_requested.emit(location))

    def _basis(self, code: str) -> str:
        """The basis, where it was read, and that it was not held against a full text where that is so."""
        basis = self._texts.basis(code)
        if not basis:
            return ""
        read = "\n".join(f"• {one}" for one in self._texts.provenance(code))
        told = f"{basis}\n{self.tr('Nguồn đã đọc:')}\n{read}" if read else basis
        policy = self._texts.policy
        return f"{told}\n{policy.standing}" if policy is not None and _REGULATION in basis else told

    def _set_current(self, current: bool) -> None:
        for card in self.cards():
            card.set_current(current)

    def _clear(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
