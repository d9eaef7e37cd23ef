"""A letter that was sent in pieces (message/partial, RFC 2046 section 5.2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MOST_PIECES = 200
MOST_BYTES = 60 * 1024 * 1024
"""Of all pieces together; Exchange and Zimbra take letters of some 50 MB."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Which piece a message is."""

    identifier: str
    """What all pieces of one letter have in common."""
    number: int
    """1 is the first."""
    total: int = 0
    """How many there are; 0: this piece does not say."""


class PieceState(StrEnum):
    """Whether the pieces on this computer make a letter."""

    COMPLETE = "complete"
    MISSING = "missing"
    DIFFERENT = "different"
    """Two pieces claim one place, or disagree on how many there are."""
    TOO_LARGE = "too-large"


@dataclass(frozen=True, slots=True)
class FoundPieces:
    """What is known of the other pieces."""

    state: PieceState
    total: int = 0
    """0: no piece at hand says."""
    missing: tuple[int, ...] = ()
    """Numbers of the pieces that are not here; empty where the total is not known."""
