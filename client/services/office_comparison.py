"""The real `ComparisonDesk`: the workshop reads and draws; see there for each method."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from client.model.at_rest import Readable
from client.model.change import ChangedPlace
from client.model.comparison import Outline, PagePair, SignedDocument
from client.model.secret import Secret
from client.services.futures import then
from client.services.tasks import Lane

T = TypeVar("T")


class OfficeComparison:
    """``body`` finds the message's file; nothing is kept between two questions."""

    def __init__(self, body: Callable[[int, int], Future[Readable]], lane: Lane) -> None:
        self._body, self._lane = body, lane

    def outline(self, document: SignedDocument, password: Secret | None = None) -> Future[Outline]:
        """See `ComparisonDesk.outline`."""
        return self._ask(workshop_outline, document, password)

    def page(
        self, document: SignedDocument, page: int, width: int, what: Outline, password: Secret | None = None
    ) -> Future[PagePair]:
        """See `ComparisonDesk.page`."""
        return self._ask(workshop_page, document, page, width, what, password)

    def places(
        self, document: SignedDocument, page: int, what: Outline, password: Secret | None = None
    ) -> Future[tuple[ChangedPlace, ...]]:
        """See `ComparisonDesk.places`."""
        return self._ask(workshop_places, document, page, what, password)

    def signed_version(self, document: SignedDocument) -> Future[bytes]:
        """See `ComparisonDesk.signed_version`."""
        return self._ask(workshop_version, document)

    def _ask(self, work: Callable[..., T], document: SignedDocument, *more: object) -> Future[T]:
        body = self._body(document.mailbox_id, document.row_id)
        return then(
            body, lambda path: self._lane.submit(work, path, document.section, document.length, *more)
        )


def workshop_outline(path: Readable, section: str, length: int, password: Secret | None) -> Outline:
    """In the workshop: see `comparison_bench.outline`."""
    from client.services import comparison_bench

    return comparison_bench.outline(path, section, length, password)


def workshop_page(
    path: Readable, section: str, length: int, page: int, width: int, what: Outline, password: Secret | None
) -> PagePair:
    """In the workshop: see `comparison_bench.page_pair`."""
    from client.services import comparison_bench

    return comparison_bench.page_pair(path, section, length, page, width, what, password)


def workshop_places(
    path: Readable, section: str, length: int, page: int, what: Outline, password: Secret | None
) -> tuple[ChangedPlace, ...]:
    """In the workshop: see `comparison_bench.places`."""
    from client.services import comparison_bench

    return comparison_bench.places(path, section, length, page, what, password)


def workshop_version(path: Readable, section: str, length: int) -> bytes:
    """In the workshop: see `signed_versions.signed_version`."""
    from client.services.signed_versions import signed_version

    return signed_version(path, section, length)
