"""A certificate is about to end: said in time, once a day for each threshold, with what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from client.model.account import KeyRef
from client.model.certificate import threshold_of
from client.model.finding import Severity
from client.model.token import KeyChoice
from client.model.verdict import SignerInfo
from client.services.desk import MailDesk
from client.ui.bridge import Bridge
from client.ui.notice_bar import NoticeBar
from client.ui.texts import Texts


def _utc_now() -> datetime:
    return datetime.now(UTC)


class ExpiryReminder(QWidget):
    """A notice above the workspace; nothing is shown while all certificates are far from their end."""

    opened = Signal()
    """The user wants to see their certificates."""

    def __init__(
        self,
        desk: MailDesk,
        texts: Texts,
        memory: QSettings,
        parent: QWidget | None = None,
        *,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        super().__init__(parent)
        self._desk, self._texts, self._memory, self._clock = desk, texts, memory, clock
        self._bridge = Bridge(self)
        self._due: list[tuple[SignerInfo, int]] = []
        self.notice = NoticeBar(self)
        self.notice.pressed.connect(self._on_pressed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.notice)
        self.hide()

    def look(self) -> None:
        """Look at the accounts' certificates; what cannot be looked at reminds of nothing."""
        self._bridge.watch(self._desk.signing().keys(), self._on_keys, lambda _: None)

    def _on_keys(self, choices: tuple[KeyChoice, ...]) -> None:
        own = {
            key
            for one in self._desk.accounts()
            for key in (one.personal_key, one.seal_key)
            if key is not None
        }
        now = self._clock()
        today = now.astimezone().date()
        self._due = [
            (signer, threshold)
            for signer, threshold in due(choices, own, now)
            if self._memory.value(_entry(signer, threshold)) != today.isoformat()
        ]
        if not self._due:
            self.hide()
            return
        worst = min(threshold for _, threshold in self._due)
        severity = Severity.BLOCK if worst == 0 else Severity.WARN
        lines = [self._line(signer, today) for signer, _ in self._due]
        advice = self.tr(
            "Liên hệ nơi cấp để gia hạn chứng thư số trước ngày hết hạn; việc cấp mới mất vài ngày."
        )
        ended = self.tr("Không ký được nữa. Liên hệ nơi cấp để được cấp chứng thư số mới.")
        self.notice.show_notice(
            severity, "\n".join(lines), ended if worst == 0 else advice, self.tr("Đã biết")
        )
        self.show()

    def _line(self, signer: SignerInfo, today: date) -> str:
        end = signer.not_after
        if end is None:
            return ""
        day = self._texts.when(end)[:10]
        left = (end.astimezone().date() - today).days
        if end <= self._clock():
            return self.tr("Chứng thư số của {name} đã hết hạn ngày {day}.").format(name=signer.name, day=day)
        words = self.tr("Chứng thư số của {name} còn {n} ngày, hết hạn ngày {day}.")
        return words.format(name=signer.name, n=left, day=day)

    def _on_pressed(self) -> None:
        """Said and heard: not again today, at this threshold."""
        today = self._clock().astimezone().date().isoformat()
        for signer, threshold in self._due:
            self._memory.setValue(_entry(signer, threshold), today)
        self._memory.sync()
        self._due = []
        self.hide()


def due(choices: Iterable[KeyChoice], own: set[KeyRef], now: datetime) -> tuple[tuple[SignerInfo, int], ...]:
    """The accounts' certificates that reached a threshold, with that threshold; nearest end first."""
    found: dict[str, tuple[SignerInfo, int]] = {}
    for choice in choices:
        signer = choice.signer
        if signer is None or signer.not_after is None or choice.key not in own:
            continue
        threshold = threshold_of(signer.not_after, now)
        if threshold is not None:
            found[f"{signer.issuer}/{signer.serial}"] = (signer, threshold)
    return tuple(sorted(found.values(), key=lambda pair: pair[0].not_after or now))


def _entry(signer: SignerInfo, threshold: int) -> str:
    return f"reminders/{signer.serial}-{threshold}"
