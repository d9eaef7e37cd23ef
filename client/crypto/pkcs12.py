"""Keys in PKCS#12 files (RFC 7292), old RC2 and 3DES ones included."""

from __future__ import annotations

from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates, load_pkcs12

from client.crypto.keys import SigningKey, make_key
from client.errors import KeyFileInvalid, KeyPasswordIncorrect
from client.model.secret import Secret


def open_pkcs12(data: bytes, password: Secret, path: str = "") -> SigningKey:
    """Open a ``.p12``; raises `KeyPasswordIncorrect`, or `KeyFileInvalid` for anything else wrong."""
    if not _looks_whole(data):
        raise KeyFileInvalid(path=path, reason="corrupt")
    content = _decrypt(data, password, path)
    key = content.key
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or content.cert is None:
        raise KeyFileInvalid(path=path, reason="no-key")
    certificate = content.cert.certificate.public_bytes(Encoding.DER)
    chain = tuple(other.certificate.public_bytes(Encoding.DER) for other in content.additional_certs)
    try:
        return make_key(certificate, key, chain)
    except ValueError as error:
        raise KeyFileInvalid(path=path, reason="corrupt") from error


def _decrypt(data: bytes, password: Secret, path: str) -> PKCS12KeyAndCertificates:
    try:
        return load_pkcs12(data, password.reveal().encode())
    except ValueError as error:
        # The structure was read before, so what is left to be wrong is the MAC over it.
        if "password" in str(error).lower() or "mac" in str(error).lower():
            raise KeyPasswordIncorrect(path=path) from error
        raise KeyFileInvalid(path=path, reason="corrupt") from error
    except (UnsupportedAlgorithm, TypeError) as error:
        raise KeyFileInvalid(path=path, reason="unreadable") from error


def _looks_whole(data: bytes) -> bool:
    try:
        pfx = asn1_pkcs12.Pfx.load(data, strict=True)
        return bool(pfx["version"].native == "v3" and pfx["auth_safe"]["content_type"].native)
    except (ValueError, TypeError, KeyError):
        return False
