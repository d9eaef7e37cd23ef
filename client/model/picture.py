"""Pictures a letter shows in its text: what the window gets of them, and how many it takes."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_PICTURES = 60
"""Of one letter, those of attached letters included; further ones are listed as files."""
MOST_PIXELS_SHOWN = 32_000_000
"""Of one letter together, in the window's memory: 128 MB."""


@dataclass(frozen=True, slots=True)
class DrawnPicture:
    """One picture, written anew in the workshop: nothing of the sender's file is left but its pixels."""

    width: int
    """Pixels, as shown: turned the right way up, no larger than a reader can be."""
    height: int
    data: bytes = field(repr=False)
    """PNG or JPEG, this program's own."""


class PictureBudget:
    """What one letter may still have drawn."""

    def __init__(self) -> None:
        self._left = MOST_PIXELS_SHOWN

    @property
    def is_spent(self) -> bool:
        """Nothing more is drawn."""
        return self._left <= 0

    def allows(self, picture: DrawnPicture) -> bool:
        """Whether there is room for ``picture``; what is too large for the rest ends it."""
        self._left -= picture.width * picture.height
        return self._left >= 0
