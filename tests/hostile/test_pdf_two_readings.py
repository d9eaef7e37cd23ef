"""Updates that one reader passes over and another rebuilds the document from.

Each file here draws the signed page for one reader and another page for the next: PDFium, Poppler and
QPDF were each seen to show the other one. The table we follow permits all of it.
"""
# mypy: disable-error-code="no-untyped-call"
# pyHanko has no types where these files are built.

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from client.crypto.keys import SigningKey
from client.crypto.pades_validation import verify_pdf
from client.model.verdict import Coverage, Display, Indication, Reason, VerificationReport
from tests.fakes.pki import OfficePki
from tests.fakes.tampering import edited, form_pdf, name, sign, stream

Forge = Callable[[bytes], bytes]
OTHER = (
    b"\n4 0 obj\n" + stream(b"BT /F 16 Tf 80 700 Td (Hop dong so 99/2026: phat 9 ty) Tj ET") + b"\nendobj\n"
)
FREE = b"0 1\n0000000000 65535 f \n"


@pytest.fixture(scope="module")
def signed(key: SigningKey) -> bytes:
    return sign(form_pdf(), key)


@pytest.fixture(scope="module")
def shadowed(key: SigningKey) -> bytes:
    """The other page was in the file before it was signed, in no table."""
    return sign(form_pdf() + OTHER, key)


def _last(pdf: bytes, pattern: bytes) -> bytes:
    return bytes(re.findall(pattern, pdf)[-1])


def _update(
    pdf: bytes,
    *,
    before: bytes = b"",
    table: bytes = FREE,
    objects: Mapping[int, bytes] | None = None,
    size: int | None = None,
    trailer: bytes = b"",
    previous: bytes = b"%s",
) -> bytes:
    """An update written by hand that changes nothing for whoever keeps to its table."""
    out = pdf
    for number, body in (objects or {}).items():
        table += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    known = max(int(one) for one in re.findall(rb"/Size (\d+)", pdf))
    size = max(known, *(number + 1 for number in objects or {0: b""})) if size is None else size
    root, prev = _last(pdf, rb"/Root (\d+ 0 R)"), previous % _last(pdf, rb"startxref\s+(\d+)")
    out += b"%sxref\n%strailer\n<</Size %d/Root %s/Prev %s%s>>\n" % (before, table, size, root, prev, trailer)
    return out + b"startxref\n%d\n%%%%EOF\n" % start


def _check(pdf: bytes, pki: OfficePki) -> VerificationReport:
    return verify_pdf(pdf, pki.demand())


def _never_passed(pdf: bytes, pki: OfficePki) -> None:
    report = _check(pdf, pki)
    assert report.display in (Display.UNKNOWN, Display.INVALID)
    assert report.worst in (Indication.INDETERMINATE, Indication.TOTAL_FAILED)
    assert report.coverage not in (Coverage.WHOLE, Coverage.WHOLE_WITH_LATER_UPDATES)


def test_an_update_written_by_the_letter_changes_nothing(signed: bytes, pki: OfficePki) -> None:
    for pdf in (_update(signed), _update(_update(signed)), _update(signed, objects={60: b"<</Title(x)>>"})):
        report = _check(pdf, pki)
        assert report.coverage is Coverage.WHOLE_WITH_LATER_UPDATES
        assert report.indication is Indication.TOTAL_PASSED
        assert Reason.READ_DIFFERENTLY not in report.signatures[0].reasons


FAULTS: dict[str, Forge] = {
    "entries of 19 bytes": lambda pdf: _update(pdf, table=b"0 1\n0000000000 65535 f\n"),
    "size of nothing": lambda pdf: _update(pdf, size=1),
    "size of everything": lambda pdf: _update(pdf, size=99_999_999),
    "table after blanks": lambda pdf: _update(pdf, before=b"   "),
    "table after a comment": lambda pdf: _update(pdf, before=b"%c\n"),
    "count that lies": lambda pdf: _update(pdf, table=FREE + b"5 0\n6 0\n0\n"),
    "two previous tables": lambda pdf: _update(pdf, trailer=b"/Prev 0"),
    "two catalogues": lambda pdf: _update(pdf, trailer=b"/Root 99 0 R"),
}


@pytest.mark.parametrize("forge", FAULTS.values(), ids=list(FAULTS))
def test_a_table_that_sends_readers_searching_is_never_passed(
    forge: Forge, signed: bytes, shadowed: bytes, pki: OfficePki
) -> None:
    _never_passed(forge(signed + OTHER), pki)
    _never_passed(forge(shadowed), pki)


HIDDEN: dict[str, bytes] = {
    "plain": OTHER,
    "with comments": OTHER.replace(b"4 0 obj", b"4 % x" + b"y" * 3000 + b"\n0 obj"),
    "behind a comment sign": b"%" + OTHER.lstrip(),
    "generation one": OTHER.replace(b"4 0 obj", b"4 1 obj"),
}


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=list(HIDDEN))
def test_an_object_in_no_table_is_never_passed(hidden: bytes, signed: bytes, pki: OfficePki) -> None:
    pdf = _update(signed + hidden)
    _never_passed(pdf, pki)
    assert Reason.READ_DIFFERENTLY in _check(pdf, pki).signatures[0].reasons


def test_an_object_within_a_permitted_one_is_never_passed(signed: bytes, pki: OfficePki) -> None:
    """Readers that rebuild go by lines and do not mind where a string or a stream begins."""
    _never_passed(_update(signed, objects={60: b"<</Title(" + OTHER + b")>>"}), pki)
    _never_passed(_update(signed, objects={60: stream(OTHER)}), pki)


def _with_second_pages(pdf: bytes, *, hybrid: bool) -> bytes:
    other = {
        60: b"<</Type/Pages/Count 1/Kids[61 0 R]>>",
        61: b"<</Type/Page/Parent 60 0 R/MediaBox[0 0 595 842]/Contents 62 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>",
        62: stream(b"BT /F 16 Tf 80 700 Td (Hop dong so 99/2026: phat 9 ty) Tj ET"),
    }
    catalog = _last(pdf, rb"(?s)obj\s*<<(\s*/Type /Catalog.*?)>>\s*endobj")
    objects = {**other, 1: b"<<" + catalog + b"/Pages 60 0 R>>"}
    if not hybrid:
        return _update(pdf, objects=objects)
    table = b"<</Type/XRef/Size 65/W[1 4 2]/Index[63 1]/Root 1 0 R/Length 7>>stream\n%s\nendstream"
    place = len(pdf)
    pdf += b"64 0 obj\n%s\nendobj\n" % (table % bytes(7))
    return _update(pdf, objects=objects, size=65, trailer=b"/XRefStm %d" % place)


@pytest.mark.parametrize("hybrid", [True, False])
def test_a_catalogue_with_two_page_trees_is_never_passed(hybrid: bool, signed: bytes, pki: OfficePki) -> None:
    """Read leniently, as hybrid files are, the first of two entries counted; all others take the last."""
    _never_passed(_with_second_pages(signed, hybrid=hybrid), pki)


def test_what_other_software_appends_still_passes(signed: bytes, key: SigningKey, pki: OfficePki) -> None:
    """A second signature, and a description nobody sees."""

    def described(writer: IncrementalPdfFileWriter) -> None:
        told = generic.DictionaryObject({name("/Title"): generic.pdf_string("Hop dong")})
        writer.add_object(told)

    for pdf in (sign(signed, key, "ChuKy2", box=(80, 110, 200, 170)), edited(signed, described)):
        report = _check(pdf, pki)
        assert report.signatures[0].coverage is Coverage.WHOLE_WITH_LATER_UPDATES
        assert report.indication is Indication.TOTAL_PASSED
