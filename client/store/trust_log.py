"""Who made this computer trust whom, when and from where: append-only, each row chained to the last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from client.model.anchor import CertificateRole, TrustAct, TrustedCertificate, TrustEntry, TrustOrigin
from client.model.evidence import row_hash
from client.store.database import Database
from client.store.times import from_text, to_text

_COLUMNS = "entry_id, logged_at, actor, act, role, sha256, certificate, origin, note, previous_hash, row_hash"


class TrustLog:
    """The record in the ledger; `current` follows from it."""

    def __init__(self, ledger: Database) -> None:
        self._ledger = ledger

    def append(self, entry: TrustEntry) -> None:
        """Write one line; synced to disk on return. Raises `StorageFull`."""
        one = entry.certificate
        with self._ledger.transaction():
            last = self._ledger.row("SELECT entry_id, row_hash FROM trust_log ORDER BY entry_id DESC LIMIT 1")
            number, previous = (last[0] + 1, last[1]) if last else (1, "")
            fields = (
                number,
                to_text(entry.at),
                entry.actor,
                str(entry.act),
                str(one.role),
                one.sha256,
                one.der,
                str(one.origin),
                one.note,
                previous,
            )
            self._ledger.run(
                f"INSERT INTO trust_log ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constants only
                (*fields, _hash(fields)),
            )

    def entries(self) -> tuple[TrustEntry, ...]:
        """All lines, oldest first."""
        rows = self._ledger.rows(f"SELECT {_COLUMNS} FROM trust_log ORDER BY entry_id")  # noqa: S608 - constants only
        return tuple(map(_entry, rows))

    def current(self) -> tuple[TrustedCertificate, ...]:
        """What has been added and not removed since, in the order it was added."""
        held: dict[str, TrustedCertificate] = {}
        for entry in self.entries():
            held.pop(entry.certificate.sha256, None)
            if entry.act is TrustAct.ADD:
                held[entry.certificate.sha256] = entry.certificate
        return tuple(held.values())

    def first_broken(self) -> int | None:
        """Number of the first line that does not follow from the one before it; None when all hold."""
        previous, expected = "", 1
        for row in self._ledger.rows(f"SELECT {_COLUMNS} FROM trust_log ORDER BY entry_id"):  # noqa: S608 - constants only
            if row[0] != expected or row[9] != previous or _hash(row[:10]) != row[10]:
                return int(row[0])
            previous, expected = row[10], expected + 1
        return None


def _entry(row: Sequence[Any]) -> TrustEntry:
    at = from_text(row[1])
    certificate = TrustedCertificate(
        der=bytes(row[6]),
        sha256=row[5],
        role=CertificateRole(row[4]),
        origin=TrustOrigin(row[7]),
        added_at=at,
        added_by=row[2],
        note=row[8],
    )
    return TrustEntry(at, row[2], TrustAct(row[3]), certificate)


def _hash(fields: Sequence[object]) -> str:
    return row_hash([one.hex() if isinstance(one, bytes) else one for one in fields])
