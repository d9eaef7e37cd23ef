"""Boundaries no header names: gateways change the one in the header, and the parts keep theirs."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import islice

_DASHES = re.compile(rb"^--[^\r\n]{1,200}\r*\n", re.MULTILINE)
_PART_HEADER = re.compile(
    rb"content-(?:type|transfer-encoding|disposition|id|description)[ \t]*:", re.IGNORECASE
)
_MOST_LINES = 200
_FARTHEST = 256 * 1024
"""A first part begins soon; what is said before it is a line or two."""
_MOST_LOOKS = 1000


def stands_in(raw: bytes, start: int, opening: bytes) -> bool:
    """Whether ``opening`` is a line of ``raw`` from ``start`` on; yes where finding out would take long."""
    at = start - 1
    for _ in range(_MOST_LOOKS):
        at = raw.find(opening, at + 1)
        if at < 0:
            return False
        end = raw.find(b"\n", at)
        rest = raw[at + len(opening) : end if end >= 0 else len(raw)][:80]
        if (at == 0 or raw[at - 1 : at] == b"\n") and rest.strip(b" \t\r") in (b"", b"--"):
            return True
    return True


def unannounced(raw: bytes, start: int, taken: Collection[bytes]) -> bytes:
    """The first line of two hyphens and more that a part's header follows; ``b""`` where there is none.

    A line that is ``taken`` ends the search: what stands behind it is another part's.
    """
    lines = _DASHES.finditer(raw, start, min(len(raw), start + _FARTHEST))
    for found in islice(lines, _MOST_LINES):
        line = found[0].rstrip(b" \t\r\n")
        if line in taken:
            return b""
        if _PART_HEADER.match(raw, found.end()):
            return line
    return b""
