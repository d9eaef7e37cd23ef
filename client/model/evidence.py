"""What a verification rested on, kept so that it can be looked at again in ten years.

Blobs (messages, certificates, CRLs, OCSP answers, time-stamp tokens) are known by their SHA-256 in
lower-case hex; an entry of the evidence log names them and its own hash covers the entry before it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from client.model.trust import RevocationDemand
from client.model.verdict import VerificationReport


class CertificateRole(StrEnum):
    """What a certificate was there for."""

    SIGNER = "signer"
    TIMESTAMP = "timestamp"
    """The time-stamp authority's own."""
    INTERMEDIATE = "intermediate"
    ANCHOR = "anchor"
    """Where a path begins."""


class Origin(StrEnum):
    """Who brought revocation data along."""

    OFFICE = "office"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class UsedCertificate:
    """A certificate of a path that was looked for."""

    sha256: str
    """Of the DER: its fingerprint."""
    role: CertificateRole
    subject: str
    issuer: str
    serial: str
    not_after: datetime | None = None
    trusted: bool = False
    """This computer trusted it by itself: an anchor, and now and then a signer's own certificate."""


@dataclass(frozen=True, slots=True)
class UsedRevocation:
    """A CRL or an OCSP answer about a certificate of such a path, whether it was fresh or not."""

    sha256: str
    kind: str
    """``crl`` or ``ocsp``."""
    origin: Origin
    issuer: str = ""
    this_update: datetime | None = None
    next_update: datetime | None = None
    fetched_at: datetime | None = None
    """When this computer got it; None for what came in the document, and where nobody knows."""


@dataclass(frozen=True, slots=True)
class UsedTimestamp:
    """An RFC 3161 token that was judged, good or not."""

    sha256: str
    time: datetime | None = None
    """What it says; the verdict tells whether that was believed."""


@dataclass(frozen=True, slots=True)
class PartDigest:
    """One part of the message, decoded."""

    section: str
    media_type: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """How and when the message came here."""

    account: str = ""
    mailbox: str = ""
    internal_date: datetime | None = None
    """INTERNALDATE (RFC 9051 section 2.3.3): when it entered the mailbox."""
    stored_at: datetime | None = None
    """When this computer had it whole."""


@dataclass(frozen=True, slots=True)
class Basis:
    """All that one verdict rested on besides the message itself."""

    at: datetime
    """Moment of verification: doing it again at this moment has to give the same verdict."""
    revocation: RevocationDemand
    certificates: tuple[UsedCertificate, ...] = ()
    revocations: tuple[UsedRevocation, ...] = ()
    timestamps: tuple[UsedTimestamp, ...] = ()
    anchors_known: int = 0
    """How many anchors this computer trusted then."""
    anchors_sha256: str = ""
    """Over the sorted fingerprints of all of them, a line each: the version of the trust list."""

    def digests(self) -> frozenset[str]:
        """Every blob it names."""
        found = {one.sha256 for one in self.certificates} | {one.sha256 for one in self.revocations}
        return frozenset(found | {one.sha256 for one in self.timestamps})


@dataclass(frozen=True, slots=True)
class Record:
    """The evidence of one verification, beside the report."""

    basis: Basis
    size: int
    """Of the message, in bytes."""
    parts: tuple[PartDigest, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    """Fields that tell of the way here, as they came: Authentication-Results, Received, Message-ID …"""
    receipt: Receipt = Receipt()
    policy_id: str = ""
    password: bool = False
    """A password opened encrypted documents; it is kept nowhere, and verifying again needs it again."""
    stored: bool = False
    """The message itself is kept among the blobs."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter about the message that was handed to the outbox: a return, an acknowledgement."""

    message_id: str
    sha256: str
    """Of the bytes that were queued, signed and final."""
    to: tuple[str, ...]
    reason: str = ""
    """Code of why the document was returned."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What an evidence row holds: a verification, or a letter about it."""

    nth: int = 0
    """The how manieth about its subject, from 1: none can be left out. 0 in entries of old."""
    before: str = ""
    """Hash of the row before it about the same subject: a chain of its own, which can be shown without
    showing what was found about other people's mail."""
    report: VerificationReport | None = None
    record: Record | None = None
    sent: Sent | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """A verification with everything it used: ``blobs`` are the bytes, by digest."""

    report: VerificationReport
    sha256: str
    """Of the judged bytes."""
    record: Record
    blobs: tuple[tuple[str, bytes], ...] = ()


def digest_of(content: bytes) -> str:
    """SHA-256 in lower-case hex."""
    return hashlib.sha256(content).hexdigest()


def row_hash(fields: Sequence[object]) -> str:
    """What chains a row of a log to the one before it: over its fields, the last is the hash of that one."""
    return hashlib.sha256(json.dumps(list(fields), ensure_ascii=True).encode()).hexdigest()


def list_version(fingerprints: Sequence[str]) -> str:
    """The version of a trust list: it changes with any anchor added or taken away."""
    return digest_of("".join(f"{one}\n" for one in sorted(set(fingerprints))).encode("ascii"))
