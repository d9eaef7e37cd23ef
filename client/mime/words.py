"""Encoded words in header fields (RFC 2047), read as leniently as they are written."""

from __future__ import annotations

import binascii
import re

from client.mime.charset import decode

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_WORD = re.compile(rb"=\?([^?\s]{1,60})\?([BbQq])\?([^?]*)\?=")
_Q_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_NO_LETTERS = bytes(set(range(256)) - set(_LETTERS))
_CONTROL = re.compile("[\x00-\x1f\x7f\x80-\x9f\u2028\u2029]+")
_UNSEEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""Marks that turn the line around or take no room. Joiners (U+200C, U+200D) belong to some scripts."""


def decode_words(value: bytes) -> str:
    """``value`` with its encoded words decoded, also inside quotes and when cut within a letter."""
    if b"=?" not in value:
        return raw_text(value)
    out: list[str] = []
    pending, charset = bytearray(), ""
    pos = 0
    for match in _WORD.finditer(value):
        between = value[pos : match.start()]
        word_charset = match[1].partition(b"*")[0].decode("ascii", "replace").lower()
        adjacent = pos > 0 and not between.strip()
        if not (adjacent and word_charset == charset):
            out.append(decode(bytes(pending), charset))
            pending.clear()
            charset = word_charset
        if between and not adjacent:
            out.append(raw_text(between))
        pending += _word_bytes(match[2], match[3])
        pos = match.end()
    out.append(decode(bytes(pending), charset))
    out.append(raw_text(value[pos:]))
    return "".join(out)


def raw_text(value: bytes) -> str:
    """Unencoded header bytes as text: ASCII as it should be, otherwise UTF-8 or an older charset."""
    return value.decode("ascii") if value.isascii() else decode(value)


def clean(text: str) -> str:
    """``text`` on one line, without control characters and direction overrides."""
    return without_controls(_UNSEEN.sub("", text))


def without_controls(text: str) -> str:
    """``text`` on one line; marks that turn it around are still there to be seen by whoever judges it."""
    return " ".join(_CONTROL.sub(" ", text).split(" ")).strip()


def _word_bytes(kind: bytes, content: bytes) -> bytes:
    if kind in b"Bb":
        return base64_bytes(content)
    return _Q_HEX.sub(lambda match: bytes([int(match[1], 16)]), content.replace(b"_", b" "))


def base64_bytes(content: bytes) -> bytes:
    """Base64 with anything that is not of its alphabet left out, and missing padding made up for."""
    letters = content.translate(None, _NO_LETTERS)
    letters = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
