"""Why a verdict is what it is: each reason has a sentence and a next step in every language."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """One finding about a signature, a file or a message."""

    DOCUMENT_ALTERED = "document-altered"
    SIGNATURE_BROKEN = "signature-broken"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_NOT_YET_VALID = "certificate-not-yet-valid"
    CERTIFICATE_REVOKED = "certificate-revoked"
    CA_REVOKED = "ca-revoked"
    SIGNED_AFTER_EXPIRY = "signed-after-expiry"
    UNTRUSTED_ISSUER = "untrusted-issuer"
    CHAIN_INVALID = "chain-invalid"
    KEY_USAGE_NOT_ALLOWED = "key-usage-not-allowed"
    WEAK_ALGORITHM = "weak-algorithm"
    REVOCATION_UNKNOWN = "revocation-unknown"
    REVOCATION_STALE = "revocation-stale"
    REVOCATION_NOT_CHECKED = "revocation-not-checked"
    TIMESTAMP_MISSING = "timestamp-missing"
    TIMESTAMP_INVALID = "timestamp-invalid"
    TIMESTAMP_UNTRUSTED = "timestamp-untrusted"
    SIGNER_NOT_SENDER = "signer-not-sender"
    FROM_MISSING = "from-missing"
    FROM_AMBIGUOUS = "from-ambiguous"
    CERTIFICATE_WITHOUT_ADDRESS = "certificate-without-address"
    SENDER_FIELD_DIFFERS = "sender-field-differs"
    REPLY_TO_DIFFERS = "reply-to-differs"
    PARTLY_SIGNED = "partly-signed"
    CHANGED_AFTER_SIGNING = "changed-after-signing"
    NOTES_AFTER_SIGNING = "notes-after-signing"
    FORM_CHANGED_AFTER_SIGNING = "form-changed-after-signing"
    LOOKS_DIFFERENT = "looks-different-since-signing"
    LOOKS_NOT_COMPARED = "looks-not-compared"
    TRAILING_DATA = "trailing-data"
    READ_DIFFERENTLY = "read-differently"
    """Added after signing, and written so that readers may draw different documents from it."""
    LEADING_DATA = "leading-data"
    HYBRID_XREF = "hybrid-xref"
    XFA_FORM = "xfa-form"
    EMBEDDED_FILES = "embedded-files"
    PORTFOLIO = "portfolio"
    UNSIGNED_FIELDS = "unsigned-fields"
    NONSTANDARD_COVERAGE = "nonstandard-coverage"
    SIGNATURE_UNREADABLE = "signature-unreadable"
    FILE_UNREADABLE = "file-unreadable"
    MESSAGE_UNREADABLE = "message-unreadable"
    DOCUMENT_ENCRYPTED = "document-encrypted"
    MESSAGE_ENCRYPTED = "message-encrypted"
    PARTLY_ENCRYPTED = "partly-encrypted"
    ENCRYPTED_FOR_OTHERS = "encrypted-for-others"
    PIECE_OF_LETTER = "piece-of-letter"
    """A piece holds no signature that could be looked at: only the whole letter has one, or has none."""
    NOT_OPENED = "not-opened"
    CIPHER_UNAUTHENTICATED = "cipher-unauthenticated"
    SIGNED_OVER_ENCRYPTION = "signed-over-encryption"
    FORWARDED_SIGNED = "forwarded-signed"
    SERVER_CONVERTED = "server-converted"
    SIGNING_TIME_DIFFERS = "signing-time-differs"
    SIGNED_DATA_MISSING = "signed-data-missing"
    SEVERAL_SIGNERS = "several-signers"
    POLICY_FAILURE = "policy-failure"
    EVIDENCE_ALTERED = "evidence-altered"
    EVIDENCE_DIFFERS = "evidence-differs"
    WORKSHOP_LOST = "workshop-lost"
    CHECK_NOT_RUN = "check-not-run"
    SIGNER_CERTIFICATE_MISSING = "signer-certificate-missing"
    SIGNER_CERTIFICATE_DIFFERS = "signer-certificate-differs"
    """The certificate at hand is not the one the signature names inside (RFC 5035)."""
    SIGNATURE_MALFORMED = "signature-malformed"
    """It breaks its own format or contradicts itself; the content may be untouched."""
    ALGORITHM_UNKNOWN = "algorithm-unknown"
    CLAIMED_TIME_IN_FUTURE = "claimed-time-in-future"
    CLAIMED_TIME_DOUBTFUL = "claimed-time-doubtful"
    """The signer's clock claims a time that a trusted time-stamp contradicts."""
    TIMESTAMP_WEAK = "timestamp-weak"
    TIMESTAMP_WRONG_USAGE = "timestamp-wrong-usage"
    TIMESTAMPS_OUT_OF_ORDER = "timestamps-out-of-order"
    TIMESTAMP_ALONE = "timestamp-alone"
    """A time-stamp token is there instead of a signature: somebody's clock, nobody's will."""
    TOO_MANY_SIGNATURES = "too-many-signatures"
    COUNTER_SIGNATURE = "counter-signature"
    """The signature is over another signature, not over the content (RFC 5652 section 11.4)."""
    EVIDENCE_RECORD_NOT_JUDGED = "evidence-record-not-judged"
    ARCHIVE_TIMESTAMP_NOT_JUDGED = "archive-timestamp-not-judged"
    SIGNATURE_POLICY_NOT_COMPARED = "signature-policy-not-compared"


WARNING_REASONS = frozenset(
    {
        Reason.TIMESTAMP_MISSING,
        Reason.TIMESTAMP_UNTRUSTED,
        Reason.TIMESTAMP_WEAK,
        Reason.TIMESTAMP_WRONG_USAGE,
        Reason.CLAIMED_TIME_DOUBTFUL,
        Reason.SENDER_FIELD_DIFFERS,
        Reason.REPLY_TO_DIFFERS,
        Reason.FORM_CHANGED_AFTER_SIGNING,
        Reason.LOOKS_DIFFERENT,
        Reason.LOOKS_NOT_COMPARED,
        Reason.TRAILING_DATA,
        Reason.LEADING_DATA,
        Reason.XFA_FORM,
        Reason.REVOCATION_NOT_CHECKED,
        Reason.CIPHER_UNAUTHENTICATED,
    }
)
"""Reasons that leave TOTAL-PASSED standing but take the plain green away.

TIMESTAMP_MISSING counts for documents only; a mail's signature needs none.
"""

NOT_THE_SENDER = frozenset(
    {
        Reason.SIGNER_NOT_SENDER,
        Reason.FROM_MISSING,
        Reason.FROM_AMBIGUOUS,
        Reason.CERTIFICATE_WITHOUT_ADDRESS,
        Reason.PARTLY_SIGNED,
        Reason.SIGNED_OVER_ENCRYPTION,
        Reason.FORWARDED_SIGNED,
        Reason.SIGNING_TIME_DIFFERS,
    }
)
"""A sound signature that does not speak for this message: a warning, never valid."""

NOTES = frozenset(
    {
        Reason.SEVERAL_SIGNERS,
        Reason.HYBRID_XREF,
        Reason.EMBEDDED_FILES,
        Reason.PORTFOLIO,
        Reason.UNSIGNED_FIELDS,
        Reason.COUNTER_SIGNATURE,
        Reason.EVIDENCE_RECORD_NOT_JUDGED,
        Reason.ARCHIVE_TIMESTAMP_NOT_JUDGED,
        Reason.SIGNATURE_POLICY_NOT_COMPARED,
    }
)
"""Worth saying, yet no doubt: the only reasons that may stand beside a plain "valid"."""
