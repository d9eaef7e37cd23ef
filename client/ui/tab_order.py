"""Tab goes through a pane as the eye does: in the order of its layouts, whatever was made first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QWidget


def order_tabs(root: QWidget) -> None:
    """Chain everything in ``root`` that takes the focus by Tab, hidden or not."""
    for before, after in pairwise(tab_stops(root)):
        QWidget.setTabOrder(before, after)


def tab_stops(root: QWidget) -> Iterator[QWidget]:
    """What takes the focus in ``root``, itself first, from the top and from the left."""
    if root.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield root
    inside = root.widget() if isinstance(root, QScrollArea) else None
    if inside is not None:
        yield from tab_stops(inside)
    layout = root.layout()
    if layout is not None:
        yield from _of_layout(layout)


def _of_layout(layout: QLayout) -> Iterator[QWidget]:
    for index in range(layout.count()):
        item = layout.itemAt(index)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            yield from tab_stops(widget)
        elif inner is not None:
            yield from _of_layout(inner)
