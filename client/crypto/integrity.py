"""Whether a SignerInfo is sound over its content (RFC 5652 section 5.4 and 5.6); nothing about trust."""

from __future__ import annotations

import hashlib

from asn1crypto import algos, cms, core, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from pyhanko.sign.general import CMSStructuralError
from pyhanko.sign.validation.errors import CMSAlgorithmProtectionError
from pyhanko.sign.validation.generic_cms import validate_algorithm_protection
from pyhanko_certvalidator.errors import AlgorithmNotSupported
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator, SignatureValidationContext

from client.crypto import cms_attributes as attribute
from client.crypto import verdicts
from client.crypto.encoding import definite, encoding, inside_of, split, tagged
from client.crypto.examination import UNREADABLE_ERRORS, Digest
from client.crypto.verdicts import Judgement

WEAK_HASHES = frozenset({"md2", "md4", "md5", "sha1"})
_HASHES = WEAK_HASHES | {
    "sha224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_384", "sha3_512", "shake256",
    "shake256_len",
}  # fmt: skip
_SIGNATURES = frozenset({"rsassa_pkcs1v15", "rsassa_pss", "dsa", "ecdsa", "ed25519", "ed448"})
_WHOLE_MESSAGE = {"ed25519": "sha512", "ed448": "shake256"}
"""RFC 8419 section 2.3: the message digest these algorithms go with; they never sign a digest."""
_RSA_SHA3 = {
    "2.16.840.1.101.3.4.3.13": "sha3_224",
    "2.16.840.1.101.3.4.3.14": "sha3_256",
    "2.16.840.1.101.3.4.3.15": "sha3_384",
    "2.16.840.1.101.3.4.3.16": "sha3_512",
}
"""RSA PKCS #1 v1.5 with SHA-3 (NIST CSOR), which asn1crypto has no names for."""
_SET = 0x31
_SHORTEST = {"rsa": 2048, "rsassa_pss": 2048, "dsa": 3072, "ec": 224}
"""Key sizes in bits below which a signature can be forged or soon will be."""


class Uncomputable(Exception):
    """The key or algorithm is none we can compute with: an elliptic curve of its own making, for one."""


def digest_of(name: str, data: bytes) -> bytes:
    """The digest of ``data``, SHAKE256 with 512 bits (RFC 8419); ValueError for an unknown hash."""
    if name.startswith("shake256"):
        return hashlib.shake_256(data).digest(64)
    return hashlib.new(name, data).digest()


def check_integrity(
    signer_info: cms.SignerInfo, certificate: x509.Certificate, content_type: str | None, digest: Digest
) -> Judgement | None:
    """What is wrong with a signature over content of this type, None where nothing is.

    ``content_type`` None stands for a counter-signature, which signs another signature's value.
    """
    kind, named = _algorithm(signer_info)
    name = signer_info["digest_algorithm"]["algorithm"].native
    if kind is None or name not in _HASHES or (named is not None and named not in _HASHES):
        return verdicts.UNSUPPORTED
    attributes = signer_info["signed_attrs"]
    if attributes is core.VOID:
        # RFC 5652 section 5.3: anything but plain data needs signed attributes.
        if content_type not in ("data", None):
            return verdicts.MALFORMED
        return _check_bare(signer_info, certificate, digest(name), (kind, named or name))
    problem = _check_attributes(signer_info, certificate, content_type)
    if problem is not None:
        return problem
    stated = attribute.only_value(attributes, attribute.MESSAGE_DIGEST)
    if stated is None or stated.native != digest(name):
        return verdicts.ALTERED if stated is not None else verdicts.MALFORMED
    if not _signed(signer_info, certificate, (kind, named or name)):
        # Some software names one hash and signs with the other: wrong, but no sign of forgery.
        return (
            verdicts.CONTRADICTORY if _other_hash(signer_info, certificate, kind, named) else verdicts.BROKEN
        )
    if _WHOLE_MESSAGE.get(kind, named or name) != name.removesuffix("_len"):
        # RFC 8933 section 4: one hash for the content and for the attributes.
        return verdicts.CONTRADICTORY
    return None


def is_weak(signer_info: cms.SignerInfo, certificate: x509.Certificate) -> bool:
    """Whether a hash or the key of this signature no longer resists forgery."""
    _, named = _algorithm(signer_info)
    if {signer_info["digest_algorithm"]["algorithm"].native, named} & WEAK_HASHES:
        return True
    key = certificate.public_key
    # An Edwards curve has one size, and asn1crypto knows none for it.
    return key.algorithm in _SHORTEST and bool(key.bit_size < _SHORTEST[key.algorithm])


def _algorithm(signer_info: cms.SignerInfo) -> tuple[str | None, str | None]:
    """The kind of signature and the hash it names; kind None for one that is not computed here."""
    algorithm = signer_info["signature_algorithm"]
    if algorithm["algorithm"].dotted in _RSA_SHA3:
        return "rsassa_pkcs1v15", _RSA_SHA3[algorithm["algorithm"].dotted]
    try:
        kind: str = algorithm.signature_algo
    except UNREADABLE_ERRORS:
        return None, None
    if kind not in _SIGNATURES:
        return None, None
    try:
        named: str | None = algorithm.hash_algo
    except UNREADABLE_ERRORS:
        named = None
    return kind, None if kind in _WHOLE_MESSAGE else named or _ecdsa_hash(algorithm)


def _ecdsa_hash(algorithm: cms.SignedDigestAlgorithm) -> str | None:
    name: str = algorithm["algorithm"].native
    return name.removesuffix("_ecdsa") if name.startswith("sha3_") else None


def _check_attributes(
    signer_info: cms.SignerInfo, certificate: x509.Certificate, content_type: str | None
) -> Judgement | None:
    attributes = signer_info["signed_attrs"]
    problem = attribute.contradiction(attributes)
    if problem is not None:
        return problem
    stated = attribute.only_value(attributes, attribute.CONTENT_TYPE)
    if content_type is not None and (stated is None or stated.native != content_type):
        return verdicts.MALFORMED
    if not attribute.refers_to(attributes, certificate):
        return verdicts.OTHER_CERTIFICATE
    try:
        validate_algorithm_protection(
            attributes, signer_info["digest_algorithm"], signer_info["signature_algorithm"], None
        )
    except (CMSAlgorithmProtectionError, CMSStructuralError):
        return verdicts.CONTRADICTORY
    return None


def _check_bare(
    signer_info: cms.SignerInfo, certificate: x509.Certificate, digest: bytes, algorithm: tuple[str, str]
) -> Judgement | None:
    kind, named = algorithm
    if kind in _WHOLE_MESSAGE:
        return verdicts.UNSUPPORTED
    if named != signer_info["digest_algorithm"]["algorithm"].native:
        return verdicts.CONTRADICTORY
    sound = _verifies(signer_info, certificate, digest, algorithm, prehashed=True)
    # Without attributes nothing tells an altered content from an altered signature.
    return None if sound else verdicts.ALTERED


def _signed(
    signer_info: cms.SignerInfo,
    certificate: x509.Certificate,
    algorithm: tuple[str, str],
    stated: algos.SignedDigestAlgorithm | None = None,
) -> bool:
    """The attributes as they stand; failing that, as the DER they should have been (RFC 5652 section 5.4)."""
    parts = split(inside_of(encoding(signer_info["signed_attrs"])))
    for ordered in (parts, sorted(parts)):
        if _verifies(signer_info, certificate, tagged(_SET, *ordered), algorithm, stated):
            return True
    try:
        shortest = sorted(definite(part) for part in parts)
    except ValueError:
        return False
    return _verifies(signer_info, certificate, tagged(_SET, *shortest), algorithm, stated)


def _other_hash(
    signer_info: cms.SignerInfo, certificate: x509.Certificate, kind: str, named: str | None
) -> bool:
    name = signer_info["digest_algorithm"]["algorithm"].native
    if kind != "rsassa_pkcs1v15" or named in (None, name):
        return False
    plain = algos.SignedDigestAlgorithm({"algorithm": kind})
    return _signed(signer_info, certificate, (kind, name), plain)


def _verifies(
    signer_info: cms.SignerInfo,
    certificate: x509.Certificate,
    data: bytes,
    algorithm: tuple[str, str],
    stated: algos.SignedDigestAlgorithm | None = None,
    *,
    prehashed: bool = False,
) -> bool:
    kind, named = algorithm
    stated = stated or signer_info["signature_algorithm"]
    if stated["algorithm"].dotted in _RSA_SHA3:
        stated = algos.SignedDigestAlgorithm({"algorithm": kind})
    context = SignatureValidationContext(contextual_md_algorithm=named, prehashed=prehashed)
    try:
        DefaultSignatureValidator().validate_signature(
            signer_info["signature"].native, data, certificate.public_key, stated, context
        )
    except (AlgorithmNotSupported, UnsupportedAlgorithm) as error:
        raise Uncomputable from error
    except (InvalidSignature, AssertionError):
        # An assertion: the certificate's key is of another kind than the signature.
        return False
    return True
