"""People written to, found as people type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.model.address import MailAddress
from client.store.contacts import Contacts
from client.store.database import Database, open_ledger

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HUONG = MailAddress("huong.tran@sonoivu.tphcm.gov.vn", "Trần Thị Bích Hường")
DUONG = MailAddress("d.do@sogddt.tphcm.gov.vn", "Đỗ Thùy Dương")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Database]:
    made = open_ledger(tmp_path / "ledger.db")
    yield made
    made.close()


@pytest.fixture
def contacts(ledger: Database) -> Contacts:
    made = Contacts(ledger)
    made.used((HUONG, DUONG), NOW)
    return made


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("bich huong", [HUONG]), ("Hường", [HUONG]), ("do thuy", [DUONG]), ("đỗ", [DUONG]),
        ("duong", [DUONG]),
        ("sonoivu", [HUONG]), ("huong.tran@so", [HUONG]), ("tran so", [HUONG]), ("t", [HUONG, DUONG]),
        ("ich", []), ("%", []), ("_", []), ("' OR 1", []), ("", []),
    ],
)  # fmt: skip
def test_the_beginning_of_any_word_with_or_without_marks(
    contacts: Contacts, typed: str, found: list[MailAddress]
) -> None:
    assert sorted(map(str, contacts.suggest(typed, 8))) == sorted(map(str, found))


def test_who_is_written_to_more_often_comes_first(contacts: Contacts) -> None:
    contacts.used((DUONG,), NOW + timedelta(days=1))
    assert contacts.suggest("t", 1) == (DUONG,)


def test_one_mailbox_is_one_contact_and_a_known_name_is_not_lost(contacts: Contacts) -> None:
    contacts.used((MailAddress("huong.tran@SoNoiVu.tphcm.gov.vn"),), NOW)
    assert contacts.suggest("huong", 8) == (HUONG,)
    contacts.used((MailAddress(HUONG.addr_spec, "Chị Hường"),), NOW)
    assert contacts.suggest("chi", 8)[0].display_name == "Chị Hường"
