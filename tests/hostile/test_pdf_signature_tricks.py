"""Signatures that are sound and stand in the wrong place, too often, or under a changed picture."""
# mypy: disable-error-code="no-untyped-call"
# pyHanko has no types where these files are built.

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.stamp import StaticStampStyle

from client.crypto.keys import SigningKey
from client.crypto.pades_validation import verify_pdf
from client.crypto.pkcs12 import open_pkcs12
from client.model.secret import Secret
from client.model.verdict import Display, Indication, Reason
from tests.fakes.pdf import DECISION, make_pdf
from tests.fakes.pki import OfficePki

name = generic.pdf_name
Edit = Callable[[IncrementalPdfFileWriter], None]


@pytest.fixture(scope="module")
def key(pki: OfficePki) -> SigningKey:
    return open_pkcs12(pki.person("Nguyễn Văn An", "an@example.gov.vn").pkcs12("x"), Secret("x"))


def sign(pdf: bytes, key: SigningKey, field: str = "ChuKy1", permit: MDPPerm | None = None) -> bytes:
    """A visible signature; a certification with ``permit``."""
    writer, output = IncrementalPdfFileWriter(io.BytesIO(pdf)), io.BytesIO()
    terms = PdfSignatureMetadata(
        field_name=field,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        certify=permit is not None,
        docmdp_permissions=permit or MDPPerm.FILL_FORMS,
    )
    place = SigFieldSpec(field, box=(300, 110, 440, 170))
    PdfSigner(terms, key.pyhanko_signer, new_field_spec=place).sign_pdf(writer, output=output)
    return output.getvalue()


@pytest.fixture(scope="module")
def signed(key: SigningKey) -> bytes:
    return sign(make_pdf(DECISION), key)


def edited(pdf: bytes, edit: Edit) -> bytes:
    writer, output = IncrementalPdfFileWriter(io.BytesIO(pdf)), io.BytesIO()
    edit(writer)
    writer.write(output)
    return output.getvalue()


def fields(writer: IncrementalPdfFileWriter) -> Any:
    return writer.root["/AcroForm"]["/Fields"]


def numbers(*values: int) -> generic.ArrayObject:
    return generic.ArrayObject([generic.NumberObject(value) for value in values])


def picture(writer: IncrementalPdfFileWriter, text: bytes) -> generic.IndirectObject:
    stream = generic.StreamObject(stream_data=b"0 0 140 60 re f BT (" + text + b") Tj ET")
    stream[name("/Type")], stream[name("/Subtype")] = name("/XObject"), name("/Form")
    stream[name("/BBox")] = numbers(0, 0, 140, 60)
    return writer.add_object(stream)


def show_it_twice(writer: IncrementalPdfFileWriter) -> None:
    first = fields(writer)[0]
    twin = generic.DictionaryObject({key: first.raw_get(key) for key in first})
    twin[name("/T")] = generic.TextStringObject("ChuKy2")
    twin[name("/Rect")] = numbers(100, 300, 240, 360)
    fields(writer).append(writer.add_object(twin))
    writer.update_container(fields(writer))


def swap_the_stamp(writer: IncrementalPdfFileWriter) -> None:
    first = fields(writer)[0]
    first[name("/AP")] = generic.DictionaryObject({name("/N"): picture(writer, b"Giam doc")})
    writer.update_container(first)


def move_the_stamp(writer: IncrementalPdfFileWriter) -> None:
    first = fields(writer)[0]
    first[name("/Rect")] = numbers(80, 600, 500, 700)
    writer.update_container(first)


def take_the_signature_out(writer: IncrementalPdfFileWriter) -> None:
    first = fields(writer)[0]
    del first["/V"]
    writer.update_container(first)


@pytest.mark.parametrize("edit", [show_it_twice, swap_the_stamp, move_the_stamp, take_the_signature_out])
def test_a_sound_signature_under_another_face_is_never_valid(
    edit: Edit, signed: bytes, pki: OfficePki
) -> None:
    assert verify_pdf(signed, pki.demand()).display in (Display.VALID, Display.WARNING)
    report = verify_pdf(edited(signed, edit), pki.demand())
    assert report.display in (Display.UNKNOWN, Display.INVALID)


@pytest.mark.parametrize("first", [True, False])
def test_two_contents_in_one_signature_are_never_valid(first: bool, signed: bytes, pki: OfficePki) -> None:
    at = signed.index(b"/ByteRange")
    other = b"/Contents <00>"
    room = signed.index(b"]", at) + 1
    doubled = signed[:at] + other + signed[at:] if first else signed[:room] + other + signed[room:]
    assert verify_pdf(doubled, pki.demand()).indication is not Indication.TOTAL_PASSED


@pytest.mark.parametrize("permit", [MDPPerm.NO_CHANGES, MDPPerm.FILL_FORMS, MDPPerm.ANNOTATE])
def test_a_note_that_covers_text_of_a_certified_document_is_never_green(
    permit: MDPPerm, key: SigningKey, pki: OfficePki
) -> None:
    def cover(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        note = generic.DictionaryObject(
            {
                name("/Type"): name("/Annot"),
                name("/Subtype"): name("/FreeText"),
                name("/Rect"): numbers(80, 600, 500, 640),
                name("/DA"): generic.TextStringObject("/Helv 12 Tf"),
                name("/Contents"): generic.TextStringObject("1.000.000.000"),
                name("/AP"): generic.DictionaryObject({name("/N"): picture(writer, b"1.000.000.000")}),
            }
        )
        page["/Annots"] = generic.ArrayObject([*page.get("/Annots", []), writer.add_object(note)])
        writer.update_container(page)

    certified = sign(make_pdf(DECISION), key, permit=permit)
    assert verify_pdf(certified, pki.demand()).display in (Display.VALID, Display.WARNING)
    report = verify_pdf(edited(certified, cover), pki.demand())
    assert report.display in (Display.UNKNOWN, Display.INVALID)
    assert {Reason.NOTES_AFTER_SIGNING, Reason.LOOKS_DIFFERENT} <= set(report.signatures[0].reasons)


def test_a_second_signature_on_a_document_that_forbids_it_is_never_green(
    key: SigningKey, pki: OfficePki
) -> None:
    certified = sign(make_pdf(DECISION), key, permit=MDPPerm.NO_CHANGES)

    def add_field(writer: IncrementalPdfFileWriter) -> None:
        append_signature_field(writer, SigFieldSpec("ChuKy2", box=(100, 110, 240, 170)))

    report = verify_pdf(edited(certified, add_field), pki.demand())
    assert report.display in (Display.UNKNOWN, Display.INVALID)


def test_more_signatures_than_are_judged_are_listed_and_never_green(signed: bytes, pki: OfficePki) -> None:
    def many(writer: IncrementalPdfFileWriter) -> None:
        value = fields(writer)[0]["/V"]
        for number in range(1000):
            copy = generic.DictionaryObject({key: value.raw_get(key) for key in value})
            field = generic.DictionaryObject(
                {
                    name("/FT"): name("/Sig"),
                    name("/T"): generic.TextStringObject(f"K{number}"),
                    name("/V"): writer.add_object(copy),
                }
            )
            fields(writer).append(writer.add_object(field))
        writer.update_container(fields(writer))

    report = verify_pdf(edited(signed, many), pki.demand())
    assert len(report.signatures) == 1001
    assert report.display in (Display.UNKNOWN, Display.INVALID)
    assert sum(Reason.CHECK_NOT_RUN in verdict.reasons for verdict in report.signatures) >= 900


def test_every_one_of_many_signatures_is_judged_by_what_came_after_it(
    key: SigningKey, pki: OfficePki
) -> None:
    pdf = make_pdf(DECISION)
    for number in range(8):
        pdf = sign(pdf, key, f"ChuKy{number}")
    report = verify_pdf(pdf, pki.demand())
    assert len(report.signatures) == 8
    assert report.display in (Display.VALID, Display.WARNING)
    broken = verify_pdf(edited(pdf, swap_the_stamp), pki.demand())
    assert {verdict.display for verdict in broken.signatures} <= {Display.UNKNOWN, Display.INVALID}


def sign_over(pdf: bytes, key: SigningKey, box: tuple[int, int, int, int], field: str = "ChuKy2") -> bytes:
    """A signature whose picture is a black box."""
    writer, output = IncrementalPdfFileWriter(io.BytesIO(pdf)), io.BytesIO()
    terms = PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    style = StaticStampStyle(background=RawContent(b"0 0 999 999 re f"), border_width=0)
    signer = PdfSigner(
        terms, key.pyhanko_signer, new_field_spec=SigFieldSpec(field, box=box), stamp_style=style
    )
    signer.sign_pdf(writer, output=output)
    return output.getvalue()


def turned(pdf: bytes, angle: int) -> bytes:
    def turn(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        page[name("/Rotate")] = generic.NumberObject(angle)
        page[name("/CropBox")] = numbers(20, 30, 560, 800)
        writer.update_container(page)

    return edited(pdf, turn)


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_a_second_signature_in_its_own_place_changes_nothing_for_the_first(
    angle: int, key: SigningKey, pki: OfficePki
) -> None:
    first = sign(turned(make_pdf(DECISION), angle), key)
    report = verify_pdf(sign_over(first, key, (200, 120, 290, 180)), pki.demand())
    verdict = next(one for one in report.signatures if one.where == "ChuKy1")
    assert verdict.changed_places == ()
    assert Reason.LOOKS_DIFFERENT not in verdict.reasons


def test_a_later_signature_that_covers_the_page_is_told_with_its_place(
    signed: bytes, key: SigningKey, pki: OfficePki
) -> None:
    report = verify_pdf(sign_over(signed, key, (60, 300, 560, 720)), pki.demand())
    verdict = next(one for one in report.signatures if one.where == "ChuKy1")
    assert verdict.display is Display.WARNING
    assert Reason.LOOKS_DIFFERENT in verdict.reasons
    (place,) = verdict.changed_places
    assert place.page == 1
    assert (place.left, place.bottom, place.right, place.top) == pytest.approx((60, 300, 560, 720), abs=6)


def test_a_field_filled_after_signing_is_told_with_its_place(key: SigningKey, pki: OfficePki) -> None:
    def add_box(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        box = generic.DictionaryObject(
            {
                name("/Type"): name("/Annot"),
                name("/Subtype"): name("/Widget"),
                name("/FT"): name("/Tx"),
                name("/T"): generic.TextStringObject("SoTien"),
                name("/Rect"): numbers(100, 400, 300, 430),
                name("/P"): writer.root["/Pages"]["/Kids"].raw_get(0),
                name("/DA"): generic.TextStringObject("/Helv 12 Tf 0 g"),
            }
        )
        reference = writer.add_object(box)
        page[name("/Annots")] = generic.ArrayObject([reference])
        form = generic.DictionaryObject({name("/Fields"): generic.ArrayObject([reference])})
        writer.root[name("/AcroForm")] = writer.add_object(form)
        writer.update_container(page)
        writer.update_root()

    def fill(writer: IncrementalPdfFileWriter) -> None:
        box = next(one.get_object() for one in fields(writer) if one.get_object()["/T"] == "SoTien")
        box[name("/V")] = generic.TextStringObject("1.000.000.000")
        stream = generic.StreamObject(stream_data=b"10 5 150 20 re f")
        stream[name("/Type")], stream[name("/Subtype")] = name("/XObject"), name("/Form")
        stream[name("/BBox")] = numbers(0, 0, 200, 30)
        box[name("/AP")] = generic.DictionaryObject({name("/N"): writer.add_object(stream)})
        writer.update_container(box)

    pdf = sign(edited(make_pdf(DECISION), add_box), key)
    (verdict,) = verify_pdf(edited(pdf, fill), pki.demand()).signatures
    assert {Reason.FORM_CHANGED_AFTER_SIGNING, Reason.LOOKS_DIFFERENT} <= set(verdict.reasons)
    assert verdict.display is Display.WARNING
    (place,) = verdict.changed_places
    assert (place.left, place.bottom, place.right, place.top) == pytest.approx((110, 405, 260, 425), abs=3)
    assert verify_pdf(edited(pdf, fill), pki.demand(), draw=False).signatures[0].changed_places == ()
