"""Recall on a table of Vietnamese pairs: all that must be found is found, nothing that must not be."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from client.model.mailbox import RemoteMailbox, SpecialUse
from client.store.database import open_cache, open_ledger
from client.store.messages import MessageStore
from client.store.numbers import MailboxNumbers
from client.store.operations import Operations
from client.store.reading import MessageReader
from client.store.rows import HeaderRecord, StoredBody
from client.store.search import IndexedText

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TABLE = Path(__file__).parents[2] / "data" / "search" / "golden.tsv"
_ETH = str.maketrans("Đđ", "Ðð")


class Pair(NamedTuple):
    text: str
    typed: str
    is_found: bool


def written(column: str) -> str:
    if column.startswith("\\N"):
        return unicodedata.normalize("NFD", column[2:])
    return column[2:].translate(_ETH) if column.startswith("\\D") else column


def pairs() -> list[Pair]:
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
    columns = [line.split("\t") for line in lines]
    return [Pair(written(text), written(typed), verdict == "yes") for text, typed, verdict in columns]


@pytest.fixture(scope="module", params=["subject", "body", "attachment"])
def found(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, set[str]]]:
    """By what is typed, the texts it finds; the texts are all in one mailbox."""
    folder = tmp_path_factory.mktemp("golden")
    ledger, cache = open_ledger(folder / "ledger.db"), open_cache(folder / "cache.db")
    store = MessageStore(cache, "an", MailboxNumbers(ledger))
    inbox = store.upsert_mailboxes([RemoteMailbox(b"INBOX", "INBOX", SpecialUse.INBOX)])[b"INBOX"]
    texts: dict[int, str] = {}
    for uid, text in enumerate(dict.fromkeys(pair.text for pair in pairs()), start=1):
        subject = text if request.param == "subject" else ""
        (row,) = store.insert(inbox, [HeaderRecord(uid, NOW, frozenset(), 1, subject=subject)])
        inside = IndexedText(
            text if request.param == "body" else "", text if request.param == "attachment" else ""
        )
        store.set_bodies([StoredBody(row, f"objects/{uid}.eml", False, inside)])
        texts[row] = text
    reader = MessageReader(folder / "cache.db", "an", Operations(ledger, "an", lambda: NOW))
    yield {pair.typed: {texts[row] for row in reader.row_ids(inbox, pair.typed)} for pair in pairs()}
    reader.close()
    cache.close()
    ledger.close()


def test_everything_that_must_be_found_is(found: dict[str, set[str]]) -> None:
    missed = [pair for pair in pairs() if pair.is_found and pair.text not in found[pair.typed]]
    assert missed == []


def test_nothing_is_found_that_must_not_be(found: dict[str, set[str]]) -> None:
    wrong = [pair for pair in pairs() if not pair.is_found and pair.text in found[pair.typed]]
    assert wrong == []


def test_the_table_is_large_and_asks_both_ways() -> None:
    table = pairs()
    assert len(set(table)) == len(table)
    assert sum(pair.is_found for pair in table) >= 200
    assert sum(not pair.is_found for pair in table) >= 50
