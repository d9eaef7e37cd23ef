"""A `ComparisonDesk` that draws real files at once, or when the test says so."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from client.model.change import ChangedPlace
from client.model.comparison import Outline, PagePair, SignedDocument
from client.model.secret import Secret
from client.services import comparison_bench
from client.services.signed_versions import signed_version

if TYPE_CHECKING:
    from tests.fakes.desk import FakeDesk


class FakeComparisonDesk:
    """``files`` are messages by row id."""

    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk
        self.files: dict[int, Path] = {}

    def outline(self, document: SignedDocument, password: Secret | None = None) -> Future[Outline]:
        path, section, length = self._of(document)
        return self._desk.answer(
            "outline", lambda: comparison_bench.outline(path, section, length, password), document.section
        )

    def page(
        self, document: SignedDocument, page: int, width: int, what: Outline, password: Secret | None = None
    ) -> Future[PagePair]:
        path, section, length = self._of(document)
        return self._desk.answer(
            "page",
            lambda: comparison_bench.page_pair(path, section, length, page, width, what, password),
            page,
            width,
        )

    def places(
        self, document: SignedDocument, page: int, what: Outline, password: Secret | None = None
    ) -> Future[tuple[ChangedPlace, ...]]:
        path, section, length = self._of(document)
        return self._desk.answer(
            "places",
            lambda: comparison_bench.places(path, section, length, page, what, password),
            page,
        )

    def signed_version(self, document: SignedDocument) -> Future[bytes]:
        return self._desk.answer("signed_version", lambda: signed_version(*self._of(document)))

    def _of(self, document: SignedDocument) -> tuple[Path, str, int]:
        return self.files[document.row_id], document.section, document.length
