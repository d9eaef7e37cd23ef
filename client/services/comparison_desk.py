"""What the window asks to show a signed document beside what became of it; part of `VerificationDesk`.

Futures fail with `DocumentEncrypted` where a password is needed, with `MalformedDocument` otherwise.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

from client.model.change import ChangedPlace
from client.model.comparison import Outline, PagePair, SignedDocument
from client.model.secret import Secret


class ComparisonDesk(Protocol):
    """`client.services.office_comparison.OfficeComparison` is the real one."""

    def outline(self, document: SignedDocument, password: Secret | None = None) -> Future[Outline]:
        """What there is to compare, without drawing anything."""

    def page(
        self, document: SignedDocument, page: int, width: int, what: Outline, password: Secret | None = None
    ) -> Future[PagePair]:
        """One page of both, about ``width`` pixels wide."""

    def places(
        self, document: SignedDocument, page: int, what: Outline, password: Secret | None = None
    ) -> Future[tuple[ChangedPlace, ...]]:
        """Where one page looks different, without pictures."""

    def signed_version(self, document: SignedDocument) -> Future[bytes]:
        """The document exactly as the signer left it."""
