"""The key of an encrypted folder: in the keyring alone, never made anew where something needs the old one."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from client.config.paths import Paths
from client.errors import KeyringUnavailable, StoreCorrupt
from client.model.at_rest import DataKeyLocked, DataKeyMissing, DataKeyWrong
from client.model.secret import Secret
from client.services.at_rest import prepare, rewrite_files
from client.services.data_key import known_key_id, make_vault, open_vault
from client.services.engine_setup import EngineSetup
from client.store.connecting import Form, form_of
from client.store.database import open_cache, open_directory, open_ledger, open_verdicts
from client.store.evidence_files import EvidenceFiles
from client.store.instance import FolderUse, InstanceLock
from client.store.objects import ObjectStore
from client.store.secrets import MemorySecrets

CANARY = b"chim-hoang-yen"


class Locked(MemorySecrets):
    """A password store that nobody has unlocked."""

    def get(self, account_id: str) -> Secret | None:
        raise KeyringUnavailable(reason="KeyringLocked")


class Forgetful(MemorySecrets):
    """One that takes everything and keeps nothing."""

    def set(self, account_id: str, secret: Secret) -> None:
        pass


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path)


@pytest.fixture
def secrets() -> MemorySecrets:
    return MemorySecrets()


def fill(paths: Paths) -> None:
    """What a folder holds, in the clear."""
    open_ledger(paths.ledger).close()
    open_directory(paths.directory).close()
    open_verdicts(paths.verdicts).close()
    for name in ("an", "gone"):
        open_cache(paths.account(name) / "cache.db").close()
        ObjectStore(paths.account(name)).put(CANARY)
    EvidenceFiles(paths.evidence).put(CANARY)
    for database in (paths.ledger, paths.verdicts):
        database.with_name(f"{database.name}.v1").write_bytes(database.read_bytes())
    (paths.account("an") / "cache.db.corrupt").write_bytes(CANARY)


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def databases(paths: Paths) -> list[Path]:
    ours = ("ledger", "cache", "directory", "verdicts")
    return [path for path in paths.data.rglob("*.db*") if path.name.startswith(ours)]


def test_a_folder_where_nothing_is_encrypted_asks_the_keyring_nothing(paths: Paths) -> None:
    fill(paths)
    assert open_vault(paths, Locked()) is None
    assert prepare(paths, Locked(), wanted=False) is None
    assert prepare(paths, Locked(), wanted=None) is None
    assert not paths.encryption.exists()


def test_switched_on_and_off_again(paths: Paths, secrets: MemorySecrets) -> None:
    fill(paths)
    vault = prepare(paths, secrets, wanted=True)
    assert vault is not None
    assert {form_of(path)[0] for path in databases(paths)} == {Form.SEALED}
    assert len(databases(paths)) == 7, "what was set aside is gone"
    assert CANARY in on_disk(paths.data)
    assert rewrite_files(paths, vault, lambda: False) == 3
    assert CANARY not in on_disk(paths.data)
    (secret,) = secrets.passwords.values()
    assert bytes.fromhex(secret.reveal()) not in on_disk(paths.data)
    assert secret.reveal().encode() not in on_disk(paths.data)
    assert prepare(paths, secrets, wanted=True) == vault
    assert prepare(paths, secrets, wanted=None) == vault

    back = prepare(paths, secrets, wanted=False)
    assert back is not None
    assert {form_of(path)[0] for path in databases(paths)} == {Form.PLAIN}
    assert ObjectStore(paths.account("an"), back).get(ObjectStore(paths.account("an"), back).put(CANARY))
    assert rewrite_files(paths, back, lambda: False) == 3
    assert prepare(paths, secrets, wanted=False) is None
    assert not paths.encryption.exists()
    assert on_disk(paths.evidence) == CANARY


def test_a_conversion_of_files_stops_where_it_is_told_to(paths: Paths, secrets: MemorySecrets) -> None:
    fill(paths)
    vault = prepare(paths, secrets, wanted=True)
    assert vault is not None
    assert rewrite_files(paths, vault, lambda: True) == 0


def test_an_encrypted_folder_stays_closed_without_its_key(paths: Paths, secrets: MemorySecrets) -> None:
    fill(paths)
    vault = prepare(paths, secrets, wanted=True)
    assert vault is not None
    before = {path: path.read_bytes() for path in databases(paths)}
    entry = next(iter(secrets.passwords))
    for store, kind in (
        (MemorySecrets(), DataKeyMissing),
        (Locked(), DataKeyLocked),
        (MemorySecrets({entry: Secret("ab" * 32)}), DataKeyWrong),
        (MemorySecrets({entry: Secret("no key")}), DataKeyWrong),
    ):
        for wanted in (True, False):
            with pytest.raises(kind):
                prepare(paths, store, wanted=wanted)
    assert {path: path.read_bytes() for path in databases(paths)} == before


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff", b'{"key": "zz"}', b'{"key": "ab"}', b"[]"])
def test_the_ledger_says_as_well_which_key_it_needs(
    paths: Paths, secrets: MemorySecrets, content: bytes | None
) -> None:
    vault = make_vault(paths, secrets)
    open_ledger(paths.ledger, vault).close()
    assert json.loads(paths.encryption.read_text()) == {"key": vault.key_id.hex()}
    if content is None:
        paths.encryption.unlink()
    else:
        paths.encryption.write_bytes(content)
    assert known_key_id(paths) == vault.key_id
    assert open_vault(paths, secrets) == vault


def test_any_database_says_which_key_it_needs(paths: Paths, secrets: MemorySecrets) -> None:
    vault = make_vault(paths, secrets)
    open_ledger(paths.ledger).close()
    open_cache(paths.account("an") / "cache.db", vault).close()
    paths.encryption.unlink()
    assert open_vault(paths, secrets) == vault


def test_what_the_engine_is_started_with_does_not_show_the_key(paths: Paths, secrets: MemorySecrets) -> None:
    vault = make_vault(paths, secrets)
    setup = EngineSetup(paths, (), secrets, at_rest=vault)
    for form in (vault.key.hex(), repr(vault.key)[2:-1]):
        assert form not in f"{setup!r} {setup}"
    assert pickle.loads(pickle.dumps(setup)).at_rest == vault  # noqa: S301 - made above


def test_no_key_is_used_that_the_keyring_has_not_kept(paths: Paths) -> None:
    fill(paths)
    with pytest.raises(DataKeyLocked):
        prepare(paths, Forgetful(), wanted=True)
    assert not paths.encryption.exists()
    assert {form_of(path)[0] for path in databases(paths) if path.suffix != ".corrupt"} == {Form.PLAIN}


def test_two_folders_have_a_key_each(tmp_path: Path, secrets: MemorySecrets) -> None:
    one, other = (make_vault(Paths(tmp_path / name), secrets) for name in "ab")
    assert one.key != other.key
    assert len(secrets.passwords) == 2


def test_nothing_is_converted_under_the_hands_of_an_engine_or_a_command(
    paths: Paths, secrets: MemorySecrets
) -> None:
    fill(paths)
    with InstanceLock(paths.data / "engine.db"):
        vault = prepare(paths, secrets, wanted=True)
    assert vault is not None
    with FolderUse(paths.data):
        assert prepare(paths, secrets, wanted=True) == vault
    assert form_of(paths.ledger)[0] is Form.PLAIN
    open_ledger(paths.ledger, vault).close()
    assert prepare(paths, secrets, wanted=True) == vault
    assert form_of(paths.ledger)[0] is Form.SEALED


def test_commands_use_the_folder_side_by_side(paths: Paths) -> None:
    with FolderUse(paths.data), FolderUse(paths.data):
        pass


def test_a_damaged_ledger_is_told_and_left_and_a_damaged_cache_begun_anew(
    paths: Paths, secrets: MemorySecrets
) -> None:
    fill(paths)
    cache = paths.account("an") / "cache.db"
    cache.write_bytes(cache.read_bytes()[:4096] + bytes(8192))
    prepare(paths, secrets, wanted=True)
    assert not cache.exists()
    other = Paths(paths.data / "zwei")
    open_ledger(other.ledger).close()
    damaged = other.ledger.read_bytes()[:4096] + bytes(8192)
    other.ledger.write_bytes(damaged)
    with pytest.raises(StoreCorrupt):
        prepare(other, secrets, wanted=True)
    assert other.ledger.read_bytes() == damaged
