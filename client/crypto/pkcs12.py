"""Keys in PKCS#12 files (RFC 7292), old RC2 and 3DES ones included."""

from __future__ import annotations

import warnings

from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates, load_pkcs12

from client.crypto.keys import SigningKey, make_key
from client.errors import KeyFileInvalid, KeyPasswordIncorrect
from client.model.secret import Secret

_KEY_BAGS = {"key_bag", "pkcs8_shrouded_key_bag"}
_PARSE_ERRORS = (ValueError, TypeError, KeyError)


def open_pkcs12(data: bytes, password: Secret, path: str = "") -> SigningKey:
    """Open a ``.p12``; raises `KeyPasswordIncorrect`, or `KeyFileInvalid` for anything else wrong.

    A file with several keys is refused with their names (``names``): which of them signs must not
    hang on the order in which some program wrote them.
    """
    names = _key_names(data)
    if names is None:
        raise KeyFileInvalid(path=path, reason="corrupt")
    if len(names) > 1:
        raise KeyFileInvalid(path=path, reason="several-keys", names=", ".join(names))
    content = _decrypt(data, password, path)
    key = content.key
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or content.cert is None:
        raise KeyFileInvalid(path=path, reason="no-key")
    certificate = content.cert.certificate.public_bytes(Encoding.DER)
    if content.cert.certificate.public_key() != key.public_key():
        raise KeyFileInvalid(path=path, reason="key-mismatch")
    chain = tuple(other.certificate.public_bytes(Encoding.DER) for other in content.additional_certs)
    try:
        return make_key(certificate, key, chain)
    except ValueError as error:
        raise KeyFileInvalid(path=path, reason="corrupt") from error


def _decrypt(data: bytes, password: Secret, path: str) -> PKCS12KeyAndCertificates:
    try:
        with warnings.catch_warnings():
            # Old stores are written in BER; that is nothing to tell anybody on the error stream.
            warnings.simplefilter("ignore", UserWarning)
            return load_pkcs12(data, password.reveal().encode())
    except ValueError as error:
        # The structure was read before, so what is left to be wrong is the MAC over it.
        if "password" in str(error).lower() or "mac" in str(error).lower():
            raise KeyPasswordIncorrect(path=path) from error
        raise KeyFileInvalid(path=path, reason="corrupt") from error
    except (UnsupportedAlgorithm, TypeError) as error:
        raise KeyFileInvalid(path=path, reason="unreadable") from error


def _key_names(data: bytes) -> list[str] | None:
    """What the keys are called, read without the password; None for what is no PKCS#12 file.

    Keys lie shrouded one by one beside the encrypted certificates (RFC 7292 section 4.2.2), so
    that they can be counted. Those of the rare file that encrypts them once more cannot.
    """
    try:
        pfx = asn1_pkcs12.Pfx.load(data, strict=True)
        if pfx["version"].native != "v3" or pfx["auth_safe"]["content_type"].native is None:
            return None
        if pfx["auth_safe"]["content_type"].native != "data":
            return []
        names: list[str] = []
        for part in pfx.authenticated_safe:
            if part["content_type"].native == "data":
                bags = asn1_pkcs12.SafeContents.load(bytes(part["content"]))
                keys = [bag for bag in bags if bag["bag_id"].native in _KEY_BAGS]
                names += [_friendly_name(bag) or f"#{at}" for at, bag in enumerate(keys, len(names) + 1)]
    except _PARSE_ERRORS:
        return None
    return names


def _friendly_name(bag: asn1_pkcs12.SafeBag) -> str:
    attributes = bag["bag_attributes"].native or ()
    for attribute in attributes:
        if attribute["type"] == "friendly_name" and attribute["values"]:
            return str(attribute["values"][0])
    return ""
