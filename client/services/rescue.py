"""Drafts and unsent messages out of a damaged ledger, as files any mail program opens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from client.errors import MalformedMessage
from client.mime.builder import assemble, build_entity, build_headers
from client.mime.headers import safe_filename
from client.mime.writing import address_field
from client.model.at_rest import AtRest
from client.model.outgoing import Draft, OutboxState
from client.store.atomic import write_atomically
from client.store.rescue import Rescued, rescue_ledger

_SENT = frozenset({OutboxState.SUBMITTED, OutboxState.FILED})
_LONGEST = 60
_SEPARATOR = re.compile(r"[/\\:]")


@dataclass(frozen=True, slots=True)
class Rescue:
    """What was written, and whether that is all there was."""

    files: tuple[Path, ...]
    is_whole: bool


def rescue(
    ledger: Path, folder: Path, clock: Callable[[], datetime], at_rest: AtRest | None = None
) -> Rescue:
    """Write ``.eml`` files into ``folder``; what has been sent is in Sent and is left out.

    Nothing is sent, nothing in the data folder is changed. Raises `StorageFailed`, `StorageFull`,
    `DataKeyMissing`, `DataKeyWrong`.
    """
    found = rescue_ledger(ledger, at_rest)
    files = []
    for name, content in _named(found, clock()):
        write_atomically(folder / name, content, new=True)
        files.append(folder / name)
    return Rescue(tuple(files), found.is_whole)


def _named(found: Rescued, now: datetime) -> Iterator[tuple[str, bytes]]:
    for number, (state, subject, raw) in enumerate(found.messages, 1):
        if state not in _SENT:
            yield _name(f"outbox-{number:03}-{state}", subject), raw
    for number, draft in enumerate(found.drafts, 1):
        yield _name(f"draft-{number:03}", draft.subject), _as_message(draft, now)


def _name(start: str, subject: str) -> str:
    return safe_filename(f"{start} {_SEPARATOR.sub('-', subject[:_LONGEST])}".strip() + ".eml")


def _as_message(draft: Draft, now: datetime) -> bytes:
    hidden = address_field("Bcc", draft.bcc) if draft.bcc else b""
    try:
        return assemble(build_headers(draft, now, hidden), build_entity(draft))
    except MalformedMessage:
        # An address that was not yet whole is no reason to lose the words.
        bare = Draft(draft.draft_id, draft.account_id, draft.message_id, None, subject=draft.subject,
                     body=draft.body, attachments=draft.attachments)  # fmt: skip
        return assemble(build_headers(bare, now), build_entity(bare))
