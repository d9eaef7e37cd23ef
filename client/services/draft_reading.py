"""A message of the drafts mailbox as a draft to go on with; runs in the workshop.

Everything is kept that this program can keep; of HTML the words. What cannot be read whole is refused:
half of it must not take the place of the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from client.errors import MalformedMessage
from client.mime.builder import URGENCY_CODES
from client.mime.headers import decode_header
from client.mime.parser import parse_message
from client.mime.smime import ENVELOPE_TYPES
from client.mime.view import attachment_content, calendar_object
from client.model.address import MailAddress
from client.model.message import MessageView, ParsedMessage
from client.model.outgoing import Draft, DraftAttachment
from client.model.server_draft import COPY_FIELD, DRAFT_FIELD, UNFINISHED_FIELD, ReadDraft
from client.services.reading_bench import shown_bytes
from client.services.safe_view import read_view

_REPLY = re.compile(rb"^METHOD:REPLY\s*$", re.MULTILINE | re.IGNORECASE)
_URGENT = frozenset({"high", "urgent"})


def read_server_draft(raw: bytes, empty: Draft) -> ReadDraft:
    """``raw`` as a draft of ``empty``'s account. Raises `MalformedMessage`."""
    parsed = parse_message(raw)
    if not parsed.headers:
        raise MalformedMessage(reason="no-headers")
    if parsed.incomplete:
        raise MalformedMessage(reason="incomplete")
    content = shown_bytes(raw)
    if parse_message(content).root.content_type in ENVELOPE_TYPES:
        raise MalformedMessage(reason="unsupported-format")  # encrypted, or no signature that can be read
    envelope, fields = parsed.envelope, _fields(parsed)
    unfinished = tuple(MailAddress(value) for name, value in fields if name == UNFINISHED_FIELD.lower())
    told = dict(reversed(fields))  # of several the first counts
    view = read_view(raw, content if content is not raw else b"")
    calendar = _answer(content)
    draft = replace(
        empty,
        to=envelope.to + unfinished,
        cc=envelope.cc,
        bcc=envelope.bcc,
        subject=envelope.subject,
        # A text ends with a line break in a message, and without one in the window.
        body=view.text.removesuffix("\n"),
        attachments=tuple(_attached(content, view, without=("text/calendar",) if calendar else ())),
        in_reply_to=envelope.in_reply_to,
        references=envelope.references,
        urgent=told.get("importance", "").lower() in _URGENT or told.get("x-priority", "")[:1] == "1",
        urgency=_urgency(told.get("x-congthu-urgency", "")),
        want_receipt="disposition-notification-to" in told,
        calendar=calendar,
    )
    return ReadDraft(draft, told.get(COPY_FIELD.lower(), ""), told.get(DRAFT_FIELD.lower(), ""))


def _attached(content: bytes, view: MessageView, without: tuple[str, ...]) -> Iterator[DraftAttachment]:
    """Every file the reading pane lists, the pictures of a page among them."""
    for one in view.attachments:
        if one.media_type not in without:
            yield DraftAttachment(one.name, one.media_type, attachment_content(content, one.section) or b"")


def _answer(content: bytes) -> str:
    """The answer to an invitation, which goes along with the text; another calendar object is a file."""
    found = calendar_object(content, parse_message(content))
    return found.decode("utf-8", "replace") if _REPLY.search(found) else ""


def _fields(parsed: ParsedMessage) -> list[tuple[str, str]]:
    return [(one.name.lower(), decode_header(one.value).strip()) for one in parsed.headers]


def _urgency(code: str) -> str:
    return next((words for words, known in URGENCY_CODES.items() if known == code), "")
