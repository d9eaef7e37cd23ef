"""What a private key does to open a letter: decrypt a small key, or agree on one (RFC 5652 section 6.2)."""

from __future__ import annotations

import secrets
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from client.errors import MessageNotOpened

HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


class KeyOpener(Protocol):
    """A private key, in memory or on a token. `MessageNotOpened` (``unsupported``) for what it cannot do."""

    def decrypt_v15(self, data: bytes, length: int) -> bytes:
        """RSAES-PKCS1-v1_5, always ``length`` bytes.

        Where the padding is wrong they are random ones: nothing tells that apart from a right one,
        neither an error nor the steps that follow (RFC 3218 section 2.3.2, Bleichenbacher).
        """

    def decrypt_oaep(self, data: bytes, digest: str, mask_digest: str, label: bytes) -> bytes:
        """RSAES-OAEP (RFC 8017 section 7.1); `MessageNotOpened` (``damaged``) for what does not open."""

    def agree(self, point: bytes) -> bytes:
        """The x-coordinate that ECDH yields with another's public point (RFC 5753 section 3.1)."""


class HeldKeyOpener:
    """A key in this process's memory."""

    def __init__(self, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> None:
        self._key = key

    def decrypt_v15(self, data: bytes, length: int) -> bytes:
        """See `KeyOpener.decrypt_v15`."""
        key = self._rsa()
        substitute = secrets.token_bytes(length)
        try:
            # OpenSSL 3.2 and later answer a wrong padding with random bytes by themselves; of any length.
            found = key.decrypt(data, padding.PKCS1v15())
        except ValueError:
            return substitute
        return found if len(found) == length else substitute

    def decrypt_oaep(self, data: bytes, digest: str, mask_digest: str, label: bytes) -> bytes:
        """See `KeyOpener.decrypt_oaep`."""
        key = self._rsa()
        try:
            scheme = padding.OAEP(padding.MGF1(HASHES[mask_digest]()), HASHES[digest](), label or None)
            return key.decrypt(data, scheme)
        except (KeyError, UnsupportedAlgorithm) as error:
            raise MessageNotOpened(reason="unsupported") from error
        except ValueError as error:
            raise MessageNotOpened(reason="damaged") from error

    def agree(self, point: bytes) -> bytes:
        """See `KeyOpener.agree`; a point that is not on the key's curve is refused."""
        if not isinstance(self._key, ec.EllipticCurvePrivateKey):
            raise MessageNotOpened(reason="unsupported")
        try:
            other = ec.EllipticCurvePublicKey.from_encoded_point(self._key.curve, point)
        except ValueError as error:
            raise MessageNotOpened(reason="damaged") from error
        return self._key.exchange(ec.ECDH(), other)

    def _rsa(self) -> rsa.RSAPrivateKey:
        if not isinstance(self._key, rsa.RSAPrivateKey):
            raise MessageNotOpened(reason="unsupported")
        return self._key
