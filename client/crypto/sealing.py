"""A letter encrypted to its readers: AuthEnvelopedData with AES-256-GCM (RFC 5083, RFC 5084)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from asn1crypto import cms, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from client.crypto.certificates import load_certificate
from client.crypto.enveloped import GcmParameters
from client.errors import MessageNotOpened

_TAG = 16
_OAEP = {
    "algorithm": "rsaes_oaep",
    "parameters": {
        "hash_algorithm": {"algorithm": "sha256"},
        "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": "sha256"}},
    },
}


def seal_entity(entity: bytes, readers: Sequence[bytes]) -> bytes:
    """The CMS (DER) of a MIME entity for the certificates (DER) of its readers.

    Raises `MessageNotOpened` (``unsupported``) for a certificate whose key is not RSA.
    """
    secret, nonce = AESGCM.generate_key(256), secrets.token_bytes(12)
    sealed = AESGCM(secret).encrypt(nonce, entity, None)
    parameters = GcmParameters({"nonce": nonce, "icv_length": _TAG})
    envelope = cms.AuthEnvelopedData(
        {
            "version": "v0",
            "recipient_infos": [_recipient(load_certificate(der), secret) for der in readers],
            "auth_encrypted_content_info": {
                "content_type": "data",
                "content_encryption_algorithm": {"algorithm": "aes256_gcm", "parameters": parameters},
                "encrypted_content": sealed[:-_TAG],
            },
            "mac": sealed[-_TAG:],
        }
    )
    info = cms.ContentInfo({"content_type": "authenticated_enveloped_data", "content": envelope})
    der: bytes = info.dump()
    return der


def _recipient(certificate: x509.Certificate, secret: bytes) -> cms.RecipientInfo:
    public = serialization.load_der_public_key(certificate.public_key.dump())
    if not isinstance(public, rsa.RSAPublicKey):
        raise MessageNotOpened(reason="unsupported")
    scheme = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    named = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    transport = cms.KeyTransRecipientInfo(
        {
            "version": "v0",
            "rid": cms.RecipientIdentifier("issuer_and_serial_number", cms.IssuerAndSerialNumber(named)),
            "key_encryption_algorithm": _OAEP,
            "encrypted_key": public.encrypt(secret, scheme),
        }
    )
    return cms.RecipientInfo("ktri", transport)
