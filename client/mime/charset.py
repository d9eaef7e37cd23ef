"""Bytes to text when the label may be wrong, missing or unknown."""

from __future__ import annotations

import codecs
import unicodedata

from client.mime.legacy import convert_legacy, detect_legacy
from client.model.text import nfc

__all__ = ["convert_legacy", "decode", "detect_legacy"]

_REAL_NAMES = {
    "iso8859-1": "cp1252",  # what writers mean by it (WHATWG Encoding, section 4.2)
    "ascii": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
_ALIASES = {"utf8mb4": "utf-8", "unicode-1-1-utf-8": "utf-8", "x-user-defined": "cp1252", "cp-1258": "cp1258"}
_NOT_FOR_MAIL = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "unicode-escape"}
)
"""Codecs Python finds by name that are no character sets; punycode takes quadratic time."""


def decode(data: bytes, charset: str = "") -> str:
    """``data`` as text in NFC. Never fails: the declared charset, then UTF-8, windows-1258, Latin-1."""
    name = _codec_name(charset)
    if name:
        try:
            return nfc(data.decode(name))
        except (UnicodeError, ValueError):
            pass
    return nfc(_without_label(data, declared=name))


def _codec_name(charset: str) -> str:
    """Python's name of a usable codec, ``""`` when there is none."""
    label = charset.strip().strip("'\"").lower()
    if not label or len(label) > 40:
        return ""
    try:
        found = codecs.lookup(_ALIASES.get(label, label))
    except (LookupError, ValueError, UnicodeError):
        return ""
    if found.name in _NOT_FOR_MAIL or not getattr(found, "_is_text_encoding", True):
        return ""
    return _REAL_NAMES.get(found.name, found.name)


def _without_label(data: bytes, declared: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if _is_damaged_utf8(data):
        return data.decode("utf-8", "replace")
    if declared and declared not in ("utf-8", "cp1258"):
        return data.decode(declared, "replace")
    return _single_byte(data)


def _is_damaged_utf8(data: bytes) -> bool:
    """A few broken sequences among many good ones: cut or corrupted UTF-8, not another charset."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    good = sum(1 for char in text if char > "\x7f") - broken
    return broken * 4 <= good


def _single_byte(data: bytes) -> str:
    """Windows-1258, unless composing leaves stray marks and the bytes read better as TCVN3 or VNI."""
    western = data.decode("cp1252", "replace") if _fits(data, "cp1252") else data.decode("latin-1")
    if not _fits(data, "cp1258"):
        return western
    composed = nfc(data.decode("cp1258"))
    stray = any(unicodedata.combining(char) for char in composed)
    return western if stray and detect_legacy(western) else composed


def _fits(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True
