from __future__ import annotations

import pytest

from client.documents.page_difference import Look, compare, differing_places
from client.model.comparison import Expected
from tests.fakes.pdf import Placed, from_objects, make_pdf


def page(content: bytes, size: tuple[int, int] = (200, 200)) -> bytes:
    return from_objects(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 4 0 R>>" % size,
            b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        ]
    )


TEXT = b"0 g " + b" ".join(b"%d 100 2 10 re f" % x for x in range(50, 150, 6))
"""Strokes as letters have them."""


def test_the_same_page_has_no_differing_place() -> None:
    assert differing_places(page(TEXT), page(TEXT), [0], {}) == ()


def test_a_place_is_told_in_points_from_the_lower_left() -> None:
    ((number, box),) = differing_places(page(TEXT), page(TEXT + b" 20 20 30 10 re f"), [0], {})
    assert number == 0
    assert box == pytest.approx((20, 20, 50, 30), abs=1)


def test_a_plan_larger_than_two_square_metres_is_compared_as_well() -> None:
    size = (6000, 4000)
    ((_, box),) = differing_places(page(b"", size), page(b"3000 2000 600 200 re f", size), [0], {})
    assert box == pytest.approx((3000, 2000, 3600, 2200), abs=6)


@pytest.mark.parametrize(
    ("over", "hides"),
    [
        (b"1 g 45 95 110 20 re f", True),
        (b"0 g 45 95 110 20 re f", True),
        (b"1 0 0 RG 3 w 60 80 60 60 re S", False),
        (b"1 0 0 RG 2 w 40 90 m 160 120 l S", False),
        (b"0.8 0 0 rg 160 95 20 20 re f", False),
    ],
    ids=["white over it", "black over it", "a frame across", "a stroke across", "beside it"],
)
def test_what_is_expected_counts_only_where_it_hides_something(over: bytes, hides: bool) -> None:
    expected = {0: [Expected((30, 70, 190, 150))]}
    found = differing_places(page(TEXT), page(TEXT + b" " + over), [0], expected)
    assert bool(found) is hides


def test_a_page_that_one_has_not_is_different_as_a_whole() -> None:
    one, two = make_pdf([Placed("1")]), make_pdf([Placed("1")], [Placed("2")])
    assert differing_places(one, two, [1], {}) == ((1, (0.0, 0.0, 0.0, 0.0)),)
    assert differing_places(two, one, [1], {}) == ((1, (0.0, 0.0, 0.0, 0.0)),)


def test_another_size_is_another_page() -> None:
    small, large = Look(1, 1, (b"\xff",)), Look(2, 1, (b"\xff\xff",))
    assert compare(small, large) == [(0.0, 0.0, 2.0, 1.0)]
