"""What was found out about a bundle of evidence: kept apart by hash and by new verification."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from client.model.verdict import (
    Coverage,
    Indication,
    Reason,
    VerificationReport,
    worst_of,
)


class BundleProblem(StrEnum):
    """Why a bundle is not intact."""

    CONTAINER_CHANGED = "container-changed"
    """The ZIP is not byte for byte what its content makes."""
    MANIFEST_UNREADABLE = "manifest-unreadable"
    MANIFEST_CHANGED = "manifest-changed"
    """``evidence.json`` has not the digest in ``evidence.sha256``."""
    FILE_MISSING = "file-missing"
    FILE_CHANGED = "file-changed"
    FILE_UNKNOWN = "file-unknown"
    """A file that the manifest does not name."""
    ROW_CHANGED = "row-changed"
    """A row has not the hash it is said to have."""
    CHAIN_BROKEN = "chain-broken"
    """A row does not follow from the one before it, or one is left out."""
    ROW_FOREIGN = "row-foreign"
    """A row speaks of another message."""
    MATERIAL_MISSING = "material-missing"
    """A row names a certificate, CRL, OCSP answer or time-stamp that is not in the bundle."""
    MESSAGE_CHANGED = "message-changed"
    """The message is not the one the rows speak of."""
    SEAL_INVALID = "seal-invalid"
    """The time-stamp over the manifest does not fit it."""


@dataclass(frozen=True, slots=True)
class FoundProblem:
    """A problem and where it is: a file's name or a row's number."""

    problem: BundleProblem
    place: str = ""


@dataclass(frozen=True, slots=True)
class RecordedRow:
    """A row of the bundle in short."""

    evidence_id: int
    recorded_at: datetime
    report: VerificationReport | None
    """The verdict recorded; None for a letter that was sent about the message."""
    software: str
    policy: str
    sent_reason: str = ""
    """Of a letter: why the document was returned, ``received`` where its receipt was confirmed."""
    agrees: bool | None = None
    """Whether verifying again, with the material kept and at the time recorded, gives the same verdict.

    None where it was not tried: the row is from before material was kept, the bundle is altered, or a
    password would be needed.
    """


@dataclass(frozen=True, slots=True)
class BundledAnchor:
    """A trust anchor the recorded verdict rests on."""

    sha256: str
    subject: str
    trusted_here: bool


@dataclass(frozen=True, slots=True)
class BundleReport:
    """The judgement on a bundle."""

    path: str
    subject_sha256: str = ""
    problems: tuple[FoundProblem, ...] = ()
    files: int = 0
    rows: tuple[RecordedRow, ...] = ()
    anchors: tuple[BundledAnchor, ...] = ()
    here: VerificationReport | None = None
    """The message verified anew with the material kept, at the recorded time, and with those of the
    recorded anchors only that are trusted on this computer; None where it could not be tried."""
    exported_at: datetime | None = None
    sealed_at: datetime | None = None
    """The time of a trusted time-stamp over the manifest; None without one."""
    unreadable: bool = False
    """It is no bundle at all."""

    @property
    def intact(self) -> bool:
        """Nothing in it was changed, as far as its own hashes can tell."""
        return not self.unreadable and not self.problems

    @property
    def agrees(self) -> bool:
        """Every verdict recorded with its material comes out the same again."""
        return all(row.agrees is not False for row in self.rows)

    def verdict(self) -> VerificationReport:
        """The whole as one report: never better than the bundle or the message."""
        if self.unreadable:
            return VerificationReport(
                self.path,
                Indication.INDETERMINATE,
                Coverage.UNCLEAR,
                reasons=(Reason.FILE_UNREADABLE,),
                unreadable=True,
            )
        base = self.here or VerificationReport(self.path, Indication.INDETERMINATE, Coverage.UNCLEAR)
        more = []
        indication = base.indication
        if self.problems:
            more.append(Reason.EVIDENCE_ALTERED)
            indication = Indication.TOTAL_FAILED
        elif not self.agrees:
            more.append(Reason.EVIDENCE_DIFFERS)
            indication = worst_of((indication, Indication.INDETERMINATE))
        elif self.here is None:
            more.append(Reason.CHECK_NOT_RUN)
        return VerificationReport(
            self.path, indication, base.coverage, base.signatures, base.identity, (*more, *base.reasons)
        )
