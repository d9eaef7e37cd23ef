"""What a file really is, told from its bytes; its name only decides where the bytes are silent."""

from __future__ import annotations

from client.documents.archives import Listing, list_ole2, list_zip
from client.documents.magic import Signature, match
from client.model.filekind import FileKind

__all__ = ["FileKind", "sniff"]

_TEXT_TYPES = {
    "txt": "text/plain",
    "csv": "text/csv",
    "html": "text/html",
    "htm": "text/html",
    "md": "text/plain",
}
_TEXT_SAMPLE = 4096


def sniff(content: bytes, name: str) -> FileKind:
    """The kind of ``content``; never raises, a broken container says so in ``unread``."""
    found = match(content)
    if found is None:
        return _by_name(content, name)
    if found.extension == "zip":
        return _of_listing(list_zip(content), found)
    if found.extension == "ole2":
        return _of_listing(list_ole2(content), found)
    unread = "archive-format" if found.is_archive else ""
    encrypted = found.extension == "pdf" and b"/Encrypt" in content[-4096:]
    return FileKind(found.media_type, found.extension, found.executable, encrypted=encrypted, unread=unread)


def _of_listing(listing: Listing, found: Signature) -> FileKind:
    return FileKind(
        listing.media_type or found.media_type,
        listing.extension or found.extension,
        executable=listing.executable,
        members=listing.members,
        encrypted=listing.encrypted,
        macros=listing.macros,
        unread=listing.unread,
    )


def _by_name(content: bytes, name: str) -> FileKind:
    extension = name.rpartition(".")[2].strip().lower() if "." in name else ""
    if _looks_like_text(content):
        head = content[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
        if head.startswith((b"<!doctype html", b"<html")):
            return FileKind("text/html", extension if extension in {"html", "htm"} else "html")
        return FileKind(_TEXT_TYPES.get(extension, "text/plain"), extension or "txt")
    return FileKind("application/octet-stream", extension)


def _looks_like_text(content: bytes) -> bool:
    sample = content[:_TEXT_SAMPLE]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 9 or 13 < byte < 27 for byte in sample)
