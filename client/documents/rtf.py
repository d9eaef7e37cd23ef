"""The words of an RTF file, as far as a rule needs them: no fonts, no pictures, no objects."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"\\'([0-9a-fA-F]{2})|\\u(-?\d{1,6}) ?|\\([a-z]{1,32})(-?\d{1,10})? ?|\\(.)|([{}])|([^\\{}\r\n]+)", re.S
)
_SKIPPED = frozenset(
    {
        "fonttbl",
        "colortbl",
        "stylesheet",
        "info",
        "pict",
        "object",
        "themedata",
        "datastore",
        "listtable",
        "fldinst",
    }
)
_BREAKS = frozenset({"par", "line", "row", "cell", "page", "sect"})


def rtf_to_text(source: str) -> str:
    """The visible text of ``source``; anything that is no RTF comes out as it is readable."""
    out: list[str] = []
    stack: list[tuple[bool, int]] = []
    skipping, fallback = False, 1
    to_skip = 0
    for token in _TOKEN.finditer(source):
        byte, code_point, word, number, symbol, brace, plain = token.groups()
        if brace == "{":
            stack.append((skipping, fallback))
        elif brace == "}":
            skipping, fallback = stack.pop() if stack else (False, 1)
            to_skip = 0
        elif symbol == "*" or word in _SKIPPED:
            skipping = True
        elif word == "uc":
            fallback = int(number or 1)
        elif not skipping:
            piece, to_skip = _piece(byte, code_point, word, plain or symbol or "", to_skip, fallback)
            out.append(piece)
    return "".join(out)


def _piece(
    byte: str | None, code_point: str | None, word: str | None, plain: str, to_skip: int, fallback: int
) -> tuple[str, int]:
    """What a token adds to the text, and how many fallback characters of ``\\u`` are still to skip."""
    if code_point is not None:
        value = int(code_point) % 0x10000
        return ("\ufffd" if 0xD800 <= value <= 0xDFFF else chr(value)), fallback
    if byte is not None:
        return ("", to_skip - 1) if to_skip else (bytes([int(byte, 16)]).decode("cp1258", "replace"), 0)
    if word is not None:
        return ("\n" if word in _BREAKS else "\t" if word == "tab" else ""), 0
    if plain == "~":
        return " ", 0
    return plain[to_skip:], max(0, to_skip - len(plain))
