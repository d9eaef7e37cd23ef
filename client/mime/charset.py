"""Bytes to text when the label may be wrong, missing or unknown."""

from __future__ import annotations

import codecs
import re
import unicodedata

from client.mime.charset_names import CODECS, VIETNAMESE
from client.mime.legacy import convert_legacy, detect_legacy
from client.mime.stateful import decode_2022_jp
from client.model.text import nfc

__all__ = ["convert_legacy", "decode", "detect_legacy"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"<meta\b[^<>]{0,300}?\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9_:.+-]{1,40})", re.IGNORECASE)
_PAGE_HEAD = 4096
_SAMPLE = 1000
_REAL_NAMES = {
    "iso8859-1": "cp1252",  # what writers mean by it (WHATWG Encoding, section 4.2)
    "ascii": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
_STATEFUL = ("iso2022_", "hz", "utf-7")
"""Sets whose letters are all ASCII octets: damaged, they are not to be taken for ASCII."""
_NOT_FOR_MAIL = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "unicode-escape"}
)
"""Codecs Python finds by name that are no character sets; punycode takes quadratic time."""
_NOT_VIETNAMESE = re.compile("[^\\W\\d_\x00-\x7fàáâãèéêìíòóôõùúýăđĩũơưÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯ\u1ea0-\u1ef9]")
_WITH_MARKS = re.compile("[\u1ea0-\u1ef9]")
"""Vietnamese letters of two marks, or with a mark that Western languages have not."""


def decode(data: bytes, charset: str = "") -> str:
    """``data`` as text in NFC. Never fails: the declared charset, then UTF-8, windows-1258, Latin-1.

    A byte order mark is believed before any label, and is no part of the text.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return nfc(data[len(mark) :].decode(codec, "replace"))
    table = VIETNAMESE.get(charset.strip().strip("'\"").lower())
    if table:
        return nfc(convert_legacy(data.decode("latin-1"), table))
    name = _codec_name(charset)
    if name in ("cp1252", "iso8859-15", "cp1258") and not data.isascii() and _fits(data, "utf-8"):
        name = "utf-8"  # no other text fits UTF-8 by chance
    if name == "utf-16":
        name = "utf-16-be" if data[:_SAMPLE:2].count(0) > data[1:_SAMPLE:2].count(0) else "utf-16-le"
    if name:
        try:
            return nfc(data.decode(name))
        except (UnicodeError, ValueError):
            pass
    if name.startswith("iso2022_jp"):
        return nfc(decode_2022_jp(data))
    if name.startswith(_STATEFUL):
        return nfc(data.decode(name, "replace"))
    return nfc(_without_label(data, declared=name))


def page_charset(page: bytes) -> str:
    """What an HTML page says of itself (HTML, section 13.2.3.2); ``""`` where it says nothing usable.

    UTF-16 is not believed: the page could not have been read so far. Nor is UTF-7, which hides markup.
    """
    found = _META.search(page[:_PAGE_HEAD])
    label = found[1].decode("ascii", "replace") if found else ""
    name = _codec_name(label)
    return "" if name.startswith(("utf-16", "utf-32", "utf_16", "utf_32", "utf-7", "utf_7")) else label


def _codec_name(charset: str) -> str:
    """Python's name of a usable codec, ``""`` when there is none."""
    label = charset.strip().strip("'\"").lower()
    if not label or len(label) > 40:
        return ""
    try:
        found = codecs.lookup(CODECS.get(label, label))
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
    """Windows-1258, unless that makes more letters of other languages than Vietnamese ones.

    TCVN3 and VNI, read so, do; they are told apart from Western text where a letter is shown.
    """
    western = data.decode("cp1252", "replace") if _fits(data, "cp1252") else data.decode("latin-1")
    if not _fits(data, "cp1258"):
        return western
    composed = nfc(data.decode("cp1258"))
    stray = sum(1 for char in composed if unicodedata.combining(char))
    if stray and detect_legacy(western):
        return western
    strange = stray + len(_NOT_VIETNAMESE.findall(composed))
    return western if strange > len(_WITH_MARKS.findall(composed)) else composed


def _fits(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True
