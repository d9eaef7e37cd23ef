"""What lies in a data folder, and which key what is encrypted there needs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from client.config.paths import Paths
from client.errors import ClientError
from client.store.digest_files import SEALED
from client.store.faults import mapped_faults
from client.store.partial import PIECE_HEAD, SEALED_PIECES
from client.vault.sealing import HEAD_BYTES, sealed_key_id


def databases(paths: Paths) -> Iterator[Path]:
    """Where the databases of a folder lie, the ledger first: it is the one that cannot be fetched again."""
    yield from (paths.ledger, paths.directory, paths.verdicts)
    for folder in account_folders(paths):
        yield folder / "cache.db"


def account_folders(paths: Paths) -> list[Path]:
    """Also those of accounts that are no longer in the settings."""
    place = paths.account("_").parent
    return sorted(one for one in place.iterdir() if one.is_dir()) if place.is_dir() else []


def sealed_files(paths: Paths) -> Iterator[Path]:
    """Every file that is encrypted, whichever key it needs, those first that cannot be fetched again.

    By their names alone: a folder in the clear is looked through at every start.
    """
    yield from _spread(paths.evidence)
    for folder in account_folders(paths):
        yield from _spread(folder / "objects")
    yield from sealed_pieces(paths)


def sealed_pieces(paths: Paths) -> Iterator[Path]:
    """What has come of large messages, where that is encrypted."""
    for folder in account_folders(paths):
        yield from _ending(folder / "partial", SEALED_PIECES)


def key_id_of(path: Path) -> bytes:
    """The id of the key that an encrypted file needs; ``b""`` where it is gone or its beginning damaged."""
    before = PIECE_HEAD if path.suffix == SEALED_PIECES else 0
    try:
        with mapped_faults(path), path.open("rb") as file:
            return sealed_key_id(file.read(before + HEAD_BYTES)[before:])
    except ClientError:
        return b""


def _spread(folder: Path) -> Iterator[Path]:
    for name in _names(folder):
        yield from _ending(folder / name, SEALED)


def _ending(folder: Path, ending: str) -> Iterator[Path]:
    yield from (folder / name for name in _names(folder) if name.endswith(ending))


def _names(folder: Path) -> list[str]:
    with mapped_faults(folder), suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as found:
        return [one.name for one in found]
    return []
