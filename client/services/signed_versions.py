"""The document a signature was set under, exactly as its signer left it; runs in the workshop."""

from __future__ import annotations

from functools import lru_cache

from client.crypto.mail_layers import shown_entity
from client.errors import MalformedDocument
from client.mime.view import attachment_content
from client.model.at_rest import Readable


def document(path: Readable, section: str = "") -> bytes:
    """The file in ``path``, or the part ``section`` of the message in it; the last one is remembered.

    A part of an attached message is named ``2/3``: its own section after that of the message.

    Raises `MalformedDocument` where there is none.
    """
    try:
        found = path.stat()
        return _document(path, section, found.st_mtime_ns, found.st_size)
    except OSError as error:
        raise MalformedDocument(name=path.name, reason="file-gone") from error


def signed_version(path: Readable, section: str, length: int) -> bytes:
    """The first ``length`` bytes: `SignatureVerdict.revision_bytes` tells how many a signer left."""
    whole = document(path, section)
    if not 0 < length <= len(whole):
        raise MalformedDocument(name=path.name, reason="no-signed-version")
    return whole[:length]


@lru_cache(maxsize=1)
def _document(path: Readable, section: str, changed: int, size: int) -> bytes:
    raw = path.read_bytes()
    if not section:
        return raw
    content = raw
    for step in section.split("/"):
        # What a reader sees, and what was judged: the inside of an opaque message.
        found = attachment_content(shown_entity(content) or content, step)
        if found is None:
            raise MalformedDocument(name=path.name, reason="no-such-part")
        content = found
    return content
