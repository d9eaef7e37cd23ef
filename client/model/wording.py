"""Small repairs of text before rules and readers look at it."""

from __future__ import annotations

import re
import unicodedata

from client.model.text import nfc

_ALIKE = (("\u00d0", "\u0110"), ("\u00f0", "\u0111"), ("\u00a0", " "), ("\u202f", " "), ("\u2007", " "))


_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
"""Soft hyphens, zero-width and direction marks, variation selectors: copied along from web pages."""


def normalise(text: str) -> str:
    """NFC, Icelandic Ð (U+00D0, a common slip) as Vietnamese Đ, no-break spaces as spaces, nothing unseen."""
    if not text.isascii():
        text = _UNSEEN.sub("", text)
    text = nfc(text)
    for found, meant in _ALIKE:  # five searches cost far less than a look at each letter
        text = text.replace(found, meant)
    return text


def squeeze(text: str) -> str:
    """`normalise`, with each run of white space as one space and none at the ends."""
    return " ".join(normalise(text).split())


def visible(text: str) -> str:
    """``text`` without format characters (zero-width, direction marks), control characters as spaces."""
    kept = (" " if unicodedata.category(char) == "Cc" else char for char in text)
    return "".join(char for char in kept if unicodedata.category(char) != "Cf")
