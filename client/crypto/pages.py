"""Whether what the pages of a PDF draw is still what it was in an earlier revision."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader

from client.crypto.object_digests import Digests, entry
from client.crypto.pdf_files import PDF_ERRORS

_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_DRAWN = ("/Contents", *_INHERITED, "/UserUnit", "/Group")
_OVER_IT = ("/Annots",)
_MOST_NODES = 100_000


def pages_changed(reader: PdfFileReader, revision: int) -> bool:
    """Whether a page was added, taken away or draws something else than in ``revision``.

    Annotations and form fields lie over the page and are not compared here. What cannot be
    compared counts as changed.
    """
    try:
        return _looks(reader.get_historical_resolver(revision).root, _DRAWN) != _looks(reader.root, _DRAWN)
    except PDF_ERRORS:
        return True


@dataclass(slots=True)
class PageLooks:
    """What the pages of one document show: digests made once for each revision, and pictures."""

    drawn: dict[int, Any] = field(default_factory=dict)
    """Pages of the file as it is, as `page_difference.differing_places` keeps them."""
    _known: dict[int, tuple[tuple[bytes, ...], bytes]] = field(default_factory=dict)

    def of(self, reader: PdfFileReader, revision: int) -> tuple[tuple[bytes, ...], bytes]:
        """A digest a page, and one of what shows or hides things on every page."""
        if revision not in self._known:
            root = reader.get_historical_resolver(revision).root
            self._known[revision] = _looks(root, (*_DRAWN, *_OVER_IT)), _switches(root)
        return self._known[revision]


def pages_touched(reader: PdfFileReader, revision: int, looks: PageLooks | None = None) -> tuple[int, ...]:
    """Pages (the first is 0) that may look different since ``revision``: their content or what lies over it.

    ``looks`` is shared by all signatures of the document. Raises what a broken file raises.
    """
    looks = looks or PageLooks()
    then, then_shown = looks.of(reader, revision)
    now, now_shown = looks.of(reader, int(reader.xrefs.total_revisions) - 1)
    if then_shown != now_shown:
        return tuple(range(max(len(then), len(now))))
    return tuple(number for number, (one, other) in enumerate(zip_longest(then, now)) if one != other)


def _switches(root: Any) -> bytes:
    """What shows or hides things on every page: layers, and whether fields are drawn from their values."""
    digests = Digests(pages_apart=True)
    form = entry(root, "/AcroForm", {})
    return digests.of_entries(root, ("/OCProperties",)) + digests.of_entries(
        form, ("/NeedAppearances", "/DA")
    )


def pages_of(root: Any) -> list[dict[str, Any]]:
    """The pages in order, each with what it inherits and resolved one step; raises for broken trees."""
    return _pages(root["/Pages"], {}, 0, Digests(), (*_DRAWN, *_OVER_IT, "/AA"))


def page_count(root: Any) -> int:
    """How many pages there are, counted; raises for broken trees."""
    return len(_pages(root["/Pages"], {}, 0, Digests(), ()))


def page_references(root: Any) -> list[Any]:
    """Indirect references to the pages in order; raises for broken trees."""
    found: list[Any] = []
    waiting, visited = [root.raw_get("/Pages")], 0
    while waiting:
        reference = waiting.pop()
        visited += 1
        if visited > _MOST_NODES:
            raise ValueError
        node = reference.get_object()
        if "/Kids" in node:
            kids = node["/Kids"]
            waiting += [kids.raw_get(at) for at in reversed(range(len(kids)))]
        else:
            found.append(reference)
        if len(found) + len(waiting) > _MOST_NODES:
            raise ValueError
    return found


def reference_key(reference: Any) -> tuple[int, int]:
    """What tells objects apart; the same for everything that is no reference."""
    return getattr(reference, "idnum", -1), getattr(reference, "generation", -1)


def _looks(root: Any, entries: tuple[str, ...]) -> tuple[bytes, ...]:
    digests = Digests()
    return tuple(_look(page, entries, digests) for page in _pages(root["/Pages"], {}, 0, digests, entries))


def _look(page: dict[str, Any], entries: tuple[str, ...], digests: Digests) -> bytes:
    parts = [name.encode() + digests.of(page[name]) for name in entries if name in page]
    return hashlib.sha256(b"".join(parts)).digest()


def _pages(
    node: Any, inherited: dict[str, Any], depth: int, digests: Digests, entries: tuple[str, ...]
) -> list[dict[str, Any]]:
    digests.count(depth)
    own = {name: node[name] for name in entries if name in node}
    if "/Kids" not in node:
        return [inherited | own]
    passed = inherited | {name: value for name, value in own.items() if name in _INHERITED}
    kids = node["/Kids"]
    # Only an index follows a reference; iterating hands out the references themselves.
    return [page for at in range(len(kids)) for page in _pages(kids[at], passed, depth + 1, digests, entries)]
