"""What there is to compare between a signed revision of a PDF and the file as it is."""

from __future__ import annotations

from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from client.crypto.looks import later_signatures, signed_length
from client.crypto.pages import page_count, pages_touched
from client.crypto.pdf_files import PDF_ERRORS, open_pdf
from client.crypto.revisions import remember_introductions
from client.crypto.signature_fields import filled_fields
from client.errors import MalformedDocument
from client.model.comparison import Outline
from client.model.secret import Secret


def outline(pdf: bytes, length: int, password: Secret | None = None) -> Outline:
    """For the signature whose revision has ``length`` bytes.

    Raises `DocumentEncrypted`, and `MalformedDocument` where no signature left that many.
    """
    reader = open_pdf(pdf, "", password).reader
    remember_introductions(reader)
    try:
        for field in filled_fields(reader):
            if not field.readable:
                continue
            try:
                embedded = EmbeddedPdfSignature(reader, field.reference, field.name)
                if signed_length(embedded) != length:
                    continue
            except PDF_ERRORS:
                continue
            revision = int(embedded.signed_revision)
            touched = pages_touched(reader, revision)
            later = later_signatures(reader, revision)
            return Outline(
                page_count(reader.get_historical_resolver(revision).root),
                page_count(reader.root),
                tuple(page + 1 for page in touched),
                tuple((page + 1, one) for page, ones in sorted(later.items()) for one in ones),
            )
    except PDF_ERRORS as error:
        raise MalformedDocument(name="", reason="cannot-be-compared") from error
    raise MalformedDocument(name="", reason="no-signed-version")
