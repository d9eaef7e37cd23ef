"""The list of files in a RAR archive (formats 1.5 to 4 and 5), read from its headers."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from client.documents.seven_zip import Directory, Entry
from client.errors import MalformedDocument

MAX_BLOCKS = 200_000

_MARK_4, _MARK_5 = b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00"
_SCAN = 1024 * 1024
"""A self-extracting archive has its mark somewhere in the first bytes behind the program."""


def list_rar(content: bytes) -> Directory:
    """The archive's entries. Raises `MalformedDocument` (``reason``: corrupt)."""
    start = content.find(_MARK_4[:6], 0, _SCAN)
    if start < 0:
        raise MalformedDocument(name="", reason="corrupt")
    try:
        if content.startswith(_MARK_5, start):
            return _version_5(content, start + len(_MARK_5))
        return _version_4(content, start + len(_MARK_4))
    except (struct.error, IndexError) as error:
        raise MalformedDocument(name="", reason="corrupt") from error


def _version_4(content: bytes, place: int) -> Directory:
    entries: list[Entry] = []
    for _ in range(MAX_BLOCKS):
        if place + 7 > len(content):
            break
        kind, flags, size = struct.unpack_from("<BHH", content, place + 2)
        data = 0
        if kind == 0x73 and flags & 0x0080:
            return Directory(tuple(entries), encrypted_names=True)
        if kind == 0x74:
            entries.append(_file_4(content, place, flags, size))
        if kind == 0x7B or size < 7:
            break
        if flags & 0x8000 or kind == 0x74:
            (data,) = struct.unpack_from("<I", content, place + 7)
            if kind == 0x74 and flags & 0x0100:
                data |= struct.unpack_from("<I", content, place + 32)[0] << 32
        place += size + data
    return Directory(tuple(entries))


def _file_4(content: bytes, place: int, flags: int, size: int) -> Entry:
    (unpacked,) = struct.unpack_from("<I", content, place + 11)
    (length,) = struct.unpack_from("<H", content, place + 26)
    start = place + 32
    if flags & 0x0100:
        unpacked |= struct.unpack_from("<I", content, place + 36)[0] << 32
        start += 8
    raw = content[start : min(start + length, place + size)]
    return Entry(
        _name_4(raw, bool(flags & 0x0200)), unpacked, flags & 0x00E0 == 0x00E0, encrypted=bool(flags & 0x0004)
    )


def _name_4(raw: bytes, wide: bool) -> str:
    """A name with a packed UTF-16 form behind its plain one; without, in the writer's code page."""
    plain, _, packed = raw.partition(b"\0")
    if not wide:
        try:
            return plain.decode("utf-8")
        except UnicodeDecodeError:
            return plain.decode("cp1258", "replace")
    if not packed:
        return plain.decode("utf-8", "replace")
    return "".join(_unpacked_name(plain, packed))


def _unpacked_name(plain: bytes, packed: bytes) -> Iterator[str]:
    high, place, flags, left, done = packed[0], 1, 0, 0, 0
    while place < len(packed) and done < 4096:
        if left == 0:
            flags, left, place = packed[place], 8, place + 1
            continue
        mode, flags, left = flags >> 6, (flags << 2) & 0xFF, left - 2
        if mode == 3:
            length = packed[place]
            place += 1
            count, shift, page = (length & 0x7F) + 2, 0, 0
            if length & 0x80 and place < len(packed):
                shift, page, place = packed[place], high, place + 1
            for _ in range(count):
                low = plain[done] if done < len(plain) else 0
                yield chr(((low + shift) & 0xFF) | (page << 8))
                done += 1
            continue
        code = packed[place] | ((high << 8) if mode == 1 else 0)
        place += 1
        if mode == 2:
            code |= (packed[place] if place < len(packed) else 0) << 8
            place += 1
        yield "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)
        done += 1


def _version_5(content: bytes, place: int) -> Directory:
    entries: list[Entry] = []
    for _ in range(MAX_BLOCKS):
        if place + 7 > len(content):
            break
        header_size, at = _vint(content, place + 4)
        end = at + header_size
        kind, at = _vint(content, at)
        flags, at = _vint(content, at)
        extra = data = 0
        if flags & 0x01:
            extra, at = _vint(content, at)
        if flags & 0x02:
            data, at = _vint(content, at)
        if kind == 4:
            return Directory(tuple(entries), encrypted_names=True)
        if kind == 5 or header_size == 0:
            break
        if kind == 2:
            entries.append(_file_5(content[at:end], content[max(at, end - extra) : end]))
        place = end + data
    return Directory(tuple(entries))


def _file_5(header: bytes, extra: bytes) -> Entry:
    flags, at = _vint(header, 0)
    size, at = _vint(header, at)
    _, at = _vint(header, at)
    at += 4 if flags & 0x02 else 0
    at += 4 if flags & 0x04 else 0
    _, at = _vint(header, at)
    _, at = _vint(header, at)
    length, at = _vint(header, at)
    name = header[at : at + length].decode("utf-8", "replace")
    return Entry(name, 0 if flags & 0x08 else size, bool(flags & 0x01), _is_encrypted_5(extra))


def _is_encrypted_5(extra: bytes) -> bool:
    at = 0
    while at < len(extra):
        size, start = _vint(extra, at)
        kind, _ = _vint(extra, start)
        if kind == 1:
            return True
        at = start + max(1, size)
    return False


def _vint(data: bytes, at: int) -> tuple[int, int]:
    """A number of up to ten bytes, seven bits each, and where the next one begins."""
    value = 0
    for index in range(10):
        byte = data[at + index]
        value |= (byte & 0x7F) << (7 * index)
        if not byte & 0x80:
            return value, at + index + 1
    raise MalformedDocument(name="", reason="corrupt")
