"""The signature fields of a PDF, each found on its own: one that is broken hides no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from client.crypto.object_digests import entry
from client.crypto.pdf_files import PDF_ERRORS

_MOST_DEPTH = 30
_MOST_FIELDS = 20_000


@dataclass(frozen=True, slots=True)
class SignatureField:
    """A field of type /Sig (ISO 32000-1 section 12.7.4.5) as the file has it now."""

    name: str
    """Its full name, ``""`` where it has none."""
    reference: Any
    """The indirect reference to the field; None where it stands in the list itself."""
    value: Any = None
    """What the field holds; None where nobody has signed."""
    readable: bool = True
    """False where something keeps it from being judged."""

    @property
    def is_filled(self) -> bool:
        """Whether somebody signed, or it cannot be read."""
        return self.value is not None or not self.readable


def signature_fields(reader: PdfFileReader) -> list[SignatureField]:
    """All signature fields in the order of the form; raises for what is no form at all.

    Unlike pyHanko's own list this one ends at no error: a field that cannot be read is in it as
    such, and so is one that other readers show though it breaks a rule (no name, no object of its own).
    """
    return signature_fields_of(reader.root)


def signature_fields_of(root: Any) -> list[SignatureField]:
    """The same for the catalogue of one revision."""
    if "/AcroForm" not in root:
        return []
    form = root["/AcroForm"]
    fields = entry(form, "/Fields")
    found: list[SignatureField] = []
    for field in _walk(fields, "", None, 0):
        found.append(field)
        if len(found) > _MOST_FIELDS:
            raise ValueError
    return found


def filled_fields(reader: PdfFileReader) -> list[SignatureField]:
    """Those that somebody signed, or that cannot be read."""
    return [field for field in signature_fields(reader) if field.is_filled]


def _walk(fields: Any, prefix: str, inherited: Any, depth: int) -> Iterator[SignatureField]:
    if not isinstance(fields, generic.ArrayObject):
        return
    for at in range(len(fields)):
        raw = fields.raw_get(at)
        try:
            yield from _of_node(raw, prefix, inherited, depth)
        except PDF_ERRORS:
            yield SignatureField(prefix, raw, readable=False)


def _of_node(raw: Any, prefix: str, inherited: Any, depth: int) -> Iterator[SignatureField]:
    if depth > _MOST_DEPTH:
        raise ValueError
    indirect = isinstance(raw, generic.IndirectObject)
    node = raw.get_object() if indirect else raw
    if not isinstance(node, generic.DictionaryObject):
        return
    kind = entry(node, "/FT", inherited)
    own = str(entry(node, "/T", ""))
    name = f"{prefix}.{own}" if prefix and own else prefix or own
    is_field = bool(own) or depth == 0 or "/FT" in node
    if is_field and kind == "/Sig" and ("/Kids" not in node or "/V" in node or _widgets_only(node)):
        value = entry(node, "/V")
        value = None if isinstance(value, generic.NullObject) else value
        readable = value is None or (indirect and isinstance(value, generic.DictionaryObject))
        yield SignatureField(name, raw if indirect else None, value, readable)
    if "/Kids" in node:
        yield from _walk(node["/Kids"], name, kind, depth + 1)


def _widgets_only(node: Any) -> bool:
    kids = node["/Kids"]
    return all("/T" not in kids[at] for at in range(len(kids)))
