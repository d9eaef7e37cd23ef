"""Our own message among others on the server, also where the server gave it another Message-ID.

Exchange does so, and keeps the first one in a field of its own. A message is ours by its Message-ID,
by that field, by the identifier we froze into it, or by what its signature covers; never by its words
alone, which two messages may share.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

from client.mime.fields import HeaderBlock, read_header_block
from client.mime.headers import decode_header
from client.mime.parser import parse_message
from client.mime.smime import find_shape
from client.model.outgoing import CORRELATION_FIELD, OutboxEntry, correlation_id
from client.net.session import FetchedHeader, ImapSession

ORIGINAL_ID_FIELD = "X-Microsoft-Original-Message-ID"
NEWEST = 50
"""So many of the newest are looked at where SEARCH finds nothing."""
MOST_HITS = 5
"""A server that names more for an identifier does not search; and no more bodies are fetched."""
_HEAD = 64 * 1024
_EARLIER = timedelta(days=1)
"""The server's clock and this computer's may differ."""


def find_own(
    session: ImapSession, mailbox: bytes, entry: OutboxEntry, raw: Callable[[], bytes]
) -> tuple[int, ...]:
    """UIDs of this message in ``mailbox``, ascending; ``raw`` gives the frozen bytes."""
    wanted = {
        "Message-ID": entry.message_id,
        CORRELATION_FIELD: correlation_id(entry.message_id),
        ORIGINAL_ID_FIELD: entry.message_id,
    }
    for field, value in wanted.items():
        hits = session.find_by_message_id(mailbox, value, field)
        found = [uid for uid in hits[-MOST_HITS:] if is_named(head_of(session, uid), wanted)]
        if found:
            return tuple(found)
    return _among_newest(session, mailbox, entry, raw, wanted)


def signed_digest(raw: bytes) -> str:
    """Hex digest of what is signed and of its signature, or of what is sealed; ``""`` for a plain message."""
    shape = find_shape(raw, parse_message(raw))
    content = b"\0".join((shape.signed_entity, shape.signature_der, shape.envelope_der))
    return hashlib.sha256(content).hexdigest() if len(content) > 2 else ""


def is_named(block: HeaderBlock, wanted: dict[str, str]) -> bool:
    """Whether one of the fields ``wanted`` has its value."""
    return any(
        value.encode() == told.strip()
        for field, value in wanted.items()
        for told in block.values(field.lower())
    )


def _among_newest(
    session: ImapSession, mailbox: bytes, entry: OutboxEntry, raw: Callable[[], bytes], wanted: dict[str, str]
) -> tuple[int, ...]:
    session.select(mailbox)
    similar = [one for one in newest(session) if _is_similar(one, entry)][:MOST_HITS]
    if not similar:
        return ()
    digest = signed_digest(raw())
    found = []
    for one in similar:
        copy = session.fetch_body(one.uid)
        if is_named(read_header_block(copy, 0), wanted) or (digest and signed_digest(copy) == digest):
            found.append(one.uid)
    return tuple(sorted(found))


def newest(session: ImapSession) -> list[FetchedHeader]:
    """The `NEWEST` messages of the selected mailbox."""
    found: list[FetchedHeader] = []
    batches = session.fetch_headers(1)
    for batch in batches:
        found += batch
        if len(found) >= NEWEST:
            break
    batches.close()
    return found[:NEWEST]


def _is_similar(one: FetchedHeader, entry: OutboxEntry) -> bool:
    block = read_header_block(one.header, 0)
    if block.first("message-id").strip() == entry.message_id.encode():
        return True
    subject = " ".join(decode_header(block.first("subject")).split())
    return subject == " ".join(entry.subject.split()) and one.internal_date >= entry.created_at - _EARLIER


def head_of(session: ImapSession, uid: int) -> HeaderBlock:
    """The fields of a message of the selected mailbox. Raises what `ImapSession.fetch_body` raises."""
    part = session.fetch_part(uid, 0, _HEAD) if session.quirks.partial_fetch else session.fetch_body(uid)
    return read_header_block(part, 0)
