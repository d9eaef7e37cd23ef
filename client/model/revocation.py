"""Which addresses may be asked for revocation data, and when they are due again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
_LONGEST = 2048
_URL = re.compile(r"https?://[A-Za-z0-9\-._~%!$&'()*+,;=:@/?\[\]]+\Z", re.IGNORECASE)
_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\Z")
_BACK_OFF = tuple(timedelta(minutes=one) for one in (5, 15, 60, 240, 720))
_SOONEST = timedelta(minutes=15)
_LATEST = timedelta(hours=24)
_JITTER = 0.25


class SourceOrigin(StrEnum):
    """How the client came to know an address; received files count for nothing by themselves."""

    POLICY = "policy"
    """The policy names the address."""
    TRUSTED = "trusted"
    """It stands in an anchor or intermediate that is trusted, or in the certificate of an own key."""
    SEEN = "seen"
    """It stands in a received certificate of a trusted issuer: asked only where the policy names its host."""


class Refusal(StrEnum):
    """Why an address is not asked."""

    NOT_HTTP = "address-not-http"
    """LDAP, a file, or an address written so that readers might differ about its host."""
    HOST_NOT_NAMED = "host-not-in-policy"


@dataclass(frozen=True, slots=True)
class Want:
    """Revocation data that a judgement was in need of."""

    url: str
    about: str = ""
    """SHA-256 of the certificate an OCSP question is about; ``""`` for a CRL."""
    request: bytes = b""
    """The OCSP request in DER; empty for a CRL."""
    issuer: str = ""
    """Who would have to answer, as people know them."""
    origin: SourceOrigin = SourceOrigin.SEEN

    @property
    def is_ocsp(self) -> bool:
        """A question about one certificate rather than a list."""
        return bool(self.request)


@dataclass(frozen=True, slots=True)
class RevocationState:
    """One address as it stands: what it gave last, and when it is due again."""

    want: Want
    not_before: datetime
    attempts: int = 0
    fetched_at: datetime | None = None
    etag: str = ""
    last_modified: str = ""
    file: str = ""
    this_update: datetime | None = None
    next_update: datetime | None = None
    error_code: str = ""
    error_reason: str = ""


@dataclass(frozen=True, slots=True)
class Lacking:
    """What was lacking, and the authorities that were met on the way to an anchor."""

    wants: tuple[Want, ...] = ()
    issuers: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class RevocationFile:
    """A file the engine laid down, and where it goes when it is good."""

    want: Want
    file: Path
    target: Path
    issuers: Path
    """Folder of authorities met before."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an arrival."""

    problem: str = ""
    """Code of why it is not used, ``""`` where it is."""
    this_update: datetime | None = None
    next_update: datetime | None = None
    changed: bool = False
    """Something is known now that was not before."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """Whom the policy lets the client ask."""

    crl: tuple[str, ...] = ()
    ocsp: tuple[str, ...] = ()

    def refusal(self, want: Want) -> Refusal | None:
        """Why ``want`` must not be fetched, None where it may."""
        host = host_of(want.url)
        if not host:
            return Refusal.NOT_HTTP
        if want.is_ocsp:
            # Whatever the address came from: a question tells the responder whose letter is read.
            return None if host in _normal(self.ocsp) else Refusal.HOST_NOT_NAMED
        if want.origin is SourceOrigin.SEEN and host not in _normal(self.crl):
            return Refusal.HOST_NOT_NAMED
        return None


def host_of(url: str) -> str:
    """``host:port`` of a plain http(s) address, ``""`` for anything that is not quite that.

    User names, fragments, control characters and backslashes are refused: programs differ about
    which host such an address means.
    """
    if len(url) > _LONGEST or not _URL.match(url):
        return ""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme.lower()]
    except (ValueError, KeyError):
        return ""
    name = (parts.hostname or "").removesuffix(".")
    if "@" in parts.netloc or parts.netloc.endswith(":") or not _NAME.match(name):
        return ""
    return f"{name}:{port}"


def file_name(want: Want) -> str:
    """The plain name of the file that holds what an address gave: of the program's making."""
    digest = hashlib.sha256(f"{want.url}\n{want.about}".encode()).hexdigest()[:32]
    return f"{digest}.{'ocsp' if want.is_ocsp else 'crl'}"


def incoming_name(want: Want) -> str:
    """The same before it has been examined."""
    return f"{file_name(want)}.moi"


def is_host(text: str) -> bool:
    """Whether ``text`` is a host as the policy writes it: ``crl.example.vn`` or with ``:port``."""
    name, colon, port = text.partition(":")
    fits = not colon or (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536)
    return bool(_NAME.match(name)) and fits


def next_fetch(now: datetime, next_update: datetime | None, chance: float) -> datetime:
    """When to fetch again after a success; ``chance`` (0 to 1) spreads the city's computers over time.

    At nine tenths of the way to ``next_update``, but at least daily: an authority may publish an
    emergency list at any time (RFC 5280 section 5).
    """
    left = (next_update - now) * 0.9 if next_update is not None else _LATEST
    pause = max(min(left, _LATEST), _SOONEST)
    return now + pause * (1 - _JITTER * chance)


def next_attempt(now: datetime, attempts: int, chance: float) -> datetime:
    """When to try again after ``attempts`` in vain; later each time, never at the same moment everywhere."""
    pause = _BACK_OFF[min(max(attempts, 1), len(_BACK_OFF)) - 1]
    return now + pause * (1 + _JITTER * chance)


def _normal(hosts: Iterable[str]) -> frozenset[str]:
    """An entry without a port stands for the two usual ones."""
    entries = tuple(hosts)
    bare = {f"{one}:{port}" for one in entries if ":" not in one for port in _PORTS.values()}
    return frozenset({one for one in entries if ":" in one} | bare)
