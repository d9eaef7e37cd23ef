"""When the store is read again after events: once for a burst, and seldom while headers stream in."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Signal

_SETTLE_MS = 120
"""Events that come in a burst are answered by one reading of the store."""
_CALM = 40
"""While headers stream in, reading them again takes one part in so many of the time, for smoothness."""
_LONGEST_CALM_MS = 3000


class Pace(QObject):
    """Says when it is time, and learns how long the work takes."""

    due = Signal()
    """It is time to read again."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calm_ms = _SETTLE_MS
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.due)

    @property
    def is_waiting(self) -> bool:
        """Something has come and was not read again yet."""
        return self._timer.isActive()

    def note(self, *, is_streaming: bool) -> None:
        """Something has come; what was done in this window is shown at once."""
        pause = self._calm_ms if is_streaming else _SETTLE_MS
        if not self._timer.isActive() or self._timer.remainingTime() > pause:
            self._timer.start(pause)

    def begun(self) -> float:
        """A moment for `worked`."""
        return time.perf_counter()

    def worked(self, begin: float, *, is_more: bool = False) -> None:
        """Reading has taken the window since then; with ``is_more`` beside what it took before."""
        taken = (time.perf_counter() - begin) * 1000
        calm = max(_SETTLE_MS, min(round(taken * _CALM), _LONGEST_CALM_MS))
        self._calm_ms = max(self._calm_ms, calm) if is_more else calm
