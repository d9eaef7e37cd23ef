"""NIST PKITS: certification paths with CRLs. No invalid one may pass; what is refused has a known reason."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from client.crypto.certificates import load_certificate
from client.crypto.revocation import Moments, Pool, choose_evidence
from client.crypto.trust import find_path
from client.model.trust import PathRules, RevocationDemand, TrustMaterial

FOLDER = (
    Path(__file__).resolve().parents[2].parent
    / "shared/corpora/pki-certvalidator/pkgs/pyhanko-certvalidator/tests/fixtures/nist_pkits"
)
AT = datetime(2022, 5, 1, tzinfo=UTC)
"""All certificates of the suite are valid then."""
REFUSED = {
    "valid_dsa_signatures_test4": "DSA is not accepted",
    "valid_dsa_parameter_inheritance_test5": "DSA is not accepted",
    "valid_name_chaining_uids_test6": "unique identifiers, which RFC 5280 tells CAs not to use, are not read",
}
pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the corpora are not beside the checkout"),
]


def _passes(row: dict[str, Any]) -> bool:
    certificate = load_certificate((FOLDER / "certs" / row["cert"]).read_bytes())
    others = [load_certificate((FOLDER / "certs" / name).read_bytes()) for name in row.get("other_certs", ())]
    names = (*row.get("crls", ()), "TrustAnchorRootCRL.crl")
    crls = tuple((FOLDER / "crls" / name).read_bytes() for name in names)
    demanded = RevocationDemand.REQUIRE if row.get("revocation", True) else RevocationDemand.IGNORE
    wanted = row.get("params") or {}
    rules = PathRules(
        frozenset(wanted.get("user_initial_policy_set", ())),
        wanted.get("initial_explicit_policy", False),
        wanted.get("initial_policy_mapping_inhibit", False),
        wanted.get("initial_any_policy_inhibit", False),
    )
    anchor = (FOLDER / "certs" / "TrustAnchorRootCertificate.crt").read_bytes()
    evidence = choose_evidence(certificate, Pool(crls), Moments(AT, AT), demanded)
    return find_path(certificate, others, TrustMaterial((anchor,), rules=rules), evidence, AT) is None


def test_no_invalid_path_passes_and_every_refused_one_has_its_reason() -> None:
    rows = json.loads((FOLDER / "pkits.json").read_text("utf-8"))
    counts, accepted, refused = Counter[str](), [], []
    for row in rows:
        valid, passed = "error" not in row, _passes(row)
        counts[f"{'valid' if valid else 'invalid'} {'passed' if passed else 'refused'}"] += 1
        if passed and not valid:
            accepted.append(row["name"])
        if valid and not passed:
            refused.append(row["name"])
    reasons = [f"refused: {name}: {REFUSED.get(name, 'UNEXPLAINED')}" for name in refused]
    print(f"PKITS: {len(rows)} paths {dict(counts)}", *reasons, sep="\n  ")  # noqa: T201 - the figures are what this run is for
    assert accepted == []
    assert sorted(refused) == sorted(REFUSED)
