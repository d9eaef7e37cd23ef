"""What SELECT, LIST-STATUS and STATUS tell of a mailbox (RFC 9051, RFC 7162, RFC 5819)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from client.model.mailbox import SyncCursor
from client.model.message import Flag
from client.net import fetch
from client.net.names import unquoted
from client.net.session import MailboxStatus, SelectedMailbox

_FIELDS = {
    "uidvalidity": re.compile(rb"\* OK \[UIDVALIDITY (\d{1,10})\]", re.IGNORECASE),
    "uidnext": re.compile(rb"\* OK \[UIDNEXT (\d{1,10})\]", re.IGNORECASE),
    "exists": re.compile(rb"\* (\d{1,10}) EXISTS", re.IGNORECASE),
    "highestmodseq": re.compile(rb"\* OK \[HIGHESTMODSEQ (\d{1,19})\]", re.IGNORECASE),
}
_VANISHED = re.compile(rb"\* VANISHED \(EARLIER\) ([\d:,]+)\r\n", re.IGNORECASE)
_PERMANENT = re.compile(rb"\* OK \[PERMANENTFLAGS \(([^)]*)\)\]", re.IGNORECASE)
_CLOSED = re.compile(rb"\* OK \[CLOSED\]", re.IGNORECASE)
_STATUS = re.compile(rb"\* STATUS (.*?) ?\(([^()]*)\)\s*\Z", re.IGNORECASE | re.DOTALL)
_STATUS_AFTER_LITERAL = re.compile(rb" ?\(([^()]*)\)\s*\Z")
_ITEM = re.compile(rb"([A-Z]+) (\d{1,19})", re.IGNORECASE)


def parameters(capabilities: frozenset[str], since: SyncCursor | None) -> tuple[bytes, ...]:
    """What SELECT is asked for beside the mailbox; one parameter alone, for some servers take no two."""
    if since is not None and since.uidvalidity and since.highestmodseq and "QRESYNC" in capabilities:
        return (b"(QRESYNC (%d %d))" % (since.uidvalidity, since.highestmodseq),)
    return (b"(CONDSTORE)",) if "CONDSTORE" in capabilities else ()


@dataclass
class SelectAnswer:
    """Collects the untagged responses of one SELECT."""

    resumed: bool = False
    """Whether QRESYNC was asked for: then changes come along."""
    since: SyncCursor | None = None
    told: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_FIELDS, 0))
    vanished: list[tuple[int, int]] = field(default_factory=list)
    changed: dict[int, frozenset[str]] = field(default_factory=dict)
    permanent: frozenset[str] | None = None
    """Flags that can be changed for good, in lower case; None where the server does not say: all can."""

    def take(self, pieces: list[bytes]) -> None:
        """One response."""
        line = pieces[0]
        if _CLOSED.match(line):
            # What came before speaks of the mailbox that was selected until now (RFC 7162 section 3.2.11).
            self.told = dict.fromkeys(_FIELDS, 0)
            self.vanished.clear()
            self.changed.clear()
            self.permanent = None
            return
        for name, pattern in _FIELDS.items():
            if match := pattern.match(line):
                self.told[name] = int(match[1])
                return
        if match := _PERMANENT.match(line):
            self.permanent = frozenset(match[1].decode("ascii", "replace").lower().split())
        elif match := _VANISHED.match(line):
            self.vanished += read_ranges(match[1])
        elif parsed := fetch.parse_flags(pieces):
            self.changed[parsed[0]] = parsed[1]

    def result(self) -> SelectedMailbox:
        """What was told; changes only where they continue what is known here."""
        since = self.since
        same = since is not None and since.uidvalidity == self.told["uidvalidity"]
        told = SelectedMailbox(
            self.told["uidvalidity"], self.told["uidnext"], self.told["exists"], self.told["highestmodseq"]
        )
        if not (self.resumed and same and told.highestmodseq):
            return told
        return replace(told, resumed=True, vanished=tuple(self.vanished), changed=self.changed)


def lost_flags(permanent: frozenset[str] | None, flags: Iterable[str]) -> str:
    """Those of ``flags`` that the server would take and forget (RFC 9051 section 7.1), ``""`` for none.

    Whoever reads a mailbox that others keep marks nothing as read there, and need not be told each
    time. Keywords are ours to wish for.
    """
    if permanent is None:
        return ""
    kept = permanent | {Flag.SEEN.lower()}
    return " ".join(sorted(one for one in flags if one.startswith("\\") and one.lower() not in kept))


def read_ranges(text: bytes) -> list[tuple[int, int]]:
    """``1:3,7`` as pairs, never spelled out: a server may name millions; malformed parts drop."""
    found = []
    for part in text.split(b","):
        low, _, high = part.partition(b":")
        if low.isdigit() and len(part) <= 21 and (not high or high.isdigit()):
            pair = sorted((int(low), int(high or low)))
            found.append((pair[0], pair[1]))
    return found


def status_items(capabilities: frozenset[str]) -> bytes:
    """What a mailbox is asked that is not selected."""
    modseq = b" HIGHESTMODSEQ" if "CONDSTORE" in capabilities else b""
    return b"(MESSAGES UIDNEXT UIDVALIDITY UNSEEN" + modseq + b")"


def parse_status(pieces: list[bytes]) -> tuple[bytes, MailboxStatus] | None:
    """Raw name and numbers in a STATUS response; None for any other."""
    if len(pieces) > 1:
        match = _STATUS_AFTER_LITERAL.match(pieces[2]) if len(pieces) > 2 else None
        if match is None or pieces[0][:9].upper() != b"* STATUS ":
            return None
        name, items = pieces[1], match[1]
    elif found := _STATUS.match(pieces[0]):
        name, items = unquoted(found[1]), found[2]
    else:
        return None
    numbers = {key.upper(): int(value) for key, value in _ITEM.findall(items)}
    if not name or not {b"MESSAGES", b"UIDNEXT", b"UIDVALIDITY"} <= numbers.keys():
        return None
    return name, MailboxStatus(
        numbers[b"UIDVALIDITY"],
        numbers[b"UIDNEXT"],
        numbers[b"MESSAGES"],
        numbers.get(b"HIGHESTMODSEQ", 0),
        numbers.get(b"UNSEEN", 0),
    )
