"""Compound files (MS-CFB), the container of old Office files: streams by name, on a budget."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import olefile

from client.errors import MalformedDocument

MAX_STREAM_BYTES = 128 * 1024 * 1024
BROKEN_COMPOUND = (
    OSError,
    ValueError,
    LookupError,
    struct.error,
    TypeError,
    AttributeError,
    RecursionError,
    OverflowError,
    AssertionError,
    MemoryError,
)
"""What `olefile` raises on damaged input: its own error is an OSError, the others are slips of its parser."""

_MACRO_STORAGES = frozenset({"_vba_project_cur", "vba", "macros"})
_MSI = "000C1084-0000-0000-C000-000000000046"


class Compound:
    """An open compound file."""

    def __init__(self, file: olefile.OleFileIO) -> None:
        self._file = file
        self._names = {"/".join(path).lower(): path for path in file.listdir(streams=True, storages=True)}

    @property
    def names(self) -> tuple[str, ...]:
        """Paths of all streams and storages, lower case."""
        return tuple(self._names)

    @property
    def is_installer(self) -> bool:
        """Whether the root says it is a Windows Installer package."""
        return str(self._file.root.clsid).upper() == _MSI

    def read(self, name: str) -> bytes:
        """The stream's bytes; ``b""`` where there is no such stream. Raises `MalformedDocument`."""
        path = self._names.get(name.lower())
        if path is None:
            return b""
        try:
            if self._file.get_type(path) != olefile.STGTY_STREAM:
                return b""
            if self._file.get_size(path) > MAX_STREAM_BYTES:
                raise MalformedDocument(name="", reason="too-large")
            with self._file.openstream(path) as stream:
                return bytes(stream.read())
        except BROKEN_COMPOUND as error:
            raise MalformedDocument(name="", reason="corrupt") from error

    def has_macros(self) -> bool:
        """Whether a VBA project lies inside."""
        return any(_MACRO_STORAGES & set(name.split("/")) for name in self._names)

    def makers(self) -> tuple[str, str]:
        """Author and who saved it last, of the summary information."""
        try:
            data = self._file.get_metadata()
            return _text(data.author), _text(data.last_saved_by)
        except BROKEN_COMPOUND:
            return "", ""


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return _text(_decoded(value))
    return " ".join(value.split())[:200] if isinstance(value, str) else ""


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("cp1258", "replace")


@contextmanager
def opened(content: bytes) -> Iterator[Compound]:
    """The compound file in ``content``. Raises `MalformedDocument` (``reason``: corrupt, too-large)."""
    try:
        file = olefile.OleFileIO(io.BytesIO(content))
    except BROKEN_COMPOUND as error:
        raise MalformedDocument(name="", reason="corrupt") from error
    try:
        yield _listed(file)
    finally:
        file.close()


def _listed(file: olefile.OleFileIO) -> Compound:
    try:
        return Compound(file)
    except BROKEN_COMPOUND as error:
        raise MalformedDocument(name="", reason="corrupt") from error
