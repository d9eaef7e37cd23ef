"""A data folder brought into the form that is wanted: its databases at the start, its files by and by.

The databases are converted while nobody else has the folder: a process that had one of them open under its
old name would write into a file that is no longer there. Files are converted while the program works, since
whoever reads one finds it in either form.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from client.config.paths import Paths
from client.errors import AlreadyRunning, StorageFailed, StorageFull, StoreBusy, StoreCorrupt
from client.model.at_rest import DataKeyWrong
from client.services.data_folder import account_folders, databases, key_id_of, sealed_pieces
from client.services.data_key import forget_mark, make_vault, open_vault, read_mark, write_mark
from client.store.connecting import Form, form_of
from client.store.conversion import convert_database, discard_unfinished, needs_converting
from client.store.database import drop_database, set_cache_aside
from client.store.evidence_files import EvidenceFiles
from client.store.instance import FolderUse, InstanceLock
from client.store.objects import ObjectStore
from client.store.rescue import is_of_key
from client.store.secrets import SecretStore
from client.vault.sealing import Vault

_LOG = logging.getLogger(__name__)


def prepare(paths: Paths, secrets: SecretStore, *, wanted: bool | None) -> Vault | None:
    """What the folder is read and written with from now on; its databases are in the form that is wanted.

    Wanted is that it is encrypted, that it is not, or (None) what it is. To be called by whoever holds
    ``instance.db``. Where an engine that still finishes something or a command has the folder, or the disk
    is full, the databases stay as they are until the next start: mail goes on, and ``doctor`` tells it.
    Raises what `open_vault` and `make_vault` raise, `DataKeyWrong` for a ledger that needs another key,
    `StoreCorrupt` for a damaged one.
    """
    vault = open_vault(paths, secrets, seals=wanted)
    if vault is None:
        if not wanted:
            return None
        vault = make_vault(paths, secrets)
    with ExitStack() as held:
        try:
            held.enter_context(InstanceLock(paths.data / "engine.db"))
            held.enter_context(FolderUse(paths.data, alone=True))
            _convert_databases(paths, vault)
        except (AlreadyRunning, StoreBusy, StorageFull, StorageFailed) as error:
            _LOG.warning("databases are not converted: %s", error.code)
            return vault
    if not vault.seals and not left_over(paths, vault):
        forget_mark(paths)
        return None
    return vault


def rewrite_files(paths: Paths, vault: Vault, stopping: Callable[[], bool]) -> int:
    """Bring messages and evidence into the form that is wanted, one by one; how many there were.

    Raises `StorageFull`; the first `StorageFailed` when all others are done. What is done stays done.
    """
    done, fault = 0, None
    for step in _steps(paths, vault):
        if stopping():
            return done
        try:
            done += bool(step())
        except StorageFailed as error:
            fault = fault or error
    if fault is not None:
        raise fault
    return done


def _steps(paths: Paths, vault: Vault) -> Iterator[Callable[[], bool | None]]:
    for folder in account_folders(paths):
        yield ObjectStore(folder, vault).forget_old_partials
    for store in _file_stores(paths, vault):
        yield store.clear_away
        for digest in store.misplaced():
            yield partial(store.rewrite, digest)


def left_over(paths: Paths, vault: Vault) -> int:
    """How many databases and files are not yet in the form that ``vault`` writes, or need another key."""
    files = sum(1 for store in _file_stores(paths, vault) for _ in store.misplaced())
    pieces = 0 if vault.seals else sum(1 for path in sealed_pieces(paths) if key_id_of(path) == vault.key_id)
    converting = sum(needs_converting(path, vault) for path in databases(paths))
    return files + pieces + converting + sum(1 for _ in unknown_files(paths, vault))


def unknown_files(paths: Paths, vault: Vault) -> Iterator[Path]:
    """The encrypted files that need another key."""
    for store in _file_stores(paths, vault):
        yield from store.unknown()
    yield from (path for path in sealed_pieces(paths) if key_id_of(path) != vault.key_id)


def _convert_databases(paths: Paths, vault: Vault) -> None:
    examine_ledger(paths.ledger, vault)
    _mark_begun(paths, vault)
    for path in databases(paths):
        if needs_another_key(path, vault):
            # The ledger alone cannot be had again from elsewhere, and needs this key.
            _LOG.warning("%s needs another key and is begun anew", path.name)
            set_cache_aside(path)
        discard_unfinished(path)
        for copy in path.parent.glob(f"{path.name}.v*"):
            _convert_spare(copy, vault, path)
        aside = path.with_name(f"{path.name}.corrupt")
        if vault.seals and form_of(aside)[0] is not Form.SEALED:
            drop_database(aside)  # it could not be encrypted; its content is on the server
        if needs_converting(path, vault):
            _convert(path, vault, is_ledger=path == paths.ledger)
    write_mark(paths, replace(read_mark(paths), is_whole=vault.seals))


def needs_another_key(path: Path, vault: Vault) -> bool:
    """Whether the database at ``path`` is encrypted, and not with this key."""
    form, key_id = form_of(path)
    return form is Form.SEALED and key_id != vault.key_id


def examine_ledger(path: Path, vault: Vault) -> None:
    """Raise `DataKeyWrong` for a ledger of another key, `StoreCorrupt` for one that only says that it is.

    To be asked before anything is changed.
    """
    if needs_another_key(path, vault):
        if is_of_key(path, vault):
            raise StoreCorrupt(path=str(path))
        raise DataKeyWrong(path=str(path))


def _mark_begun(paths: Paths, vault: Vault) -> None:
    """Say which key it is, should that have got lost, and what was put in an encrypted one's place."""
    mark = replace(read_mark(paths), key_id=vault.key_id)
    if not vault.seals:
        mark = replace(mark, is_whole=False, in_clear=())
    elif mark.is_whole:
        found = [path for path in databases(paths) if form_of(path)[0] is Form.PLAIN]
        for path in found:
            _LOG.warning("%s was encrypted and is in the clear: somebody has put it there", path)
        names = {path.relative_to(paths.data).as_posix() for path in found}
        mark = replace(mark, in_clear=tuple(sorted(names.union(mark.in_clear))))
    write_mark(paths, mark)


def _convert(path: Path, vault: Vault, *, is_ledger: bool) -> None:
    try:
        convert_database(path, vault)
    except StoreCorrupt:
        # A damaged ledger is told and left as it is. All else is had again from elsewhere.
        if is_ledger:
            raise
        _LOG.warning("a damaged %s is begun anew", path.name)
        if vault.seals:
            drop_database(path)
        else:
            set_cache_aside(path)


def _convert_spare(copy: Path, vault: Vault, path: Path) -> None:
    """A copy from before a migration; one that is damaged is of no use to anybody."""
    if not needs_converting(copy, vault):
        return
    try:
        convert_database(copy, vault, of=path)
    except StoreCorrupt:
        drop_database(copy)
    except DataKeyWrong:
        _LOG.warning("%s needs another key and stays as it is", copy.name)


def _file_stores(paths: Paths, vault: Vault) -> Iterator[ObjectStore | EvidenceFiles]:
    for folder in account_folders(paths):
        yield ObjectStore(folder, vault)
    yield EvidenceFiles(paths.evidence, vault)
