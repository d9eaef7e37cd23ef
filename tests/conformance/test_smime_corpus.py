"""S/MIME messages that nobody here wrote: false accepts must be none."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.crypto.smime import verify_message
from client.crypto.trust import read_certificates
from client.model.trust import RevocationDemand, TrustMaterial, VerificationDemand
from client.model.verdict import Display, Indication

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpora" / "smime-thunderbird"
BY_POLICY = frozenset({"alice.future.dsig.SHA256.multipart.eml"})
"""Sound, but the Date field is six hours after the signing time: we do not fail a mail for that."""
pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpora are not beside the checkout"),
]


def _rows() -> list[tuple[Path, str]]:
    lines = (CORPUS / "manifest.tsv").read_text("utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [(CORPUS / row[0], row[1]) for row in rows if (CORPUS / row[0]).suffix == ".eml"]


def _demand() -> VerificationDemand:
    anchors = read_certificates((CORPUS / "mailnews/test/data/smime/TestCA.pem").read_bytes())
    return VerificationDemand(
        TrustMaterial(anchors), datetime(2026, 11, 1, tzinfo=UTC), RevocationDemand.IGNORE
    )


def test_no_mail_is_accepted_that_the_corpus_calls_unsigned_or_invalid() -> None:
    demand, counts, false_accepts, false_rejects = _demand(), Counter[str](), [], []
    for path, expected in _rows():
        report = verify_message(path.read_bytes(), demand, path=path.name)
        accepted = report.indication is Indication.TOTAL_PASSED or report.display is Display.VALID
        counts[f"{expected} → {report.indication} {report.display}"] += 1
        if accepted and expected != "SIGNED_VALID" and path.name not in BY_POLICY:
            false_accepts.append(path.name)
        if not accepted and expected == "SIGNED_VALID":
            false_rejects.append((path.name, report.reasons))
    print(counts, false_rejects)  # noqa: T201 - the figures are what a conformance run is for
    assert false_accepts == []
    assert false_rejects == []
