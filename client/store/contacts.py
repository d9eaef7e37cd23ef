"""People written to: made from what was sent, never from what came in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from client.model.address import MailAddress
from client.model.text import fold
from client.store.database import Database
from client.store.times import to_text


class Contacts:
    """Found by the beginning of any word of name or address, with or without marks."""

    def __init__(self, ledger: Database) -> None:
        self._ledger = ledger

    def used(self, addresses: Iterable[MailAddress], at: datetime) -> None:
        """A letter went to these; a name that was written last replaces an older one."""
        with self._ledger.transaction():
            for one in addresses:
                local, sign, domain = one.addr_spec.rpartition("@")
                address = f"{local}{sign}{domain.lower()}"
                self._ledger.run(
                    "INSERT INTO contact (address, name, folded, last_used) VALUES (?1, ?2, ?3, ?4)"
                    " ON CONFLICT (address) DO UPDATE SET last_used = ?4, times = times + 1,"
                    " name = CASE WHEN ?2 = '' THEN name ELSE ?2 END,"
                    " folded = CASE WHEN ?2 = '' THEN folded ELSE ?3 END",
                    (address, one.display_name, folded_words(one), to_text(at)),
                )

    def suggest(self, text: str, limit: int) -> tuple[MailAddress, ...]:
        """Contacts in which each word of ``text`` begins a word, those written to most often first."""
        where, patterns = begun_words(text)
        if not where:
            return ()
        rows = self._ledger.rows(
            f"SELECT address, name FROM contact WHERE {where}"  # noqa: S608 - constants only
            " ORDER BY times DESC, last_used DESC LIMIT ?",
            (*patterns, limit),
        )
        return tuple(MailAddress(row[0], row[1]) for row in rows)


def folded_words(address: MailAddress) -> str:
    """Name and address without marks, the parts of the address as words of their own too."""
    spec = fold(address.addr_spec)
    parts = spec.replace("@", " ").replace(".", " ").replace("-", " ").replace("_", " ")
    return f"{fold(address.display_name)} {spec} {parts}".strip()


def begun_words(text: str) -> tuple[str, tuple[str, ...]]:
    """Condition that each word of ``text`` begins one in ``folded``, and its bindings; ``""`` for no word."""
    words = fold(text).split()
    where = " AND ".join("' ' || folded LIKE ? ESCAPE '\\'" for _ in words)
    return where, tuple(f"% {_escaped(word)}%" for word in words)


def _escaped(word: str) -> str:
    """``word`` as LIKE takes it letter by letter."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
