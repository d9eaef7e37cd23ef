"""Whether what a server gave is revocation data that may be used: read, signed, new and about the right one.

Run in the workshop before anything is kept. What is used later is judged again for each signature
(`client.crypto.trust`): this keeps spoiled, foreign and old files away from the good ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from asn1crypto import crl, ocsp, x509
from cryptography import x509 as pyca_x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator

from client.crypto.revocation import aware, span_of_crl
from client.crypto.revoked import may_sign_crls, signed_by
from client.crypto.trust import load_all, plain_path, read_crls
from client.model.trust import TrustMaterial

_BROKEN = (ValueError, TypeError, KeyError, AttributeError, UnsupportedAlgorithm)
_TOLERANCE = timedelta(minutes=10)
_OCSP_AGE = timedelta(days=1)
"""How old an answer without nextUpdate may be (RFC 6960 section 4.2.2.1: newer is always to be had)."""
_KNOWN_CRL_EXTENSIONS = frozenset({"issuing_distribution_point", "authority_key_identifier", "crl_number"})


class Unusable(Exception):
    """The argument is the code of the reason."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found usable."""

    der: bytes
    this_update: datetime
    next_update: datetime | None
    issuer: str


def examine_crl(
    data: bytes, trust: TrustMaterial, issuers: Iterable[bytes], at: datetime, held: bytes = b""
) -> Examined:
    """A CRL of an issuer that leads to an anchor, no older than the one ``held`` from the same address.

    ``issuers`` are certificates of authorities met before; each still has to lead to an anchor.
    Raises `Unusable`.
    """
    der, parsed = _read_crl(data)
    start, end = span_of_crl(parsed)
    if start is None or start > at + _TOLERANCE:
        raise Unusable("list-from-the-future")
    _refuse_kinds(parsed)
    named = [
        one for one in _authorities(trust, issuers, at) if one.subject.hashable == parsed.issuer.hashable
    ]
    if not named:
        raise Unusable("list-issuer-not-known")
    if not any(may_sign_crls(one) and signed_by(parsed, one) for one in named):
        raise Unusable("list-signature-wrong")
    if held and _this_update(held) > start:
        raise Unusable("list-older-than-held")
    return Examined(der, start, end, parsed.issuer.human_friendly)


def examine_ocsp(
    data: bytes, request: bytes, trust: TrustMaterial, issuers: Iterable[bytes], at: datetime
) -> Examined:
    """The answer to ``request`` by its issuer or a responder the issuer appointed (RFC 6960 section 4.2.2.2).

    Raises `Unusable`.
    """
    try:
        asked = ocsp.OCSPRequest.load(request)
        parsed = ocsp.OCSPResponse.load(data, strict=True)
        if parsed["response_status"].native != "successful":
            raise Unusable("answer-unsuccessful")
        single = _single_about(parsed, asked)
        start, end = aware(single["this_update"].native), aware(single["next_update"].native)
        _refuse_replay(asked, parsed)
    except _BROKEN as error:
        raise Unusable("answer-unreadable") from error
    if start is None or start > at + _TOLERANCE:
        raise Unusable("answer-from-the-future")
    if (end or start + _OCSP_AGE) < at:
        raise Unusable("answer-out-of-date")
    issuer = _issuer_asked_about(asked, _authorities(trust, issuers, at))
    if not any(_signed_answer(parsed, one, at) for one in _responders(parsed, issuer)):
        raise Unusable("answer-responder-not-authorised")
    return Examined(data, start, end, issuer.subject.human_friendly)


def _read_crl(data: bytes) -> tuple[bytes, crl.CertificateList]:
    try:
        ders = read_crls(data)
        parsed = crl.CertificateList.load(ders[0], strict=True)
        _ = parsed.issuer.hashable
    except _BROKEN as error:
        raise Unusable("not-a-list") from error
    if len(ders) != 1:
        raise Unusable("not-a-list")
    return ders[0], parsed


def _refuse_kinds(parsed: crl.CertificateList) -> None:
    for extension in parsed["tbs_cert_list"]["crl_extensions"] or ():
        name = extension["extn_id"].native
        if name == "delta_crl_indicator":
            raise Unusable("list-is-delta")
        if extension["critical"].native and name not in _KNOWN_CRL_EXTENSIONS:
            # RFC 5280 section 5.2: whoever does not understand it must not use the list.
            raise Unusable("list-extension-not-understood")


def _authorities(trust: TrustMaterial, issuers: Iterable[bytes], at: datetime) -> Iterator[x509.Certificate]:
    anchors = load_all(trust.anchors)
    yield from anchors
    others = load_all((*trust.intermediates, *issuers))
    for one in others:
        if plain_path(one, others, trust, at):
            yield one


def _this_update(held: bytes) -> datetime:
    try:
        parsed = crl.CertificateList.load(held)
        found = aware(parsed["tbs_cert_list"]["this_update"].native)
    except _BROKEN:
        found = None
    return found or datetime.min.replace(tzinfo=UTC)


def _single_about(parsed: ocsp.OCSPResponse, asked: ocsp.OCSPRequest) -> ocsp.SingleResponse:
    wanted = asked["tbs_request"]["request_list"][0]["req_cert"].dump()
    for single in parsed.response_data["responses"]:
        if single["cert_id"].dump() == wanted:
            return single
    raise Unusable("answer-about-another")


def _refuse_replay(asked: ocsp.OCSPRequest, parsed: ocsp.OCSPResponse) -> None:
    """A responder may leave the nonce out (RFC 8954 section 2); another one is somebody else's answer."""
    theirs = parsed.nonce_value
    if theirs is not None and theirs.native != asked.nonce_value.native:
        raise Unusable("answer-to-another-question")


def _issuer_asked_about(asked: ocsp.OCSPRequest, authorities: Iterable[x509.Certificate]) -> x509.Certificate:
    wanted = asked["tbs_request"]["request_list"][0]["req_cert"]
    kind = wanted["hash_algorithm"]["algorithm"].native
    for one in authorities:
        name, key = getattr(one.subject, kind), getattr(one.public_key, kind)
        if (name, key) == (wanted["issuer_name_hash"].native, wanted["issuer_key_hash"].native):
            return one
    raise Unusable("answer-issuer-not-known")


def _responders(parsed: ocsp.OCSPResponse, issuer: x509.Certificate) -> Iterator[pyca_x509.Certificate]:
    own = pyca_x509.load_der_x509_certificate(issuer.dump())
    yield own
    for embedded in parsed.basic_ocsp_response["certs"] or ():
        try:
            one = pyca_x509.load_der_x509_certificate(embedded.dump())
            one.verify_directly_issued_by(own)
            usage = one.extensions.get_extension_for_class(pyca_x509.ExtendedKeyUsage).value
        except (*_BROKEN, InvalidSignature, pyca_x509.ExtensionNotFound):
            continue
        if ExtendedKeyUsageOID.OCSP_SIGNING in usage:
            yield one


def _signed_answer(parsed: ocsp.OCSPResponse, responder: pyca_x509.Certificate, at: datetime) -> bool:
    if not responder.not_valid_before_utc <= at <= responder.not_valid_after_utc:
        return False
    basic = parsed.basic_ocsp_response
    try:
        DefaultSignatureValidator().validate_signature(
            basic["signature"].native,
            basic["tbs_response_data"].dump(),
            x509.Certificate.load(responder.public_bytes(Encoding.DER)).public_key,
            basic["signature_algorithm"],
        )
    except (*_BROKEN, InvalidSignature, AssertionError):
        return False
    return True
