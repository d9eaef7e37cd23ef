"""What IT support sends on when something does not work: one zip, no secret, no content, no name of a person.

Counts instead of subjects, positions instead of mailbox names, the masked last lines of each connection.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from client.config.paths import Paths
from client.errors import ClientError
from client.model.account import Account
from client.model.at_rest import AtRest
from client.store.database import Database, open_cache, open_ledger

_ADDRESS = re.compile(r"[^\s<>@\"']+@([\w.-]+)")
_MOST_LOG = 500_000
_FIXED_TIME = (2020, 1, 1, 0, 0, 0)
_LEDGER_COUNTS = (
    "outbox",
    "draft",
    "draft_copy",
    "operation",
    "override_log",
    "evidence",
    "contact",
    "extension",
    "receipt",
)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found out by whoever asks for the zip."""

    checks: tuple[Mapping[str, object], ...]
    """Lines as ``congthu doctor --json`` prints them."""
    traces: Mapping[str, tuple[str, ...]]
    """Masked protocol lines by connection (``1-imap``)."""


def pack(
    diagnosis: Diagnosis, paths: Paths, accounts: Iterable[Account], at_rest: AtRest | None = None
) -> bytes:
    """The zip. What cannot be read is named in it with its error code; nothing is raised."""
    numbers = {account.account_id: number for number, account in enumerate(accounts, 1)}
    files: dict[str, str] = {
        "checks.json": _json([_without_people(one) for one in diagnosis.checks]),
        "store.json": _json(_store(paths, numbers, at_rest)),
        "files.json": _json(_files(paths, numbers)),
    }
    for name, lines in sorted(diagnosis.traces.items()):
        files[f"trace/{name}.txt"] = "\n".join(lines) + "\n"
    for log in sorted(paths.logs.glob("*.log*")) if paths.logs.is_dir() else ():
        with suppress(OSError):
            files[f"logs/{log.name}"] = _masked(log.read_text("utf-8", "replace")[-_MOST_LOG:])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, _FIXED_TIME), text.encode("utf-8"))
    return buffer.getvalue()


def _store(paths: Paths, numbers: Mapping[str, int], at_rest: AtRest | None) -> dict[str, object]:
    found: dict[str, object] = {"ledger": _read(paths.ledger, at_rest, ledger=True)}
    for account_id, number in numbers.items():
        found[f"account {number}"] = _read(paths.account(account_id) / "cache.db", at_rest, ledger=False)
    return found


def _read(path: Path, at_rest: AtRest | None, *, ledger: bool) -> object:
    if not path.is_file():
        return "missing"
    try:
        database = (open_ledger if ledger else open_cache)(path, at_rest, readonly=True)
    except ClientError as error:
        return {"error": error.code}
    try:
        return _ledger_facts(database) if ledger else _cache_facts(database)
    except ClientError as error:
        return {"error": error.code}
    finally:
        database.close()


def _ledger_facts(ledger: Database) -> dict[str, object]:
    counts = {
        table: _number(ledger, f"SELECT count(*) FROM {table}")  # noqa: S608 - constants only
        for table in _LEDGER_COUNTS
    }
    states = ledger.rows("SELECT state, error_code, count(*) FROM outbox GROUP BY 1, 2 ORDER BY 1, 2")
    waiting = ledger.rows(
        "SELECT kind, parked, error_code, count(*) FROM operation GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    return {
        "version": _number(ledger, "PRAGMA user_version"),
        "rows": counts,
        "outbox": [list(row) for row in states],
        "operations": [list(row) for row in waiting],
    }


def _cache_facts(cache: Database) -> dict[str, object]:
    rows = cache.rows(
        "SELECT special_use, uidvalidity, uidnext, highestmodseq,"
        " (SELECT count(*) FROM message m WHERE m.mailbox_id = b.mailbox_id AND uid IS NOT NULL),"
        " (SELECT count(*) FROM message m WHERE m.mailbox_id = b.mailbox_id AND body_path <> '')"
        " FROM mailbox b WHERE raw_name <> x'' ORDER BY mailbox_id"
    )
    names = ("use", "uidvalidity", "uidnext", "highestmodseq", "messages", "bodies")
    return {
        "version": _number(cache, "PRAGMA user_version"),
        "mailboxes": [dict(zip(names, row, strict=True)) for row in rows],
        "unlinked": _number(cache, "SELECT count(*) FROM message WHERE uid IS NULL"),
    }


def _number(database: Database, sql: str) -> int:
    row = database.row(sql)
    return int(row[0]) if row is not None else 0


def _files(paths: Paths, numbers: Mapping[str, int]) -> dict[str, int]:
    """Sizes in bytes; folders of accounts by number, stored messages as one sum."""
    sizes: dict[str, int] = {}
    for path in sorted(paths.data.rglob("*")):
        with suppress(OSError):
            if not path.is_file():
                continue
            parts = list(path.relative_to(paths.data).parts)
            if parts[0] == "accounts" and len(parts) > 2:
                parts[1] = str(numbers.get(parts[1], "?"))
                parts = parts[:3]
            name = "/".join(parts[:3])
            sizes[name] = sizes.get(name, 0) + path.stat().st_size
    return sizes


def _without_people(check: Mapping[str, object]) -> dict[str, object]:
    return {name: _masked(value) if isinstance(value, str) else value for name, value in check.items()}


def _masked(text: str) -> str:
    """Addresses keep their domain only."""
    home = str(Path.home())
    text = text.replace(home, "~") if len(home) > 1 else text
    return _ADDRESS.sub(r"…@\1", text)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
