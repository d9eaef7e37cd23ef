"""Whether what the pages of a PDF draw is still what it was in an earlier revision."""

from __future__ import annotations

import hashlib
from itertools import zip_longest
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from client.crypto.pdf_files import PDF_ERRORS

_MAX_DEPTH = 60
_MAX_OBJECTS = 200_000
_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_DRAWN = ("/Contents", *_INHERITED, "/UserUnit", "/Group")
_NOT_DRAWN = frozenset({"/Parent", "/P", "/Metadata", "/PieceInfo", "/LastModified", "/StructParents"})


def pages_changed(reader: PdfFileReader, revision: int) -> bool:
    """Whether a page was added, taken away or draws something else than in ``revision``.

    Annotations and form fields lie over the page and are not compared here. What cannot be
    compared counts as changed.
    """
    try:
        return _drawn(reader.get_historical_resolver(revision).root) != _drawn(reader.root)
    except PDF_ERRORS:
        return True


def pages_touched(reader: PdfFileReader, revision: int) -> tuple[int, ...]:
    """Pages (the first is 0) that may look different since ``revision``: their content or what lies over it.

    Raises what a broken file raises.
    """
    then = _seen(reader.get_historical_resolver(revision).root)
    now = _seen(reader.root)
    both = zip_longest(then, now)
    return tuple(number for number, (old, new) in enumerate(both) if old != new)


def _seen(root: Any) -> tuple[bytes, ...]:
    walk = _Walk(also=("/Annots",))
    return tuple(walk.page(page) for page in _pages(root["/Pages"], {}, 0, walk))


def _drawn(root: Any) -> tuple[bytes, ...]:
    walk = _Walk()
    return tuple(walk.page(page) for page in _pages(root["/Pages"], {}, 0, walk))


def _pages(node: Any, inherited: dict[str, Any], depth: int, walk: _Walk) -> list[dict[str, Any]]:
    walk.count(depth)
    own = {name: node[name] for name in walk.entries if name in node}
    if "/Kids" not in node:
        return [inherited | own]
    passed = inherited | {name: value for name, value in own.items() if name in _INHERITED}
    kids = node["/Kids"]
    # Only an index follows a reference; iterating hands out the references themselves.
    return [page for at in range(len(kids)) for page in _pages(kids[at], passed, depth + 1, walk)]


class _Walk:
    """Digests of objects of one revision, each made once."""

    def __init__(self, also: tuple[str, ...] = ()) -> None:
        self.entries = (*_DRAWN, *also)
        """The entries of a page that count."""
        self._seen: dict[Any, bytes] = {}
        self._objects = 0

    def count(self, depth: int) -> None:
        """Raises ValueError where a file nests or branches beyond reason."""
        self._objects += 1
        if depth > _MAX_DEPTH or self._objects > _MAX_OBJECTS:
            raise ValueError

    def page(self, page: dict[str, Any]) -> bytes:
        """The digest of what a page draws."""
        parts = [name.encode() + self._digest(page[name], 0) for name in self.entries if name in page]
        return hashlib.sha256(b"".join(parts)).digest()

    def _digest(self, thing: Any, depth: int) -> bytes:
        self.count(depth)
        if isinstance(thing, generic.IndirectObject):
            key = (thing.idnum, thing.generation)
            if key not in self._seen:
                self._seen[key] = b"cycle"
                self._seen[key] = self._digest(
                    thing.get_object(),  # type: ignore[no-untyped-call] # pyHanko has no types here
                    depth + 1,
                )
            return self._seen[key]
        parts: list[bytes] = [type(thing).__name__.encode()]
        if isinstance(thing, generic.DictionaryObject):
            for name in sorted(set(thing) - _NOT_DRAWN):
                parts += [name.encode(), self._digest(thing.raw_get(name), depth + 1)]
            if isinstance(thing, generic.StreamObject):
                parts.append(hashlib.sha256(thing.encoded_data).digest())
        elif isinstance(thing, generic.ArrayObject):
            parts += [self._digest(thing.raw_get(at), depth + 1) for at in range(len(thing))]
        else:
            parts.append(repr(thing).encode())
        return hashlib.sha256(b"\0".join(parts)).digest()
