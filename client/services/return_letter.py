"""Letters to the sender that follow from a judgement: the document goes back, or its receipt is confirmed.

Runs in the workshop: number, date and abstract are read from the received document itself. Art. 21 (2)
of Decree 30/2020 has the receiving office return what is not authentic or not intact, and confirm
receipt of what is (b, c). The document is named by its number and digest; it is not sent along again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from client.config.catalogue import Catalogue
from client.config.verdict_words import verdict_texts
from client.documents.reading import read_file
from client.mime.parser import attachments, parse_message, part_content
from client.model.account import MailboxKind
from client.model.document import AdministrativeDocument
from client.model.evidence import digest_of
from client.model.message import BodyPart, ParsedMessage
from client.model.outgoing import Draft
from client.model.returning import LetterKind, return_reason
from client.model.text import printable
from client.model.verdict import VerificationReport
from client.services.report_content import VIETNAM
from client.services.requests import LetterOrder

_LONGEST = 200
_MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class _Subject:
    """What the letter is about."""

    parsed: ParsedMessage
    sha256: str
    """Of the message."""
    name: str = ""
    file_sha256: str = ""
    document: AdministrativeDocument | None = None

    @property
    def number(self) -> str:
        document = self.document
        return printable(document.number_and_symbol) if document is not None else ""


def write_letter(
    raw: bytes, report: VerificationReport, order: LetterOrder, catalogue: Catalogue
) -> Draft | None:
    """The draft; None where the judgement gives no ground for such a letter."""
    reason = return_reason(report)
    if order.kind is LetterKind.RETURN and reason is None:
        return None
    parsed = parse_message(raw)
    about = _find_subject(raw, parsed, report)
    envelope = parsed.envelope
    words = _Words(catalogue, order, about, _why(report, catalogue), reason.value if reason else "")
    lines = words.returned() if order.kind is LetterKind.RETURN else words.acknowledged()
    return replace(
        order.empty,
        # To the sender alone: Reply-To of a letter that is not what it seems is anybody's choice.
        to=tuple(envelope.from_),
        subject=words(f"{order.kind.value}-subject", what=_what(about, words)),
        body="\n\n".join(lines) + order.empty.body,
        in_reply_to=envelope.message_id,
        references=(*envelope.references, envelope.message_id) if envelope.message_id else (),
        about_sha256=about.sha256,
        return_reason=words.code,
    )


def _find_subject(raw: bytes, parsed: ParsedMessage, report: VerificationReport) -> _Subject:
    """The document the worst verdict is on, else the first file; the message where there is none."""
    bare = _Subject(parsed, digest_of(raw))
    files = attachments(parsed)
    worst = [one.section for one in report.signatures if one.display is report.display and one.section]
    chosen = next((part for part in files if part.section in worst), None) or next(iter(files), None)
    if chosen is None:
        return bare
    content = part_content(raw, chosen)
    document = next((one.document for one in read_file(content, _name(chosen)) if one.document), None)
    return replace(bare, name=_name(chosen), file_sha256=digest_of(content), document=document)


def _name(part: BodyPart) -> str:
    return printable(part.original_filename or part.filename or part.section)[:_LONGEST]


def _what(about: _Subject, words: _Words) -> str:
    if about.number:
        return words("numbered", number=about.number)
    return words("of-day", date=words.date(about.parsed.envelope.date))


def _why(report: VerificationReport, catalogue: Catalogue) -> str:
    worst = [one for one in report.signatures if one.display is report.display]
    texts = [catalogue.text("reason", reason.value) for reason in report.reasons]
    texts += [text for one in worst for text in verdict_texts(catalogue, one)]
    said = dict.fromkeys(text.title.rstrip(".") for text in texts)
    return ". ".join(list(said)[:_MOST_REASONS]) + "."


@dataclass(frozen=True, slots=True)
class _Words:
    """The letter line by line."""

    catalogue: Catalogue
    order: LetterOrder
    about: _Subject
    why: str
    code: str

    def __call__(self, key: str, **params: object) -> str:
        return self.catalogue.text("letter", key, **params).title

    def returned(self) -> Iterator[str]:
        office = self._office()
        yield from self._opening(office)
        yield self("result-bad", at=self._moment(self.order.at))
        yield self("reason", mark=self.code, why=self.why)
        yield self("return-basis", office=office)
        yield self("ask")
        yield self("regards")

    def acknowledged(self) -> Iterator[str]:
        yield from self._opening(self._office())
        yield self("result-good", at=self._moment(self.order.at))
        yield self("acknowledge-basis")
        yield self("regards")

    def date(self, moment: datetime | None) -> str:
        return f"{moment.astimezone(VIETNAM):%d/%m/%Y}" if moment is not None else "…"

    def _opening(self, office: str) -> Iterator[str]:
        envelope = self.about.parsed.envelope
        sender = envelope.from_[0] if envelope.from_ else None
        named = printable(sender.display_name or sender.addr_spec)[:_LONGEST] if sender is not None else "…"
        yield self("greeting", sender=named)
        subject = printable(envelope.subject)[:_LONGEST]
        yield self("received", office=office, date=self.date(envelope.date), subject=subject)
        yield "\n".join(self._naming())

    def _naming(self) -> Iterator[str]:
        document = self.about.document
        if self.about.number and document is not None:
            issued = f"{document.issued_on:%d/%m/%Y}" if document.issued_on is not None else "…"
            yield self("document", number=self.about.number, issued=issued)
            if document.abstract:
                yield self("abstract", abstract=printable(document.abstract)[:_LONGEST])
        if self.about.name:
            yield self("file", name=self.about.name, sha256=self.about.file_sha256)
        message_id = printable(self.about.parsed.envelope.message_id)[:_LONGEST]
        yield self("message", message_id=message_id, sha256=self.about.sha256)

    def _office(self) -> str:
        identity = self.order.account.identity
        agency = identity.kind is MailboxKind.AGENCY
        return identity.unit or (identity.address.display_name if agency else "") or self("we")

    def _moment(self, moment: datetime) -> str:
        return f"{moment.astimezone(VIETNAM):%H:%M} {self.date(moment)}"
