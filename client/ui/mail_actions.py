"""Deleting, moving and marking what is chosen, one message or ten thousand; `UndoMail` takes it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from client.config.catalogue import Text
from client.errors import ClientError
from client.model.event import Event, EventKind
from client.model.mailbox import Mailbox
from client.services.changes_desk import MailAct, MailDone, MailOrder
from client.services.desk import MailDesk
from client.ui import dialogs
from client.ui.bridge import Bridge
from client.ui.change_words import GOING, ChangeWords
from client.ui.folder_picker import FolderPicker
from client.ui.recent_folders import RecentFolders
from client.ui.texts import Texts
from client.ui.undo_mail import UndoMail
from client.ui.workspace import Workspace

NAMES = (*(act.value for act in MailAct if act is not MailAct.MOVE), "move")
"""What needs messages that are chosen; ``undo`` does not."""


class MailActions(QObject):
    """Asks only before a message is gone for good: everything else can be taken back."""

    done = Signal()
    """Something was done here that the server has still to take."""

    def __init__(
        self,
        desk: MailDesk,
        texts: Texts,
        workspace: Workspace,
        undo: UndoMail,
        recent: RecentFolders,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._desk, self._texts, self._workspace, self._window = desk, texts, workspace, window
        self._undo, self._recent = undo, recent
        self._words = ChangeWords(texts, self)
        self._bridge = Bridge(self)
        self.question: QMessageBox | None = None
        self.picker: FolderPicker | None = None
        undo.undone.connect(self._look)

    def act(self, name: str) -> None:
        """Do what the action of that name says."""
        if name == "undo":
            self._undo.undo()
            return
        mailbox_id, row_ids = self._workspace.targets()
        if not row_ids:
            return
        act = MailAct(name)
        order = MailOrder(act, mailbox_id, row_ids)
        if act is MailAct.MOVE:
            self._pick(mailbox_id, row_ids)
        elif act is MailAct.DELETE_FOREVER:
            self._ask(self._words.forever(len(row_ids)), order)
        elif act is MailAct.DELETE:
            self._delete(order)
        else:
            self._give(order)

    def drop(self, target_id: int) -> None:
        """What was dragged was dropped onto a mailbox."""
        mailbox_id, row_ids = self._workspace.list_model.mailbox_id, self._workspace.list.dragged_ids()
        if row_ids and target_id != mailbox_id:
            self._move(mailbox_id, row_ids, target_id)

    def mark_all_read(self, mailbox_id: int) -> None:
        """Every message of a mailbox has been read."""
        self._give(MailOrder(MailAct.MARK_READ, mailbox_id, is_whole=True))

    def empty(self, mailbox_id: int) -> None:
        """Delete everything in a mailbox for good, after a question."""
        mailbox = self._mailbox(mailbox_id)
        if mailbox is not None and mailbox.total:
            text = self._words.emptying(self._texts.mailbox(mailbox), mailbox.total)
            self._ask(text, MailOrder(MailAct.DELETE_FOREVER, mailbox_id, is_whole=True))

    def _delete(self, order: MailOrder) -> None:
        """What is in the trash goes for good, so that it is asked about first."""
        listed = len(order.row_ids) > 1
        model, changes = self._workspace.list_model, self._desk.changes()
        places = model.mailboxes_of(order.row_ids) if listed else {order.mailbox_id}
        final = [changes.is_final(one) for one in {*places, order.mailbox_id}]
        if any(final):
            self._ask(self._words.question(len(order.row_ids), mixed=not all(final)), order)
        else:
            self._give(order)

    def _pick(self, mailbox_id: int, row_ids: Sequence[int]) -> None:
        if self.picker is not None:
            return
        there = self._workspace.list_model.mailboxes_of(row_ids) if len(row_ids) > 1 else {mailbox_id}
        others = [one for one in self._mailboxes(mailbox_id) if {one.mailbox_id} != there]
        self.picker = FolderPicker(others, self._recent.all(), self._texts, self._window)
        self.picker.finished.connect(partial(self._picked, mailbox_id, row_ids))
        self.picker.open()

    def _picked(self, mailbox_id: int, row_ids: Sequence[int], answer: int) -> None:
        picker, self.picker = self.picker, None
        if picker is None:
            return
        target_id = picker.target_id()
        picker.deleteLater()
        if answer == FolderPicker.DialogCode.Accepted.value and target_id:
            self._move(mailbox_id, row_ids, target_id)

    def _move(self, mailbox_id: int, row_ids: Sequence[int], target_id: int) -> None:
        self._recent.used(target_id)
        self._give(MailOrder(MailAct.MOVE, mailbox_id, row_ids, target_id=target_id))

    def _give(self, order: MailOrder) -> None:
        future = self._desk.changes().change(order, self._undo.progress)
        if future.done():
            self._finish(order, future.result)
        else:
            self._bridge.watch(future, lambda done: self._finish(order, lambda: done), self._fail)

    def _finish(self, order: MailOrder, result: Callable[[], MailDone]) -> None:
        try:
            done = result()
        except ClientError as error:
            self._fail(error)
            return
        if order.act in GOING:
            self._workspace.leave(order.row_ids)
        target = self._mailbox(order.target_id)
        act = self._became(order)
        said = self._words.done(act, done.count, self._texts.mailbox(target) if target else "")
        if not done.count:
            self._undo.tell(self._words.nothing_changed(order.act))
        elif act is MailAct.DELETE_FOREVER:
            self._undo.tell(said)
        else:
            self._undo.offer(done.number, done.count, said)
        self._look()

    def _became(self, order: MailOrder) -> MailAct:
        """What was deleted in the trash is gone for good, and is said to be."""
        final = order.act is MailAct.DELETE and self._desk.changes().is_final(order.mailbox_id)
        return MailAct.DELETE_FOREVER if final else order.act

    def _fail(self, error: BaseException) -> None:
        self._undo.clear()
        self._look()
        dialogs.show_problem(self._window, self._texts.error(error))

    def _ask(self, text: Text, order: MailOrder) -> None:
        if self.question is not None:
            return
        self.question = dialogs.ask_deletion(self._window, text, lambda: self._give(order))
        self.question.finished.connect(self._question_done)

    def _question_done(self) -> None:
        self.question = None

    def _mailbox(self, mailbox_id: int) -> Mailbox | None:
        return next((one for one in self._mailboxes(mailbox_id) if one.mailbox_id == mailbox_id), None)

    def _mailboxes(self, mailbox_id: int) -> tuple[Mailbox, ...]:
        """All of the account that has this one."""
        for account in self._desk.accounts() if mailbox_id else ():
            found = self._desk.mailboxes(account.account_id)
            if any(one.mailbox_id == mailbox_id for one in found):
                return found
        return ()

    def _look(self) -> None:
        """What was done is in the store already: no event of the engine is needed to show it."""
        self._workspace.take(Event(EventKind.MESSAGES))
        self.done.emit()
