"""The copy of the organisation's directory: searched without a network, replaced as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from client.errors import ClientError
from client.model.address import MailAddress, canonical_addr_spec
from client.model.at_rest import AtRest
from client.model.directory import DirectoryCopy, DirectoryEntry, DirectoryState, Suggestion
from client.model.text import fold
from client.store.contacts import begun_words, folded_words
from client.store.database import Database, open_directory
from client.store.times import from_text_or_none, to_text


class DirectoryWriter:
    """The engine's side."""

    def __init__(self, path: Path, at_rest: AtRest | None = None) -> None:
        """Opens the database or makes it; a damaged one is begun anew. Raises as `open_directory`."""
        self._database = open_directory(path, at_rest)

    def state(self) -> DirectoryState:
        """How old the copy is."""
        return _state(self._database)

    def replace(self, copy: DirectoryCopy, source: str, at: datetime) -> None:
        """``copy`` in the place of what is there, or nothing of it."""
        with self._database.transaction():
            self._database.run("DELETE FROM entry")
            self._database.run_many(
                "INSERT OR IGNORE INTO entry VALUES (?, ?, ?, ?, ?, ?)", map(_row, copy.entries)
            )
            self._database.run(
                "UPDATE refresh SET source = ?, refreshed_at = ?2, tried_at = ?2, is_whole = ?,"
                " error_code = '', error_reason = ''",
                (source, to_text(at), int(copy.is_whole)),
            )

    def failed(self, code: str, reason: str, at: datetime) -> None:
        """In vain this time; the copy stays."""
        self._database.run(
            "UPDATE refresh SET tried_at = ?, error_code = ?, error_reason = ?", (to_text(at), code, reason)
        )

    def forget(self) -> None:
        """Another directory is the organisation's now: the people of the old one are nobody here."""
        with self._database.transaction():
            self._database.run("DELETE FROM entry")
            self._database.run("UPDATE refresh SET source = '', refreshed_at = NULL, tried_at = NULL")

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


class DirectoryReader:
    """The window's side: answers with nothing while there is no copy, and never raises."""

    def __init__(self, path: Path, at_rest: AtRest | None = None) -> None:
        self._path, self._at_rest = path, at_rest
        self._database: Database | None = None

    def state(self) -> DirectoryState:
        """How old the copy is."""
        with suppress(ClientError):
            return _state(self._opened())
        return DirectoryState()

    def suggest(self, text: str, limit: int) -> tuple[Suggestion, ...]:
        """People of whom each word of ``text`` begins a word of name, address, title or unit, by name."""
        where, patterns = begun_words(text)
        if not where:
            return ()
        with suppress(ClientError):
            rows = self._opened().rows(
                f"SELECT address, name, title, unit FROM entry WHERE {where}"  # noqa: S608 - constants only
                " ORDER BY name, address LIMIT ?",
                (*patterns, limit),
            )
            return tuple(Suggestion(MailAddress(row[0], row[1]), row[2], row[3]) for row in rows)
        return ()

    def details(self, addresses: Iterable[str]) -> dict[str, Suggestion]:
        """What the directory says of those it lists, by canonical address."""
        asked = [canonical_addr_spec(one) for one in addresses]
        marks = ", ".join("?" for _ in asked)
        with suppress(ClientError):
            rows = self._opened().rows(
                f"SELECT address, name, title, unit FROM entry WHERE address IN ({marks})",  # noqa: S608 - marks only
                asked,
            )
            return {row[0]: Suggestion(MailAddress(row[0], row[1]), row[2], row[3]) for row in rows}
        return {}

    def close(self) -> None:
        """Let go of the file."""
        if self._database is not None:
            self._database.close()

    def _opened(self) -> Database:
        if self._database is None:
            self._database = open_directory(self._path, self._at_rest, readonly=True)
        return self._database


def _row(entry: DirectoryEntry) -> tuple[str, ...]:
    address = MailAddress(canonical_addr_spec(entry.address.addr_spec), entry.address.display_name)
    folded = f"{folded_words(address)} {fold(entry.title)} {fold(entry.unit)}"
    return (address.addr_spec, address.display_name, entry.title, entry.unit, entry.phone, folded)


def _state(database: Database) -> DirectoryState:
    row = database.row(
        "SELECT (SELECT count(*) FROM entry), refreshed_at, tried_at, is_whole, error_code, error_reason,"
        " source FROM refresh"
    )
    if row is None:
        return DirectoryState()
    refreshed, tried = map(from_text_or_none, row[1:3])
    return DirectoryState(row[0], refreshed, tried, bool(row[3]), *row[4:])
