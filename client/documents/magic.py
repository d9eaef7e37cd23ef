"""The first bytes of the file types that matter here."""

from __future__ import annotations

import re
from dataclasses import dataclass

HEAD = 512
"""Bytes `match` needs to know a type, except for a disk image's mark at 32 kB."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A file type known by its bytes."""

    media_type: str
    extension: str
    executable: bool = False
    is_archive: bool = False
    """Holds other files that are not looked at: it cannot be called harmless."""


_PROGRAM = "application/x-executable"
_PREFIXES: tuple[tuple[bytes, Signature], ...] = (
    (b"PK\x03\x04", Signature("application/zip", "zip")),
    (b"PK\x05\x06", Signature("application/zip", "zip")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Signature("application/x-ole-storage", "ole2")),
    (b"{\\rtf", Signature("application/rtf", "rtf")),
    (b"\x7fELF", Signature(_PROGRAM, "elf", executable=True)),
    (b"\xca\xfe\xba\xbe", Signature("application/java-vm", "class", executable=True)),
    (b"\xfe\xed\xfa\xce", Signature(_PROGRAM, "macho", executable=True)),
    (b"\xfe\xed\xfa\xcf", Signature(_PROGRAM, "macho", executable=True)),
    (b"\xce\xfa\xed\xfe", Signature(_PROGRAM, "macho", executable=True)),
    (b"\xcf\xfa\xed\xfe", Signature(_PROGRAM, "macho", executable=True)),
    (b"dex\n", Signature("application/vnd.android.dex", "dex", executable=True)),
    (b"L\0\0\0\x01\x14\x02\0", Signature("application/x-ms-shortcut", "lnk", executable=True)),
    (b"ITSF", Signature("application/vnd.ms-htmlhelp", "chm", executable=True)),
    (b"conectix", Signature("application/x-vhd", "vhd", executable=True)),
    (b"vhdxfile", Signature("application/x-vhdx", "vhd", executable=True)),
    (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", Signature("application/onenote", "one", executable=True)),
    (b"Rar!\x1a\x07", Signature("application/vnd.rar", "rar", is_archive=True)),
    (b"7z\xbc\xaf\x27\x1c", Signature("application/x-7z-compressed", "7z", is_archive=True)),
    (b"\x1f\x8b", Signature("application/gzip", "gz", is_archive=True)),
    (b"BZh", Signature("application/x-bzip2", "bz2", is_archive=True)),
    (b"\xfd7zXZ\0", Signature("application/x-xz", "xz", is_archive=True)),
    (b"MSCF", Signature("application/vnd.ms-cab-compressed", "cab", is_archive=True)),
    (b"\x89PNG\r\n\x1a\n", Signature("image/png", "png")),
    (b"\xff\xd8\xff", Signature("image/jpeg", "jpg")),
    (b"GIF8", Signature("image/gif", "gif")),
    (b"II*\0", Signature("image/tiff", "tif")),
    (b"MM\0*", Signature("image/tiff", "tif")),
    (b"8BPS", Signature("image/vnd.adobe.photoshop", "psd")),
    (b"ID3", Signature("audio/mpeg", "mp3")),
    (b"OggS", Signature("audio/ogg", "ogg")),
    (b"\x1aE\xdf\xa3", Signature("video/x-matroska", "mkv")),
    (b"AC10", Signature("image/vnd.dwg", "dwg")),
    (b"\xc5\xd0\xd3\xc6", Signature("application/postscript", "eps")),
    (b"%!PS", Signature("application/postscript", "ps")),
    (b"SQLite format 3\0", Signature("application/vnd.sqlite3", "sqlite")),
    (b"[InternetShortcut]", Signature("application/x-mswinurl", "url", executable=True)),
    (b"Windows Registry Editor", Signature("text/x-registry", "reg", executable=True)),
    (b"REGEDIT4", Signature("text/x-registry", "reg", executable=True)),
    (b"[Desktop Entry]", Signature("application/x-desktop", "desktop", executable=True)),
    (b"x\x9f>\x22", Signature("application/vnd.ms-tnef", "tnef")),
)
_WITHIN_RIFF = {
    b"WEBP": Signature("image/webp", "webp"),
    b"WAVE": Signature("audio/wav", "wav"),
    b"AVI ": Signature("video/x-msvideo", "avi"),
}
_PDF = Signature("application/pdf", "pdf")
_WINDOWS = Signature("application/vnd.microsoft.portable-executable", "exe", executable=True)
_SCRIPT = Signature("text/x-shellscript", "sh", executable=True)
_ISO = Signature("application/x-iso9660-image", "iso", executable=True)
_TAR = Signature("application/x-tar", "tar", is_archive=True)
_SHEBANG = re.compile(rb"(?:\xef\xbb\xbf)?#!\s*/")
_PDF_WITHIN = 1024
_BATCH = re.compile(rb"(?:\xef\xbb\xbf)?\s*@?echo\s+off\b", re.I)
_BATCH_SIGNATURE = Signature("application/x-bat", "bat", executable=True)
_MAY_HOLD_PDF = frozenset({"pdf", "ps", "eps", "zip", "ole2", "sqlite"})
"""A PDF kept in an archive unpacked may begin as early as one of its own."""
_MARKUP = re.compile(rb"<\s*(?:html|script|!doctype|body|iframe|svg)\b", re.I)
_PICTURES = (b"heic", b"heix", b"mif1", b"avif")
_ISO_MARK = 0x8001


def second_type(content: bytes, found: Signature | None) -> str:
    """Extension of another type the same bytes pass for; ``""`` when they are of one type only.

    A file that is two things at once is made to be taken for one and opened as the other.
    """
    own = found.extension if found else ""
    if own not in _MAY_HOLD_PDF and not (found and found.is_archive) and b"%PDF-" in content[:_PDF_WITHIN]:
        return "pdf"
    if own == "pdf" and _MARKUP.search(content[: content.find(b"%PDF-")]):
        return "html"
    if own not in ("zip", "exe") and _ends_as_zip(content):
        return "zip"
    if own not in ("iso", "") and content[_ISO_MARK : _ISO_MARK + 5] == b"CD001":
        return "iso"
    return ""


def _ends_as_zip(content: bytes) -> bool:
    """A ZIP is read from its end: the end record must point at a directory that is there."""
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 66_000))
    if end < 0 or end + 22 > len(content):
        return False
    size = int.from_bytes(content[end + 12 : end + 16], "little")
    return size >= 46 and content[max(0, end - size) : end].startswith(b"PK\x01\x02")


def match(content: bytes) -> Signature | None:
    """The type of ``content``, None where its bytes do not tell."""
    for prefix, signature in _PREFIXES:
        if content.startswith(prefix):
            return signature
    # A DOS header always holds zero bytes; a text that happens to begin with "MZ" does not.
    if content.startswith(b"MZ") and b"\0" in content[:64]:
        return _WINDOWS
    if _SHEBANG.match(content):
        return _SCRIPT
    if _BATCH.match(content):
        return _BATCH_SIGNATURE
    if content.startswith(b"RIFF") or content[4:8] == b"ftyp":
        return _by_brand(content)
    if b"%PDF-" in content[:_PDF_WITHIN]:  # readers accept the header anywhere in the first kB
        return _PDF
    if content[257:262] == b"ustar":
        return _TAR
    if content[_ISO_MARK : _ISO_MARK + 5] == b"CD001":
        return _ISO
    return None


def _by_brand(content: bytes) -> Signature | None:
    """Containers of pictures, sound and films, told apart by their second word."""
    if content.startswith(b"RIFF"):
        return _WITHIN_RIFF.get(content[8:12])
    picture = content[8:12] in _PICTURES
    return Signature("image/heic", "heic") if picture else Signature("video/mp4", "mp4")
