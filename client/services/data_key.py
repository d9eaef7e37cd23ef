"""The key of an encrypted data folder: one for each folder, in the system's keyring and nowhere else.

The folder says by the key's id which entry of the keyring is meant: in a file of its own, and in the first
bytes of each encrypted database and file, should that file get lost.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from client.config.paths import Paths
from client.errors import KeyringUnavailable, StorageFailed
from client.model.at_rest import DataKeyLocked, DataKeyMissing, DataKeyWrong
from client.model.secret import Secret
from client.services.data_folder import databases, key_id_of, sealed_files
from client.store.atomic import write_atomically
from client.store.connecting import KEY_ID_BYTES, form_of
from client.store.faults import mapped_faults
from client.store.secrets import SecretStore
from client.vault.sealing import KEY_BYTES, Vault, new_key

_ENTRY = "data-key:"
"""No account's id, by which the other entries are named, has a colon in it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What ``encryption.json`` says."""

    key_id: bytes = b""
    is_whole: bool = False
    """Whether every database has been encrypted: one in the clear was laid there since."""
    in_clear: tuple[str, ...] = ()
    """Databases that were found in the clear nevertheless."""


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
    """A new key, kept and read back before anything rests on it.

    Raises `DataKeyMissing` where something is encrypted already, so that no second key is laid over a first;
    `DataKeyLocked`, `StorageFailed` …
    """
    locked = next(sealed_files(paths), None)
    if known_key_id(paths) or locked is not None:
        raise DataKeyMissing(path=str(locked or paths.data))
    vault = Vault(paths.data, new_key())
    entry = _ENTRY + vault.key_id.hex()
    try:
        secrets.set(entry, Secret(vault.key.hex()))
        kept = secrets.get(entry)
    except KeyringUnavailable as error:
        raise DataKeyLocked(reason=str(error.params.get("reason", ""))) from error
    if kept is None or _parsed(kept) != vault.key:
        raise DataKeyLocked(reason="not-kept")
    write_mark(paths, Mark(vault.key_id))
    return vault


def known_key_id(paths: Paths) -> bytes:
    """The id of the key this folder is encrypted with; ``b""`` where nothing says that it is."""
    known = read_mark(paths).key_id or next(
        filter(None, (form_of(path)[1] for path in databases(paths))), b""
    )
    return known or next(filter(None, map(key_id_of, sealed_files(paths))), b"")


def read_mark(paths: Paths) -> Mark:
    """What the folder's own file says; of one that is spoiled nothing. Raises `StorageFailed`."""
    try:
        with mapped_faults(paths.encryption):
            found = json.loads(paths.encryption.read_text("ascii"))
        mark = Mark(
            bytes.fromhex(found["key"]),
            found.get("whole") is True,
            tuple(map(str, found.get("in_clear", ()))),
        )
        if len(mark.key_id) == KEY_ID_BYTES:
            return mark
    except StorageFailed:
        if paths.encryption.exists():
            raise
    except (ValueError, KeyError, TypeError, AttributeError):
        pass  # databases and files know it as well
    return Mark()


def write_mark(paths: Paths, mark: Mark) -> None:
    """Have it stand there; nothing is written where it does already."""
    if mark == read_mark(paths):
        return
    told: dict[str, object] = {"key": mark.key_id.hex()}
    if mark.is_whole:
        told["whole"] = True
    if mark.in_clear:
        told["in_clear"] = mark.in_clear
    write_atomically(paths.encryption, json.dumps(told).encode("ascii"))


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
