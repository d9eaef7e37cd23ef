"""Keeps the reading pane in step with the chosen message; answers that come too late are dropped."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QImage

from client.errors import ClientError, MessageFrozen
from client.model.event import Event, EventKind
from client.model.message import MessageView
from client.model.register import ReceivedMessage
from client.model.secret import Secret
from client.model.verdict import VerificationReport
from client.services.desk import MailDesk
from client.services.incident import Incident, incident_form
from client.services.letters_desk import OpenedLetter
from client.services.reading_desk import JoinedLetter
from client.services.verification_desk import PastResult
from client.ui import dialogs
from client.ui.bridge import Bridge
from client.ui.comparison_flow import ComparisonFlow
from client.ui.letter_flow import LetterFlow
from client.ui.message_view import MessageViewer
from client.ui.picture_flow import Ask, PictureFlow
from client.ui.piece_flow import PieceFlow
from client.ui.texts import Texts
from client.ui.verification_actions import Judged

T = TypeVar("T")
_GLANCE_MS = 1500
"""What came on show unasked is marked as read after that: until then it may just be passed by."""
_SAFE_SCHEMES = frozenset({"http", "https", "mailto"})


@dataclass(frozen=True, slots=True)
class Shown:
    """The letter on show as a whole, for paper and for files."""

    mailbox_id: int
    row_id: int
    view: MessageView
    report: VerificationReport | None
    """None as long as it has not been judged."""
    pictures: Mapping[str, QImage]


class Reader(QObject):
    """Opens and verifies one message at a time."""

    shown = Signal(object)
    """The `MessageView` now on show."""
    seen = Signal(int)
    """A message was shown and is marked as read now."""
    reported = Signal(object)
    """The `VerificationReport` now on show."""

    def __init__(self, desk: MailDesk, texts: Texts, viewer: MessageViewer, bridge: Bridge) -> None:
        super().__init__(viewer)
        self._desk = desk
        self._texts = texts
        self._viewer = viewer
        self._bridge = bridge
        self._current = (0, 0)
        self._turn = 0
        self._view: MessageView | None = None
        self._report: VerificationReport | None = None
        self._password: Secret | None = None
        self._glance = QTimer(self)
        self._glance.setSingleShot(True)
        self._glance.timeout.connect(self._mark_seen)
        self._glance_ms = 0
        self.pictures = PictureFlow(bridge, viewer)
        self.pieces = PieceFlow(desk, bridge, viewer.pieces)
        self.pieces.opened.connect(self._show_joined)
        self.pieces.failed.connect(self._complain)
        viewer.pieces.back_requested.connect(lambda: self.open(*self._current))
        self.letters = LetterFlow(desk, texts, bridge, viewer)
        self.letters.working.connect(viewer.sealed.show_opening)
        self.letters.opened.connect(self._show_opened)
        self.letters.failed.connect(self._not_opened)
        self.letters.stopped.connect(self._still_sealed)
        viewer.sealed.open_requested.connect(self.open_sealed)
        viewer.sealed.close_requested.connect(lambda: self.open(*self._current))
        viewer.check_requested.connect(lambda: self.verify())
        self.comparison = ComparisonFlow(desk, texts, viewer.verification, self.verify)
        viewer.save_requested.connect(self.save_attachment)
        viewer.link_clicked.connect(self._open_link)
        viewer.register.export_requested.connect(self._save_as)
        viewer.frozen.report_requested.connect(self._save_incident)

    @property
    def current(self) -> tuple[int, int]:
        """Mailbox and row on show, zeros for none."""
        return self._current

    def open(self, mailbox_id: int, row_id: int, *, unasked: bool = False) -> None:
        """Show a message, then its signatures; row 0 clears the pane.

        ``unasked``: nobody chose it, it comes after one that was deleted.
        """
        self._glance.stop()
        self._glance_ms = _GLANCE_MS if unasked else 0
        self._current = (mailbox_id, row_id) if row_id else (0, 0)
        self._turn += 1
        self._view = self._report = None
        self.pictures.stop()
        self.pieces.forget()
        self.letters.forget()
        if not row_id:
            self._viewer.show_nothing()
            return
        self._viewer.show_loading()
        future = self._desk.open_message(mailbox_id, row_id)
        self._bridge.watch(future, self._fresh(self._show), self._fresh(self._viewer.show_error))

    def shown_letter(self) -> Shown | None:
        """What can be printed or kept now; None while nothing is on show."""
        if self._view is None:
            return None
        return Shown(*self._current, self._view, self._report, self._viewer.pictures())

    def is_gone(self) -> bool:
        """Whether the message on show is no longer where it was opened."""
        mailbox_id, row_id = self._current
        return bool(row_id) and row_id not in self._desk.rows(mailbox_id, (row_id,))

    def take(self, event: Event) -> None:
        """Show how far a large message has come that was just opened."""
        waiting = self._view is None and event.subject_id == self._current[1] != 0
        if event.kind is EventKind.BODY_PROGRESS and waiting:
            self._viewer.show_loading(event.done, event.total)

    def verify(self, password: Secret | None = None) -> None:
        """Ask for the judgement on the message on show (again); ``password`` opens its encrypted PDFs."""
        mailbox_id, row_id = self._current
        if not row_id or self._view is None or self.letters.is_open or self.pieces.is_open:
            return
        self._password, self._report = password, None
        panel = self._viewer.signatures
        panel.show_running()
        self._viewer.verification.clear()
        desk = self._desk.verification()
        self._bridge.watch(desk.last(mailbox_id, row_id), self._fresh(self._show_past), _nothing)
        future = desk.verify(mailbox_id, row_id, password)
        self._bridge.watch(future, self._fresh(self._show_report), self._fresh(self._not_verified))

    def save_attachment(self, section: str) -> None:
        """Ask where to, then write the attachment there."""
        names = _file_names(self._view) if self._view else {}
        path = dialogs.ask_save_path(self._viewer, names.get(section, ""))
        if path is None:
            return
        if self.letters.is_open:
            future = self.letters.attachment(section)
        elif self.pieces.is_open:
            future = self.pieces.attachment(section)
        else:
            future = self._desk.attachment(*self._current, section)
        self._bridge.watch(future, partial(self._write, path), self._complain)

    def open_sealed(self) -> None:
        """Ask for the key of the encrypted message on show."""
        mailbox_id, row_id = self._current
        if row_id and self._view is not None:
            joined = self.pieces.is_open
            self.letters.ask(
                self.pieces.raw if joined else lambda: self._desk.raw_message(mailbox_id, row_id)
            )

    def _show_opened(self, letter: OpenedLetter) -> None:
        """What follows from a judgement is not offered: reports and letters would carry names from inside."""
        self._show_inside(letter.view, letter.report, self.letters.picture)

    def _show_joined(self, letter: JoinedLetter) -> None:
        """Nor is it here: the joined letter is nowhere but on show."""
        self._show_inside(letter.view, letter.report, self.pieces.picture)

    def _show_inside(self, view: MessageView, report: VerificationReport, ask: Ask) -> None:
        self._turn += 1
        self._view, self._report = view, report
        self.pictures.stop()
        self._viewer.show_message(view)
        self._viewer.verification.clear()
        if view.frozen:
            self._viewer.signatures.clear()
        else:
            self._viewer.signatures.show_report(report)
            self.pictures.start(view, ask)

    def _not_opened(self, error: BaseException) -> None:
        self._still_sealed()
        self._complain(error)

    def _still_sealed(self) -> None:
        if self._view is not None and not self.letters.is_open:
            self._viewer.sealed.show_state(self._view.encryption)

    def _show(self, view: MessageView) -> None:
        self._view = view
        self._viewer.show_message(view)
        self.shown.emit(view)
        mailbox_id, row_id = self._current
        if view.piece is not None:
            self.pieces.look(mailbox_id, row_id)
        if not view.frozen:
            self.verify()
            self.pictures.start(
                view, lambda section: self._desk.reading().picture(mailbox_id, row_id, section)
            )
        if self._glance_ms:
            self._glance.start(self._glance_ms)
        else:
            self._mark_seen()

    def _mark_seen(self) -> None:
        mailbox_id, row_id = self._current
        try:
            self._desk.mark_seen(mailbox_id, row_id, seen=True)
        except ClientError as error:
            self._complain(error)
            return
        self.seen.emit(row_id)

    def _show_past(self, past: PastResult | None) -> None:
        if past is not None:
            self._viewer.signatures.show_past(past)

    def _read_documents(self) -> None:
        """For the register; encrypted messages have none that are known, others only what is attached."""
        view = self._view
        if view is not None and view.attachments and view.encryption is None:
            future = self._desk.checks().received(*self._current)
            self._bridge.watch(future, self._fresh(self._show_documents), lambda _: None)

    def _not_verified(self, error: BaseException) -> None:
        if isinstance(error, MessageFrozen):
            self._show_documents(ReceivedMessage(holds_secret=True))
        else:
            self._viewer.signatures.show_failure(error)

    def _show_documents(self, message: ReceivedMessage) -> None:
        if not message.holds_secret:
            self._viewer.register.show_message(message)
            return
        self.pictures.stop()
        if self._view is not None:
            self._turn += 1  # a verdict under way would name what is attached
            self._view = replace(self._view, frozen=True, attachments=())
        self._viewer.freeze()

    def _save_as(self, name: str, content: bytes) -> None:
        path = dialogs.ask_save_path(self._viewer, name)
        if path is not None:
            self._write(path, content)

    def _save_incident(self) -> None:
        """The report on a frozen message; the bytes are named by their digest alone."""
        if self._view is None:
            return
        envelope, (mailbox_id, row_id) = self._view.envelope, self._current

        def save(raw: bytes) -> None:
            sender = envelope.from_[0].addr_spec if envelope.from_ else ""
            found = datetime.now().astimezone()
            digest = hashlib.sha256(raw).hexdigest()
            incident = Incident(self._mailbox_name(mailbox_id), sender, envelope.date, found, digest)
            self._save_as("phieu-bao-su-co.txt", incident_form(incident, self._texts.language).encode())

        self._bridge.watch(self._desk.raw_message(mailbox_id, row_id), self._fresh(save), self._complain)

    def _mailbox_name(self, mailbox_id: int) -> str:
        for account in self._desk.accounts():
            if any(one.mailbox_id == mailbox_id for one in self._desk.mailboxes(account.account_id)):
                return account.identity.address.addr_spec
        return "–"

    def _show_report(self, report: VerificationReport) -> None:
        self._report = report
        self._viewer.signatures.show_report(report)
        self._viewer.verification.show_for(Judged(*self._current, report, self._password))
        self.reported.emit(report)
        self._read_documents()  # after the verdict, and not for what was only passed by

    def _write(self, path: Path, content: bytes) -> None:
        try:
            self._desk.save_file(path, content)
        except ClientError as error:
            self._complain(error)

    def _open_link(self, target: str) -> None:
        url = QUrl(target)
        if url.scheme().lower() in _SAFE_SCHEMES and dialogs.ask_open_link(self._viewer, target):
            QDesktopServices.openUrl(url)

    def _complain(self, error: BaseException) -> None:
        dialogs.show_problem(self._viewer, self._texts.error(error))

    def _fresh(self, callback: Callable[[T], None]) -> Callable[[T], None]:
        """``callback``, unless another message has been chosen by then."""
        turn = self._turn

        def call(answer: T) -> None:
            if turn == self._turn:
                callback(answer)

        return call


def _file_names(view: MessageView) -> dict[str, str]:
    nested = (one for message in view.attached for one in message.pictures)
    return {one.section: one.name for one in (*view.attachments, *nested)}


def _nothing(_: BaseException) -> None:
    """What was found before is a courtesy: without it the check goes on all the same."""
