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
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from client.model.account import Account
from client.model.invitation import Attendance
from client.model.outgoing import Draft
from client.services.fixes import switched
from client.services.meeting_answers import answer_of
from client.ui.attachment_strip import AttachmentStrip
from client.ui.compose_model import Place, common_length, default_key, jump_target
from client.ui.document_picker import DocumentPicker
from client.ui.recipient_edit import RecipientEdit, Suggest
from client.ui.texts import Texts
from client.ui.widgets import plain_label

_SERIFS = ("Times New Roman", "Liberation Serif", "Noto Serif")
"""Documents are set in Times New Roman (Decree 30/2020, Appendix I); the next two look alike."""


class ComposeForm(QWidget):
    """Shows a draft and reads it back; decides nothing."""

    changed = Signal()

    def __init__(
        self,
        texts: Texts,
        draft: Draft,
        accounts: tuple[Account, ...],
        suggest: Suggest | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._base, self._accounts = draft, accounts
        self.sender_box = QComboBox()
        self.sender_box.setAccessibleName(self.tr("Từ"))
        self.sender_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for account in accounts:
            self.sender_box.addItem(str(account.identity.address), account.account_id)
        self.sender_box.setEnabled(len(accounts) > 1)
        self.to = RecipientEdit(self.tr("Đến"), suggest)
        self.cc = RecipientEdit(self.tr("Cc (đồng gửi)"), suggest)
        self.bcc = RecipientEdit(self.tr("Bcc (đồng gửi ẩn)"), suggest)
        self.subject = QLineEdit()
        self.subject.setAccessibleName(self.tr("Tiêu đề"))
        self.subject.setPlaceholderText(self.tr("Trích yếu nội dung"))
        self.document = DocumentPicker(texts)
        self.answer = plain_label(self, wrap=True)
        self.answer.setObjectName("muted")
        self.body = QPlainTextEdit()
        self.body.setAccessibleName(self.tr("Nội dung thư"))
        self.body.setTabChangesFocus(True)
        self.body.setAcceptDrops(False)  # a file dropped on the text is an attachment, not its path
        self._set_body_font()
        self.files = AttachmentStrip(texts)
        self.sign_message = QCheckBox(self.tr("Ký số thư (S/MIME)"))
        self.urgent = QCheckBox(self.tr("Thư khẩn"))
        self.urgent.setToolTip(self.tr("Gửi với mức ưu tiên cao"))
        self.receipt = QCheckBox(self.tr("Xin xác nhận"))
        self.receipt.setToolTip(self.tr("Yêu cầu báo đã nhận và đã đọc; người nhận có thể không gửi"))
        self._lay_out()
        self.load(draft)
        self._connect()

    def load(self, draft: Draft) -> None:
        """Show this draft."""
        self._base = draft
        self.subject.setText(draft.subject)
        self.body.setPlainText(draft.body)
        self._show_rest(draft)

    def apply(self, draft: Draft) -> None:
        """Show another version of the draft on show: what is the same is not touched, and in the text
        lines Ctrl+Z leads back."""
        now = self.draft()
        self._base = draft
        if draft.subject != now.subject:
            self.subject.selectAll()
            self.subject.insert(draft.subject)
        if draft.body != now.body:
            self._exchange(now.body, draft.body)
        self._show_rest(draft)
        self.changed.emit()

    def draft(self) -> Draft:
        """A new value from the fields."""
        urgent = self.urgent.isChecked()
        return replace(
            self._base,
            to=self.to.field().addresses,
            cc=self.cc.field().addresses,
            bcc=self.bcc.field().addresses,
            subject=self.subject.text(),
            body=self.body.toPlainText(),
            attachments=self.files.attachments(),
            document_type=self.document.document_type(),
            type_chosen=self.document.is_chosen(),
            document_system=self.document.document_system(),
            sign_message=self.sign_message.isChecked(),
            urgent=urgent,
            want_receipt=self.receipt.isChecked(),
            urgency=self._base.urgency if urgent else "",
        )

    def invalid_recipients(self) -> tuple[str, ...]:
        """Pieces in the address lines that are no address."""
        return self.to.field().invalid + self.cc.field().invalid + self.bcc.field().invalid

    def jump(self, location: str, span: tuple[int, int] = (0, 0)) -> None:
        """Put the keyboard where a finding points, with the characters it means marked."""
        target = jump_target(location)
        if target.place is Place.ATTACHMENTS:
            self.files.focus_file(target.name)
            return
        if target.place is Place.BODY and span != (0, 0):
            self._mark(span)
        widgets: dict[Place, QWidget] = {
            Place.FROM: self.sender_box,
            Place.TO: self.to,
            Place.CC: self.cc,
            Place.BCC: self.bcc,
            Place.SUBJECT: self.subject,
            Place.BODY: self.body,
            Place.DOCUMENT_TYPE: self.document,
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

    def _mark(self, span: tuple[int, int]) -> None:
        """Select the characters from one place of the text to another; Qt counts UTF-16 units."""
        text = self.body.toPlainText()
        start, end = (len(text[:place].encode("utf-16-le")) // 2 for place in span)
        cursor = self.body.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(end, cursor.MoveMode.KeepAnchor)
        self.body.setTextCursor(cursor)
        self.body.ensureCursorVisible()

    def _exchange(self, old: str, new: str) -> None:
        """Write only what differs, as one step of the text's own undo."""
        head = common_length(old, new)
        tail = common_length(old[head:][::-1], new[head:][::-1])
        self._mark((head, len(old) - tail))
        cursor = self.body.textCursor()
        cursor.insertText(new[head : len(new) - tail])

    def _show_rest(self, draft: Draft) -> None:
        """All but the two texts."""
        for edit, addresses in ((self.to, draft.to), (self.cc, draft.cc), (self.bcc, draft.bcc)):
            if edit.field().addresses != addresses:
                edit.set_addresses(addresses)
        account = next((one for one in self._accounts if one.account_id == draft.account_id), None)
        self.sender_box.blockSignals(True)
        self.sender_box.setCurrentIndex(self.sender_box.findData(draft.account_id))
        self.sender_box.blockSignals(False)
        self.document.show_draft(draft.document_type, draft.document_system, by_hand=draft.type_chosen)
        if self.files.attachments() != draft.attachments:
            self.files.set_attachments(draft.attachments)
        has_key = account is not None and default_key(account) is not None
        self.sign_message.setChecked(draft.sign_message and has_key)
        self.urgent.setChecked(draft.urgent)
        self.receipt.setChecked(draft.want_receipt)
        self._show_answer(draft)

    def _show_answer(self, draft: Draft) -> None:
        """The calendar object that goes along is in no text and no list of files."""
        found = answer_of(draft)
        self.answer.setVisible(found is not None)
        if found is None:
            return
        words = {
            Attendance.ACCEPTED: self.tr("Kèm trả lời lịch họp: Chấp nhận: {event}"),
            Attendance.TENTATIVE: self.tr("Kèm trả lời lịch họp: Có thể dự: {event}"),
            Attendance.DECLINED: self.tr("Kèm trả lời lịch họp: Từ chối: {event}"),
        }
        self.answer.setText(words[found[0]].format(event=found[1] or self.tr("(không có tiêu đề)")))

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
        head.addRow(self.tr("Từ"), self.sender_box)
        head.addRow(self.tr("Đến"), self.to)
        head.addRow("Cc", self.cc)
        head.addRow("Bcc", self.bcc)
        head.addRow(self.tr("Tiêu đề"), self.subject)
        head.addRow(self.tr("Loại văn bản"), self.document)
        head.addRow(self.answer)
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
        self.document.chosen.connect(self._on_type)
        self.document.changed.connect(self.changed)
        self.sender_box.currentIndexChanged.connect(self._on_sender)
        self.urgent.toggled.connect(self.changed)
        self.receipt.toggled.connect(self.changed)
        self.files.changed.connect(self.changed)
        self.sign_message.toggled.connect(self.changed)

    def _on_type(self) -> None:
        """A type chosen by hand says what is to be signed; one that was only read does not."""
        self.files.set_document_type(self.document.document_type())

    def _on_sender(self) -> None:
        account = next(one for one in self._accounts if one.account_id == self.sender_box.currentData())
        self.apply(switched(self.draft(), account, self._accounts))
