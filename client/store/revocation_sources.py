"""Addresses of revocation data in the ledger: what each gave last and when it is due again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from client.model.revocation import RevocationState, SourceOrigin, Want
from client.store.database import Database
from client.store.times import from_text, from_text_or_none, to_text, to_text_or_none

_COLUMNS = (
    "url, about, origin, request, issuer, not_before, attempts, fetched_at, etag, last_modified, file,"
    " this_update, next_update, error_code, error_reason"
)
_STANDING = {SourceOrigin.SEEN: 0, SourceOrigin.TRUSTED: 1, SourceOrigin.POLICY: 2}


class RevocationSources:
    """Written by the office (what is wanted, what was accepted) and by the engine (how fetching went)."""

    def __init__(self, ledger: Database, clock: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._clock = clock

    def want(self, want: Want) -> bool:
        """Have it fetched; True where it is news. An address known already keeps its schedule."""
        now = to_text(self._clock())
        known = self.state(want.url, want.about)
        if known is not None:
            if _STANDING[want.origin] > _STANDING[known.want.origin]:
                self._set(want, origin=str(want.origin))
            return False
        self._ledger.run(
            "INSERT OR IGNORE INTO revocation_source"
            " (url, about, origin, request, issuer, added_at, not_before) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (want.url, want.about, str(want.origin), want.request, want.issuer, now, now),
        )
        return True

    def ask_again(self, want: Want) -> None:
        """A new OCSP question in the place of the old one, due now."""
        self.want(want)
        self._set(want, request=want.request, not_before=to_text(self._clock()), attempts=0)

    def states(self) -> tuple[RevocationState, ...]:
        """All of them, by address."""
        rows = self._ledger.rows(f"SELECT {_COLUMNS} FROM revocation_source ORDER BY url, about")  # noqa: S608 - constants only
        return tuple(map(_state, rows))

    def state(self, url: str, about: str = "") -> RevocationState | None:
        """One of them."""
        row = self._ledger.row(
            f"SELECT {_COLUMNS} FROM revocation_source WHERE url = ? AND about = ?",  # noqa: S608 - constants only
            (url, about),
        )
        return None if row is None else _state(row)

    def due(self) -> tuple[RevocationState, ...]:
        """What may be fetched now, the longest due first."""
        rows = self._ledger.rows(
            f"SELECT {_COLUMNS} FROM revocation_source WHERE not_before <= ? ORDER BY not_before",  # noqa: S608 - constants only
            (to_text(self._clock()),),
        )
        return tuple(map(_state, rows))

    def next_due(self) -> datetime | None:
        """When something is due next; None where nothing is wanted."""
        row = self._ledger.row("SELECT min(not_before) FROM revocation_source")
        return from_text(row[0]) if row is not None and row[0] is not None else None

    def fetched(self, want: Want, etag: str, last_modified: str, not_before: datetime) -> None:
        """It answered; what it gave is still to be examined."""
        self._set(
            want,
            fetched_at=to_text(self._clock()),
            etag=etag,
            last_modified=last_modified,
            attempts=0,
            not_before=to_text(not_before),
        )

    def failed(self, want: Want, code: str, reason: str, not_before: datetime) -> None:
        """In vain this time; what is in use stays in use."""
        known = self.state(want.url, want.about)
        self._set(
            want,
            attempts=(known.attempts if known else 0) + 1,
            error_code=code,
            error_reason=reason,
            not_before=to_text(not_before),
            # What was refused is not to be called unchanged by the server.
            etag="",
            last_modified="",
        )

    def accepted(
        self,
        want: Want,
        file: str,
        span: tuple[datetime | None, datetime | None],
        not_before: datetime,
    ) -> None:
        """What it gave is in use under ``file``, from ``span[0]`` until ``span[1]``."""
        this_update, next_update = map(to_text_or_none, span)
        self._set(
            want,
            file=file,
            this_update=this_update,
            next_update=next_update,
            error_code="",
            error_reason="",
            attempts=0,
            not_before=to_text(not_before),
        )

    def hurry(self) -> None:
        """Everything is due now: somebody asked."""
        self._ledger.run("UPDATE revocation_source SET not_before = ?", (to_text(self._clock()),))

    def forget(self, want: Want) -> None:
        """It is asked no more."""
        self._ledger.run("DELETE FROM revocation_source WHERE url = ? AND about = ?", (want.url, want.about))

    def _set(self, want: Want, **values: str | bytes | int | None) -> None:
        names = ", ".join(f"{name} = ?" for name in values)
        self._ledger.run(
            f"UPDATE revocation_source SET {names} WHERE url = ? AND about = ?",  # noqa: S608 - our own names
            (*values.values(), want.url, want.about),
        )


def _state(row: tuple[Any, ...]) -> RevocationState:
    url, about, origin, request, issuer, not_before, attempts, fetched_at, *rest = row
    etag, last_modified, file, this_update, next_update, code, reason = rest
    return RevocationState(
        want=Want(url, about, bytes(request), issuer, SourceOrigin(origin)),
        not_before=from_text(not_before),
        attempts=int(attempts),
        fetched_at=from_text_or_none(fetched_at),
        etag=etag,
        last_modified=last_modified,
        file=file,
        this_update=from_text_or_none(this_update),
        next_update=from_text_or_none(next_update),
        error_code=code,
        error_reason=reason,
    )
