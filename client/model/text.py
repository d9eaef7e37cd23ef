"""Vietnamese text for searching and comparing: one normal form, one way to leave the marks off."""

from __future__ import annotations

import re
import unicodedata

_SURROGATE = re.compile("[\ud800-\udfff]")
_STROKED_D = {0x0110: "d", 0x0111: "d", 0x00D0: "d", 0x00F0: "d"}
"""Đ and đ have no decomposition; Ð and ð (eth) are what converters from VNI and TCVN3 put in their place."""


def nfc(text: str) -> str:
    """``text`` with every letter composed (TCVN 6909 "dựng sẵn"); lone surrogates become U+FFFD."""
    composed = unicodedata.normalize("NFC", text)
    if composed.isascii():
        return composed
    try:
        composed.encode()  # a tenth of the time of a search for what is hardly ever there
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", composed)
    return composed


def is_decomposed(text: str) -> bool:
    """Whether ``text`` has letters in the combining form (NFD), as macOS and windows-1258 write them."""
    return not unicodedata.is_normalized("NFC", text)


def fold(text: str) -> str:
    """``text`` in lower case without marks, đ as d: what search and word lists are compared in.

    Length may change. Folding what is folded changes nothing.
    """
    return unicodedata.normalize("NFC", text).translate(_FOLDING)


def _folded(code: int) -> str | None:
    if code in _STROKED_D:
        return _STROKED_D[code]
    decomposed = unicodedata.normalize("NFD", chr(code).lower())
    return "".join(char for char in decomposed if not 0x0300 <= ord(char) <= 0x036F) or None


# Every code is in the table, ASCII too: a missing key costs str.translate an exception for each letter.
_FOLDING: dict[int, str | None] = {code: _folded(code) for code in range(0x1F00)}


def printable(text: str) -> str:
    """``text`` in NFC on one line without characters that are not seen or that turn the line around."""
    kept = (char if char.isprintable() else " " for char in nfc(text) if unicodedata.category(char) != "Cf")
    return " ".join("".join(kept).split())
