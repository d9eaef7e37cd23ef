"""What a SignerInfo carries beside its signature: certificates, revocation data, archive forms, the level."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from asn1crypto import cms, core, crl, ocsp, x509

from client.crypto import cms_attributes as attribute
from client.crypto.encoding import encoding
from client.crypto.examination import UNREADABLE_ERRORS, Examination
from client.crypto.revocation import Pool
from client.model.trust import TrustMaterial
from client.model.verdict import Profile, Reason

_MOST_CERTIFICATES = 500
"""Of a file; a chain has three or four. The signer's own is looked for among all of them."""
_MOST_EVIDENCE = 200
_ARCHIVE_OLD = frozenset({attribute.ARCHIVE_TIME_STAMP_V1, attribute.ARCHIVE_TIME_STAMP_V2})
_EXTENDED = frozenset({attribute.ESC_TIME_STAMP, attribute.REFS_TIME_STAMP})
_OCSP_RESPONSE = "1.3.6.1.5.5.7.16.2"


class _RevocationValues(core.Sequence):  # type: ignore[misc] # asn1crypto has no types
    """EN 319 122-1 annex A.1.5.2 (RFC 5126 section 6.3.4)."""

    _fields = [  # noqa: RUF012 - asn1crypto's way to declare a type
        ("crl_vals", core.SequenceOf, {"spec": crl.CertificateList, "explicit": 0, "optional": True}),
        ("ocsp_vals", core.SequenceOf, {"spec": ocsp.BasicOCSPResponse, "explicit": 1, "optional": True}),
        ("other_rev_vals", core.Any, {"explicit": 2, "optional": True}),
    ]


def embedded_certificates(signed_data: cms.SignedData, signer_info: cms.SignerInfo) -> list[x509.Certificate]:
    """The certificates a file brings along for this signer, its own among them."""
    found: list[x509.Certificate] = []
    if signed_data["certificates"] is not core.VOID:
        found = [choice.chosen for choice in signed_data["certificates"] if choice.name == "certificate"]
    for _, value in attribute.encoded(signer_info["unsigned_attrs"], attribute.CERTIFICATE_VALUES):
        try:
            found += list(core.SequenceOf.load(value, spec=x509.Certificate))
        except UNREADABLE_ERRORS:
            continue
    return found


def between(certificate: x509.Certificate, others: list[x509.Certificate]) -> list[x509.Certificate]:
    """Those whose names can stand between this one and an anchor; a file may bring thousands of others."""
    by_subject: dict[str, list[x509.Certificate]] = {}
    for other in others:
        by_subject.setdefault(other.subject.hashable, []).append(other)
    found: list[x509.Certificate] = []
    wanted, asked = [certificate.issuer.hashable], set[str]()
    while wanted and len(found) < _MOST_CERTIFICATES:
        name = wanted.pop()
        if name not in asked:
            asked.add(name)
            named = by_subject.get(name, [])
            found += named
            wanted += [other.issuer.hashable for other in named]
    return found[:_MOST_CERTIFICATES]


def with_embedded(trust: TrustMaterial, signed_data: cms.SignedData) -> Pool:
    """The revocation data at hand and what the file brings: signed by its issuer, whoever brought it."""
    crls, answers = list(trust.crls), list(trust.ocsp_responses)
    for kind, der in islice(_evidence(signed_data), _MOST_EVIDENCE):
        (crls if kind == "crl" else answers).append(der)
    return Pool(tuple(crls), tuple(answers))


def level(found: Examination, signed_data: cms.SignedData, signer_info: cms.SignerInfo) -> str:
    """The baseline level, or the older form (``E-C``, ``E-X``, ``E-XL``, ``E-A``); ``""`` for no CAdES.

    A level is what a signature has, not what it is worth: a B-T whose time-stamp is not trusted is a B-T.
    """
    attributes = signer_info["signed_attrs"]
    if found.signer is None or attributes is core.VOID or not attribute.names_certificate(attributes):
        return ""
    if not found.timestamped or Reason.TIMESTAMP_INVALID in found.reasons:
        return Profile.B_B.value
    carried = attribute.types(signer_info["unsigned_attrs"])
    if attribute.ARCHIVE_TIME_STAMP_V3 in carried:
        return Profile.B_LTA.value
    if carried & _ARCHIVE_OLD:
        return "E-A"
    if attribute.REVOCATION_VALUES in carried:
        return "E-XL"
    if next(_evidence_beside(signed_data), None) is not None:
        return Profile.B_LT.value
    if carried & _EXTENDED:
        return "E-X"
    return "E-C" if attribute.REVOCATION_REFS in carried else Profile.B_T.value


def notes(signer_info: cms.SignerInfo) -> tuple[Reason, ...]:
    """What is there and is not judged."""
    carried = attribute.types(signer_info["unsigned_attrs"])
    found: list[Reason] = []
    if carried & {attribute.EVIDENCE_RECORD_INTERNAL, attribute.EVIDENCE_RECORD_EXTERNAL}:
        found.append(Reason.EVIDENCE_RECORD_NOT_JUDGED)
    if carried & (_ARCHIVE_OLD | _EXTENDED):
        found.append(Reason.ARCHIVE_TIMESTAMP_NOT_JUDGED)
    if attribute.SIGNATURE_POLICY in attribute.types(signer_info["signed_attrs"]):
        found.append(Reason.SIGNATURE_POLICY_NOT_COMPARED)
    return tuple(found)


def _evidence(signed_data: cms.SignedData) -> Iterator[tuple[str, bytes]]:
    try:
        yield from _evidence_beside(signed_data)
        for signer_info in islice(signed_data["signer_infos"], _MOST_EVIDENCE):
            carried = attribute.encoded(signer_info["unsigned_attrs"], attribute.REVOCATION_VALUES)
            for _, value in carried:
                yield from _evidence_inside(value)
    except UNREADABLE_ERRORS:
        return


def _evidence_beside(signed_data: cms.SignedData) -> Iterator[tuple[str, bytes]]:
    """The ``crls`` of the SignedData: CRLs, and OCSP responses in their RFC 5940 clothes."""
    for choice in signed_data["crls"] if signed_data["crls"] is not core.VOID else ():
        if choice.name == "crl":
            yield "crl", encoding(choice.chosen)
        elif choice.chosen["other_rev_info_format"].dotted == _OCSP_RESPONSE:
            yield "ocsp", encoding(choice.chosen["other_rev_info"])


def _evidence_inside(value: bytes) -> Iterator[tuple[str, bytes]]:
    stated = _RevocationValues.load(value)
    for one in stated["crl_vals"] if stated["crl_vals"] is not core.VOID else ():
        yield "crl", encoding(one)
    for one in stated["ocsp_vals"] if stated["ocsp_vals"] is not core.VOID else ():
        response = {"response_type": "basic_ocsp_response", "response": one}
        whole = ocsp.OCSPResponse({"response_status": "successful", "response_bytes": response})
        yield "ocsp", whole.dump()
