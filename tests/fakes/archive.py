"""Archives made by hand: formats nothing here can write, and ZIPs nobody ought to write."""

from __future__ import annotations

import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping, Sequence


def gzipped(content: bytes) -> bytes:
    """A gzip of one file, always the same bytes."""
    return gzip.compress(content, mtime=0)


def tar(files: Mapping[str, bytes]) -> bytes:
    """A tar of these files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def _number(value: int) -> bytes:
    """A 7z number below 2**14."""
    return bytes([value]) if value < 0x80 else bytes([0x80 | (value >> 8), value & 0xFF])


def _names(names: Sequence[str]) -> bytes:
    packed = b"\0" + b"".join(name.encode("utf-16-le") + b"\0\0" for name in names)
    return b"\x11" + _number(len(packed)) + packed


def seven_zip(files: Sequence[tuple[str, int]], *, method: bytes = b"\x21", encoded: bool = False) -> bytes:
    """A 7z of (name, size) files packed together by ``method``; with ``encoded`` its header is packed."""
    total = sum(size for _, size in files)
    coder = bytes([len(method) | 0x20]) + method + b"\x01\x18"
    header = b"\x01\x04"
    header += b"\x06" + _number(0) + _number(1) + b"\x09" + _number(10) + b"\x00"
    header += b"\x07\x0b\x01\x00" + b"\x01" + coder + b"\x0c" + _number(total) + b"\x00"
    sizes = b"".join(_number(size) for _, size in files[:-1])
    header += b"\x08\x0d" + _number(len(files)) + (b"\x09" + sizes if sizes else b"") + b"\x00\x00"
    header += b"\x05" + _number(len(files)) + _names([name for name, _ in files]) + b"\x00\x00"
    body = bytes(10)
    if encoded:
        filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}]
        packed = lzma.compress(header, lzma.FORMAT_RAW, filters=filters)
        outer = b"\x17\x06" + _number(len(body)) + _number(1) + b"\x09" + _number(len(packed)) + b"\x00"
        outer += (
            b"\x07\x0b\x01\x00" + b"\x01" + b"\x21\x21\x01\x10" + b"\x0c" + _number(len(header)) + b"\x00\x00"
        )
        body, header = body + packed, outer
    start = struct.pack("<QQI", len(body), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<I", zlib.crc32(start)) + start + body + header


SEVEN_ZIP = seven_zip([("thư mục/a.txt", 5), ("b.exe", 7)], encoded=True)


def _vint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])


def _block5(kind: int, fields: bytes, *, extra: bytes = b"", data: bytes = b"") -> bytes:
    flags = (1 if extra else 0) | (2 if data else 0)
    head = (
        _vint(kind)
        + _vint(flags)
        + (_vint(len(extra)) if extra else b"")
        + (_vint(len(data)) if data else b"")
    )
    body = head + fields + extra
    return bytes(4) + _vint(len(body)) + body + data


def rar5(*files: tuple[str, bytes], encrypted: bool = False, encrypted_names: bool = False) -> bytes:
    """A RAR of version 5, stored."""
    out = b"Rar!\x1a\x07\x01\x00"
    if encrypted_names:
        return out + _block5(4, bytes(20)) + bytes(64)
    out += _block5(1, _vint(0))
    for name, content in files:
        raw = name.encode()
        fields = _vint(0) + _vint(len(content)) + _vint(0x20) + _vint(0) + _vint(1) + _vint(len(raw)) + raw
        out += _block5(2, fields, extra=b"\x02\x01\x00" if encrypted else b"", data=content)
    return out + _block5(5, _vint(0))


def rar4(*files: tuple[str, bytes], encrypted: bool = False, encrypted_names: bool = False) -> bytes:
    """A RAR of version 4, stored."""
    out = b"Rar!\x1a\x07\x00"
    out += bytes(2) + struct.pack("<BHH", 0x73, 0x0080 if encrypted_names else 0, 13) + bytes(6)
    for name, content in files:
        raw = name.encode()
        head = struct.pack("<BHH", 0x74, 0x8000 | (4 if encrypted else 0), 32 + len(raw))
        fields = struct.pack("<IIBIIBBHI", len(content), len(content), 2, 0, 0, 29, 0x30, len(raw), 0)
        out += bytes(2) + head + fields + raw + content
    return out + bytes(2) + struct.pack("<BHH", 0x7B, 0x4000, 7)


def overlapping_zip(copies: int) -> bytes:
    """Many entries that are all the same bytes of the file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", bytes(100_000))
        archive.filelist.extend([archive.filelist[0]] * copies)
    return buffer.getvalue()
