"""Files that stand in the text itself: uuencode and BinHex, as before MIME; yEnc, as in newsgroups.

The first two are read. yEnc carries bytes that no mail transport keeps, so it is given out as it came.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from client.mime.binhex import read_binhex
from client.mime.charset import decode
from client.mime.headers import safe_filename
from client.mime.transfer import decode_transfer
from client.mime.words import raw_text

MOST_FILES = 100
_BEGIN = re.compile(
    rb"^(?:begin [0-7]{3,4} (?P<uu>[^\r\n]{1,255})\r?\n"
    rb"|=ybegin [^\r\n]{0,255}?name=(?P<yenc>[^\r\n]{1,255})\r?\n"
    rb"|\(This file must be converted with BinHex[^\r\n]{0,99}\r?\n(?:[ \t]{0,9}\r?\n){0,9}(?P<hqx>:))",
    re.MULTILINE,
)
_WHOLE = {
    # Possessive, and each stops at the first line that is none of the block: what is read is read once.
    "uu": re.compile(rb"(?P<block>(?:[ -`][ -`\t]{0,94}+\r?\n|\r?\n)*+end)[ \t]*\r?$\n?", re.MULTILINE),
    "hqx": re.compile(rb"(?P<block>[!-,\-0-6@A-Z[`a-fh-mp-r89\s]*+):[ \t]*\r?$\n?", re.MULTILINE),
}
_YENC_END = re.compile(rb"^=yend(?: [^\r\n]*)?\r?$\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class InlineFile:
    """One file of a text."""

    name: str
    """Safe to save under."""
    content: bytes
    is_read: bool = True
    """False: still encoded as it came."""


def split_files(text: bytes) -> tuple[bytes, tuple[InlineFile, ...]]:
    """``text`` without the files in it, and the files; a block that is not whole stays text."""
    files: list[InlineFile] = []
    kept: list[bytes] = []
    position = 0
    yenc_ends = True
    for begin in _BEGIN.finditer(text):
        if begin.start() < position or len(files) >= MOST_FILES:
            continue
        kind = begin.lastgroup or ""
        if kind == "yenc":
            end = _YENC_END.search(text, begin.end()) if yenc_ends else None
            yenc_ends = end is not None  # where none follows, none does further on
        else:
            end = _WHOLE[kind].match(text, begin.end())
        file = _read(kind, begin, text[begin.start() : end.end()], end) if end is not None else None
        if end is not None and file is not None:
            kept.append(text[position : begin.start()])
            files.append(file)
            position = end.end()
    return b"".join([*kept, text[position:]]), tuple(files)


def _read(kind: str, begin: re.Match[bytes], whole: bytes, end: re.Match[bytes]) -> InlineFile | None:
    if kind == "hqx":
        found = read_binhex(end["block"])
        return InlineFile(_mac_name(found[0]), found[1]) if found else None
    name = safe_filename(raw_text(begin[kind]).strip())
    if kind == "yenc":
        return InlineFile(f"{name}.yenc", whole, is_read=False)
    return InlineFile(name, decode_transfer(whole, "x-uuencode")) if end["block"] != b"end" else None


def _mac_name(name: bytes) -> str:
    return safe_filename(decode(name, "utf-8" if _is_utf8(name) else "mac-roman")) or "binhex.bin"


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
