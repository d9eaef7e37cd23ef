"""The operator's signature on a policy file: detached CMS (RFC 5652) over its exact bytes.

Who may sign is not asked of any trust anchor: the certificates of the operator are pinned, each as it
is, in the machine-wide folder of the installation, and taking one out there revokes it. No authority
could lend this power to somebody else.

The purpose is said by the content type, `CONTENT_TYPE`, which the signature covers (section 11.1): a
document or a letter the operator has signed can never be passed off as a policy, whatever its bytes.
Extended key usages are not asked for: no authority for official duty issues one for this, and the pin
is narrower than any of them. The key must be one for signing (digitalSignature or nonRepudiation), and
the certificate valid at the time the signature names.

``openssl cms -sign -binary -econtent_type 2.25.…`` makes the same.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, x509
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from client.crypto.certificates import describe, load_certificate
from client.crypto.keys import Purpose, SigningKey, usage_allowed
from client.crypto.revocation import Pool
from client.crypto.signed_data import CLOCK_SKEW, UNREADABLE_ERRORS, Examination, Task, examine, signer_of
from client.crypto.trust import read_certificates
from client.errors import PolicySignatureInvalid, SigningRefused
from client.model.policy_state import OperatorSignature
from client.model.trust import RevocationDemand, TrustMaterial, VerificationDemand
from client.model.verdict import Indication, Reason

CONTENT_TYPE = "2.25.188931540786671620500445950510250194473"
"""Content type of a policy; under the arc of UUIDs (X.667), which needs no registration."""

MOST_BYTES = 256 * 1024
"""A signature with a few certificates is some kilobytes."""
_MOST_SIGNERS = 8
_VALIDITY = frozenset(
    {Reason.CERTIFICATE_EXPIRED, Reason.CERTIFICATE_NOT_YET_VALID, Reason.SIGNED_AFTER_EXPIRY}
)


@dataclass(frozen=True, slots=True)
class _Signer:
    certificate: x509.Certificate
    info: cms.SignerInfo


def pinned_certificates(files: Iterable[bytes]) -> tuple[bytes, ...]:
    """The operator's certificates (DER) in files of PEM or DER."""
    return tuple(der for data in files for der in read_certificates(data))


def sign_policy(content: bytes, key: SigningKey, signing_time: datetime) -> bytes:
    """The signature (DER) of a policy file; `SigningRefused` for a key that is none for signing."""
    if not usage_allowed(load_certificate(key.certificate_der), Purpose.POLICY):
        raise SigningRefused(reason=Reason.KEY_USAGE_NOT_ALLOWED.value)
    info = asyncio.run(
        key.pyhanko_signer.async_sign(
            data_digest=hashlib.sha256(content).digest(),
            digest_algorithm="sha256",
            is_pdf_sig=False,
            use_pades=False,
            encap_content_info=cms.EncapsulatedContentInfo({"content_type": CONTENT_TYPE}),
            signed_attr_settings=PdfCMSSignedAttributes(signing_time=signing_time),
        )
    )
    der: bytes = info.dump()
    return der


def verify_policy(
    content: bytes, signature: bytes, pinned: Sequence[bytes], at: datetime, path: str
) -> OperatorSignature:
    """Who of the operator signed ``content``; raises `PolicySignatureInvalid` (``path``, ``reason``).

    ``reason``: policy-no-operator, policy-signature-unreadable, policy-signature-kind,
    policy-wrong-signer, policy-altered, policy-certificate-time, policy-signature-weak.
    """
    if not pinned:
        raise PolicySignatureInvalid(path=path, reason="policy-no-operator")
    signed_data = _read(signature, path)
    ours = [one for one in _signers(signed_data, path) if one.certificate.dump() in pinned]
    if not ours:
        raise PolicySignatureInvalid(path=path, reason="policy-wrong-signer")
    problems = []
    for signer in ours:
        found = _judge(content, signed_data, signer, at)
        problem = _problem(found, signer, at)
        if not problem:
            info = describe(signer.certificate)
            return OperatorSignature(info.name, info.organisation, info.serial, found.claimed_time)
        problems.append(problem)
    raise PolicySignatureInvalid(path=path, reason=problems[0])


def _read(signature: bytes, path: str) -> cms.SignedData:
    try:
        info = cms.ContentInfo.load(signature, strict=True)
        if info["content_type"].native != "signed_data":
            raise ValueError
        signed_data: cms.SignedData = info["content"]
        inside = signed_data["encap_content_info"]
        kind, wraps = inside["content_type"].dotted, inside["content"].native is not None
    except UNREADABLE_ERRORS as error:
        raise PolicySignatureInvalid(path=path, reason="policy-signature-unreadable") from error
    if kind != CONTENT_TYPE or wraps:
        raise PolicySignatureInvalid(path=path, reason="policy-signature-kind")
    return signed_data


def _signers(signed_data: cms.SignedData, path: str) -> list[_Signer]:
    try:
        infos = list(signed_data["signer_infos"])[:_MOST_SIGNERS]
        named = [(signer_of(signed_data, info), info) for info in infos]
    except UNREADABLE_ERRORS as error:
        raise PolicySignatureInvalid(path=path, reason="policy-signature-unreadable") from error
    return [_Signer(certificate, info) for certificate, info in named if certificate is not None]


def _judge(content: bytes, signed_data: cms.SignedData, signer: _Signer, at: datetime) -> Examination:
    """The pinned certificate is the anchor and the whole of the path; nothing is asked of anybody."""
    trust = TrustMaterial(anchors=(signer.certificate.dump(),))
    demand = VerificationDemand(trust, at, RevocationDemand.IGNORE)
    task = Task(demand, Purpose.POLICY, Pool((), ()))
    return examine(signed_data, signer.info, lambda name: hashlib.new(name, content).digest(), task)


def _problem(found: Examination, signer: _Signer, at: datetime) -> str:
    info, reasons = describe(signer.certificate), set(found.reasons)
    if reasons & {Reason.DOCUMENT_ALTERED, Reason.SIGNATURE_BROKEN}:
        return "policy-altered"
    claimed = found.claimed_time
    # A policy is in use for years: what counts is the day it was signed, not every day since.
    in_time = (
        claimed is not None
        and claimed <= at + CLOCK_SKEW
        and (info.not_before is None or info.not_before <= claimed)
        and (info.not_after is None or claimed <= info.not_after)
    )
    if not in_time:
        return "policy-certificate-time"
    if Reason.WEAK_ALGORITHM in reasons or not usage_allowed(signer.certificate, Purpose.POLICY):
        return "policy-signature-weak"
    sound = found.indication is Indication.TOTAL_PASSED or bool(reasons & _VALIDITY)
    return "" if sound else "policy-signature-unreadable"
