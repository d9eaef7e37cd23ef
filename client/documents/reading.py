"""A file and all that lies in it, read: its kind, its text, its fields; in archives and messages too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from client.documents.archives import MAX_NESTED_BYTES, Unpacked, unpack_documents
from client.documents.fields import read_document
from client.documents.magic import match
from client.documents.sniff import sniff
from client.documents.text import has_text, read_text
from client.errors import DocumentEncrypted, MalformedDocument
from client.model.document import AdministrativeDocument, DocumentText
from client.model.filekind import FileKind

MAX_FILES = 200
"""Documents read inside one attachment; that there are more is said."""
MAX_NESTED_MESSAGES = 5

OpenMessage = Callable[[bytes], "tuple[str, Sequence[tuple[str, bytes]]] | None"]
"""From a message's bytes its words (subject and text) and its attachments; None for one cut short."""

_ARCHIVES = frozenset({"zip", "tar", "gz", "bz2", "xz", "7z", "rar"})
_NO_TEXT = ("image/", "audio/", "video/", "font/")
_WORDLESS = ("thumbs.db", "desktop.ini", ".ds_store")
"""What file managers leave behind."""
_MESSAGE = "message/rfc822"
_PLAIN = FileKind("text/plain", "txt")


@dataclass(frozen=True, slots=True)
class ReadFile:
    """One file, as far as it could be read."""

    path: str
    """Its name; of a file in an archive or message the names from the outside in, joined by ``/``."""
    content: bytes
    kind: FileKind
    text: DocumentText | None = None
    document: AdministrativeDocument | None = None
    unread: tuple[str, ...] = ()
    """Codes of what could not be read; empty when all there is to read was read."""
    in_message: bool = False
    """It lies in a message that is attached whole: somebody else sent it once."""


def read_file(content: bytes, name: str, open_message: OpenMessage | None = None) -> tuple[ReadFile, ...]:
    """The file first, then what lies in it, outer before inner. Never raises.

    Without ``open_message`` a message is reported as not read.
    """
    return tuple(_Tree(open_message).read(content, name, depth=0, in_message=False))


class _Tree:
    """One attachment with all that lies in it, on a common budget."""

    def __init__(self, open_message: OpenMessage | None) -> None:
        self._open_message = open_message
        self._files = MAX_FILES
        self._bytes = MAX_NESTED_BYTES

    def read(self, content: bytes, name: str, depth: int, in_message: bool) -> Iterator[ReadFile]:
        """The file, then its inside; ``depth`` counts messages around it."""
        kind = sniff(content, name)
        if kind.media_type == _MESSAGE or name.lower().endswith(".eml"):
            yield from self._message(content, name, kind, depth)
        elif kind.extension in _ARCHIVES or kind.second_type == "zip":
            yield from self._archive(content, name, kind, depth, in_message)
        else:
            yield _read_one(content, name, kind, in_message)

    def _archive(
        self, content: bytes, name: str, kind: FileKind, depth: int, in_message: bool
    ) -> Iterator[ReadFile]:
        wanted = 0

        def keep(path: str, head: bytes) -> bool:
            nonlocal wanted
            has_words = _may_have_words(path, head)
            wanted += has_words
            return has_words and wanted <= self._files

        extension = "zip" if kind.second_type == "zip" else kind.extension
        members, unread = unpack_documents(content, extension, keep, self._bytes)
        own = _read_one(content, name, kind, in_message)
        codes = (
            *(own.unread if kind.second_type else ()),
            kind.unread,
            unread,
            "archive-too-large" if wanted > self._files else "",
        )
        yield replace(own, unread=tuple(dict.fromkeys(code for code in codes if code)))
        self._files -= len(members)
        self._bytes -= sum(len(member.content) for member in members)
        for member in members:
            yield from self._member(member, f"{name}/{member.path}", depth, in_message)

    def _member(self, member: Unpacked, path: str, depth: int, in_message: bool) -> Iterator[ReadFile]:
        if member.unread:
            yield ReadFile(path, b"", FileKind("", ""), unread=(member.unread,), in_message=in_message)
            return
        kind = sniff(member.content, path)
        if kind.media_type == _MESSAGE or path.lower().endswith(".eml"):
            yield from self._message(member.content, path, kind, depth)
        else:
            yield _read_one(member.content, path, kind, in_message)

    def _message(self, content: bytes, name: str, kind: FileKind, depth: int) -> Iterator[ReadFile]:
        allowed = self._open_message is not None and depth < MAX_NESTED_MESSAGES
        opened = self._open_message(content) if self._open_message and allowed else None
        if opened is None:
            yield ReadFile(name, content, kind, unread=("incomplete",), in_message=depth > 0)
            return
        words, attachments = opened
        text = read_text(words.encode("utf-8", "replace"), _PLAIN)
        taken = attachments[: max(0, self._files)]
        self._files -= len(taken)
        left_out = ("archive-too-large",) if len(taken) < len(attachments) else ()
        yield ReadFile(name, content, kind, text, unread=(*text.unread, *left_out), in_message=depth > 0)
        for inner, data in taken:
            for found in self.read(data, inner, depth + 1, in_message=True):
                yield replace(found, path=f"{name}/{found.path}")


def _read_one(content: bytes, name: str, kind: FileKind, in_message: bool) -> ReadFile:
    bare = ReadFile(name, content, kind, in_message=in_message)
    if not has_text(kind):
        return replace(bare, unread=_why_silent(kind))
    try:
        text = read_text(content, kind)
    except DocumentEncrypted:
        return replace(bare, unread=("encrypted",))
    except MalformedDocument as error:
        return replace(bare, unread=(str(error.params.get("reason", "corrupt")),))
    # A scan is said once, as a scan, not once more as a file with some scanned pages.
    partly = [code for code in text.unread if not (text.scanned and code == "scanned-pages")]
    codes = dict.fromkeys(("scanned" if text.scanned else "", *partly, kind.unread))
    return replace(
        bare, text=text, document=read_document(text), unread=tuple(code for code in codes if code)
    )


def _why_silent(kind: FileKind) -> tuple[str, ...]:
    """Programs and sound have no words to miss; what a picture shows is unknown."""
    if kind.encrypted and kind.extension not in _ARCHIVES:
        return ("encrypted",)
    if kind.unread:
        return (kind.unread,)
    if kind.media_type.startswith("image/"):
        return ("picture",)
    silent = kind.executable or kind.media_type.startswith(_NO_TEXT) or kind.extension in _ARCHIVES
    return () if silent else ("unsupported-format",)


def _may_have_words(path: str, head: bytes) -> bool:
    """Documents and texts; pictures, sound and programs are listed and need no reading."""
    kind = match(head)
    if kind is not None:
        return not kind.executable and not kind.media_type.startswith(_NO_TEXT)
    return bool(head) and not path.lower().endswith(_WORDLESS)
