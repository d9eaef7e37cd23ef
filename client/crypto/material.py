"""What a verification used: written down while it works, put together when it is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import cms, ocsp, tsp, x509

from client.crypto.certificates import load_certificate
from client.crypto.revocation import Pool, span_of_answer, span_of_crl
from client.crypto.trust import load_all, plain_path
from client.model.evidence import (
    Basis,
    CertificateRole,
    Origin,
    UsedCertificate,
    UsedRevocation,
    UsedTimestamp,
    digest_of,
    list_version,
)
from client.model.trust import TrustMaterial, VerificationDemand

_MOST_LINKED = 50
"""Certificates kept where no path was found: a message may bring thousands of one name."""
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError)


@dataclass(frozen=True, slots=True)
class _Seen:
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    pool: Pool
    moment: datetime
    role: CertificateRole


@dataclass
class Notes:
    """Given along in a `VerificationDemand`; see `client.model.trust.Notebook`."""

    _seen: list[_Seen] = field(default_factory=list)
    _tokens: dict[bytes, datetime | None] = field(default_factory=dict)

    def path_sought(
        self,
        certificate: x509.Certificate,
        others: Iterable[x509.Certificate],
        pool: Pool,
        moment: datetime,
        *,
        of_authority: bool,
    ) -> None:
        """A path was looked for from this certificate, at this moment, with this revocation data."""
        role = CertificateRole.TIMESTAMP if of_authority else CertificateRole.SIGNER
        self._seen.append(_Seen(certificate, tuple(others), pool, moment, role))

    def token_judged(self, token: cms.SignedData) -> None:
        """A time-stamp token was judged."""
        try:
            info = token["encap_content_info"]["content"].parsed
            time = info["gen_time"].native if isinstance(info, tsp.TSTInfo) else None
            whole = cms.ContentInfo({"content_type": "signed_data", "content": token}).dump()
        except _UNREADABLE:
            return  # it is in the message all the same, as it came
        self._tokens[whole] = time

    def gathered(self, demand: VerificationDemand) -> tuple[Basis, dict[str, bytes]]:
        """What all of it comes to, and the bytes by digest."""
        certificates: dict[bytes, UsedCertificate] = {}
        revocations: dict[bytes, UsedRevocation] = {}
        anchors = frozenset(demand.trust.anchors)
        for seen in self._seen:
            try:
                chain = list(_chain(seen, demand.trust))
                about = list(_about([one for one, _ in chain], seen.pool, demand.trust))
                described = [(one.dump(), _described(one, role, anchors)) for one, role in chain]
            except _UNREADABLE:
                continue  # broken names: all of it is in the message as it came
            for der, certificate in described:
                certificates.setdefault(der, certificate)
            for der, used in about:
                revocations.setdefault(der, used)
        stamps = {der: UsedTimestamp(digest_of(der), time) for der, time in self._tokens.items()}
        basis = Basis(
            at=demand.at,
            revocation=demand.revocation,
            certificates=_ordered(certificates.values()),
            revocations=tuple(sorted(revocations.values(), key=lambda one: one.sha256)),
            timestamps=tuple(sorted(stamps.values(), key=lambda one: one.sha256)),
            anchors_known=len(demand.trust.anchors),
            anchors_sha256=list_version([digest_of(one) for one in demand.trust.anchors]),
        )
        return basis, {digest_of(der): der for der in (*certificates, *revocations, *stamps)}


def material_for(basis: Basis, blobs: dict[str, bytes]) -> TrustMaterial:
    """What to verify with when it is done again; a missing blob is a KeyError."""
    anchors = (one for one in basis.certificates if one.trusted)
    others = (one for one in basis.certificates if not one.trusted)
    by_kind = {
        kind: tuple(blobs[one.sha256] for one in basis.revocations if one.kind == kind)
        for kind in ("crl", "ocsp")
    }
    return TrustMaterial(
        tuple(blobs[one.sha256] for one in anchors),
        tuple(blobs[one.sha256] for one in others),
        by_kind["crl"],
        by_kind["ocsp"],
    )


def _ordered(found: Iterable[UsedCertificate]) -> tuple[UsedCertificate, ...]:
    order = list(CertificateRole)
    return tuple(sorted(found, key=lambda one: (order.index(one.role), one.sha256)))


def _chain(seen: _Seen, trust: TrustMaterial) -> Iterator[tuple[x509.Certificate, CertificateRole]]:
    path = plain_path(seen.certificate, seen.others, trust, seen.moment)
    anchors = frozenset(trust.anchors)
    yield seen.certificate, seen.role
    known = [*load_all(trust.intermediates), *load_all(trust.anchors), *seen.others]
    above = path[:-1] if path else _linked(seen.certificate, known)
    names = {one.subject.hashable for one in above}
    # The same authority with another key, or one that signs its CRLs: they had a say too.
    namesakes = (one for one in known if one.subject.hashable in names)
    for der, one in {one.dump(): one for one in (*above, *namesakes)}.items():
        if der != seen.certificate.dump():
            yield one, CertificateRole.ANCHOR if der in anchors else CertificateRole.INTERMEDIATE


def _linked(certificate: x509.Certificate, known: list[x509.Certificate]) -> list[x509.Certificate]:
    """By name alone, where there is no path: what somebody would look at to see why."""
    found: list[x509.Certificate] = []
    reached: set[object] = set()
    wanted = {certificate.issuer.hashable}
    while wanted and len(found) < _MOST_LINKED:
        found += [one for one in known if one.subject.hashable in wanted]
        reached |= wanted
        wanted = {one.issuer.hashable for one in found} - reached
    return found[:_MOST_LINKED]


def _described(
    certificate: x509.Certificate, role: CertificateRole, anchors: frozenset[bytes]
) -> UsedCertificate:
    ended = certificate["tbs_certificate"]["validity"]["not_after"].native
    return UsedCertificate(
        digest_of(certificate.dump()),
        role,
        certificate.subject.human_friendly,
        certificate.issuer.human_friendly,
        f"{certificate.serial_number:X}",
        ended,
        certificate.dump() in anchors,
    )


def _about(
    chain: list[x509.Certificate], pool: Pool, trust: TrustMaterial
) -> Iterator[tuple[bytes, UsedRevocation]]:
    """The revocation data that speaks of these certificates, fresh or stale."""
    issuers = {one.issuer.hashable for one in chain} | {one.subject.hashable for one in chain}
    serials = {one.serial_number for one in chain}
    own_crls, own_answers = frozenset(trust.crls), frozenset(trust.ocsp_responses)
    for parsed in pool.readable_crls:
        if parsed.issuer.hashable in issuers:
            der = parsed.dump()
            origin = Origin.OFFICE if der in own_crls else Origin.DOCUMENT
            yield (
                der,
                UsedRevocation(
                    digest_of(der), "crl", origin, parsed.issuer.human_friendly, *span_of_crl(parsed)
                ),
            )
    for answer in pool.readable_answers:
        if serials.intersection(answer.serials):
            der = answer.response.dump()
            origin = Origin.OFFICE if der in own_answers else Origin.DOCUMENT
            name, spans = _responder(answer.response), span_of_answer(answer)
            yield der, UsedRevocation(digest_of(der), "ocsp", origin, name, *spans)


def _responder(response: ocsp.OCSPResponse) -> str:
    identifier = response.response_data["responder_id"]
    if identifier.name == "by_name":
        name: str = identifier.chosen.human_friendly
        return name
    return str(identifier.chosen.native.hex())


def certificate_subject(der: bytes) -> str:
    """Whose certificate it is; ValueError for what is none."""
    name: str = load_certificate(der).subject.human_friendly
    return name
