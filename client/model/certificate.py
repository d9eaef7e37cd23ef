"""What a certificate says, for the eye of somebody who compares it with a paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CertificateDetails:
    """The fields of one certificate (RFC 5280 section 4.1) as text."""

    subject: tuple[tuple[str, str], ...]
    """Attribute and value in the order of the certificate; attributes by RFC 4519 name (``CN``, ``O`` …)."""
    issuer: tuple[tuple[str, str], ...]
    serial: str
    """Upper-case hex."""
    not_before: datetime
    not_after: datetime
    emails: tuple[str, ...] = ()
    key: str = ""
    """Algorithm and size, ``RSA 2048``."""
    key_usage: tuple[str, ...] = ()
    """Names of RFC 5280 section 4.2.1.3: ``digital_signature`` …"""
    extended_key_usage: tuple[str, ...] = ()
    sha256: str = ""
    """Fingerprint of the whole certificate, upper-case hex."""


THRESHOLDS_DAYS = (30, 15, 7)
"""When the end of a certificate is told, days before it."""


def threshold_of(not_after: datetime, now: datetime) -> int | None:
    """The nearest threshold that has been reached; 0 once it has ended, None while it is far off."""
    left = not_after - now
    if left.total_seconds() <= 0:
        return 0
    reached = [days for days in THRESHOLDS_DAYS if left.total_seconds() <= days * 86_400]
    return min(reached, default=None)
