"""The fields of a letter: from, recipients, subject, document type, text, files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFontDatabase
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from client.model.account import Account
from client.model.outgoing import Draft
from client.ui.attachment_strip import AttachmentStrip
from client.ui.compose_model import DOCUMENT_TYPES, NO_DOCUMENT, Place, default_key, jump_target
from client.ui.recipient_edit import RecipientEdit
from client.ui.texts import Texts

_SERIFS = ("Times New Roman", "Liberation Serif", "Noto Serif")
"""Documents are set in Times New Roman (Decree 30/2020, Appendix I); the next two look alike."""


class ComposeForm(QWidget):
    """Shows a draft and reads it back; decides nothing."""

    changed = Signal()

    def __init__(self, texts: Texts, draft: Draft, account: Account, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._base = draft
        self.sender_line = QLabel(str(draft.sender or account.identity.address))
        self.sender_line.setTextFormat(Qt.TextFormat.PlainText)
        self.to = RecipientEdit(self.tr("Đến"))
        self.cc = RecipientEdit(self.tr("Cc (đồng gửi)"))
        self.bcc = RecipientEdit(self.tr("Bcc (đồng gửi ẩn)"))
        self.subject = QLineEdit()
        self.subject.setAccessibleName(self.tr("Tiêu đề"))
        self.subject.setPlaceholderText(self.tr("Trích yếu nội dung"))
        self.document_type = QComboBox()
        self.document_type.setAccessibleName(self.tr("Loại văn bản"))
        self.document_type.addItem(self.tr("Không phải văn bản"), NO_DOCUMENT)
        for code, name in DOCUMENT_TYPES:
            self.document_type.addItem(name, code)
        self.body = QPlainTextEdit()
        self.body.setAccessibleName(self.tr("Nội dung thư"))
        self.body.setTabChangesFocus(True)
        self.body.setAcceptDrops(False)  # a file dropped on the text is an attachment, not its path
        self._set_body_font()
        self.files = AttachmentStrip(texts)
        self.sign_message = QCheckBox(self.tr("Ký số thư (S/MIME)"))
        self._has_key = default_key(account) is not None
        self._lay_out()
        self.load(draft)
        self._connect()

    def load(self, draft: Draft) -> None:
        """Show this draft."""
        self._base = draft
        for edit, addresses in ((self.to, draft.to), (self.cc, draft.cc), (self.bcc, draft.bcc)):
            edit.set_addresses(addresses)
        self.subject.setText(draft.subject)
        self.document_type.setCurrentIndex(max(0, self.document_type.findData(draft.document_type)))
        self.body.setPlainText(draft.body)
        self.files.set_attachments(draft.attachments)
        self.sign_message.setChecked(draft.sign_message and self._has_key)

    def draft(self) -> Draft:
        """A new value from the fields."""
        return replace(
            self._base,
            to=self.to.field().addresses,
            cc=self.cc.field().addresses,
            bcc=self.bcc.field().addresses,
            subject=self.subject.text(),
            body=self.body.toPlainText(),
            attachments=self.files.attachments(),
            document_type=self.document_type.currentData() or NO_DOCUMENT,
            sign_message=self.sign_message.isChecked(),
        )

    def invalid_recipients(self) -> tuple[str, ...]:
        """Pieces in the address lines that are no address."""
        return self.to.field().invalid + self.cc.field().invalid + self.bcc.field().invalid

    def jump(self, location: str) -> None:
        """Put the keyboard where a finding points."""
        target = jump_target(location)
        if target.place is Place.ATTACHMENTS:
            self.files.focus_file(target.name)
            return
        widgets: dict[Place, QWidget] = {
            Place.TO: self.to,
            Place.CC: self.cc,
            Place.BCC: self.bcc,
            Place.SUBJECT: self.subject,
            Place.BODY: self.body,
            Place.DOCUMENT_TYPE: self.document_type,
        }
        if target.place in widgets:
            widgets[target.place].setFocus(Qt.FocusReason.OtherFocusReason)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take files from the desktop."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Attach what was dropped."""
        urls = event.mimeData().urls()
        self.files.add_files([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])

    def _set_body_font(self) -> None:
        family = next((name for name in _SERIFS if name in QFontDatabase.families()), "")
        font = self.body.font()
        if family:
            font.setFamily(family)
        font.setPointSize(13)
        self.body.setFont(font)

    def _lay_out(self) -> None:
        head = QFormLayout()
        head.setContentsMargins(12, 8, 12, 4)
        head.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        head.addRow(self.tr("Từ"), self.sender_line)
        head.addRow(self.tr("Đến"), self.to)
        head.addRow("Cc", self.cc)
        head.addRow("Bcc", self.bcc)
        head.addRow(self.tr("Tiêu đề"), self.subject)
        head.addRow(self.tr("Loại văn bản"), self.document_type)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        text = QVBoxLayout()
        text.setContentsMargins(12, 4, 12, 8)
        text.addWidget(self.body)
        layout.addLayout(text, 1)
        layout.addWidget(self.files)

    def _connect(self) -> None:
        for edit in (self.to, self.cc, self.bcc):
            edit.changed.connect(self.changed)
        self.subject.textChanged.connect(self.changed)
        self.body.textChanged.connect(self.changed)
        self.document_type.currentIndexChanged.connect(self._on_type)
        self.files.changed.connect(self.changed)
        self.sign_message.toggled.connect(self.changed)

    def _on_type(self) -> None:
        self.files.set_document_type(self.document_type.currentData() or NO_DOCUMENT)
        self.changed.emit()
