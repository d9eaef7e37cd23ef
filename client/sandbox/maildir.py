"""A maildir that hands back exactly the bytes it was given.

A message's UID and date are its file name, ``<epoch>.U<uid>.congthu!2,<flags>``: UIDs stay the same over
restarts without a list beside the files. ``!`` stands for the usual ``:``, which Windows does not allow.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_NAME = re.compile(r"^(?P<epoch>-?\d+)\.U(?P<uid>\d+)\.congthu!2,(?P<flags>[A-Z]*)$")


@dataclass(frozen=True, slots=True)
class Stored:
    """One message in a folder."""

    uid: int
    received: datetime
    """INTERNALDATE, aware UTC, whole seconds."""
    flags: str
    """Maildir letters in ABC order: D draft, F flagged, R answered, S seen, T deleted."""

    @property
    def file_name(self) -> str:
        """The file's name inside ``cur``."""
        return f"{int(self.received.timestamp())}.U{self.uid}.congthu!2,{self.flags}"


class MaildirFolder:
    """One mailbox on disk. A single process owns it; nothing is locked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state = path / "congthu-mailbox.json"
        for part in ("tmp", "new", "cur"):
            (path / part).mkdir(parents=True, exist_ok=True)
        self.uidvalidity, self._uidnext = self._read_state()

    @property
    def uidnext(self) -> int:
        """The UID the next message gets; never one that was used before."""
        return self._uidnext

    def messages(self) -> Iterator[Stored]:
        """What is there, by UID."""
        found = (_NAME.match(entry.name) for entry in os.scandir(self._path / "cur"))
        stored = [_stored(match) for match in found if match is not None]
        yield from sorted(stored, key=lambda one: one.uid)

    def add(self, content: bytes, received: datetime, flags: str) -> Stored:
        """File a message: written beside, then renamed into place."""
        message = Stored(self._uidnext, received.astimezone(UTC).replace(microsecond=0), normal(flags))
        self._uidnext += 1
        self._write_state()
        temporary = self._path / "tmp" / f"U{message.uid}"
        temporary.write_bytes(content)
        temporary.replace(self._path / "cur" / message.file_name)
        return message

    def read(self, message: Stored) -> bytes:
        """The bytes as they came; FileNotFoundError once expunged."""
        return (self._path / "cur" / message.file_name).read_bytes()

    def set_flags(self, message: Stored, flags: str) -> Stored:
        """Rename the message's file to carry ``flags``."""
        changed = Stored(message.uid, message.received, normal(flags))
        if changed != message:
            cur = self._path / "cur"
            (cur / message.file_name).replace(cur / changed.file_name)
        return changed

    def remove(self, message: Stored) -> None:
        """Delete the message's file."""
        (self._path / "cur" / message.file_name).unlink(missing_ok=True)

    def _read_state(self) -> tuple[int, int]:
        try:
            data = json.loads(self._state.read_text(encoding="utf-8"))
            return int(data["uidvalidity"]), int(data["uidnext"])
        except (OSError, ValueError, KeyError):
            highest = max((one.uid for one in self.messages()), default=0)
            self.uidvalidity = int(datetime.now(UTC).timestamp())
            self._uidnext = highest + 1
            self._write_state()
            return self.uidvalidity, self._uidnext

    def _write_state(self) -> None:
        temporary = self._state.with_suffix(".tmp")
        state = {"uidvalidity": self.uidvalidity, "uidnext": self._uidnext}
        temporary.write_text(json.dumps(state), encoding="utf-8")
        temporary.replace(self._state)


def normal(flags: str) -> str:
    """Flag letters once each, in ABC order, as the maildir convention wants them."""
    return "".join(sorted(set(flags)))


def _stored(match: re.Match[str]) -> Stored:
    received = datetime.fromtimestamp(int(match["epoch"]), UTC)
    return Stored(int(match["uid"]), received, match["flags"])
