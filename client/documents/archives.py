"""Looking into archives, and archives in them, without unpacking what nobody reads: nothing can explode."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from client.documents.compound import opened
from client.documents.containers import MAX_COUNTED, Member, claimed_entries, open_container
from client.documents.excel_binary import has_macro_sheet
from client.documents.magic import HEAD, match
from client.documents.packages import BROKEN_ZIP
from client.errors import MalformedDocument
from client.model.filekind import ArchiveMember

MAX_DEPTH = 5
MAX_MEMBERS = 10_000
"""Members listed; `Listing.count` counts the others."""
MAX_NESTED_BYTES = 64 * 1024 * 1024
"""Budget for unpacking archives and documents that lie inside archives, for one file as a whole."""

_OFFICE = {
    "word/": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xl/": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "ppt/": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
}
_OLE_NAMES = (
    ("encryptedpackage", "application/x-ole-encrypted", "ole2"),
    ("worddocument", "application/msword", "doc"),
    ("workbook", "application/vnd.ms-excel", "xls"),
    ("book", "application/vnd.ms-excel", "xls"),
    ("powerpoint document", "application/vnd.ms-powerpoint", "ppt"),
    ("__properties_version1.0", "application/vnd.ms-outlook", "msg"),
)
_MSI_CLSID = bytes.fromhex("84100c0000000000c000000000000046")

_PROGRAMS = frozenset({"apk", "jar"})

Keep = Callable[[str, bytes], bool]
"""Asked with a member's path and first bytes: whether its whole content is wanted."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies in a container."""

    members: tuple[ArchiveMember, ...] = ()
    media_type: str = ""
    extension: str = ""
    executable: bool = False
    encrypted: bool = False
    macros: bool = False
    unread: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A member whose content was wanted."""

    path: str
    content: bytes
    unread: str = ""
    """Why it could not be had."""


class _Walk:
    """One look through an archive and the archives inside it, on a common budget."""

    def __init__(self, keep: Keep | None = None) -> None:
        self.members: list[ArchiveMember] = []
        self.kept: list[Unpacked] = []
        self.encrypted = False
        self.macros = False
        self.unread = ""
        self.count = 0
        self.budget = MAX_NESTED_BYTES
        self._keep = keep
        self._around: list[bytes] = []

    def enter(self, content: bytes, extension: str, prefix: str) -> None:
        """All members of this archive; of one that holds itself, none."""
        own = hashlib.sha256(content).digest()
        container = open_container(content, extension)
        if container is None:
            self._tell("archive-format")
            return
        if own in self._around:
            self._tell("archive-too-deep")
            return
        self._around.append(own)
        self.count += container.count
        self.encrypted = self.encrypted or container.encrypted
        self._tell(container.unread)
        for member in container.members:
            if len(self.members) >= MAX_MEMBERS:
                self._tell("archive-too-large")
                break
            self._look_at(member, prefix)
        self._around.pop()

    def _tell(self, unread: str) -> None:
        self.unread = self.unread or unread

    def _look_at(self, member: Member, prefix: str) -> None:
        path = f"{prefix}{member.name}" if member.name else f"{prefix}1"
        if member.encrypted:
            self.encrypted = True
            self.unread = "archive-encrypted"
            self.members.append(ArchiveMember(path, member.size, encrypted=True))
            return
        head = self._read(member, HEAD) or b""
        kind = match(head)
        self.members.append(ArchiveMember(path, member.size, bool(kind and kind.executable)))
        if kind is not None and (kind.extension == "zip" or kind.is_archive) and member.read is not None:
            self._go_deeper(member, kind.extension, f"{path}/", head)
        elif self._keep is not None and self._keep(path, head):
            self._keep_whole(member, path)

    def _read(self, member: Member, limit: int) -> bytes | None:
        if member.read is None:
            return None
        try:
            return member.read(limit)
        except MalformedDocument:
            self._tell("corrupt")
            return None

    def _whole(self, member: Member) -> bytes | None:
        if member.size > self.budget:
            self._tell("archive-too-large")
            return None
        content = self._read(member, self.budget + 1)
        if content is None:
            return None
        if len(content) > self.budget:
            self._tell("archive-too-large")
            return None
        self.budget -= len(content)
        return content

    def _keep_whole(self, member: Member, path: str) -> None:
        if member.read is None:
            self.kept.append(Unpacked(path, b"", "archive-format"))
            return
        content = self._whole(member)
        if content is None:
            self.kept.append(Unpacked(path, b"", self.unread or "corrupt"))
        else:
            self.kept.append(Unpacked(path, content))

    def _go_deeper(self, member: Member, extension: str, prefix: str, head: bytes) -> None:
        if len(self._around) >= MAX_DEPTH:
            self._tell("archive-too-deep")
            return
        content = self._whole(member)
        if content is None:
            return
        office = list_zip_type(content) if extension == "zip" else ""
        if office:
            self._document(content, office, prefix.removesuffix("/"), head)
            return
        self.enter(content, extension, prefix)

    def _document(self, content: bytes, office: str, path: str, head: bytes) -> None:
        """An Office file in an archive is a document, not an archive of parts."""
        self.macros = self.macros or _has_macros(_names(content))
        if office in _PROGRAMS:
            self.members[-1] = replace(self.members[-1], executable=True)
        elif self._keep is not None and self._keep(path, head):
            self.kept.append(Unpacked(path, content))


def list_archive(content: bytes, extension: str) -> Listing:
    """The members of an archive of this type; a ZIP that is an Office file is told apart."""
    if extension == "zip":
        return list_zip(content)
    walk = _Walk()
    walk.enter(content, extension, "")
    return Listing(tuple(walk.members), encrypted=walk.encrypted, unread=walk.unread, count=walk.count)


def unpack_documents(
    content: bytes, extension: str, keep: Keep, budget: int
) -> tuple[tuple[Unpacked, ...], str]:
    """The members ``keep`` asks for, from all levels, and why not all could be looked at.

    ``budget`` is what may be unpacked, in bytes.
    """
    walk = _Walk(keep)
    walk.budget = min(budget, MAX_NESTED_BYTES)
    walk.enter(content, extension, "")
    return tuple(walk.kept), walk.unread


def list_zip(content: bytes) -> Listing:
    """The members of a ZIP; an Office file is told apart and its parts are not listed as attachments."""
    walk = _Walk()
    walk.enter(content, "zip", "")
    names = {member.path for member in walk.members}
    macros = walk.macros or _has_macros(names)
    office = list_zip_type(content)
    if office in _OFFICE_TYPES:
        inside = tuple(member for member in walk.members if member.executable)
        # What is inside the parts of a document is a matter for its reader.
        unread = walk.unread if walk.unread in ("corrupt", "archive-encrypted") else ""
        return Listing(
            inside,
            _OFFICE_TYPES[office],
            office,
            False,
            walk.encrypted,
            macros,
            unread,
            walk.count,
        )
    if office in _PROGRAMS:
        return Listing(
            tuple(walk.members),
            "application/java-archive",
            office,
            True,
            unread=walk.unread,
            count=walk.count,
        )
    if office:
        scripts = any(name.startswith(("Basic/", "Scripts/")) for name in names)
        listing = Listing((), _open_document(content), office, macros=scripts, count=walk.count)
        return listing
    return Listing(tuple(walk.members), "", "", False, walk.encrypted, macros, walk.unread, walk.count)


_OFFICE_TYPES = {extension: media_type for media_type, extension in _OFFICE.values()}


def list_zip_type(content: bytes) -> str:
    """``docx``, ``odt``, ``jar`` … by the names in a ZIP; ``""`` for what is but an archive."""
    names = _names(content)
    if "[Content_Types].xml" in names:
        for folder, (_, extension) in _OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return extension
    if "AndroidManifest.xml" in names:
        return "apk"
    if "META-INF/MANIFEST.MF" in names:
        return "jar"
    if "mimetype" in names and "content.xml" in names:
        kinds = {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}
        return kinds.get(_open_document(content).rpartition(".")[2], "odt")
    return ""


def _names(content: bytes) -> frozenset[str]:
    if claimed_entries(content) > MAX_COUNTED:
        return frozenset()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return frozenset(archive.namelist())
    except BROKEN_ZIP:
        return frozenset()


def _has_macros(names: Iterable[str]) -> bool:
    return any(
        name.lower().endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in f"/{name.lower()}"
        for name in names
    )


def _open_document(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("mimetype") as member:
            return member.read(120).decode("ascii", "replace").strip()
    except BROKEN_ZIP:
        return ""


def list_ole2(content: bytes) -> Listing:
    """The kind of an OLE2 file (old Office, installer, password-protected Office) by its stream names."""
    try:
        with opened(content) as compound:
            names = {name.partition("/")[0] for name in compound.names}
            macros = compound.has_macros() or has_macro_sheet(compound.read("Workbook"))
            if compound.is_installer:
                return Listing((), "application/x-msi", "msi", executable=True)
    except MalformedDocument:
        return _by_bytes(content)
    return _ole2(lambda name: name in names, macros)


def _by_bytes(content: bytes) -> Listing:
    """Of a damaged file: the names are looked for anywhere."""

    def has(name: str) -> bool:
        return name.encode("utf-16-le") in folded

    folded = content.lower()
    if _MSI_CLSID in content:
        return Listing((), "application/x-msi", "msi", executable=True)
    return _ole2(has, has("_vba_project") or has("macros"))


def _ole2(has: Callable[[str], bool], macros: bool) -> Listing:
    for name, media_type, extension in _OLE_NAMES:
        if has(name):
            return Listing((), media_type, extension, encrypted=name == "encryptedpackage", macros=macros)
    return Listing(macros=macros)
