"""The one question about warnings, when the letter is about to leave."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QScrollArea, QVBoxLayout, QWidget

from client.model.finding import Finding
from client.model.outgoing import Draft
from client.ui.texts import Texts

_FEW = 6
"""So many stand in the dialog as they are."""
Seen = tuple[Finding, object]
"""A warning, and what it was about."""


class WarningDialog(QDialog):
    """Lists the warnings; to go on takes a click on a button that is not the one "Enter" presses."""

    kept = Signal()
    """The author sends in spite of them."""

    def __init__(self, texts: Texts, findings: tuple[Finding, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Xem lại trước khi gửi"))
        self.setMinimumWidth(480)
        layout = QVBoxLayout(self)
        layout.addWidget(_plain(self.tr("Thư còn các điểm cần xem lại:")))
        layout.addWidget(warnings_list(texts, findings))
        note = _plain(self.tr("Nếu vẫn gửi, các điểm này được ghi vào nhật ký, không ghi nội dung thư."))
        note.setObjectName("muted")
        layout.addWidget(note)
        buttons = QDialogButtonBox()
        self.go_on = buttons.addButton(self.tr("Vẫn gửi"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.back = buttons.addButton(self.tr("Xem lại"), QDialogButtonBox.ButtonRole.RejectRole)
        self.go_on.setAutoDefault(False)
        self.back.setDefault(True)
        buttons.accepted.connect(self._keep)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.back.setFocus()

    def _keep(self) -> None:
        self.accept()
        self.kept.emit()


def warnings_list(texts: Texts, findings: tuple[Finding, ...]) -> QWidget:
    """One line a warning; many of them scroll."""
    lines = _plain("\n".join(f"•  {texts.finding(one).title}" for one in findings))
    lines.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if len(findings) <= _FEW:
        return lines
    lines.setAlignment(Qt.AlignmentFlag.AlignTop)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setWidget(lines)
    area.setMaximumHeight(240)
    area.setAccessibleName(lines.text())
    return area


def seen(findings: tuple[Finding, ...], draft: Draft) -> frozenset[Seen]:
    """The warnings with what each is about: the same one about other content is a new one."""
    return frozenset((one, _about(one, draft)) for one in findings)


def _about(finding: Finding, draft: Draft) -> object:
    if 0 < finding.attachment <= len(draft.attachments):
        return hash(draft.attachments[finding.attachment - 1].content)
    about: dict[str, Callable[[], object]] = {"subject": lambda: draft.subject, "body": lambda: draft.body}
    return about.get(finding.location, lambda: draft.recipients)()


def _plain(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
