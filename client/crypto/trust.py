"""Certificates as files carry them, and the path from a signer to a trust anchor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from asn1crypto import crl, ocsp, pem, x509
from cryptography import x509 as pyca_x509
from pyhanko_certvalidator import ValidationContext, find_valid_path
from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import PKIXValidationParams

from client.crypto import verdicts
from client.crypto.anchored_paths import AnchoredPaths
from client.crypto.certificates import load_certificate
from client.crypto.large_crls import focused
from client.crypto.revocation import Evidence
from client.crypto.revoked import listed_since, signed_by_authority, without_outvoted
from client.crypto.verdicts import Judgement
from client.model.trust import PathRules, RevocationDemand, TrustMaterial


def read_certificates(data: bytes) -> tuple[bytes, ...]:
    """The certificates (DER) of a PEM or DER file, one or many; ``()`` where there is none."""
    candidates: list[bytes] = []
    try:
        if pem.detect(data):
            for kind, _, der in pem.unarmor(data, multiple=True):
                if kind.endswith("CERTIFICATE"):
                    candidates.append(der)
        else:
            candidates.append(data)
    except ValueError:
        return ()
    return tuple(der for der in candidates if _is_certificate(der))


def read_crls(data: bytes) -> tuple[bytes, ...]:
    """The CRLs in a PEM or DER file, as DER; ValueError when there are none."""
    if b"-----BEGIN" in data:
        found = tuple(der for kind, _, der in pem.unarmor(data, multiple=True) if kind == "X509 CRL")
    else:
        found = (data,)
    for der in found:
        pyca_x509.load_der_x509_crl(der)  # reads every entry, some hundred times faster than asn1crypto
    if not found:
        raise ValueError
    return found


def load_all(ders: Iterable[bytes]) -> list[x509.Certificate]:
    """Parse what can be parsed; a broken certificate in a trust folder is simply not trusted."""
    return [load_certificate(der) for der in ders if _is_certificate(der)]


def find_path(
    certificate: x509.Certificate,
    others: Iterable[x509.Certificate],
    trust: TrustMaterial,
    evidence: Evidence,
    moment: datetime,
    may_issue: Callable[[x509.Certificate], bool] = lambda _: True,
) -> PathError | ValidationError | Judgement | None:
    """Why there is no valid path (RFC 5280 section 6) at ``moment``, or None where there is one.

    ``may_issue`` is asked of every authority below the anchor.
    Nothing is ever fetched: addresses in a received certificate are its author's choice.
    """
    others = tuple(others)
    known = [*load_all(trust.intermediates), *others]
    try:
        bare = Evidence(RevocationDemand.IGNORE)
        plain = _search(certificate, known, trust, bare, (), moment)
        # Only the office's own certificates and those of the path speak for an issuer: a document
        # may bring certificates of any name along.
        signers = [*plain.iter_certs(include_root=True), *load_all((*trust.anchors, *trust.intermediates))]
        under_same = replace(trust, anchors=(next(iter(plain.iter_certs(include_root=True))).dump(),))
        signers += _crl_signers(certificate, others, evidence.crls, signers, under_same, moment)
        heard = signed_by_authority(evidence.crls, signers)
        spoken_of = (certificate, *known, *load_all(trust.anchors), *_responders(evidence.ocsp_responses))
        evidence = replace(evidence, crls=tuple(focused(one, spoken_of) for one in heard))
        path = _search(certificate, known, trust, evidence, evidence.ocsp_responses, moment)
        chain = list(path.iter_certs(include_root=True))
        accusing = without_outvoted(chain, evidence.ocsp_responses)
    except (PathError, ValidationError) as error:
        return error
    listed = _listed(chain, evidence, moment)
    if listed is None and not all(map(may_issue, chain[1:-1])):
        listed = verdicts.WRONG_USAGE
    if listed is not None or accusing is None:
        return listed
    try:
        _search(certificate, known, trust, evidence, accusing, moment)
    except RevokedError as error:
        return error
    except (PathError, ValidationError):
        # The accusation itself does not hold (a responder nobody authorised): the first answer stands.
        return None
    return None


def _responders(answers: Iterable[ocsp.OCSPResponse]) -> Iterator[x509.Certificate]:
    for answer in answers:
        yield from answer.basic_ocsp_response["certs"] or ()


def _crl_signers(
    certificate: x509.Certificate,
    others: tuple[x509.Certificate, ...],
    crls: Iterable[crl.CertificateList],
    known: list[x509.Certificate],
    trust: TrustMaterial,
    moment: datetime,
) -> list[x509.Certificate]:
    """Keys that an authority of the path keeps for its CRLs alone, or whom it names as its CRLs' issuer.

    A document may bring them, so each may sign CRLs (RFC 5280 section 4.2.1.3), is named by an
    authority of the path, and leads to the same anchor itself (section 6.3.3 f).
    """
    entitled = {one.subject.hashable for one in known} | _named_crl_issuers((certificate, *known))
    names = {one.issuer.hashable for one in crls} & entitled
    return [
        other
        for other in others
        if other.subject.hashable in names
        and other is not certificate
        and other.key_usage_value is not None
        and "crl_sign" in other.key_usage_value.native
        and plain_path(other, (*others, *known), trust, moment)
    ]


def _named_crl_issuers(certificates: Iterable[x509.Certificate]) -> set[object]:
    """Whom the authorities of a path let issue CRLs for them (RFC 5280 section 4.2.1.13, cRLIssuer)."""
    return {
        name.chosen.hashable
        for one in certificates
        for point in one.crl_distribution_points_value or ()
        if point["crl_issuer"].native is not None
        for name in point["crl_issuer"]
        if name.name == "directory_name"
    }


def plain_path(
    certificate: x509.Certificate, others: Iterable[x509.Certificate], trust: TrustMaterial, moment: datetime
) -> list[x509.Certificate]:
    """The way from an anchor to ``certificate``, anchor first, whatever is revoked; ``[]`` without one."""
    known = [*load_all(trust.intermediates), *others]
    try:
        path = _search(certificate, known, trust, Evidence(RevocationDemand.IGNORE), (), moment)
    except (PathError, ValidationError):
        return []
    return list(path.iter_certs(include_root=True))


def _listed(chain: list[x509.Certificate], evidence: Evidence, moment: datetime) -> Judgement | None:
    for issuer, subject in pairwise(chain):
        since = listed_since(subject, (issuer,), evidence.known_crls)
        if since is not None and since <= moment:
            return verdicts.REVOKED if subject is chain[-1] else verdicts.CA_REVOKED
    return None


def _search(
    certificate: x509.Certificate,
    known: list[x509.Certificate],
    trust: TrustMaterial,
    evidence: Evidence,
    answers: tuple[ocsp.OCSPResponse, ...],
    moment: datetime,
) -> ValidationPath:
    required = evidence.demanded is RevocationDemand.REQUIRE
    context = ValidationContext(
        trust_roots=load_all(trust.anchors),
        other_certs=known,
        crls=list(evidence.crls),
        ocsps=list(answers),
        revocation_mode="require" if required else "soft-fail",
        # The evidence was already chosen for its age (client.crypto.revocation).
        retroactive_revinfo=True,
        moment=moment,
        allow_fetching=False,
    )
    return asyncio.run(_validate(certificate, context, _parameters(trust.rules)))


async def _validate(
    certificate: x509.Certificate, context: ValidationContext, parameters: PKIXValidationParams
) -> ValidationPath:
    paths = AnchoredPaths(context.path_builder.async_build_paths_lazy(certificate))
    path: ValidationPath = await find_valid_path(
        certificate, paths, validation_context=context, pkix_validation_params=parameters
    )
    return path


def _parameters(rules: PathRules) -> PKIXValidationParams:
    return PKIXValidationParams(
        user_initial_policy_set=rules.policies or frozenset({"any_policy"}),
        initial_explicit_policy=rules.explicit_policy,
        initial_policy_mapping_inhibit=rules.inhibit_mapping,
        initial_any_policy_inhibit=rules.inhibit_any_policy,
    )


def _is_certificate(der: bytes) -> bool:
    try:
        load_certificate(der)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    return True
