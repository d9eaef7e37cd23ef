"""pymap's mailboxes over our maildir.

pymap's own maildir back end parses and writes messages anew (their bytes change), finds new mail only when
the mailbox is selected again, and needs POSIX renames. Its memory back end does all the rest well, so this
keeps that one's bookkeeping in memory and puts every message and flag on disk.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

from pymap.backend.dict.mailbox import (
    LoadedMessage,
    MailboxData,
    MailboxSet,
    Message,
    _ContentCache,
    _ThreadCache,
)
from pymap.concurrent import Event
from pymap.exceptions import NotSupportedError
from pymap.flags import FlagOp
from pymap.interfaces.message import CachedMessage
from pymap.mime import MessageContent
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import FetchRequirement, ObjectId
from pymap.parsing.specials.flag import Answered, Deleted, Draft, Flag, Flagged, Seen
from pymap.selected import SelectedMailbox

from client.sandbox.maildir import MaildirFolder, Stored

SPECIAL_FOLDERS = {"Sent": b"\\Sent", "Drafts": b"\\Drafts", "Trash": b"\\Trash"}
"""Folder name to its RFC 6154 attribute."""

_LETTERS = {Draft: "D", Flagged: "F", Answered: "R", Seen: "S", Deleted: "T"}
_FLAGS = {letter: flag for flag, letter in _LETTERS.items()}


class FolderMessage(Message):
    """A message whose content is read from disk when somebody asks for it."""

    __slots__ = ("folder", "stored")

    def __init__(
        self, folder: MaildirFolder, stored: Stored, *, recent: bool, expunged: bool = False
    ) -> None:
        email_id = ObjectId(b"M%d-%d" % (folder.uidvalidity, stored.uid))
        super().__init__(
            stored.uid,
            stored.received,
            flags_of(stored.flags),
            expunged=expunged,
            email_id=email_id,
            thread_id=ObjectId(b"T%d-%d" % (folder.uidvalidity, stored.uid)),
            recent=recent,
        )
        self.folder = folder
        self.stored = stored

    async def load_content(self, requirement: FetchRequirement) -> LoadedMessage:
        """Read the file unless flags and dates are all that is wanted."""
        if requirement.has_none(FetchRequirement.CONTENT):
            return LoadedMessage(self, requirement, None)
        try:
            content = MessageContent.parse(self.folder.read(self.stored))
        except FileNotFoundError:
            content = None
        return LoadedMessage(self, requirement, content)


class FolderMailbox(MailboxData):
    """One mailbox: its messages in memory, everything on disk."""

    def __init__(self, path: Path) -> None:
        super().__init__(_ContentCache(), _ThreadCache())
        self._folder = MaildirFolder(path)
        self._mailbox_id = ObjectId(b"F%d-%d" % (self._folder.uidvalidity, crc32(path.name.encode("utf-8"))))
        self._uid_validity = self._folder.uidvalidity
        self._max_uid = self._folder.uidnext - 1
        for stored in self._folder.messages():
            self._messages[stored.uid] = FolderMessage(self._folder, stored, recent=False)
        self._mod_sequences.update(list(self._messages))

    async def update_selected(
        self, selected: SelectedMailbox, *, wait_on: Event | None = None
    ) -> SelectedMailbox:
        """As pymap has it, but news that came between two waits of an IDLE is told at once."""
        nothing_new = selected.mod_sequence == self._mod_sequences.highest
        return await super().update_selected(selected, wait_on=wait_on if nothing_new else None)

    async def append(self, append_msg: AppendMessage, *, recent: bool = False) -> FolderMessage:
        """File the literal byte for byte."""
        when = append_msg.when or datetime.now(UTC)
        async with self.messages_lock.write_lock():
            return self.deliver(append_msg.literal, when, letters_of(append_msg.flag_set), recent=recent)

    def deliver(
        self, content: bytes, received: datetime, flags: str, *, recent: bool = True
    ) -> FolderMessage:
        """File a message and wake everybody who idles here."""
        aware = received if received.tzinfo is not None else received.astimezone()
        stored = self._folder.add(content, aware, flags)
        message = FolderMessage(self._folder, stored, recent=recent)
        self._max_uid = stored.uid
        self._messages[stored.uid] = message
        self._changed([stored.uid])
        return message

    async def copy(self, uid: int, destination: MailboxData, *, recent: bool = False) -> int | None:
        """Copy with date and flags (RFC 9051 section 6.4.7)."""
        assert isinstance(destination, FolderMailbox)  # noqa: S101 - FolderMailboxSet makes nothing else
        async with self.messages_lock.read_lock():
            message = self._messages.get(uid)
        if not isinstance(message, FolderMessage):
            return None
        content, stored = self._folder.read(message.stored), message.stored
        async with destination.messages_lock.write_lock():
            copied = destination.deliver(content, stored.received, stored.flags, recent=recent)
        return int(copied.uid)

    async def move(self, uid: int, destination: MailboxData, *, recent: bool = False) -> int | None:
        """Copy, then delete here."""
        moved = await self.copy(uid, destination, recent=recent)
        if moved is not None:
            await self.delete([uid])
        return moved

    async def get(self, uid: int, cached_msg: CachedMessage) -> FolderMessage:
        """The message, or its expunged shadow."""
        async with self.messages_lock.read_lock():
            message = self._messages.get(uid)
        if isinstance(message, FolderMessage):
            return message
        assert isinstance(cached_msg, FolderMessage)  # noqa: S101 - this back end hands out nothing else
        return FolderMessage(cached_msg.folder, cached_msg.stored, recent=False, expunged=True)

    async def update(
        self, uid: int, cached_msg: CachedMessage, flag_set: frozenset[Flag], mode: FlagOp
    ) -> FolderMessage:
        """Change flags in memory and in the file's name."""
        message = await self.get(uid, cached_msg)
        message.permanent_flags = mode.apply(message.permanent_flags, flag_set)
        if uid in self._messages:
            message.stored = self._folder.set_flags(message.stored, letters_of(message.permanent_flags))
            self._changed([uid])
        return message

    async def delete(self, uids: Iterable[int]) -> None:
        """Expunge."""
        gone = [uid for uid in uids if uid in self._messages]
        async with self.messages_lock.write_lock():
            for uid in gone:
                message = self._messages.pop(uid)
                if isinstance(message, FolderMessage):
                    self._folder.remove(message.stored)
            self._mod_sequences.expunge(gone)
            self._updated.set()

    def _changed(self, uids: list[int]) -> None:
        self._mod_sequences.update(uids)
        self._updated.set()


class FolderMailboxSet(MailboxSet):
    """The mailboxes of one account, laid out as maildir++ (``.Sent`` beside INBOX's ``cur``)."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._inbox = FolderMailbox(path)
        known = {entry.name[1:] for entry in path.iterdir() if entry.is_dir() and entry.name.startswith(".")}
        for name in sorted(known | set(SPECIAL_FOLDERS)):
            self._set[name] = FolderMailbox(path / f".{name}")

    def mailbox(self, name: str) -> FolderMailbox:
        """The mailbox of that name; KeyError when there is none."""
        found = self._inbox if name.upper() == "INBOX" else self._set[name]
        assert isinstance(found, FolderMailbox)  # noqa: S101 - this class fills the set
        return found

    async def add_mailbox(self, name: str) -> ObjectId:
        """Create a mailbox; names that are no plain folder name are refused (ValueError)."""
        if name in self._set or not name.replace(" ", "").replace("-", "").isalnum():
            raise ValueError(name)
        self._set[name] = FolderMailbox(self._path / f".{name}")
        return self._set[name].mailbox_id

    async def delete_mailbox(self, name: str) -> None:
        """Delete a mailbox with its messages; KeyError when there is none."""
        del self._set[name]
        shutil.rmtree(self._path / f".{name}")

    async def rename_mailbox(self, before: str, after: str) -> None:
        """Not offered by the city: the client has no use for it."""
        raise NotSupportedError(f"{before} {after}")


def letters_of(flags: Iterable[Flag]) -> str:
    """IMAP system flags as maildir letters; keywords have none and are dropped."""
    return "".join(sorted(_LETTERS[flag] for flag in flags if flag in _LETTERS))


def flags_of(letters: str) -> frozenset[Flag]:
    """Maildir letters as IMAP system flags."""
    return frozenset(_FLAGS[letter] for letter in letters if letter in _FLAGS)
