"""Certificates and keys on a token, found by CKA_ID and never by their place in a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pkcs11
from asn1crypto import x509
from pkcs11 import Attribute, DecryptMixin, DeriveMixin, ObjectClass, SignMixin
from pkcs11.types import Session

from client.crypto.certificates import load_certificate
from client.errors import SigningRefused

_USABLE = (SignMixin, DecryptMixin, DeriveMixin)


@dataclass(frozen=True, slots=True)
class TokenCertificate:
    """A certificate object of a token."""

    cka_id: bytes
    label: str
    der: bytes
    is_authority: bool = False
    has_other_key: bool = False
    """The token shows a public key of the same id that is not this certificate's."""


def read_certificates(session: Session) -> tuple[TokenCertificate, ...]:
    """Everything readable without a login; what cannot be parsed is passed over."""
    publics = _public_moduli(session)
    found = []
    for item in list(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})):
        der = _attribute(item, Attribute.VALUE, b"")
        try:
            certificate = load_certificate(bytes(der))
            authority = is_authority(certificate)
        except (ValueError, TypeError):
            continue
        cka_id = bytes(_attribute(item, Attribute.ID, b""))
        label = str(_attribute(item, Attribute.LABEL, ""))
        other = cka_id in publics and _modulus_of(certificate) not in publics[cka_id]
        found.append(TokenCertificate(cka_id, label, bytes(der), authority, other))
    return tuple(found)


def is_authority(certificate: x509.Certificate) -> bool:
    """A CA's certificate (RFC 5280 section 4.2.1.9): on the token for the chain, not to sign with."""
    constraints = certificate.basic_constraints_value
    return constraints is not None and bool(constraints["ca"].native)


def public_key_of(certificate: TokenCertificate) -> bytes:
    """SubjectPublicKeyInfo (DER)."""
    der: bytes = load_certificate(certificate.der).public_key.dump()
    return der


def begins_at(certificate: TokenCertificate) -> datetime:
    """notBefore."""
    moment: datetime = load_certificate(certificate.der)["tbs_certificate"]["validity"]["not_before"].native
    return moment


def find_private_key(
    session: Session, certificate: TokenCertificate
) -> SignMixin | DecryptMixin | DeriveMixin:
    """The private key of the same id, after a login; one that signs before one that only opens letters.

    Raises `SigningRefused`: ``no-matching-key`` where there is none, ``key-mismatch`` where its
    modulus is not the certificate's.
    """
    wanted: dict[Attribute, Any] = {Attribute.CLASS: ObjectClass.PRIVATE_KEY}
    if certificate.cka_id:
        wanted[Attribute.ID] = certificate.cka_id
    keys = [key for key in list(session.get_objects(wanted)) if isinstance(key, _USABLE)]
    keys.sort(key=lambda key: not isinstance(key, SignMixin))
    modulus = _modulus_of(load_certificate(certificate.der))
    known = [(key, _attribute(key, Attribute.MODULUS, None)) for key in keys]
    fitting = [key for key, own in known if modulus is None or own is None or _number(own) == modulus]
    if fitting:
        return fitting[0]
    raise SigningRefused(reason="key-mismatch" if keys else "no-matching-key")


def asks_each_time(key: SignMixin | DecryptMixin | DeriveMixin) -> bool:
    """CKA_ALWAYS_AUTHENTICATE: the PIN is wanted before every signature. Known only after a login."""
    return bool(_attribute(key, Attribute.ALWAYS_AUTHENTICATE, False))


def _public_moduli(session: Session) -> dict[bytes, set[int | None]]:
    """RSA moduli of the public keys by id; an id with a key of another kind says nothing."""
    found: dict[bytes, set[int | None]] = {}
    for item in list(session.get_objects({Attribute.CLASS: ObjectClass.PUBLIC_KEY})):
        modulus = _attribute(item, Attribute.MODULUS, None)
        cka_id = bytes(_attribute(item, Attribute.ID, b""))
        if modulus is not None and cka_id:
            found.setdefault(cka_id, set()).add(_number(modulus))
    return found


def _modulus_of(certificate: x509.Certificate) -> int | None:
    public = certificate.public_key
    return int(public["public_key"].parsed["modulus"].native) if public.algorithm == "rsa" else None


def _number(modulus: bytes | int) -> int:
    return modulus if isinstance(modulus, int) else int.from_bytes(modulus, "big")


def _attribute(item: Any, attribute: Attribute, missing: Any) -> Any:
    """An attribute, or ``missing`` where the token has none or keeps it to itself."""
    try:
        return item[attribute]
    except (
        pkcs11.AttributeTypeInvalid,
        pkcs11.AttributeSensitive,
        # Some drivers answer so for an attribute they do not know.
        pkcs11.FunctionFailed,
        KeyError,
    ):
        return missing
