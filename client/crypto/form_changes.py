"""Which form fields are not what they were in an earlier revision of a PDF, with their values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from client.crypto.object_digests import Digests, entry
from client.crypto.pages import page_references, reference_key
from client.model.change import FieldChange

_MOST_FIELDS = 10_000
_MOST_DEPTH = 40
_MOST_LETTERS = 500
_PASSED_ON = ("/FT", "/V", "/DV", "/Ff", "/DA", "/Opt")
_NOT_LOOK = frozenset({"/V", "/DV", "/T", "/Kids", "/Parent", "/P"})


@dataclass(frozen=True, slots=True)
class _Field:
    value: str
    default: str
    look: bytes
    page: int = field(compare=False)


def changed_fields(reader: PdfFileReader, revision: int) -> tuple[FieldChange, ...]:
    """Fields other than signatures whose value or look is another than in ``revision``, by name.

    ISO 32000-1 section 12.7.3. A field that was added has no value before, one that was taken away
    none after. Raises what a broken file raises.
    """
    return changed_between(reader.get_historical_resolver(revision).root, reader.root)


def changed_between(before: Any, after: Any) -> tuple[FieldChange, ...]:
    """The same for the catalogues of two revisions."""
    old, new = _fields(before), _fields(after)
    changes = (_change(name, old.get(name), new.get(name)) for name in sorted(old.keys() | new.keys()))
    return tuple(change for change in changes if change is not None)


def field_count(root: Any) -> int:
    """How many fields and widgets the form has; raises what a broken file raises."""
    return sum(1 for _ in _walk(entry(root, "/AcroForm", {}), "", {}, 0))


def _change(name: str, old: _Field | None, new: _Field | None) -> FieldChange | None:
    if old == new:
        return None
    before, after = (one.value if one is not None else "" for one in (old, new))
    if old is not None and new is not None and before == after and old.default != new.default:
        before, after = old.default, new.default
    look = old is None or new is None or old.look != new.look
    page = next((one.page for one in (new, old) if one is not None and one.page), 0)
    return FieldChange(name, before, after, look, page)


def _fields(root: Any) -> dict[str, _Field]:
    """The form's fields by their full name; those of one name are one field."""
    pages = {reference_key(page): number for number, page in enumerate(page_references(root), 1)}
    digests = Digests()
    found: dict[str, _Field] = {}
    form = entry(root, "/AcroForm", {})
    for name, node, kind in _walk(form, "", {}, 0):
        if kind.get("/FT") == "/Sig":
            continue
        look = digests.of_entries(node, sorted(set(node) - _NOT_LOOK))
        known = found.get(name)
        value, default = _text(kind.get("/V")), _text(kind.get("/DV"))
        page = pages.get(reference_key(node.raw_get("/P")) if "/P" in node else (-1, -1), 0)
        if known is not None:
            value, default = value or known.value, default or known.default
            look, page = known.look + look, known.page or page
        found[name] = _Field(value, default, look, page)
        if len(found) > _MOST_FIELDS:
            raise ValueError
    return found


def _walk(
    node: Any, prefix: str, inherited: dict[str, Any], depth: int
) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Terminal fields and their widgets, each with what it inherits."""
    if depth > _MOST_DEPTH:
        raise ValueError
    kids = node["/Fields" if depth == 0 else "/Kids"] if ("/Kids" in node or "/Fields" in node) else ()
    if depth and not len(kids):
        yield prefix, node, inherited
    for at in range(len(kids)):
        kid = kids[at]
        if not isinstance(kid, generic.DictionaryObject):
            continue
        own = str(entry(kid, "/T", ""))
        whole = f"{prefix}.{own}" if prefix and own else prefix or own
        passed = inherited | {name: kid[name] for name in _PASSED_ON if name in kid}
        yield from _walk(kid, whole, passed, depth + 1)


def _text(value: Any) -> str:
    """A field's value as people read it."""
    if value is None or isinstance(value, generic.NullObject):
        return ""
    if isinstance(value, generic.StreamObject):
        words = value.data.decode("utf-8", "replace")
    elif isinstance(value, generic.ArrayObject):
        words = ", ".join(_text(value[at]) for at in range(min(len(value), _MOST_FIELDS)))
    else:
        words = str(value)
    words = words.removeprefix("/") if isinstance(value, generic.NameObject) else words
    return words if len(words) <= _MOST_LETTERS else words[:_MOST_LETTERS] + "…"
