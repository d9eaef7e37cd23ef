"""Whoever opens what lies in the data folder brings what it is encrypted with; one that forgets it would open
nothing where encryption is on, and write in the clear."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "client").rglob("*.py"))
OPENERS = {
    "open_ledger": 2,
    "open_cache": 2,
    "open_directory": 2,
    "open_verdicts": 2,
    "rescue_ledger": 2,
    "ObjectStore": 2,
    "EvidenceFiles": 2,
    "DirectoryReader": 2,
    "DirectoryWriter": 2,
    "Verdicts": 2,
    "MessageReader": 4,
    "SignableReader": 4,
    "search_everywhere": 5,
    "examine_when_due": 4,
    "rescue": 4,
}
"""With how many arguments each is given its key."""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_opening_is_given_the_key(path: Path) -> None:
    calls = [one for one in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(one, ast.Call)]
    named = [(one, one.func.id) for one in calls if isinstance(one.func, ast.Name) and one.func.id in OPENERS]
    keyless = [
        f"{name} in line {one.lineno}"
        for one, name in named
        if len(one.args) < OPENERS[name] and "at_rest" not in {keyword.arg for keyword in one.keywords}
    ]
    assert keyless == []


def test_all_of_them_are_looked_for() -> None:
    everything = "".join(path.read_text("utf-8") for path in MODULES)
    assert [name for name in OPENERS if f"{name}(" not in everything] == []
