"""Digests of PDF objects with all they refer to, for comparing two revisions of a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from pyhanko.pdf_utils import generic

_MAX_DEPTH = 60
_MAX_OBJECTS = 200_000
_NOT_DRAWN = frozenset({"/Parent", "/P", "/Metadata", "/PieceInfo", "/LastModified", "/StructParents"})
_PAGE = b"page"


def entry(dictionary: Any, name: str, default: Any = None) -> Any:
    """An entry with its reference followed, which the dictionary's own ``get`` does not."""
    return dictionary[name] if name in dictionary else default  # noqa: SIM401 - see above


class Digests:
    """Digests of objects of one revision, each made once."""

    def __init__(self, *, pages_apart: bool = False) -> None:
        """``pages_apart``: a reference to a page says that there is one, not what is on it."""
        self._pages_apart = pages_apart
        self._seen: dict[Any, bytes] = {}
        self._objects = 0

    def count(self, depth: int) -> None:
        """Raises ValueError where a file nests or branches beyond reason."""
        self._objects += 1
        if depth > _MAX_DEPTH or self._objects > _MAX_OBJECTS:
            raise ValueError

    def of(self, thing: Any) -> bytes:
        """The digest of an object."""
        return self._digest(thing, 0)

    def of_entries(self, dictionary: Any, names: Iterable[str]) -> bytes:
        """The digest of some entries of a dictionary; those it has not do not count."""
        parts: list[bytes] = []
        for name in names:
            if name in dictionary:
                raw = getattr(dictionary, "raw_get", dictionary.__getitem__)
                parts += [name.encode(), self._digest(raw(name), 0)]
        return hashlib.sha256(b"\0".join(parts)).digest()

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
        if self._pages_apart and depth and isinstance(thing, dict) and entry(thing, "/Type") == "/Page":
            return _PAGE
        parts: list[bytes] = [type(thing).__name__.encode()]
        if isinstance(thing, generic.DictionaryObject):
            for name in sorted(set(thing) - _NOT_DRAWN):
                parts += [name.encode(), self._digest(_as_written(thing, name), depth + 1)]
            if isinstance(thing, generic.StreamObject):
                parts.append(hashlib.sha256(thing.encoded_data).digest())
        elif isinstance(thing, generic.ArrayObject):
            parts += [self._digest(thing.raw_get(at), depth + 1) for at in range(len(thing))]
        elif isinstance(thing, generic.BooleanObject):
            parts.append(b"true" if thing.value else b"false")
        elif not isinstance(thing, generic.NullObject):
            # A null's own words name its address in memory.
            parts.append(repr(thing).encode())
        return hashlib.sha256(b"\0".join(parts)).digest()


def _as_written(dictionary: Any, name: str) -> Any:
    """An entry, decrypted but for the one string that never is (ISO 32000-1 section 7.6.1)."""
    if name == "/Contents" and "/ByteRange" in dictionary:
        return dictionary.raw_get(name, decrypt=generic.EncryptedObjAccess.RAW)
    return dictionary.raw_get(name)
