"""Which parts of a message its HTML may show as pictures (RFC 2387, 2392, 2557).

A picture is found by name only among the parts it is looked for in: text that is signed never shows one
from outside its signature, and nothing that is not in the message is shown at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

from client.model.message import BodyPart
from client.model.picture import MOST_PICTURES

_CID = "cid:"
_NAMED_BY_OTHERS = frozenset({"application/octet-stream", "application/x-download", "binary/octet-stream"})
"""What old gateways and phones call a picture; what it is the decoder finds out."""
_LONGEST_NAME = 1000


class Pictures:
    """The pictures one HTML text may show, and those it does."""

    def __init__(self) -> None:
        self._sections: dict[str, str] = {}
        self._drawn: dict[str, None] = {}

    @property
    def drawn(self) -> frozenset[str]:
        """Sections of the pictures that were asked for."""
        return frozenset(self._drawn)

    def offer(self, section: str, content_id: str, location: str = "") -> None:
        """Let ``section`` be shown under these names; of two parts of one name the first counts."""
        for name in (_id_key(content_id) if content_id else "", location):
            if name and len(name) <= _LONGEST_NAME:
                self._sections.setdefault(name, section)

    def offer_parts(self, parts: Iterable[BodyPart], prefix: str = "") -> None:
        """The same for every part that may be a picture; SVG is a program and never is."""
        for part in parts:
            kind = part.content_type
            picture = kind.startswith("image/") and "svg" not in kind
            if picture or kind in _NAMED_BY_OTHERS:
                self.offer(f"{prefix}{part.section}", part.content_id, part.content_location)

    def find(self, reference: str) -> str | None:
        """The ``cid:SECTION`` that an ``src`` stands for; None where it names no picture of the message."""
        bare = "".join(reference.split())
        is_id = bare[: len(_CID)].lower() == _CID
        section = self._sections.get(_id_key(bare[len(_CID) :]) if is_id else bare)
        if section is None or (section not in self._drawn and len(self._drawn) >= MOST_PICTURES):
            return None
        self._drawn[section] = None
        return f"{_CID}{section}"


def _id_key(content_id: str) -> str:
    """As Content-IDs are compared here: percent-coded or not (RFC 2392), in any case, as Outlook does."""
    return f"{_CID}{unquote(content_id).strip('<> ').casefold()}"
