"""What servers are known to do otherwise than the standard has it, by name, and how a server is recognised.

A quirk is a named field that a test can set; code asks for the field, never for the server.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quirks:
    """How far a server may be believed; the defaults are the standard's."""

    server: str = ""
    """Which entry of the table it is, for the diagnosis; ``""`` for none."""
    without: frozenset[str] = frozenset()
    """Capabilities that are announced and must not be used."""
    partial_fetch: bool = True
    """``BODY[]<offset.length>`` gives the very octets; Exchange gives empty or other ones at times."""
    exact_size: bool = True
    """RFC822.SIZE is the number of octets that BODY[] gives; nothing is ever cut by it."""
    own_copy_seconds: float = 30.0
    """How long the server's own copy of a sent message may take, where it makes one."""
    passing_read_only: bool = False
    """A refusal that says READ-ONLY is over as soon as the mailbox is selected again (Zimbra)."""


_STANDARD = Quirks()
_KNOWN: tuple[tuple[re.Pattern[str], Quirks], ...] = (
    (
        re.compile(r"microsoft exchange|exchange server|outlook", re.IGNORECASE),
        Quirks("exchange", partial_fetch=False, exact_size=False, own_copy_seconds=90.0),
    ),
    (re.compile(r"zimbra", re.IGNORECASE), Quirks("zimbra", passing_read_only=True)),
    (re.compile(r"hmailserver", re.IGNORECASE), Quirks("hmailserver", exact_size=False)),
    # VANISHED comes malformed: what has gone would be kept, and what is there be hidden.
    (re.compile(r"icloud", re.IGNORECASE), Quirks("icloud", without=frozenset({"QRESYNC"}))),
    (re.compile(r"dovecot", re.IGNORECASE), Quirks("dovecot")),
)


def recognise(greeting: bytes, identity: Mapping[str, str]) -> Quirks:
    """The quirks of the server that greets like this and calls itself so (RFC 2971).

    What it calls itself counts more: administrators change greetings.
    """
    called = " ".join(identity.get(key, "") for key in ("name", "vendor"))
    for words in (called, greeting.decode("utf-8", "replace")):
        for pattern, quirks in _KNOWN:
            if pattern.search(words):
                return quirks
    return _STANDARD


_ID_FIELD = re.compile(rb'"((?:[^"\\]|\\.)*)" +(?:NIL|"((?:[^"\\]|\\.)*)")', re.IGNORECASE)


def read_identity(line: bytes) -> dict[str, str]:
    """The fields of an ID response, names in lower case; empty for ``NIL`` and for what is none."""
    if line[:5].upper() != b"* ID ":
        return {}
    return {
        name.decode("utf-8", "replace").lower(): value.decode("utf-8", "replace")
        for name, value in _ID_FIELD.findall(line)
    }
