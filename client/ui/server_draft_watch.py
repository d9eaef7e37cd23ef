"""The letter being written and its copy on the mail server: told when there is something to tell."""

from __future__ import annotations

from PySide6.QtCore import QObject

from client.errors import ClientError
from client.model.finding import Severity
from client.services.desk import MailDesk
from client.ui.draft_words import DraftWords
from client.ui.notice_bar import NoticeBar


class ServerDraftWatch(QObject):
    """Never in the way of writing: what cannot be told now is told the next time."""

    def __init__(self, desk: MailDesk, draft_id: str, window: QObject) -> None:
        super().__init__(window)
        self._desk, self._draft_id = desk, draft_id
        self._words = DraftWords(self)
        self.notice = NoticeBar()
        self.look()

    def look(self) -> None:
        """Ask again: it was stored, or the engine has been at work."""
        try:
            told = self._desk.server_drafts().standings().get(self._draft_id)
        except ClientError:
            return
        advice = self._words.advice(told)
        if advice:
            self.notice.show_notice(Severity.INFO, self._words.line(told), advice)
        else:
            self.notice.clear()

    def close(self) -> None:
        """The window closes: what is stored need not wait for more."""
        self._desk.server_drafts().closed(self._draft_id)
