"""Asks for, sends and shows receipts for the message on show."""

from __future__ import annotations

from PySide6.QtCore import QObject

from client.errors import ClientError
from client.model.message import MessageView
from client.model.receipt import ReceiptHabit
from client.services.desk import MailDesk
from client.ui import dialogs
from client.ui.bridge import Bridge
from client.ui.reader import Reader
from client.ui.receipt_bar import ReceiptBar
from client.ui.texts import Texts


class ReceiptCare(QObject):
    """Keeps the bar in step with the message on show, and does what is answered there."""

    def __init__(self, desk: MailDesk, texts: Texts, bar: ReceiptBar, reader: Reader) -> None:
        super().__init__(bar)
        self._desk, self._texts, self._bar, self._reader = desk, texts, bar, reader
        self._bridge = Bridge(self)
        self._message_id = ""
        reader.shown.connect(self._shown)
        bar.confirmed.connect(lambda: self._confirm(automatic=False))
        bar.refused.connect(self._refuse)

    def _shown(self, view: MessageView) -> None:
        self._message_id = view.envelope.message_id
        self._bar.clear()
        try:
            self._look(view)
        except ClientError as error:
            self._complain(error)

    def _look(self, view: MessageView) -> None:
        desk = self._desk.receipts()
        received = desk.of(self._message_id)
        if received:
            self._bar.tell(received)
            return
        asked = bool(view.receipt_to) and desk.habit is not ReceiptHabit.NEVER
        if not asked or desk.is_settled(self._reader.current[0], self._message_id):
            return
        if desk.habit is ReceiptHabit.ALWAYS and view.receipt_unasked:
            self._confirm(automatic=True)
        else:
            self._bar.ask(view.receipt_to, view.envelope.from_)

    def _confirm(self, *, automatic: bool) -> None:
        self._bar.clear()
        mailbox_id, row_id = self._reader.current
        if row_id:
            queued = self._desk.receipts().confirm(mailbox_id, row_id, automatic=automatic)
            self._bridge.watch(queued, lambda _: None, self._complain)

    def _refuse(self) -> None:
        self._bar.clear()
        try:
            self._desk.receipts().refuse(self._reader.current[0], self._message_id)
        except ClientError as error:
            self._complain(error)

    def _complain(self, error: BaseException) -> None:
        dialogs.show_problem(self._bar.window(), self._texts.error(error))
