"""What is known about a message's signatures: outside the message's own area, fed by the verifier alone.

A message can paint anything into its text; nothing it brings along reaches this panel
except values of a `VerificationReport`, and those are shown as plain text.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from client.model.imitation import seen
from client.model.text import printable
from client.model.verdict import (
    Display,
    IdentityMatch,
    SignatureVerdict,
    SignerInfo,
    SignerKind,
    VerificationReport,
    worst_display,
)
from client.services.verification_desk import PastResult
from client.ui import theme
from client.ui.texts import Texts
from client.ui.widgets import plain_label, pretty_scroll

_ORDER = list(Display)
_DETAILS_HEIGHT, _LEAST_DETAILS = 250, 90


class SignaturePanel(QFrame):
    """State in a word with icon and colour, one sentence with a next step, then every signature."""

    check_again = Signal()

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._icon = QLabel(self)
        self._word = plain_label(self, wrap=True)
        self._sentence = plain_label(self, wrap=True)
        self._action = plain_label(self, wrap=True)
        self._toggle = QToolButton(self)
        self._toggle.setCheckable(True)
        self._toggle.toggled.connect(self._show_details)
        self._running = False
        self._again = QToolButton(self)
        self._again.setIcon(theme.icon("sync"))
        self._again.setToolTip(self.tr("Kiểm tra lại"))
        self._again.setAccessibleName(self.tr("Kiểm tra lại chữ ký số"))
        self._again.clicked.connect(self.check_again)
        self._list = QWidget(self)
        self._list_layout = QVBoxLayout(self._list)
        self._list_layout.setContentsMargins(36, 0, 8, 4)
        self._list_layout.setSpacing(10)
        self._scroll = pretty_scroll(self._list, self)
        self._scroll.setAccessibleName(self.tr("Chi tiết từng chữ ký"))
        self._room = _DETAILS_HEIGHT
        self._build()
        self.setAccessibleName(self.tr("Kết quả kiểm tra chữ ký số"))
        self.clear()

    def clear(self) -> None:
        """No message is shown."""
        self.hide()
        self._forget()

    def show_running(self) -> None:
        """The check is under way: no colour that could be taken for an answer."""
        self._forget()
        self._style(theme.NEUTRAL, "#eff1f4", "waiting")
        self._word.setText(self.tr("Đang kiểm tra chữ ký…"))
        self._say("", "")
        self._again.hide()
        self._running = True
        self.show()

    def show_past(self, past: PastResult) -> None:
        """While the check is under way: what the last one found, in words alone and never in its colour."""
        if self._running:
            sentence = self.tr("Kết quả lần trước ({when}): {word}. Đang kiểm tra lại.")
            word = self._texts.display(past.report.display)
            self._say(sentence.format(when=self._texts.when(past.at), word=word), "")

    def show_failure(self, error: BaseException) -> None:
        """The check itself failed: said so, and never shown as "no signature"."""
        self._forget()
        self._style(*theme.display_style(Display.UNKNOWN))
        self._word.setText(self._texts.display(Display.UNKNOWN))
        text = self._texts.error(error)
        self._say(text.title, text.action)
        self._again.show()
        self.show()

    def show_report(self, report: VerificationReport) -> None:
        """Show the judgement, the worst first."""
        self._forget()
        display = report.display
        self._style(*theme.display_style(display))
        self._word.setText(self._texts.display(display))
        self._say(*self._summary(report))
        signatures = in_order(report.signatures)
        for signature in signatures:
            self._list_layout.addWidget(_SignatureCard(self._texts, signature, self._list))
        for text in map(self._texts.reason, report.reasons):
            line = "• " + " – ".join(filter(None, (text.title, text.action)))
            self._list_layout.addWidget(plain_label(self._list, line, wrap=True))
        for line in self._identity(report.identity) if report.identity is not None else ():
            self._list_layout.addWidget(plain_label(self._list, line, wrap=True))
        self._toggle.setVisible(bool(signatures))
        self._toggle.setText(self.tr("Chi tiết ({count} chữ ký)").format(count=len(signatures)))
        # An opened letter is checked as it is opened; for another check its key would be needed again.
        self._again.setVisible(report.encryption is None or not report.encryption.opened)
        self.show()

    def bound_details(self, room: int) -> None:
        """Let the details take at most ``room`` pixels of height; beyond that they are scrolled."""
        self._room = max(_LEAST_DETAILS, min(room, _DETAILS_HEIGHT))
        self._show_details(self._toggle.isChecked())

    def shown_text(self) -> str:
        """Everything the panel says, for the clipboard and for tests."""
        labels = [label for label in self.findChildren(QLabel) if label.text()]
        return "\n".join(label.text() for label in labels)

    def _build(self) -> None:
        font = self._word.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.1)
        self._word.setFont(font)
        head = QHBoxLayout()
        head.setSpacing(theme.SPACE)
        head.addWidget(self._icon)
        head.addWidget(self._word, 1)
        head.addWidget(self._again)
        head.addWidget(self._toggle)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.setSpacing(3)
        layout.addLayout(head)
        for label in (self._sentence, self._action):
            label.setContentsMargins(28, 0, 0, 0)
            layout.addWidget(label)
        layout.addWidget(self._scroll)

    def _summary(self, report: VerificationReport) -> tuple[str, str]:
        text = self._texts.leading(report)
        if text is not None and report.display is not Display.VALID:
            return text.title, text.action
        if report.display is Display.NONE:
            return self.tr("Thư và các tệp đính kèm không được ký số."), ""
        if report.display is Display.VALID:
            who = report.signatures[0].signer if report.signatures else None
            sentence = self.tr("Nội dung còn nguyên vẹn từ khi ký; chứng thư số của {name} được tin cậy.")
            name = _named(who) if who is not None else ""
            return sentence.format(name=name), self._texts.coverage(report.coverage)
        return self._texts.coverage(report.coverage), ""

    def _identity(self, identity: IdentityMatch) -> Iterable[str]:
        addresses = ", ".join(map(seen, identity.certificate_addresses)) or self.tr("không có")
        if identity.matches:
            yield self.tr("Địa chỉ người gửi khớp với chứng thư số: {address}").format(
                address=seen(identity.from_address)
            )
        else:
            yield self.tr("Địa chỉ người gửi {sender} KHÔNG khớp với chứng thư số ({addresses})").format(
                sender=seen(identity.from_address) or "–", addresses=addresses
            )
        if identity.sender:
            yield self.tr("Do địa chỉ khác gửi đi (Sender): {address}").format(address=seen(identity.sender))
        if identity.reply_to:
            yield self.tr("Thư trả lời sẽ đến địa chỉ khác (Reply-To): {addresses}").format(
                addresses=", ".join(map(seen, identity.reply_to))
            )

    def _say(self, sentence: str, action: str) -> None:
        for label, text in ((self._sentence, sentence), (self._action, action)):
            label.setText(text)
            label.setVisible(bool(text))

    def _style(self, ink: str, background: str, icon: str) -> None:
        self._icon.setPixmap(theme.pixmap(icon, ink, 20, self.devicePixelRatioF()))
        self._word.setStyleSheet(f"color: {ink};")
        self.setStyleSheet(
            f"SignaturePanel {{ background: {background}; border-left: 4px solid {ink};"
            f" border-bottom: 1px solid {theme.LINE}; }}"
        )

    def _show_details(self, shown: bool) -> None:
        self._scroll.setVisible(shown)
        self._toggle.setArrowType(Qt.ArrowType.UpArrow if shown else Qt.ArrowType.DownArrow)
        if shown:
            wanted = self._list.sizeHint().height() + 4
            self._scroll.setFixedHeight(min(wanted, self._room))

    def _forget(self) -> None:
        self._running = False
        self._toggle.setChecked(False)
        self._toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._show_details(False)
        self._toggle.hide()
        self._say("", "")
        while (item := self._list_layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()


class _SignatureCard(QWidget):
    """One signature: who, what it covers, when, and why it is judged so."""

    def __init__(self, texts: Texts, verdict: SignatureVerdict, parent: QWidget) -> None:
        super().__init__(parent)
        self._texts = texts
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(self._head(verdict))
        for line in self._lines(verdict):
            layout.addWidget(plain_label(self, line, wrap=True))

    def _head(self, verdict: SignatureVerdict) -> QHBoxLayout:
        ink, _, icon = theme.display_style(verdict.display)
        picture = QLabel(self)
        picture.setPixmap(theme.pixmap(icon, ink, 16, self.devicePixelRatioF()))
        picture.setFixedSize(QSize(18, 18))
        words = f"{self._place(verdict)} – {self._texts.display(verdict.display)}"
        title = plain_label(self, words, wrap=True)
        title.setStyleSheet(f"color: {ink}; font-weight: 600;")
        row = QHBoxLayout()
        row.addWidget(picture)
        row.addWidget(title, 1)
        return row

    def _place(self, verdict: SignatureVerdict) -> str:
        """Where it is; in a document also which it is in the order of signing, and whose."""
        name, attached, _ = verdict.where.rpartition(": message")
        if attached:
            return self.tr("Thư gửi kèm “{name}” (không phải thư này)").format(name=name)
        place = self.tr("Thư") if verdict.where == "message" else verdict.where
        signer = verdict.signer
        if not verdict.order or signer is None:
            return place
        seal = signer.kind is SignerKind.SEAL
        whose = self.tr("{number}. Cơ quan: {name}") if seal else self.tr("{number}. Người ký: {name}")
        return f"{whose.format(number=verdict.order, name=signer.name)} – {place}"

    def _lines(self, verdict: SignatureVerdict) -> Iterable[str]:
        signer = verdict.signer
        if verdict.countersigns:
            yield self.tr("Xác nhận lên chữ ký của: {name}").format(name=verdict.countersigns)
        if signer is not None:
            yield self.tr("Người ký: {name} – {kind}").format(
                name=_named(signer), kind=self._texts.signer_kind(signer.kind)
            )
            if signer.organisation:
                yield self.tr("Cơ quan, tổ chức: {name}").format(name=signer.organisation)
        yield self.tr("Thời gian do máy người ký khai: {when}").format(
            when=self._texts.when(verdict.claimed_time)
        )
        stamp = verdict.timestamp_time
        yield self.tr("Dấu thời gian: {when}").format(
            when=self._texts.when(stamp) if stamp is not None else self.tr("không có")
        )
        yield self.tr("Phạm vi ký: {coverage}").format(coverage=self._texts.coverage(verdict.coverage))
        for text in self._texts.verdict(verdict):
            yield "• " + " – ".join(filter(None, (text.title, text.action)))
        yield from self._technical(verdict)

    def _technical(self, verdict: SignatureVerdict) -> Iterable[str]:
        said = {reason.value for reason in verdict.reasons} | {one.name for one in verdict.changed_fields}
        more = [code for code in verdict.changes_after_signing if code not in said]
        if more:
            changes = "; ".join(map(self._texts.change, more))
            yield self.tr("Thay đổi sau khi ký: {changes}").format(changes=changes)
        yield from map(self._texts.field_change, verdict.changed_fields)
        signer, evidence = verdict.signer, verdict.revocation
        if signer is not None:
            yield self.tr("Chứng thư số: {serial}, do {issuer} cấp, hiệu lực đến {until}").format(
                serial=signer.serial, issuer=signer.issuer, until=self._texts.when(signer.not_after)
            )
        yield self.tr("Thu hồi: {what}").format(what=self._texts.revocation_age(evidence))
        form = " ".join(filter(None, (verdict.format.value, verdict.level)))
        found = str(verdict.indication)
        if verdict.sub_indication is not None:
            found += f" / {verdict.sub_indication} ({self._texts.sub_indication(verdict).title})"
        yield self.tr("Kỹ thuật: {form}, {indication}").format(form=form, indication=found)


def in_order(verdicts: Iterable[SignatureVerdict]) -> list[SignatureVerdict]:
    """The document with the worst signature first; within a document as they were signed."""
    documents: dict[str, list[SignatureVerdict]] = {}
    for at, verdict in enumerate(verdicts):
        documents.setdefault(verdict.section or f"#{at}", []).append(verdict)
    worst_first = sorted(documents.values(), key=lambda ones: max(map(_badness, ones)), reverse=True)
    return [one for ones in worst_first for one in sorted(ones, key=_when_signed)]


def _when_signed(verdict: SignatureVerdict) -> int:
    """What has no place in the order, because it cannot be read, comes last."""
    return verdict.order or 1_000_000


def _badness(verdict: SignatureVerdict) -> int:
    return [worst_display((verdict.display, other)) is verdict.display for other in _ORDER].count(True)


def _named(signer: SignerInfo) -> str:
    """The name with the address the certificate ties to it: two people may bear one name."""
    name = printable(signer.name)
    return f"{name} <{printable(signer.email)}>" if signer.email else name
