"""Encrypted files: only what was written opens, only under its own name, and the key is never shown."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.errors import StoreCorrupt
from client.model.evidence import digest_of
from client.vault.sealing import KEY_BYTES, MAGIC, Vault, new_key

KEY = bytes(range(KEY_BYTES))
DATA = Path("/du-lieu")
VAULT = Vault(DATA, KEY)
PLACE = DATA / "accounts" / "an" / "objects" / "ab" / "cd.sealed"
OTHER = DATA / "accounts" / "binh" / "objects" / "ab" / "cd.sealed"
DIGEST = "0123456789abcdef" * 4


@given(st.binary(max_size=300))
def test_what_was_sealed_comes_back_and_does_not_show(content: bytes) -> None:
    sealed = VAULT.seal(PLACE, content)
    assert VAULT.unseal(PLACE, sealed) == content
    body = sealed[len(MAGIC) + len(VAULT.key_id) :]  # before it stands what anybody may know
    assert len(content) < 8 or content not in body
    assert len(sealed) == len(content) + VAULT.extra
    assert sealed[len(MAGIC) :].startswith(VAULT.key_id)


def test_the_same_content_never_looks_the_same() -> None:
    assert VAULT.seal(PLACE, b"x" * 100) != VAULT.seal(PLACE, b"x" * 100)


def test_a_byte_changed_or_cut_anywhere_is_damage() -> None:
    sealed = VAULT.seal(PLACE, "Tờ trình".encode())
    for place in range(len(sealed)):
        spoiled = bytearray(sealed)
        spoiled[place] ^= 1
        with pytest.raises(StoreCorrupt):
            VAULT.unseal(PLACE, bytes(spoiled))
        with pytest.raises(StoreCorrupt):
            VAULT.unseal(PLACE, sealed[:place])
    with pytest.raises(StoreCorrupt):
        VAULT.unseal(PLACE, sealed + b"\x00")


def test_a_file_laid_in_the_place_of_another_is_damage() -> None:
    with pytest.raises(StoreCorrupt) as caught:
        VAULT.unseal(OTHER, VAULT.seal(PLACE, b"x"))
    assert caught.value.params == {"path": str(OTHER)}


def test_another_key_opens_nothing() -> None:
    other = Vault(DATA, new_key())
    assert other.key_id != VAULT.key_id
    with pytest.raises(StoreCorrupt):
        other.unseal(PLACE, VAULT.seal(PLACE, b"x"))
    with pytest.raises(ValueError):
        other.digest_of(DATA, VAULT.name_of(DATA, DIGEST))


def test_a_name_hides_its_digest_and_gives_it_back() -> None:
    folder = DATA / "evidence"
    name = VAULT.name_of(folder, DIGEST)
    assert VAULT.digest_of(folder, name) == DIGEST
    assert name == VAULT.name_of(folder, DIGEST)
    assert name != VAULT.name_of(DATA / "accounts" / "an" / "objects", DIGEST)
    assert DIGEST[:8] not in name
    assert len(name) < 80
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz234567"), "one case, for file systems with none"


@pytest.mark.parametrize("name", ["", "x", "!" * 77, "a" * 77, "a" * 76])
def test_any_other_name_is_nobodys(name: str) -> None:
    with pytest.raises(ValueError):
        VAULT.digest_of(DATA, name)


def test_databases_have_a_key_each_and_the_id_of_the_folders() -> None:
    one, other = (VAULT.database_key(DATA / name).reveal() for name in ("ledger.db", "accounts/an/cache.db"))
    assert one != other
    assert one.removeprefix("raw:")[64:] == other.removeprefix("raw:")[64:] == VAULT.key_id.hex()
    assert KEY.hex() not in one


def test_nothing_shows_the_key() -> None:
    file = VAULT.file(PLACE, DATA / "x.eml", DIGEST)
    for one in (VAULT, file, VAULT.database_key(DATA / "ledger.db")):
        shown = f"{one!r} {one}"
        assert KEY.hex() not in shown
        assert repr(KEY)[2:20] not in shown
        assert "key=" not in shown.replace("key=FileKey(", "")


def test_the_workshop_is_handed_the_key_of_one_file_alone(tmp_path: Path) -> None:
    vault = Vault(tmp_path, KEY)
    sealed, plain = tmp_path / "a.sealed", tmp_path / "a.eml"
    sealed.write_bytes(vault.seal(sealed, b"Subject: x\r\n\r\n"))
    passed = pickle.dumps(vault.file(sealed, plain, digest_of(b"Subject: x\r\n\r\n")))
    assert KEY not in passed
    file = pickle.loads(passed)  # noqa: S301 - made above
    assert (file.read_bytes(), file.name, file.suffix) == (b"Subject: x\r\n\r\n", "a.eml", ".eml")
    assert file.is_file()
    assert file.stat().st_size > len(MAGIC)


def test_a_file_is_read_in_whichever_form_it_is(tmp_path: Path) -> None:
    vault = Vault(tmp_path, KEY)
    sealed, plain = tmp_path / "a.sealed", tmp_path / "a.eml"
    file = vault.file(sealed, plain, digest_of(b"x"))
    assert not file.is_file()
    with pytest.raises(FileNotFoundError):
        file.read_bytes()
    plain.write_bytes(b"x")
    assert (file.is_file(), file.read_bytes(), file.stat().st_size) == (True, b"x", 1)
    sealed.write_bytes(vault.seal(sealed, b"x"))
    plain.unlink()
    assert file.read_bytes() == b"x"
