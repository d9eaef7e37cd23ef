"""Files of the Mac in BinHex 4.0 (RFC 1741): the name, and the half that other machines know of."""

from __future__ import annotations

from client.mime.words import base64_bytes

TYPES = frozenset({"application/mac-binhex40", "application/mac-binhex", "application/x-binhex40"})
MOST_BYTES = 100_000_000
"""Unpacked: two octets can stand for 255."""

_LETTERS = rb"""!"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"""
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TO_BASE64 = bytes.maketrans(_LETTERS, _BASE64)
_OTHERS = bytes(set(range(256)) - set(_LETTERS))
_REPEAT = b"\x90"
_FIXED = 20
"""Octets of the header behind the name and a zero: kind, maker, flags, two lengths, a checksum."""


def read_binhex(letters: bytes) -> tuple[bytes, bytes] | None:
    """Name and content out of what stands between the colons; None where it is no such file or cut."""
    packed = base64_bytes(letters.translate(_TO_BASE64, _OTHERS))
    head = _unpacked(packed[:2000], 64 + _FIXED + 2)
    if not head or not 1 <= head[0] <= 63 or len(head) < head[0] + 2 + _FIXED:
        return None
    start = head[0] + 2 + _FIXED
    length = int.from_bytes(head[head[0] + 12 : head[0] + 16], "big")
    if length > MOST_BYTES:
        return None
    content = _unpacked(packed, start + length)[start:]
    return (head[1 : head[0] + 1], content) if len(content) == length else None


def _unpacked(packed: bytes, most: int) -> bytes:
    """Runs written out: an octet, 90 and how often it stands there; 90 and 00 is 90 itself."""
    out = bytearray()
    pieces = iter(packed.split(_REPEAT))
    out += next(pieces)
    for piece in pieces:
        if len(out) >= most:
            break
        # Two of the mark in a row: the second is a number, and what follows it is none of the first.
        times, rest = (piece[0], piece[1:]) if piece else (_REPEAT[0], next(pieces, b""))
        out += _REPEAT if times == 0 else out[-1:] * (times - 1)
        out += rest
    return bytes(out[:most])
