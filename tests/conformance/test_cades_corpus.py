"""CAdES files of the European reference implementation: false accepts and crashes must be none.

One process a file, ten seconds and 1 GB, no network. The corpus says of most rows whether the signature is
sound as cryptography goes, not whether it is to be trusted: that is what is compared. Signed content that is
not enclosed is taken from where the corpus has the same bytes.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.probing import AT, CORPORA, Tally, probed, rows_of

CORPUS = CORPORA / "cades-dss"
FILES = CORPUS / "dss-cades" / "src" / "test" / "resources" / "validation"
BAD = ("NOT_INTACT", "SIGVALUE_INVALID")
NOT_SOUND = frozenset(
    {"HASH_FAILURE", "SIG_CRYPTO_FAILURE", "FORMAT_FAILURE", "NO_SIGNING_CERTIFICATE_FOUND"}
)
NOT_KNOWN = frozenset(
    {"signature-unreadable", "algorithm-unknown", "signed-data-missing", "signature-malformed"}
)
INSIDE = {
    "cades-bes-signeddata-detached.p7s": "cades-t-copied-sigtst.p7m",
    "cades-detached.pkcs7": "cades-t-copied-sigtst.p7m",
    "cades-ats-v3-wrong-crl.p7s": "dss2059.p7s",
    "cadesLTAwithATv2.sig": "dss2059.p7s",
    "NexU-CAdES-B-B-Detached-Sha512.p7m": "dss-1220/CAdES-BpB_revoked_signingCertificate.p7m",
}
"""Detached signatures over what another file of the corpus encloses."""
WRITTEN = {
    "C-E-ERS-detached.p7s": b"Hello World!",
    "C-E-ERS-detached_renewed_hashtree.p7s": b"Hello World!",
    "test.txt.signed_Certipost-2048.detached.old.p7s": b"test",
}
BESIDE = {"detached_with_counter_sig.p7m": "dss-1892/signed_content.bin"}
_NO_CONTENT = "the content it signs is not in the corpus"
_NO_NULL = "its DigestInfo has no NULL where PKCS #1 wants one; OpenSSL refuses it as well"
DISPUTED = frozenset({"C-E-ERS-basic-invalid-sig.p7m"})
"""Rows that say the opposite of what two independent programs compute from the file."""
DISAGREE = {
    "C-E-ERS-basic-invalid-sig.p7m": "extracted by pattern; the signature verifies, in OpenSSL too",
    "Signature-C-DE_CRY-4.p7m": "not DER, which is read as signed; its time-stamp is broken, so undecided",
    "C-E-ERS-detached-ber.p7s": _NO_CONTENT,
    "Double-C-E-ERS-detached_hashtree_renewal.p7m": _NO_CONTENT,
    "cades-double-signing-certificate.p7m": _NO_CONTENT,
    "cades-invalid-ocsp-responses-encoding.p7s": _NO_CONTENT,
    "cades-broken-sig-tst-and-ats-v3.cms": _NO_NULL,
}
"""Rows answered otherwise than the corpus has them, each with its reason."""
pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpora are not beside the checkout"),
]


@dataclass(kw_only=True)
class Table(Tally):
    """The tally, and which rows were answered otherwise than the corpus has them."""

    stated: int = 0
    inexact: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [
            "corpus     rows  stated  exact  false accepts  false rejects  crashes",
            f"cades-dss  {self.rows:4}  {self.stated:6}  {self.exact:5}  {len(self.false_accepts):13}"
            f"  {len(self.false_rejects):13}  {len(self.crashes):7}",
            *(f"  {count:3}  {what}" for what, count in sorted(self.counts.items())),
            *(f"  not exact: {name}: {DISAGREE.get(name, 'NO REASON KNOWN')}" for name in self.inexact),
        ]
        return "\n".join(lines)


def _expected(row: str) -> str:
    """``sound``, ``bad`` or ``""`` where the row states neither."""
    if row.startswith(BAD):
        return "bad"
    return "sound" if "INTACT+VALID" in row else ""


def _content_of(path: Path, folder: Path) -> list[str]:
    if path.name in BESIDE:
        return [str(FILES / BESIDE[path.name])]
    made = folder / f"{path.name}.content"
    if path.name in WRITTEN:
        made.write_bytes(WRITTEN[path.name])
    elif path.name in INSIDE:
        from client.crypto.cms import signed_content

        made.write_bytes(signed_content((FILES / INSIDE[path.name]).read_bytes()))
    return [str(made)] if made.is_file() else []


def _sound(found: dict[str, Any]) -> bool:
    """Every signature over the content holds as cryptography goes, trusted or not."""
    own = [one for one in found["signatures"] if not one["counter"]]
    return bool(own) and all(
        one["sub"] not in NOT_SOUND and not NOT_KNOWN & set(one["reasons"]) for one in own
    )


def _take(table: Table, path: Path, row: str, found: dict[str, Any] | None) -> None:
    table.rows += 1
    if found is None:
        table.crashes.append(path.name)
        return
    expected, sound = _expected(row), _sound(found)
    words = "/".join(sorted({one["display"] for one in found["signatures"]})) or "nothing to judge"
    table.counts[f"{expected or 'not stated'} → {'sound' if sound else 'not sound'} ({words})"] += 1
    if not expected:
        return
    table.stated += 1
    accepted = found["display"] in ("VALID", "WARNING")
    if expected == "bad" and accepted and path.name not in DISPUTED:
        table.false_accepts.append(path.name)
    if expected == "sound" and found["display"] == "INVALID":
        table.false_rejects.append(path.name)
    if sound == (expected == "sound"):
        table.exact += 1
    else:
        table.inexact.append(path.name)


def test_the_corpus_of_the_reference_implementation(tmp_path: Path) -> None:
    table, rows = Table(), rows_of(CORPUS)
    with ThreadPoolExecutor(2) as two:
        answers = list(
            two.map(lambda row: probed("cades_probe.py", row[0], AT, *_content_of(row[0], tmp_path)), rows)
        )
    for (path, row), found in zip(rows, answers, strict=True):
        _take(table, path, row, found)
    print(f"\n{table}")  # noqa: T201 - the figures are what a conformance run is for
    assert table.rows == 65
    assert table.false_accepts == []
    assert table.crashes == []
    assert set(table.inexact) <= set(DISAGREE)
    assert set(table.false_rejects) <= {"cades-broken-sig-tst-and-ats-v3.cms"}
