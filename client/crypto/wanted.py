"""Which revocation data a verification lacked, and where its issuers say it is to be had.

Only certificates that lead to a trust anchor are looked at: a stranger's file makes nobody ask anything.
The addresses are still its author's choice; whether they are asked is for the policy to say
(`client.model.revocation.Hosts`).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from asn1crypto import core, ocsp, x509

from client.crypto.certificates import load_certificate
from client.crypto.revocation import Moments, Pool, choose_evidence
from client.crypto.revoked import signed_by_authority
from client.crypto.trust import load_all, plain_path
from client.model.revocation import Lacking, SourceOrigin, Want
from client.model.trust import RevocationDemand, TrustMaterial

_BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError)
_MOST_ADDRESSES = 4
"""Of one certificate; more is no authority's doing."""
_MOST_WANTS = 50
_SECOND = timedelta(seconds=1)


@dataclass
class Wanted:
    """Given along in a `VerificationDemand`; see `client.model.trust.Notebook`."""

    _sought: list[tuple[x509.Certificate, tuple[x509.Certificate, ...], Pool]] = field(default_factory=list)

    def path_sought(
        self, certificate: Any, others: Any, pool: Pool, moment: datetime, *, of_authority: bool
    ) -> None:
        """A path was looked for from this certificate with this revocation data."""
        self._sought.append((certificate, tuple(others), pool))

    def token_judged(self, token: Any) -> None:
        """A time-stamp token was judged; its signer is heard of by itself."""

    def lacking(self, trust: TrustMaterial, at: datetime) -> Lacking:
        """What would have to be known to judge every certificate that leads to an anchor."""
        wants: dict[tuple[str, str], Want] = {}
        issuers: dict[bytes, None] = {}
        for certificate, others, pool in self._sought:
            try:
                chain = plain_path(certificate, others, trust, _within(certificate, at))
                for issuer, subject in pairwise(chain):
                    issuers[issuer.dump()] = None
                    if not _answered(subject, issuer, pool, at):
                        wants.update(((one.url, one.about), one) for one in _addresses(subject, issuer))
            except _BROKEN:
                continue
        anchors = frozenset(trust.anchors)
        met = tuple(one for one in issuers if one not in anchors)
        return Lacking(tuple(wants.values())[:_MOST_WANTS], met[:_MOST_WANTS])


def standing_addresses(ders: Iterable[bytes]) -> tuple[Want, ...]:
    """Where the CRLs about these certificates, which are trusted or one's own, are to be had."""
    found: dict[str, Want] = {}
    for one in load_all(ders):
        for url in _crl_urls(one):
            issuer = one.issuer.human_friendly
            found.setdefault(url, Want(url, issuer=issuer, origin=SourceOrigin.TRUSTED))
    return tuple(found.values())


def ask_anew(certificate: bytes, issuer: bytes, url: str) -> Want:
    """The same OCSP question with another nonce."""
    return _question(load_certificate(certificate), load_certificate(issuer), url)


def _within(certificate: x509.Certificate, at: datetime) -> datetime:
    """Whoever has expired since was somebody once: the evidence is wanted for that time."""
    ended: datetime = certificate["tbs_certificate"]["validity"]["not_after"].native
    return min(at, ended - _SECOND)


def _answered(subject: x509.Certificate, issuer: x509.Certificate, pool: Pool, at: datetime) -> bool:
    evidence = choose_evidence(subject, pool, Moments(at, at), RevocationDemand.REQUIRE)
    about = [one for one in evidence.crls if one.issuer.hashable == subject.issuer.hashable]
    if signed_by_authority(about, (issuer,)):
        return True
    return any(
        single["cert_id"]["serial_number"].native == subject.serial_number
        for answer in evidence.ocsp_responses
        for single in answer.response_data["responses"]
    )


def _addresses(subject: x509.Certificate, issuer: x509.Certificate) -> Iterator[Want]:
    name = issuer.subject.human_friendly
    for url in _crl_urls(subject):
        yield Want(url, issuer=name)
    for url in subject.ocsp_urls[:_MOST_ADDRESSES]:
        yield _question(subject, issuer, str(url))


def _crl_urls(certificate: x509.Certificate) -> list[str]:
    """RFC 5280 section 4.2.1.13; a list by another issuer would not be used."""
    found: list[str] = []
    for point in certificate.crl_distribution_points:
        if point["crl_issuer"].native is None and point["distribution_point"].native is not None:
            names = point["distribution_point"].chosen
            if point["distribution_point"].name == "full_name":
                found += [str(one.native) for one in names if one.name == "uniform_resource_identifier"]
    return list(dict.fromkeys(found))[:_MOST_ADDRESSES]


def _question(subject: x509.Certificate, issuer: x509.Certificate, url: str) -> Want:
    identifier = ocsp.CertId(
        {
            "hash_algorithm": {"algorithm": "sha1"},
            "issuer_name_hash": issuer.subject.sha1,
            "issuer_key_hash": issuer.public_key.sha1,
            "serial_number": subject.serial_number,
        }
    )
    nonce = {
        "extn_id": "nonce",
        "critical": False,
        "extn_value": core.OctetString(secrets.token_bytes(32)),
    }
    body = {"request_list": [{"req_cert": identifier}], "request_extensions": [nonce]}
    request = ocsp.OCSPRequest({"tbs_request": body}).dump()
    about = hashlib.sha256(subject.dump()).hexdigest().upper()
    return Want(url, about, request, issuer.subject.human_friendly)
