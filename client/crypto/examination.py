"""What is asked about one signer, and what was found: the values between the steps of an examination."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import cms

from client.crypto.keys import Purpose
from client.crypto.revocation import Pool
from client.crypto.verdicts import Judgement
from client.model.trust import VerificationDemand
from client.model.verdict import Indication, Reason, RevocationEvidence, SignerInfo, SubIndication

Digest = Callable[[str], bytes]
"""The digest of the signed content under a hash algorithm's name (``sha256``)."""

UNREADABLE_ERRORS = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    RecursionError,
    MemoryError,
)
"""What asn1crypto and pyHanko raise for crafted or broken CMS, besides their own errors."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked about a signer."""

    demand: VerificationDemand
    purpose: Purpose
    pool: Pool
    proven: datetime | None = None
    """A time before which the signature is already proven to have existed (archive time-stamp)."""
    claimed: datetime | None = None
    """The signing time a PDF states outside the CMS, for want of one inside."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found about one signer."""

    indication: Indication
    sub_indication: SubIndication | None = None
    reasons: tuple[Reason, ...] = ()
    signer: SignerInfo | None = None
    claimed_time: datetime | None = None
    timestamp_time: datetime | None = None
    timestamped: bool = False
    """There is a time-stamp token, trusted or not."""
    revocation: RevocationEvidence = field(default_factory=lambda: RevocationEvidence("none"))


Examine = Callable[[cms.SignedData, cms.SignerInfo, Digest, Task], Examination]


def single(judgement: Judgement) -> Examination:
    """Nothing more than this judgement is known."""
    return Examination(judgement.indication, judgement.sub_indication, (judgement.reason,))
