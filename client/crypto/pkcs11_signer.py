"""Signatures made by a key that never leaves its token."""

from __future__ import annotations

import hashlib
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from asn1crypto import algos, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from pkcs11 import MGF, DecryptMixin, DeriveMixin, Mechanism, SignMixin
from pkcs11.util.ec import encode_ecdsa_signature
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from client.crypto.pkcs11_faults import told
from client.errors import SigningRefused
from client.model.secret import Secret

_SIGNED = {
    "sha256": (Mechanism.SHA256_RSA_PKCS, Mechanism.SHA256_RSA_PKCS_PSS, Mechanism.ECDSA_SHA256),
    "sha384": (Mechanism.SHA384_RSA_PKCS, Mechanism.SHA384_RSA_PKCS_PSS, Mechanism.ECDSA_SHA384),
    "sha512": (Mechanism.SHA512_RSA_PKCS, Mechanism.SHA512_RSA_PKCS_PSS, Mechanism.ECDSA_SHA512),
}
"""By digest: the mechanisms that hash on the token, for RSA, RSA-PSS and ECDSA."""
_PSS_DIGESTS = {
    "sha256": (Mechanism.SHA256, MGF.SHA256, hashes.SHA256),
    "sha384": (Mechanism.SHA384, MGF.SHA384, hashes.SHA384),
    "sha512": (Mechanism.SHA512, MGF.SHA512, hashes.SHA512),
}


@dataclass(frozen=True)
class KeyOnToken:
    """A private key of an open session, and what its token can do with it."""

    handle: SignMixin | DecryptMixin | DeriveMixin
    """It can do what the token says it may be used for; a key for encryption alone does not sign."""
    mechanisms: AbstractSet[Mechanism | int]
    label: str
    """The token's."""
    pin_each_time: Secret | None = None
    """Kept only for a key with CKA_ALWAYS_AUTHENTICATE, which asks before every signature."""


class TokenSigner(Signer):
    """A pyHanko signer that keeps the key's handle instead of searching it for every signature."""

    def __init__(
        self,
        certificate: x509.Certificate,
        chain: tuple[x509.Certificate, ...],
        key: KeyOnToken,
        *,
        prefer_pss: bool = False,
    ) -> None:
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call] # pyHanko has no types here
        registry.register_multiple(chain)
        super().__init__(
            signing_cert=certificate, cert_registry=registry, embed_roots=False, prefer_pss=prefer_pss
        )
        public = serialization.load_der_public_key(certificate.public_key.dump())
        if not isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
            raise SigningRefused(reason="mechanism-not-supported")
        self._public, self._key = public, key
        if prefer_pss and isinstance(public, rsa.RSAPublicKey) and not _lists_pss(key.mechanisms):
            raise SigningRefused(reason="mechanism-not-supported")

    @property
    def curve(self) -> ec.EllipticCurve | None:
        """The curve of an elliptic key, None for an RSA one."""
        return self._public.curve if isinstance(self._public, ec.EllipticCurvePublicKey) else None

    def forget(self) -> None:
        """Let go of the handle and of a kept PIN; the signer is of no use afterwards."""
        del self._key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Sign ``data``; a dry run only tells the length and does not touch the token.

        Raises `TokenAbsent`, `TokenFault`, `PinIncorrect`, `PinLocked`, and `SigningRefused` with
        ``mechanism-not-supported`` or, for a key that is not the certificate's, ``key-mismatch``.
        """
        if dry_run:
            whole = (self._public.key_size + 7) // 8
            return bytes(whole if isinstance(self._public, rsa.RSAPublicKey) else 2 * whole + 9)
        name = digest_algorithm.lower()
        with told(self._key.label):
            signature = self._sign(data, name)
        self._check(signature, hashlib.new(name, data).digest(), name)
        return signature

    def _sign(self, data: bytes, digest: str) -> bytes:
        rsa_whole, pss_whole, ec_whole = _SIGNED[digest]
        if isinstance(self._public, ec.EllipticCurvePublicKey):
            if ec_whole in self._key.mechanisms:
                return encode_ecdsa_signature(self._ask(data, ec_whole))
            return encode_ecdsa_signature(self._ask(hashlib.new(digest, data).digest(), Mechanism.ECDSA))
        if self.prefer_pss:
            kind, mask, _ = _PSS_DIGESTS[digest]
            length = hashlib.new(digest).digest_size
            if pss_whole in self._key.mechanisms:
                return self._ask(data, pss_whole, (kind, mask, length))
            hashed = hashlib.new(digest, data).digest()
            return self._ask(hashed, Mechanism.RSA_PKCS_PSS, (kind, mask, length))
        if rsa_whole in self._key.mechanisms:
            return self._ask(data, rsa_whole)
        return self._ask(_digest_info(hashlib.new(digest, data).digest(), digest), Mechanism.RSA_PKCS)

    def _ask(self, data: bytes, mechanism: Mechanism, parameter: object = None) -> bytes:
        handle = self._key.handle
        if not isinstance(handle, SignMixin):
            raise SigningRefused(reason="no-matching-key")
        if mechanism not in self._key.mechanisms:
            raise SigningRefused(reason="mechanism-not-supported")
        options: dict[str, object] = {"mechanism": mechanism}
        if parameter is not None:
            options["mechanism_param"] = parameter
        if self._key.pin_each_time is not None:
            options["pin"] = self._key.pin_each_time.reveal()
        return handle.sign(data, **options)

    def _check(self, signature: bytes, digest: bytes, name: str) -> None:
        """A driver that answers with another key's signature is found out here, not by the receiver."""
        algorithm = _PSS_DIGESTS[name][2]()
        hashed = utils.Prehashed(algorithm)
        try:
            if isinstance(self._public, ec.EllipticCurvePublicKey):
                self._public.verify(signature, digest, ec.ECDSA(hashed))
                return
            scheme: padding.AsymmetricPadding = padding.PKCS1v15()
            if self.prefer_pss:
                scheme = padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)
            self._public.verify(signature, digest, scheme, hashed)
        except InvalidSignature as error:
            raise SigningRefused(reason="key-mismatch") from error


def _lists_pss(mechanisms: AbstractSet[Mechanism | int]) -> bool:
    return bool(mechanisms & {Mechanism.RSA_PKCS_PSS, Mechanism.SHA256_RSA_PKCS_PSS})


def _digest_info(digest: bytes, name: str) -> bytes:
    """What RSASSA-PKCS1-v1_5 pads (RFC 8017 section 9.2), for tokens that do not hash."""
    info = algos.DigestInfo({"digest_algorithm": {"algorithm": name}, "digest": digest})
    der: bytes = info.dump()
    return der
