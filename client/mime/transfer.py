"""Content-Transfer-Encoding undone (RFC 2045 section 6), whatever state it arrives in."""

from __future__ import annotations

import binascii
import itertools
import re

from client.mime.words import base64_bytes

KNOWN = frozenset({"7bit", "8bit", "binary", "base64", "quoted-printable", "x-uuencode", "uuencode", "x-uue"})
_RULE = re.compile(rb"^[ \t]*[_*~-]{2}", re.MULTILINE)
"""How the footers begin that lists and gateways put below text which they did not see was encoded."""
_PROSE = re.compile(rb"\s*[^\s=]+ +[^\s=]|[ \t]*\r?\n[ \t]*\r?\n[^\r\n]{0,100}[^\sA-Za-z0-9+/=]")
"""What stands behind encoded content and is none: words, also a single one behind an empty line."""
_WORDS = re.compile(rb"(?=.*[^A-Za-z0-9+/=\s])[^\s]{1,40}[ \t]+[^\s]|(?:[^\s]{1,30}[ \t]+){3}[^\s]")
_SAMPLE = 2000
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE)


def decode_transfer(data: bytes, encoding: str) -> bytes:
    """The content of an encoded body; damaged stretches are skipped, an unknown encoding is left alone."""
    if encoding == "base64":
        return _base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(_without_trailing_blanks(data))
    if encoding in ("x-uuencode", "uuencode", "x-uue"):
        return _uudecoded(data)
    return data


def _without_trailing_blanks(data: bytes) -> bytes:
    """RFC 2045 section 6.7 (3): blanks at a line's end were added on the way, also behind a soft break."""
    if b" \r\n" not in data and b" \n" not in data and b"\t\r\n" not in data and b"\t\n" not in data:
        return data
    lines = data.split(b"\n")
    return b"\n".join(
        line[:-1].rstrip(b" \t") + b"\r" if line.endswith(b"\r") else line.rstrip(b" \t") for line in lines
    )


def _is_prose(data: bytes) -> bool:
    """Whether most of the first lines are words with blanks between them, which no encoder writes."""
    lines = [line.strip() for line in data[:_SAMPLE].splitlines()]
    written = [line for line in lines if line][:20]
    return bool(written) and sum(1 for line in written if _WORDS.match(line)) * 2 > len(written)


def _base64(data: bytes) -> bytes:
    if _is_prose(data):
        return data  # called encoded, and never was
    rule = _RULE.search(data)
    data = data[: rule.start()] if rule else data
    # Some writers encode in pieces, each with its own padding; most have one piece, of hundreds of megabytes.
    first = data.find(b"=")
    if first < 0 or not data[first:].strip(b"= \t\r\n"):
        return base64_bytes(data)
    pieces = re.split(rb"={1,2}(?=\s*[A-Za-z0-9+/])", data)
    whole = itertools.takewhile(lambda piece: not _PROSE.match(piece), pieces[1:])
    return b"".join(base64_bytes(piece) for piece in (pieces[0], *whole))


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
