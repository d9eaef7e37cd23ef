"""The signatures of a PDF told apart: by whom they could be made, in their order, or not to be read."""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import CMSExtractionError, CMSStructuralError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from client.crypto import verdicts
from client.crypto.object_digests import entry
from client.crypto.pdf_files import PDF_ERRORS
from client.crypto.signature_fields import SignatureField
from client.crypto.verdicts import Judgement
from client.model.verdict import SignatureFormat, SignatureVerdict

SIGNATURE_ERRORS = (*PDF_ERRORS, CMSExtractionError, CMSStructuralError, SignatureValidationError)
MOST_SIGNATURES = 100
"""More are listed and not judged, which is never green: each costs some tens of milliseconds."""


def sorted_out(
    reader: PdfFileReader, fields: list[SignatureField]
) -> tuple[list[EmbeddedPdfSignature], list[EmbeddedPdfSignature], list[SignatureVerdict]]:
    """Signatures in the order they were made, document time-stamps, and what cannot be judged."""
    signatures: list[EmbeddedPdfSignature] = []
    stamps: list[EmbeddedPdfSignature] = []
    unjudged: list[SignatureVerdict] = []
    seen: set[Any] = set()
    for field in fields:
        if len(signatures) >= MOST_SIGNATURES:
            unjudged.append(not_judged(field.name, verdicts.NOT_RUN))
            continue
        try:
            if not field.readable or _claimed_before(field.value, seen):
                unjudged.append(not_judged(field.name, verdicts.UNREADABLE))
                continue
            embedded = EmbeddedPdfSignature(reader, field.reference, field.name)
            is_stamp = _is_stamp(embedded)
        except SIGNATURE_ERRORS:
            unjudged.append(not_judged(field.name, verdicts.UNREADABLE))
            continue
        (stamps if is_stamp else signatures).append(embedded)
    return sorted(signatures, key=_moment_of_signing), stamps, unjudged


def _is_stamp(embedded: EmbeddedPdfSignature) -> bool:
    """By its type, or, where a writer got that wrong, by the subfilter that only time-stamps have."""
    kind, form = (str(entry(embedded.sig_object, name, "")) for name in ("/Type", "/SubFilter"))
    return kind == "/DocTimeStamp" or form == "/ETSI.RFC3161"


def _moment_of_signing(embedded: EmbeddedPdfSignature) -> int:
    """Each signature makes a revision of its own: that is the order nobody can choose afterwards."""
    return int(embedded.signed_revision)


def _claimed_before(value: Any, seen: set[Any]) -> bool:
    """Whether another field showed the same signature: one signature, two places, is one too many."""
    reference = getattr(value, "container_ref", None)
    known = reference is not None and reference in seen
    seen.add(reference)
    return known


def not_judged(where: str, judgement: Judgement) -> SignatureVerdict:
    """The verdict on a signature that could not be looked into."""
    return SignatureVerdict(
        SignatureFormat.PADES,
        judgement.indication,
        judgement.sub_indication,
        where=where,
        reasons=(judgement.reason,),
    )
