"""A folder whose key is lost for good: what nobody can read is set aside, so that the program can begin anew.

Only on somebody's word (``congthu doctor --begin-anew``), never by itself. Nothing is deleted: should the key
come to light, what was set aside can be moved back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from client.config.paths import Paths
from client.model.at_rest import DataKeyMissing, DataKeyWrong
from client.services.data_key import databases, open_vault
from client.store.connecting import Form, form_of
from client.store.database import open_ledger
from client.store.digest_files import SEALED
from client.store.faults import mapped_faults
from client.store.instance import FolderUse, InstanceLock
from client.store.partial import SEALED_PIECES
from client.store.secrets import SecretStore


def is_lost(paths: Paths, secrets: SecretStore) -> bool:
    """Whether what is encrypted here is without its key; `DataKeyLocked` where that cannot be known."""
    try:
        vault = open_vault(paths, secrets)
        if paths.ledger.is_file():
            with closing(open_ledger(paths.ledger, vault, readonly=True)):
                pass
    except (DataKeyMissing, DataKeyWrong):
        return True
    return False


def set_locked_aside(paths: Paths, at: datetime) -> Path:
    """Move all that is encrypted into a folder of its own in the data folder, and answer with that.

    What is in the clear stays. One that is broken off is gone on with by the next. Raises `AlreadyRunning`,
    `StoreBusy` where somebody works on the folder, `StorageFailed`.
    """
    target = paths.data / f"locked-{at:%Y%m%d-%H%M%S}"
    with (
        InstanceLock(paths.data / "instance.db"),
        InstanceLock(paths.data / "engine.db"),
        FolderUse(paths.data, alone=True),
    ):
        # Last which key they need: as long as it stands there, nothing is begun anew.
        for path in (*_locked(paths), paths.encryption):
            place = target / path.relative_to(paths.data)
            with mapped_faults(path), suppress(FileNotFoundError):
                place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                path.replace(place)
    return target


def _locked(paths: Paths) -> Iterator[Path]:
    for database in databases(paths):
        for path in (*database.parent.glob(f"{database.name}.v*"), database):
            if form_of(path)[0] is Form.SEALED:
                yield from (path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm", ".checked", ""))
    for folder in (paths.account("_").parent, paths.evidence):
        for ending in (SEALED, SEALED_PIECES):
            yield from folder.rglob(f"*{ending}")
