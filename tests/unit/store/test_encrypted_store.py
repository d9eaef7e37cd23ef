"""The store with a key: nothing of what it holds is on the disk, and no key is no damage."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest

from client.errors import ClientError, StorageFailed, StoreBusy, StoreCorrupt
from client.model.at_rest import AtRest, DataKeyMissing, DataKeyWrong
from client.model.evidence import digest_of
from client.model.outgoing import OutgoingMessage
from client.store import conversion
from client.store.connecting import Form, form_of
from client.store.conversion import convert_database, discard_unfinished, needs_converting
from client.store.database import Database, open_cache, open_directory, open_ledger, open_verdicts
from client.store.evidence_files import EvidenceFiles
from client.store.examining import examine_when_due
from client.store.objects import ObjectStore
from client.store.outbox import Outbox
from client.store.partial import PartialBody
from client.store.rescue import is_of_key, rescue_ledger
from client.vault.sealing import Vault, new_key
from tests.fakes.opening import take

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
CANARY = b"chim-hoang-yen-2026"
OPENERS: tuple[Callable[..., Database], ...] = (open_ledger, open_cache, open_directory, open_verdicts)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path, new_key())


@pytest.fixture(params=["plain", "sealed"])
def either(request: pytest.FixtureRequest, vault: Vault) -> AtRest | None:
    return vault if request.param == "sealed" else None


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def spoil(path: Path, place: int = -1) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def queue(ledger: Database, number: int = 1) -> bytes:
    raw = b"Message-ID: <%d@x>\r\nSubject: %s\r\n\r\nx\r\n" % (number, CANARY)
    outbox = Outbox(ledger, lambda: NOW)
    outbox.enqueue(OutgoingMessage("an", f"<{number}@x>", "a@x", ("b@x",), raw))
    return raw


@pytest.mark.parametrize("opener", OPENERS)
def test_a_new_database_is_encrypted_with_its_log(
    opener: Callable[..., Database], vault: Vault, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.db"
    database = opener(path, vault)
    database.run("CREATE TABLE IF NOT EXISTS canary (word TEXT)")
    database.run("INSERT INTO canary VALUES (?)", (CANARY.decode(),))
    assert (tmp_path / "ledger.db-wal").stat().st_size > 0
    assert CANARY not in on_disk(tmp_path)
    assert b"SQLite" not in on_disk(tmp_path)
    database.close()
    assert form_of(path) == (Form.SEALED, vault.key_id)
    assert CANARY not in on_disk(tmp_path)


@pytest.mark.parametrize("opener", OPENERS)
def test_without_its_key_a_database_is_neither_opened_nor_taken_for_damaged(
    opener: Callable[..., Database], vault: Vault, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.db"
    opener(path, vault).close()
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    for at_rest, kind in ((None, DataKeyMissing), (Vault(tmp_path, new_key()), DataKeyWrong)):
        with pytest.raises(kind) as caught:
            opener(path, at_rest)
        assert caught.value.params == {"path": str(path)}
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before


def test_the_caches_of_two_accounts_cannot_be_swapped(vault: Vault, tmp_path: Path) -> None:
    for name in ("an", "binh"):
        open_cache(tmp_path / "accounts" / name / "cache.db", vault).close()
    here = tmp_path / "accounts" / "an" / "cache.db"
    shutil.copy(tmp_path / "accounts" / "binh" / "cache.db", here)
    with pytest.raises(StoreCorrupt):
        open_cache(here, vault, readonly=True)


def test_with_the_right_key_damage_is_damage(vault: Vault, tmp_path: Path) -> None:
    ledger, cache = tmp_path / "ledger.db", tmp_path / "cache.db"
    for opener, path in ((open_ledger, ledger), (open_cache, cache)):
        opener(path, vault).close()
        content = bytearray(path.read_bytes())
        for place in range(40, len(content), 512):
            content[place] ^= 0xFF
        path.write_bytes(content)
    before = ledger.read_bytes()
    with pytest.raises(StoreCorrupt):
        open_ledger(ledger, vault)
    assert ledger.read_bytes() == before
    open_cache(cache, vault).close()
    assert (tmp_path / "cache.db.corrupt").is_file()
    assert CANARY not in on_disk(tmp_path)


def test_a_damaged_encrypted_ledger_is_rescued_as_far_as_it_goes(vault: Vault, tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    ledger = open_ledger(path, vault)
    sent = [queue(ledger, number) for number in range(40)]
    ledger.close()
    whole = rescue_ledger(path, vault)
    assert ([raw for _, _, raw in whole.messages], whole.is_whole) == (sent, True)
    content = bytearray(path.read_bytes())
    content[-3000] ^= 0xFF
    path.write_bytes(content)
    found = rescue_ledger(path, vault)
    assert not found.is_whole
    assert {raw for _, _, raw in found.messages} < set(sent)
    with pytest.raises(DataKeyMissing):
        rescue_ledger(path)


@pytest.mark.parametrize("place", [5, 17, 19, 21])
def test_a_ledger_whose_beginning_is_damaged_is_rescued_whole(
    vault: Vault, tmp_path: Path, place: int
) -> None:
    path = tmp_path / "ledger.db"
    ledger = open_ledger(path, vault)
    sent = [queue(ledger, number) for number in range(3)]
    ledger.close()
    spoil(path, place)
    before = path.read_bytes()
    found = rescue_ledger(path, vault)
    assert ([raw for _, _, raw in found.messages], found.is_whole) == (sent, True)
    assert path.read_bytes() == before
    assert is_of_key(path, vault)
    assert not is_of_key(path, Vault(tmp_path, new_key()))


@pytest.mark.parametrize("place", [5, 60])
def test_a_rescue_that_found_nothing_is_not_whole(either: AtRest | None, tmp_path: Path, place: int) -> None:
    path = tmp_path / "ledger.db"
    open_ledger(path, either).close()
    path.write_bytes(bytes(place + 30) + path.read_bytes()[place + 30 :])
    assert not rescue_ledger(path, either).is_whole


def test_the_weekly_look_needs_the_key_as_well(vault: Vault, tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    open_cache(path, vault).close()
    assert examine_when_due(path, NOW, at_rest=vault)
    with pytest.raises(DataKeyMissing):
        examine_when_due(path, NOW.replace(year=2027))


def test_what_a_migration_keeps_is_encrypted_too_and_can_be_overwritten(vault: Vault, tmp_path: Path) -> None:
    kept = Path(__file__).resolve().parents[2] / "data" / "store"
    source = sorted(kept.glob("ledger*.db"))[0]
    path = tmp_path / "ledger.db"
    shutil.copy(source, path)
    convert_database(path, vault)
    ledger = open_ledger(path, vault)
    (copy,) = [one for one in tmp_path.glob("ledger.db.v*") if one.suffix != ".converting"]
    assert form_of(copy) == (Form.SEALED, vault.key_id)
    ledger.run_overwriting("DELETE FROM draft WHERE draft_id = ?", ("d1",))
    ledger.close()
    convert_database(copy, Vault(tmp_path, vault.key, seals=False), of=path)
    assert form_of(copy)[0] is Form.PLAIN


@pytest.mark.parametrize("seals", [True, False])
def test_a_database_is_converted_with_all_that_is_in_it(vault: Vault, tmp_path: Path, seals: bool) -> None:
    path = tmp_path / "ledger.db"
    here = Vault(tmp_path, vault.key, seals=not seals)
    ledger = open_ledger(path, here)
    raw = queue(ledger)
    ledger.close()
    wanted = Vault(tmp_path, vault.key, seals=seals)
    assert needs_converting(path, wanted)
    convert_database(path, wanted)
    assert not needs_converting(path, wanted)
    assert (CANARY in on_disk(tmp_path)) is not seals
    with contextlib.closing(open_ledger(path, wanted)) as ledger:
        assert Outbox(ledger, lambda: NOW).raw(1) == raw
    assert not list(tmp_path.glob("*.converting*"))


def test_a_database_that_somebody_has_open_is_left_alone(vault: Vault, tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with contextlib.closing(open_ledger(path)) as ledger:
        queue(ledger)
        with pytest.raises(StoreBusy):
            convert_database(path, vault)
        assert form_of(path)[0] is Form.PLAIN
        queue(ledger, 2)
    convert_database(path, vault)
    with contextlib.closing(open_ledger(path, vault)) as ledger:
        assert len(Outbox(ledger, lambda: NOW).entries()) == 2


def test_no_fault_of_a_conversion_tells_the_key(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.db"
    open_ledger(path).close()
    monkeypatch.setattr(conversion, "_in_uri", lambda _: f"{tmp_path}/no-folder/x.db")
    with pytest.raises(ClientError) as caught:
        convert_database(path, vault)
    error: BaseException | None = caught.value
    while error is not None:
        assert "raw:" not in f"{error} {error!r}"
        error = error.__cause__ or error.__context__
    assert form_of(path)[0] is Form.PLAIN


def test_what_a_broken_off_conversion_left_is_cleared_away(vault: Vault, tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    open_ledger(path).close()
    for name in ("ledger.db.converting", "ledger.db.converting-journal", "ledger.db.v3.converting"):
        (tmp_path / name).write_bytes(CANARY)
    discard_unfinished(path)
    assert CANARY not in on_disk(tmp_path)


def test_a_damaged_database_is_not_converted(vault: Vault, tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with contextlib.closing(open_ledger(path)) as ledger:
        for number in range(20):
            queue(ledger, number)
    content = bytearray(path.read_bytes())
    content[8192 : len(content) - 4096] = os.urandom(len(content) - 12288)
    path.write_bytes(content)
    with pytest.raises(StoreCorrupt):
        convert_database(path, vault)
    assert form_of(path)[0] is Form.PLAIN


def test_messages_are_stored_in_either_form(either: AtRest | None, tmp_path: Path) -> None:
    objects = ObjectStore(tmp_path / "accounts" / "an", either)
    relative = objects.put(CANARY)
    assert objects.put(CANARY) == relative
    assert objects.get(relative) == objects.file(relative).read_bytes() == CANARY
    assert relative == f"objects/{digest_of(CANARY)[:2]}/{digest_of(CANARY)[2:]}.eml"
    assert (CANARY in on_disk(tmp_path)) is (either is None)
    names = "".join(path.name for path in tmp_path.rglob("*"))
    assert (digest_of(CANARY)[2:] in names) is (either is None)
    objects.delete([relative])
    assert not objects.file(relative).is_file()
    with pytest.raises(StorageFailed):
        objects.get(relative)


def test_what_nobody_wants_is_collected_in_either_form(either: AtRest | None, tmp_path: Path) -> None:
    objects = ObjectStore(tmp_path, either)
    wanted, orphan = objects.put(b"wanted"), objects.put(b"orphan")
    for path in (tmp_path / "objects").glob("*/*"):
        os.utime(path, (1, 1))
    assert objects.collect(lambda one: one == wanted, time.time() - 60) == 1
    assert (objects.file(wanted).is_file(), objects.file(orphan).is_file()) == (True, False)


def test_files_of_another_key_are_nobodys_to_delete(vault: Vault, tmp_path: Path) -> None:
    relative = ObjectStore(tmp_path, vault).put(CANARY)
    for path in (tmp_path / "objects").glob("*/*"):
        os.utime(path, (1, 1))
    for at_rest in (None, Vault(tmp_path, new_key())):
        assert ObjectStore(tmp_path, at_rest).collect(lambda _: False, time.time()) == 0
    assert ObjectStore(tmp_path, vault).get(relative) == CANARY


@pytest.mark.parametrize("seals", [True, False])
def test_files_are_rewritten_one_by_one_and_read_throughout(
    vault: Vault, tmp_path: Path, seals: bool
) -> None:
    before, after = (Vault(tmp_path, vault.key, seals=one) for one in (not seals, seals))
    stores: tuple[ObjectStore | EvidenceFiles, ...]
    here = (ObjectStore(tmp_path, before), EvidenceFiles(tmp_path / "evidence", before))
    names = [one.put(CANARY + name) for one in here for name in (b"1", b"2")]
    stores = (ObjectStore(tmp_path, after), EvidenceFiles(tmp_path / "evidence", after))
    for store in stores:
        todo = list(store.misplaced())
        assert len(todo) == 2
        for digest in todo:
            assert store.get(names[0] if store is stores[0] else names[2]) == CANARY + b"1"
            store.rewrite(digest)
        assert list(store.misplaced()) == []
    assert [stores[number // 2].get(name) for number, name in enumerate(names)] == [
        CANARY + b"1",
        CANARY + b"2",
    ] * 2
    assert (CANARY in on_disk(tmp_path)) is not seals


@pytest.mark.parametrize("seals", [True, False])
def test_a_file_that_is_rewritten_meanwhile_is_read_all_the_same(
    vault: Vault, tmp_path: Path, seals: bool
) -> None:
    before, after = (Vault(tmp_path, vault.key, seals=one) for one in (not seals, seals))
    written = ObjectStore(tmp_path, before)
    names = [written.put(CANARY + b"%d" % number) for number in range(150)]
    store, ended = ObjectStore(tmp_path, after), threading.Event()

    def read() -> int:
        times = 0
        while not ended.is_set() or not times:
            for number, name in enumerate(names):
                assert store.file(name).is_file()
                assert store.file(name).read_bytes() == CANARY + b"%d" % number
            times += 1
        return times

    with ThreadPoolExecutor(2) as readers:
        reading = [readers.submit(read) for _ in range(2)]
        try:
            for digest in list(store.misplaced()):
                store.rewrite(digest)
        finally:
            ended.set()
        assert all(one.result() for one in reading)
    assert list(store.misplaced()) == []


def test_a_file_that_cannot_be_removed_yet_is_removed_by_the_next_pass(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, where somebody who reads it holds it."""

    def held(*_: object, **__: object) -> None:
        raise PermissionError

    relative = ObjectStore(tmp_path).put(CANARY)
    store, digest = ObjectStore(tmp_path, vault), digest_of(CANARY)
    with monkeypatch.context() as windows:
        windows.setattr(Path, "unlink", held)
        store.rewrite(digest)
    assert (store.get(relative), list(store.misplaced())) == (CANARY, [digest])
    store.rewrite(digest)
    assert list(store.misplaced()) == []
    assert CANARY not in on_disk(tmp_path)


def test_when_a_message_came_is_kept(vault: Vault, tmp_path: Path) -> None:
    relative = ObjectStore(tmp_path).put(CANARY)
    os.utime(tmp_path / relative, (1_700_000_000, 1_700_000_000))
    sealed = ObjectStore(tmp_path, vault)
    sealed.rewrite(digest_of(CANARY))
    assert sealed.file(relative).stat().st_mtime == 1_700_000_000


def test_a_spoiled_file_is_carried_over_and_stays_spoiled(vault: Vault, tmp_path: Path) -> None:
    files = EvidenceFiles(tmp_path / "evidence")
    digest = files.put(b"content")
    place = tmp_path / "evidence" / digest[:2] / digest[2:]
    place.write_bytes(b"kontent")
    sealed = EvidenceFiles(tmp_path / "evidence", vault)
    sealed.rewrite(digest)
    assert not place.exists()
    with pytest.raises(StoreCorrupt):
        sealed.get(digest)
    with pytest.raises(StoreCorrupt):
        sealed.file(digest).read_bytes()
    back = EvidenceFiles(tmp_path / "evidence", Vault(tmp_path, vault.key, seals=False))
    assert back.rewrite(digest)
    assert place.read_bytes() == b"kontent"
    assert sealed.rewrite(digest)
    # Its true content comes by again.
    assert sealed.put(b"content") == digest
    assert sealed.get(digest) == b"content"


def test_an_encrypted_file_that_was_tampered_with_is_not_taken_apart(vault: Vault, tmp_path: Path) -> None:
    objects = ObjectStore(tmp_path, vault)
    relative = objects.put(CANARY)
    (place,) = (tmp_path / "objects").glob("*/*")
    content = bytearray(place.read_bytes())
    content[-1] ^= 1
    place.write_bytes(content)
    with pytest.raises(StoreCorrupt):
        objects.get(relative)
    back = ObjectStore(tmp_path, Vault(tmp_path, vault.key, seals=False))
    assert [back.rewrite(digest) for digest in list(back.misplaced())] == [False]
    assert place.is_file()


def test_a_spoiled_message_is_made_good_when_it_comes_by_again(either: AtRest | None, tmp_path: Path) -> None:
    objects = ObjectStore(tmp_path, either)
    relative = objects.put(CANARY)
    (place,) = (tmp_path / "objects").glob("*/*")
    spoil(place)
    assert objects.put(CANARY) == relative
    assert objects.get(relative) == CANARY


def test_a_good_file_in_the_clear_stands_in_for_a_spoiled_encrypted_one(vault: Vault, tmp_path: Path) -> None:
    """A conversion that was broken off leaves both."""
    objects = ObjectStore(tmp_path, vault)
    relative = objects.put(CANARY)
    (place,) = (tmp_path / "objects").glob("*/*")
    spoil(place)
    assert ObjectStore(tmp_path).put(CANARY) == relative
    assert objects.get(relative) == objects.file(relative).read_bytes() == CANARY
    assert [objects.rewrite(digest) for digest in list(objects.misplaced())] == [True]
    assert CANARY not in on_disk(tmp_path)
    assert objects.get(relative) == CANARY


def test_nobody_is_handed_what_was_laid_in_the_place_of_an_encrypted_file(
    vault: Vault, tmp_path: Path
) -> None:
    objects = ObjectStore(tmp_path, vault)
    relative = objects.put(CANARY)
    (place,) = (tmp_path / "objects").glob("*/*")
    place.unlink()
    objects.path(relative).parent.mkdir(parents=True)
    objects.path(relative).write_bytes(b"another letter")
    for _ in range(2):
        with pytest.raises(StoreCorrupt):
            objects.file(relative).read_bytes()
        # Encrypted it is no truer.
        objects.rewrite(digest_of(CANARY))


def test_pieces_grow_in_either_form(either: AtRest | None, tmp_path: Path) -> None:
    assert PartialBody(tmp_path, 1, 2, 3, either).size() == 0
    for number in range(3):
        PartialBody(tmp_path, 1, 2, 3, either).append(CANARY + b"%d" % number)
    here = PartialBody(tmp_path, 1, 2, 3, either)
    assert here.content() == b"".join(CANARY + b"%d" % number for number in range(3))
    assert here.size() == len(here.content())
    assert (CANARY in on_disk(tmp_path)) is (either is None)
    here.discard()
    assert here.size() == 0


def test_a_torn_piece_is_cut_off_and_a_moved_one_is_damage(vault: Vault, tmp_path: Path) -> None:
    here = PartialBody(tmp_path, 1, 2, 3, vault)
    here.append(b"eins")
    (path,) = (tmp_path / "partial").iterdir()
    first = path.read_bytes()
    here.append(b"zwei")
    both = path.read_bytes()
    for end in range(len(first), len(both)):
        path.write_bytes(both[:end])
        assert (here.size(), here.content()) == (4, b"eins")
    here.append(b"drei")
    assert here.content() == b"einsdrei"
    path.write_bytes(both[len(first) :] + first)
    with pytest.raises(StoreCorrupt):
        here.content()


def test_nobody_can_tell_another_length_than_a_piece_has(vault: Vault, tmp_path: Path) -> None:
    here = PartialBody(tmp_path, 1, 2, 3, vault)
    here.append(b"eins")
    here.append(b"zwei")
    (path,) = (tmp_path / "partial").iterdir()
    for place in range(4):
        before = path.read_bytes()
        spoil(path, place)
        with contextlib.suppress(StoreCorrupt):
            assert here.size() == len(here.content())
        path.write_bytes(before)


def test_one_thread_at_a_time_has_the_pieces_of_a_message(either: AtRest | None, tmp_path: Path) -> None:
    objects = ObjectStore(tmp_path, either)
    with (
        objects.claimed(objects.partial(1, 2, 3)) as first,
        objects.claimed(objects.partial(1, 2, 3)) as second,
    ):
        with objects.claimed(objects.partial(1, 2, 4)) as other:
            assert (first, second, other) == (True, False, True)
        with objects.claimed(objects.partial(1, 2, 3)) as still:
            assert not still
    with objects.claimed(objects.partial(1, 2, 3)) as again:
        assert again


def test_pieces_in_the_clear_are_fetched_again_where_files_are_encrypted(
    vault: Vault, tmp_path: Path
) -> None:
    PartialBody(tmp_path, 1, 2, 3).append(CANARY)
    PartialBody(tmp_path, 1, 2, 4, vault).append(b"x")
    ObjectStore(tmp_path, vault).forget_old_partials()
    assert CANARY not in on_disk(tmp_path)
    assert PartialBody(tmp_path, 1, 2, 4, vault).content() == b"x"


@pytest.mark.parametrize("encrypts", [False, True])
def test_looking_at_a_database_lets_go_of_nobodys_locks(vault: Vault, tmp_path: Path, encrypts: bool) -> None:
    """On POSIX a process loses all its locks on a file with the first descriptor of it that is closed.

    Another process would then take the file to itself, and the log from under this one's hands.
    """
    path, here = tmp_path / "ledger.db", Vault(tmp_path, vault.key, seals=encrypts)
    context = get_context("spawn")
    with contextlib.closing(open_ledger(path, here)) as ledger:
        queue(ledger)
        assert form_of(path)[0] is (Form.SEALED if encrypts else Form.PLAIN)
        open_ledger(path, here, readonly=True).close()
        ours, theirs = context.Pipe()
        wanted = Vault(tmp_path, vault.key, seals=not encrypts)
        process = context.Process(target=take, args=(theirs, path, wanted))
        process.start()
        assert ours.poll(60)
        assert ours.recv() is False
        process.join(60)
        queue(ledger, 2)
    with contextlib.closing(open_ledger(path, here)) as ledger:
        assert len(Outbox(ledger, lambda: NOW).entries()) == 2
