"""Message identifiers as numbers, for joining messages into conversations."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

MOST_REFERENCES = 50


def link_of(message_id: str) -> int:
    """A number for an identifier, the same everywhere; 0 is never one."""
    digest = hashlib.blake2b(message_id.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest) >> 1 or 1


def links_of(message_id: str, references: Iterable[str]) -> frozenset[int]:
    """The numbers of a message's own identifier and of those it answers; the newest ones of very many."""
    known = [one for one in references if one][-MOST_REFERENCES:]
    return frozenset(map(link_of, [*known, *([message_id] if message_id else [])]))
