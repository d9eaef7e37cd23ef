"""The folders mail was moved to last, kept with the window's layout: numbers only."""

from __future__ import annotations

from PySide6.QtCore import QSettings

_KEY = "recent-folders"
_MOST = 5


class RecentFolders:
    """Mailbox numbers, the last used first."""

    def __init__(self, state: QSettings) -> None:
        self._state = state

    def all(self) -> tuple[int, ...]:
        """The numbers; one of a mailbox that is gone does no harm."""
        kept = str(self._state.value(_KEY) or "")
        return tuple(int(one) for one in kept.split() if one.isdecimal())

    def used(self, mailbox_id: int) -> None:
        """Mail was moved there."""
        numbers = [mailbox_id, *(one for one in self.all() if one != mailbox_id)][:_MOST]
        self._state.setValue(_KEY, " ".join(map(str, numbers)))
