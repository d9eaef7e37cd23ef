"""Which lines of a view are chosen, as runs of them: a million chosen lines may be one run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from PySide6.QtCore import QItemSelectionModel, QItemSelectionRange

from client.ui.line_changes import Run


def chosen_runs(chosen: QItemSelectionModel) -> list[Run]:
    """In ascending order, first and last line of each."""
    ranges = cast("Iterable[QItemSelectionRange]", chosen.selection())
    return sorted((one.top(), one.bottom()) for one in ranges)
