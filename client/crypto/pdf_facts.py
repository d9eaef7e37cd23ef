"""What is worth saying of a PDF besides its signatures: rests, forms of another kind, files inside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from client.crypto.object_digests import entry
from client.crypto.pdf_files import PDF_ERRORS, OpenedPdf
from client.crypto.signature_fields import SignatureField
from client.model.verdict import Reason

_MOST_PAGES = 20_000


def facts_of(opened: OpenedPdf, pdf: bytes, fields: Iterable[SignatureField]) -> tuple[Reason, ...]:
    """Reasons that concern the file as a whole; never raises for what a stranger made of it."""
    found: list[Reason] = []
    if not pdf.startswith(b"%PDF-"):
        found.append(Reason.LEADING_DATA)
    if opened.hybrid:
        found.append(Reason.HYBRID_XREF)
    try:
        root = opened.reader.root
        form = entry(root, "/AcroForm", {})
        if "/XFA" in form:
            found.append(Reason.XFA_FORM)
        if "/Collection" in root:
            found.append(Reason.PORTFOLIO)
        elif _carries_files(root):
            found.append(Reason.EMBEDDED_FILES)
    except PDF_ERRORS:
        pass
    if not all(field.is_filled for field in fields):
        found.append(Reason.UNSIGNED_FIELDS)
    return tuple(found)


def grants_rights_alone(opened: OpenedPdf, pdf: bytes) -> bool:
    """Whether the only signature is the one by which a program's maker let a reader fill in the form.

    ISO 32000-1 section 12.8.2.3: nobody signs a document with it.
    """
    try:
        permissions = entry(opened.reader.root, "/Perms", {})
        grants = [permissions[name] for name in ("/UR", "/UR3") if name in permissions]
        return set(permissions) <= {"/UR", "/UR3"} and pdf.count(b"/ByteRange") == len(grants) > 0
    except PDF_ERRORS:
        return False


def _carries_files(root: Any) -> bool:
    """By the name tree (ISO 32000-1 section 7.11.4), as associated files, or hung on a page."""
    names = entry(root, "/Names", {})
    if "/EmbeddedFiles" in names or "/AF" in root:
        return True
    waiting, visited = [root["/Pages"]], 0
    while waiting and visited < _MOST_PAGES:
        node = waiting.pop()
        visited += 1
        kids = entry(node, "/Kids", ())
        waiting += [kids[at] for at in range(len(kids))]
        notes = entry(node, "/Annots", ())
        if any(entry(notes[at], "/Subtype") == "/FileAttachment" for at in range(len(notes))):
            return True
    return False
