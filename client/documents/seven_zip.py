"""The list of files in a 7z archive, read from its header; nothing is unpacked but the header itself."""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from client.errors import MalformedDocument

MAX_HEADER_BYTES = 32 * 1024 * 1024
MAX_ENTRIES = 200_000

_HEADER, _FILES, _PACK, _UNPACK, _SUBSTREAMS = 0x01, 0x05, 0x06, 0x07, 0x08
_SIZE, _CRC, _FOLDER, _CODERS_SIZE, _COUNT = 0x09, 0x0A, 0x0B, 0x0C, 0x0D
_EMPTY_STREAM, _NAMES, _ENCODED, _ARCHIVE_PROPERTIES, _ADDITIONAL, _MAIN = 0x0E, 0x11, 0x17, 0x02, 0x03, 0x04
_AES = b"\x06\xf1\x07\x01"
_COPY, _LZMA, _LZMA2 = b"\x00", b"\x03\x01\x01", b"\x21"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in an archive."""

    name: str
    size: int
    is_folder: bool = False
    encrypted: bool = False


@dataclass(frozen=True, slots=True)
class Directory:
    """What an archive says it holds; with ``encrypted_names`` it does not say."""

    entries: tuple[Entry, ...] = ()
    encrypted_names: bool = False


@dataclass(slots=True)
class _Folder:
    """A chain of coders that packs some streams."""

    methods: list[tuple[bytes, bytes]]
    outputs: int
    sizes: list[int]
    main: int = 0
    """Output that no other coder takes."""
    streams: int = 1

    @property
    def encrypted(self) -> bool:
        return any(method == _AES for method, _ in self.methods)

    @property
    def size(self) -> int:
        return self.sizes[self.main] if self.main < len(self.sizes) else 0


def list_seven_zip(content: bytes) -> Directory:
    """The archive's entries. Raises `MalformedDocument` (``reason``: corrupt, too-large)."""
    start = content[12:32]
    if len(start) < 20 or zlib.crc32(start) != int.from_bytes(content[8:12], "little"):
        raise MalformedDocument(name="", reason="corrupt")
    offset, length = int.from_bytes(start[:8], "little"), int.from_bytes(start[8:16], "little")
    if length > MAX_HEADER_BYTES:
        raise MalformedDocument(name="", reason="too-large")
    header = content[32 + offset : 32 + offset + length]
    if not header:
        return Directory()
    for _ in range(4):  # a packed header may itself be packed
        if header[:1] != bytes([_ENCODED]):
            break
        reader = _Reader(header, 1)
        folders, places = reader.streams_info()
        if not folders or any(folder.encrypted for folder in folders):
            return Directory(encrypted_names=bool(folders))
        header = _unpacked(content, folders[0], places)
    if header[:1] != bytes([_HEADER]):
        raise MalformedDocument(name="", reason="corrupt")
    return Directory(tuple(_Reader(header, 1).files()))


def _unpacked(content: bytes, folder: _Folder, places: Sequence[tuple[int, int]]) -> bytes:
    if not places or len(folder.methods) != 1 or folder.size > MAX_HEADER_BYTES:
        raise MalformedDocument(name="", reason="corrupt")
    position, length = places[0]
    packed = content[32 + position : 32 + position + length]
    method, properties = folder.methods[0]
    if method == _COPY:
        return packed[: folder.size]
    try:
        chain = [_filter(method, properties)]
        unpacker = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chain)
        return unpacker.decompress(packed, folder.size)
    except (lzma.LZMAError, ValueError, IndexError, EOFError, MemoryError, OverflowError) as error:
        raise MalformedDocument(name="", reason="corrupt") from error


def _filter(method: bytes, properties: bytes) -> dict[str, int]:
    if method == _LZMA:
        packed, dictionary = properties[0], int.from_bytes(properties[1:5], "little")
        if packed >= 9 * 5 * 5 or dictionary > MAX_HEADER_BYTES * 8:
            raise ValueError
        rest, lc = divmod(packed, 9)
        pb, lp = divmod(rest, 5)
        return {"id": lzma.FILTER_LZMA1, "dict_size": max(4096, dictionary), "lc": lc, "lp": lp, "pb": pb}
    if method == _LZMA2 and properties[0] <= 32:
        return {"id": lzma.FILTER_LZMA2, "dict_size": (2 | (properties[0] & 1)) << (properties[0] // 2 + 11)}
    raise ValueError


class _Reader:
    """Reads header properties one after another (7zFormat.txt of the LZMA SDK)."""

    def __init__(self, data: bytes, place: int) -> None:
        self.sizes: list[tuple[int, bool]] = []
        """Of the files that are not empty: unpacked size, and whether a password is needed."""
        self._data = data
        self._place = place

    def _take(self, count: int) -> bytes:
        if count < 0 or self._place + count > len(self._data):
            raise MalformedDocument(name="", reason="corrupt")
        piece = self._data[self._place : self._place + count]
        self._place += count
        return piece

    def _byte(self) -> int:
        return self._take(1)[0]

    def _number(self) -> int:
        first = self._byte()
        value, mask = 0, 0x80
        for index in range(8):
            if not first & mask:
                return value | ((first & (mask - 1)) << (8 * index))
            value |= self._byte() << (8 * index)
            mask >>= 1
        return value

    def _count(self) -> int:
        count = self._number()
        if count > MAX_ENTRIES:
            raise MalformedDocument(name="", reason="too-large")
        return count

    def _bits(self, count: int) -> list[bool]:
        data = self._take((count + 7) // 8)
        return [bool(data[index // 8] & (0x80 >> index % 8)) for index in range(count)]

    def _defined(self, count: int) -> list[bool]:
        return [True] * count if self._byte() else self._bits(count)

    def _checksums(self, count: int) -> None:
        self._take(4 * sum(self._defined(count)))

    def streams_info(self) -> tuple[list[_Folder], list[tuple[int, int]]]:
        """Folders, and where their packed streams lie: positions behind the start header, lengths."""
        folders: list[_Folder] = []
        places: list[tuple[int, int]] = []
        while (kind := self._byte()) != 0:
            if kind == _PACK:
                places = self._pack_info()
            elif kind == _UNPACK:
                folders = self._unpack_info()
            elif kind == _SUBSTREAMS:
                self._substreams(folders)
            else:
                raise MalformedDocument(name="", reason="corrupt")
        return folders, places

    def _pack_info(self) -> list[tuple[int, int]]:
        position, count = self._number(), self._count()
        lengths: list[int] = []
        while (kind := self._byte()) != 0:
            if kind == _SIZE:
                lengths = [self._number() for _ in range(count)]
            elif kind == _CRC:
                self._checksums(count)
        places = []
        for length in lengths:
            places.append((position, length))
            position += length
        return places

    def _unpack_info(self) -> list[_Folder]:
        folders: list[_Folder] = []
        while (kind := self._byte()) != 0:
            if kind == _FOLDER:
                count = self._count()
                if self._byte():
                    raise MalformedDocument(name="", reason="corrupt")
                folders = [self._folder() for _ in range(count)]
            elif kind == _CODERS_SIZE:
                for folder in folders:
                    folder.sizes = [self._number() for _ in range(folder.outputs)]
            elif kind == _CRC:
                self._checksums(len(folders))
        return folders

    def _folder(self) -> _Folder:
        methods: list[tuple[bytes, bytes]] = []
        inputs = outputs = 0
        for _ in range(min(self._count(), 64)):
            flags = self._byte()
            method = self._take(flags & 0x0F)
            ins, outs = (self._number(), self._number()) if flags & 0x10 else (1, 1)
            if max(ins, outs) > 64:
                raise MalformedDocument(name="", reason="corrupt")
            inputs, outputs = inputs + ins, outputs + outs
            methods.append((method, self._take(self._number()) if flags & 0x20 else b""))
        bound = {(self._number(), self._number())[1] for _ in range(max(0, outputs - 1))}
        packed = inputs - max(0, outputs - 1)
        for _ in range(packed if packed > 1 else 0):
            self._number()
        main = next((index for index in range(outputs) if index not in bound), 0)
        return _Folder(methods, outputs, [], main)

    def _substreams(self, folders: list[_Folder]) -> None:
        self.sizes = []
        kind = self._byte()
        if kind == _COUNT:
            for folder in folders:
                folder.streams = self._count()
            kind = self._byte()
        for folder in folders:
            known = [self._number() for _ in range(folder.streams - 1)] if kind == _SIZE else []
            rest = [max(0, folder.size - sum(known))] if folder.streams else []
            self.sizes += [(size, folder.encrypted) for size in known + rest]
            if len(self.sizes) > MAX_ENTRIES:
                raise MalformedDocument(name="", reason="too-large")
        while kind != 0:
            if kind == _CRC:
                self._checksums(sum(folder.streams for folder in folders))
            elif kind != _SIZE:
                raise MalformedDocument(name="", reason="corrupt")
            kind = self._byte()

    def files(self) -> list[Entry]:
        """The entries of a plain header."""
        folders: list[_Folder] = []
        while (kind := self._byte()) != 0:
            if kind == _MAIN:
                folders, _ = self.streams_info()
                if not self.sizes:
                    self.sizes = [(folder.size, folder.encrypted) for folder in folders]
            elif kind == _ADDITIONAL:
                self.streams_info()
            elif kind == _ARCHIVE_PROPERTIES:
                while self._byte() != 0:
                    self._take(self._number())
            elif kind == _FILES:
                return self._files_info()
            else:
                raise MalformedDocument(name="", reason="corrupt")
        return []

    def _files_info(self) -> list[Entry]:
        count = self._count()
        names: list[str] = []
        empty = [False] * count
        while (kind := self._byte()) != 0:
            length = self._number()
            end = self._place + length
            if kind == _NAMES:
                if self._byte():
                    raise MalformedDocument(name="", reason="corrupt")
                names = self._take(length - 1).decode("utf-16-le", "replace").split("\0")[:count]
            elif kind == _EMPTY_STREAM:
                empty = self._bits(count)
            self._place = end
        sizes = iter(self.sizes)
        entries = []
        for name, is_empty in zip(names, empty, strict=False):
            size, encrypted = (0, False) if is_empty else next(sizes, (0, False))
            entries.append(Entry(name, size, is_empty, encrypted))
        return entries
