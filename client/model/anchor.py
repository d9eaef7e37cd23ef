"""Trust anchors: what a file offers, what is trusted, and the comparison of a fingerprint."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from client.model.certificate import CertificateDetails

_DIGITS = 64
_SHA1_DIGITS = 40
_HEADING = re.compile(r"^\s*sha-?256(?:\s*fingerprint)?\s*[:=]?", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s:\-.,]+")
_HEX = re.compile(r"[0-9A-Fa-f]*\Z", re.ASCII)
_GROUP = 4


class CertificateRole(StrEnum):
    """What a certificate may be to a validation path."""

    ANCHOR = "anchor"
    INTERMEDIATE = "intermediate"
    """Helps to build a path; what it signs is trusted only because an anchor signed it."""


class TrustOrigin(StrEnum):
    """Who said that a certificate is to be trusted."""

    POLICY = "policy"
    WIZARD = "wizard"
    """A person in the window, fingerprint compared."""
    COMMAND = "command"
    """IT support with `congthu trust`, fingerprint given."""


class TrustAct(StrEnum):
    """What is written down about a certificate."""

    ADD = "add"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One certificate of a file somebody wants to import."""

    der: bytes
    details: CertificateDetails
    role: CertificateRole | None
    """None: neither, ``problem`` says why."""
    problem: str = ""
    """Code of why it cannot be taken as it is, ``""`` where it can."""
    cautions: tuple[str, ...] = ()
    """Codes of what is odd and does no harm."""


@dataclass(frozen=True, slots=True)
class TrustedCertificate:
    """One certificate that is trusted now."""

    der: bytes
    sha256: str
    """Upper-case hex."""
    role: CertificateRole
    origin: TrustOrigin
    added_at: datetime | None = None
    """None: the policy brought it."""
    added_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TrustEntry:
    """A line of the record."""

    at: datetime
    actor: str
    act: TrustAct
    certificate: TrustedCertificate


class FingerprintMatch(StrEnum):
    """What comes of holding the fingerprint somebody entered against the file's."""

    EMPTY = "empty"
    INCOMPLETE = "incomplete"
    """Fewer digits than SHA-256 has: however well they agree, it proves nothing."""
    SHA1 = "sha1"
    """The 40 digits of the older SHA-1."""
    UNREADABLE = "unreadable"
    DIFFERENT = "different"
    EQUAL = "equal"


def compare_fingerprint(entered: str, sha256: str) -> FingerprintMatch:
    """Whether ``entered``, as paper, web pages and openssl write it, is the fingerprint ``sha256``."""
    bare = _SEPARATORS.sub("", _HEADING.sub("", entered))
    if not bare:
        return FingerprintMatch.EMPTY
    if not _HEX.match(bare) or len(bare) > _DIGITS:
        return FingerprintMatch.UNREADABLE
    if len(bare) == _SHA1_DIGITS:
        return FingerprintMatch.SHA1
    if len(bare) < _DIGITS:
        return FingerprintMatch.INCOMPLETE
    return FingerprintMatch.EQUAL if bare.upper() == sha256.upper() else FingerprintMatch.DIFFERENT


def grouped(sha256: str) -> str:
    """The fingerprint in groups of four digits, which is how people compare."""
    return " ".join(sha256[at : at + _GROUP] for at in range(0, len(sha256), _GROUP))
