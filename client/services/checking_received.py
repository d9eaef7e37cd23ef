"""A received message before the rules: its documents, and what answering it has to mind.

Runs in the workshop.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from client.errors import ClientError
from client.mime import parser
from client.mime.smime import ShapeKind, find_shape
from client.mime.splitting import why_unusable
from client.model.account import Identity
from client.model.at_rest import Readable
from client.model.finding import CheckReport
from client.model.message import ParsedMessage
from client.rules.context import CheckContext, SourceMessage, Surroundings
from client.rules.engine import ALL_RULES, run_rules
from client.services.check_orders import CheckOrder, Reading, ReadingOrder
from client.services.checking import check_draft, message_context
from client.services.checking_reading import Depth
from client.services.registering import arrived, entries_of
from client.services.trust_files import read_demand

_ASKED = frozenset({"state-secret-marking"})
_SECRECY = tuple(rule for rule in ALL_RULES if rule.code in _ASKED)


def check_order(order: CheckOrder) -> CheckReport:
    """The draft's report, with the message it answers in view."""
    recent = order.recent
    around = Surroundings(
        recent_external=recent.recipients,
        recent_messages=recent.messages,
        source=_source(order),
        sent=order.sent,
        listed=order.listed,
    )
    return check_draft(
        order.draft,
        order.identity,
        order.policy,
        order.now,
        read_demand(order.sources, order.now),
        around=around,
        digests=order.digests,
    )


def read_received(order: ReadingOrder) -> Reading:
    """The documents of a received message. One that cannot be read to its end has none that are known."""
    raw = order.path.read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    parsed = parser.parse_message(raw)
    if why_unusable(parsed):
        return Reading(digest, parsed.envelope.message_id)
    context = _context(raw, parsed, order, Depth.WORDS)
    if run_rules(context, order.policy, _SECRECY).holds_secret:
        return Reading(digest, parsed.envelope.message_id, holds_secret=True)
    entries = arrived(entries_of(context.attachments, order.policy), order.came)
    return Reading(digest, parsed.envelope.message_id, entries)


def _context(raw: bytes, parsed: ParsedMessage, order: ReadingOrder, depth: Depth) -> CheckContext:
    identity = Identity(parsed.envelope.from_[0])
    demand = read_demand(order.sources, order.now)
    # Other letters wait for this one: what takes seconds a page is not begun for merely opening it.
    return message_context(raw, parsed, demand, identity, order.now, depth=depth)


def _source(order: CheckOrder) -> SourceMessage | None:
    if order.original is None:
        return None
    try:
        modified = order.original.stat().st_mtime_ns
    except OSError:
        return None  # the mailbox was emptied meanwhile
    known = _known_sources()
    key = (order.original, modified)
    if key not in known:
        if len(known) > _MOST_SOURCES:
            known.clear()
        known[key] = _read_source(ReadingOrder(order.original, order.policy, order.sources, order.now))
    return known[key]


_MOST_SOURCES = 32


@lru_cache(maxsize=1)
def _known_sources() -> dict[tuple[Readable, int], SourceMessage | None]:
    """Of this process; a keystroke reads no received message again."""
    return {}


def _read_source(order: ReadingOrder) -> SourceMessage | None:
    try:
        raw = order.path.read_bytes()
        parsed = parser.parse_message(raw)
        if why_unusable(parsed):
            return None
        context = _context(raw, parsed, order, Depth.SIGNATURES)
    except (OSError, ClientError):
        return None
    envelope = parsed.envelope
    people = (*envelope.from_, *envelope.reply_to, *envelope.to, *envelope.cc)
    documents = [one.document for one in context.attachments if one.document is not None]
    whole = find_shape(raw, parsed).kind in {ShapeKind.DETACHED, ShapeKind.OPAQUE}
    return SourceMessage(
        addresses=tuple(dict.fromkeys(one.addr_spec for one in people)),
        is_signed=whole or any(one.signatures for one in context.attachments),
        is_internal=any(one.circulation_marking for one in documents),
        holds_secret=run_rules(context, order.policy, _SECRECY).holds_secret,
    )
