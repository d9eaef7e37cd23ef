"""ASN.1 as it was received. Signatures and digests are over those bytes and no others.

asn1crypto's ``dump`` takes every length whose last byte is 0x80 for an indefinite one, encodes the value
anew and does so twice at every level: an attacker who nests deep enough has it run for hours.
"""

from __future__ import annotations

from asn1crypto import core, parser

_DEEPEST = 40


def encoding(value: core.Asn1Value) -> bytes:
    """The bytes a parsed value stands in, tag and length included."""
    if isinstance(value, core.Choice):
        return encoding(value.chosen)
    header: bytes | None = value._header
    if header is None:
        made: bytes = value.dump()  # put together here, not received
        return made
    body: bytes = value._contents if hasattr(value, "_contents") else value.contents
    trailer: bytes = value._trailer
    return header + body + trailer


def split(data: bytes) -> list[bytes]:
    """The values one after the other in ``data``; ValueError where they do not fill it."""
    found: list[bytes] = []
    at = 0
    while at < len(data):
        _, end = parser._parse(data, len(data), pointer=at)  # peek would copy the rest each time
        found.append(data[at:end])
        at = end
    return found


def inside_of(data: bytes) -> bytes:
    """What is inside one value; ValueError where it cannot be read."""
    inside: bytes = parser.parse(data, strict=True)[4]
    return inside


def tagged(tag: int, *parts: bytes) -> bytes:
    """A value with this one-byte tag and a definite length."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def definite(data: bytes, depth: int = 0) -> bytes:
    """The same value with definite, shortest lengths, as DER wants them; ValueError where it is too deep."""
    class_, method, tag, _, inside, _ = parser.parse(data, strict=True)
    if depth > _DEEPEST or tag > 30:
        raise ValueError
    if method:
        inside = b"".join(definite(part, depth + 1) for part in split(inside))
    return tagged(class_ << 6 | method << 5 | tag, inside)
