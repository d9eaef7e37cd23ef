"""What a file really is, told from its bytes; its name only decides where the bytes are silent."""

from __future__ import annotations

import re
from dataclasses import replace

from client.documents.archives import Listing, list_archive, list_ole2, list_zip
from client.documents.magic import Signature, match, second_type
from client.documents.pdf import needs_password
from client.model.filekind import FileKind

__all__ = ["FileKind", "claims_another_type", "sniff"]

_TEXT_TYPES = {
    "txt": "text/plain",
    "csv": "text/csv",
    "html": "text/html",
    "htm": "text/html",
    "md": "text/plain",
    "ics": "text/calendar",
    "xml": "text/xml",
}
_TEXT_SAMPLE = 4096
_ZEROS_OF_WIDE = 0.3
_MARKUP = re.compile(
    r"^(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|script)\b", re.S
)
_SVG = re.compile(r"^(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+svg[^>]*>\s*)?<svg\b", re.S)
_MAIL_FIELD = re.compile(rb"^([A-Za-z][A-Za-z-]{1,40}):[ \t]", re.M)
_MAIL_SURE = frozenset({b"received", b"mime-version", b"message-id", b"return-path", b"dkim-signature"})

_FAMILIES: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split())
    for names in (
        "pdf",
        "docx docm dotx dotm",
        "xlsx xlsm xltx xltm xlam xlsb",
        "pptx pptm potx ppsx ppsm potm",
        "doc dot wps",
        "xls xlt xla et",
        "ppt pps pot dps",
        "odt ott",
        "ods ots",
        "odp otp",
        "rtf",
        "jpg jpeg jpe jfif",
        "png",
        "gif",
        "tif tiff",
        "bmp",
        "webp",
        "heic heif avif",
        "zip",
        "rar",
        "7z",
        "gz tgz",
        "tar",
        "html htm xhtml mht mhtml hta",
        "txt csv log md text ini json xml ics vcf tsv eml",
        "exe dll scr com cpl sys ocx",
        "msi msp",
        "lnk",
        "iso img",
        "jar",
        "apk",
        "mp3",
        "mp4 m4a m4v mov",
        "wav",
        "avi",
        "msg",
    )
)
_FAMILY_OF = {name: family for family in _FAMILIES for name in family}
_UNMARKED = _FAMILY_OF["txt"] | _FAMILY_OF["html"] | {"mp3", "com", "sys", "tar", "iso", "img", "dot", "wps"}
_MAY_BE_DOC = frozenset({"rtf", "docx"})
"""What offices save under ``.doc`` without meaning any harm, and Word opens; HTML and text as well."""


def sniff(content: bytes, name: str) -> FileKind:
    """The kind of ``content``; never raises, a broken container says so in ``unread``."""
    found = match(content)
    if found is None:
        return _with_second(_by_name(content, name), content, None)
    if found.extension == "zip":
        return _with_second(_of_listing(list_zip(content), found), content, found)
    if found.extension == "ole2":
        return _with_second(_of_listing(list_ole2(content), found), content, found)
    if found.is_archive:
        return _with_second(_of_listing(list_archive(content, found.extension), found), content, found)
    encrypted = found.extension == "pdf" and b"/Encrypt" in content and needs_password(content)
    kind = FileKind(found.media_type, found.extension, found.executable, encrypted=encrypted)
    return _with_second(kind, content, found)


def claims_another_type(kind: FileKind, name: str) -> bool:
    """Whether the name's extension says the file is of another type than its bytes are.

    Only where both are types known here; text under any name of a text file is no contradiction.
    """
    claimed = name.rpartition(".")[2].strip().lower() if "." in name else ""
    claimed_family, family = _FAMILY_OF.get(claimed), _FAMILY_OF.get(kind.extension)
    if claimed_family is None:
        return False
    if kind.media_type.startswith("text/"):
        family = _FAMILY_OF["html" if kind.media_type == "text/html" else "txt"]
        return claimed_family not in (family, _FAMILY_OF["txt"]) and claimed != "doc"
    if claimed == "doc" and kind.extension in _MAY_BE_DOC:
        return False
    if kind.media_type == "application/octet-stream":
        # The bytes say nothing: only types that always have a mark are contradicted.
        return claimed not in _UNMARKED
    return family != claimed_family


def _with_second(kind: FileKind, content: bytes, found: Signature | None) -> FileKind:
    other = second_type(content, found)
    if other != "zip":
        return replace(kind, second_type=other)
    if kind.members or kind.extension in ("docx", "xlsx", "pptx", "odt", "ods", "odp", "jar", "apk"):
        return kind
    # Whoever opens it as an archive gets these files.
    inside = list_zip(content)
    return replace(
        kind, second_type=other, members=inside.members, member_count=inside.count, macros=inside.macros
    )


def _of_listing(listing: Listing, found: Signature) -> FileKind:
    return FileKind(
        listing.media_type or found.media_type,
        listing.extension or found.extension,
        executable=listing.executable,
        members=listing.members,
        encrypted=listing.encrypted,
        macros=listing.macros,
        unread=listing.unread,
        member_count=listing.count,
    )


def _by_name(content: bytes, name: str) -> FileKind:
    extension = name.rpartition(".")[2].strip().lower() if "." in name else ""
    if not _looks_like_text(content):
        return FileKind("application/octet-stream", extension)
    head = content[:_TEXT_SAMPLE].lstrip(b"\xef\xbb\xbf \r\n\t").decode("utf-8", "replace").lower()
    if _SVG.match(head):
        return FileKind("image/svg+xml", "svg")
    if _MARKUP.match(head):
        return FileKind("text/html", extension if extension in {"html", "htm", "hta"} else "html")
    if _is_mail(content[:_TEXT_SAMPLE]):
        return FileKind("message/rfc822", "eml")
    return FileKind(_TEXT_TYPES.get(extension, "text/plain"), extension or "txt")


def _is_mail(head: bytes) -> bool:
    """A message with the fields every transport leaves; a text that quotes a few lines of one is none."""
    fields = {
        name.lower() for name in _MAIL_FIELD.findall(head.partition(b"\r\n\r\n")[0].partition(b"\n\n")[0])
    }
    return b"from" in fields and bool(fields & _MAIL_SURE) and bool(_MAIL_FIELD.match(head))


def _looks_like_text(content: bytes) -> bool:
    sample = content[:_TEXT_SAMPLE]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if not any(byte < 9 or 13 < byte < 27 for byte in sample):
        return True
    return any(_reads_as(sample, codec) for codec in ("utf-16-le", "utf-16-be"))


def _reads_as(sample: bytes, codec: str) -> bool:
    """UTF-16 without a mark: every second byte is often zero, and every unit a letter of ours."""
    high = sample[1::2] if codec == "utf-16-le" else sample[::2]
    if high.count(0) < _ZEROS_OF_WIDE * len(high):
        return False
    text = sample[: len(sample) // 2 * 2].decode(codec, "replace")
    return all(char.isprintable() or char in "\r\n\t\f" for char in text)
