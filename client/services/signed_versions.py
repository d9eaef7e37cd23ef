"""The document a signature was set under, exactly as its signer left it; runs in the workshop."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from client.crypto.cms import signed_content
from client.errors import MalformedDocument
from client.mime.parser import parse_message
from client.mime.smime import ShapeKind, find_shape
from client.mime.view import attachment_content


def document(path: Path, section: str = "") -> bytes:
    """The file in ``path``, or the part ``section`` of the message in it; the last one is remembered.

    Raises `MalformedDocument` where there is none.
    """
    try:
        found = path.stat()
        return _document(path, section, found.st_mtime_ns, found.st_size)
    except OSError as error:
        raise MalformedDocument(name=path.name, reason="file-gone") from error


def signed_version(path: Path, section: str, length: int) -> bytes:
    """The first ``length`` bytes: `SignatureVerdict.revision_bytes` tells how many a signer left."""
    whole = document(path, section)
    if not 0 < length <= len(whole):
        raise MalformedDocument(name=path.name, reason="no-signed-version")
    return whole[:length]


@lru_cache(maxsize=1)
def _document(path: Path, section: str, changed: int, size: int) -> bytes:
    raw = path.read_bytes()
    if not section:
        return raw
    shape = find_shape(raw, parse_message(raw))
    if shape.kind is ShapeKind.OPAQUE:
        # Sections of an opaque message are those of what it wraps: that is what was judged.
        raw = signed_content(shape.signature_der)
    content = attachment_content(raw, section)
    if content is None:
        raise MalformedDocument(name=path.name, reason="no-such-part")
    return content
