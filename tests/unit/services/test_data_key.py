"""The key of an encrypted folder: in the keyring alone, never made anew where something needs the old one."""

from __future__ import annotations

import json
import pickle
import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.cli.encryption import encryption_told
from client.config.paths import Paths
from client.errors import KeyringUnavailable, StorageFailed, StorageFull, StoreCorrupt
from client.model.at_rest import DataKeyLocked, DataKeyMissing, DataKeyWrong
from client.model.secret import Secret
from client.services.at_rest import left_over, prepare, rewrite_files, unknown_files
from client.services.data_key import known_key_id, make_vault, open_vault, read_mark
from client.services.engine_setup import EngineSetup
from client.services.giving_up import is_lost, opening, set_locked_aside
from client.store.connecting import Form, form_of
from client.store.database import open_cache, open_directory, open_ledger, open_verdicts
from client.store.evidence_files import EvidenceFiles
from client.store.instance import FolderUse, InstanceLock
from client.store.objects import ObjectStore
from client.store.secrets import MemorySecrets
from client.vault.sealing import Vault, new_key

CANARY = b"chim-hoang-yen"
AT = datetime(2026, 11, 26, 8, tzinfo=UTC)


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


@pytest.mark.parametrize("left", ["evidence", "objects", "partial"])
def test_a_file_says_which_key_it_needs_where_nothing_else_does(
    paths: Paths, secrets: MemorySecrets, left: str
) -> None:
    """The databases are in the clear again, their files not yet, and the disk spoils the mark."""
    open_ledger(paths.ledger).close()
    vault = prepare(paths, secrets, wanted=True)
    assert vault is not None
    if left == "evidence":
        EvidenceFiles(paths.evidence, vault).put(CANARY)
    else:
        objects = ObjectStore(paths.account("an"), vault)
        objects.put(CANARY) if left == "objects" else objects.partial(1, 2, 3).append(CANARY)
    prepare(paths, secrets, wanted=False)
    assert form_of(paths.ledger)[0] is Form.PLAIN
    paths.encryption.write_bytes(bytes(40))
    with pytest.raises(DataKeyMissing):
        make_vault(paths, secrets)
    for wanted in (False, True):
        found = prepare(paths, secrets, wanted=wanted)
        assert found is not None
        assert found.key == vault.key
        assert read_mark(paths).key_id == vault.key_id, "it stands there again"
    assert len(secrets.passwords) == 1
    secrets.passwords.clear()
    for wanted in (False, True):
        with pytest.raises(DataKeyMissing):
            prepare(paths, secrets, wanted=wanted)


def test_no_new_key_is_made_over_a_file_that_does_not_say_which_it_needs(
    paths: Paths, secrets: MemorySecrets
) -> None:
    EvidenceFiles(paths.evidence, make_vault(paths, secrets)).put(CANARY)
    (sealed,) = paths.evidence.glob("*/*")
    sealed.write_bytes(bytes(200))
    paths.encryption.unlink()
    with pytest.raises(DataKeyMissing):
        prepare(paths, secrets, wanted=True)
    assert len(secrets.passwords) == 1
    assert opening(paths, secrets) is None
    assert is_lost(paths, None)


def test_files_of_another_key_are_counted(paths: Paths, secrets: MemorySecrets) -> None:
    fill(paths)
    vault = prepare(paths, secrets, wanted=True)
    assert vault is not None
    rewrite_files(paths, vault, lambda: False)
    assert left_over(paths, vault) == 0
    assert [one.detail for one in encryption_told(paths, vault, wanted=True)] == [
        "có, khóa trong kho mật khẩu mở được · on, the key in the keyring opens it"
    ]
    EvidenceFiles(paths.evidence, Vault(paths.data, new_key())).put(b"another's")
    assert (left_over(paths, vault), len(list(unknown_files(paths, vault)))) == (1, 1)
    assert [one.ok for one in encryption_told(paths, vault, wanted=True)] == [True, False]


def test_while_it_decrypts_the_doctor_says_so(paths: Paths, secrets: MemorySecrets) -> None:
    fill(paths)
    vault = prepare(paths, secrets, wanted=True)
    assert vault is not None
    rewrite_files(paths, vault, lambda: False)
    prepare(paths, secrets, wanted=False)
    found = open_vault(paths, secrets)
    assert found is not None
    (told,) = encryption_told(paths, found, wanted=False)
    assert told.detail.endswith("3 files still encrypted")


def test_one_file_that_cannot_be_read_does_not_keep_the_others(
    paths: Paths, secrets: MemorySecrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(paths)
    for first in ("0" * 2, "f" * 2):
        (paths.account("an") / "objects" / first / ("0" * 62 + ".eml")).mkdir(parents=True)
    vault = prepare(paths, secrets, wanted=True)
    assert vault is not None
    with pytest.raises(StorageFailed):
        rewrite_files(paths, vault, lambda: False)
    assert CANARY not in on_disk(paths.data)

    def full(*_: object) -> bool:
        raise StorageFull(path="x")

    monkeypatch.setattr(EvidenceFiles, "clear_away", full)
    with pytest.raises(StorageFull):
        rewrite_files(paths, vault, lambda: False)


def test_what_could_not_be_rewritten_is_not_told_as_done(paths: Paths, secrets: MemorySecrets) -> None:
    open_ledger(paths.ledger).close()
    vault = prepare(paths, secrets, wanted=True)
    EvidenceFiles(paths.evidence, vault).put(CANARY)
    (sealed,) = paths.evidence.glob("*/*")
    sealed.write_bytes(sealed.read_bytes()[:-1])
    back = prepare(paths, secrets, wanted=False)
    assert back is not None
    assert rewrite_files(paths, back, lambda: False) == 0


def test_a_cache_of_another_key_is_begun_anew_and_a_ledger_of_one_is_told(
    paths: Paths, secrets: MemorySecrets
) -> None:
    for wanted in (True, False):
        fill(paths)
        vault = prepare(paths, secrets, wanted=True)
        assert vault is not None
        cache, other = paths.account("an") / "cache.db", Vault(paths.data, new_key())
        cache.unlink()
        open_cache(cache, other).close()
        assert is_lost(paths, opening(paths, secrets))
        prepare(paths, secrets, wanted=wanted)
        assert not cache.exists()
        assert form_of(cache.with_name("cache.db.corrupt")) == (Form.SEALED, other.key_id)
        prepare(paths, secrets, wanted=True)
        paths.ledger.unlink()
        open_ledger(paths.ledger, other).close()
        with pytest.raises(DataKeyWrong):
            prepare(paths, secrets, wanted=wanted)
        assert form_of(paths.ledger) == (Form.SEALED, other.key_id)
        shutil.rmtree(paths.data)


def test_giving_up_moves_only_what_the_key_does_not_open(paths: Paths, secrets: MemorySecrets) -> None:
    fill(paths)
    vault = prepare(paths, secrets, wanted=True)
    assert vault is not None
    assert not is_lost(paths, vault)
    cache, other = paths.account("an") / "cache.db", Vault(paths.data, new_key())
    cache.unlink()
    open_cache(cache, other).close()
    digest = EvidenceFiles(paths.evidence, other).put(b"another's")
    own = EvidenceFiles(paths.evidence, vault).put(b"ours")
    target = set_locked_aside(paths, AT, opening(paths, secrets))
    assert form_of(target / "accounts" / "an" / "cache.db") == (Form.SEALED, other.key_id)
    assert not EvidenceFiles(paths.evidence, other).file(digest).is_file()
    assert EvidenceFiles(paths.evidence, vault).get(own) == b"ours"
    assert form_of(paths.ledger) == (Form.SEALED, vault.key_id)
    assert not is_lost(paths, opening(paths, secrets))


def test_giving_up_that_was_broken_off_is_gone_on_with(
    paths: Paths, secrets: MemorySecrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(paths)
    vault = prepare(paths, secrets, wanted=True)
    assert vault is not None
    rewrite_files(paths, vault, lambda: False)
    secrets.passwords.clear()
    replaced, moves = Path.replace, iter(range(5))

    def until_killed(path: Path, target: Path) -> Path:
        next(moves)
        return replaced(path, target)

    with monkeypatch.context() as killed:
        killed.setattr(Path, "replace", until_killed)
        with pytest.raises(StopIteration):
            set_locked_aside(paths, AT, opening(paths, secrets))
    assert is_lost(paths, opening(paths, secrets))
    target = set_locked_aside(paths, AT.replace(year=2027), opening(paths, secrets))
    assert [one.name for one in paths.data.glob("locked-*")] == [target.name]
    assert (target / "encryption.json").is_file()
    assert form_of(target / "ledger.db") == (Form.SEALED, vault.key_id)
    assert not is_lost(paths, None)
    # The next one does not go into a folder that is done with.
    prepare(paths, secrets, wanted=True)
    open_ledger(paths.ledger, open_vault(paths, secrets)).close()
    secrets.passwords.clear()
    assert set_locked_aside(paths, AT.replace(year=2028), None) != target


def test_a_ledger_whose_beginning_is_damaged_is_not_taken_for_one_of_another_key(
    paths: Paths, secrets: MemorySecrets
) -> None:
    fill(paths)
    vault = prepare(paths, secrets, wanted=True)
    content = bytearray(paths.ledger.read_bytes())
    content[5] ^= 0xFF
    paths.ledger.write_bytes(content)
    with pytest.raises(StoreCorrupt):
        prepare(paths, secrets, wanted=True)
    assert opening(paths, secrets) == vault
    assert not is_lost(paths, vault)
    assert paths.ledger.read_bytes() == content


def test_a_database_in_the_clear_in_the_place_of_an_encrypted_one_is_told(
    paths: Paths, secrets: MemorySecrets
) -> None:
    fill(paths)
    vault = prepare(paths, secrets, wanted=True)
    assert vault is not None
    assert read_mark(paths).is_whole
    prepare(paths, secrets, wanted=True)
    assert read_mark(paths).in_clear == ()
    paths.ledger.unlink()
    with closing(open_ledger(paths.ledger)):
        pass
    assert prepare(paths, secrets, wanted=True) == vault
    assert form_of(paths.ledger) == (Form.SEALED, vault.key_id)
    for _ in range(2):
        told = list(encryption_told(paths, vault, wanted=True))[-1]
        assert (told.ok, "ledger.db" in told.detail) == (False, True)
        prepare(paths, secrets, wanted=True)
    prepare(paths, secrets, wanted=False)
    prepare(paths, secrets, wanted=True)
    assert read_mark(paths).in_clear == ()
