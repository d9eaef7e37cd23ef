"""Pages as pictures: size, limits, passwords, damage."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from client.documents.page_image import MOST_PIXELS, read_frame, render_page
from client.errors import DocumentEncrypted, MalformedDocument
from client.model.secret import Secret
from tests.fakes.sheets import Sheet, Words, found, is_black

TWO = Sheet(400, 600).pdf([Words("Trang một", 200, 300)], [Words("Trang hai", 200, 100)])


def picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def test_a_page_has_the_size_asked_for_and_knows_its_place() -> None:
    page = render_page(TWO, 2, 144)
    assert (page.page, page.pages, page.width_pt, page.height_pt) == (2, 2, 400, 600)
    assert picture(page.png).size == (800, 1200)
    box = found(picture(page.png), is_black)
    assert box is not None
    assert 2 * (600 - 115) < box[1] < box[3] < 2 * (600 - 95)


@pytest.mark.parametrize("turned", [90, 270])
def test_a_turned_page_is_shown_turned(turned: int) -> None:
    page = render_page(Sheet(400, 600, turned, (37, 53)).pdf([Words("Trang", 200, 300)]), 1, 72)
    assert (page.width_pt, page.height_pt) == (400, 600)
    frame = read_frame(Sheet(400, 600, turned, (37, 53)).pdf([]), 1)
    assert frame.visible == pytest.approx((37, 53, 637, 453))
    assert frame.turned == turned
    assert (frame.width, frame.height) == pytest.approx((400, 600))


def test_a_huge_page_is_drawn_coarser_not_refused() -> None:
    page = render_page(Sheet(14_000, 14_000).pdf([]), 1, 300)
    assert (page.width_pt, page.height_pt) == (14_000, 14_000)
    width, height = Image.open(io.BytesIO(page.png)).size
    assert width * height <= MOST_PIXELS * 1.01


@pytest.mark.parametrize("number", [0, -1, 3, 10_000])
def test_a_page_that_is_not_there_is_named_so(number: int) -> None:
    with pytest.raises(MalformedDocument) as caught:
        render_page(TWO, number)
    assert caught.value.params["reason"] == "no-such-page"


@pytest.mark.parametrize(
    ("password", "reason"), [(None, "password-needed"), (Secret("khác"), "password-wrong")]
)
def test_a_locked_document_says_whether_the_password_is_missing_or_wrong(
    password: Secret | None, reason: str
) -> None:
    with pytest.raises(DocumentEncrypted) as caught:
        render_page(Sheet(encrypt="khoa").pdf([]), 1, 72, password)
    assert caught.value.params["reason"] == reason


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x89PNG", TWO[:500]])
def test_what_is_no_pdf_is_malformed(content: bytes) -> None:
    with pytest.raises(MalformedDocument):
        render_page(content, 1)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2500), st.binary(min_size=1, max_size=30))
def test_a_damaged_document_is_drawn_or_malformed_and_never_crashes(at: int, noise: bytes) -> None:
    try:
        render_page(TWO[:at] + noise + TWO[at + len(noise) :], 1, 20)
    except (MalformedDocument, DocumentEncrypted):
        return
