"""Verdicts that come in from the background reach the list row by row, a burst of them at once."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from client.errors import ClientError
from client.model.event import Event, EventKind
from client.ui.models import MessageListModel

_BURST_MS = 150


class JudgedRows(QObject):
    """Tells the model which rows to word anew; what cannot be read now is read with the next news."""

    def __init__(self, model: MessageListModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._rows: set[int] = set()
        self._all = False
        self._burst = QTimer(self)
        self._burst.setSingleShot(True)
        self._burst.setInterval(_BURST_MS)
        self._burst.timeout.connect(self._tell)

    def take(self, event: Event) -> None:
        """Note what an event makes stale."""
        if event.kind is EventKind.JUDGED and event.subject_id:
            self._rows.add(event.subject_id)
        elif event.kind in {EventKind.JUDGED, EventKind.TRUST} or (
            event.kind is EventKind.REVOCATION and event.code
        ):
            # What rests on other trust or other lists is green no longer, from now on.
            self._all = True
        else:
            return
        if not self._burst.isActive():
            self._burst.start()

    def _tell(self) -> None:
        rows, everything = self._rows, self._all
        self._rows, self._all = set(), False
        try:
            if everything:
                self._model.load_again()
            else:
                self._model.word_again(rows)
        except ClientError:
            return
