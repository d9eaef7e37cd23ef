"""What a verification found: indications of ETSI EN 319 102-1 inside, five words outside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from client.model.change import ChangedPlace, FieldChange
from client.model.encryption import Encryption
from client.model.reasons import NOT_THE_SENDER, NOTES, WARNING_REASONS, Reason

__all__ = [
    "NOTES",
    "NOT_THE_SENDER",
    "WARNING_REASONS",
    "ChangedPlace",
    "Coverage",
    "Display",
    "FieldChange",
    "IdentityMatch",
    "Indication",
    "Profile",
    "Reason",
    "RevocationEvidence",
    "SignatureFormat",
    "SignatureVerdict",
    "SignerInfo",
    "SignerKind",
    "SubIndication",
    "VerificationReport",
    "display_of",
    "indication_of",
    "worst_display",
    "worst_of",
]


class Indication(StrEnum):
    """Main status indication (EN 319 102-1 section 5.1.3)."""

    TOTAL_PASSED = "TOTAL-PASSED"
    INDETERMINATE = "INDETERMINATE"
    TOTAL_FAILED = "TOTAL-FAILED"
    NONE = "NONE"
    """There is no signature at all. "Unreadable" is never this."""


class SubIndication(StrEnum):
    """Sub-indications of EN 319 102-1 table 6, and those DSS and pyHanko add."""

    FORMAT_FAILURE = "FORMAT_FAILURE"
    HASH_FAILURE = "HASH_FAILURE"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    CHAIN_CONSTRAINTS_FAILURE = "CHAIN_CONSTRAINTS_FAILURE"
    CERTIFICATE_CHAIN_GENERAL_FAILURE = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE_NO_POE = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    POLICY_PROCESSING_ERROR = "POLICY_PROCESSING_ERROR"
    SIGNATURE_POLICY_NOT_AVAILABLE = "SIGNATURE_POLICY_NOT_AVAILABLE"
    TIMESTAMP_ORDER_FAILURE = "TIMESTAMP_ORDER_FAILURE"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND_NO_POE = "NO_CERTIFICATE_CHAIN_FOUND_NO_POE"
    REVOKED_NO_POE = "REVOKED_NO_POE"
    REVOKED_CA_NO_POE = "REVOKED_CA_NO_POE"
    OUT_OF_BOUNDS_NOT_REVOKED = "OUT_OF_BOUNDS_NOT_REVOKED"
    OUT_OF_BOUNDS_NO_POE = "OUT_OF_BOUNDS_NO_POE"
    REVOCATION_OUT_OF_BOUNDS_NO_POE = "REVOCATION_OUT_OF_BOUNDS_NO_POE"
    NO_POE = "NO_POE"
    TRY_LATER = "TRY_LATER"
    SIGNED_DATA_NOT_FOUND = "SIGNED_DATA_NOT_FOUND"
    GENERIC = "GENERIC"
    CHECK_NOT_RUN = "CHECK_NOT_RUN"
    """Ours: the verifier itself could not run to its end."""


_FAILURES = frozenset(
    {
        SubIndication.FORMAT_FAILURE,
        SubIndication.HASH_FAILURE,
        SubIndication.SIG_CRYPTO_FAILURE,
        SubIndication.REVOKED,
        SubIndication.EXPIRED,
        SubIndication.NOT_YET_VALID,
    }
)


class Display(StrEnum):
    """The five words people see."""

    VALID = "VALID"
    NONE = "NONE"
    WARNING = "WARNING"
    UNKNOWN = "UNKNOWN"
    INVALID = "INVALID"


_BADNESS = {Display.VALID: 0, Display.NONE: 1, Display.WARNING: 2, Display.UNKNOWN: 3, Display.INVALID: 4}
_INDICATION_BADNESS = {
    Indication.NONE: 0,
    Indication.TOTAL_PASSED: 1,
    Indication.INDETERMINATE: 2,
    Indication.TOTAL_FAILED: 3,
}


class SignatureFormat(StrEnum):
    """The three forms of signature the product reads and writes."""

    PADES = "PAdES"
    CADES = "CAdES"
    SMIME = "S/MIME"


class Profile(StrEnum):
    """Baseline profiles of EN 319 142-1 (PAdES) and EN 319 122-1 (CAdES)."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"


class Coverage(StrEnum):
    """How much of the file or message a signature covers."""

    WHOLE = "whole"
    """The entire file, or the whole body of the message."""
    WHOLE_WITH_LATER_UPDATES = "whole-with-later-updates"
    """All of an earlier revision; what came later was judged and is permitted."""
    CHANGED_AFTER_SIGNING = "changed-after-signing"
    PARTIAL = "partial"
    ATTACHMENTS = "attachments"
    """Attached documents are signed, the message around them is not."""
    SIGNATURE = "signature"
    """A counter-signature: another signature is signed, not the content."""
    UNCLEAR = "unclear"
    NONE = "none"


class SignerKind(StrEnum):
    """Whose certificate it is."""

    PERSONAL = "personal"
    SEAL = "seal"


@dataclass(frozen=True, slots=True)
class SignerInfo:
    """The signer as the certificate names them."""

    name: str
    organisation: str = ""
    emails: tuple[str, ...] = ()
    serial: str = ""
    """Serial number in upper-case hex."""
    issuer: str = ""
    kind: SignerKind = SignerKind.PERSONAL
    not_before: datetime | None = None
    not_after: datetime | None = None

    @property
    def email(self) -> str:
        """The first address of the certificate, ``""`` when it has none."""
        return self.emails[0] if self.emails else ""


@dataclass(frozen=True, slots=True)
class RevocationEvidence:
    """What the revocation answer rests on."""

    source: str
    """``crl``, ``ocsp``, ``none`` or ``ignored``."""
    as_of: datetime | None = None
    """thisUpdate of the evidence."""
    next_update: datetime | None = None


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """The judgement on one signature."""

    format: SignatureFormat
    indication: Indication
    sub_indication: SubIndication | None = None
    level: str = ""
    """``B-B`` … ``B-LTA``, ``""`` where the format has none."""
    where: str = ""
    """Field name of a PDF, name of the attachment, or ``message``."""
    signer: SignerInfo | None = None
    claimed_time: datetime | None = None
    """What the signer's clock said: a claim, not a proof."""
    timestamp_time: datetime | None = None
    """The time of a valid, trusted RFC 3161 time-stamp."""
    revocation: RevocationEvidence = RevocationEvidence("none")
    coverage: Coverage = Coverage.UNCLEAR
    changes_after_signing: tuple[str, ...] = ()
    """What changed after this signature: codes or names of changed form fields."""
    changed_places: tuple[ChangedPlace, ...] = ()
    """Where the pages look different from the signed revision."""
    reasons: tuple[Reason, ...] = ()
    countersigns: str = ""
    """Whose signature this one confirms; ``""`` for a signature over content."""
    changed_fields: tuple[FieldChange, ...] = ()
    """Form fields that are not what they were when this signature was made."""
    order: int = 0
    """The signature's number in its document in the order of signing, 1 the first; 0 where there is none."""
    revision_bytes: int = 0
    """The signed revision of a PDF is the file's first that many bytes; 0 where that is not known."""
    section: str = ""
    """The part of a message the signed document lies in (see `BodyPart.section`)."""

    @property
    def display(self) -> Display:
        """The word for this signature alone."""
        return display_of(self.indication, self.reasons)

    @property
    def explained(self) -> bool:
        """Whether a reason says why it did not pass; else the sub-indication has to."""
        if self.indication is Indication.TOTAL_PASSED:
            return True
        return bool(set(self.reasons) - WARNING_REASONS - NOTES)


@dataclass(frozen=True, slots=True)
class IdentityMatch:
    """Whether the message's sender is the one in the certificate."""

    from_address: str
    certificate_addresses: tuple[str, ...]
    matches: bool
    sender: str = ""
    """The Sender field, where it names another address than From does."""
    reply_to: tuple[str, ...] = ()
    """Where answers would go, other than to From."""


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """The judgement on one file or message as a whole."""

    path: str
    indication: Indication
    coverage: Coverage = Coverage.NONE
    signatures: tuple[SignatureVerdict, ...] = ()
    identity: IdentityMatch | None = None
    reasons: tuple[Reason, ...] = ()
    """Reasons that concern the file as a whole rather than one signature."""
    unreadable: bool = False
    """The file itself could not be read (exit code 3 of ``congthu verify``)."""
    document_timestamps: tuple[datetime, ...] = ()
    """Times of the trusted time-stamps over a whole PDF, the newest first."""
    encryption: Encryption | None = None
    """A message that came encrypted, opened or not."""

    @property
    def display(self) -> Display:
        """The worst word of the whole and of each signature; NONE only where nothing is signed."""
        words = [display_of(self.indication, self.reasons)]
        words += [signature.display for signature in self.signatures]
        if self.unreadable:
            words.append(Display.UNKNOWN)
        return worst_display(words)

    @property
    def worst(self) -> Indication:
        """The worst indication of the whole and of each signature."""
        found = worst_of((self.indication, *(one.indication for one in self.signatures)))
        return worst_of((found, Indication.INDETERMINATE)) if self.unreadable else found


def indication_of(sub_indication: SubIndication) -> Indication:
    """The main indication EN 319 102-1 (table 6) puts a sub-indication under."""
    return Indication.TOTAL_FAILED if sub_indication in _FAILURES else Indication.INDETERMINATE


def display_of(indication: Indication, reasons: Iterable[Reason]) -> Display:
    """The five-word answer for an indication and its reasons.

    A reason that is none of `NOTES` takes the plain "valid" away: a new one cannot be forgotten here.
    """
    doubts = set(reasons) - NOTES
    match indication:
        case Indication.NONE:
            return Display.NONE
        case Indication.TOTAL_FAILED:
            return Display.INVALID
        case Indication.INDETERMINATE:
            # Only where identity or extent is the sole doubt is it a warning rather than "unknown".
            sole = doubts - WARNING_REASONS
            return Display.WARNING if sole and sole <= NOT_THE_SENDER else Display.UNKNOWN
        case Indication.TOTAL_PASSED:
            if not doubts:
                return Display.VALID
            return Display.WARNING if doubts <= WARNING_REASONS | NOT_THE_SENDER else Display.UNKNOWN


def worst_display(words: Iterable[Display]) -> Display:
    """The word that must be seen first; NONE for no words at all."""
    return max(words, key=_BADNESS.__getitem__, default=Display.NONE)


def worst_of(indications: Iterable[Indication]) -> Indication:
    """FAILED before INDETERMINATE before PASSED; NONE only when there is nothing else."""
    return max(indications, key=_INDICATION_BADNESS.__getitem__, default=Indication.NONE)
