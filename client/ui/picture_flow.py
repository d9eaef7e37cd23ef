"""Pictures of the letter on show, one after the other, after its text: never two in work at once.

So that another letter, or a verdict, waits for one picture at most.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from client.model.message import MessageView
from client.model.picture import DrawnPicture, PictureBudget
from client.ui.bridge import Bridge
from client.ui.message_view import MessageViewer

Ask = Callable[[str], Future[DrawnPicture | None]]
_JPEG = b"\xff\xd8"


class PictureFlow(QObject):
    """Asks for each picture and puts it in its place; what comes too late is dropped."""

    def __init__(self, bridge: Bridge, viewer: MessageViewer) -> None:
        super().__init__(viewer)
        self._bridge, self._viewer = bridge, viewer
        self._turn = 0
        self._waiting: list[str] = []
        self._budget = PictureBudget()

    def start(self, view: MessageView, ask: Ask) -> None:
        """Draw what ``view`` shows; ``ask`` brings the picture of a section."""
        self.stop()
        nested = (one for message in view.attached for one in message.pictures)
        self._waiting = [one.section for one in (*view.attachments, *nested) if one.drawn]
        self._budget = PictureBudget()
        self._next(ask)

    def stop(self) -> None:
        """Another letter is chosen, or this one must not be shown."""
        self._turn += 1
        self._waiting = []

    def _next(self, ask: Ask) -> None:
        if not self._waiting:
            return
        section = self._waiting.pop(0)
        if self._budget.is_spent:
            self._viewer.show_picture(section, None)
            self._next(ask)
            return
        took = partial(self._take, self._turn, section, ask)
        self._bridge.watch(ask(section), took, lambda _: took(None))

    def _take(self, turn: int, section: str, ask: Ask, picture: DrawnPicture | None) -> None:
        if turn != self._turn:
            return
        self._viewer.show_picture(section, self._image(picture))
        self._next(ask)

    def _image(self, picture: DrawnPicture | None) -> QImage | None:
        if picture is None or not self._budget.allows(picture):
            return None
        # This program's own bytes; the format is named so that nothing else is tried.
        image = QImage()
        image.loadFromData(picture.data, "JPEG" if picture.data.startswith(_JPEG) else "PNG")
        return None if image.isNull() else image
