"""The key of an encrypted data folder: one for each folder, in the system's keyring and nowhere else.

The folder says by the key's id which entry of the keyring is meant: in a file of its own, and in the first
bytes of each encrypted database, should that file get lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from client.config.paths import Paths
from client.errors import KeyringUnavailable, StorageFailed
from client.model.at_rest import DataKeyLocked, DataKeyMissing, DataKeyWrong
from client.model.secret import Secret
from client.store.atomic import write_atomically
from client.store.connecting import KEY_ID_BYTES, form_of
from client.store.faults import mapped_faults
from client.store.secrets import SecretStore
from client.vault.sealing import KEY_BYTES, Vault, new_key

_ENTRY = "data-key:"
"""No account's id, by which the other entries are named, has a colon in it."""


def open_vault(paths: Paths, secrets: SecretStore, *, seals: bool | None = None) -> Vault | None:
    """What reads an encrypted folder; None for one in which nothing is encrypted. Nothing is changed.

    ``seals`` is whether what is written is to be encrypted; None: as the folder is. Raises `DataKeyLocked`,
    `DataKeyMissing`, `DataKeyWrong`, `StorageFailed`.
    """
    key_id = known_key_id(paths)
    if not key_id:
        return None
    place = str(paths.data)
    try:
        found = secrets.get(_ENTRY + key_id.hex())
    except KeyringUnavailable as error:
        raise DataKeyLocked(reason=str(error.params.get("reason", ""))) from error
    if found is None:
        raise DataKeyMissing(path=place)
    key = _parsed(found)
    vault = Vault(paths.data, key, seals=seals is not False)
    if vault.key_id != key_id:
        raise DataKeyWrong(path=place)
    return vault


def make_vault(paths: Paths, secrets: SecretStore) -> Vault:
    """A new key, kept and read back before anything rests on it. Raises `DataKeyLocked`, `StorageFailed` …"""
    vault = Vault(paths.data, new_key())
    entry, key_id = _ENTRY + vault.key_id.hex(), vault.key_id.hex()
    try:
        secrets.set(entry, Secret(vault.key.hex()))
        kept = secrets.get(entry)
    except KeyringUnavailable as error:
        raise DataKeyLocked(reason=str(error.params.get("reason", ""))) from error
    if kept is None or _parsed(kept) != vault.key:
        raise DataKeyLocked(reason="not-kept")
    write_atomically(paths.encryption, json.dumps({"key": key_id}).encode("ascii"))
    return vault


def known_key_id(paths: Paths) -> bytes:
    """The id of the key this folder is encrypted with; ``b""`` where nothing says that it is."""
    try:
        with mapped_faults(paths.encryption):
            found = json.loads(paths.encryption.read_text("ascii"))
        key_id = bytes.fromhex(found["key"])
        if len(key_id) == KEY_ID_BYTES:
            return key_id
    except StorageFailed:
        if paths.encryption.exists():
            raise
    except (ValueError, KeyError, TypeError):
        pass  # spoiled: the databases know it as well
    return next(filter(None, (form_of(path)[1] for path in databases(paths))), b"")


def databases(paths: Paths) -> Iterator[Path]:
    """Where the databases of a folder lie, the ledger first: it is the one that cannot be fetched again."""
    yield from (paths.ledger, paths.directory, paths.verdicts)
    for folder in account_folders(paths):
        yield folder / "cache.db"


def account_folders(paths: Paths) -> list[Path]:
    """Also those of accounts that are no longer in the settings."""
    place = paths.account("_").parent
    return sorted(one for one in place.iterdir() if one.is_dir()) if place.is_dir() else []


def forget_mark(paths: Paths) -> None:
    """Nothing is encrypted any more. The key stays where it is: copies of the folder may need it."""
    with mapped_faults(paths.encryption):
        paths.encryption.unlink(missing_ok=True)


def _parsed(secret: Secret) -> bytes:
    try:
        key = bytes.fromhex(secret.reveal())
    except ValueError:
        key = b""
    # Of another length it can only be another key; which is what its id then says.
    return key if len(key) == KEY_BYTES else bytes(KEY_BYTES)
