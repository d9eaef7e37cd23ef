"""Receipts in the reading pane: what came back about a sent letter, and who asks for one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from client.model.address import MailAddress
from client.model.receipt import Receipt, ReceiptKind
from client.ui import theme
from client.ui.texts import Texts
from client.ui.widgets import plain_label

_LINES_SHOWN = 6
_BAD = frozenset({ReceiptKind.FAILED, ReceiptKind.DELAYED})


class ReceiptBar(QFrame):
    """Plain text only; hidden while there is nothing to say."""

    confirmed = Signal()
    refused = Signal()

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._label = plain_label(self, wrap=True)
        self.confirm_button = QPushButton(self.tr("Gửi xác nhận"), self)
        self.confirm_button.clicked.connect(self.confirmed)
        self.refuse_button = QPushButton(self.tr("Không gửi"), self)
        self.refuse_button.clicked.connect(self.refused)
        row = QHBoxLayout()
        row.addWidget(self.confirm_button)
        row.addWidget(self.refuse_button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 6, 12, 6)
        layout.setSpacing(4)
        layout.addWidget(self._label)
        layout.addLayout(row)
        self.setAccessibleName(self.tr("Xác nhận đã đọc"))
        self.setStyleSheet(f"ReceiptBar {{ border-bottom: 1px solid {theme.LINE}; }}")
        self.clear()

    def ask(self, who: Iterable[MailAddress], senders: Iterable[MailAddress]) -> None:
        """Ask whether to confirm; an address that is not the sender's is called out."""
        named = {one.addr_spec.casefold() for one in senders}
        wanted = tuple(who)
        to = ", ".join(one.addr_spec for one in wanted)
        text = self.tr("Người gửi yêu cầu xác nhận đã đọc, gửi về {to}.").format(to=to)
        if any(one.addr_spec.casefold() not in named for one in wanted):
            text += "\n" + self.tr("Lưu ý: địa chỉ này không phải địa chỉ người gửi.")
        self._show(text, asks=True)

    def tell(self, receipts: tuple[Receipt, ...]) -> None:
        """List what came back; bad news first."""
        counted = Counter(one.kind for one in receipts)
        head = "; ".join(f"{self._word(kind)}: {counted[kind]}" for kind in ReceiptKind if counted[kind])
        lines = [self.tr("Biên nhận – {counts}").format(counts=head)]
        ordered = sorted(receipts, key=lambda one: one.kind not in _BAD)
        lines += [self._line(one) for one in ordered[:_LINES_SHOWN]]
        if len(ordered) > _LINES_SHOWN:
            lines.append(self.tr("và {count} biên nhận nữa").format(count=len(ordered) - _LINES_SHOWN))
        lines.append(self.tr("Biên nhận do máy chủ, chương trình của người nhận báo về; không được ký số."))
        self._show("\n".join(lines), asks=False)

    def clear(self) -> None:
        """Nothing to say."""
        self._label.setText("")
        self.hide()

    def text(self) -> str:
        """What is said now."""
        return self._label.text()

    def _show(self, text: str, *, asks: bool) -> None:
        self._label.setText(text)
        self.confirm_button.setVisible(asks)
        self.refuse_button.setVisible(asks)
        self.show()

    def _line(self, receipt: Receipt) -> str:
        line = self.tr("{recipient}: {what}, {when}").format(
            recipient=receipt.recipient,
            what=self._word(receipt.kind).lower(),
            when=self._texts.when(receipt.reported_at),
        )
        return f"{line} ({receipt.detail})" if receipt.detail else line

    def _word(self, kind: ReceiptKind) -> str:
        return self._texts.text("receipt", kind.value).title
