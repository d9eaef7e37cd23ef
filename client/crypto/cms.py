"""CMS signatures on bytes: CAdES for files, and the core of S/MIME."""

from __future__ import annotations

import asyncio
from datetime import datetime

from asn1crypto import algos, cms, core, pem
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from client.crypto import verdicts
from client.crypto.cms_judging import judge_signers, judged
from client.crypto.content import BytesContent, Content, FileContent
from client.crypto.encoding import encoding, inside_of, split, tagged
from client.crypto.examination import UNREADABLE_ERRORS, single
from client.crypto.giants import has_giant_identifier
from client.crypto.keys import Purpose, SigningKey
from client.crypto.pdf_files import HEADER_WITHIN
from client.crypto.timestamps import Timestamper
from client.errors import TimestampUnavailable
from client.model.trust import VerificationDemand
from client.model.verdict import Profile, Reason, SignatureVerdict

__all__ = [
    "FileContent",
    "Purpose",
    "add_signer",
    "evidence_alone",
    "has_content",
    "is_pdf",
    "read_signed_data",
    "sign_detached",
    "sign_mail",
    "signed_content",
    "verify_detached",
    "verify_opaque",
]

_SEQUENCE, _SET, _CONTENT, _CERTIFICATES = 0x30, 0x31, 0xA0, 0xA0
_OCTETS_IN_PIECES = 0x24
_SIGNED_DATA = "1.2.840.113549.1.7.2"


def sign_detached(
    content: bytes,
    key: SigningKey,
    *,
    signing_time: datetime,
    profile: Profile,
    timestamper: Timestamper | None = None,
) -> bytes:
    """A detached CAdES signature (EN 319 122-1) as DER.

    Raises `TimestampUnavailable` when the profile asks for a time-stamp and none can be had;
    it never falls back to B-B.
    """
    if profile is not Profile.B_B and timestamper is None:
        raise TimestampUnavailable(url="")
    stamper = None if profile is Profile.B_B else timestamper
    return _sign(content, key, signing_time, stamper, cades=True)


def add_signer(existing: bytes, added: bytes) -> bytes:
    """Both signatures over the same content in one SignedData (RFC 5652 section 5.1).

    Every SignerInfo stays byte for byte what its signer made. Raises ValueError for what is no
    detached SignedData.
    """
    first, second = _load(existing), _load(added)
    if _content_of(first) is not None or _content_of(second) is not None:
        raise ValueError
    joined = tagged(
        _SEQUENCE,
        encoding(_newer(first, second)),
        tagged(_SET, *_union(first, second, "digest_algorithms")),
        encoding(first["encap_content_info"]),
        tagged(_CERTIFICATES, *_union(first, second, "certificates")),
        b"" if first["crls"] is core.VOID else encoding(first["crls"]),
        tagged(_SET, *_union(first, second, "signer_infos")),
    )
    return tagged(_SEQUENCE, core.ObjectIdentifier(_SIGNED_DATA).dump(), tagged(_CONTENT, joined))


def _newer(first: cms.SignedData, second: cms.SignedData) -> core.Asn1Value:
    return max(first["version"], second["version"], key=lambda version: str(version.native))


def _union(first: cms.SignedData, second: cms.SignedData, name: str) -> list[bytes]:
    """As they were received, each once, in the order DER wants a SET in."""
    members = [one for data in (first, second) for one in (data[name] if data[name] is not core.VOID else ())]
    return sorted({encoding(one) for one in members})


def sign_mail(entity: bytes, key: SigningKey, signing_time: datetime) -> bytes:
    """The detached signature of an S/MIME message (RFC 8551 section 3.5.3) as DER."""
    return _sign(entity, key, signing_time, None, cades=False)


def read_signed_data(data: bytes) -> bytes | None:
    """The DER of a SignedData in DER or PEM, None where ``data`` is something else."""
    try:
        if pem.detect(data):
            _, _, data = pem.unarmor(data)
        if data[:1] != b"\x30" or has_giant_identifier(data):
            return None
        info = cms.ContentInfo.load(data)
        if info["content_type"].native != "signed_data":
            return None
        _ = info["content"]["encap_content_info"]["content_type"].native
    except UNREADABLE_ERRORS:
        return None
    return data


def evidence_alone(data: bytes) -> Reason | None:
    """What a file is that proves a time and is nobody's signature: evidence record or time-stamp answer."""
    try:
        if data[:1] != b"\x30" or has_giant_identifier(data):
            return None
        first, second, *more = split(inside_of(data))
        if first == b"\x02\x01\x01" and more:
            # EvidenceRecord (RFC 4998 section 3.1): version 1, then the hash algorithms, then the chain.
            names = [
                one["algorithm"].native for one in core.SequenceOf.load(second, spec=algos.DigestAlgorithm)
            ]
            return Reason.EVIDENCE_RECORD_NOT_JUDGED if names else None
        if first[:1] == b"\x30" and split(inside_of(first))[0][:1] == b"\x02" and not more:
            # TimeStampResp (RFC 3161 section 2.4.2): status, then the token.
            token = cms.ContentInfo.load(second)
            return Reason.TIMESTAMP_ALONE if token["content_type"].native == "signed_data" else None
    except UNREADABLE_ERRORS:
        return None
    return None


def is_pdf(data: bytes, name: str) -> bool:
    """Whether a reader would take it for a PDF; a signature that encloses one begins with its bytes, too."""
    if b"%PDF-" not in data[:HEADER_WITHIN]:
        return False
    if name.lower().endswith(".eml") and not data.startswith(b"%PDF-"):
        # A message may speak of one, or carry one in its body: whoever opens it reads the message.
        return False
    return name.lower().endswith(".pdf") or read_signed_data(data) is None


def has_content(der: bytes) -> bool:
    """Whether the signed content is inside (opaque)."""
    try:
        return _content_of(_load(der)) is not None
    except UNREADABLE_ERRORS:
        return False


def signed_content(der: bytes) -> bytes:
    """What an opaque signature wraps, unjudged; empty where there is none or it cannot be read."""
    try:
        return _content_of(_load(der)) or b""
    except UNREADABLE_ERRORS:
        return b""


def verify_detached(
    content: bytes | Content, der: bytes, demand: VerificationDemand, *, purpose: Purpose, where: str
) -> tuple[SignatureVerdict, ...]:
    """Judge every signer of a detached signature over ``content``, each on its own.

    Never raises for what a stranger sent; OSError where `FileContent` cannot be read.
    """
    try:
        signed_data = _load(der)
        inside = _content_of(signed_data)
    except UNREADABLE_ERRORS:
        return (judged(single(verdicts.UNREADABLE), purpose, where),)
    if inside is not None:
        # RFC 8551 section 3.5.3.1: the content of a detached signature is absent. A viewer that
        # reads the inner one and a verifier that reads the outer one would judge different texts.
        return (judged(single(verdicts.MALFORMED), purpose, where),)
    held = BytesContent(content) if isinstance(content, bytes) else content
    return judge_signers(signed_data, held, demand, purpose, where)


def verify_opaque(
    der: bytes, demand: VerificationDemand, *, purpose: Purpose, where: str
) -> tuple[bytes, tuple[SignatureVerdict, ...]]:
    """The content inside a SignedData and the judgement on each signer; never raises."""
    try:
        signed_data = _load(der)
        content = _content_of(signed_data)
    except UNREADABLE_ERRORS:
        return b"", (judged(single(verdicts.UNREADABLE), purpose, where),)
    if content is None:
        return b"", (judged(single(verdicts.DATA_MISSING), purpose, where),)
    return content, judge_signers(signed_data, BytesContent(content), demand, purpose, where)


def _sign(
    content: bytes,
    key: SigningKey,
    signing_time: datetime,
    timestamper: Timestamper | None,
    *,
    cades: bool,
) -> bytes:
    info = asyncio.run(
        key.pyhanko_signer.async_sign_general_data(
            content,
            "sha256",
            detached=True,
            use_cades=cades,
            timestamper=timestamper,
            signed_attr_settings=PdfCMSSignedAttributes(signing_time=signing_time),
        )
    )
    der: bytes = info.dump()
    return der


def _load(der: bytes) -> cms.SignedData:
    if has_giant_identifier(der):
        raise ValueError
    info = cms.ContentInfo.load(der)
    if info["content_type"].native != "signed_data":
        raise ValueError
    return info["content"]


def _content_of(signed_data: cms.SignedData) -> bytes | None:
    capsule = signed_data["encap_content_info"]
    content = capsule["content"]
    if content is core.VOID or isinstance(content, core.OctetString | core.ParsableOctetString):
        return None if content is core.VOID else bytes(content)
    # PKCS #7 has other types of content stand there as they are (RFC 5652 section 5.2.1); what was
    # signed is the value without its tag and length.
    (value,) = split(inside_of(split(inside_of(encoding(capsule)))[1]))
    if value[0] == _OCTETS_IN_PIECES:
        raise ValueError
    return inside_of(value)
