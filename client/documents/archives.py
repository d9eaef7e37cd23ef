"""Looking into archives without unpacking them: names, first bytes, and nothing that can explode."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass

from client.documents.magic import HEAD, match
from client.model.filekind import ArchiveMember

MAX_DEPTH = 3
MAX_MEMBERS = 2000
MAX_NESTED_BYTES = 32 * 1024 * 1024
"""Budget for unpacking archives that lie inside archives, for one file as a whole."""

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    KeyError,
)
_OFFICE = {
    "word/": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xl/": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "ppt/": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
}
_OLE_NAMES = (
    ("EncryptedPackage", "application/x-ole-encrypted", "ole2"),
    ("WordDocument", "application/msword", "doc"),
    ("Workbook", "application/vnd.ms-excel", "xls"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint", "ppt"),
    ("__properties_version1.0", "application/vnd.ms-outlook", "msg"),
)
_MSI_CLSID = bytes.fromhex("84100c0000000000c000000000000046")


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


class _Walk:
    """One look through a ZIP and the ZIPs inside it, on a common budget."""

    def __init__(self) -> None:
        self.members: list[ArchiveMember] = []
        self.encrypted = False
        self.unread = ""
        self.budget = MAX_NESTED_BYTES

    def enter(self, content: bytes, prefix: str, depth: int) -> None:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for info in archive.infolist():
                    if len(self.members) >= MAX_MEMBERS:
                        self.unread = "archive-too-large"
                        return
                    if not info.is_dir():
                        self._look_at(archive, info, prefix, depth)
        except _BROKEN:
            self.unread = self.unread or "corrupt"

    def _look_at(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, prefix: str, depth: int) -> None:
        path = f"{prefix}{info.filename}"
        if info.flag_bits & 0x1:
            self.encrypted = True
            self.unread = "archive-encrypted"
            self.members.append(ArchiveMember(path, info.file_size))
            return
        try:
            with archive.open(info) as member:
                head = member.read(HEAD)
        except _BROKEN:
            self.unread = self.unread or "corrupt"
            head = b""
        kind = match(head)
        self.members.append(ArchiveMember(path, info.file_size, bool(kind and kind.executable)))
        if kind is not None and kind.extension == "zip":
            self._go_deeper(archive, info, f"{path}/", depth)
        elif kind is not None and kind.is_archive:
            self.unread = self.unread or "archive-format"

    def _go_deeper(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, prefix: str, depth: int) -> None:
        if depth + 1 >= MAX_DEPTH:
            self.unread = self.unread or "archive-too-deep"
            return
        try:
            with archive.open(info) as member:
                content = member.read(self.budget + 1)
        except _BROKEN:
            self.unread = self.unread or "corrupt"
            return
        if len(content) > self.budget:
            self.unread = self.unread or "archive-too-large"
            return
        self.budget -= len(content)
        self.enter(content, prefix, depth + 1)


def list_zip(content: bytes) -> Listing:
    """The members of a ZIP; an Office file is told apart and its parts are not listed as attachments."""
    walk = _Walk()
    walk.enter(content, "", 0)
    names = {member.path for member in walk.members}
    macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    if "[Content_Types].xml" in names:
        for folder, (media_type, extension) in _OFFICE.items():
            if any(name.startswith(folder) for name in names):
                inside = tuple(member for member in walk.members if member.executable)
                return Listing(inside, media_type, extension, False, walk.encrypted, macros, walk.unread)
    if "AndroidManifest.xml" in names or "META-INF/MANIFEST.MF" in names:
        extension = "apk" if "AndroidManifest.xml" in names else "jar"
        return Listing(tuple(walk.members), "application/java-archive", extension, True, unread=walk.unread)
    media_type, extension = _open_document(content, names)
    return Listing(tuple(walk.members), media_type, extension, False, walk.encrypted, macros, walk.unread)


def list_ole2(content: bytes) -> Listing:
    """The kind of an OLE2 file (old Office, installer, password-protected Office) by its stream names."""
    macros = _has_name(content, "_VBA_PROJECT") or _has_name(content, "Macros")
    if _MSI_CLSID in content:
        return Listing((), "application/x-msi", "msi", executable=True)
    for name, media_type, extension in _OLE_NAMES:
        if _has_name(content, name):
            return Listing((), media_type, extension, encrypted=name == "EncryptedPackage", macros=macros)
    return Listing(macros=macros)


def _has_name(content: bytes, name: str) -> bool:
    return name.encode("utf-16-le") in content


def _open_document(content: bytes, names: set[str]) -> tuple[str, str]:
    if "mimetype" not in names or "content.xml" not in names:
        return "", ""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("mimetype") as member:
            media_type = member.read(120).decode("ascii", "replace").strip()
    except _BROKEN:
        return "", ""
    kinds = {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}
    return media_type, kinds.get(media_type.rpartition(".")[2], "odt")
