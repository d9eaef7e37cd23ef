"""Reads what is attached for the rules: kind, words, fields and signatures of every file, nested ones too.

Runs in the workshop. Never raises for what is attached: what cannot be read says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum
from functools import cache

from client.crypto.pades_validation import verify_pdf
from client.documents.fields import read_document
from client.documents.reading import ReadFile, read_file
from client.documents.recognition import Recogniser, find_recogniser, recognise
from client.errors import ClientError
from client.mime import html, parser
from client.model.message import BodyPart, ParsedMessage
from client.model.trust import VerificationDemand
from client.model.verdict import Indication, Reason, SignatureFormat, SignatureVerdict, SubIndication
from client.rules.context import CheckedAttachment
from client.services.checking_cache import Key, ReadCache

_MESSAGE = "message/rfc822"


class Depth(IntEnum):
    """How much of a file is looked at; each costs more than the one before."""

    WORDS = 0
    SIGNATURES = 1
    SCANS = 2
    """Pages that are pictures are recognised too, which may take seconds a page."""


def key_of(digest: str, name: str, media_type: str, depth: Depth = Depth.SCANS) -> Key:
    """What a file that was read is kept under."""
    return (digest, name, media_type, depth.name)


def read_attachment(
    name: str,
    content: bytes,
    media_type: str,
    demand: VerificationDemand,
    cache: ReadCache,
    digest: str = "",
    *,
    depth: Depth = Depth.SCANS,
) -> tuple[CheckedAttachment, ...]:
    """The attachment, followed by all that lies in it; ``digest`` is its SHA-256 where that is known."""
    digest = digest or hashlib.sha256(content).hexdigest()

    def read() -> tuple[CheckedAttachment, ...]:
        # A message that is attached as one need not be named so.
        is_message = media_type == _MESSAGE and not name.lower().endswith(".eml")
        known_as = f"{name}.eml" if is_message else name
        files = read_file(content, known_as, open_message)
        if is_message:
            files = tuple(replace(file, path=name + file.path[len(known_as) :]) for file in files)
        return tuple(
            _checked(file, demand, nested=place > 0, depth=depth) for place, file in enumerate(files)
        )

    return cache.get(key_of(digest, name, media_type, depth), demand, read)


def body_text(raw: bytes, parsed: ParsedMessage) -> str:
    """The words of a message; readers show one of its two forms, a marking must be found in either."""
    plain, rich = parser.body_parts(parsed)
    texts = [parser.part_text(raw, plain)] if plain else []
    if rich:
        rich_text = html.to_text(parser.part_text(raw, rich))
        texts += [] if texts and texts[0].split() == rich_text.split() else [rich_text]
    return "\n".join(texts)


def open_message(content: bytes) -> tuple[str, Sequence[tuple[str, bytes]]] | None:
    """An attached message's words and attachments, None for one that cannot be read to its end."""
    parsed = parser.parse_message(content)
    if parsed.incomplete:
        return None
    words = f"{parsed.envelope.subject}\n{body_text(content, parsed)}" if parsed.headers else ""
    return words, [
        (part_name(part), parser.part_content(content, part)) for part in parser.attachments(parsed)
    ]


def part_name(part: BodyPart) -> str:
    """What people call this part; a message in a message ends in ``.eml``, so that it is read as one."""
    name = part.original_filename or part.filename or part.section
    return f"{name}.eml" if part.content_type == _MESSAGE and not name.lower().endswith(".eml") else name


def _checked(file: ReadFile, demand: VerificationDemand, *, nested: bool, depth: Depth) -> CheckedAttachment:
    text, document, unread = file.text, file.document, file.unread
    is_pdf = file.kind.extension == "pdf"
    is_signable = is_pdf and not file.kind.encrypted
    wanted = depth is Depth.SCANS and is_pdf and text is not None and bool(text.scans)
    if wanted and text is not None and (recogniser := _recogniser()) is not None:
        try:
            text = recognise(file.content, text, recogniser)
        except ClientError:
            pass  # it stays a scan, and is said to be one
        else:
            document = read_document(text)
            unread = tuple(code for code in unread if code not in {"scanned", "scanned-pages"})
            unread += ("scanned",) if text.scanned else text.unread
    return CheckedAttachment(
        name=file.path,
        size=0 if nested else len(file.content),
        kind=file.kind,
        text=text,
        document=document,
        signatures=_signatures(file, demand) if is_signable and depth > Depth.WORDS else (),
        unread=unread,
        forwarded=file.in_message,
        nested=nested,
        sha256=hashlib.sha256(file.content).hexdigest(),
    )


@cache
def _recogniser() -> Recogniser | None:
    """Looked for once: it is a program on this computer."""
    return find_recogniser()


def _signatures(file: ReadFile, demand: VerificationDemand) -> tuple[SignatureVerdict, ...]:
    """The verdicts; a verifier that could not run leaves one that is undecided, never none at all."""
    if file.text is None:
        return ()
    try:
        report = verify_pdf(file.content, demand, name=file.path)
    except ClientError:
        return (_undecided(file.path),)
    if not report.signatures and report.indication is not Indication.NONE:
        return (_undecided(file.path),)
    return report.signatures


def _undecided(name: str) -> SignatureVerdict:
    return SignatureVerdict(
        SignatureFormat.PADES,
        Indication.INDETERMINATE,
        SubIndication.CHECK_NOT_RUN,
        where=name,
        reasons=(Reason.CHECK_NOT_RUN,),
    )
