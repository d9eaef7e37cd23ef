"""The verdicts the message list shows, by the digest of the message; a lost file costs verifying again."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from client.errors import StoreCorrupt
from client.model.at_rest import AtRest
from client.model.known_verdict import Ground, KnownVerdict
from client.model.verdict import Display
from client.store.database import Database, open_verdicts, set_cache_aside
from client.store.times import from_text, from_text_or_none, to_text, to_text_or_none

_COLUMNS = "sha256, display, software, ground, judged_at, until, failures"
_CHUNK = 500


class Verdicts:
    """Opened when first asked; a damaged file is set aside. Threads may share it."""

    def __init__(self, path: Path, at_rest: AtRest | None = None) -> None:
        self._path, self._at_rest = path, at_rest
        self._database: Database | None = None
        self._lock = threading.Lock()

    def known(self, digests: Sequence[str]) -> dict[str, KnownVerdict]:
        """What is known of these messages."""
        found: dict[str, KnownVerdict] = {}
        for start in range(0, len(digests), _CHUNK):
            chunk = digests[start : start + _CHUNK]
            marks = ",".join("?" * len(chunk))
            rows = self._rows(f"SELECT {_COLUMNS} FROM verdict WHERE sha256 IN ({marks})", chunk)  # noqa: S608 - constants only
            found.update((row[0], _verdict(row)) for row in rows)
        return found

    def put(self, verdicts: Sequence[KnownVerdict]) -> None:
        """The newest word on these bytes each."""
        with self._lock:
            database = self._opened()
        with database.transaction():
            database.run_many(
                f"INSERT OR REPLACE INTO verdict ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constants only
                [_values(one) for one in verdicts],
            )

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            database, self._database = self._database, None
        if database is not None:
            database.close()

    def _opened(self) -> Database:
        self._database = self._database or open_verdicts(self._path, self._at_rest)
        return self._database

    def _rows(self, sql: str, bindings: Sequence[str]) -> list[tuple[Any, ...]]:
        with self._lock:
            database = self._opened()
        try:
            return database.rows(sql, bindings)
        except StoreCorrupt:
            self.close()
            set_cache_aside(self._path)
            return []


def _values(verdict: KnownVerdict) -> tuple[str | int | None, ...]:
    word = verdict.display.value if verdict.display is not None else ""
    until = to_text_or_none(verdict.until)
    ground, at = verdict.ground, to_text(verdict.judged_at)
    return verdict.sha256, word, ground.software, ground.material, at, until, verdict.failures


def _verdict(row: Sequence[Any]) -> KnownVerdict:
    sha256, display, software, ground, judged_at, until, failures = row
    return KnownVerdict(
        sha256,
        Display(display) if display else None,
        Ground(software, ground),
        from_text(judged_at),
        from_text_or_none(until),
        int(failures),
    )
