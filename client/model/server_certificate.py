"""The certificate a mail server showed: remembered to explain a change, never to decide about one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from client.errors import TlsUntrusted


class CertificateRefused(TlsUntrusted):
    """The same, with the certificate that was shown (``issuer``, ``until``, ``sha256``; ``host``, ``reason``)
    and, where there was one, the one accepted last (``before_issuer``, ``before_until``, ``before_sha256``,
    ``before_seen``)."""

    code = "certificate-refused"


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """What people compare with what IT support tells them."""

    sha256: str
    """Upper-case hex."""
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True)
class SeenCertificate:
    """One that was accepted, from when until when."""

    place: str
    """``host:port``."""
    certificate: ServerCertificate
    first_seen: datetime
    last_seen: datetime
    """To the day: it is not written with every connection."""
