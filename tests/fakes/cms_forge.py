"""CMS put together byte by byte (RFC 5652): also what no library would make.

::

    one = Signer(holder, digest(CONTENT))
    der = signed_data([one.der], [holder.certificate_der])
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pyhanko.sign  # noqa: F401 - before any asn1crypto CMS type is used
from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from tests.fakes.pki import Holder, OfficePki

DATA = "1.2.840.113549.1.7.1"
SIGNED_DATA = "1.2.840.113549.1.7.2"
TST_INFO = "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
COUNTER_SIGNATURE = "1.2.840.113549.1.9.6"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
SIGNATURE_TIME_STAMP = "1.2.840.113549.1.9.16.2.14"
CONTENT_TIME_STAMP = "1.2.840.113549.1.9.16.2.20"
ARCHIVE_TIME_STAMP = "0.4.0.1733.2.4"
INDEX_V3 = "0.4.0.19122.1.5"


def tlv(tag: int, *parts: bytes) -> bytes:
    """Tag, definite length, contents."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER."""
    der: bytes = core.ObjectIdentifier(dotted).dump()
    return der


def octets(data: bytes) -> bytes:
    """An OCTET STRING."""
    return tlv(0x04, data)


def attribute(dotted: str, *values: bytes) -> bytes:
    """An Attribute with these encoded values."""
    return tlv(0x30, oid(dotted), tlv(0x31, *values))


def digest(data: bytes, name: str = "sha256") -> bytes:
    """The digest of ``data``."""
    return hashlib.new(name, data).digest()


def signing_time(moment: datetime) -> bytes:
    """The attribute with what the signer's clock says."""
    return attribute(SIGNING_TIME, tlv(0x17, moment.strftime("%y%m%d%H%M%SZ").encode()))


def signing_certificate(certificate: bytes, name: str = "sha256") -> bytes:
    """SigningCertificateV2 (RFC 5035) for this certificate, by its hash alone."""
    algorithm = b"" if name == "sha256" else digest_algorithm(name)
    reference = tlv(0x30, algorithm, octets(digest(certificate, name)))
    return attribute(SIGNING_CERTIFICATE_V2, tlv(0x30, tlv(0x30, reference)))


def digest_algorithm(name: str) -> bytes:
    """AlgorithmIdentifier of a hash."""
    der: bytes = algos.DigestAlgorithm({"algorithm": name}).dump()
    return der


def signature_algorithm(name: str) -> bytes:
    """AlgorithmIdentifier of a signature, for example ``sha256_rsa``."""
    der: bytes = algos.SignedDigestAlgorithm({"algorithm": name}).dump()
    return der


def usual_attributes(holder: Holder, content_digest: bytes, content_type: str = DATA) -> list[bytes]:
    """content-type, message-digest, signing-certificate: what CAdES asks for."""
    return [
        attribute(CONTENT_TYPE, oid(content_type)),
        attribute(MESSAGE_DIGEST, octets(content_digest)),
        signing_certificate(holder.certificate_der),
    ]


@dataclass
class Signer:
    """One SignerInfo; every part can be replaced before it is signed."""

    holder: Holder
    content_digest: bytes
    attributes: list[bytes] | None = None
    """In the order they are written and signed; the usual ones when None, none at all when empty."""
    digest_name: str = "sha256"
    algorithm: bytes | None = None
    sign: Callable[[bytes], bytes] | None = None
    sid: bytes | None = None
    unsigned: list[bytes] = field(default_factory=list)
    signed_as: list[bytes] | None = None
    """The attributes in the order they are signed in, where that is not the order they are written in."""

    def __post_init__(self) -> None:
        written = self.attributes
        if written is None:
            written = usual_attributes(self.holder, self.content_digest)
        elliptic = isinstance(self.holder.key, ec.EllipticCurvePrivateKey)
        algorithm = self.algorithm or signature_algorithm("sha256_ecdsa" if elliptic else "sha256_rsa")
        signed = tlv(0x31, *(self.signed_as or written)) if written else b""
        self.signature = (self.sign or self._sign)(signed)
        self.parts = [
            b"\x02\x01\x01",
            self.sid or issuer_and_serial(self.holder.certificate_der),
            digest_algorithm(self.digest_name),
            tlv(0xA0, *written) if written else b"",
            algorithm,
            octets(self.signature),
        ]

    @property
    def der(self) -> bytes:
        """The SignerInfo."""
        return tlv(0x30, *self.parts, tlv(0xA1, *self.unsigned) if self.unsigned else b"")

    def _sign(self, data: bytes) -> bytes:
        if not data:
            raise ValueError
        if isinstance(self.holder.key, rsa.RSAPrivateKey):
            return self.holder.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.holder.key.sign(data, ec.ECDSA(hashes.SHA256()))


def issuer_and_serial(certificate: bytes) -> bytes:
    """IssuerAndSerialNumber of a certificate."""
    parsed = x509.Certificate.load(certificate)
    return tlv(0x30, parsed.issuer.dump(), core.Integer(parsed.serial_number).dump())


def key_identifier(certificate: bytes) -> bytes:
    """The SignerIdentifier by subjectKeyIdentifier."""
    return tlv(0x80, x509.Certificate.load(certificate).key_identifier)


def signed_data(
    signers: Sequence[bytes],
    certificates: Sequence[bytes] = (),
    *,
    content: bytes | None = None,
    content_type: str = DATA,
    crls: Sequence[bytes] = (),
    digests: Sequence[str] = ("sha256",),
) -> bytes:
    """A ContentInfo with a SignedData; detached where there is no ``content``."""
    inner = tlv(0x30, oid(content_type), b"" if content is None else tlv(0xA0, octets(content)))
    return content_info(
        tlv(
            0x30,
            b"\x02\x01\x01",
            tlv(0x31, *map(digest_algorithm, digests)),
            inner,
            tlv(0xA0, *certificates) if certificates else b"",
            tlv(0xA1, *crls) if crls else b"",
            tlv(0x31, *signers),
        )
    )


def content_info(inner: bytes) -> bytes:
    """A ContentInfo around an encoded SignedData."""
    return tlv(0x30, oid(SIGNED_DATA), tlv(0xA0, inner))


def token(pki: OfficePki, imprint: bytes, name: str = "sha256") -> bytes:
    """An RFC 3161 token of the authority over this digest, as ContentInfo."""
    request = tsp.TimeStampReq(
        {
            "version": 1,
            "message_imprint": {"hash_algorithm": {"algorithm": name}, "hashed_message": imprint},
            "cert_req": True,
        }
    )
    answer = tsp.TimeStampResp.load(pki.post_timestamp("http://tsa.test", request.dump(), 1.0))
    der: bytes = answer["time_stamp_token"].dump()
    return der


def archive_stamp(
    pki: OfficePki,
    signer: Signer,
    content: bytes,
    *,
    certificates: Sequence[bytes] = (),
    crls: Sequence[bytes] = (),
    forged_index: Sequence[bytes] = (),
) -> bytes:
    """The archive time-stamp attribute (EN 319 122-1 section 5.5.3) over what the signer carries so far."""
    values = [
        digest(one["type"].dump() + value.dump())
        for encoded in signer.unsigned
        for one in (cms.CMSAttribute.load(encoded),)
        for value in core.SetOf.load(one["values"].dump(), spec=core.Any)
    ]
    lists = [[digest(one) for one in certificates], [digest(one) for one in crls], [*values, *forged_index]]
    index = tlv(
        0x30, tlv(0x30, oid("2.16.840.1.101.3.4.2.1")), *(tlv(0x30, *map(octets, one)) for one in lists)
    )
    covered = oid(DATA) + digest(content) + b"".join(signer.parts) + index
    made = cms.ContentInfo.load(token(pki, digest(covered)))
    stamper = made["content"]["signer_infos"][0]
    stamper["unsigned_attrs"] = cms.CMSAttributes([cms.CMSAttribute.load(attribute(INDEX_V3, index))])
    return attribute(ARCHIVE_TIME_STAMP, made.dump(force=True))
