"""Incremental saving, wrapping and forged signatures (Mladenov, Mainka, Meyer zu Selhausen, Grothe,
Schwenk: "1 Trillion Dollar Refund", CCS 2019), and what else a later update can bring along.

No row may come out as valid or as unchanged, and none as "no signature".
"""
# mypy: disable-error-code="no-untyped-call"
# pyHanko has no types where these files are built.

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from client.crypto.keys import SigningKey
from client.crypto.pades_validation import verify_pdf
from client.model.verdict import Coverage, Display, Indication, Reason
from tests.fakes.pki import OfficePki
from tests.fakes.signing import key_of
from tests.fakes.tampering import (
    Edit,
    contents_at,
    edited,
    field_of,
    form_pdf,
    last_byte_range,
    name,
    page_of,
    picture,
    says,
    sign,
    with_byte_range,
    with_contents,
)

Forge = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def signed(pki: OfficePki) -> bytes:
    key: SigningKey = key_of(pki.person("Nguyễn Văn An", "an@example.gov.vn"))
    return sign(form_pdf(), key)


def never_valid(pdf: bytes, pki: OfficePki) -> None:
    report = verify_pdf(pdf, pki.demand())
    assert report.display in (Display.UNKNOWN, Display.INVALID)
    assert report.indication in (Indication.INDETERMINATE, Indication.TOTAL_FAILED)
    assert report.coverage not in (Coverage.WHOLE, Coverage.WHOLE_WITH_LATER_UPDATES)


# ISA ---------------------------------------------------------------------------------------------

OTHER = b"BT /F 16 Tf 80 700 Td (Hop dong so 99/2026: phat 9 ty) Tj ET"
CONTENT = b"4 0 obj\n<</Length %d>>stream\n%s\nendstream\nendobj\n" % (len(OTHER), OTHER)


def _table(pdf: bytes, at: int, start: int, previous: int) -> bytes:
    root = b"/Root 1 0 R" if b"/Root 1 0 R" in pdf else b""
    head = b"xref\n4 1\n%010d 00000 n \ntrailer\n<</Size 60%s/Prev %d>>\n" % (at, root, previous)
    return head + b"startxref\n%d\n%%%%EOF\n" % start


def _previous(pdf: bytes) -> int:
    return int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])


def whole_update(pdf: bytes) -> bytes:
    """Variant 1: object, table and trailer, as the standard has it."""
    start = len(pdf) + len(CONTENT)
    return pdf + CONTENT + _table(pdf, len(pdf), start, _previous(pdf))


def body_alone(pdf: bytes) -> bytes:
    """Variant 2: the object alone; readers that rebuild the table find it."""
    return pdf + CONTENT


def body_and_trailer(pdf: bytes) -> bytes:
    """Variant 3: the object and a trailer, no table."""
    return pdf + CONTENT + b"trailer\n<</Size 60/Root 1 0 R/Prev %d>>\n%%%%EOF\n" % _previous(pdf)


def with_copied_signature(pdf: bytes) -> bytes:
    """Variant 4: the update carries the signature dictionary along, so that it seems to cover it."""

    def edit(writer: IncrementalPdfFileWriter) -> None:
        field = field_of(writer, "ChuKy1")
        old = field["/V"]
        copy = generic.DictionaryObject({entry: old.raw_get(entry) for entry in old})
        field[name("/V")] = writer.add_object(copy)
        writer.update_container(field)
        writer.objects[(0, 4)] = generic.StreamObject(stream_data=OTHER)

    return edited(pdf, edit)


ISA: dict[str, Forge] = {
    "1: whole update": whole_update,
    "3: object and trailer": body_and_trailer,
    "4: update with the signature copied": with_copied_signature,
}


@pytest.mark.parametrize("forge", ISA.values(), ids=list(ISA))
def test_an_incremental_save_is_never_valid(forge: Forge, signed: bytes, pki: OfficePki) -> None:
    never_valid(forge(signed), pki)


def test_isa_2_an_object_alone_is_never_valid(signed: bytes, pki: OfficePki) -> None:
    """No table names the object, and a reader that rebuilds its table shows it."""
    never_valid(body_alone(signed), pki)
    assert Reason.TRAILING_DATA in verify_pdf(body_alone(signed), pki.demand()).signatures[0].reasons


# SWA ---------------------------------------------------------------------------------------------


def _moved(pdf: bytes, gap: bytes, keep_padding: bool) -> bytes:
    """The second signed range moves back, and ``gap`` lies between: offsets are told by /ByteRange."""
    start, end = contents_at(pdf)
    _, first, second, rest = (int(n) for n in re.findall(rb"\d+", last_byte_range(pdf).group()))
    value = pdf[start:end]
    if not keep_padding:
        digits = value[1:-1].rstrip(b"0")
        value = b"<" + digits + b"0" * (len(digits) % 2) + b">"
    body = pdf[:start] + value + gap
    moved = body + pdf[second : second + rest]
    found = last_byte_range(moved)
    entry = b"/ByteRange [0 %d %d %d]" % (first, len(body), rest)
    return moved[: found.start()] + entry.ljust(len(found.group())) + moved[found.end() :]


def _with_object(pdf: bytes) -> bytes:
    start = len(pdf) + 2
    return b"\n" + CONTENT + _table(pdf, start, start + len(CONTENT), _previous(pdf)) + b" "


SWA: dict[str, Forge] = {
    "padding kept, object in the gap": lambda pdf: _moved(pdf, _with_object(pdf), keep_padding=True),
    "padding cut, object in the gap": lambda pdf: _moved(pdf, _with_object(pdf), keep_padding=False),
    "padding cut, blanks in the gap": lambda pdf: _moved(pdf, b" " * 200, keep_padding=False),
    "padding cut, a second hexadecimal string": lambda pdf: _moved(pdf, b"<00>", keep_padding=False),
    "padding cut, a comment in the gap": lambda pdf: _moved(pdf, b"%x\n", keep_padding=False),
}


@pytest.mark.parametrize("forge", SWA.values(), ids=list(SWA))
def test_a_wrapped_signature_is_never_valid(forge: Forge, signed: bytes, pki: OfficePki) -> None:
    never_valid(forge(signed), pki)


# USF ---------------------------------------------------------------------------------------------

BYTE_RANGES = {
    "missing": b"",
    "without a value": b"/ByteRange",
    "null": b"/ByteRange null",
    "empty": b"/ByteRange []",
    "zeros": b"/ByteRange [0 0 0 0]",
    "negative": b"/ByteRange [-1 -1 -1 -1]",
    "negative length": b"/ByteRange [0 -10 20 30]",
    "letters": b"/ByteRange [a b c d]",
    "two numbers": b"/ByteRange [0 100]",
    "three numbers": b"/ByteRange [0 100 200]",
    "five numbers": b"/ByteRange [0 9 20 9 40]",
    "one byte": b"/ByteRange [0 1 2 1]",
    "beyond the end": b"/ByteRange [0 9 99999999 9]",
    "overlapping": b"/ByteRange [0 900 100 900]",
    "reversed": b"/ByteRange [900 90 0 90]",
    "real numbers": b"/ByteRange [0.0 1.5 2 3]",
    "huge numbers": b"/ByteRange [0 9999999999999999999999 1 1]",
    "a name": b"/ByteRange /Foo",
    "a string": b"/ByteRange (0 1 2 3)",
}
CONTENTS = {
    "empty": b"",
    "null": b"null",
    "zero byte": b"<00>",
    "no bytes": b"<>",
    "empty string": b"()",
    "zeros": b"<0000000000>",
    "half a signature": b"<3080>",
    "a number": b"0",
    "a name": b"/Foo",
    "an array": b"[]",
    "a dictionary": b"<<>>",
    "text": b"(Nguyen Van An)",
}


@pytest.mark.parametrize("value", BYTE_RANGES.values(), ids=list(BYTE_RANGES))
def test_a_forged_byte_range_is_never_valid(value: bytes, signed: bytes, pki: OfficePki) -> None:
    never_valid(with_byte_range(signed, value), pki)


@pytest.mark.parametrize("value", CONTENTS.values(), ids=list(CONTENTS))
def test_forged_contents_are_never_valid(value: bytes, signed: bytes, pki: OfficePki) -> None:
    never_valid(with_contents(signed, value), pki)


def test_contents_that_are_missing_are_never_valid(signed: bytes, pki: OfficePki) -> None:
    never_valid(signed.replace(b"/Contents <", b"/Kontents <"), pki)


@pytest.mark.parametrize("entry", [b"/SubFilter", b"/Filter", b"/Type"])
def test_a_signature_without_a_needed_entry_is_never_valid(
    entry: bytes, signed: bytes, pki: OfficePki
) -> None:
    at = signed.rindex(b"/Contents <")
    start = signed.index(entry, signed.rindex(b" obj", 0, at))
    forged = signed[:start] + b"/" + b"Q" * (len(entry) - 1) + signed[start + len(entry) :]
    report = verify_pdf(forged, pki.demand())
    assert report.display in (Display.UNKNOWN, Display.INVALID)


# What else an update can bring along ------------------------------------------------------------


def _in_catalog(entry: str, value: Callable[[], generic.PdfObject]) -> Edit:
    def edit(writer: IncrementalPdfFileWriter) -> None:
        writer.root[name(entry)] = value()
        writer.update_root()

    return edit


def _script() -> generic.DictionaryObject:
    code = generic.TextStringObject("this.getField('SoTien').value = '9';")
    return generic.DictionaryObject({name("/S"): name("/JavaScript"), name("/JS"): code})


def _tree(kind: str, value: generic.PdfObject) -> generic.DictionaryObject:
    leaves = generic.ArrayObject([generic.TextStringObject("a"), value])
    return generic.DictionaryObject({name(kind): generic.DictionaryObject({name("/Names"): leaves})})


def _file() -> generic.DictionaryObject:
    return generic.DictionaryObject(
        {name("/Type"): name("/Filespec"), name("/F"): generic.TextStringObject("phu-luc.exe")}
    )


def _need_appearances(writer: IncrementalPdfFileWriter) -> None:
    form = writer.root["/AcroForm"]
    form[name("/NeedAppearances")] = generic.BooleanObject(True)
    writer.update_container(form)


def _page_action(writer: IncrementalPdfFileWriter) -> None:
    page = page_of(writer)
    page[name("/AA")] = generic.DictionaryObject({name("/O"): _script()})
    writer.update_container(page)


def _field_action(writer: IncrementalPdfFileWriter) -> None:
    field = field_of(writer, "SoTien")
    field[name("/AA")] = generic.DictionaryObject({name("/F"): _script()})
    writer.update_container(field)


def _xfa(writer: IncrementalPdfFileWriter) -> None:
    form = writer.root["/AcroForm"]
    form[name("/XFA")] = writer.add_object(generic.StreamObject(stream_data=b"<xdp/>"))
    writer.update_container(form)


def _sneaky_form(writer: IncrementalPdfFileWriter) -> None:
    """The look of one field is put under the number of something the page uses."""
    field = field_of(writer, "GhiChu")
    look = picture(writer, says(b"9.000.000"))
    field[name("/AP")] = generic.DictionaryObject({name("/N"): look})
    field[name("/V")] = generic.TextStringObject("x")
    writer.update_container(field)
    writer.objects[(0, 4)] = generic.StreamObject(stream_data=OTHER)


def _other_form(writer: IncrementalPdfFileWriter) -> None:
    old = writer.root["/AcroForm"]
    form = generic.DictionaryObject({entry: old.raw_get(entry) for entry in old})
    form[name("/DA")] = generic.TextStringObject("/Helv 1 Tf 1 g")
    writer.root[name("/AcroForm")] = writer.add_object(form)
    writer.update_root()


def _metadata_of_page(writer: IncrementalPdfFileWriter) -> None:
    page = page_of(writer)
    page[name("/UserUnit")] = generic.NumberObject(2)
    writer.update_container(page)


BROUGHT: dict[str, tuple[Edit, str]] = {
    "OpenAction with JavaScript": (_in_catalog("/OpenAction", _script), "actions"),
    "additional actions of the document": (
        _in_catalog("/AA", lambda: generic.DictionaryObject({name("/WP"): _script()})),
        "actions",
    ),
    "JavaScript by name": (_in_catalog("/Names", lambda: _tree("/JavaScript", _script())), "actions"),
    "additional actions of a page": (_page_action, "actions"),
    "embedded files": (_in_catalog("/Names", lambda: _tree("/EmbeddedFiles", _file())), "embedded-files"),
    "associated files": (
        _in_catalog("/AF", lambda: generic.ArrayObject([_file()])),
        "embedded-files",
    ),
    "portfolio view": (_in_catalog("/Collection", generic.DictionaryObject), "embedded-files"),
    "viewer preferences": (_in_catalog("/ViewerPreferences", generic.DictionaryObject), "view-settings"),
    "page labels": (_in_catalog("/PageLabels", generic.DictionaryObject), "page-labels"),
    "outline": (_in_catalog("/Outlines", generic.DictionaryObject), "structure"),
    "XFA added": (_xfa, "xfa"),
    "size of the page's unit": (_metadata_of_page, "page-content"),
    "sneaky form update": (_sneaky_form, "page-content"),
}


@pytest.mark.parametrize(("edit", "kind"), BROUGHT.values(), ids=list(BROUGHT))
def test_what_an_update_brings_along_is_told_by_its_kind(
    edit: Edit, kind: str, signed: bytes, pki: OfficePki
) -> None:
    report = verify_pdf(edited(signed, edit), pki.demand())
    (verdict,) = report.signatures
    assert verdict.display in (Display.UNKNOWN, Display.INVALID)
    assert verdict.coverage is Coverage.CHANGED_AFTER_SIGNING
    assert kind in verdict.changes_after_signing


@pytest.mark.parametrize(
    "edit", [_need_appearances, _other_form], ids=["NeedAppearances", "letters in white"]
)
def test_fields_that_may_be_drawn_otherwise_from_now_on_are_told(
    edit: Edit, signed: bytes, pki: OfficePki
) -> None:
    """The rules permit it, and a reader may show every field otherwise."""
    (verdict,) = verify_pdf(edited(signed, edit), pki.demand()).signatures
    assert verdict.display is not Display.VALID
    assert Reason.FORM_CHANGED_AFTER_SIGNING in verdict.reasons
    assert "form-settings" in verdict.changes_after_signing


def test_an_action_of_a_field_is_a_change_of_that_field(signed: bytes, pki: OfficePki) -> None:
    (verdict,) = verify_pdf(edited(signed, _field_action), pki.demand()).signatures
    assert verdict.display is not Display.VALID
    assert [change.name for change in verdict.changed_fields] == ["SoTien"]


LAYER = b"/OCProperties<</OCGs[13 0 R]/D<</Order[13 0 R]/OFF[13 0 R]>>>>"


def layered() -> bytes:
    """A second text waits in a layer that is off."""
    content = b"/OC /L BDC BT /F 16 Tf 80 600 Td (Ben B phat 9 ty) Tj ET EMC"
    return form_pdf(
        catalog=LAYER,
        contents=b"4 0 R 14 0 R",
        resources=b"/Properties<</L 13 0 R>>",
        more=[
            b"<</Type/OCG/Name(An)>>",
            b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        ],
    )


def test_a_layer_that_is_switched_on_is_never_valid(pki: OfficePki) -> None:
    key = key_of(pki.person("Nguyễn Văn An", "an@example.gov.vn"))

    def switch_on(writer: IncrementalPdfFileWriter) -> None:
        properties = writer.root["/OCProperties"]
        properties["/D"][name("/OFF")] = generic.ArrayObject()
        writer.update_container(properties["/D"])

    (verdict,) = verify_pdf(edited(sign(layered(), key), switch_on), pki.demand()).signatures
    assert verdict.display in (Display.UNKNOWN, Display.INVALID)
    assert "layers" in verdict.changes_after_signing
    assert Reason.LOOKS_DIFFERENT in verdict.reasons
