"""Signed PDF and CMS files that nobody here wrote: false accepts must be none, crashes neither.

Every certificate found in a file is made an anchor and revocation is left aside, so that distrust
cannot hide a missed manipulation.
"""

from __future__ import annotations

import io
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from client.crypto import cms
from client.crypto.pades_validation import verify_pdf
from client.model.trust import RevocationDemand, TrustMaterial, VerificationDemand
from client.model.verdict import Display, Reason, VerificationReport

CORPORA = Path(__file__).resolve().parents[2].parent / "shared" / "corpora"
AT = datetime(2026, 11, 1, tzinfo=UTC)
BAD = (
    "NOT_INTACT",
    "SIGVALUE_INVALID",
    "SUSPICIOUS",
    "NOT_OK",
    "UNDEFINED_CHANGES",
    "MODIFICATIONS_DETECTED",
    "ERROR",
    "BYTERANGE_INVALID",
    "CRYPTO_CONSTRAINTS_FAILURE",
)
NOT_BAD = frozenset({"C-E-ERS-basic-invalid-sig.p7m"})
"""The row was extracted by pattern; the signature verifies, with OpenSSL too."""
pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside the checkout"),
]


def _rows(corpus: str) -> list[tuple[Path, str]]:
    lines = (CORPORA / corpus / "manifest.tsv").read_text("utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [(CORPORA / corpus / row[0], row[1]) for row in rows if (CORPORA / corpus / row[0]).is_file()]


def _demand(anchors: tuple[bytes, ...]) -> VerificationDemand:
    return VerificationDemand(TrustMaterial(anchors), AT, RevocationDemand.IGNORE)


def _anchors_in_pdf(pdf: bytes) -> tuple[bytes, ...]:
    found: set[bytes] = set()
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        for signature in reader.embedded_signatures:
            for choice in signature.signed_data["certificates"]:
                found.add(choice.chosen.dump())
    except Exception:  # noqa: BLE001 - a file that cannot be read has no anchors to offer
        return tuple(found)
    return tuple(found)


def _accepted(report: VerificationReport) -> bool:
    if Reason.FORM_CHANGED_AFTER_SIGNING in {r for s in report.signatures for r in s.reasons}:
        return False
    return report.display in {Display.VALID, Display.WARNING}


@pytest.mark.parametrize("corpus", ["pdf-dss", "pdf-pyhanko"])
def test_no_manipulated_pdf_is_accepted_and_none_crashes(corpus: str) -> None:
    counts, false_accepts, doubtful = Counter[str](), [], []
    for path, expected in _rows(corpus):
        if path.suffix.lower() != ".pdf":
            continue
        pdf = path.read_bytes()
        report = verify_pdf(pdf, _demand(_anchors_in_pdf(pdf)), name=path.name)
        counts[f"{report.indication} {report.display}"] += 1
        bad = any(word in expected for word in BAD)
        if bad and _accepted(report):
            false_accepts.append((path.name, expected, report.reasons))
        if not bad and report.display is Display.INVALID:
            doubtful.append((path.name, expected, [s.reasons for s in report.signatures]))
    print(corpus, counts, *doubtful, sep="\n")  # noqa: T201 - the figures are what this run is for
    assert false_accepts == []


def test_no_manipulated_cms_file_is_accepted_and_none_crashes() -> None:
    counts, false_accepts = Counter[str](), []
    for path, expected in _rows("cades-dss"):
        der = cms.read_signed_data(path.read_bytes())
        if der is None:
            counts["not CMS"] += 1
            continue
        anchors = _anchors_in_cms(der)
        _, verdicts = cms.verify_opaque(der, _demand(anchors), purpose=cms.Purpose.DOCUMENT, where="")
        counts[" ".join(f"{verdict.indication} {verdict.reasons[:1]}" for verdict in verdicts)] += 1
        good = [verdict.display in {Display.VALID, Display.WARNING} for verdict in verdicts]
        bad = any(word in expected for word in BAD) and path.name not in NOT_BAD
        if bad and all(good):
            false_accepts.append((path.name, expected))
    print(counts)  # noqa: T201 - the figures are what this run is for
    assert false_accepts == []


def _anchors_in_cms(der: bytes) -> tuple[bytes, ...]:
    from asn1crypto import cms as asn1_cms

    try:
        choices = asn1_cms.ContentInfo.load(der)["content"]["certificates"]
        return tuple(choice.chosen.dump() for choice in choices)
    except (ValueError, TypeError, KeyError):
        return ()
