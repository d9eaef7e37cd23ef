"""Going on with a draft that lies in a drafts mailbox, whoever put it there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, Signal

from client.errors import ClientError
from client.model.mailbox import SpecialUse
from client.model.message import MessageView
from client.services.desk import MailDesk
from client.ui import dialogs
from client.ui.bridge import Bridge
from client.ui.draft_banner import DraftBanner
from client.ui.message_list import MessageList
from client.ui.models import MessageListModel
from client.ui.reader import Reader
from client.ui.texts import Texts


class DraftEditing(QObject):
    """Enter or a double click in the list, or the button above the message."""

    draft_ready = Signal(object)
    """A `Draft` to be opened for writing."""

    def __init__(
        self,
        desk: MailDesk,
        texts: Texts,
        reader: Reader,
        messages: MessageList,
        banner: DraftBanner,
        use_of: Callable[[int], SpecialUse],
    ) -> None:
        """``use_of`` tells what a mailbox is for, from what is known already."""
        super().__init__(messages)
        self._desk, self._texts, self._reader, self._banner = desk, texts, reader, banner
        self._use_of = use_of
        self._bridge = Bridge(self)
        self._opening = (0, 0)
        reader.shown.connect(self._shown)
        messages.activated.connect(self._activated)
        banner.edit_requested.connect(lambda: self.edit(*reader.current))

    def edit(self, mailbox_id: int, row_id: int) -> None:
        """Open the draft for writing; asked twice it is opened once."""
        if not row_id or self._opening == (mailbox_id, row_id):
            return
        self._opening = (mailbox_id, row_id)
        try:
            future = self._desk.server_drafts().open(mailbox_id, row_id)
        except ClientError as error:
            self._fail(error)
            return
        self._bridge.watch(future, self._open, self._fail)

    def _open(self, draft: object) -> None:
        self._opening = (0, 0)
        self.draft_ready.emit(draft)

    def _fail(self, error: BaseException) -> None:
        self._opening = (0, 0)
        dialogs.show_problem(self._banner.window(), self._texts.error(error))

    def _shown(self, view: MessageView) -> None:
        self._banner.setVisible(not view.frozen and self._is_draft(self._reader.current[0]))

    def _activated(self, index: QModelIndex) -> None:
        model = index.model()
        if isinstance(model, MessageListModel):
            row_id = model.row_id(index.row())
            mailbox_id = model.mailbox_of(row_id)
            if self._is_draft(mailbox_id):
                self.edit(mailbox_id, row_id)

    def _is_draft(self, mailbox_id: int) -> bool:
        return self._use_of(mailbox_id) is SpecialUse.DRAFTS
