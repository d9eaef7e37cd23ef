"""Files that are whole or not there, and never in another's place."""

from __future__ import annotations

from pathlib import Path

import pytest

from client.errors import StorageFailed
from client.store.atomic import write_atomically


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "a.txt"
    write_atomically(path, b"first")
    write_atomically(path, b"second")
    assert path.read_bytes() == b"second"
    assert [one.name for one in path.parent.iterdir()] == ["a.txt"]


def test_a_new_file_takes_nobodys_place(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_atomically(path, b"first", new=True)
    with pytest.raises(StorageFailed) as failure:
        write_atomically(path, b"second", new=True)
    assert failure.value.params["reason"] == "exists"
    assert path.read_bytes() == b"first"
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_what_is_no_file_is_not_replaced_by_one(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(StorageFailed) as failure:
        write_atomically(folder, b"x")
    assert failure.value.params["reason"] == "not-a-file"
    assert folder.is_dir()
