"""Open PDF files that strangers made: strictly first, then as leniently as must be."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from client.crypto.pdf_speed import read_hex_strings_in_pieces
from client.errors import DocumentEncrypted, MalformedDocument
from client.model.secret import Secret

PDF_ERRORS = (
    PdfError,
    zlib.error,
    struct.error,
    EOFError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    OSError,
    NotImplementedError,
    RecursionError,
    ArithmeticError,
)
"""What pyHanko raises for broken files; its parser lets built-in errors through."""

_HEADER = b"%PDF-1.7\n"
HEADER_WITHIN = 1024
"""Readers accept junk before ``%PDF`` up to here (ISO 32000-1 annex H.3.4.1)."""


@dataclass(frozen=True)
class OpenedPdf:
    """A readable PDF."""

    reader: PdfFileReader
    hybrid: bool
    """It carries two cross-reference tables that may disagree (ISO 32000-1 section 7.5.8.4)."""


def open_pdf(pdf: bytes, name: str = "", password: Secret | None = None) -> OpenedPdf:
    """Read ``pdf``; raises `MalformedDocument` or `DocumentEncrypted`."""
    _check_header(pdf, name)
    read_hex_strings_in_pieces()
    try:
        try:
            reader = _reader(pdf, strict=True)
            _unlock(reader, name, password)
            hybrid = bool(reader.xrefs.hybrid_xrefs_present)
        except PDF_ERRORS:
            hybrid = True
        if hybrid:
            reader = _reader(pdf, strict=False)
            _unlock(reader, name, password)
            hybrid = bool(reader.xrefs.hybrid_xrefs_present)
        _ = reader.root
    except PDF_ERRORS as error:
        raise MalformedDocument(name=name, reason="corrupt") from error
    return OpenedPdf(reader, hybrid)


def _reader(pdf: bytes, *, strict: bool) -> PdfFileReader:
    """pyHanko wants the header at the first byte; what stands before it is passed over, and still signed."""
    if pdf.startswith(b"%PDF-"):
        return PdfFileReader(io.BytesIO(pdf), strict=strict)
    reader = PdfFileReader(io.BytesIO(_HEADER + pdf[len(_HEADER) :]), strict=strict)
    reader.stream = io.BytesIO(pdf)
    return reader


def open_for_update(pdf: bytes, name: str = "", password: Secret | None = None) -> IncrementalPdfFileWriter:
    """A writer that appends to ``pdf`` and never rewrites it; raises as `open_pdf` does."""
    opened = open_pdf(pdf, name, password)
    try:
        return IncrementalPdfFileWriter.from_reader(opened.reader)
    except PDF_ERRORS as error:
        raise MalformedDocument(name=name, reason="corrupt") from error


def _check_header(pdf: bytes, name: str) -> None:
    if not pdf:
        raise MalformedDocument(name=name, reason="empty")
    if b"%PDF-" not in pdf[:HEADER_WITHIN]:
        raise MalformedDocument(name=name, reason="not-pdf")


def _unlock(reader: PdfFileReader, name: str, password: Secret | None) -> None:
    if not reader.encrypted:
        return
    try:
        result = reader.decrypt(password.reveal() if password is not None else "")
    except PDF_ERRORS as error:
        raise DocumentEncrypted(name=name, reason="encryption-not-supported") from error
    if result.status == AuthStatus.FAILED:
        raise DocumentEncrypted(name=name, reason="password-wrong" if password else "password-needed")
