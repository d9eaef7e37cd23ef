"""A judged file, a process: what one corpus's probe prints, and the rows of its manifest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CORPORA = ROOT.parent / "shared" / "corpora"
AT = "2026-11-01T00:00:00+00:00"
"""The moment the corpora are judged at."""
SECONDS = 120
"""By the wall, for a machine that others use too; the probe itself has ten seconds of processor time."""


@dataclass(kw_only=True)
class Tally:
    """What a run over a corpus came to; the lists are file names."""

    rows: int = 0
    exact: int = 0
    false_accepts: list[str] = field(default_factory=list)
    false_rejects: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def rows_of(corpus: Path) -> list[tuple[Path, str]]:
    """File and expected verdict of each row of the manifest whose file is there."""
    lines = (corpus / "manifest.tsv").read_text("utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [(corpus / row[0], row[1]) for row in rows if (corpus / row[0]).is_file()]


def probed(probe: str, path: Path, *arguments: str) -> dict[str, Any] | None:
    """What the probe (a script beside this one) printed; None for a crash, a hang or too much memory."""
    command = [sys.executable, str(Path(__file__).with_name(probe)), str(path), *arguments]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False,
        )
    except subprocess.TimeoutExpired:
        print(path.name, "took too long")  # noqa: T201 - a hang has to be seen
        return None
    if done.returncode:
        print(path.name, done.stderr[-500:])  # noqa: T201 - a crash has to be seen
        return None
    found: dict[str, Any] = json.loads(done.stdout)
    return found
