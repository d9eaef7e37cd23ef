"""The head of a letter on show: subject, who, when; whom it went to in one line that opens."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from client.model.address import MailAddress
from client.model.imitation import seen
from client.model.message import Envelope
from client.ui import theme
from client.ui.texts import Texts
from client.ui.widgets import ElidedLabel, plain_label

_LONGEST_LINE = 500


class LetterHead(QFrame):
    """The sender's address is always there in full; a long list of recipients waits behind `more`."""

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self.subject = plain_label(self, wrap=True)
        self.subject.setObjectName("title")
        self.subject.setStyleSheet("font-size: 13pt;")
        names = ("from", "sender", "to", "cc", "reply-to", "date", "warning")
        self.people = {name: plain_label(self, wrap=name != "date") for name in names}
        self.brief = ElidedLabel(self)
        self.brief.setObjectName("muted")
        self.more = QToolButton(self)
        self.more.setObjectName("link")
        self.more.setCheckable(True)
        self.more.toggled.connect(self._open)
        self._build()

    def show_envelope(self, envelope: Envelope) -> None:
        """Show these lines; what the letter does not have takes no room."""
        self.show_subject(envelope.subject)
        self._set("from", self.tr("Từ"), envelope.from_ or envelope.sender, short(envelope.from_text))
        others = tuple(one for one in envelope.sender if envelope.from_ and one not in envelope.from_)
        self._set("sender", self.tr("Gửi bởi (Sender)"), others)
        self.people["sender"].setVisible(bool(others))
        self._set("to", self.tr("Đến"), envelope.to, short(envelope.to_text))
        self._set("cc", self.tr("Cc"), envelope.cc)
        elsewhere = tuple(one for one in envelope.reply_to if one not in envelope.from_)
        self._set("reply-to", self.tr("Trả lời đến"), elsewhere)
        self.people["reply-to"].setVisible(bool(elsewhere))
        self.people["date"].setText(self.tr("Ngày: {when}").format(when=self._texts.when(envelope.date)))
        lines = [self.people[name].text() for name in ("to", "cc") if self.people[name].text()]
        self.brief.show_text("  ·  ".join(lines))
        self.more.setChecked(False)
        self._open(False)

    def show_subject(self, subject: str) -> None:
        """The title line alone; a text that is read by another table takes its subject along."""
        self.subject.setText(short(subject) or self.tr("(không có tiêu đề)"))

    def warn(self, warnings: list[str]) -> None:
        """Sentences about the letter as a whole; none take the line away."""
        self.people["warning"].setText(" ".join(warnings))
        self.people["warning"].setVisible(bool(warnings))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: what was cut off may fit now."""
        super().resizeEvent(event)
        self._offer_more()

    def _open(self, opened: bool) -> None:
        for name in ("to", "cc"):
            self.people[name].setVisible(opened and bool(self.people[name].text()))
        self.brief.setVisible(not opened and bool(self.brief.full_text))
        self.more.setText(self.tr("Thu gọn") if opened else self.tr("Xem đủ"))
        self._offer_more()

    def _offer_more(self) -> None:
        room = self.contentsRect().width() - self.people["date"].sizeHint().width() - 40
        self.more.setVisible(self.more.isChecked() or self.brief.needs() > room)

    def _set(self, key: str, name: str, addresses: tuple[MailAddress, ...], otherwise: str = "") -> None:
        shown = "; ".join(full(address) for address in addresses) or otherwise
        self.people[key].setText(f"{name}: {shown or '–'}" if shown or key == "from" else "")

    def _build(self) -> None:
        for name in ("to", "cc", "date"):
            self.people[name].setObjectName("muted")
        self.people["warning"].setStyleSheet(f"color: {theme.CAUTION}; font-weight: 600;")
        last = QHBoxLayout()
        last.setSpacing(theme.SPACE)
        last.addWidget(self.brief, 1)
        last.addWidget(self.more)
        last.addStretch()
        last.addWidget(self.people["date"])
        lines = QVBoxLayout(self)
        lines.setContentsMargins(16, 8, 12, 6)
        lines.setSpacing(3)
        lines.addWidget(self.subject)
        for name in ("from", "sender", "reply-to", "to", "cc"):
            lines.addWidget(self.people[name])
        lines.addLayout(last)
        lines.addWidget(self.people["warning"])


def short(text: str) -> str:
    """A subject of twenty thousand letters would push everything else out of sight."""
    return text if len(text) <= _LONGEST_LINE else f"{text[:_LONGEST_LINE]}…"


def full(address: MailAddress) -> str:
    """The name with the address always beside it; quotes and angle brackets in a name fool nobody."""
    if not address.display_name:
        return f"<{seen(address.addr_spec)}>"
    return f"{short(address.display_name)} <{seen(address.addr_spec)}>"
