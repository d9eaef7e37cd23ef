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
from client.services.at_rest import needs_another_key, unknown_files
from client.services.data_folder import databases, sealed_files
from client.services.data_key import open_vault
from client.store.connecting import Form, form_of
from client.store.database import open_ledger
from client.store.faults import mapped_faults
from client.store.instance import FolderUse, InstanceLock
from client.store.rescue import is_of_key
from client.store.secrets import SecretStore
from client.vault.sealing import Vault


def opening(paths: Paths, secrets: SecretStore) -> Vault | None:
    """What opens the ledger and whatever else is encrypted here; None where there is nothing that does.

    Raises `DataKeyLocked` where that cannot be known.
    """
    try:
        vault = open_vault(paths, secrets)
        if paths.ledger.is_file():
            with closing(open_ledger(paths.ledger, vault, readonly=True)):
                pass
    except DataKeyMissing:
        return None
    except DataKeyWrong:
        return vault if vault is not None and is_of_key(paths.ledger, vault) else None
    return vault


def is_lost(paths: Paths, vault: Vault | None) -> bool:
    """Whether anything is encrypted here that ``vault``, an answer of `opening`, does not open."""
    return any(True for _ in _locked(paths, vault)) or (vault is None and paths.encryption.exists())


def set_locked_aside(paths: Paths, at: datetime, vault: Vault | None) -> Path:
    """Move all that ``vault`` does not open into a folder of its own in the data folder; answers with that.

    What is in the clear stays. One that is broken off is gone on with by the next. Raises `AlreadyRunning`,
    `StoreBusy` where somebody works on the folder, `StorageFailed`.
    """
    with (
        InstanceLock(paths.data / "instance.db"),
        InstanceLock(paths.data / "engine.db"),
        FolderUse(paths.data, alone=True),
    ):
        # Last which key they need: as long as it stands there, nothing is begun anew.
        moving = [*_locked(paths, vault), *([paths.encryption] if vault is None else [])]
        names = [path.relative_to(paths.data) for path in moving]
        target = _target(paths, at, names, is_all=vault is None)
        for path, name in zip(moving, names, strict=True):
            with mapped_faults(path), suppress(FileNotFoundError):
                (target / name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                path.replace(target / name)
    return target


def _target(paths: Paths, at: datetime, names: list[Path], *, is_all: bool) -> Path:
    """A new folder; the newest that is there, where that was broken off."""
    if not is_all:
        return paths.data / f"other-key-{at:%Y%m%d-%H%M%S}"
    if paths.encryption.exists():
        before = max(paths.data.glob("locked-*"), default=None)
        if before is not None and not any((before / name).exists() for name in names):
            return before
    return paths.data / f"locked-{at:%Y%m%d-%H%M%S}"


def _locked(paths: Paths, vault: Vault | None) -> Iterator[Path]:
    for database in databases(paths):
        for path in (*database.parent.glob(f"{database.name}.v*"), database):
            # A ledger that this key opens may say otherwise: its beginning is damaged.
            if _is_locked(path, vault) and (vault is None or path != paths.ledger):
                yield from (path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm", ".checked", ""))
    yield from sealed_files(paths) if vault is None else unknown_files(paths, vault)


def _is_locked(path: Path, vault: Vault | None) -> bool:
    return form_of(path)[0] is Form.SEALED if vault is None else needs_another_key(path, vault)
