"""Files that stand in the text itself: uuencode and BinHex, as before MIME; yEnc, as in newsgroups.

The first two are read. yEnc carries bytes that no mail transport keeps, so it is given out as it came.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from client.mime.binhex import BEGIN as _HQX_BEGIN
from client.mime.binhex import END as _HQX_END
from client.mime.binhex import read_binhex
from client.mime.charset import decode
from client.mime.headers import safe_filename
from client.mime.transfer import decode_transfer
from client.mime.words import raw_text

MOST_FILES = 100
_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n", re.MULTILINE)
_END = re.compile(rb"^end[ \t]*\r?$\n?", re.MULTILINE)
_UU_LINE = re.compile(rb"[ -`]{1,90}[ \t]*\r?")
_YENC_BEGIN = re.compile(rb"^=ybegin [^\r\n]*?name=([^\r\n]{1,255})\r?\n", re.MULTILINE)
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
    while len(files) < MOST_FILES and (found := _next(text, position)) is not None:
        start, end, file = found
        if file is not None:
            kept.append(text[position:start])
            files.append(file)
        else:
            kept.append(text[position:end])
        position = end
    return b"".join([*kept, text[position:]]), tuple(files)


def _next(text: bytes, position: int) -> tuple[int, int, InlineFile | None] | None:
    """Where the next block starts and ends; without a file where it only looked like one."""
    uu, yenc = _BEGIN.search(text, position), _YENC_BEGIN.search(text, position)
    hqx = _HQX_BEGIN.search(text, position)
    begins = [one for one in (uu, yenc, hqx) if one is not None]
    begin = min(begins, key=lambda one: one.start(), default=None)
    if begin is None:
        return None
    end = (_END if begin is uu else _HQX_END if begin is hqx else _YENC_END).search(text, begin.end())
    if end is None:
        return begin.start(), begin.end(), None
    if begin is hqx:
        found = read_binhex(text[begin.end() : end.start()])
        file = InlineFile(_mac_name(found[0]), found[1]) if found else None
        return begin.start(), end.end() if found else begin.end(), file
    block = text[begin.start() : end.end()]
    name = safe_filename(raw_text(begin[1]).strip())
    if begin is yenc:
        return begin.start(), end.end(), InlineFile(f"{name}.yenc", block, is_read=False)
    lines = text[begin.end() : end.start()].splitlines()
    if not lines or not all(_UU_LINE.fullmatch(line) for line in lines if line):
        return begin.start(), begin.end(), None
    return begin.start(), end.end(), InlineFile(name, decode_transfer(block, "x-uuencode"))


def _mac_name(name: bytes) -> str:
    return safe_filename(decode(name, "utf-8" if _is_utf8(name) else "mac-roman")) or "binhex.bin"


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
