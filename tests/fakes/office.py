"""Small Office files made by hand, byte by byte where no library writes them any more."""

from __future__ import annotations

import io
import itertools
import struct
import zipfile
from collections.abc import Mapping, Sequence

_SECTOR = 512
_FREE, _END, _FAT_SECTOR, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_SMALLEST = 4096
"""Streams below this would go to a second, smaller allocation table."""

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def zipped(files: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def rels(*links: tuple[str, str, str]) -> str:
    """A relationships part of (id, kind, target); a target with a colon is outside."""
    outside = ' TargetMode="External"'
    inside = "".join(
        f'<Relationship Id="{one}" Type="{_OFFICE}/{kind}" Target="{target}"'
        + (f"{outside}/>" if ":" in target else "/>")
        for one, kind, target in links
    )
    return f'<Relationships xmlns="{_RELS}">{inside}</Relationships>'


def docx(body: str, parts: Mapping[str, bytes | str] | None = None) -> bytes:
    """A DOCX with this XML as its body, and more parts."""
    document = f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": rels(("rId1", "officeDocument", "word/document.xml")),
            "word/document.xml": document,
            **(parts or {}),
        }
    )


def run(text: str, look: str = "") -> str:
    """A run of text with these run properties."""
    return f"<w:r><w:rPr>{look}</w:rPr><w:t>{text}</w:t></w:r>"


def paragraph(*runs: str, look: str = "") -> str:
    """A paragraph."""
    return f"<w:p><w:pPr>{look}</w:pPr>{''.join(runs)}</w:p>"


def compound(streams: Mapping[str, bytes], clsid: bytes = bytes(16)) -> bytes:
    """A compound file; a path ``Macros/VBA/dir`` makes the storages it needs."""
    entries: list[tuple[str, int, bytes]] = [("Root Entry", 5, b"")]
    children: dict[int, list[int]] = {0: []}
    known = {"": 0}
    for path, content in streams.items():
        *folders, name = path.split("/")
        parent = ""
        for folder in folders:
            here = f"{parent}/{folder}"
            if here not in known:
                known[here] = len(entries)
                children[known[parent]].append(len(entries))
                children[len(entries)] = []
                entries.append((folder, 1, b""))
            parent = here
        children[known[parent]].append(len(entries))
        entries.append((name, 2, content + bytes(max(0, _SMALLEST - len(content)))))
    return _laid_out(entries, children, clsid)


def _laid_out(
    entries: Sequence[tuple[str, int, bytes]], children: Mapping[int, Sequence[int]], clsid: bytes
) -> bytes:
    directory_sectors = -(-len(entries) * 128 // _SECTOR)
    data_sectors = sum(-(-len(content) // _SECTOR) for _, _, content in entries)
    fat_sectors = 1
    while fat_sectors * 128 < fat_sectors + directory_sectors + data_sectors:
        fat_sectors += 1
    fat = [_FAT_SECTOR] * fat_sectors
    fat += _chain(fat_sectors, directory_sectors)
    starts, body = {}, bytearray()
    for index, (_, _, content) in enumerate(entries):
        if content:
            starts[index] = len(fat)
            count = -(-len(content) // _SECTOR)
            fat += _chain(len(fat), count)
            body += content + bytes(count * _SECTOR - len(content))
    fat += [_FREE] * (fat_sectors * 128 - len(fat))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, fat_sectors, fat_sectors, 0, _SMALLEST, _END, 0, _END, 0)
    header += struct.pack("<109I", *(list(range(fat_sectors)) + [_FREE] * (109 - fat_sectors)))
    directory = _directory(entries, children, starts, clsid)
    directory += bytes(directory_sectors * _SECTOR - len(directory))
    return header + struct.pack(f"<{len(fat)}I", *fat) + directory + bytes(body)


def _chain(start: int, count: int) -> list[int]:
    return [*range(start + 1, start + count), _END]


def _directory(
    entries: Sequence[tuple[str, int, bytes]],
    children: Mapping[int, Sequence[int]],
    starts: Mapping[int, int],
    clsid: bytes,
) -> bytes:
    following = {one: other for group in children.values() for one, other in itertools.pairwise(group)}
    out = b""
    for index, (name, kind, content) in enumerate(entries):
        first = children.get(index) or [_NONE]
        wide = name.encode("utf-16-le")
        out += wide + bytes(64 - len(wide)) + struct.pack("<HBB", len(wide) + 2, kind, 1)
        out += struct.pack("<III", _NONE, following.get(index, _NONE), first[0])
        out += (clsid if index == 0 else bytes(16)) + bytes(20)
        out += struct.pack("<IQ", starts.get(index, _END if kind == 5 else 0), len(content))
    return out


def doc(
    text: str, *, footnote: str = "", narrow: bool = False, fonts: Sequence[str] = (), flags: int = 0
) -> bytes:
    """A Word 97 file; paragraphs end with a carriage return."""
    whole = text + footnote
    stream = bytearray(2048)
    encoded = whole.encode("cp1252") if narrow else whole.encode("utf-16-le")
    position = (2048 * 2) | 0x40000000 if narrow else 2048
    plc = struct.pack("<II", 0, len(whole)) + struct.pack("<HIH", 0, position, 0)
    clx = b"\x02" + struct.pack("<I", len(plc)) + plc
    names = b"".join(_font_entry(name) for name in fonts)
    table = clx + struct.pack("<HH", len(fonts), 0) + names
    struct.pack_into("<HH", stream, 0, 0xA5EC, 0x00C1)
    struct.pack_into("<H", stream, 0x0A, 0x0200 | flags)
    struct.pack_into("<8i", stream, 0x4C, len(text), len(footnote), 0, 0, 0, 0, 0, 0)
    struct.pack_into("<II", stream, 0x01A2, 0, len(clx))
    struct.pack_into("<II", stream, 0x0112, len(clx), 4 + len(names))
    return compound({"WordDocument": bytes(stream) + encoded, "1Table": table})


def _font_entry(name: str) -> bytes:
    wide = name.encode("utf-16-le") + b"\0\0"
    return bytes([39 + len(wide)]) + bytes(39) + wide


def xls(
    sheets: Sequence[tuple[str, int, int]], cells: Sequence[str], *, encrypted: bool = False, cut: int = 8000
) -> bytes:
    """A workbook of (name, hidden, type) sheets; every cell's text is in the first sheet, a row each.

    The string table goes on in a CONTINUE record after ``cut`` bytes of text.
    """
    out = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    out += _record(0x002F, bytes(6)) if encrypted else b""
    for name, hidden, kind in sheets:
        narrow = name.encode("utf-16-le")
        out += _record(0x0085, struct.pack("<IBBBB", 0, hidden, kind, len(name), 1) + narrow)
    table = struct.pack("<II", len(cells), len(cells))
    for cell in cells:
        table += struct.pack("<HB", len(cell), 1)
        wide = cell.encode("utf-16-le")
        if len(wide) > cut:
            out += _record(0x00FC, table + wide[:cut]) + _record(0x003C, b"\x01" + wide[cut:])
            table = b""
        else:
            table += wide
    out += _record(0x00FC, table) if table else b""
    out += _record(0x000A, b"") + _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0))
    for row, _ in enumerate(cells):
        out += _record(0x00FD, struct.pack("<HHHI", row, 0, 0, row))
    return compound({"Workbook": out + _record(0x000A, b"")})


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def ppt(*slides: str) -> bytes:
    """A show with one text a slide."""
    out = b""
    for text in slides:
        wide = text.encode("utf-16-le")
        atom = struct.pack("<HHI", 0, 0x0FA0, len(wide)) + wide
        out += struct.pack("<HHI", 0xF, 0x03EE, len(atom)) + atom
    return compound({"PowerPoint Document": out, "Current User": bytes(24)})
