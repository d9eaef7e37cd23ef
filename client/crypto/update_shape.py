"""Whether what was appended to a signed PDF can be read in one way only (ISO 32000-1 section 7.5).

A reader that finds fault with a cross-reference table looks for all objects itself and shows those that
stand last; another one passes over the same fault and shows what was signed. Each of them then draws
another document from one file, so nothing that breaks these rules is let pass as "permitted".
"""

# mypy: disable-error-code="no-untyped-call"
# pyHanko has no types where objects are read.

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import XRefSectionMetaInfo, read_object_header

from client.crypto.pdf_files import PDF_ERRORS

_HEADER = re.compile(rb"(?<![0-9])([0-9]{1,10})[\0\t\n\f\r ]+([0-9]{1,10})[\0\t\n\f\r ]*obj")
_COMMENT = re.compile(rb"%[^\r\n]*")
_BLANKS = b"\0\t\n\x0c\r "
_MOST_BLANKS = 16
"""Between the place a table names and the object; writers are off by a line end at times."""
_TABLE = re.compile(rb"[\r\n]*xref[ ]*(?:\r\n|\r|\n)")
_SUBSECTION = re.compile(rb"([0-9]{1,10}) ([0-9]{1,10})[ ]*(?:\r\n|\r|\n)")
_ENTRIES = re.compile(rb"(?:[0-9]{10} [0-9]{5} [nf](?: \r| \n|\r\n))*")
_TRAILER = re.compile(rb"[\0\t\n\f\r ]*trailer")
_STREAM = re.compile(rb"[\r\n]*[0-9]{1,10} [0-9]{1,5} obj")
_END = re.compile(rb"startxref[\0\t\n\f\r ]+([0-9]{1,20})[\0\t\n\f\r ]+%%EOF")
_ENTRY = 20
_Places = dict[tuple[int, int], list[int]]


@dataclass(slots=True)
class UpdateShapes:
    """The updates of one document, each looked at once for all its signatures."""

    _regular: dict[int, bool] = field(default_factory=dict)
    _objects: list[tuple[int, int]] | None = None
    """Where something looks like an object, and the newest revision that lists it there; -1 for none."""

    def alike(self, reader: PdfFileReader, pdf: bytes, revision: int, signed_length: int) -> bool:
        """Whether every reader finds the same objects in the updates after ``revision``.

        ``signed_length`` bytes of ``pdf`` are signed. What cannot be read does not read alike.
        """
        try:
            last = int(reader.xrefs.total_revisions) - 1
            later = range(revision + 1, last + 1)
            if later and not _ends_with(pdf, reader.xrefs.get_startxref_for_revision(last)):
                return False
            if not all(self._is_regular(reader, pdf, one) for one in later):
                return False
            if self._objects is None:
                self._objects = list(_objects(reader, pdf))
            # What stands behind the signed bytes and is in no later table is there to be found by others.
            return all(start < signed_length or newest > revision for start, newest in self._objects)
        except PDF_ERRORS:
            return False

    def _is_regular(self, reader: PdfFileReader, pdf: bytes, revision: int) -> bool:
        if revision not in self._regular:
            with _strictly(reader):
                self._regular[revision] = _regular(reader, pdf, revision)
        return self._regular[revision]


@contextmanager
def _strictly(reader: PdfFileReader) -> Iterator[None]:
    """A dictionary that says one thing twice is an error here: readers take the first or the last."""
    before = reader.strict
    reader.strict = True
    try:
        yield
    finally:
        reader.strict = before


def _ends_with(pdf: bytes, start: int) -> bool:
    """Whether the last pointer of the file is the one that was followed."""
    found = _END.match(pdf, max(pdf.rfind(b"startxref"), 0))
    return found is not None and int(found[1]) == start


def _regular(reader: PdfFileReader, pdf: bytes, revision: int) -> bool:
    section: XRefSectionMetaInfo = reader.xrefs.get_xref_container_info(revision)
    before = (reader.xrefs.get_xref_container_info(one).size for one in range(revision))
    if not max(before, default=0) <= section.size <= len(pdf):
        # What lies beyond its size is missing to one reader (section 7.5.5) and there to another.
        return False
    if pdf.startswith(b"xref", _first_letter(pdf, section.declared_startxref)):
        trailer = _after_table(reader, pdf, section)
    elif _STREAM.match(pdf, section.declared_startxref) and section.stream_ref is not None:
        reader.stream.seek(section.declared_startxref)
        read_object_header(reader.stream, strict=True)
        trailer = generic.StreamObject.read_from_stream(reader.stream, section.stream_ref)
    else:
        return False
    for ref in reader.xrefs.explicit_refs_in_revision(revision):
        if reader.xrefs.get_historical_ref(ref, revision) is not None:
            reader.get_object(ref, revision=revision, transparent_decrypt=False)
    numbers = (trailer.raw_get(name) for name in ("/Size", "/Prev"))
    return all(type(one) is generic.NumberObject for one in numbers)


def _first_letter(pdf: bytes, at: int) -> int:
    while pdf[at : at + 1] in (b"\r", b"\n"):
        at += 1
    return at


def _after_table(reader: PdfFileReader, pdf: bytes, section: XRefSectionMetaInfo) -> Any:
    """The trailer of a table that is written by the letter (section 7.5.4); ValueError for any other."""
    head = _TABLE.match(pdf, section.declared_startxref)
    at = head.end() if head else -1
    while at >= 0:
        trailer = _TRAILER.match(pdf, at)
        if trailer is not None:
            reader.stream.seek(pdf.index(b"<<", trailer.end()))
            return generic.DictionaryObject.read_from_stream(reader.stream, generic.TrailerReference(reader))
        part = _SUBSECTION.match(pdf, at)
        size = int(part[2]) * _ENTRY if part else -1
        at = part.end() + size if part else -1
        if part is None or _ENTRIES.fullmatch(pdf, part.end(), min(at, len(pdf))) is None or at > len(pdf):
            break
    raise ValueError


def _objects(reader: PdfFileReader, pdf: bytes) -> Iterator[tuple[int, int]]:
    tables = [_listed(reader, one) for one in range(int(reader.xrefs.total_revisions))]
    listing: dict[tuple[int, int], list[tuple[int, list[int]]]] = {}
    for revision in reversed(range(len(tables))):
        for named, places in tables[revision].items():
            listing.setdefault(named, []).append((revision, places))
    for start, named in _headers(pdf):
        newest = (one for one, places in listing.get(named, ()) if _stands_at(pdf, start, places))
        yield start, next(newest, -1)


def _headers(pdf: bytes) -> Iterator[tuple[int, tuple[int, int]]]:
    """Everything that looks like the beginning of an object, also with comments between its words."""
    for text in (pdf, _COMMENT.sub(lambda found: b" " * len(found.group()), pdf)):
        for found in _HEADER.finditer(text):
            yield found.start(), (int(found[1]), int(found[2]))


def _stands_at(pdf: bytes, start: int, places: Iterable[int]) -> bool:
    return any(0 <= start - place <= _MOST_BLANKS and not pdf[place:start].strip(_BLANKS) for place in places)


def _listed(reader: PdfFileReader, revision: int) -> _Places:
    """Where an update says that its objects stand; a table that is a stream stands where it was found."""
    found: _Places = {}
    for ref in reader.xrefs.explicit_refs_in_revision(revision):
        place = reader.xrefs.get_historical_ref(ref, revision)
        if isinstance(place, int):
            found.setdefault((ref.idnum, ref.generation), []).append(place)
    hybrid = reader.xrefs.get_xref_data(revision).hybrid
    section = hybrid.meta_info if hybrid is not None else reader.xrefs.get_xref_container_info(revision)
    table = section.stream_ref
    if table is not None:
        found.setdefault((table.idnum, table.generation), []).append(section.declared_startxref)
    return found
