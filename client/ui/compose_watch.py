"""What goes on beside the writing: the live check and the draft on disk."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from client.errors import ClientError
from client.model.finding import CheckReport
from client.model.outgoing import Draft
from client.services.desk import MailDesk
from client.ui.bridge import Bridge

CHECK_DELAY_MS = 400
SAVE_DELAY_MS = 2500
SAVE_ANYWAY_AFTER = 3
"""Delays a save waits for a running check; lost text is worse than a check that never answers."""


class LiveCheck(QObject):
    """Checks the newest draft once the author pauses; only the newest answer counts."""

    started = Signal()
    reported = Signal(object)
    """A `CheckReport` on the newest draft."""
    failed = Signal(object)

    def __init__(self, desk: MailDesk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._bridge = Bridge(self)
        self._number = 0
        self._draft: Draft | None = None
        self._timer = QTimer(self, singleShot=True, interval=CHECK_DELAY_MS)
        self._timer.timeout.connect(self.check_now)
        self._running = False
        self.pending = False
        """There is no answer yet on the letter as it is."""

    def touch(self, draft: Draft) -> None:
        """The letter changed; an answer still under way is for an older one."""
        self._draft = draft
        self._number += 1
        self.pending = True
        self._timer.start()

    def check_now(self) -> None:
        """Check the newest draft without waiting for a pause.

        A check under way is superseded: its answer is dropped, the newest draft goes next. None waits
        behind another, so that typing over a slow file piles nothing up.
        """
        if self._draft is None:
            return
        self._timer.stop()
        self.pending = True
        self.started.emit()
        if self._running:
            return
        self._running, number = True, self._number
        self._bridge.watch(
            self._desk.check(self._draft),
            lambda report: self._deliver(number, report),
            lambda error: self._give_up(number, error),
        )

    def settle(self) -> None:
        """The newest draft was answered elsewhere, by the check before sending."""
        self._timer.stop()
        self._number += 1
        self.pending = False

    def stop(self) -> None:
        """No more checks: the window closes."""
        self._timer.stop()
        self._number += 1
        self._draft = None

    def _deliver(self, number: int, report: CheckReport) -> None:
        self._running = False
        if number == self._number:
            self.pending = False
            self.reported.emit(report)
        else:
            self._go_on()

    def _give_up(self, number: int, error: BaseException) -> None:
        self._running = False
        if number == self._number:
            self.pending = False
            self.failed.emit(error)
        else:
            self._go_on()

    def _go_on(self) -> None:
        """A dropped answer: the newest draft has none yet, unless its pause still runs."""
        if self.pending and not self._timer.isActive():
            self.check_now()


class DraftKeeper(QObject):
    """Saves the draft soon after a change, unless it must not be stored."""

    saved = Signal()
    failed = Signal(object)

    def __init__(self, desk: MailDesk, check: LiveCheck, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._check = desk, check
        self._draft: Draft | None = None
        self._waited = 0
        self._timer = QTimer(self, singleShot=True, interval=SAVE_DELAY_MS)
        self._timer.timeout.connect(self._on_time)
        self.secret = False
        """A state-secret marking was found: nothing is written to disk."""

    @property
    def dirty(self) -> bool:
        """Whether a change is not on disk yet."""
        return self._draft is not None

    def touch(self, draft: Draft) -> None:
        """The letter changed."""
        self._draft = draft
        self._waited = 0
        self._timer.start()

    def save_now(self) -> bool:
        """Save at once; False where it was refused or failed, the change stays pending then."""
        self._timer.stop()
        if self._draft is None:
            return True
        if self.secret:
            return False
        try:
            self._desk.save_draft(self._draft)
        except ClientError as error:
            self.failed.emit(error)
            return False
        self._draft = None
        self.saved.emit()
        return True

    def forget(self) -> None:
        """Nothing more to save: sent or thrown away."""
        self._timer.stop()
        self._draft = None

    def _on_time(self) -> None:
        # The check says whether the text may be stored at all, so it goes first where it can.
        if self._check.pending and self._waited < SAVE_ANYWAY_AFTER:
            self._waited += 1
            self._timer.start()
            return
        self.save_now()
