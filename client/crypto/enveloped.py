"""Letters encrypted to their reader: EnvelopedData and AuthEnvelopedData (RFC 5652, RFC 5083).

Every fault that depends on what the key made of the bytes is one and the same error, ``damaged``:
neither its words nor the way to it tell a forger what was wrong (Bleichenbacher, Vaudenay).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import pyhanko.sign  # noqa: F401 - it completes asn1crypto's CMS types
from asn1crypto import cms, core, x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes, keywrap, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF

from client.crypto.certificates import load_certificate
from client.crypto.key_opening import HASHES, KeyOpener
from client.crypto.keys import SigningKey
from client.crypto.signed_data import UNREADABLE_ERRORS
from client.errors import MessageNotOpened
from client.model.encryption import Encryption

_MAX_RECIPIENTS = 2000
_CBC = {"aes128_cbc": 16, "aes192_cbc": 24, "aes256_cbc": 32, "tripledes_3key": 24}
_GCM = {"aes128_gcm": 16, "aes192_gcm": 24, "aes256_gcm": 32}
_NAMES = {"tripledes_3key": "3DES-CBC", "rc2": "RC2-CBC", "des": "DES-CBC"}
_AGREEMENTS: dict[str, type[hashes.HashAlgorithm]] = {
    "1.3.133.16.840.63.0.2": hashes.SHA1,
    "1.3.132.1.11.0": hashes.SHA224,
    "1.3.132.1.11.1": hashes.SHA256,
    "1.3.132.1.11.2": hashes.SHA384,
    "1.3.132.1.11.3": hashes.SHA512,
    "1.3.133.16.840.63.0.3": hashes.SHA1,
    "1.3.132.1.14.0": hashes.SHA224,
    "1.3.132.1.14.1": hashes.SHA256,
    "1.3.132.1.14.2": hashes.SHA384,
    "1.3.132.1.14.3": hashes.SHA512,
}
"""dhSinglePass with the X9.63 key derivation (RFC 5753 section 7.1.4), standard and with the cofactor.

On the curves that certificates carry the cofactor is one: both come to the same.
"""
_WRAPS = {"aes128_wrap": 16, "aes192_wrap": 24, "aes256_wrap": 32}
_TAG = 16


class GcmParameters(core.Sequence):  # type: ignore[misc] # asn1crypto has no types
    """RFC 5084 section 3.2."""

    _fields = [("nonce", core.OctetString), ("icv_length", core.Integer, {"default": 12})]  # noqa: RUF012 - asn1crypto's way


class _SharedInfo(core.Sequence):  # type: ignore[misc] # asn1crypto has no types
    """ECC-CMS-SharedInfo (RFC 5753 section 7.2)."""

    _fields = [  # noqa: RUF012 - asn1crypto's way
        ("key_info", cms.KeyEncryptionAlgorithm),
        ("entity_info", core.OctetString, {"explicit": 0, "optional": True}),
        ("public_info", core.OctetString, {"explicit": 2}),
    ]


@dataclass(frozen=True, repr=False)
class OpenedEnvelope:
    """What was inside; it has no repr, so that no log shows it."""

    content: bytes
    encryption: Encryption


def look_at(der: bytes) -> Encryption:
    """What can be said of an encrypted layer without a key; never raises."""
    try:
        _, content, authenticated = _parts(der)
        return Encryption(_name(content), authenticated)
    except (*UNREADABLE_ERRORS, MessageNotOpened):
        return Encryption("")


def open_envelope(der: bytes, key: SigningKey) -> OpenedEnvelope:
    """The content of an EnvelopedData or AuthEnvelopedData.

    Raises `MessageNotOpened`: ``other-recipient`` (not encrypted to this certificate),
    ``unsupported`` (an algorithm nobody here computes), ``damaged``; and what a token raises.
    """
    if key.opener is None:
        raise MessageNotOpened(reason="unsupported")
    try:
        envelope, content, authenticated = _parts(der)
        if content["content_type"].native != "data":
            # RFC 8551 section 3.3: the content is a MIME entity.
            raise MessageNotOpened(reason="unsupported")
        cipher = content["content_encryption_algorithm"]["algorithm"].native
        length = {**_CBC, **_GCM}.get(cipher)
        if length is None or authenticated is not (cipher in _GCM):
            raise MessageNotOpened(reason="unsupported")
        secret = _content_key(envelope, key, key.opener, length)
        opened = _decrypt_gcm(envelope, content, secret) if authenticated else _decrypt_cbc(content, secret)
        return OpenedEnvelope(opened, Encryption(_name(content), authenticated, opened=True))
    except UNREADABLE_ERRORS as error:
        raise MessageNotOpened(reason="damaged") from error


def _parts(der: bytes) -> tuple[core.Sequence, cms.EncryptedContentInfo, bool]:
    info = cms.ContentInfo.load(der)
    match info["content_type"].native:
        case "enveloped_data":
            return info["content"], info["content"]["encrypted_content_info"], False
        case "authenticated_enveloped_data":
            return info["content"], info["content"]["auth_encrypted_content_info"], True
        case _:
            raise MessageNotOpened(reason="unsupported")


def _name(content: cms.EncryptedContentInfo) -> str:
    name = str(content["content_encryption_algorithm"]["algorithm"].native)
    if name.startswith("aes"):
        size, _, mode = name.removeprefix("aes").partition("_")
        return f"AES-{size}-{mode.upper()}"
    return _NAMES.get(name, name)


def _content_key(envelope: core.Sequence, key: SigningKey, opener: KeyOpener, length: int) -> bytes:
    certificate = load_certificate(key.certificate_der)
    recipients = envelope["recipient_infos"]
    if len(recipients) > _MAX_RECIPIENTS:
        raise MessageNotOpened(reason="unsupported")
    for recipient in recipients:
        chosen = recipient.chosen
        if recipient.name == "ktri" and _is_for(chosen["rid"], certificate):
            return _transported(chosen, opener, length)
        if recipient.name == "kari":
            for one in chosen["recipient_encrypted_keys"]:
                if _is_for(one["rid"], certificate):
                    return _agreed(chosen, one["encrypted_key"].native, opener)
    raise MessageNotOpened(reason="other-recipient")


def _is_for(identifier: core.Choice, certificate: x509.Certificate) -> bool:
    """Issuer and serial number, or the subject key identifier (RFC 5652 section 6.2.1)."""
    chosen = identifier.chosen
    if identifier.name == "issuer_and_serial_number":
        same: bool = (
            certificate.serial_number == chosen["serial_number"].native
            and certificate.issuer == chosen["issuer"]
        )
        return same
    named = chosen if identifier.name == "subject_key_identifier" else chosen["subject_key_identifier"]
    own: bytes | None = certificate.key_identifier
    return own is not None and own == named.native


def _transported(recipient: cms.KeyTransRecipientInfo, opener: KeyOpener, length: int) -> bytes:
    algorithm = recipient["key_encryption_algorithm"]
    encrypted: bytes = recipient["encrypted_key"].native
    match algorithm["algorithm"].native:
        case "rsaes_pkcs1v15":
            return opener.decrypt_v15(encrypted, length)
        case "rsaes_oaep":
            parameters = algorithm["parameters"]
            digest = parameters["hash_algorithm"]["algorithm"].native
            mask = parameters["mask_gen_algorithm"]
            source = parameters["p_source_algorithm"]
            if mask["algorithm"].native != "mgf1" or digest not in HASHES:
                raise MessageNotOpened(reason="unsupported")
            label = source["parameters"].native or b""
            return opener.decrypt_oaep(encrypted, digest, mask["parameters"]["algorithm"].native, label)
        case _:
            raise MessageNotOpened(reason="unsupported")


def _agreed(recipient: cms.KeyAgreeRecipientInfo, wrapped: bytes, opener: KeyOpener) -> bytes:
    algorithm = recipient["key_encryption_algorithm"]
    digest = _AGREEMENTS.get(algorithm["algorithm"].dotted)
    originator = recipient["originator"]
    if digest is None or originator.name != "originator_key":
        raise MessageNotOpened(reason="unsupported")
    wrap = cms.KeyEncryptionAlgorithm.load(algorithm["parameters"].dump())
    size = _WRAPS.get(wrap["algorithm"].native)
    if size is None:
        raise MessageNotOpened(reason="unsupported")
    info = _SharedInfo({"key_info": wrap, "public_info": core.OctetString(struct.pack(">I", size * 8))})
    if recipient["ukm"] is not core.VOID and recipient["ukm"].native is not None:
        info["entity_info"] = recipient["ukm"].native
    # The point without the count of unused bits that a BIT STRING begins with.
    shared = opener.agree(bytes(originator.chosen["public_key"].contents[1:]))
    wrapping = X963KDF(digest(), size, info.dump()).derive(shared)
    try:
        return keywrap.aes_key_unwrap(wrapping, wrapped)
    except keywrap.InvalidUnwrap as error:
        raise MessageNotOpened(reason="damaged") from error


def _decrypt_cbc(content: cms.EncryptedContentInfo, secret: bytes) -> bytes:
    algorithm = content["content_encryption_algorithm"]
    name = algorithm["algorithm"].native
    block = TripleDES(secret) if name == "tripledes_3key" else algorithms.AES(secret)
    decryptor = Cipher(block, modes.CBC(algorithm["parameters"].native)).decryptor()
    unpadder = padding.PKCS7(block.block_size).unpadder()
    # A ValueError of the padding becomes the one error at the caller.
    padded = decryptor.update(content["encrypted_content"].native) + decryptor.finalize()
    return unpadder.update(padded) + unpadder.finalize()


def _decrypt_gcm(envelope: cms.AuthEnvelopedData, content: cms.EncryptedContentInfo, secret: bytes) -> bytes:
    parameters = GcmParameters.load(content["content_encryption_algorithm"]["parameters"].dump())
    tag: bytes = envelope["mac"].native
    if len(tag) != parameters["icv_length"].native or not 12 <= len(tag) <= _TAG:
        raise MessageNotOpened(reason="damaged")
    attributes = envelope["auth_attrs"]
    # RFC 5083 section 2.2: the attributes count as a SET OF in DER, whatever tag they travel under.
    bound = None if attributes is core.VOID else attributes.untag().dump(force=True)
    if len(tag) != _TAG:
        return _short_tag(parameters["nonce"].native, secret, tag, content["encrypted_content"].native, bound)
    try:
        data: bytes = content["encrypted_content"].native + tag
        return AESGCM(secret).decrypt(parameters["nonce"].native, data, bound)
    except InvalidTag as error:
        raise MessageNotOpened(reason="damaged") from error


def _short_tag(nonce: bytes, secret: bytes, tag: bytes, data: bytes, bound: bytes | None) -> bytes:
    """RFC 5084 lets the tag be cut to 12 bytes, and that is even its default."""
    decryptor = Cipher(algorithms.AES(secret), modes.GCM(nonce, tag, min_tag_length=12)).decryptor()
    decryptor.authenticate_additional_data(bound or b"")
    try:
        return decryptor.update(data) + decryptor.finalize()
    except InvalidTag as error:
        raise MessageNotOpened(reason="damaged") from error
