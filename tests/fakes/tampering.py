"""A contract with a form, and what people do to such a file before and after it is signed.

Drawn with the standard fonts, so that every change can be seen as well as read.
"""
# mypy: disable-error-code="no-untyped-call"
# pyHanko has no types where these files are built.

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.stamp import StaticStampStyle

from client.crypto.keys import SigningKey
from tests.fakes.pdf import from_objects

Edit = Callable[[IncrementalPdfFileWriter], None]
name = generic.pdf_name

AMOUNT_BOX = (80, 560, 280, 590)
"""Where the field "SoTien" stands."""
TEXT_BOX = (80, 690, 500, 720)
"""Where the first line of the page stands."""


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object's body."""
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(content), content)


def drawn(text: bytes, size: tuple[int, int] = (200, 30), *, ground: bool = False) -> bytes:
    """A form XObject that shows ``text``, on white where ``ground`` is wanted."""
    paint = b"1 g 0 0 %d %d re f 0 g " % size if ground else b""
    return stream(
        paint + b"BT /Helv 14 Tf 5 9 Td (%s) Tj ET" % text,
        b"/Type/XObject/Subtype/Form/BBox[0 0 %d %d]/Resources<</Font<</Helv 5 0 R>>>>" % size,
    )


def form_pdf(
    *,
    catalog: bytes = b"",
    contents: bytes = b"4 0 R",
    resources: bytes = b"",
    fields: bytes = b"",
    page: bytes = b"",
    more: Sequence[bytes] = (),
) -> bytes:
    """One page with text, the fields "SoTien" (filled), "GhiChu" (empty) and "DongY" (a box to tick).

    Objects: 1 catalogue, 2 pages, 3 page, 4 content, 5 Helvetica, 6 form, 7 "SoTien", 8 its
    appearance, 9 "GhiChu", 10 "DongY", 11 and 12 its two looks, from 13 on ``more``. The other
    arguments are added to the dictionary or list they name; ``fields`` are references.
    """
    text = (
        b"BT /F 16 Tf 80 700 Td (Hop dong so 12/2026: ben A tra ben B) Tj ET "
        b"BT /F 12 Tf 80 660 Td (Dieu 1. Noi dung cong viec) Tj 0 -20 Td (Dieu 2. Thanh toan) Tj ET"
    )
    widget = b"/Type/Annot/Subtype/Widget/P 3 0 R/F 4/DA(/Helv 14 Tf 0 g)"
    return from_objects(
        [
            b"<</Type/Catalog/Pages 2 0 R/AcroForm 6 0 R%s>>" % catalog,
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents[%s]/Resources<<"
            b"/Font<</F 5 0 R/Helv 5 0 R>>%s>>/Annots[7 0 R 9 0 R 10 0 R %s]%s>>"
            % (contents, resources, fields, page),
            stream(text),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
            b"<</Fields[7 0 R 9 0 R 10 0 R %s]/DR<</Font<</Helv 5 0 R>>>>/DA(/Helv 14 Tf 0 g)>>" % fields,
            b"<<%s/FT/Tx/T(SoTien)/V(1.000.000)/Rect[80 560 280 590]/AP<</N 8 0 R>>>>" % widget,
            drawn(b"1.000.000"),
            b"<<%s/FT/Tx/T(GhiChu)/Rect[80 510 280 540]>>" % widget,
            b"<<%s/FT/Btn/T(DongY)/V/Off/AS/Off/Rect[80 470 100 490]/AP<</N<</Yes 11 0 R/Off 12 0 R>>>>>>"
            % widget,
            stream(b"2 2 16 16 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 20 20]"),
            stream(b"", b"/Type/XObject/Subtype/Form/BBox[0 0 20 20]"),
            *more,
        ]
    )


def sign(
    pdf: bytes,
    key: SigningKey,
    field: str = "ChuKy1",
    *,
    box: tuple[int, int, int, int] | None = (380, 110, 500, 170),
    permit: MDPPerm | None = None,
    look: bytes = b"",
    page: int = 0,
) -> bytes:
    """An approval signature, or a certification with ``permit``; ``look`` is drawn in its box."""
    writer, output = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False), io.BytesIO()
    terms = PdfSignatureMetadata(
        field_name=field,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        certify=permit is not None,
        docmdp_permissions=permit or MDPPerm.FILL_FORMS,
    )
    style = StaticStampStyle(background=RawContent(look), border_width=0) if look else None
    place = SigFieldSpec(field, box=box, on_page=page)
    PdfSigner(terms, key.pyhanko_signer, new_field_spec=place, stamp_style=style).sign_pdf(
        writer, output=output
    )
    return output.getvalue()


def edited(pdf: bytes, edit: Edit) -> bytes:
    """An incremental update."""
    writer, output = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False), io.BytesIO()
    edit(writer)
    writer.write(output)
    return output.getvalue()


def numbers(*values: float) -> generic.ArrayObject:
    """An array of numbers."""
    return generic.ArrayObject([generic.FloatObject(value) for value in values])


def page_of(writer: IncrementalPdfFileWriter) -> Any:
    """The first page."""
    return writer.root["/Pages"]["/Kids"][0]


def field_of(writer: IncrementalPdfFileWriter, wanted: str) -> Any:
    """A field at the root of the form."""
    fields = writer.root["/AcroForm"]["/Fields"]
    found = (fields[at] for at in range(len(fields)))
    return next(one for one in found if one.get("/T") == wanted)


def picture(
    writer: IncrementalPdfFileWriter, content: bytes, size: tuple[int, int] = (200, 30)
) -> generic.IndirectObject:
    """An appearance stream."""
    made = generic.StreamObject(stream_data=content)
    made[name("/Type")], made[name("/Subtype")] = name("/XObject"), name("/Form")
    made[name("/BBox")] = numbers(0, 0, *size)
    font = generic.DictionaryObject(
        {
            name("/Type"): name("/Font"),
            name("/Subtype"): name("/Type1"),
            name("/BaseFont"): name("/Helvetica"),
        }
    )
    fonts = generic.DictionaryObject({name("/Helv"): font})
    made[name("/Resources")] = generic.DictionaryObject({name("/Font"): fonts})
    return writer.add_object(made)


def says(text: bytes, *, ground: bool = True) -> bytes:
    """Content of an appearance stream with this text, on white."""
    return (b"1 g 0 0 999 999 re f 0 g " if ground else b"") + b"BT /Helv 14 Tf 5 9 Td (" + text + b") Tj ET"


def fill(writer: IncrementalPdfFileWriter, field: str, value: str) -> None:
    """What a person does who fills a field: value and appearance."""
    one = field_of(writer, field)
    one[name("/V")] = generic.TextStringObject(value)
    look = picture(writer, says(value.encode("latin-1", "replace")))
    one[name("/AP")] = generic.DictionaryObject({name("/N"): look})
    writer.update_container(one)


def annotation(
    writer: IncrementalPdfFileWriter,
    subtype: str,
    box: Sequence[float],
    text: str = "",
    look: bytes = b"",
    **entries: Any,
) -> None:
    """An annotation put on the first page."""
    note = generic.DictionaryObject(
        {
            name("/Type"): name("/Annot"),
            name("/Subtype"): name(subtype),
            name("/Rect"): numbers(*box),
            name("/F"): generic.NumberObject(4),
            name("/Contents"): generic.TextStringObject(text),
            name("/DA"): generic.TextStringObject("/Helv 12 Tf 0 g"),
            **{name(f"/{key}"): value for key, value in entries.items()},
        }
    )
    if look:
        size = (int(box[2] - box[0]), int(box[3] - box[1]))
        note[name("/AP")] = generic.DictionaryObject({name("/N"): picture(writer, look, size)})
    page = page_of(writer)
    old = list(page["/Annots"]) if "/Annots" in page else []
    page[name("/Annots")] = generic.ArrayObject([*old, writer.add_object(note)])
    writer.update_container(page)


def last_byte_range(pdf: bytes) -> re.Match[bytes]:
    """The newest /ByteRange with its blanks, which a signer leaves behind it."""
    return list(re.finditer(rb"/ByteRange \[[^\]]*\]", pdf))[-1]


def with_byte_range(pdf: bytes, value: bytes) -> bytes:
    """Another entry instead of /ByteRange, of the same length where it is not longer."""
    found = last_byte_range(pdf)
    return pdf[: found.start()] + value.ljust(len(found.group())) + pdf[found.end() :]


def contents_at(pdf: bytes) -> tuple[int, int]:
    """Start and end of the newest /Contents value, brackets included."""
    start = pdf.index(b"<", pdf.rindex(b"/Contents <"))
    return start, pdf.index(b">", start) + 1


def with_contents(pdf: bytes, value: bytes) -> bytes:
    """Another /Contents value, padded to the same length."""
    start, end = contents_at(pdf)
    return pdf[:start] + value.ljust(end - start) + pdf[end:]
