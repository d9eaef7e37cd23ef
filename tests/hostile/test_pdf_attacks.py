"""PDFs whose signature is sound and whose content is not what was signed, and files made to harm."""
# mypy: disable-error-code="no-untyped-call"
# pyHanko has no types where these files are built.

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from client.crypto.keys import SigningKey
from client.crypto.pades_signing import sign_pdf
from client.crypto.pades_validation import verify_pdf
from client.crypto.pkcs12 import open_pkcs12
from client.model.secret import Secret
from client.model.verdict import Coverage, Display, Indication, Profile, Reason
from tests.fakes.pdf import DECISION, make_pdf
from tests.fakes.pki import OfficePki

Edit = Callable[[IncrementalPdfFileWriter], None]


@pytest.fixture(scope="module")
def key(pki: OfficePki) -> SigningKey:
    return open_pkcs12(pki.person("Nguyễn Văn An", "an@example.gov.vn").pkcs12("x"), Secret("x"))


@pytest.fixture(scope="module")
def signed(key: SigningKey, pki: OfficePki) -> bytes:
    return _sign(make_pdf(DECISION), key, pki)


def _sign(pdf: bytes, key: SigningKey, pki: OfficePki) -> bytes:
    return sign_pdf(pdf, key, profile=Profile.B_B, timestamper=None, signing_time=pki.now)


def _edited(pdf: bytes, edit: Edit) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    edit(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _page(writer: IncrementalPdfFileWriter) -> Any:
    return writer.root["/Pages"]["/Kids"][0]


def _annotate(writer: IncrementalPdfFileWriter) -> None:
    page = _page(writer)
    note = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Text"),
            generic.pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(n) for n in (1, 1, 9, 9)]),
            generic.pdf_name("/Contents"): generic.TextStringObject("da xem"),
        }
    )
    old = list(page.get("/Annots", []))
    page["/Annots"] = generic.ArrayObject([*old, writer.add_object(note)])
    writer.update_container(page)


def _repaint(writer: IncrementalPdfFileWriter) -> None:
    page = _page(writer)
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT (999) Tj ET"))
    writer.update_container(page)


def _swap_font(writer: IncrementalPdfFileWriter) -> None:
    font = _page(writer)["/Resources"]["/Font"]["/F"]
    font["/BaseFont"] = generic.pdf_name("/Other")
    writer.update_container(font)


def _crop(writer: IncrementalPdfFileWriter) -> None:
    page = _page(writer)
    page["/CropBox"] = generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 5, 5)])
    writer.update_container(page)


def _catalog(name: str) -> Edit:
    def edit(writer: IncrementalPdfFileWriter) -> None:
        writer.root[generic.pdf_name(name)] = writer.add_object(generic.DictionaryObject())
        writer.update_root()

    return edit


@pytest.mark.parametrize("edit", [_repaint, _swap_font, _crop])
def test_a_page_that_draws_something_else_is_invalid(edit: Edit, signed: bytes, pki: OfficePki) -> None:
    report = verify_pdf(_edited(signed, edit), pki.demand())
    assert report.display is Display.INVALID
    assert report.coverage is Coverage.CHANGED_AFTER_SIGNING
    assert Reason.CHANGED_AFTER_SIGNING in report.signatures[0].reasons


@pytest.mark.parametrize("name", ["/OpenAction", "/AA", "/OCProperties", "/Names", "/PageLabels"])
def test_a_catalog_entry_added_later_is_never_valid(name: str, signed: bytes, pki: OfficePki) -> None:
    report = verify_pdf(_edited(signed, _catalog(name)), pki.demand())
    assert report.indication is not Indication.TOTAL_PASSED
    assert Reason.CHANGED_AFTER_SIGNING in report.signatures[0].reasons


def test_a_note_added_later_is_told_and_not_called_a_forgery(signed: bytes, pki: OfficePki) -> None:
    (verdict,) = verify_pdf(_edited(signed, _annotate), pki.demand()).signatures
    assert verdict.display is Display.UNKNOWN
    assert verdict.reasons[0] is Reason.NOTES_AFTER_SIGNING
    assert verdict.coverage is Coverage.CHANGED_AFTER_SIGNING


def test_a_change_is_told_beside_another_doubt(signed: bytes, pki: OfficePki) -> None:
    (verdict,) = verify_pdf(_edited(signed, _annotate), pki.demand(crls=())).signatures
    assert {Reason.NOTES_AFTER_SIGNING, Reason.REVOCATION_UNKNOWN} <= set(verdict.reasons)


def test_a_broken_second_signature_does_not_hide_behind_the_first(
    signed: bytes, key: SigningKey, pki: OfficePki
) -> None:
    twice = _sign(signed, key, pki)
    tail = twice[len(signed) :].replace(b"/ETSI.CAdES.detached", b"/adbe.pkcs7.detached")
    assert len(tail) + len(signed) == len(twice)
    report = verify_pdf(signed + tail, pki.demand())
    assert report.display is Display.INVALID


@pytest.mark.parametrize("wrong", [b"[1 ", b"[0 0 ", b"[-1 ", b"[0 99999999 "])
def test_a_byte_range_that_frames_anything_else_is_never_valid(
    wrong: bytes, signed: bytes, pki: OfficePki
) -> None:
    start = signed.rindex(b"/ByteRange") + signed[signed.rindex(b"/ByteRange") :].index(b"[")
    forged = signed[:start] + wrong + signed[start + len(wrong) :]
    report = verify_pdf(forged, pki.demand())
    assert report.indication in (Indication.INDETERMINATE, Indication.TOTAL_FAILED)


def test_a_byte_range_without_a_field_is_not_called_unsigned(pki: OfficePki) -> None:
    pdf = make_pdf(DECISION).replace(b"/Type/Catalog", b"/Type/Catalog/ByteRange[0 1 2 3]")
    assert verify_pdf(pdf, pki.demand()).indication is not Indication.TOTAL_PASSED


def test_loops_and_depths_end(pki: OfficePki) -> None:
    pdf = make_pdf(DECISION)
    looped = pdf.replace(b"trailer\n<<", b"trailer\n<</Prev %d" % pdf.rindex(b"xref\n0"))
    deep = pdf.replace(b"/Type/Catalog", b"/Type/Catalog/X" + b"[" * 50_000 + b"]" * 50_000)
    for harmful in (looped, deep, b"%PDF-1.7\n" + b"<<" * 100_000):
        assert verify_pdf(harmful, pki.demand()).indication is not Indication.TOTAL_PASSED
