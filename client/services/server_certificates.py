"""A mail server's certificate: the accepted one is remembered, a refused one is explained by it.

Not a pin: whether a certificate is good the system's trust decides, before and after a change alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from client.errors import ClientError, TlsUntrusted
from client.model.account import Endpoint
from client.model.server_certificate import CertificateRefused, ServerCertificate
from client.model.text import printable
from client.store.server_certificates import ServerCertificates

Look = Callable[[Endpoint], bytes]
_OF_THE_CERTIFICATE = frozenset({"unknown-issuer", "wrong-name", "expired", "other"})
_LONGEST_NAME = 160


def read_certificate(der: bytes) -> ServerCertificate:
    """What is kept and shown of it; raises ValueError for what is no certificate."""
    # Loaded when a certificate is new or refused: the engine needs none of it on other days.
    from client.crypto.certificate_details import read_details

    details = read_details(der)
    return ServerCertificate(
        details.sha256, _name(details.subject), _name(details.issuer), details.not_before, details.not_after
    )


def place_of(endpoint: Endpoint) -> str:
    """How a server is called in the ledger."""
    return f"{endpoint.host}:{endpoint.port}"


def remember(known: ServerCertificates, endpoint: Endpoint, der: bytes, at: datetime) -> None:
    """Keep what a server that was accepted has shown; that this fails is no reason to stop."""
    place = place_of(endpoint)
    with suppress(ClientError, ValueError):
        if der and not known.seen_again(place, hashlib.sha256(der).hexdigest().upper(), at):
            known.accepted(place, read_certificate(der), at)


def explained(error: TlsUntrusted, endpoint: Endpoint, known: ServerCertificates, look: Look) -> TlsUntrusted:
    """``error`` with the certificate that is shown now and the one before; itself where that is not known."""
    if error.params.get("reason") not in _OF_THE_CERTIFICATE or isinstance(error, CertificateRefused):
        return error
    try:
        now = read_certificate(look(endpoint))
    except ValueError:
        return error
    told = {**error.params, **_told(now)}
    with suppress(ClientError):
        before = known.last(place_of(endpoint))
        if before is not None:
            told |= {f"before_{name}": value for name, value in _told(before.certificate).items()}
            told["before_seen"] = _day(before.last_seen)
    return CertificateRefused(**told)


def _told(one: ServerCertificate) -> dict[str, str]:
    return {"issuer": one.issuer, "until": _day(one.not_after), "sha256": _grouped(one.sha256)}


def _day(moment: datetime) -> str:
    return moment.astimezone().strftime("%d/%m/%Y")


def _grouped(sha256: str) -> str:
    """As certificate viewers show it."""
    return ":".join(sha256[at : at + 2] for at in range(0, len(sha256), 2))


def _name(parts: tuple[tuple[str, str], ...]) -> str:
    """The names people know an authority by; whoever made the certificate chose them."""
    known = dict(reversed(parts))
    told = [known[kind] for kind in ("CN", "O") if known.get(kind)] or [value for _, value in parts]
    return printable(", ".join(dict.fromkeys(told)))[:_LONGEST_NAME] or "?"
