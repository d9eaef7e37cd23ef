"""CMS signatures on bytes: CAdES for files, and the core of S/MIME."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from datetime import datetime

from asn1crypto import cms, core, pem
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from client.crypto import verdicts
from client.crypto.keys import Purpose, SigningKey
from client.crypto.revocation import Pool
from client.crypto.signed_data import UNREADABLE_ERRORS, Examination, Task, examine
from client.crypto.timestamps import Timestamper
from client.errors import TimestampUnavailable
from client.model.trust import VerificationDemand
from client.model.verdict import (
    Coverage,
    Profile,
    Reason,
    SignatureFormat,
    SignatureVerdict,
)

__all__ = [
    "Purpose",
    "add_signer",
    "has_content",
    "read_signed_data",
    "sign_detached",
    "sign_mail",
    "signed_content",
    "verify_detached",
    "verify_opaque",
]

_MAX_SIGNERS = 50


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
    joined = cms.SignedData(
        {
            "version": max(first["version"].native, second["version"].native),
            "digest_algorithms": _union(first, second, "digest_algorithms", cms.DigestAlgorithms),
            "encap_content_info": first["encap_content_info"],
            "certificates": _union(first, second, "certificates", cms.CertificateSet),
            "signer_infos": _union(first, second, "signer_infos", cms.SignerInfos),
        }
    )
    if first["crls"] is not core.VOID:
        joined["crls"] = first["crls"]
    der: bytes = cms.ContentInfo({"content_type": "signed_data", "content": joined}).dump()
    return der


def _union(first: cms.SignedData, second: cms.SignedData, name: str, kind: type[core.SetOf]) -> core.SetOf:
    members = [one for data in (first, second) for one in (data[name] if data[name] is not core.VOID else ())]
    return kind(list({one.dump(): one for one in members}.values()))


def sign_mail(entity: bytes, key: SigningKey, signing_time: datetime) -> bytes:
    """The detached signature of an S/MIME message (RFC 8551 section 3.5.3) as DER."""
    return _sign(entity, key, signing_time, None, cades=False)


def read_signed_data(data: bytes) -> bytes | None:
    """The DER of a SignedData in DER or PEM, None where ``data`` is something else."""
    try:
        if pem.detect(data):
            _, _, data = pem.unarmor(data)
        info = cms.ContentInfo.load(data)
        if info["content_type"].native != "signed_data":
            return None
        _ = info["content"]["encap_content_info"]["content_type"].native
    except UNREADABLE_ERRORS:
        return None
    return data


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
    content: bytes, der: bytes, demand: VerificationDemand, *, purpose: Purpose, where: str
) -> tuple[SignatureVerdict, ...]:
    """Judge every signer of a detached signature over ``content``, each on its own; never raises."""
    try:
        signed_data = _load(der)
        inside = _content_of(signed_data)
    except UNREADABLE_ERRORS:
        return (_verdict(_single(verdicts.UNREADABLE), purpose, where),)
    if inside is not None:
        # RFC 8551 section 3.5.3.1: the content of a detached signature is absent. A viewer that
        # reads the inner one and a verifier that reads the outer one would judge different texts.
        return (_verdict(_single(verdicts.MALFORMED), purpose, where),)
    return _judge(signed_data, content, demand, purpose, where)


def verify_opaque(
    der: bytes, demand: VerificationDemand, *, purpose: Purpose, where: str
) -> tuple[bytes, tuple[SignatureVerdict, ...]]:
    """The content inside a SignedData and the judgement on each signer; never raises."""
    try:
        signed_data = _load(der)
        content = _content_of(signed_data)
    except UNREADABLE_ERRORS:
        return b"", (_verdict(_single(verdicts.UNREADABLE), purpose, where),)
    if content is None:
        return b"", (_verdict(_single(verdicts.DATA_MISSING), purpose, where),)
    return content, _judge(signed_data, content, demand, purpose, where)


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
    info = cms.ContentInfo.load(der)
    if info["content_type"].native != "signed_data":
        raise ValueError
    return info["content"]


def _content_of(signed_data: cms.SignedData) -> bytes | None:
    content = signed_data["encap_content_info"]["content"]
    return None if content is core.VOID else bytes(content)


def _judge(
    signed_data: cms.SignedData, content: bytes, demand: VerificationDemand, purpose: Purpose, where: str
) -> tuple[SignatureVerdict, ...]:
    try:
        signers = list(signed_data["signer_infos"])
        attributes_first = content[:1] == b"\x31"
    except UNREADABLE_ERRORS:
        return (_verdict(_single(verdicts.UNREADABLE), purpose, where),)
    if not signers or len(signers) > _MAX_SIGNERS:
        return (_verdict(_single(verdicts.MALFORMED), purpose, where),)
    task = Task(demand, purpose, Pool(demand.trust.crls, demand.trust.ocsp_responses))
    found = []
    for signer in signers:
        if signer["signed_attrs"] is core.VOID and attributes_first:
            # The bytes may be the attributes of another signature passed off as content.
            examination = _single(verdicts.MALFORMED)
        else:
            examination = examine(signed_data, signer, lambda name: hashlib.new(name, content).digest(), task)
        verdict = _verdict(examination, purpose, where)
        found.append(_note_several(verdict) if len(signers) > 1 else verdict)
    return tuple(found)


def _note_several(verdict: SignatureVerdict) -> SignatureVerdict:
    return replace(verdict, reasons=(*verdict.reasons, Reason.SEVERAL_SIGNERS))


def _single(judgement: verdicts.Judgement) -> Examination:
    return Examination(judgement.indication, judgement.sub_indication, (judgement.reason,))


def _verdict(found: Examination, purpose: Purpose, where: str) -> SignatureVerdict:
    mail = purpose is Purpose.MAIL
    level = "B-T" if found.timestamped else "B-B"
    return SignatureVerdict(
        format=SignatureFormat.SMIME if mail else SignatureFormat.CADES,
        indication=found.indication,
        sub_indication=found.sub_indication,
        level="" if mail or found.signer is None else level,
        where=where,
        signer=found.signer,
        claimed_time=found.claimed_time,
        timestamp_time=found.timestamp_time,
        revocation=found.revocation,
        coverage=Coverage.UNCLEAR if found.signer is None else Coverage.WHOLE,
        reasons=found.reasons,
    )
