"""ZIPs without compression that have exactly one form, so that any byte changed in one shows.

Names, order, times and attributes are all fixed: a file that is not what `pack` makes of its own
content was touched. Read by any program (APPNOTE 6.3), written here by hand so that neither a
library's version nor a platform leaves a trace.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

MOST_FILES = 2_000
MOST_BYTES = 512 * 1024 * 1024
"""Of a whole bundle."""
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}(/[a-z0-9][a-z0-9.-]{0,99})?")
"""One folder deep at most, nothing that leads elsewhere on any platform."""
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_DATE = (2000 - 1980) << 9 | 1 << 5 | 1
_ENTRY = struct.Struct("<HHHHHIIIHH")
"""Version, flags, method, time, date, CRC, two sizes, length of name and of extra field."""
_HEAD = len(_LOCAL) + _ENTRY.size


def pack(files: Mapping[str, bytes]) -> bytes:
    """The one ZIP of these files, in the order given; ValueError for a name that is not plain."""
    local, central = bytearray(), bytearray()
    for name, content in files.items():
        if not _NAME.fullmatch(name):
            raise ValueError(name)
        title, size = name.encode("ascii"), len(content)
        entry = _ENTRY.pack(20, 0, 0, 0, _DATE, zlib.crc32(content), size, size, len(title), 0)
        central += _CENTRAL + struct.pack("<H", 20) + entry
        central += struct.pack("<HHHII", 0, 0, 0, 0, len(local)) + title
        local += _LOCAL + entry + title + content
    count = len(files)
    end = _END + struct.pack("<HHHHIIH", 0, 0, count, count, len(central), len(local), 0)
    return bytes(local + central + end)


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was found in a ZIP."""

    files: dict[str, bytes]
    untouched: bool
    """It is byte for byte what `pack` makes of ``files``."""


def unpack(data: bytes) -> Unpacked:
    """Read such a ZIP as far as it goes; never raises.

    No entry is believed: what was read is packed again and has to come out as it went in. That
    leaves no room for a second entry of one name, hidden bytes, links, compression, or sizes that
    are not so. Nothing is ever written to a place that a name says.
    """
    files: dict[str, bytes] = {}
    at = 0
    while data[at : at + len(_LOCAL)] == _LOCAL and len(files) < MOST_FILES and len(data) <= MOST_BYTES:
        if at + _HEAD > len(data):
            break
        fields = _ENTRY.unpack_from(data, at + len(_LOCAL))
        size, named = fields[6], fields[8]
        start = at + _HEAD + named
        name = data[at + _HEAD : start].decode("ascii", "replace")
        if name in files or not _NAME.fullmatch(name) or start + size > len(data):
            break
        files[name] = data[start : start + size]
        at = start + size
    return Unpacked(files, bool(files) and len(data) <= MOST_BYTES and pack(files) == data)
