"""Letters opened by a key that never leaves its token."""

from __future__ import annotations

import secrets
from typing import Any

import pkcs11
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11 import KDF, MGF, Attribute, DecryptMixin, DeriveMixin, KeyType, Mechanism

from client.crypto.pkcs11_faults import as_client_error, told
from client.crypto.pkcs11_signer import KeyOnToken
from client.errors import Cancelled, MessageNotOpened, PinIncorrect, PinLocked, TokenAbsent

_HASHES = {
    "sha1": (Mechanism.SHA_1, MGF.SHA1),
    "sha256": (Mechanism.SHA256, MGF.SHA256),
    "sha384": (Mechanism.SHA384, MGF.SHA384),
    "sha512": (Mechanism.SHA512, MGF.SHA512),
}


class TokenOpener:
    """See `client.crypto.key_opening.KeyOpener`; raises `TokenAbsent`, `PinIncorrect` … as well."""

    def __init__(self, key: KeyOnToken, curve: ec.EllipticCurve | None) -> None:
        """``curve`` of an elliptic key, None for an RSA one."""
        self._key, self._curve = key, curve

    def forget(self) -> None:
        """Let go of the handle and of a kept PIN."""
        del self._key

    def decrypt_v15(self, data: bytes, length: int) -> bytes:
        """See `KeyOpener.decrypt_v15`."""
        substitute = secrets.token_bytes(length)
        try:
            found = self._decrypt(data, Mechanism.RSA_PKCS, None)
        except pkcs11.FunctionCancelled as error:
            raise Cancelled from error
        except pkcs11.PKCS11Error as error:
            reason = as_client_error(error, self._key.label)
            if isinstance(reason, TokenAbsent | PinIncorrect | PinLocked):
                raise reason from error
            # Drivers differ in how they name a wrong padding; all of them get the same answer.
            return substitute
        return found if len(found) == length else substitute

    def decrypt_oaep(self, data: bytes, digest: str, mask_digest: str, label: bytes) -> bytes:
        """See `KeyOpener.decrypt_oaep`."""
        if digest not in _HASHES or mask_digest not in _HASHES:
            raise MessageNotOpened(reason="unsupported")
        parameter = (_HASHES[digest][0], _HASHES[mask_digest][1], label or None)
        try:
            return self._decrypt(data, Mechanism.RSA_PKCS_OAEP, parameter)
        except (pkcs11.MechanismParamInvalid, pkcs11.MechanismInvalid, pkcs11.ArgumentsBad) as error:
            # SoftHSM and some tokens know OAEP with SHA-1 alone.
            raise MessageNotOpened(reason="unsupported") from error
        except (pkcs11.EncryptedDataInvalid, pkcs11.EncryptedDataLenRange) as error:
            raise MessageNotOpened(reason="damaged") from error
        except pkcs11.PKCS11Error as error:
            raise as_client_error(error, self._key.label) from error

    def agree(self, point: bytes) -> bytes:
        """See `KeyOpener.agree`."""
        handle = self._key.handle
        if self._curve is None or not isinstance(handle, DeriveMixin):
            raise MessageNotOpened(reason="unsupported")
        try:
            # Not every driver refuses a point beside the curve, and such a point asks for the key itself.
            ec.EllipticCurvePublicKey.from_encoded_point(self._curve, point)
        except ValueError as error:
            raise MessageNotOpened(reason="damaged") from error
        size = (self._curve.key_size + 7) // 8
        with told(self._key.label):
            shared = handle.derive_key(
                KeyType.GENERIC_SECRET,
                size * 8,
                mechanism=Mechanism.ECDH1_DERIVE,
                mechanism_param=(KDF.NULL, None, point),
                template={Attribute.SENSITIVE: False, Attribute.EXTRACTABLE: True},
            )
            return bytes(shared[Attribute.VALUE]).rjust(size, b"\x00")

    def _decrypt(self, data: bytes, mechanism: Mechanism, parameter: object) -> bytes:
        handle = self._key.handle
        if not isinstance(handle, DecryptMixin) or mechanism not in self._key.mechanisms:
            raise MessageNotOpened(reason="unsupported")
        options: dict[str, Any] = {"mechanism": mechanism}
        if parameter is not None:
            options["mechanism_param"] = parameter
        if self._key.pin_each_time is not None:
            options["pin"] = self._key.pin_each_time.reveal()
        found = handle.decrypt(data, **options)
        return bytes(found) if isinstance(found, bytes) else b"".join(found)
