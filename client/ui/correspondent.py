"""Who stands in a line of the list: who wrote to us, and of our own letters whom they are for."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QObject

from client.model.mailbox import MessageRow, SpecialUse

_OUTGOING = frozenset({SpecialUse.SENT, SpecialUse.DRAFTS})
_ADDRESS_OF_A_NAME = re.compile(r"(?<=\S)\s*<[^<>]*>")


class Correspondent(QObject):
    """Attributes:
    use_of: tells what a mailbox is for, from what is known already.

    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.use_of: Callable[[int], SpecialUse] = lambda _: SpecialUse.NONE

    def of(self, row: MessageRow) -> str:
        """One line; nobody who is written to can be taken for the sender."""
        if self.use_of(row.mailbox_id) not in _OUTGOING:
            return row.sender_name or row.sender_address
        names = " ".join(_ADDRESS_OF_A_NAME.sub("", row.recipients).replace('"', "").split())
        return self.tr("Đến: {names}").format(names=names) if names else self.tr("(chưa có người nhận)")
