"""Reads the components of an administrative document (Decree 30/2020/NĐ-CP, Art. 8) out of its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from client.documents.closing import archive_line, read_addressees, read_distribution, read_signatory
from client.documents.columns import MOTTO, NATIONAL_TITLE, body_lines, left_column
from client.documents.heading import (
    SUBJECT_LINE,
    TYPE_NAMES,
    read_abstract,
    read_bodies,
    read_date,
    read_subject_line,
    read_type,
)
from client.documents.markings import (
    CIRCULATION,
    DRAFT,
    SECRECY,
    URGENCY,
    annexes,
    find_copy,
    find_marking,
    main_part,
)
from client.documents.numbering import find_number_line, number_as_written, scheme_of, split_number, type_of
from client.model.document import AdministrativeDocument, DocumentText, Place, TextLine
from client.model.wording import squeeze

__all__ = ["TYPE_NAMES", "read_document"]

_HEAD_LINES = 40
_STAMP_PARTS = frozenset({"", "text-box", "header", "footer"})


def read_document(text: DocumentText) -> AdministrativeDocument:
    """What could be recognised; a field that was not stays empty.

    `AdministrativeDocument.places` tells where each field stands. Annexes and texts the document
    promulgates are not asked for its number, date or signer.
    """
    every = body_lines(text.lines)
    main = main_part(every)
    first = [line for line in main if line.page == 1]
    reading = _Reading(main, first, _stamp_lines(text))
    document = AdministrativeDocument(annexes=annexes(every))
    for read in (reading.head, reading.type_and_abstract, reading.foot, reading.markings):
        document = read(document)
    places = tuple((field, _place(line)) for field, line in reading.found.items())
    return replace(document, places=places)


def _stamp_lines(text: DocumentText) -> list[TextLine]:
    """Lines of page 1 a stamp may stand on: Word keeps stamps in headers and text boxes."""
    first = (line for line in text.lines if line.page == 1 and line.part in _STAMP_PARTS)
    return [
        TextLine(line.page, squeeze(line.text), line.top, line.left, line.right, line.bottom)
        for line in first
    ]


def _place(line: TextLine) -> Place:
    return Place(line.page, line.top, line.left, line.right, line.bottom)


class _Reading:
    """The parts of one document, read in turn; notes the line of whatever it finds."""

    def __init__(
        self, main: Sequence[TextLine], first: Sequence[TextLine], stamps: Sequence[TextLine]
    ) -> None:
        self._main = main
        self._first = first
        self._stamps = stamps
        self._head = first[:_HEAD_LINES]
        self._left = left_column(self._head)
        self._number = ""
        self._draft = False
        self.found: dict[str, TextLine] = {}

    def _note(self, field: str, line: TextLine | None) -> None:
        if line is not None:
            self.found[field] = line

    def head(self, document: AdministrativeDocument) -> AdministrativeDocument:
        """Bodies, number, place and date."""
        texts = [line.text for line in self._left]
        self._number, line = find_number_line(texts)
        written, written_line = number_as_written(texts)
        number, symbol = split_number(self._number)
        superior, body, body_line = read_bodies(self._left)
        issued_on, date_text, place, date_line = read_date(self._head)
        whole = " ".join(one.text for one in self._first)
        self._draft = bool(written and not self._number) or bool(date_text and issued_on is None)
        self._note("number", self._left[line] if line >= 0 else None)
        self._note("number_as_written", self._left[written_line] if written_line >= 0 else None)
        self._note("issuing_body", body_line)
        self._note("issued_on", date_line)
        return replace(
            document,
            superior_body=superior,
            issuing_body=body,
            number=number if symbol else "",
            symbol=symbol,
            number_as_written=written,
            numbering=scheme_of(self._number),
            symbol_type=type_of(self._number),
            place_of_issue=place,
            issued_on=issued_on,
            date_as_written=date_text,
            has_national_title=bool(NATIONAL_TITLE.search(whole) and MOTTO.search(whole)),
        )

    def type_and_abstract(self, document: AdministrativeDocument) -> AdministrativeDocument:
        """Type by its heading or its symbol; what it is about."""
        name, line, beside = read_type(self._head)
        subject, subject_line = read_subject_line(self._left)
        heading = TYPE_NAMES.get(name, "")
        abstract, abstract_line = read_abstract(self._head, line, beside) if name else (subject, subject_line)
        self._note("document_type", self._head[line] if name else self.found.get("number"))
        self._note("abstract", abstract_line)
        return replace(
            document,
            type_name=name,
            heading_type=heading,
            document_type=heading or self._type_without_heading(subject),
            abstract=abstract,
            has_subject_line=any(SUBJECT_LINE.match(one.text) for one in self._first),
        )

    def _type_without_heading(self, subject: str) -> str:
        by_symbol = type_of(self._number)
        return by_symbol or ("CV" if subject and read_addressees(self._first)[0] else "")

    def foot(self, document: AdministrativeDocument) -> AdministrativeDocument:
        """Addressees, list of recipients, signer."""
        addressees, addressee_line = read_addressees(self._first)
        entries, entries_line = read_distribution(self._main)
        signatory = read_signatory(self._main)
        self._note("addressee", addressee_line)
        self._note("distribution", entries_line)
        self._note("signatory_title", signatory.title_line)
        self._note("signatory_name", signatory.name_line)
        return replace(
            document,
            addressee="; ".join(addressees),
            addressees=addressees,
            distribution=entries,
            has_distribution=entries_line is not None,
            archive_line=archive_line(entries),
            signatory_title=signatory.title,
            signatory_capacity=signatory.capacity,
            signatory_position=signatory.position,
            signatory_name=signatory.name,
        )

    def markings(self, document: AdministrativeDocument) -> AdministrativeDocument:
        """Stamps on a line of their own, on page 1; a copy's heading may be on the last page."""
        secrecy, secrecy_line = find_marking(SECRECY, self._stamps)
        urgency, urgency_line = find_marking(URGENCY, self._stamps)
        circulation, circulation_line = find_marking(CIRCULATION, self._stamps)
        copy, copy_line = find_copy(self._main)
        self._note("secrecy_marking", secrecy_line)
        self._note("urgency_marking", urgency_line)
        self._note("circulation_marking", circulation_line)
        self._note("copy_type", copy_line)
        return replace(
            document,
            secrecy_marking=secrecy,
            urgency_marking=urgency,
            circulation_marking=circulation,
            copy_type=copy,
            is_draft=self._draft or any(DRAFT.match(line.text) for line in self._stamps),
        )
