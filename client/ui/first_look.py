"""Documents are looked at before the PIN is asked for: what is signed already may forbid an act."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from client.config.catalogue import Text
from client.errors import SigningRefused
from client.services.desk import MailDesk
from client.services.signing_desk import Document, SignOrder
from client.ui.bridge import Bridge
from client.ui.texts import Texts


class FirstLook(QObject):
    """Remembers the last answer for each document; a fault of the look itself forbids nothing."""

    changed = Signal()

    def __init__(self, desk: MailDesk, texts: Texts, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._texts = desk, texts
        self._bridge = Bridge(self)
        self._asked: dict[str, int] = {}
        self._refused: dict[str, BaseException] = {}

    def ask(self, name: str, document: Document, order: SignOrder) -> None:
        """Look at this document for this act; an older answer counts no more."""
        number = self._asked[name] = self._asked.get(name, 0) + 1
        self._refused.pop(name, None)
        self._bridge.watch(
            self._desk.signing().look_first(document, name, order),
            lambda _: None,
            lambda error: self._note(name, error) if self._asked[name] == number else None,
        )

    def refusal(self) -> tuple[str, Text] | None:
        """The first document that cannot be signed so, and why; None where none is known."""
        for name, error in self._refused.items():
            return name, self._texts.error(error)
        return None

    def _note(self, name: str, error: BaseException) -> None:
        # An encrypted or broken document says so where it is drawn; the signer judges again anyway.
        if isinstance(error, SigningRefused):
            self._refused[name] = error
            self.changed.emit()
