"""Object identifiers too long to be decoded: asn1crypto takes minutes for one of a megabyte."""

from __future__ import annotations

import re

_LONG = re.compile(rb"\x06[\x82-\x84]")
"""An OBJECT IDENTIFIER with a length of 256 bytes or more; rare enough by chance to look twice then."""
_MOST_NODES = 2_000_000
_DEEPEST = 4
_IDENTIFIER, _OCTETS, _SEQUENCE, _CONSTRUCTED = 0x06, 0x04, 0x30, 0x20
_INDEFINITE = -1


def has_giant_identifier(data: bytes) -> bool:
    """Whether an identifier of 256 bytes or more stands anywhere in this ASN.1, or too much to tell."""
    return _LONG.search(data) is not None and _Walk().find(data, 0)


class _Walk:
    def __init__(self) -> None:
        self._nodes = 0

    def find(self, data: bytes, depth: int) -> bool:
        """Value by value, each held within the value around it as a parser does."""
        ends, at = [len(data)], 0
        while ends:
            held = max(place for place, one in enumerate(ends) if one != _INDEFINITE)
            end = ends[held]
            if at >= end:
                del ends[held:]
                continue
            self._nodes += 1
            if self._nodes > _MOST_NODES:
                return True
            tag, start, size = _header(data, at, end)
            if tag < 0:
                at = end
            elif tag & _CONSTRUCTED:
                ends.append(_INDEFINITE if size == _INDEFINITE else min(start + size, end))
                at = start
            elif (tag, size) == (0, 0) and ends[-1] == _INDEFINITE:
                ends.pop()
                at = start
            elif tag == _IDENTIFIER and size > 255:
                return True
            else:
                if tag == _OCTETS and depth < _DEEPEST and data[start : start + 1] == b"\x30":
                    inside = data[start : start + size]
                    if _LONG.search(inside) and self.find(inside, depth + 1):
                        return True
                at = min(start + size, end)
        return False


def _header(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Tag, start of the contents, their size; tag -1 where nothing can be read."""
    tag, at = data[at], at + 1
    if tag & 0x1F == 0x1F:
        while at < end and data[at] & 0x80:
            at += 1
        at += 1
    if at >= end:
        return -1, end, 0
    size, at = data[at], at + 1
    if size == 0x80:
        return (tag, at, _INDEFINITE) if tag & _CONSTRUCTED else (-1, end, 0)
    if size > 0x80:
        count = size & 0x7F
        size, at = int.from_bytes(data[at : at + count], "big"), at + count
    return tag, at, size
