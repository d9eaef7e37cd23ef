"""What a file really is, whatever its name says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """One file inside an archive."""

    path: str
    """Names from the outside in, joined by ``/``: ``inner.zip/setup.exe``."""
    size: int = 0
    """Unpacked size in bytes as the archive states it: a claim."""
    executable: bool = False
    """Its first bytes are those of a program or script."""
    encrypted: bool = False
    """A password is needed to read it."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """What `client.documents.sniff.sniff` makes of a file's bytes."""

    media_type: str
    extension: str
    """Of the true type, lower case without a dot; of the name where the bytes do not tell."""
    executable: bool = False
    """The first bytes are those of a program, a script or a shortcut."""
    members: tuple[ArchiveMember, ...] = ()
    encrypted: bool = False
    """A password is needed to read it or some of its members."""
    macros: bool = False
    """An Office file that carries a macro project."""
    unread: str = ""
    """Why its inside could not be looked at in full: ``archive-too-deep``, ``archive-too-large``,
    ``archive-encrypted``, ``archive-format``, ``corrupt``; ``""`` when it could."""
    member_count: int = 0
    """Files an archive says it has, also those beyond the ones in `members`."""
    second_type: str = ""
    """Extension of another type the same bytes can be opened as: a PDF that is a ZIP or a program too."""
