"""From B-T to B-LT and B-LTA, now or years later, our own documents or received ones (EN 319 142-1).

Every step is an incremental update. Revocation data come from the demand, never from an address in
the document.
"""

from __future__ import annotations

import io
from dataclasses import replace

from pyhanko.sign.general import CMSExtractionError, CMSStructuralError, SigningError
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import SignatureValidationError

from client.crypto.pades_evidence import gather, is_document_timestamp, signatures_of, tokens_of
from client.crypto.pades_signing import free_name
from client.crypto.pades_validation import verify_pdf
from client.crypto.pdf_files import PDF_ERRORS, open_for_update, open_pdf
from client.crypto.timestamps import Timestamper
from client.errors import MalformedDocument, RevocationDataMissing, SigningRefused, TimestampUnavailable
from client.model.secret import Secret
from client.model.trust import VerificationDemand
from client.model.verdict import Indication, Profile, Reason, VerificationReport

_FIELD = "DauThoiGian"
_DIGEST = "sha256"
_REACHES = {Profile.B_LT: {"B-LT", "B-LTA"}, Profile.B_LTA: {"B-LTA"}}
_NO_EVIDENCE = frozenset({Reason.REVOCATION_UNKNOWN, Reason.REVOCATION_STALE})
_BROKEN = (*PDF_ERRORS, CMSExtractionError, CMSStructuralError, SignatureValidationError)


def extend(
    pdf: bytes,
    demand: VerificationDemand,
    timestamper: Timestamper | None,
    target: Profile,
    *,
    name: str = "",
    password: Secret | None = None,
) -> bytes:
    """Add what the signatures in ``pdf`` need to be judged at ``target`` later on; verified before release.

    ``pdf`` is a prefix of the result. On a document that is B-LTA already, a further time-stamp with
    the evidence of today renews it. Raises `SigningRefused` (nothing is signed, or a signature does
    not hold: ``reason``), `RevocationDataMissing` (try later), `TimestampUnavailable`,
    `DocumentEncrypted` and `MalformedDocument`.
    """
    if target is Profile.B_B:
        raise SigningRefused(reason="nothing-to-extend")
    _refuse_unsound(verify_pdf(pdf, demand, name=name, password=password))
    try:
        extended = pdf
        if not _all_stamped(pdf, name, password):
            extended = _stamp(extended, demand, timestamper, name, password, with_evidence=False)
        if target is Profile.B_LT:
            extended = _with_evidence(extended, demand, name, password)
        elif target is Profile.B_LTA:
            extended = _stamp(extended, demand, timestamper, name, password, with_evidence=True)
    except SigningError as error:
        raise SigningRefused(reason="document-forbids-signing") from error
    except _BROKEN as error:
        raise MalformedDocument(name=name, reason="corrupt") from error
    _accept(extended, demand, target, name, password)
    return extended


def _refuse_unsound(report: VerificationReport) -> None:
    if report.indication is Indication.NONE:
        raise SigningRefused(reason="not-signed")
    if report.indication is Indication.TOTAL_PASSED:
        return
    passed = Indication.TOTAL_PASSED
    reasons = [reason for one in report.signatures for reason in one.reasons if one.indication is not passed]
    reasons += report.reasons
    if report.indication is Indication.INDETERMINATE and set(reasons) & _NO_EVIDENCE:
        return  # What is missing, and whose, is for the search to say.
    first = reasons[0].value if reasons else Reason.CHECK_NOT_RUN.value
    raise SigningRefused(reason=first)


def _all_stamped(pdf: bytes, name: str, password: Secret | None) -> bool:
    """Whether time is proven for every signature, by its own time-stamp or one over the document."""
    embedded = list(signatures_of(open_pdf(pdf, name, password).reader))
    last = max((int(one.signed_revision) for one in embedded if is_document_timestamp(one)), default=-1)
    return all(
        is_document_timestamp(one) or int(one.signed_revision) < last or tokens_of(one) for one in embedded
    )


def _with_evidence(pdf: bytes, demand: VerificationDemand, name: str, password: Secret | None) -> bytes:
    writer = open_for_update(pdf, name, password)
    evidence = gather(writer.prev, demand, newer=True)
    DocumentSecurityStore.supply_dss_in_writer(
        writer, None, certs=evidence.certificates, crls=evidence.crls, ocsps=evidence.ocsp_responses
    )
    output = io.BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call] # pyHanko has no types here
    return output.getvalue()


def _stamp(
    pdf: bytes,
    demand: VerificationDemand,
    timestamper: Timestamper | None,
    name: str,
    password: Secret | None,
    *,
    with_evidence: bool,
) -> bytes:
    """A document time-stamp, in one update with the evidence it is to preserve."""
    if timestamper is None:
        raise TimestampUnavailable(url="", reason="no-timestamp-authority")
    writer = open_for_update(pdf, name, password)
    if with_evidence:
        evidence = gather(writer.prev, demand, newer=False)
        DocumentSecurityStore.supply_dss_in_writer(
            writer, None, certs=evidence.certificates, crls=evidence.crls, ocsps=evidence.ocsp_responses
        )
    output = io.BytesIO()
    stamper = PdfTimeStamper(timestamper, field_name=free_name(writer, _FIELD))
    stamper.timestamp_pdf(writer, _DIGEST, output=output)
    return output.getvalue()


def _accept(
    pdf: bytes, demand: VerificationDemand, target: Profile, name: str, password: Secret | None
) -> None:
    """The file must pass, reach its level, and from B-LT on stand on the evidence it carries."""
    # What was there was drawn and compared before, and nothing that is added shows on a page.
    report = verify_pdf(pdf, demand, name=name, password=password, draw=False)
    _refuse_unsound(report)
    if target is Profile.B_T:
        reached = _all_stamped(pdf, name, password)
    else:
        reached = all(one.level in _REACHES[target] for one in report.signatures)
    if not reached:
        raise SigningRefused(reason="self-check-failed")
    if target is not Profile.B_T:
        alone = replace(demand, trust=replace(demand.trust, crls=(), ocsp_responses=()))
        carried = verify_pdf(pdf, alone, name=name, password=password, draw=False)
        if carried.indication is not Indication.TOTAL_PASSED:
            raise RevocationDataMissing(certificate="", issuer="", reason="revocation-missing")
