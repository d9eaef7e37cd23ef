"""What a PDF lets a further signer do, and who forbids it (ISO 32000-2, 12.7.5.5 and 12.8.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import (
    MDPPerm,
    SigSeedSubFilter,
    SigSeedValFlags,
    SigSeedValueSpec,
    enumerate_sig_fields,
)
from pyhanko.sign.general import CMSExtractionError, CMSStructuralError, SigningError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, read_certification_data

from client.crypto.certificates import describe
from client.crypto.pades_stamp import Box
from client.crypto.pdf_files import PDF_ERRORS, open_pdf
from client.errors import MalformedDocument, SigningRefused
from client.model.secret import Secret

_UNREADABLE = (*PDF_ERRORS, CMSExtractionError, CMSStructuralError, SignatureValidationError)
_DIGESTS = ("sha256", "sha384", "sha512")
"""What our keys sign with, the customary one first."""


@dataclass(frozen=True, slots=True)
class EmptyField:
    """A signature field that waits for its signature."""

    name: str
    page: int
    """1 is the first; 0 where the field is shown on no page."""
    box: Box
    """In the page's own user space; without area for a signature that is not seen."""


@dataclass(frozen=True, slots=True)
class FieldDemands:
    """What the chosen field asks of a signature, as far as we can give it."""

    digest: str = _DIGESTS[0]
    timestamp: bool = False
    """The field accepts no signature without a time-stamp."""


def empty_fields(pdf: bytes, name: str = "", password: Secret | None = None) -> tuple[EmptyField, ...]:
    """The signature fields nobody has signed yet; raises `MalformedDocument` or `DocumentEncrypted`."""
    reader = open_pdf(pdf, name, password).reader
    try:
        return empty_fields_of(reader)
    except PDF_ERRORS as error:
        raise MalformedDocument(name=name, reason="corrupt") from error


def empty_fields_of(reader: PdfFileReader) -> tuple[EmptyField, ...]:
    """The same for an opened document; raises what pyHanko raises."""
    found = list(enumerate_sig_fields(reader, filled_status=False))
    pages = _page_numbers(reader) if found else {}
    return tuple(
        EmptyField(str(field_name), *_place(reference.get_object(), pages))
        for field_name, _, reference in found
    )


def refuse_if_forbidden(reader: PdfFileReader, field_name: str, *, adds_drawing: bool) -> None:
    """Raise `SigningRefused` when an earlier signer allows no signature in ``field_name``.

    ``adds_drawing``: the field is new and would be seen. Over a certified document it could hide
    what was certified, so only a field that was there before may be (the certification attacks of
    2021); verifiers, ours too, would call the certification broken.
    ``reason`` is ``document-certified``, ``field-locked`` or ``certified-no-new-drawing``; ``signer``
    and ``date`` (ISO 8601, as that signer claims it) tell who and when.
    """
    for name, _, reference in enumerate_sig_fields(reader, filled_status=True):
        try:
            embedded = EmbeddedPdfSignature(reader, reference, str(name))
            reason = _forbids(embedded, field_name, adds_drawing)
        except _UNREADABLE:
            # Whether it may be built upon at all is for the check of earlier signatures to say.
            continue
        if reason:
            raise SigningRefused(reason=reason, **_who(embedded))


def _forbids(embedded: EmbeddedPdfSignature, field_name: str, adds_drawing: bool) -> str:
    if embedded.docmdp_level is MDPPerm.NO_CHANGES:
        return "document-certified"
    locks = embedded.fieldmdp
    if locks is not None and locks.is_locked(field_name):
        return "field-locked"
    certification = read_certification_data(embedded.reader)
    certifies = certification is not None and certification.author_sig == embedded.sig_object
    return "certified-no-new-drawing" if adds_drawing and certifies else ""


def demands_of(reader: PdfFileReader, field_name: str, certificate: Any, reason: str) -> FieldDemands:
    """What an empty field's seed values ask (ISO 32000-2 table 237); `SigningRefused` if we cannot give it.

    ``certificate`` is the signer's, as asn1crypto has it; ``reason`` the one given for signing. The
    error's reason is ``no-such-field``, ``field-already-signed`` or ``field-demands-…``.
    """
    for name, value, reference in enumerate_sig_fields(reader):
        if name == field_name:
            if value:
                raise SigningRefused(reason="field-already-signed", field=field_name)
            return _read_demands(reference.get_object(), field_name, certificate, reason)
    raise SigningRefused(reason="no-such-field", field=field_name)


def _read_demands(field: Any, name: str, certificate: Any, reason: str) -> FieldDemands:
    dictionary = field.get("/SV")
    if dictionary is None:
        return FieldDemands()
    try:
        seeds = SigSeedValueSpec.from_pdf_object(dictionary)  # type: ignore[no-untyped-call] # pyHanko has no types here
    except (SigningError, *PDF_ERRORS) as error:
        raise SigningRefused(reason="field-demands-unreadable", field=name) from error
    for code, unmet in _unmet(seeds, reason):
        if unmet:
            raise SigningRefused(reason=code, field=name)
    if seeds.cert is not None:
        try:
            seeds.cert.satisfied_by(certificate, None)
        except (SigningError, *PDF_ERRORS) as error:
            raise SigningRefused(reason="field-demands-certificate", field=name) from error
    return FieldDemands(_digest(seeds, name), bool(seeds.timestamp_required))


def _unmet(seeds: SigSeedValueSpec, reason: str) -> tuple[tuple[str, bool], ...]:
    flags = seeds.flags
    formats = seeds.subfilters if flags & SigSeedValFlags.SUBFILTER else None
    kind = seeds.seed_signature_type
    reasons = [one for one in seeds.reasons or () if one != "."] or [""]
    return (
        # Table 237: named but without an entry, or with a full stop alone, means that none may be given.
        ("field-demands-reason", bool(flags & SigSeedValFlags.REASONS) and reason not in reasons),
        ("field-demands-format", formats is not None and formats[:1] != [SigSeedSubFilter.PADES]),
        ("field-demands-certification", kind is not None and bool(kind.certification_signature())),
        ("field-demands-revocation", bool(flags & SigSeedValFlags.ADD_REV_INFO and seeds.add_rev_info)),
        ("field-demands-appearance", bool(flags & SigSeedValFlags.APPEARANCE_FILTER and seeds.appearance)),
        (
            "field-demands-attestation",
            bool(flags & SigSeedValFlags.LEGAL_ATTESTATION and seeds.legal_attestations),
        ),
    )


def _digest(seeds: SigSeedValueSpec, name: str) -> str:
    if not seeds.digest_methods:
        return _DIGESTS[0]
    for digest in _DIGESTS:
        if digest in seeds.digest_methods:
            return digest
    if seeds.flags & SigSeedValFlags.DIGEST_METHOD:
        raise SigningRefused(reason="field-demands-digest", field=name)
    return _DIGESTS[0]


def _who(embedded: EmbeddedPdfSignature) -> dict[str, str]:
    try:
        signer = describe(embedded.signer_cert).name
    except _UNREADABLE:
        signer = ""
    try:
        claimed = embedded.self_reported_timestamp
    except _UNREADABLE:
        claimed = None
    return {"signer": signer, "date": claimed.isoformat() if claimed is not None else ""}


def _page_numbers(reader: PdfFileReader) -> dict[Any, int]:
    count = int(reader.root["/Pages"]["/Count"])
    return {
        reader.find_page_for_modification(index)[0].reference: index + 1  # type: ignore[no-untyped-call] # pyHanko has no types here
        for index in range(count)
    }


def _place(field: Any, pages: dict[Any, int]) -> tuple[int, Box]:
    widget = field if "/Rect" in field else next((kid.get_object() for kid in field.get("/Kids", ())), field)
    if "/Rect" not in widget:
        return 0, (0.0, 0.0, 0.0, 0.0)
    x1, y1, x2, y2 = (float(side) for side in widget["/Rect"])
    page = widget.raw_get("/P").reference if "/P" in widget else None
    return pages.get(page, 0), (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
