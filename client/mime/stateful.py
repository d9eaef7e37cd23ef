"""Japanese in seven bits (ISO-2022-JP, RFC 1468) as it is written: with letters of the vendors, and cut."""

from __future__ import annotations

import re

_ESCAPE = re.compile(rb"\x1b(\$\([A-Z@]|\$[@AB]|\([A-Z])")
_KANJI = (b"$@", b"$B")
_KANA = b"(I"


def decode_2022_jp(data: bytes) -> str:
    """``data`` as text; what stands in no set that mail uses is U+FFFD.

    Octets of eight bits are of another set than the letter says.
    """
    for codec in () if data.isascii() else ("utf-8", "euc_jp", "cp932"):
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    out: list[str] = []
    state, at = b"", 0
    for found in _ESCAPE.finditer(data):
        out.append(_run(data[at : found.start()], state))
        state, at = found[1], found.end()
    out.append(_run(data[at:], state))
    return "".join(out)


def _run(data: bytes, state: bytes) -> str:
    if state in _KANJI:
        return "".join(_line(line) for line in re.split(rb"([\r\n]+)", data))
    if state == _KANA:
        shifted = bytes(octet | 0x80 if 0x20 < octet < 0x60 else octet for octet in data)
        return shifted.decode("cp932", "replace")
    return data.decode("ascii" if data.isascii() else "cp932", "replace")


def _line(data: bytes) -> str:
    """Two octets a letter, by cp932: it has the vendors' letters, which the standard leaves open."""
    if data[:1] in (b"\r", b"\n"):
        return data.decode("ascii")
    pairs = zip(data[::2], data[1::2], strict=False)
    return "".join(_letter(row & 0x7F, cell & 0x7F) for row, cell in pairs)


def _letter(row: int, cell: int) -> str:
    if not (0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E):
        return "\ufffd"
    lead = ((row - 0x21) >> 1) + (0x81 if row < 0x5F else 0xC1)
    trail = cell + (0x1F + (cell >= 0x60) if row & 1 else 0x7E)
    return bytes((lead, trail)).decode("cp932", "replace")[:1]
