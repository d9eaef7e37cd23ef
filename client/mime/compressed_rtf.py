"""The rich text of a ``winmail.dat``, unpacked ([MS-OXRTFCP]): LZFu, or stored as it is."""

from __future__ import annotations

import struct

MOST_BYTES = 2_000_000
"""Unpacked; a longer text is cut, and read as far as it goes."""

_HEADER = struct.Struct("<IIII")
_PACKED, _STORED = 0x75465A4C, 0x414C454D
_WINDOW = 4096
_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""What every text may refer back to from its first octet on (section 2.1.2.1)."""


def unpack_rtf(content: bytes) -> bytes:
    """The RTF; ``b""`` for what is none, as much as could be unpacked where it is damaged."""
    if len(content) < _HEADER.size:
        return b""
    _, size, kind, _ = _HEADER.unpack_from(content)
    body = content[_HEADER.size :]
    if kind == _STORED:
        return body[: min(size, MOST_BYTES)]
    return _unpacked(body, min(size, MOST_BYTES)) if kind == _PACKED else b""


def _unpacked(body: bytes, size: int) -> bytes:
    window = _Window()
    at = 0
    while at < len(body) and len(window.out) < size:
        control, at = body[at], at + 1
        for bit in range(8):
            if not control >> bit & 1:
                window.put(body[at : at + 1])
                at += 1
                continue
            token = int.from_bytes(body[at : at + 2].ljust(2, b"\0"), "big")
            at += 2
            if at > len(body) or not window.repeat(token >> 4, (token & 15) + 2):
                return bytes(window.out[:size])
    return bytes(window.out[:size])


class _Window:
    """The last 4096 octets, to which tokens refer, and all there have been."""

    def __init__(self) -> None:
        self.out = bytearray()
        self._ring = bytearray(_START.ljust(_WINDOW, b"\0"))
        self._next = len(_START)

    def put(self, octets: bytes) -> None:
        for octet in octets:
            self._ring[self._next] = octet
            self._next = (self._next + 1) % _WINDOW
            self.out.append(octet)

    def repeat(self, place: int, length: int) -> bool:
        """Octets from ``place`` on once more; False for the token that ends the text."""
        if place == self._next:
            return False
        for step in range(length):
            self.put(bytes((self._ring[(place + step) % _WINDOW],)))
        return True
