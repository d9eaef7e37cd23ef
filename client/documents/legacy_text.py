"""Text in fonts from before Unicode: told by the font, or by the letters where no font is known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from client.model.document import TextLine
from client.model.legacy import convert_legacy, detect_legacy
from client.model.wording import normalise

_SUBSET = re.compile(r"^[A-Z]{6}\+")
_TCVN3_FONT = re.compile(r"^\.?Vn(?:[A-Z]|time|arial)", re.I)
_VNI_FONT = re.compile(r"^VNI(?:[-_ ]|[A-Z])", re.I)
_CAPITALS = re.compile(r"H(?:[-, ]|$)")
_STYLE = re.compile(r"[-, ]?(?:Bold|Italic|Regular|PSMT|MT|Oblique|Roman|PS)+$", re.I)
_ENOUGH_LINES = 3
_UNICODE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
_MARKS = re.compile("[\u00a1-\u00ff]")


def font_name(name: str) -> str:
    """A font's name without the prefix of an embedded subset."""
    return _SUBSET.sub("", name)


def legacy_of_font(name: str) -> str:
    """``tcvn3`` for ``.VnTime``, ``vni`` for ``VNI-Times``, ``""`` for any other font."""
    plain = font_name(name).strip()
    if _TCVN3_FONT.match(plain) and (plain.startswith(".") or not plain.lower().startswith("vni")):
        return "tcvn3"
    return "vni" if _VNI_FONT.match(plain) else ""


def from_font(text: str, font: str) -> str:
    """``text`` in Unicode, read as the font named ``font`` draws it; ``.VnTimeH`` draws capitals."""
    legacy = legacy_of_font(font)
    if not legacy:
        return text
    converted = convert_legacy(text, legacy)
    capitals = legacy == "tcvn3" and _CAPITALS.search(_STYLE.sub("", font_name(font)))
    return converted.upper() if capitals else converted


def from_letters(lines: Sequence[TextLine]) -> tuple[tuple[TextLine, ...], str]:
    """Lines that read as TCVN3 or VNI in Unicode, and which of the two it was.

    Line by line, since a file may hold both; a document needs several such lines, or to read so as a
    whole, so that a name in French stays what it is. In one that does, lines too short to tell follow.
    """
    whole = detect_legacy("\n".join(line.text for line in lines))
    kinds = [detect_legacy(line.text) if _MARKS.search(line.text) else "" for line in lines]
    found = [kind for kind in kinds if kind]
    if not whole and len(found) < _ENOUGH_LINES:
        return tuple(lines), ""
    kind = whole or max(("tcvn3", "vni"), key=found.count)
    converted = (
        replace(line, text=normalise(convert_legacy(line.text, kind)))
        if own == kind or (whole and not own and not _UNICODE.search(line.text))
        else line
        for line, own in zip(lines, kinds, strict=True)
    )
    return tuple(converted), kind
