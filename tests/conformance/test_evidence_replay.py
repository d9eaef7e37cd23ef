"""Files that nobody here wrote: what is kept as evidence is enough to come to the same verdict again."""

from __future__ import annotations

import io
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import cms as asn1
from pyhanko.pdf_utils.reader import PdfFileReader

from client.crypto import cms
from client.crypto.material import material_for
from client.model.evidence import Basis
from client.model.trust import RevocationDemand, VerificationDemand
from client.model.verdict import VerificationReport
from client.services.gathering import verify_and_gather
from client.services.requests import TrustSources, VerifyRequest
from client.services.verification import verify_bytes

CORPORA = Path(__file__).resolve().parents[2].parent / "shared" / "corpora"
AT = datetime(2026, 11, 1, tzinfo=UTC)
KINDS = {"pdf-dss": ".pdf", "pdf-pyhanko": ".pdf", "cades-dss": ".p7m", "smime-thunderbird": ".eml"}
pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside the checkout"),
]


def _certificates(data: bytes) -> set[bytes]:
    """Whatever a file brings along is trusted here, so that paths are found and followed."""
    try:
        if data.startswith(b"%PDF"):
            reader = PdfFileReader(io.BytesIO(data), strict=False)
            signed = [one.signed_data for one in reader.embedded_signatures]
        else:
            der = cms.read_signed_data(data)
            signed = [asn1.ContentInfo.load(der)["content"]] if der else []
        return {choice.chosen.dump() for one in signed for choice in one["certificates"]}
    except Exception:  # noqa: BLE001 - a file that cannot be read has nothing to offer
        return set()


def _anchors(corpus: str, data: bytes, folder: Path) -> tuple[Path, ...]:
    if corpus == "smime-thunderbird":
        return tuple(sorted((CORPORA / corpus).rglob("TestCA.pem")))
    for old in folder.glob("*.der"):
        old.unlink()
    for number, der in enumerate(sorted(_certificates(data))):
        (folder / f"{number}.der").write_bytes(der)
    return (folder,)


@pytest.mark.parametrize("corpus", KINDS)
@pytest.mark.parametrize("demanded", list(RevocationDemand))
def test_the_same_verdict_comes_out_of_the_evidence_alone(
    corpus: str, demanded: RevocationDemand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counts, differing = Counter[str](), []
    for path in sorted((CORPORA / corpus).rglob(f"*{KINDS[corpus]}")):
        data = path.read_bytes()
        sources = TrustSources(anchors=_anchors(corpus, data, tmp_path))
        request = VerifyRequest(path, sources, AT, demanded, name=path.name)
        found = verify_and_gather(request)
        again = _again(data, request, found.record.basis, dict(found.blobs))
        counts[f"{found.report.display}"] += 1
        if again != found.report:
            differing.append(path.name)
    with capsys.disabled():
        told = f"{sum(counts.values())} files {dict(counts)}, {len(differing)} differ"
        print(f"\n{corpus} {demanded}: {told}")  # noqa: T201 - the counts are what a conformance run is for
    assert sum(counts.values())
    assert not differing


def _again(data: bytes, request: VerifyRequest, basis: Basis, blobs: dict[str, bytes]) -> VerificationReport:
    trust = material_for(basis, blobs)
    return verify_bytes(data, request, VerificationDemand(trust, basis.at, basis.revocation))
