"""What people do to a document when they sign it, and what of it is seen on the page.

Decree 30/2020, Appendix I: personal signature and seal (part II, 7 and 8), annexes and copies.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SigningRole(StrEnum):
    """The act, not the format."""

    APPROVE = "phe-duyet"
    """Ký phê duyệt: the authorised person; blue image between title and name."""
    ISSUE = "phat-hanh"
    """Phát hành: the office's seal over about a third of the personal signature, on its left."""
    ANNEX = "phu-luc"
    """Phụ lục in a separate file: one line of text at the top right of page 1, no image."""
    COPY = "sao-y"
    """Sao y: the same place; form of copy, office, time."""
    COPY_RECORD = "sao-luc"
    """Sao lục."""
    EXTRACT = "trich-sao"
    """Trích sao."""

    @property
    def uses_seal(self) -> bool:
        """Whether the office signs, with the key that the records clerk keeps."""
        return self is not SigningRole.APPROVE

    @property
    def shows_image(self) -> bool:
        """Whether an image is shown; otherwise it is one line of 10 pt text."""
        return self in {SigningRole.APPROVE, SigningRole.ISSUE}

    @property
    def names_number(self) -> bool:
        """Whether the line says to which main document this belongs."""
        return self is SigningRole.ANNEX

    @property
    def names_office(self) -> bool:
        """Whether the line says which office copied."""
        return not (self.shows_image or self.names_number)


def lacking(role: SigningRole | None, number: str, office: str) -> str:
    """What an act's line of text cannot do without: ``number``, ``office``; "" where it is complete."""
    if role is None:
        return ""
    if role.names_number and not number.strip():
        return "number"
    return "office" if role.names_office and not office.strip() else ""


@dataclass(frozen=True, slots=True)
class Placement:
    """A box on a page as it is seen: points from the lower left corner of the visible, turned page."""

    page: int
    """1 is the first."""
    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Points."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Points."""
        return self.top - self.bottom

    def moved(self, across: float, up: float) -> Placement:
        """The same box elsewhere on the page; points."""
        return Placement(self.page, self.left + across, self.bottom + up, self.right + across, self.top + up)


@dataclass(frozen=True, slots=True)
class Appearance:
    """What the signature is to look like; None instead of one means a signature that is not seen."""

    role: SigningRole
    image: bytes = b""
    """PNG with transparency: the hand signature or the seal."""
    placement: Placement | None = None
    """None: found from the document's own text."""
    number: str = ""
    """Số, ký hiệu of the main document, for an annex."""
    office: str = ""
    """The office that copies."""
    seal_diameter_mm: float = 36.0


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as pixels, for the eye."""

    page: int
    pages: int
    width_pt: float
    """Of the visible, turned page."""
    height_pt: float
    png: bytes
