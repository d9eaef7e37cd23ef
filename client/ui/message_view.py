"""The reading pane: header block, safe body, attachments. It fetches nothing and runs nothing."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from client.config.catalogue import Text
from client.model.imitation import claims_a_result, has_foreign_letters, has_marks
from client.model.legacy import convert_line
from client.model.message import MessageView
from client.ui import theme
from client.ui.attached_view import AttachedMessages
from client.ui.attachment_bar import AttachmentBar
from client.ui.bounded import BoundedArea
from client.ui.draft_banner import DraftBanner
from client.ui.empty_letter import EmptyLetter
from client.ui.frozen_card import FrozenCard
from client.ui.invitation_card import InvitationCard
from client.ui.letter_head import LetterHead
from client.ui.piece_banner import PieceBanner
from client.ui.receipt_bar import ReceiptBar
from client.ui.register_card import RegisterCard
from client.ui.related_bar import RelatedBar
from client.ui.safe_browser import SafeBrowser
from client.ui.sealed_banner import SealedBanner
from client.ui.signature_panel import SignaturePanel
from client.ui.signed_part_view import SignedPartView
from client.ui.tab_order import order_tabs
from client.ui.texts import Texts
from client.ui.verification_actions import VerificationActions
from client.ui.widgets import Notice, plain_label

_SHARE_OF_CARDS = 0.4
"""Of the pane's height, for what is known about the letter beside its signatures."""
_SHARE_OF_DETAILS = 0.35
_AS_WIDE_AS_A_PANEL = 300
"""Pixels: a picture from this width on could be one of the window's own panels."""


class MessageViewer(QWidget):
    """One message, or the reason why there is none to see."""

    save_requested = Signal(str)
    """Section of the attachment to save."""
    link_clicked = Signal(str)
    check_requested = Signal()
    retry_requested = Signal()

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self.signatures = SignaturePanel(texts, self)
        self.signatures.check_again.connect(self.check_requested)
        self.verification = VerificationActions(self)
        self.head = LetterHead(texts, self)
        self.related = RelatedBar(texts, self)
        self.verification.host(self.related, self.related.changed)
        self.receipts = ReceiptBar(texts, self)
        self.invitation = InvitationCard(texts, self)
        self.sealed = SealedBanner(self)
        self.draft = DraftBanner(self)
        self._remote = _Banner(self)
        self._view: MessageView | None = None
        self.convert_button = QToolButton(self)
        self.convert_button.setObjectName("small")
        self.convert_button.setStyleSheet("margin: 2px 0 4px 16px;")
        self.convert_button.setCheckable(True)
        self.convert_button.toggled.connect(self._convert)
        self._browser = SafeBrowser(self)
        self._browser.link_clicked.connect(self.link_clicked)
        self._browser.save_requested.connect(self.save_requested)
        self.signed_part = SignedPartView(self)
        self.signed_part.link_clicked.connect(self.link_clicked)
        self.signed_part.browser.save_requested.connect(self.save_requested)
        self._outside, self._pictured = self._outside_line(), self._pictured_line()
        self.pieces = PieceBanner(self)
        self.attached = AttachedMessages(texts, self)
        self.attached.link_clicked.connect(self.link_clicked)
        self.attached.save_requested.connect(self.save_requested)
        self.attachments = AttachmentBar(texts, self)
        self.attachments.save_requested.connect(self.save_requested)
        self.register = RegisterCard(texts, self)
        self.frozen = FrozenCard(texts, self)
        self._notice = Notice(self)
        self._body = QStackedWidget(self)
        self._build()
        self.show_nothing()

    def _outside_line(self) -> QLabel:
        line = plain_label(
            self,
            self.tr("NGOÀI CHỮ KÝ – không ai ký phần dưới đây, ai cũng có thể thêm vào:"),
            wrap=True,
        )
        line.setObjectName("outside")
        line.setStyleSheet(
            f"QLabel#outside {{ color: {theme.CAUTION}; font-weight: 600; padding: 6px 14px; }}"
        )
        return line

    def _pictured_line(self) -> QLabel:
        line = plain_label(
            self,
            self.tr("Ảnh dưới đây do người gửi chèn; kết quả kiểm tra chữ ký số chỉ có ở bảng phía trên."),
            wrap=True,
        )
        line.setObjectName("muted")
        line.setContentsMargins(16, 3, 12, 3)
        line.hide()
        return line

    def show_nothing(self) -> None:
        """No message is chosen."""
        self._forget_judgement()
        self._say("empty", Text(self.tr("Chưa chọn thư"), self.tr("Chọn một thư trong danh sách để đọc.")))

    def show_several(self, count: int) -> None:
        """Several messages are chosen together: none of them is shown."""
        self._forget_judgement()
        title = self.tr("{count} thư được chọn").format(count=self._texts.count(count))
        advice = self.tr("Xóa, lưu trữ, di chuyển, gắn sao và đánh dấu áp dụng cho tất cả thư được chọn.")
        self._say("inbox", Text(title, advice), theme.ACCENT)

    def show_loading(self, done: int = 0, total: int = 0) -> None:
        """The message is on its way: ``done`` of about ``total`` octets, where that is known."""
        self._forget_judgement()
        more = self.tr("Thư lớn có thể mất một lúc.")
        if total:
            size = {"done": self._texts.size(done), "total": self._texts.size(total)}
            more = self.tr("Đã tải {done}/{total}. Đứt kết nối thì lần sau tải tiếp từ đây.").format(**size)
        self._say("waiting", Text(self.tr("Đang tải thư…"), more))

    def show_error(self, error: BaseException) -> None:
        """The message could not be fetched or read."""
        self._forget_judgement()
        self._say("sig-warning", self._texts.error(error), theme.CAUTION)

    def show_message(self, view: MessageView) -> None:
        """Show a message; its signatures are shown apart, by `signatures`."""
        envelope = view.envelope
        self._view = view
        self._browser.forget_pictures()
        self._pictured.hide()
        self.head.show_envelope(envelope)
        self._warn(view)
        self.sealed.show_state(view.encryption)
        self.pieces.show_piece(view.piece)
        self.signed_part.show_part(view.signed_part)
        self._outside.setVisible(view.signed_part is not None)
        self._remote.setVisible(bool(view.blocked_remote))
        self._remote.say(
            self.tr(
                "Nội dung từ xa đã chặn ({count} mục): ảnh và liên kết tự tải không được hiển thị."
            ).format(count=view.blocked_remote)
        )
        self.convert_button.setVisible(bool(view.converted_text))
        self.convert_button.setChecked(False)
        self._convert(False)
        self.invitation.show_invitation(view.invitation)
        self.attached.show_messages(view.attached)
        self.attachments.show_attachments(view.attachments)
        self._freeze(view.frozen)
        self._body.setCurrentIndex(1)
        order_tabs(self._content)

    def show_picture(self, section: str, picture: QImage | None) -> None:
        """Put a picture where the letter shows it; None: it cannot be drawn, and is a file like others."""
        for browser in self._browsers():
            browser.show_picture(section, picture)
        self.attached.fit(self.height())
        if picture is None:
            self.attachments.list_picture(section)
        elif picture.width() >= _AS_WIDE_AS_A_PANEL:
            self._pictured.show()

    def pictures(self) -> dict[str, QImage]:
        """What is drawn of the letter's pictures, by section."""
        return {section: one for each in self._browsers() for section, one in each.pictures().items()}

    def _browsers(self) -> tuple[SafeBrowser, ...]:
        return (self._browser, self.signed_part.browser, *self.attached.browsers())

    def freeze(self) -> None:
        """A secrecy marking was found in what is attached: nothing of the message stays in sight."""
        view = self._view
        if view is not None:
            self._forget_judgement()
            self.show_message(MessageView(view.envelope.bare(), "", "", frozen=True))

    def shown_text(self) -> str:
        """The body as plain text, or the notice in its place."""
        return self._browser.toPlainText() if self._body.currentIndex() == 1 else self._notice.title()

    def sender_line(self) -> str:
        """The line that names the sender."""
        return self.head.people["from"].text()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: a lower pane has less room for details, so that the text stays in sight."""
        super().resizeEvent(event)
        self.signatures.bound_details(round(self.height() * _SHARE_OF_DETAILS))
        self.attached.fit(self.height())

    def _freeze(self, frozen: bool) -> None:
        self.frozen.setVisible(frozen)
        if frozen:
            self.signatures.hide()
            self.head.subject.setText(self.tr("(thư bị giữ lại)"))

    def _forget_judgement(self) -> None:
        self.register.clear()
        self.signatures.clear()
        self.verification.clear()

    def _convert(self, converted: bool) -> None:
        """Show the text read by the old table, or as it came; only ever a way of looking at it."""
        self.convert_button.setText(self.tr("Xem nguyên bản") if converted else self.tr("Đổi bảng mã"))
        if self._view is not None:
            self._show_body(self._view, self._view.converted_text if converted else "")
            subject, read = self._view.envelope.subject, self._view.legacy_encoding
            self.head.show_subject(convert_line(subject, read) if converted else subject)

    def _show_body(self, view: MessageView, converted: str) -> None:
        if view.html and not converted:
            self._browser.show_page(view.html)
        else:
            text = converted or view.text or EmptyLetter().words(view)
            self._browser.show_page(f'<div style="white-space: pre-wrap">{html.escape(text)}</div>')

    def _warn(self, view: MessageView) -> None:
        warnings = []
        if view.envelope.from_count > 1 or len(view.envelope.from_) > 1:
            warnings.append(self.tr("Thư ghi nhiều người gửi: không xác định được ai đã gửi."))
        if not view.envelope.from_:
            warnings.append(self.tr("Thư không ghi địa chỉ người gửi."))
        names = [one.display_name for one in (*view.envelope.from_, *view.envelope.sender)]
        names.append(view.envelope.from_text)
        if has_marks(view.envelope.subject) or any(map(claims_a_result, names)):
            warnings.append(
                self.tr(
                    "Tiêu đề hoặc tên người gửi bắt chước kết quả kiểm tra: đó là chữ do người gửi viết; "
                    "kết quả thật chỉ ở bảng Chữ ký số."
                )
            )
        named = (*view.envelope.from_, *view.envelope.sender, *view.envelope.reply_to)
        if any(has_foreign_letters(one.addr_spec) for one in named):
            warnings.append(
                self.tr("Địa chỉ người gửi có chữ cái không phải chữ La-tinh: có thể giả một địa chỉ khác.")
            )
        if set(view.defects) - {"yenc", "external-body"}:
            warnings.append(self.tr("Thư có lỗi định dạng, có thể không hiển thị đủ."))
        if "yenc" in view.defects:
            warnings.append(
                self.tr(
                    "Thư có tệp mã hóa kiểu yEnc, chương trình không giải được; bản nguyên nằm trong "
                    "danh sách tệp đính kèm. Hãy đề nghị người gửi đính kèm tệp theo cách thông thường."
                )
            )
        if "external-body" in view.defects:
            warnings.append(
                self.tr(
                    "Thư nhắc đến một tệp nằm ở nơi khác, không có trong thư; chương trình không tự tải về. "
                    "Hãy đề nghị người gửi đính kèm tệp đó."
                )
            )
        if view.legacy_encoding == "utf-8":
            warnings.append(self.tr("Nội dung bị mã hóa hai lần trên đường gửi nên hiện sai chữ."))
        elif view.legacy_encoding:
            warnings.append(
                self.tr("Nội dung có vẻ dùng bảng mã cũ ({name}).").format(name=view.legacy_encoding.upper())
            )
        self.head.warn(warnings)

    def _say(self, icon: str, text: Text, colour: str = theme.MUTED) -> None:
        self._notice.say(icon, text, colour)
        self._body.setCurrentIndex(0)

    def _build(self) -> None:
        content = self._content = QWidget(self)
        below = QVBoxLayout(content)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(self.head)
        below.addWidget(self.signatures)
        below.addWidget(self.verification)
        below.addWidget(self.frozen)
        below.addWidget(self.pieces)
        below.addWidget(self.sealed)
        below.addWidget(self.draft)
        secondary = (self.receipts, self.register, self.invitation, self._remote)
        below.addWidget(BoundedArea(self, _SHARE_OF_CARDS, *secondary))
        below.addWidget(self.convert_button, 0, Qt.AlignmentFlag.AlignLeft)
        below.addWidget(self._pictured)
        below.addWidget(self.signed_part, 2)
        below.addWidget(self._outside)
        below.addWidget(self._browser, 1)
        below.addWidget(self.attached)
        below.addWidget(self.attachments)
        self._body.addWidget(self._notice)
        self._body.addWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._body)


class _Banner(QFrame):
    """A line that says that something was left out."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setStyleSheet(f"_Banner {{ background: #eff1f4; border-bottom: 1px solid {theme.LINE}; }}")
        icon = QLabel(self)
        icon.setPixmap(theme.pixmap("remote", theme.MUTED, 18, self.devicePixelRatioF()))
        self._text = plain_label(self, wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 12, 5)
        row.setSpacing(theme.SPACE)
        row.addWidget(icon)
        row.addWidget(self._text, 1)

    def say(self, text: str) -> None:
        """Show ``text``."""
        self._text.setText(text)
