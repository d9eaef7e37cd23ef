"""Certificates of mail servers that were accepted, in the ledger: what a change is explained with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from client.model.server_certificate import SeenCertificate, ServerCertificate
from client.store.database import Database
from client.store.times import from_text, to_text

_COLUMNS = "place, sha256, subject, issuer, not_before, not_after, first_seen, last_seen"
_NEWS_AFTER = timedelta(days=1)


class ServerCertificates:
    """Of one account. The engine writes, the doctor reads."""

    def __init__(self, ledger: Database, account_id: str) -> None:
        self._ledger, self._account_id = ledger, account_id

    def seen_again(self, place: str, sha256: str, at: datetime) -> bool:
        """Whether it is the one accepted last there; if so, noted once a day."""
        last = self.last(place)
        if last is None or last.certificate.sha256 != sha256:
            return False
        if at - last.last_seen >= _NEWS_AFTER:
            self._note(place, sha256, at)
        return True

    def accepted(self, place: str, one: ServerCertificate, at: datetime) -> None:
        """Another one than before was accepted there."""
        with self._ledger.transaction():
            self._ledger.run(
                "INSERT OR IGNORE INTO server_certificate"
                " (account_id, place, sha256, subject, issuer, not_before, not_after, first_seen, last_seen)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?8, ?8)",
                (
                    self._account_id,
                    place,
                    one.sha256,
                    one.subject,
                    one.issuer,
                    to_text(one.not_before),
                    to_text(one.not_after),
                    to_text(at),
                ),
            )
            self._note(place, one.sha256, at)

    def last(self, place: str) -> SeenCertificate | None:
        """The one accepted last there."""
        row = self._ledger.row(
            f"SELECT {_COLUMNS} FROM server_certificate WHERE account_id = ? AND place = ?"  # noqa: S608 - constants only
            " ORDER BY last_seen DESC, first_seen DESC LIMIT 1",
            (self._account_id, place),
        )
        return None if row is None else _seen(row)

    def history(self) -> tuple[SeenCertificate, ...]:
        """All of them, by place, the newest first."""
        rows = self._ledger.rows(
            f"SELECT {_COLUMNS} FROM server_certificate WHERE account_id = ?"  # noqa: S608 - constants only
            " ORDER BY place, last_seen DESC, first_seen DESC",
            (self._account_id,),
        )
        return tuple(map(_seen, rows))

    def _note(self, place: str, sha256: str, at: datetime) -> None:
        self._ledger.run(
            "UPDATE server_certificate SET last_seen = ? WHERE account_id = ? AND place = ? AND sha256 = ?",
            (to_text(at), self._account_id, place, sha256),
        )


def _seen(row: tuple[Any, ...]) -> SeenCertificate:
    place, sha256, subject, issuer, *times = row
    not_before, not_after, first, last = map(from_text, times)
    return SeenCertificate(
        place, ServerCertificate(sha256, subject, issuer, not_before, not_after), first, last
    )
