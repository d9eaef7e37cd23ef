"""Content-Transfer-Encoding undone (RFC 2045 section 6), whatever state it arrives in."""

from __future__ import annotations

import binascii
import re

from client.mime.words import base64_bytes

KNOWN = frozenset({"7bit", "8bit", "binary", "base64", "quoted-printable", "x-uuencode", "uuencode", "x-uue"})
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE)


def decode_transfer(data: bytes, encoding: str) -> bytes:
    """The content of an encoded body; damaged stretches are skipped, an unknown encoding is left alone."""
    if encoding == "base64":
        return _base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding in ("x-uuencode", "uuencode", "x-uue"):
        return _uudecoded(data)
    return data


def _base64(data: bytes) -> bytes:
    # Some writers encode in pieces, each with its own padding; most have one piece, of hundreds of megabytes.
    first = data.find(b"=")
    if first < 0 or not data[first:].strip(b"= \t\r\n"):
        return base64_bytes(data)
    pieces = re.split(rb"={1,2}(?=\s*[A-Za-z0-9+/])", data)
    return b"".join(base64_bytes(piece) for piece in pieces)


def _uudecoded(data: bytes) -> bytes:
    begin = _UU_BEGIN.search(data)
    if begin is None:
        return data
    out: list[bytes] = []
    for line in data[begin.end() :].splitlines():
        if line.strip() == b"end":
            break
        out.append(_uu_line(line))
    return b"".join(out)


def _uu_line(line: bytes) -> bytes:
    if not line or not 32 <= line[0] <= 96:
        return b""
    length = (line[0] - 32) & 63
    needed = 1 + (length + 2) // 3 * 4
    body = line[:needed].ljust(needed, b" ")
    try:
        return binascii.a2b_uu(body)
    except binascii.Error:
        return b""
