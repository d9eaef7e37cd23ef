"""BER as LDAP uses it (RFC 4511 section 5.1): definite lengths, tags of one byte."""

from __future__ import annotations

from collections.abc import Iterator

SEQUENCE, SET, INTEGER, OCTETS, BOOLEAN, ENUMERATED = 0x30, 0x31, 0x02, 0x04, 0x01, 0x0A
_LONGEST_LENGTH = 4
"""Bytes of a length; 4 GB is more than anything that is read here."""


def tlv(tag: int, *contents: bytes) -> bytes:
    """Tag, length and all ``contents`` behind each other."""
    content = b"".join(contents)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def integer(value: int, tag: int = INTEGER) -> bytes:
    """A whole number that is not negative."""
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def octets(value: bytes | str, tag: int = OCTETS) -> bytes:
    """A string; text in UTF-8."""
    return tlv(tag, value.encode() if isinstance(value, str) else value)


def boolean(value: bool) -> bytes:
    """TRUE is 0xFF here (RFC 4511 section 5.1)."""
    return tlv(BOOLEAN, b"\xff" if value else b"\x00")


def length_bytes(second: int) -> int:
    """How many bytes of length follow ``second``, the byte behind a tag; ValueError for an open length."""
    if second < 0x80:
        return 0
    if not 1 <= second - 0x80 <= _LONGEST_LENGTH:
        raise ValueError("length")
    return second - 0x80


def items(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of everything in ``content``; ValueError where one ends beyond it."""
    at, end = 0, len(content)
    while at < end:
        if at + 2 > end:
            raise ValueError("cut short")
        tag, size = content[at], content[at + 1]
        start = at + 2 + length_bytes(size)
        if start > at + 2:
            size = int.from_bytes(content[at + 2 : start], "big")
        at = start + size
        if at > end:
            raise ValueError("cut short")
        yield tag, content[start:at]


def number(content: bytes) -> int:
    """The value of an INTEGER or ENUMERATED of at most four bytes; ValueError."""
    if not 1 <= len(content) <= _LONGEST_LENGTH:
        raise ValueError("number")
    return int.from_bytes(content, "big", signed=True)
