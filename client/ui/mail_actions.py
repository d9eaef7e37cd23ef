"""Deleting, archiving and starring the message on show, and taking the last of it back."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from client.config.catalogue import Text
from client.model.event import Event, EventKind
from client.services.desk import MailDesk
from client.ui import dialogs
from client.ui.workspace import Workspace

NAMES = ("delete", "archive", "star", "unstar")
"""What needs a message on show; ``undo`` does not."""


class MailActions(QObject):
    """Asks only before a message is gone for good: everything else can be taken back."""

    done = Signal()
    """Something was done here that the server has still to take."""

    def __init__(self, desk: MailDesk, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._workspace, self._window = desk, workspace, window
        self.question: QMessageBox | None = None

    def act(self, name: str) -> None:
        """Do what the action of that name says."""
        mailbox_id, row_id = self._workspace.reader.current
        changes = self._desk.changes()
        if name == "undo":
            changes.undo()
        elif not row_id:
            return
        elif name == "delete" and changes.is_final(mailbox_id):
            self._ask(mailbox_id, row_id)
            return
        elif name == "delete":
            changes.delete(mailbox_id, (row_id,))
        elif name == "archive":
            changes.archive(mailbox_id, (row_id,))
        else:
            changes.flag(mailbox_id, (row_id,), flagged=name == "star")
        if name in {"delete", "archive"}:
            self._workspace.leave(mailbox_id, row_id)
        self._look()

    def _ask(self, mailbox_id: int, row_id: int) -> None:
        if self.question is not None:
            return

        def delete() -> None:
            self._desk.changes().delete(mailbox_id, (row_id,), forever=True)
            self._workspace.leave(mailbox_id, row_id)
            self._look()

        text = Text(
            self.tr("Xóa hẳn thư này?"), self.tr("Thư trong thùng rác đã xóa thì không lấy lại được.")
        )
        self.question = dialogs.ask_deletion(self._window, text, delete)
        self.question.finished.connect(self._question_done)

    def _question_done(self) -> None:
        self.question = None

    def _look(self) -> None:
        """What was done is in the store already: no event of the engine is needed to show it."""
        self._workspace.take(Event(EventKind.MESSAGES))
        self.done.emit()
