"""The copy of the directory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.model.address import MailAddress
from client.model.directory import DirectoryCopy, DirectoryEntry, DirectoryState, Suggestion
from client.store.directory import DirectoryReader, DirectoryWriter

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HUONG = DirectoryEntry(
    MailAddress("huong@snv.tphcm.vn", "Trần Thị Bích Hường"), "Trưởng phòng", "Sở Nội vụ", "1"
)
DUONG = DirectoryEntry(MailAddress("Duong@STP.tphcm.vn", "Đỗ Thùy Dương"), "Chuyên viên", "Sở Tư pháp")
COPY = DirectoryCopy((HUONG, DUONG))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "directory.db"


@pytest.fixture
def writer(path: Path) -> Iterator[DirectoryWriter]:
    made = DirectoryWriter(path)
    yield made
    made.close()


@pytest.fixture
def reader(path: Path) -> Iterator[DirectoryReader]:
    made = DirectoryReader(path)
    yield made
    made.close()


def test_before_the_first_refresh_there_is_nobody(reader: DirectoryReader) -> None:
    assert reader.suggest("huong", 8) == ()
    assert reader.details(["a@x.vn"]) == {}
    assert reader.state() == DirectoryState()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("bich huong", [HUONG]), ("do thuy", [DUONG]), ("so noi vu", [HUONG]), ("truong phong h", [HUONG]),
        ("so", [DUONG, HUONG]), ("duong@stp", [DUONG]), ("tphcm", [DUONG, HUONG]), ("ong", []), ("%", []),
        ("_", []), ("", []), ("so chi", []),
    ],
)  # fmt: skip
def test_found_by_name_address_title_or_unit_without_marks(
    writer: DirectoryWriter, reader: DirectoryReader, typed: str, found: list[DirectoryEntry]
) -> None:
    writer.replace(COPY, "s", NOW)
    names = [one.address.display_name for one in reader.suggest(typed, 8)]
    assert sorted(names) == sorted(one.address.display_name for one in found)


def test_details_by_whatever_case_the_address_is_in(writer: DirectoryWriter, reader: DirectoryReader) -> None:
    writer.replace(COPY, "s", NOW)
    found = reader.details(["DUONG@stp.tphcm.vn", "khong@x.vn"])
    address = MailAddress("duong@stp.tphcm.vn", "Đỗ Thùy Dương")
    assert found == {"duong@stp.tphcm.vn": Suggestion(address, "Chuyên viên", "Sở Tư pháp")}


def test_a_refresh_replaces_everybody_and_a_failed_one_nobody(
    writer: DirectoryWriter, reader: DirectoryReader
) -> None:
    writer.replace(COPY, "s", NOW)
    later = NOW + timedelta(days=1)
    writer.failed("timed-out", "", later)
    assert reader.state() == DirectoryState(2, NOW, later, True, "timed-out", "", "s")
    assert len(reader.suggest("so", 8)) == 2
    writer.replace(DirectoryCopy((DUONG, DUONG), is_whole=False), "s", later)
    assert reader.state() == DirectoryState(1, later, later, False, "", "", "s")
    assert reader.suggest("huong", 8) == ()


def test_a_damaged_copy_is_begun_anew(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + b"x" * 4000)
    writer = DirectoryWriter(path)
    assert writer.state() == DirectoryState()
    writer.close()
