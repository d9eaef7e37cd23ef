"""Archives opened one level: their members by name, each read only as far as somebody asks."""

from __future__ import annotations

import bz2
import contextlib
import io
import itertools
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from client.documents.packages import BROKEN_ZIP
from client.documents.rar import list_rar
from client.documents.seven_zip import Directory, list_seven_zip
from client.errors import MalformedDocument

MAX_COUNTED = 100_000
"""Entries of one archive; one with more is not opened."""

_BROKEN_TAR = (tarfile.TarError, *BROKEN_ZIP, UnicodeError)
_END_OF_ZIP = b"PK\x05\x06"
_AES_METHOD = 99


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive."""

    name: str
    size: int
    """Unpacked, as the archive claims."""
    encrypted: bool
    read: Callable[[int], bytes] | None
    """The first so many bytes; raises `MalformedDocument`. None where this reader cannot unpack."""


@dataclass(frozen=True, slots=True)
class Container:
    """An archive's members and what is known of it as a whole."""

    members: Iterator[Member]
    count: int
    unread: str = ""
    """Why it was not opened, or not in full."""
    encrypted: bool = False


def open_container(content: bytes, extension: str) -> Container | None:
    """The archive in ``content``, None when files of this type are no archive that can be listed.

    Never raises: an archive that cannot be opened says so in ``unread``.
    """
    opener = _OPENERS.get(extension)
    if opener is None:
        return None
    try:
        return opener(content)
    except MalformedDocument as error:
        too_large = error.params.get("reason") == "too-large"
        return Container(iter(()), 0, "archive-too-large" if too_large else "corrupt")


def _open_zip(content: bytes) -> Container:
    claimed = claimed_entries(content)
    if claimed > MAX_COUNTED:
        return Container(iter(()), claimed, "archive-too-large")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
    except BROKEN_ZIP as error:
        raise MalformedDocument(name="", reason="corrupt") from error
    if len(infos) > MAX_COUNTED:
        return Container(iter(()), len(infos), "archive-too-large")
    # Members that share bytes are how a small archive unpacks to petabytes without nesting.
    unread = "corrupt" if _overlap(infos) else ""
    members = (
        Member(
            _zip_name(info),
            info.file_size,
            bool(info.flag_bits & 0x1) or info.compress_type == _AES_METHOD,
            None if unread else _zip_reader(archive, info),
        )
        for info in infos
    )
    return Container(members, len(infos), unread)


def claimed_entries(content: bytes) -> int:
    """How many entries a ZIP's end record tells of, before anything is read into memory."""
    place = content.rfind(_END_OF_ZIP, max(0, len(content) - 66_000))
    if place < 0:
        return 0
    count = int.from_bytes(content[place + 10 : place + 12], "little")
    locator = content[max(0, place - 20) : place]
    if count < 0xFFFF or not locator.startswith(b"PK\x06\x07"):
        return count
    record = int.from_bytes(locator[8:16], "little")
    return int.from_bytes(content[record + 32 : record + 40], "little")


def _overlap(infos: list[zipfile.ZipInfo]) -> bool:
    spans = sorted((info.header_offset, info.header_offset + 30 + info.compress_size) for info in infos)
    return any(following[0] < span[1] for span, following in itertools.pairwise(spans))


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The name in Unicode: without the flag for it, many a writer means UTF-8 all the same."""
    name = info.filename
    if not info.flag_bits & 0x800 and not name.isascii():
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _zip_reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[int], bytes]:
    def read(limit: int) -> bytes:
        try:
            with archive.open(info) as member:
                return member.read(limit)
        except (*BROKEN_ZIP, lzma.LZMAError) as error:
            raise MalformedDocument(name="", reason="corrupt") from error

    return read


def _open_tar(content: bytes) -> Container:
    try:
        archive = tarfile.open(fileobj=io.BytesIO(content), mode="r:")  # noqa: SIM115 - members are read later
        infos: list[tarfile.TarInfo] = []
        for info in archive:
            if len(infos) > MAX_COUNTED:
                return Container(iter(()), len(infos), "archive-too-large")
            infos += [info] if not info.isdir() else []
    except _BROKEN_TAR as error:
        raise MalformedDocument(name="", reason="corrupt") from error
    members = (Member(info.name, info.size, False, _tar_reader(archive, info)) for info in infos)
    return Container(members, len(infos))


def _tar_reader(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Callable[[int], bytes]:
    def read(limit: int) -> bytes:
        try:
            file = archive.extractfile(info) if info.isfile() else None
            return file.read(limit) if file is not None else b""
        except _BROKEN_TAR as error:
            raise MalformedDocument(name="", reason="corrupt") from error

    return read


def _packed_by(open_stream: Callable[[], _Unpacker]) -> Callable[[bytes], Container]:
    """A file that holds one packed file and not its name."""

    def opener(content: bytes) -> Container:
        def read(limit: int) -> bytes:
            try:
                return open_stream().decompress(content, limit)
            except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, MemoryError) as error:
                raise MalformedDocument(name="", reason="corrupt") from error

        return Container(iter((Member("", 0, False, read),)), 1)

    return opener


class _Unpacker:
    """The one method `zlib`, `bz2` and `lzma` share."""

    def __init__(self, decompress: Callable[[bytes, int], bytes]) -> None:
        self.decompress = decompress


def _gzip() -> _Unpacker:
    return _Unpacker(zlib.decompressobj(wbits=31).decompress)


def _bzip2() -> _Unpacker:
    return _Unpacker(bz2.BZ2Decompressor().decompress)


def _xz() -> _Unpacker:
    return _Unpacker(lzma.LZMADecompressor(memlimit=256 * 1024 * 1024).decompress)


def _listed_by(lister: Callable[[bytes], Directory]) -> Callable[[bytes], Container]:
    """An archive that is listed and not unpacked."""

    def opener(content: bytes) -> Container:
        directory = lister(content)
        files = [entry for entry in directory.entries if not entry.is_folder]
        if len(files) > MAX_COUNTED:
            return Container(iter(()), len(files), "archive-too-large")
        members = (Member(_slashes(entry.name), entry.size, entry.encrypted, None) for entry in files)
        unread = "archive-encrypted" if directory.encrypted_names else "archive-format"
        return Container(members, len(files), unread, directory.encrypted_names)

    return opener


def _slashes(name: str) -> str:
    return name.replace("\\", "/")


_OPENERS: dict[str, Callable[[bytes], Container]] = {
    "zip": _open_zip,
    "tar": _open_tar,
    "gz": _packed_by(_gzip),
    "bz2": _packed_by(_bzip2),
    "xz": _packed_by(_xz),
    "7z": _listed_by(list_seven_zip),
    "rar": _listed_by(list_rar),
}
