"""``winmail.dat``: Microsoft's wrapping of attachments and body ([MS-OXTNEF]), read only.

Limits: 200 attachments, 2000 properties of a kind, letters within letters four deep; sizes are checked
against what is there before anything is taken. A damaged file yields what could be read, never an exception.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from client.mime.charset import decode
from client.mime.headers import safe_filename
from client.mime.tnef_letter import SUBJECT, WANTED, Enclosure, write_letter
from client.mime.words import clean

MAX_ATTACHMENTS = 200
MAX_DEPTH = 4
_MAX_PROPERTIES = 2000
_SIGNATURE = 0x223E9F78

_ATT_SUBJECT = 0x8004
_ATT_BODY = 0x800C
_ATT_MAPI_PROPS = 0x9003
_ATT_ATTACH_RENDER = 0x9002
_ATT_ATTACH_TITLE = 0x8010
_ATT_ATTACH_DATA = 0x800F
_ATT_ATTACH_PROPS = 0x9005
_ATT_CODEPAGE = 0x9007

_PR_BODY = 0x1000
_PR_RTF = 0x1009
_PR_HTML = 0x1013
_PR_DISPLAY_NAME = 0x3001
_PR_ATTACH_DATA = 0x3701
_PR_ATTACH_FILENAME = 0x3704
_PR_ATTACH_LONG_FILENAME = 0x3707
_PR_ATTACH_MIME_TAG = 0x370E
_PR_ATTACH_CONTENT_ID = 0x3712

_FIXED_SIZES = {2: 4, 3: 4, 4: 4, 10: 4, 11: 4, 1: 4, 5: 8, 6: 8, 7: 8, 20: 8, 64: 8, 72: 16}
_OBJECT_ID_SIZE = 16
_TIME, _STRINGS = 64, (30, 31)


@dataclass(frozen=True, slots=True)
class TnefAttachment:
    """A file inside."""

    name: str
    original_name: str
    content: bytes
    media_type: str = "application/octet-stream"
    content_id: str = ""
    """What the HTML refers to it by."""


@dataclass(frozen=True, slots=True)
class TnefContent:
    """What a ``winmail.dat`` holds; ``rtf`` is still compressed ([MS-OXRTFCP])."""

    text: str = ""
    html: str = ""
    rtf: bytes = b""
    attachments: tuple[TnefAttachment, ...] = ()
    damaged: bool = False


@dataclass(slots=True)
class _File:
    title: str = ""
    long_name: str = ""
    display_name: str = ""
    media_type: str = ""
    content_id: str = ""
    data: bytes = b""
    embedded: bytes = b""


@dataclass(slots=True)
class _State:
    codepage: str = "cp1252"
    text: str = ""
    html: str = ""
    rtf: bytes = b""
    files: list[_File] = field(default_factory=list)
    damaged: bool = False
    said: dict[int, str] = field(default_factory=dict)
    moments: dict[int, bytes] = field(default_factory=dict)


def is_tnef(content: bytes) -> bool:
    """Whether ``content`` begins as TNEF does."""
    return content[:4] == struct.pack("<I", _SIGNATURE)


def read_tnef(content: bytes) -> TnefContent:
    """Decode ``content``; ``damaged`` where something did not fit. A letter in it is a file, as ``.eml``."""
    state = _read(content)
    return TnefContent(
        text=state.text,
        html=state.html,
        rtf=state.rtf,
        attachments=_attachments(state, 0),
        damaged=state.damaged,
    )


def _read(content: bytes) -> _State:
    state = _State(damaged=not is_tnef(content))
    if not state.damaged:
        for number, data in _attributes(content, state):
            _take(state, number, data)
    return state


def _attributes(content: bytes, state: _State) -> Iterator[tuple[int, bytes]]:
    pos = 6  # signature and legacy key
    while pos + 9 <= len(content):
        _, number, _, length = struct.unpack_from("<BHHI", content, pos)
        pos += 9
        if pos + length > len(content):
            state.damaged = True
            return
        yield number, content[pos : pos + length]
        pos += length + 2  # a checksum that many writers get wrong


def _take(state: _State, number: int, data: bytes) -> None:
    if number == _ATT_CODEPAGE and len(data) >= 4:
        state.codepage = f"cp{struct.unpack_from('<I', data)[0]}"
    elif number == _ATT_SUBJECT:
        state.said.setdefault(SUBJECT, decode(data.rstrip(b"\x00"), state.codepage))
    elif number == _ATT_BODY:
        state.text = decode(data.rstrip(b"\x00"), state.codepage)
    elif number == _ATT_MAPI_PROPS:
        _take_body(state, data)
    elif number == _ATT_ATTACH_RENDER:
        if len(state.files) >= MAX_ATTACHMENTS:
            state.damaged = True
        else:
            state.files.append(_File())
    elif state.files:
        _take_file(state, state.files[-1], number, data)


def _take_body(state: _State, data: bytes) -> None:
    for number, kind, value in _properties(data, state):
        if number == _PR_BODY:
            state.text = _string(kind, value, state) or state.text
        elif number == _PR_HTML:
            state.html = _string(kind, value, state)
        elif number == _PR_RTF:
            state.rtf = value
        elif number in WANTED and kind == _TIME:
            state.moments[number] = value
        elif number in WANTED and kind in _STRINGS:
            state.said[number] = _string(kind, value, state)


def _take_file(state: _State, file: _File, number: int, data: bytes) -> None:
    if number == _ATT_ATTACH_TITLE:
        file.title = decode(data.partition(b"\x00")[0], state.codepage)
    elif number == _ATT_ATTACH_DATA:
        file.data = data
    elif number == _ATT_ATTACH_PROPS:
        for name, kind, value in _properties(data, state):
            if name == _PR_ATTACH_LONG_FILENAME or (name == _PR_ATTACH_FILENAME and not file.long_name):
                file.long_name = _string(kind, value, state)
            elif name == _PR_ATTACH_MIME_TAG:
                file.media_type = _string(kind, value, state)
            elif name == _PR_DISPLAY_NAME:
                file.display_name = _string(kind, value, state)
            elif name == _PR_ATTACH_CONTENT_ID:
                file.content_id = _string(kind, value, state)
            elif name == _PR_ATTACH_DATA:
                file.embedded = value[_OBJECT_ID_SIZE:] if kind == 13 else value


def _attachments(state: _State, depth: int) -> tuple[TnefAttachment, ...]:
    return tuple(_attachment(file, at, depth) for at, file in enumerate(state.files))


def _letter(file: _File, at: int, depth: int) -> TnefAttachment:
    """What stands where the file would be is but a sentence that it is a letter."""
    state = _read(file.embedded)
    state.said[SUBJECT] = subject = clean(state.said.get(SUBJECT, "") or file.display_name)
    files = [
        Enclosure(one.name, one.media_type, one.content, one.content_id)
        for one in _attachments(state, depth + 1)
    ]
    written = write_letter(state.said, state.moments, (state.text, state.html, state.rtf), files)
    name = safe_filename(f"{subject[:120]}.eml") if subject else ""
    original = clean(file.long_name or file.title)
    return TnefAttachment(name or f"winmail-{at + 1}.eml", original, written, "message/rfc822")


def _attachment(file: _File, at: int, depth: int) -> TnefAttachment:
    if is_tnef(file.embedded) and depth < MAX_DEPTH:
        return _letter(file, at, depth)
    original = clean(file.long_name or file.title)
    name = safe_filename(original) or f"winmail-{at + 1}.bin"
    media_type = clean(file.media_type).lower() or "application/octet-stream"
    return TnefAttachment(
        name, original, file.data or file.embedded, media_type, clean(file.content_id).strip("<> ")
    )


def _string(kind: int, value: bytes, state: _State) -> str:
    if kind == 31:
        return decode(value[: len(value) // 2 * 2], "utf-16-le").split("\x00")[0]
    return decode(value.rstrip(b"\x00"), state.codepage)


def _properties(data: bytes, state: _State) -> Iterator[tuple[int, int, bytes]]:
    """Number, type and first value of each MAPI property ([MS-OXTNEF] section 2.1.3.4)."""
    reader = _Reader(data)
    try:
        for _ in range(min(reader.number(), _MAX_PROPERTIES)):
            kind, name = struct.unpack("<HH", reader.take(4))
            if name >= 0x8000:
                _skip_name(reader)
            values = _values(reader, kind)
            if values:
                yield name, kind & 0x0FFF, values[0]
    except (EOFError, struct.error):
        state.damaged = True


def _skip_name(reader: _Reader) -> None:
    reader.take(16)
    if reader.number() == 0:
        reader.take(4)
    else:
        reader.padded(reader.number())


def _values(reader: _Reader, kind: int) -> list[bytes]:
    several, base = bool(kind & 0x1000), kind & 0x0FFF
    if base in _FIXED_SIZES:
        count = reader.number() if several else 1
        return [reader.take(_FIXED_SIZES[base]) for _ in range(_bounded(count, reader))]
    if base not in (13, 30, 31, 258):
        raise EOFError
    count = reader.number()
    return [reader.padded(reader.number()) for _ in range(_bounded(count, reader))]


def _bounded(count: int, reader: _Reader) -> int:
    if count * 4 > reader.left:
        raise EOFError
    return count


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._pos = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._pos

    def take(self, size: int) -> bytes:
        if size > self.left:
            raise EOFError
        self._pos += size
        return self._data[self._pos - size : self._pos]

    def padded(self, size: int) -> bytes:
        value = self.take(size)
        self._pos = min(len(self._data), self._pos + -size % 4)
        return value

    def number(self) -> int:
        return int.from_bytes(self.take(4), "little")
