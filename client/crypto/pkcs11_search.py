"""Finding the one token and the one certificate that an address means, before any login."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

import pkcs11
from pkcs11.types import Session, Token

from client.crypto.pkcs11_driver import Driver, present_tokens
from client.crypto.pkcs11_faults import told
from client.crypto.pkcs11_objects import TokenCertificate, begins_at, public_key_of, read_certificates
from client.crypto.pkcs11_uri import TokenUri
from client.errors import SigningRefused
from client.model.token import TokenInfo


@dataclass(frozen=True)
class Found:
    """A token in its slot, and what it shows before a login."""

    driver: Driver
    token: Token
    info: TokenInfo
    certificates: tuple[TokenCertificate, ...]


def paths_for(wanted: TokenUri, drivers: Sequence[Path]) -> Sequence[Path]:
    """The library the address names, while it is there; a driver that was renewed lies elsewhere."""
    if wanted.module_path and Path(wanted.module_path).is_file():
        return [Path(wanted.module_path)]
    if wanted.module_name:
        return [path for path in drivers if _module_name(path) == wanted.module_name]
    return drivers


def find_in(driver: Driver, wanted: TokenUri) -> Found | None:
    """The token that has the certificate; with a serial in the address, the token, whatever is on it."""
    for token, info in present_tokens(driver):
        if not wanted.names_token(info):
            continue
        certificates = certificates_of(token, info.label)
        if wanted.serial or any(wanted.names_object(one.cka_id, one.label) for one in certificates):
            return Found(driver, token, info, certificates)
    return None


def certificates_of(token: Token, label: str) -> tuple[TokenCertificate, ...]:
    """What the token shows without a login; raises `TokenAbsent` and `TokenFault`."""
    with told(label):
        session = token.open()
        try:
            return read_certificates(session)
        finally:
            close_quietly(session)


def choose(certificates: tuple[TokenCertificate, ...], wanted: TokenUri, chosen: bytes) -> TokenCertificate:
    """One certificate to sign with, never "the first"."""
    named = [
        one for one in certificates if not one.is_authority and wanted.names_object(one.cka_id, one.label)
    ]
    same = [one for one in named if one.der == chosen] if chosen else named
    if not same:
        raise SigningRefused(reason="certificate-changed" if named else "certificate-not-on-token")
    if len({public_key_of(one) for one in same}) > 1:
        raise SigningRefused(reason="several-certificates")
    # Of two for one key the later one renewed the earlier.
    latest = max(same, key=begins_at)
    if latest.has_other_key:
        raise SigningRefused(reason="key-mismatch")
    return latest


def chain_of(certificate: TokenCertificate, certificates: tuple[TokenCertificate, ...]) -> tuple[bytes, ...]:
    """The CA certificates kept beside it."""
    return tuple(one.der for one in certificates if one.is_authority and one.der != certificate.der)


def close_quietly(session: Session) -> None:
    """Close it; one whose token was pulled out is closed already, and there is nobody to tell."""
    with suppress(pkcs11.PKCS11Error):
        session.close()


def _module_name(path: PurePath) -> str:
    """RFC 7512 section 2.3: the library's name without "lib" and its suffix."""
    return path.name.partition(".")[0].removeprefix("lib")
