"""Signed PDF and CMS files that nobody here wrote: false accepts must be none, crashes neither.

One process a file, ten seconds of its own and 1 GB, no network. What is compared is what the file itself
can tell: whether its signatures are intact and what came after. Trust is given to every certificate inside.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from client.crypto import cms
from client.model.trust import RevocationDemand, TrustMaterial, VerificationDemand
from client.model.verdict import Display, Reason
from tests.conformance.probing import AT, CORPORA, Tally, probed, rows_of

BAD = (
    "NOT_INTACT",
    "SIGVALUE_INVALID",
    "SUSPICIOUS",
    "NOT_OK",
    "UNDEFINED_CHANGES",
    "MODIFICATIONS_DETECTED",
    "ERROR/INVALID",
    "BYTERANGE_INVALID",
    "CRYPTO_CONSTRAINTS_FAILURE",
    "FORMAT_FAILURE",
)
NOT_BAD = frozenset({"C-E-ERS-basic-invalid-sig.p7m"})
"""The row was extracted by pattern; the signature verifies, with OpenSSL too."""
STRICTER = {
    "lt-short.pdf": "later signatures on white hide words of the table, which is told with their places",
    "DSS-1683.pdf": "SHA-1, which protects no content any more",
    "pkcs7-no-message-digest.pdf": "SHA-1, which protects no content any more",
    "pkcs7_sha1.pdf": "adbe.pkcs7.sha1 rests on SHA-1, which protects no content any more",
    "pades-two-sig-copied-tst.pdf": "the time-stamp copied from the first signature does not fit the second",
    "pades-signed-annot-added.pdf": "a note was added after signing and is seen on the page",
    "pades-lt-extended-abde.pdf": "stale references stop the rules at a later signature: left undecided",
}
"""Rows that are judged otherwise than the corpus has it, each with its reason."""
pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside the checkout"),
]


class Kind(StrEnum):
    """What a row of the corpus asks for."""

    SOUND = "sound"
    BAD = "not to be accepted"
    BROKEN = "unreadable"
    READABLE = "readable"
    ANY = "says nothing of a verdict"


class Said(StrEnum):
    """What we said, as far as the file alone can tell."""

    SOUND = "sound"
    TOLD = "sound, a change told"
    REFUSED = "not accepted"
    UNREADABLE = "unreadable"
    NONE = "no signature"


_CHANGES = {
    Reason.CHANGED_AFTER_SIGNING.value,
    Reason.NOTES_AFTER_SIGNING.value,
    Reason.FORM_CHANGED_AFTER_SIGNING.value,
    Reason.LOOKS_DIFFERENT.value,
}
_NOT_INTACT = {
    Reason.DOCUMENT_ALTERED.value,
    Reason.SIGNATURE_BROKEN.value,
    Reason.NONSTANDARD_COVERAGE.value,
    Reason.SIGNATURE_UNREADABLE.value,
    Reason.SIGNATURE_MALFORMED.value,
    Reason.WEAK_ALGORITHM.value,
    Reason.ALGORITHM_UNKNOWN.value,
    Reason.CHECK_NOT_RUN.value,
    Reason.SIGNER_CERTIFICATE_MISSING.value,
    Reason.SIGNER_CERTIFICATE_DIFFERS.value,
    Reason.CHANGED_AFTER_SIGNING.value,
    Reason.TIMESTAMP_INVALID.value,
}


@dataclass(kw_only=True)
class Table(Tally):
    """The tally, and which rows were answered otherwise than the corpus has them."""

    corpus: str
    judged: int = 0
    inexact: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        lines = [
            "corpus       rows  with a verdict  exact  false accepts  false rejects  crashes",
            f"{self.corpus:11}  {self.rows:4}  {self.judged:14}  {self.exact:5}  {len(self.false_accepts):13}"
            f"  {len(self.false_rejects):13}  {len(self.crashes):7}",
            *(f"  {count:3}  {what}" for what, count in sorted(self.counts.items())),
            *(
                f"  not exact: {name}: {what}: {STRICTER.get(name, 'NO REASON KNOWN')}"
                for name, what in sorted(self.inexact.items())
            ),
        ]
        return "\n".join(lines)


def kind_of(expected: str) -> Kind:
    """What a manifest row asks for, by the words its extraction left."""
    if any(word in expected for word in BAD):
        return Kind.BAD
    if "PARSE" in expected or "DECRYPT_ERROR" in expected or "NO_HANG" in expected:
        return Kind.BROKEN
    if expected.startswith("READABLE"):
        return Kind.READABLE
    if "BLEVEL_INVALID" in expected or "SIGDICT_INCONSISTENT" in expected:
        return Kind.BAD
    sound = ("INTACT", "modification=FORM_FILLING", "TRUSTED")
    return Kind.SOUND if any(word in expected for word in sound) else Kind.ANY


def said_of(found: dict[str, Any]) -> Said:
    """Ours, without regard to trust, time and revocation."""
    if found["unreadable"] or not found["signatures"]:
        return Said.UNREADABLE if found["unreadable"] or found["verdict"] != "NONE" else Said.NONE
    reasons = {reason for one in found["signatures"] for reason in one["reasons"]} | set(found["reasons"])
    if found["display"] == Display.INVALID.value or reasons & _NOT_INTACT:
        return Said.REFUSED
    return Said.TOLD if reasons & _CHANGES else Said.SOUND


FITS = {
    Kind.SOUND: {Said.SOUND},
    Kind.BAD: {Said.REFUSED, Said.UNREADABLE, Said.TOLD},
    Kind.BROKEN: {Said.UNREADABLE, Said.NONE, Said.REFUSED},
    Kind.READABLE: {Said.NONE, Said.SOUND},
}


def _take(table: Table, path: Path, expected: str) -> None:
    table.rows += 1
    kind, found = kind_of(expected), probed("pdf_file_probe.py", path, AT)
    if found is None:
        table.crashes.append(path.name)
        return
    said = said_of(found)
    table.counts[f"{kind} → {said} ({found['verdict']} {found['display']})"] += 1
    if kind is Kind.ANY:
        return
    table.judged += 1
    green = said is Said.SOUND and found["display"] in {Display.VALID.value, Display.WARNING.value}
    if kind is Kind.BAD and green:
        table.false_accepts.append(path.name)
    if kind is Kind.SOUND and said in {Said.REFUSED, Said.UNREADABLE, Said.NONE}:
        table.false_rejects.append(path.name)
    if said in FITS[kind]:
        table.exact += 1
    else:
        reasons = [f"{one['where']} {one['reasons']} {one['changes']}" for one in found["signatures"]]
        table.inexact[path.name] = f"{expected} → {said}: {found['reasons']} {' | '.join(reasons)}"


@pytest.mark.parametrize("corpus", ["pdf-dss", "pdf-pyhanko"])
def test_no_manipulated_pdf_is_accepted_and_none_crashes(corpus: str) -> None:
    table = Table(corpus=corpus)
    for path, expected in rows_of(CORPORA / corpus):
        if path.suffix.lower() == ".pdf":
            _take(table, path, expected)
    print(f"\n{table}")  # noqa: T201 - the figures are what a conformance run is for
    assert table.false_accepts == []
    assert table.crashes == []
    assert set(table.inexact) <= set(STRICTER)


def _demand(anchors: tuple[bytes, ...]) -> VerificationDemand:
    return VerificationDemand(
        TrustMaterial(anchors), datetime(2026, 11, 1, tzinfo=UTC), RevocationDemand.IGNORE
    )


def test_no_manipulated_cms_file_is_accepted_and_none_crashes() -> None:
    counts, false_accepts = Counter[str](), []
    for path, expected in rows_of(CORPORA / "cades-dss"):
        der = cms.read_signed_data(path.read_bytes())
        if der is None:
            counts["not CMS"] += 1
            continue
        anchors = _anchors_in_cms(der)
        _, verdicts = cms.verify_opaque(der, _demand(anchors), purpose=cms.Purpose.DOCUMENT, where="")
        counts[" ".join(f"{verdict.indication} {verdict.reasons[:1]}" for verdict in verdicts)] += 1
        good = [verdict.display in {Display.VALID, Display.WARNING} for verdict in verdicts]
        bad = any(word in expected for word in (*BAD, "ERROR")) and path.name not in NOT_BAD
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
