"""The queue of documents to be extended, in the ledger: it outlives the program."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from client.model.extension import ExtensionEntry, ExtensionState, next_try
from client.model.verdict import Profile
from client.store.database import Database
from client.store.times import from_text, to_text

_SELECT = (
    "SELECT extension_id, path, target, state, created_at, not_before, attempts, error_code, error_params"
    " FROM extension "
)


class Extensions:
    """One row a file; asking again for a file starts it anew."""

    def __init__(self, ledger: Database, clock: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._clock = clock

    def add(self, path: Path, target: Profile, not_before: datetime | None = None) -> int:
        """Queue ``path``; synced to disk on return. Raises `StorageFull`."""
        now = self._clock()
        with self._ledger.transaction():
            self._ledger.run("DELETE FROM extension WHERE path = ?", (str(path.absolute()),))
            return self._ledger.insert(
                "INSERT INTO extension (path, target, state, created_at, not_before) VALUES (?, ?, ?, ?, ?)",
                (
                    str(path.absolute()),
                    str(target),
                    str(ExtensionState.WAITING),
                    to_text(now),
                    to_text(not_before or now),
                ),
            )

    def entries(self) -> tuple[ExtensionEntry, ...]:
        """All of them, newest first."""
        rows = self._ledger.rows(_SELECT + "ORDER BY extension_id DESC")
        return tuple(map(_entry, rows))

    def entry(self, extension_id: int) -> ExtensionEntry | None:
        """One of them, None when there is none with this number."""
        row = self._ledger.row(_SELECT + "WHERE extension_id = ?", (extension_id,))
        return None if row is None else _entry(row)

    def due(self) -> tuple[ExtensionEntry, ...]:
        """What may be tried now, the longest due first."""
        rows = self._ledger.rows(
            _SELECT + "WHERE state = ? AND not_before <= ? ORDER BY not_before",
            (str(ExtensionState.WAITING), to_text(self._clock())),
        )
        return tuple(map(_entry, rows))

    def next_due(self) -> datetime | None:
        """When something is due next; None while nothing waits."""
        row = self._ledger.row(
            "SELECT min(not_before) FROM extension WHERE state = ?", (str(ExtensionState.WAITING),)
        )
        return from_text(row[0]) if row is not None and row[0] is not None else None

    def done(self, extension_id: int) -> None:
        """The file on the disk has reached its target."""
        self._close(extension_id, ExtensionState.DONE, "", {})

    def failed(self, extension_id: int, code: str, params: Mapping[str, object]) -> None:
        """A person is needed."""
        self._close(extension_id, ExtensionState.FAILED, code, params)

    def postponed(self, extension_id: int, code: str, params: Mapping[str, object]) -> None:
        """In vain this time; the next try is the later the more there were."""
        with self._ledger.transaction():
            row = self._ledger.row("SELECT attempts FROM extension WHERE extension_id = ?", (extension_id,))
            attempts = (int(row[0]) if row is not None else 0) + 1
            self._ledger.run(
                "UPDATE extension SET attempts = ?, not_before = ?, error_code = ?, error_params = ?"
                " WHERE extension_id = ? AND state = ?",
                (
                    attempts,
                    to_text(next_try(attempts, self._clock())),
                    code,
                    _as_json(params),
                    extension_id,
                    str(ExtensionState.WAITING),
                ),
            )

    def cancel(self, extension_id: int) -> bool:
        """Take it out unless it is done; whether there was something to cancel."""
        changed = self._ledger.run(
            "UPDATE extension SET state = ? WHERE extension_id = ? AND state IN (?, ?)",
            (
                str(ExtensionState.CANCELLED),
                extension_id,
                str(ExtensionState.WAITING),
                str(ExtensionState.FAILED),
            ),
        )
        return changed > 0

    def retry(self, extension_id: int) -> bool:
        """Try at once what waits or failed; whether there was such an entry."""
        changed = self._ledger.run(
            "UPDATE extension SET state = ?, not_before = ?, attempts = 0 WHERE extension_id = ?"
            " AND state IN (?, ?)",
            (
                str(ExtensionState.WAITING),
                to_text(self._clock()),
                extension_id,
                str(ExtensionState.WAITING),
                str(ExtensionState.FAILED),
            ),
        )
        return changed > 0

    def _close(
        self, extension_id: int, state: ExtensionState, code: str, params: Mapping[str, object]
    ) -> None:
        # A cancellation that came while the work was under way stands.
        self._ledger.run(
            "UPDATE extension SET state = ?, attempts = attempts + 1, error_code = ?, error_params = ?"
            " WHERE extension_id = ? AND state = ?",
            (str(state), code, _as_json(params), extension_id, str(ExtensionState.WAITING)),
        )


def _entry(row: tuple[Any, ...]) -> ExtensionEntry:
    number, path, target, state, created_at, not_before, attempts, code, params = row
    return ExtensionEntry(
        extension_id=int(number),
        path=Path(path),
        target=Profile(target),
        state=ExtensionState(state),
        created_at=from_text(created_at),
        not_before=from_text(not_before),
        attempts=int(attempts),
        error_code=str(code),
        error_params=tuple((str(name), str(value)) for name, value in json.loads(params).items()),
    )


def _as_json(params: Mapping[str, object]) -> str:
    return json.dumps({name: str(value) for name, value in params.items()}, ensure_ascii=False)
