"""An RFC 3161 time-stamp over any bytes: proof that all of them existed then."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms

from client.crypto.keys import Purpose
from client.crypto.revocation import Pool
from client.crypto.signed_data import UNREADABLE_ERRORS, Task, judge_timestamp
from client.crypto.timestamps import Timestamper
from client.model.reasons import Reason
from client.model.trust import VerificationDemand


@dataclass(frozen=True, slots=True)
class SealVerdict:
    """What a token over some bytes is worth."""

    fits: bool
    """It is over these bytes and soundly signed, by whomever."""
    time: datetime | None = None
    """The time, where its authority is trusted now."""


def make_seal(content: bytes, stamper: Timestamper) -> bytes:
    """A token over ``content`` (DER); only its digest leaves this computer. `TimestampUnavailable`."""
    token = asyncio.run(stamper.async_timestamp(hashlib.sha256(content).digest(), "sha256"))
    der: bytes = token.dump()
    return der


def read_seal(der: bytes, content: bytes, demand: VerificationDemand) -> SealVerdict:
    """Judge a token over ``content``; never raises."""
    try:
        info = cms.ContentInfo.load(der, strict=True)
        token = info["content"] if info["content_type"].native == "signed_data" else None
    except UNREADABLE_ERRORS:
        token = None
    if token is None:
        return SealVerdict(fits=False)
    task = Task(demand, Purpose.DOCUMENT, Pool(demand.trust.crls, demand.trust.ocsp_responses))
    time, reason = judge_timestamp(token, lambda name: hashlib.new(name, content).digest(), task)
    return SealVerdict(reason is not Reason.TIMESTAMP_INVALID, time)
