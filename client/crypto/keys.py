"""A signing key in use, and what is asked of it before it signs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.sign.signers import Signer
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator.errors import InvalidCertificateError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from client.crypto.certificates import describe, load_certificate
from client.crypto.key_opening import HeldKeyOpener, KeyOpener
from client.crypto.revocation import Moments, Pool, choose_evidence, parse_crls
from client.crypto.revoked import listed_since
from client.crypto.trust import find_path, load_all, plain_path
from client.crypto.verdicts import REVOKED, Judgement, of_path_error
from client.errors import SigningRefused
from client.model.trust import VerificationDemand
from client.model.verdict import Reason, SignerInfo

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


class Purpose(StrEnum):
    """What a certificate is used for; each has one key usage policy, the same in signing and verifying."""

    DOCUMENT = "document"
    MAIL = "mail"
    TIMESTAMP = "timestamp"
    POLICY = "policy"


_USAGES = {
    Purpose.DOCUMENT: KeyUsageConstraints(key_usage={"non_repudiation"}),
    # RFC 8550 section 4.4: either bit, and emailProtection where purposes are named at all.
    Purpose.MAIL: KeyUsageConstraints(
        key_usage={"digital_signature", "non_repudiation"},
        extd_key_usage={"email_protection"},
        explicit_extd_key_usage_required=False,
    ),
    # The certificate itself is pinned for this: see `client.crypto.policy_signature`.
    Purpose.POLICY: KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}),
    # RFC 3161 section 2.3.
    Purpose.TIMESTAMP: KeyUsageConstraints(key_usage=set(), extd_key_usage={"time_stamping"}),
}


_MACHINES = frozenset({"server_auth", "time_stamping", "ocsp_signing"})
"""Purposes of servers. RFC 5280 section 4.2.1.12: a certificate for these alone is nobody's signature."""
_ISSUED_FOR = {Purpose.MAIL: "email_protection", Purpose.TIMESTAMP: "time_stamping"}


def usage_allowed(certificate: x509.Certificate, purpose: Purpose) -> bool:
    """Whether key usage and extended key usage permit ``purpose``."""
    if purpose is Purpose.TIMESTAMP and not _stamps_alone(certificate):
        return False
    if purpose in (Purpose.DOCUMENT, Purpose.POLICY) and _for_machines_alone(certificate):
        return False
    constraints = _USAGES[purpose]
    if purpose is Purpose.MAIL and certificate.key_usage_value is None:
        # RFC 8550 section 4.4.2: without the extension, mail signatures are permitted.
        constraints = replace(constraints, key_usage=None)
    try:
        constraints.validate(certificate)
    except InvalidCertificateError:
        return False
    return True


def may_issue(authority: x509.Certificate, purpose: Purpose) -> bool:
    """Whether an authority that names purposes stands for certificates of this one.

    The standard leaves the extension to end entities; those who run trust stores and mail programs
    hold authorities to it (CA/Browser Forum S/MIME requirements section 7.1.2.2 g).
    """
    purposes = authority.extended_key_usage_value
    if purposes is None or "any_extended_key_usage" in purposes.native:
        return True
    if purpose in _ISSUED_FOR:
        return _ISSUED_FOR[purpose] in purposes.native
    return not _for_machines_alone(authority)


def _for_machines_alone(certificate: x509.Certificate) -> bool:
    purposes = certificate.extended_key_usage_value
    return purposes is not None and _MACHINES.issuperset(purposes.native)


def may_stamp(certificate: x509.Certificate) -> bool:
    """Whether time-stamping is among its purposes: enough to ask it, not to believe it."""
    purposes = certificate.extended_key_usage_value
    return purposes is not None and "time_stamping" in purposes.native


def _stamps_alone(certificate: x509.Certificate) -> bool:
    """RFC 3161 section 2.3: time-stamping is the only purpose, and the extension critical."""
    purposes = certificate.extended_key_usage_value
    alone = purposes is not None and purposes.native == ["time_stamping"]
    return alone and "extended_key_usage" in certificate.critical_extensions


class LoadedKeySigner(Signer):
    """A pyHanko signer that keeps its parsed key.

    pyHanko's own signer parses and checks an RSA key anew for every signature, 42 ms each time.
    """

    def __init__(
        self, certificate: x509.Certificate, key: PrivateKey, chain: tuple[x509.Certificate, ...]
    ) -> None:
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call] # pyHanko has no types here
        registry.register_multiple(chain)
        super().__init__(signing_cert=certificate, cert_registry=registry, embed_roots=False)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Sign ``data``; a dry run only tells the length and does not touch the key."""
        algorithm = _HASHES[digest_algorithm.lower()]()
        if isinstance(self._key, rsa.RSAPrivateKey):
            if dry_run:
                return bytes(self._key.key_size // 8)
            return self._key.sign(data, padding.PKCS1v15(), algorithm)
        if dry_run:
            return bytes(2 * ((self._key.key_size + 7) // 8) + 9)
        return self._key.sign(data, ec.ECDSA(algorithm))


@dataclass(frozen=True)
class SigningKey:
    """An opened key with its certificate; it lives in the workshop and never crosses a pipe."""

    certificate_der: bytes
    chain_der: tuple[bytes, ...]
    signer_info: SignerInfo
    pyhanko_signer: Signer
    opener: KeyOpener | None = None
    """Opens letters that were encrypted to this certificate."""

    def __reduce__(self) -> Any:
        raise TypeError


def make_key(certificate_der: bytes, key: PrivateKey, chain_der: tuple[bytes, ...]) -> SigningKey:
    """A key held in memory; raises ValueError for a broken certificate."""
    certificate = load_certificate(certificate_der)
    chain = tuple(load_certificate(der) for der in chain_der)
    signer = LoadedKeySigner(certificate, key, chain)
    return SigningKey(certificate_der, chain_der, describe(certificate), signer, HeldKeyOpener(key))


def with_issuers(key: SigningKey, demand: VerificationDemand) -> SigningKey:
    """The key with the CA certificates its signatures should carry.

    A token often holds its owner's certificate alone; those who receive a signature without the
    ones above it may not be able to lead it to their trust anchor.
    """
    certificate = load_certificate(key.certificate_der)
    own = load_all(key.chain_der)
    if any(one.subject == certificate.issuer for one in own):
        return key
    between = plain_path(certificate, own, demand.trust, demand.at)[1:-1]
    for one in between:
        key.pyhanko_signer.cert_registry.register(one)
    return replace(key, chain_der=(*key.chain_der, *(one.dump() for one in between)))


def preflight(key: SigningKey, demand: VerificationDemand, purpose: Purpose) -> None:
    """Refuse a signature that nobody could accept; raises `SigningRefused` (``reason``: a `Reason`).

    Missing revocation information does not forbid signing: an office must sign offline as well.
    """
    preflight_certificate(key.certificate_der, key.chain_der, demand, purpose)


def preflight_certificate(
    certificate_der: bytes, chain_der: tuple[bytes, ...], demand: VerificationDemand, purpose: Purpose
) -> None:
    """The same before the key is opened: a token shows its certificates without a PIN."""
    certificate = load_certificate(certificate_der)
    info = describe(certificate)
    revoked = _revoked(certificate, chain_der, demand)
    if info.not_after is not None and demand.at > info.not_after:
        raise SigningRefused(reason=Reason.CERTIFICATE_EXPIRED.value)
    if info.not_before is not None and demand.at < info.not_before:
        raise SigningRefused(reason=Reason.CERTIFICATE_NOT_YET_VALID.value)
    if revoked:
        raise SigningRefused(reason=Reason.CERTIFICATE_REVOKED.value)
    if not usage_allowed(certificate, purpose):
        raise SigningRefused(reason=Reason.KEY_USAGE_NOT_ALLOWED.value)


def _revoked(certificate: x509.Certificate, chain_der: tuple[bytes, ...], demand: VerificationDemand) -> bool:
    """Whether a CRL that its issuer did sign, or an OCSP answer, says so; silence is no reason to refuse."""
    trust = demand.trust
    others = load_all(chain_der)
    issuers = [*others, *load_all(trust.intermediates), *load_all(trust.anchors)]
    since = listed_since(certificate, issuers, parse_crls(trust.crls))
    if since is not None and since <= demand.at:
        return True
    if not trust.ocsp_responses:
        return False
    pool = Pool(trust.crls, trust.ocsp_responses)
    evidence = choose_evidence(certificate, pool, Moments(demand.at, demand.at), demand.revocation)
    found = find_path(certificate, others, trust, evidence, demand.at)
    if found is None or isinstance(found, Judgement):
        return found is REVOKED
    return of_path_error(found, proven=False, stale=False) == REVOKED
