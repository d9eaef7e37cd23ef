"""Shadow attacks (Mainka, Mladenov, Rohlmann: "Shadow Attacks", NDSS 2021), row by row.

The attacker prepares a document whose signer sees one thing, and after signing lets the reader see
another, by changes that viewers hold for harmless. No row may come out as valid or as unchanged.
"""
# mypy: disable-error-code="no-untyped-call"
# pyHanko has no types where these files are built.

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from client.crypto.keys import SigningKey
from client.crypto.pades_validation import verify_pdf
from client.model.verdict import Coverage, Display, Indication, Reason
from tests.fakes.pki import OfficePki
from tests.fakes.tampering import (
    annotation,
    drawn,
    edited,
    field_of,
    form_pdf,
    name,
    numbers,
    page_of,
    picture,
    says,
    sign,
    stream,
)

Row = tuple[Callable[[], bytes], Callable[[IncrementalPdfFileWriter], None]]


def same_number(number: int, body: bytes) -> Callable[[IncrementalPdfFileWriter], None]:
    """The object with this number is another from now on."""

    def edit(writer: IncrementalPdfFileWriter) -> None:
        made = generic.StreamObject(stream_data=body)
        writer.objects[(0, number)] = made

    return edit


# Hide: what the signer saw covers the shadow content; after signing the cover goes ------------


def overlaid_by_image() -> bytes:
    """A white picture lies over the true amount."""
    cover = stream(
        b"\xff", b"/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray"
    )
    lines = (
        b"BT /F 14 Tf 80 600 Td (Tong: 9.000.000.000) Tj ET q 300 0 0 30 75 592 cm /C Do Q "
        b"BT /F 14 Tf 80 600 Td (Tong: 9.000) Tj ET"
    )
    return form_pdf(contents=b"4 0 R 14 0 R", resources=b"/XObject<</C 13 0 R>>", more=[cover, stream(lines)])


def reference_removed(writer: IncrementalPdfFileWriter) -> None:
    """Variant 1: the page no longer names the cover."""
    page = page_of(writer)
    page["/Resources"][name("/XObject")] = generic.DictionaryObject()
    writer.update_container(page)


def made_free(writer: IncrementalPdfFileWriter) -> None:
    """Variant 2: the cover's object becomes something that draws nothing."""
    writer.objects[(0, 13)] = generic.NullObject()


def retyped(writer: IncrementalPdfFileWriter) -> None:
    """Variant 3: the cover's object keeps its number and is another kind of thing."""
    writer.objects[(0, 13)] = generic.DictionaryObject(
        {name("/Type"): name("/XObject"), name("/Subtype"): name("/PS")}
    )


def covered_by_widget() -> bytes:
    """A read-only field with a white ground lies over the text."""
    field = (
        b"<</Type/Annot/Subtype/Widget/P 3 0 R/F 4/FT/Tx/T(Che)/Ff 1/Rect[78 690 500 720]/AP<</N 14 0 R>>>>"
    )
    return form_pdf(fields=b"13 0 R", more=[field, drawn(b"Thu moi hop", (422, 30), ground=True)])


def widget_hidden(writer: IncrementalPdfFileWriter) -> None:
    field = field_of(writer, "Che")
    field[name("/F")] = generic.NumberObject(2)
    writer.update_container(field)


def widget_emptied(writer: IncrementalPdfFileWriter) -> None:
    field = field_of(writer, "Che")
    field[name("/AP")] = generic.DictionaryObject({name("/N"): picture(writer, b"")})
    writer.update_container(field)


def widget_moved(writer: IncrementalPdfFileWriter) -> None:
    field = field_of(writer, "Che")
    field[name("/Rect")] = numbers(0, 0, 1, 1)
    writer.update_container(field)


def widget_taken_from_page(writer: IncrementalPdfFileWriter) -> None:
    page = page_of(writer)
    page[name("/Annots")] = generic.ArrayObject(list(page["/Annots"])[:3])
    writer.update_container(page)


HIDE: dict[str, Row] = {
    "image cover: reference removed": (overlaid_by_image, reference_removed),
    "image cover: object freed": (overlaid_by_image, made_free),
    "image cover: object of another type": (overlaid_by_image, retyped),
    "field cover: hidden flag": (covered_by_widget, widget_hidden),
    "field cover: empty appearance": (covered_by_widget, widget_emptied),
    "field cover: moved away": (covered_by_widget, widget_moved),
    "field cover: taken off the page": (covered_by_widget, widget_taken_from_page),
}


# Replace: the value behind the look, or the look behind the value ------------------------------


def look_replaced(writer: IncrementalPdfFileWriter) -> None:
    """Overlay: the field keeps its value and looks otherwise."""
    field = field_of(writer, "SoTien")
    field[name("/AP")] = generic.DictionaryObject({name("/N"): picture(writer, says(b"9.000.000.000"))})
    writer.update_container(field)


def look_replaced_in_place(writer: IncrementalPdfFileWriter) -> None:
    """The appearance's own object is written again."""
    made = generic.StreamObject(stream_data=says(b"9.000.000.000"))
    made[name("/Type")], made[name("/Subtype")] = name("/XObject"), name("/Form")
    made[name("/BBox")] = numbers(0, 0, 200, 30)
    made[name("/Resources")] = page_of(writer)["/Resources"]
    writer.objects[(0, 8)] = made


def value_replaced(writer: IncrementalPdfFileWriter) -> None:
    """The value changes, the look stays: a viewer shows it at the first click."""
    field = field_of(writer, "SoTien")
    field[name("/V")] = generic.TextStringObject("9.000.000.000")
    writer.update_container(field)


def default_replaced(writer: IncrementalPdfFileWriter) -> None:
    field = field_of(writer, "SoTien")
    field[name("/DV")] = generic.TextStringObject("9.000.000.000")
    writer.update_container(field)


def look_enlarged(writer: IncrementalPdfFileWriter) -> None:
    """The field grows over the text of the page."""
    field = field_of(writer, "SoTien")
    field[name("/Rect")] = numbers(60, 480, 560, 730)
    field[name("/AP")] = generic.DictionaryObject(
        {name("/N"): picture(writer, says(b"Hop dong khac"), (500, 250))}
    )
    writer.update_container(field)


def ticked(writer: IncrementalPdfFileWriter) -> None:
    field = field_of(writer, "DongY")
    field[name("/V")] = field[name("/AS")] = name("/Yes")
    writer.update_container(field)


def looks_swapped(writer: IncrementalPdfFileWriter) -> None:
    """The box is not ticked and is drawn as if it were."""
    field = field_of(writer, "DongY")
    looks = field["/AP"]["/N"]
    swapped = {name("/Yes"): looks.raw_get("/Off"), name("/Off"): looks.raw_get("/Yes")}
    field[name("/AP")] = generic.DictionaryObject({name("/N"): generic.DictionaryObject(swapped)})
    writer.update_container(field)


def second_widget(writer: IncrementalPdfFileWriter) -> None:
    """A new field with the name of the old one shows another amount over it."""
    field = field_of(writer, "SoTien")
    twin = generic.DictionaryObject({key: field.raw_get(key) for key in field})
    twin[name("/AP")] = generic.DictionaryObject({name("/N"): picture(writer, says(b"9.000.000.000"))})
    reference = writer.add_object(twin)
    form = writer.root["/AcroForm"]
    form[name("/Fields")] = generic.ArrayObject([*form["/Fields"], reference])
    page = page_of(writer)
    page[name("/Annots")] = generic.ArrayObject([*page["/Annots"], reference])
    writer.update_container(form)
    writer.update_container(page)


def font_replaced(writer: IncrementalPdfFileWriter) -> None:
    """The same bytes mean other letters: the digits of the font are drawn anew."""
    writer.objects[(0, 5)] = digits_turned_around()


def font_file_added(writer: IncrementalPdfFileWriter) -> None:
    font = writer.root["/AcroForm"]["/DR"]["/Font"]["/Helv"]
    encoding = {
        name("/Type"): name("/Encoding"),
        name("/Differences"): generic.ArrayObject([generic.NumberObject(49), name("/nine")]),
    }
    font[name("/Encoding")] = generic.DictionaryObject(encoding)
    writer.update_container(font)


def digits_turned_around() -> generic.DictionaryObject:
    box = generic.StreamObject(stream_data=b"600 0 0 0 600 600 d1 0 0 500 600 re f")
    return generic.DictionaryObject(
        {
            name("/Type"): name("/Font"),
            name("/Subtype"): name("/Type3"),
            name("/FontBBox"): numbers(0, 0, 1000, 1000),
            name("/FontMatrix"): numbers(0.001, 0, 0, 0.001, 0, 0),
            name("/FirstChar"): generic.NumberObject(49),
            name("/LastChar"): generic.NumberObject(49),
            name("/Widths"): numbers(600),
            name("/CharProcs"): generic.DictionaryObject({name("/one"): box}),
            name("/Encoding"): generic.DictionaryObject(
                {name("/Differences"): generic.ArrayObject([generic.NumberObject(49), name("/one")])}
            ),
        }
    )


REPLACE: dict[str, Row] = {
    "overlay: appearance replaced": (form_pdf, look_replaced),
    "overlay: appearance rewritten in place": (form_pdf, look_replaced_in_place),
    "value replaced behind an unchanged look": (form_pdf, value_replaced),
    "default value replaced": (form_pdf, default_replaced),
    "field grown over the page": (form_pdf, look_enlarged),
    "box ticked": (form_pdf, ticked),
    "looks of a box swapped": (form_pdf, looks_swapped),
    "second field of the same name": (form_pdf, second_widget),
    "font object replaced": (form_pdf, font_replaced),
    "encoding of the font replaced": (form_pdf, font_file_added),
}


# Hide and replace: a whole second document waits inside, unreferenced ---------------------------


def with_shadow_page() -> bytes:
    """Objects 13 and 14 are another page and its content; nothing names them."""
    content = stream(b"BT /F 16 Tf 80 700 Td (Hop dong so 99/2026: phat 9 ty) Tj ET")
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 13 0 R/Resources<</Font<</F 5 0 R>>>>>>"
    return form_pdf(more=[content, page])


def content_pointed_elsewhere(writer: IncrementalPdfFileWriter) -> None:
    page = page_of(writer)
    page[name("/Contents")] = generic.IndirectObject(13, 0, writer)
    writer.update_container(page)


def page_pointed_elsewhere(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    pages[name("/Kids")] = generic.ArrayObject([generic.IndirectObject(14, 0, writer)])
    writer.update_container(pages)


def pages_pointed_elsewhere(writer: IncrementalPdfFileWriter) -> None:
    kids = generic.ArrayObject([generic.IndirectObject(14, 0, writer)])
    tree = {name("/Type"): name("/Pages"), name("/Count"): generic.NumberObject(1), name("/Kids"): kids}
    writer.root[name("/Pages")] = writer.add_object(generic.DictionaryObject(tree))
    writer.update_root()


def page_added(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    pages[name("/Kids")] = generic.ArrayObject([*pages["/Kids"], generic.IndirectObject(14, 0, writer)])
    pages[name("/Count")] = generic.NumberObject(2)
    writer.update_container(pages)


def content_stream_swapped(writer: IncrementalPdfFileWriter) -> None:
    """The content keeps its number: only the cross-reference points to another object."""
    writer.objects[(0, 4)] = generic.StreamObject(
        stream_data=b"BT /F 16 Tf 80 700 Td (Hop dong so 99/2026) Tj ET"
    )


def xref_repointed(pdf: bytes) -> bytes:
    """Not one new object: a new table lets number 4 begin where number 13 does."""
    at = pdf.index(b"\n13 0 obj") + 1
    # An object's header has to carry the number it is found under.
    content = pdf[at : pdf.index(b"endobj", at) + 6].replace(b"13 0 obj", b"4 0 obj", 1)
    start = len(pdf) + 1
    body = b"\n" + content + b"\n"
    table = len(pdf) + len(body)
    root = b"/Root 1 0 R/Size 40/Prev %d" % int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
    tail = b"xref\n4 1\n%010d 00000 n \ntrailer\n<<%s>>\nstartxref\n%d\n%%%%EOF\n" % (start, root, table)
    return pdf + body + tail


HIDE_AND_REPLACE: dict[str, Row] = {
    "content of the page by reference": (with_shadow_page, content_pointed_elsewhere),
    "page by reference": (with_shadow_page, page_pointed_elsewhere),
    "page tree by reference": (with_shadow_page, pages_pointed_elsewhere),
    "waiting page added": (with_shadow_page, page_added),
    "content stream under its own number": (with_shadow_page, content_stream_swapped),
}
ROWS = HIDE | REPLACE | HIDE_AND_REPLACE


@pytest.mark.parametrize("row", ROWS.values(), ids=list(ROWS))
def test_no_shadow_is_taken_for_what_was_signed(row: Row, key: SigningKey, pki: OfficePki) -> None:
    prepared, edit = row
    signed = sign(prepared(), key)
    (sound,) = verify_pdf(signed, pki.demand()).signatures
    assert (sound.indication, sound.coverage) == (Indication.TOTAL_PASSED, Coverage.WHOLE)
    (verdict,) = verify_pdf(edited(signed, edit), pki.demand()).signatures
    assert verdict.display is not Display.VALID
    assert verdict.changes_after_signing
    changed = {Reason.CHANGED_AFTER_SIGNING, Reason.FORM_CHANGED_AFTER_SIGNING, Reason.NOTES_AFTER_SIGNING}
    assert changed & set(verdict.reasons)
    assert Reason.LOOKS_NOT_COMPARED not in verdict.reasons


def test_a_new_table_alone_does_not_swap_the_content(key: SigningKey, pki: OfficePki) -> None:
    (verdict,) = verify_pdf(xref_repointed(sign(with_shadow_page(), key)), pki.demand()).signatures
    assert verdict.display is Display.INVALID
    assert verdict.coverage is Coverage.CHANGED_AFTER_SIGNING


def test_a_note_over_the_text_is_seen_as_well_as_told(key: SigningKey, pki: OfficePki) -> None:
    def cover(writer: IncrementalPdfFileWriter) -> None:
        annotation(writer, "/Square", (75, 690, 500, 720), look=says(b"Hop dong so 99"))

    (verdict,) = verify_pdf(edited(sign(form_pdf(), key), cover), pki.demand()).signatures
    assert verdict.display is Display.UNKNOWN
    assert {Reason.NOTES_AFTER_SIGNING, Reason.LOOKS_DIFFERENT} <= set(verdict.reasons)
    assert verdict.changed_places[0].page == 1
