"""Plain text as its writer meant it: flowed lines joined, marks of enriched text and controls left off."""

from __future__ import annotations

import re

_QUOTES = re.compile(r">*")
_SIGNATURE = "-- "
_COMMAND = re.compile(r"<(?:(<)|(/?)([A-Za-z0-9-]{1,60})>)")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_RICH_MARK = re.compile(r"<(/?[A-Za-z0-9-]{1,60})>")
_RICH_MARKS = {"nl": "\n", "np": "\n\n", "lt": "<", "paragraph": "\n", "/paragraph": "\n"}
_BREAKS = re.compile(r"\n+")


def join_flowed(text: str, *, delete_space: bool = False) -> str:
    """Paragraphs of ``format=flowed`` (RFC 3676 section 4.1) on one line each, quoted ones by their depth.

    ``delete_space`` is ``delsp=yes``: the space before a soft line break belongs to the break.
    """
    out: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        found = _QUOTES.match(line)
        depth = found.end() if found else 0
        content = line[depth:].removeprefix(" ")
        flows = content.endswith(" ") and content != _SIGNATURE
        shown = content[:-1] if flows and delete_space else content
        if open_depth == depth and content != _SIGNATURE:
            out[-1] += shown
        else:
            out.append(">" * depth + (" " if depth else "") + shown)
        open_depth = depth if flows else -1
    return "\n".join(out)


def without_controls(text: str) -> str:
    """``text`` without the characters that stand for nothing; tabs and line breaks stay."""
    return _CONTROLS.sub("", text)


def plain_of_richtext(text: str) -> str:
    """The words of ``text/richtext`` (RFC 1341 section 7.1.3), which came before text/enriched."""
    text = text.replace("\n", " ")
    out: list[str] = []
    position, is_comment = 0, False
    for mark in _RICH_MARK.finditer(text):
        name = mark[1].lower()
        if not is_comment:
            out += [text[position : mark.start()], _RICH_MARKS.get(name, "")]
        is_comment = name != "/comment" and (is_comment or name == "comment")
        position = mark.end()
    # A comment that is never closed hides nothing.
    return "".join([*out, text[position:]])


def plain_of_enriched(text: str) -> str:
    """The words of ``text/enriched`` (RFC 1896): commands and their parameters left out, breaks undone."""
    # Single line breaks stand for a space, of more of them one less is meant.
    text = _BREAKS.sub(lambda run: "\n" * (len(run[0]) - 1) or " ", text)
    out: list[str] = []
    in_parameter = 0
    position = 0
    for command in _COMMAND.finditer(text):
        if not in_parameter:
            out.append(text[position : command.start()])
            out.append("<" if command[1] else "")
        if (command[3] or "").lower() == "param":
            in_parameter = max(in_parameter - 1, 0) if command[2] else in_parameter + 1
        position = command.end()
    # A parameter that is never closed hides nothing.
    out.append(text[position:])
    return "".join(out)
