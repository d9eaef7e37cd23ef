"""S/MIME messages that nobody here wrote: false accepts must be none, and 95 % of the rows exact.

One process a file, ten seconds and 1 GB, no network. The encrypted ones are opened with their reader's
key and judged like the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from client.mime.view import make_view
from client.model.verdict import Display, Indication
from tests.conformance.probing import AT, CORPORA, Tally, probed, rows_of

CORPUS = CORPORA / "smime-thunderbird"
KEYS = CORPUS / "mailnews/test/data/smime"
ENOUGH = 0.95
STRICTER = {
    "alice.dsig.SHA256.multipart.env.dsig.eml": "its outer signature is broken, which is told first",
    "outer-smime-bad-sig-inner-smime-enc-sig.eml": "its outer signature is broken, which is told first",
}
"""Rows that are judged more severely than the corpus has it, each on purpose."""
pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpora are not beside the checkout"),
]


@dataclass(kw_only=True)
class Table(Tally):
    """The tally, and which rows were answered otherwise than the corpus has them."""

    inexact: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [
            "corpus             rows  exact  false accepts  false rejects  crashes",
            f"smime-thunderbird  {self.rows:4}  {self.exact:5}  {len(self.false_accepts):13}"
            f"  {len(self.false_rejects):13}  {len(self.crashes):7}",
            *(f"  {count:3}  {what}" for what, count in sorted(self.counts.items())),
            *(f"  not exact: {name}: {STRICTER.get(name, 'no reason known')}" for name in self.inexact),
        ]
        return "\n".join(lines)


def _rows() -> list[tuple[Path, str]]:
    """Rows that say something of a verdict."""
    return [(path, expected) for path, expected in rows_of(CORPUS) if "SIGNED" in expected]


def _judge(path: Path) -> dict[str, Any] | None:
    return probed("smime_probe.py", path, str(KEYS / "TestCA.pem"), AT, str(KEYS / "Bob.p12"), "nss")


def _said(found: dict[str, Any]) -> str:
    """Our answer in the corpus's words."""
    words = {Indication.TOTAL_PASSED.value: "SIGNED_VALID", Indication.NONE.value: "NOT_SIGNED"}
    word = words.get(found["verdict"], "SIGNED_INVALID")
    return f"ENCRYPTED {word}" if found["opened"] else word


def _take(table: Table, path: Path, expected: str) -> None:
    table.rows += 1
    found = _judge(path)
    if found is None:
        table.crashes.append(path.name)
        return
    accepted = found["verdict"] == Indication.TOTAL_PASSED.value or found["display"] == Display.VALID.value
    should = expected.endswith("SIGNED_VALID")
    if accepted and not should:
        table.false_accepts.append(path.name)
    if should and not accepted:
        table.false_rejects.append(path.name)
    said = _said(found)
    table.counts[f"{expected} → {said} ({found['verdict']} {found['display']})"] += 1
    if said == expected:
        table.exact += 1
    else:
        table.inexact.append(path.name)


def test_the_corpus_of_another_mail_program() -> None:
    table = Table()
    for path, expected in _rows():
        _take(table, path, expected)
    print(f"\n{table}")  # noqa: T201 - the figures are what a conformance run is for
    assert table.rows >= 60
    assert table.false_accepts == []
    assert table.crashes == []
    assert set(table.inexact) <= set(STRICTER)
    assert set(table.false_rejects) <= set(STRICTER)
    assert table.exact >= ENOUGH * table.rows


def test_a_signed_message_within_a_signed_message_is_read_under_its_own_sender() -> None:
    raw = (CORPUS / "mail/test/browser/smime/data/nested-sigs.eml").read_bytes()
    view = make_view(raw)
    assert "level 1" in view.text
    (attached,) = view.attached
    assert "level 2" in attached.text
    assert attached.envelope.from_[0].addr_spec == "nobody3@example.com"
