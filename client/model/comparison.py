"""A signed document beside what became of it: values the window shows."""

from __future__ import annotations

from dataclasses import dataclass

from client.model.change import ChangedPlace
from client.model.signing import PageImage

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Where a difference is no news, because somebody signed there later, unless it hides something."""

    box: Box
    """In default user space."""
    waiting: bool = False
    """The empty field was there before: what it showed itself was to go."""


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """A signature's document in a message: the part it lies in and how much of it was signed."""

    mailbox_id: int
    row_id: int
    section: str
    length: int
    """Bytes of the signed revision, as `SignatureVerdict.revision_bytes` tells."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What there is to compare."""

    pages_signed: int
    pages_now: int
    touched: tuple[int, ...] = ()
    """Pages that later updates may have changed, 1 is the first; the others are as they were."""
    later: tuple[tuple[int, Expected], ...] = ()
    """Where later signatures show themselves: page and box."""

    @property
    def pages(self) -> int:
        """Pages of the longer one."""
        return max(self.pages_signed, self.pages_now)

    def later_on(self, page: int) -> tuple[Expected, ...]:
        """The later signatures of one page."""
        return tuple(one for number, one in self.later if number == page)


@dataclass(frozen=True, slots=True)
class PagePair:
    """One page as it was signed and as it is now; None where one of the two does not have it."""

    page: int
    signed: PageImage | None
    now: PageImage | None
    places: tuple[ChangedPlace, ...] = ()
    later: tuple[ChangedPlace, ...] = ()
    """Where later signatures stand, as the page is shown."""
