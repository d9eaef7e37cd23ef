"""The stamp itself: words, font, size, place in the file."""

from __future__ import annotations

import io
import unicodedata
from datetime import UTC, datetime

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader

from client.crypto.appearance import lines_of, make_stamp, natural_size, preview, propose_place
from client.errors import ImageUnusable, MalformedDocument, SigningRefused
from client.model.signing import Appearance, Placement, SigningRole
from tests.fakes.sheets import Sheet, Words, found, hand_image, is_blue, seal_image

AT = datetime(2026, 10, 7, 2, 30, 15, 999_999, tzinfo=UTC)
PDF = Sheet().pdf([Words("Điều 1. Quy định chung", 200, 700)])
PLACE = Placement(1, 300, 300, 520, 330)
MILLIMETRE = 72 / 25.4
ANNEX = Appearance(SigningRole.ANNEX, number="15/QĐ-SNV")


def text_of(drawing: bytes) -> str:
    document = pypdfium2.PdfDocument(drawing)
    try:
        return " ".join(document[0].get_textpage().get_text_bounded().split())
    finally:
        document.close()


@pytest.mark.parametrize(
    ("appearance", "lines"),
    [
        (ANNEX, ("15/QĐ-SNV; 2026-10-07T09:30:15+07:00",)),
        (Appearance(SigningRole.ANNEX), ("2026-10-07T09:30:15+07:00",)),
        (
            Appearance(SigningRole.COPY, office="Sở Nội vụ"),
            ("SAO Y; Sở Nội vụ; 2026-10-07T09:30:15+07:00",),
        ),
        (
            Appearance(SigningRole.COPY_RECORD, office="  Ủy ban nhân dân\nThành phố Hồ Chí Minh "),
            ("SAO LỤC; Ủy ban nhân dân Thành phố Hồ Chí Minh;", "2026-10-07T09:30:15+07:00"),
        ),
        (
            Appearance(SigningRole.EXTRACT, office=unicodedata.normalize("NFD", "Sở Tư pháp")),
            ("TRÍCH SAO; Sở Tư pháp; 2026-10-07T09:30:15+07:00",),
        ),
    ],
)
def test_the_words_are_those_of_the_decree_with_the_time_of_vietnam(
    appearance: Appearance, lines: tuple[str, ...]
) -> None:
    assert lines_of(appearance, AT) == lines


def test_a_very_long_name_of_an_office_stays_within_the_corner() -> None:
    office = "Ban Quản lý Dự án đầu tư xây dựng các công trình giao thông và hạ tầng kỹ thuật Thành phố"
    lines = lines_of(Appearance(SigningRole.COPY, office=office), AT)
    assert " ".join(lines) == f"SAO Y; {office}; 2026-10-07T09:30:15+07:00"
    width, _ = natural_size(Appearance(SigningRole.COPY, office=office), AT)
    assert width <= 100 * MILLIMETRE + 2


def test_the_font_is_embedded_and_its_letters_can_be_read_back() -> None:
    appearance = Appearance(SigningRole.COPY, office="Sở Nội vụ: ẤẦẨẪẬ ắằẳẵặ ĐỨỪỬỮỰ ợ ỹ")
    drawing = make_stamp(PDF, appearance, PLACE, AT).drawing
    assert "SAO Y; Sở Nội vụ: ẤẦẨẪẬ ắằẳẵặ ĐỨỪỬỮỰ ợ ỹ; 2026-10-07T09:30:15+07:00" in text_of(drawing)
    font = PdfFileReader(io.BytesIO(drawing)).root["/Pages"]["/Kids"][0]["/Resources"]["/Font"]["/F"]
    assert font["/Subtype"] == "/Type0"
    assert "/ToUnicode" in font
    assert "/FontFile2" in font["/DescendantFonts"][0]["/FontDescriptor"]
    assert len(drawing) < 20_000


def test_the_letters_are_ten_points_high_and_stay_so_in_a_larger_box() -> None:
    stamp = make_stamp(PDF, ANNEX, Placement(1, 100, 100, 500, 160), AT)
    document = pypdfium2.PdfDocument(stamp.drawing)
    text = document[0].get_textpage()
    assert pdfium.FPDFText_GetFontSize(text, 0) == pytest.approx(10, abs=0.01)
    document.close()


def test_a_letter_the_font_does_not_have_is_refused_not_left_out() -> None:
    with pytest.raises(SigningRefused) as caught:
        make_stamp(PDF, Appearance(SigningRole.COPY, office="Sở 公安"), PLACE, AT)
    assert caught.value.params["reason"] == "letter-not-in-font"


@pytest.mark.parametrize("role", [SigningRole.APPROVE, SigningRole.ISSUE])
def test_an_image_is_needed_where_one_is_shown(role: SigningRole) -> None:
    with pytest.raises(ImageUnusable):
        make_stamp(PDF, Appearance(role), PLACE, AT)


def test_the_seal_has_its_diameter_whatever_margin_its_picture_has() -> None:
    wide = Image.new("RGBA", (600, 600), (255, 255, 255, 0))
    wide.paste(Image.open(io.BytesIO(seal_image(300))), (150, 150))
    buffer = io.BytesIO()
    wide.save(buffer, "PNG")
    for image in (seal_image(300), buffer.getvalue()):
        appearance = Appearance(SigningRole.ISSUE, image, seal_diameter_mm=38)
        assert natural_size(appearance, AT) == pytest.approx((38 * MILLIMETRE, 38 * MILLIMETRE))


@pytest.mark.parametrize("ratio", [(400, 100), (300, 200), (100, 300)])
def test_a_hand_signature_keeps_its_proportions_within_50_by_25_mm(ratio: tuple[int, int]) -> None:
    width, height = natural_size(Appearance(SigningRole.APPROVE, hand_image(*ratio)), AT)
    assert width / height == pytest.approx(ratio[0] / ratio[1], rel=0.01)
    assert width <= 50 * MILLIMETRE + 0.01
    assert height <= 25 * MILLIMETRE + 0.01


@pytest.mark.parametrize(
    ("place", "error"),
    [
        (Placement(2, 10, 10, 50, 50), MalformedDocument),
        (Placement(0, 10, 10, 50, 50), MalformedDocument),
        (Placement(1, -5, 10, 50, 50), SigningRefused),
        (Placement(1, 10, 10, 700, 50), SigningRefused),
        (Placement(1, 10, 10, 50, 900), SigningRefused),
        (Placement(1, 50, 10, 50, 50), SigningRefused),
        (Placement(1, 50, 50, 90, 50), SigningRefused),
    ],
)
def test_a_place_off_the_page_is_refused(place: Placement, error: type[Exception]) -> None:
    with pytest.raises(error):
        make_stamp(PDF, ANNEX, place, AT)


def test_without_a_place_in_text_or_hand_nothing_is_stamped() -> None:
    scan = Sheet().pdf([])
    appearance = Appearance(SigningRole.APPROVE, hand_image())
    assert propose_place(scan, appearance, AT) is None
    with pytest.raises(SigningRefused) as caught:
        make_stamp(scan, appearance, None, AT)
    assert caught.value.params["reason"] == "no-place-found"


def test_the_place_in_the_appearance_is_used_when_no_other_is_given() -> None:
    stamp = make_stamp(PDF, Appearance(SigningRole.APPROVE, hand_image(), PLACE), None, AT)
    assert stamp.box == (300, 300, 520, 330)


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_the_preview_is_upright_and_transparent_however_the_page_lies(turned: int) -> None:
    pdf = Sheet(turned=turned).pdf([Words("Điều 1", 200, 700)])
    stamp = make_stamp(
        pdf, Appearance(SigningRole.APPROVE, hand_image()), Placement(1, 100, 100, 300, 180), AT
    )
    picture = Image.open(io.BytesIO(preview(stamp, 72)))
    assert picture.mode == "RGBA"
    assert picture.size == (200, 80)
    assert picture.getpixel((150, 20))[3] == 0  # type: ignore[index] # RGBA
    assert found(picture.convert("RGB").crop((2, 2, 45, 22)), is_blue) == (0, 0, 43, 20)
