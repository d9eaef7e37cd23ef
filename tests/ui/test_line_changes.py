from __future__ import annotations

import random
from array import array

import pytest

from client.ui.line_changes import LineChanges, changes_between


def applied(old: array[int], new: array[int], changes: LineChanges) -> array[int]:
    """As a model does it."""
    lines = array("q", old)
    for first, last in reversed(changes.gone):
        del lines[first : last + 1]
    for first, last in changes.come:
        lines[first:first] = new[first : last + 1]
    return lines


@pytest.mark.parametrize("seed", range(60))
def test_the_changes_make_the_new_list_of_the_old(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - no secret is drawn
    numbers = draw.sample(range(10_000), draw.randrange(0, 3000))
    kept = [n for n in numbers if draw.random() < draw.choice((0.2, 0.9, 1.0))]
    old = array("q", kept)
    new = array("q", [n for n in numbers if n in set(kept) and draw.random() < 0.97])
    for _ in range(draw.randrange(4)):
        at = draw.randrange(len(new) + 1)
        new[at:at] = array("q", [draw.randrange(20_000, 1 << 40) for _ in range(draw.randrange(900))])
    changes = changes_between(old, new)
    assert changes is not None
    assert applied(old, new, changes) == new


def test_mail_that_comes_above_or_below_is_one_step() -> None:
    old = array("q", range(5000, 0, -1))
    assert changes_between(old, array("q", [7001, 7000]) + old) == LineChanges((), ((0, 1),))
    assert changes_between(old, old + array("q", range(-1, -1001, -1))) == LineChanges((), ((5000, 5999),))
    assert changes_between(old, old) == LineChanges((), ())
    assert changes_between(old, array("q")) == LineChanges(((0, 4999),), ())
    assert changes_between(array("q"), old) == LineChanges((), ((0, 4999),))


@pytest.mark.parametrize("length", [1, 2, 1023, 1024, 1025, 3000])
def test_one_line_that_goes_is_found_wherever_it_is(length: int) -> None:
    old = array("q", range(length))
    for line in {0, length // 2, length - 1}:
        new = old[:line] + old[line + 1 :]
        assert changes_between(old, new) == LineChanges(((line, line),), ())
        assert changes_between(new, old) == LineChanges((), ((line, line),))


def test_another_order_is_no_change_of_lines() -> None:
    assert changes_between(array("q", [1, 2, 3]), array("q", [1, 3, 2])) is None


def test_one_line_that_becomes_another_in_a_long_list() -> None:
    old = array("q", range(500_000))
    new = old[:250_000] + array("q", [-1]) + old[250_001:]
    assert changes_between(old, new) == LineChanges(((250_000, 250_000),), ((250_000, 250_000),))
