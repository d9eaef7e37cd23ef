from __future__ import annotations

import io
import zipfile

import pytest

from client.documents.stored_zip import pack, unpack

FILES = {"evidence.json": b'{"a": 1}\n', "files/message.eml": b"Subject: x\r\n\r\nx\r\n", "empty": b""}


def test_any_program_can_read_it() -> None:
    with zipfile.ZipFile(io.BytesIO(pack(FILES))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == FILES


def test_it_is_the_same_every_time() -> None:
    assert pack(FILES) == pack(dict(FILES))
    found = unpack(pack(FILES))
    assert found.files == FILES
    assert list(found.files) == list(FILES)
    assert found.untouched


@pytest.mark.parametrize(
    "name", ["../x", "/etc/passwd", "a/b/c", "C:x", "a\\b", "A.txt", ".hidden", "a/../b", "", "ü.txt", "a/"]
)
def test_a_name_that_leads_elsewhere_is_neither_written_nor_read(name: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        pack({name or "/": b"x"})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name or "/", b"x")
    found = unpack(buffer.getvalue())
    assert (found.files, found.untouched) == ({}, False)


def test_what_another_program_packed_is_read_and_not_called_untouched() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in FILES.items():
            archive.writestr(name, content)
    assert not unpack(buffer.getvalue()).untouched


def test_every_single_changed_byte_shows() -> None:
    whole = pack(FILES)
    for place in range(len(whole)):
        touched = bytearray(whole)
        touched[place] ^= 1
        found = unpack(bytes(touched))
        assert not (found.untouched and found.files == FILES), place


@pytest.mark.parametrize("cut", [0, 1, 3, 4, 29, 30, 31, 60, -1, -22])
def test_a_cut_file_is_not_untouched(cut: int) -> None:
    assert not unpack(pack(FILES)[:cut]).untouched


def test_bytes_before_and_behind_show() -> None:
    assert not unpack(pack(FILES) + b"x").untouched
    assert unpack(b"x" + pack(FILES)).files == {}
