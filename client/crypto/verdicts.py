"""The one place where findings of the libraries become words of EN 319 102-1."""

from __future__ import annotations

from dataclasses import dataclass

from pyhanko_certvalidator import errors as path_errors

from client.model.verdict import Indication, Reason, SubIndication


@dataclass(frozen=True, slots=True)
class Judgement:
    """An indication with its sub-indication and the reason people are told."""

    indication: Indication
    sub_indication: SubIndication | None
    reason: Reason


def _failed(sub: SubIndication, reason: Reason) -> Judgement:
    return Judgement(Indication.TOTAL_FAILED, sub, reason)


def _unclear(sub: SubIndication, reason: Reason) -> Judgement:
    return Judgement(Indication.INDETERMINATE, sub, reason)


ALTERED = _failed(SubIndication.HASH_FAILURE, Reason.DOCUMENT_ALTERED)
BROKEN = _failed(SubIndication.SIG_CRYPTO_FAILURE, Reason.SIGNATURE_BROKEN)
MALFORMED = _failed(SubIndication.FORMAT_FAILURE, Reason.SIGNATURE_MALFORMED)
CONTRADICTORY = _unclear(SubIndication.SIG_CONSTRAINTS_FAILURE, Reason.SIGNATURE_MALFORMED)
"""Sound as far as it can be computed, but what it says of its own algorithms does not agree."""
CHANGED_LATER = _unclear(SubIndication.FORMAT_FAILURE, Reason.CHANGED_AFTER_SIGNING)
"""Something not permitted was added, though every page draws what it drew when it was signed: a note,
a counter-signature of other software. The signed revision can be opened; this must not claim forgery."""
NOTED_LATER = _unclear(SubIndication.FORMAT_FAILURE, Reason.NOTES_AFTER_SIGNING)
"""Nothing but notes was put on the pages."""
PAGES_CHANGED_LATER = _failed(SubIndication.FORMAT_FAILURE, Reason.CHANGED_AFTER_SIGNING)
"""A page is not the page that was signed."""
READ_DIFFERENTLY = _unclear(SubIndication.FORMAT_FAILURE, Reason.READ_DIFFERENTLY)
"""What was appended is permitted as we read it, and may be another document to another reader."""
UNSUPPORTED = _unclear(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, Reason.ALGORITHM_UNKNOWN)
"""An algorithm we cannot compute: nothing is known about the content, least of all that it was altered."""
NONSTANDARD = _failed(SubIndication.FORMAT_FAILURE, Reason.NONSTANDARD_COVERAGE)
REVOKED = _failed(SubIndication.REVOKED, Reason.CERTIFICATE_REVOKED)
CA_REVOKED = _unclear(SubIndication.REVOKED_CA_NO_POE, Reason.CA_REVOKED)
UNREADABLE = _unclear(SubIndication.FORMAT_FAILURE, Reason.SIGNATURE_UNREADABLE)
NOT_RUN = _unclear(SubIndication.CHECK_NOT_RUN, Reason.CHECK_NOT_RUN)
NO_CERTIFICATE = _unclear(SubIndication.NO_SIGNING_CERTIFICATE_FOUND, Reason.SIGNER_CERTIFICATE_MISSING)
OTHER_CERTIFICATE = _unclear(SubIndication.NO_SIGNING_CERTIFICATE_FOUND, Reason.SIGNER_CERTIFICATE_DIFFERS)
WEAK = _unclear(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, Reason.WEAK_ALGORITHM)
WRONG_USAGE = _unclear(SubIndication.CHAIN_CONSTRAINTS_FAILURE, Reason.KEY_USAGE_NOT_ALLOWED)
UNTRUSTED = _unclear(SubIndication.NO_CERTIFICATE_CHAIN_FOUND, Reason.UNTRUSTED_ISSUER)
FROM_THE_FUTURE = _unclear(SubIndication.SIG_CONSTRAINTS_FAILURE, Reason.CLAIMED_TIME_IN_FUTURE)
BAD_TIMESTAMP = _unclear(SubIndication.SIG_CONSTRAINTS_FAILURE, Reason.TIMESTAMP_INVALID)
OUT_OF_ORDER = _unclear(SubIndication.TIMESTAMP_ORDER_FAILURE, Reason.TIMESTAMPS_OUT_OF_ORDER)
PROVEN_LATE = _failed(SubIndication.EXPIRED, Reason.SIGNED_AFTER_EXPIRY)
"""A content time-stamp from after the certificate's end: the signature cannot be older than that."""
ALONE = _unclear(SubIndication.SIG_CONSTRAINTS_FAILURE, Reason.TIMESTAMP_ALONE)
TOO_MANY = _unclear(SubIndication.CHECK_NOT_RUN, Reason.TOO_MANY_SIGNATURES)
DATA_MISSING = _unclear(SubIndication.SIGNED_DATA_NOT_FOUND, Reason.SIGNED_DATA_MISSING)


def of_identity(reason: Reason) -> Judgement:
    """A sound signature that does not speak for the message it came with."""
    return _unclear(SubIndication.SIG_CONSTRAINTS_FAILURE, reason)


def of_path_error(
    error: path_errors.PathError | path_errors.ValidationError, *, proven: bool, stale: bool
) -> Judgement:
    """Judge why there is no valid path.

    ``proven``: a trusted time-stamp tells when the signature existed. ``stale``: revocation data
    for this certificate was at hand, but too old to be used.
    """
    match error:
        case path_errors.RevokedError():
            return _of_revocation(error)
        case path_errors.ExpiredError() | path_errors.NotYetValidError():
            return _of_validity(error, proven=proven)
        case path_errors.InsufficientRevinfoError():
            old = stale or isinstance(error, path_errors.StaleRevinfoError)
            return _unclear(
                SubIndication.TRY_LATER, Reason.REVOCATION_STALE if old else Reason.REVOCATION_UNKNOWN
            )
        case path_errors.DisallowedAlgorithmError():
            return WEAK
        case path_errors.PathBuildingError() | path_errors.InvalidCertificateError():
            # The path builder calls a self-signed certificate outside the anchors "invalid".
            return UNTRUSTED
        case _:
            return _unclear(SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE, Reason.CHAIN_INVALID)


def _of_revocation(error: path_errors.RevokedError) -> Judgement:
    if error.is_side_validation:
        return _unclear(SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE, Reason.CHAIN_INVALID)
    if error.is_ee_cert:
        return REVOKED
    return CA_REVOKED


def _of_validity(
    error: path_errors.ExpiredError | path_errors.NotYetValidError, *, proven: bool
) -> Judgement:
    if error.is_side_validation or not error.is_ee_cert:
        return _unclear(SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE, Reason.CHAIN_INVALID)
    if isinstance(error, path_errors.NotYetValidError):
        if proven:
            return _failed(SubIndication.NOT_YET_VALID, Reason.CERTIFICATE_NOT_YET_VALID)
        return _unclear(SubIndication.OUT_OF_BOUNDS_NO_POE, Reason.CERTIFICATE_NOT_YET_VALID)
    late = Reason.SIGNED_AFTER_EXPIRY if proven else Reason.CERTIFICATE_EXPIRED
    return _unclear(SubIndication.OUT_OF_BOUNDS_NO_POE, late)
