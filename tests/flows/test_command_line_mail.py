"""`congthu sync`, `send` and `doctor` on the city, set up as a user is: settings file and system keyring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import keyring
import pytest

from client import app
from client.config.paths import Paths
from client.config.settings import Settings, save_settings
from client.model.account import Account, Endpoint
from client.model.outgoing import OutboxState
from client.sandbox.city import City
from client.services.engine_setup import EngineSetup
from client.store.database import open_ledger
from client.store.outbox import Outbox
from client.store.secrets import KeyringSecrets, MemorySecrets
from tests.fakes.commands import Command
from tests.fakes.keyrings import LockedKeyring, MemoryKeyring

LAN, NAM = "ntlan.snv@tphcm.gov.vn", "lhnam.stp@tphcm.gov.vn"
NOW = datetime.now(UTC)
CANARY = "mat-khau-chim-hoang-yen"


@pytest.fixture
def account(city: City) -> Account:
    return replace(city.info.account(LAN), account_id="lan")


@pytest.fixture
def passwords(city: City, account: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryKeyring]:
    """The keyring holds the mail password; the engine, a process of its own, is handed it."""
    before, ours = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(ours)
    KeyringSecrets().set(account.account_id, city.info.mailbox(LAN).password)

    def for_engine(installation: app.Installation) -> EngineSetup:
        # The engine's process has the platform's keyring, which a test machine has not.
        kept = {
            one.account_id: KeyringSecrets().get(one.account_id) for one in installation.settings.accounts
        }
        known = {name: secret for name, secret in kept.items() if secret is not None}
        return engine_setup(replace(installation, secrets=MemorySecrets(known)))

    engine_setup = app.engine_setup
    monkeypatch.setattr(app, "engine_setup", for_engine)
    yield ours
    keyring.set_keyring(before)


@pytest.fixture
def data(city: City, account: Account, passwords: MemoryKeyring, tmp_path: Path) -> Path:
    """A data folder as the account wizard would leave it."""
    folder = tmp_path / "du-lieu"
    folder.mkdir()
    (folder / "may-chu.pem").write_bytes(city.info.anchors_pem)
    write_settings(folder, account)
    return folder


def write_settings(folder: Path, account: Account) -> None:
    settings = Settings(accounts=(account,), server_anchors=(str(folder / "may-chu.pem"),))
    save_settings(Paths(folder).settings, settings)


def letter(message_id: str = "", to: str = NAM) -> bytes:
    head = f"From: {LAN}\r\nTo: {to}\r\nBcc: tvminh.snv@tphcm.gov.vn\r\nSubject: tu dong lenh\r\n{message_id}"
    return f"{head}Date: Mon, 23 Nov 2026 08:00:00 +0700\r\n\r\nKinh gui.".encode()


def queued(data: Path) -> list[OutboxState]:
    ledger = open_ledger(Paths(data).ledger, readonly=True)
    try:
        return [entry.state for entry in Outbox(ledger, lambda: NOW).entries()]
    finally:
        ledger.close()


def test_a_letter_is_sent_filed_and_its_bytes_are_those_of_the_outbox(
    congthu: Command, data: Path, tmp_path: Path
) -> None:
    path = tmp_path / "thu.eml"
    path.write_bytes(letter())
    done = congthu("send", "--json", path, "--data", data)
    assert (done.code, done.only["state"], done.only["code"]) == (0, "filed", ""), done.out
    ledger = open_ledger(Paths(data).ledger, readonly=True)
    raw = Outbox(ledger, lambda: NOW).raw(1)
    ledger.close()
    assert done.only["message_id"].encode() in raw
    assert b"Bcc" not in raw
    assert raw.endswith(b"\r\n\r\nKinh gui.\r\n")


def test_a_refused_recipient_is_told_and_kept(congthu: Command, data: Path, tmp_path: Path) -> None:
    path = tmp_path / "thu.eml"
    path.write_bytes(letter(to="khong.co@tphcm.gov.vn"))
    done = congthu("send", "--json", path, "--data", data)
    assert (done.code, done.only["state"], done.only["code"]) == (1, "rejected", "recipient-refused")
    assert queued(data) == [OutboxState.REJECTED]
    people = congthu("send", path, "--data", data)
    assert people.code == 1
    assert "recipient-refused" in people.out + people.err


def test_what_cannot_be_sent_is_not_queued(congthu: Command, data: Path, tmp_path: Path) -> None:
    path = tmp_path / "thu.eml"
    for raw, error in (
        (b"", "malformed-message"),
        (letter().replace(LAN.encode(), b"ai.do@tphcm.gov.vn"), "config-invalid"),
        (f"From: {LAN}\r\nSubject: x\r\n\r\nthu".encode(), "malformed-message"),
    ):
        path.write_bytes(raw)
        done = congthu("send", "--json", path, "--data", data)
        assert (done.code, done.only["error"]) == (1, error)
    assert congthu("send", "--json", tmp_path / "absent.eml", "--data", data).code == 1
    assert not Paths(data).ledger.exists()


def test_sync_counts_and_doctor_says_all_is_well(congthu: Command, data: Path, account: Account) -> None:
    done = congthu("sync", "--json", "--data", data)
    assert done.code == 0, done.out
    assert done.only["messages"] > 0
    assert {**done.only, "messages": 0} == {
        "account": account.account_id, "ok": True, "code": "ok", "messages": 0,
    }  # fmt: skip
    well = congthu("doctor", "--json", "--data", data)
    assert well.code == 0, well.out
    assert all(set(one) == {"check", "ok", "detail"} for one in well.objects)
    assert {f"{account.account_id} {what}" for what in ("password", "imap", "smtp")} <= {
        one["check"] for one in well.objects
    }


def test_what_was_fetched_is_found_as_it_is_typed(congthu: Command, data: Path) -> None:
    assert congthu("search", "--json", "cong van", "--data", data).code == 1  # nothing is here yet
    assert congthu("sync", "--data", data).code == 0
    found = congthu("search", "--json", "quyet dinh", "--data", data)
    assert found.code == 0
    assert found.objects
    keys = {"account", "mailbox", "received", "from", "from_name", "to", "subject", "message_id", "unread"}
    assert all(keys | {"attachment", "file"} == set(one) for one in found.objects)
    assert all(Path(one["file"]).is_file() for one in found.objects if one["file"])
    marked = congthu("search", "--json", "Quyết định", "--data", data)
    assert {one["message_id"] for one in marked.objects} == {one["message_id"] for one in found.objects}
    one = congthu("search", "--json", "có:đính-kèm", "trong:inbox", "--limit", "1", "--data", data).only
    assert one["attachment"]
    assert congthu("search", "khong-the-nao-co-chu-nay", "--data", data).code == 1


def test_a_wrong_mail_password_is_said_and_never_shown(
    congthu: Command, data: Path, passwords: MemoryKeyring, account: Account, tmp_path: Path
) -> None:
    passwords.set_password("CongThu", account.account_id, CANARY)
    synced = congthu("sync", "--json", "--data", data)
    assert (synced.code, synced.only["ok"], synced.only["code"]) == (1, False, "authentication-failed")
    doctor = congthu("doctor", "--json", "--data", data)
    assert doctor.code == 1
    assert [one["error"] for one in doctor.objects if "error" in one] == ["authentication-failed"]
    people = congthu("doctor", "--data", data)
    assert "[authentication-failed]" in people.err
    shown = [synced.out, synced.err, doctor.out, doctor.err, people.out, people.err]
    assert not any(CANARY in text for text in shown)


def test_a_letter_that_cannot_go_out_now_stays_in_the_outbox(
    congthu: Command, data: Path, passwords: MemoryKeyring, account: Account, tmp_path: Path
) -> None:
    path = tmp_path / "thu.eml"
    path.write_bytes(letter())
    passwords.delete_password("CongThu", account.account_id)
    unasked = congthu("send", "--json", path, "--data", data)
    assert (unasked.code, unasked.only["error"], unasked.only["params"]["reason"]) == (
        1, "authentication-failed", "no-password",
    )  # fmt: skip
    passwords.set_password("CongThu", account.account_id, CANARY)
    refused = congthu("send", "--json", path, "--data", data)
    assert (refused.code, refused.only["state"], refused.only["code"]) == (
        1, "queued", "authentication-failed",
    )  # fmt: skip
    assert queued(data) == [OutboxState.QUEUED]
    assert CANARY not in refused.out + refused.err


def test_doctor_names_each_fault_and_looks_at_the_rest(
    congthu: Command, data: Path, account: Account, passwords: MemoryKeyring
) -> None:
    untrusted = replace(account, imap=replace(account.imap, host="localhost"))
    gone = replace(account, account_id="khong-toi", imap=Endpoint("127.0.0.1", 9))
    settings = Settings(accounts=(gone, untrusted), server_anchors=(str(data / "may-chu.pem"),))
    save_settings(Paths(data).settings, settings)
    passwords.set_password("CongThu", "khong-toi", "x")
    done = congthu("doctor", "--json", "--data", data)
    assert done.code == 1
    errors = {one["path"]: one["error"] for one in done.objects if "error" in one}
    assert errors["khong-toi"] == "connection-lost"


def test_a_locked_keyring_and_broken_settings_have_a_code(congthu: Command, data: Path) -> None:
    keyring.set_keyring(LockedKeyring())
    locked = congthu("doctor", "--json", "--data", data)
    assert (locked.code, locked.objects[-1]["error"]) == (1, "keyring-unavailable")
    Paths(data).settings.write_text('langage = "vi"\n', "utf-8")
    done = congthu("sync", "--json", "--data", data)
    assert (done.code, done.only["error"], done.only["params"]["suggestion"]) == (
        1,
        "config-invalid",
        "language",
    )
    broken = congthu("doctor", "--json", "--data", data)
    assert (broken.code, broken.objects[-1]["error"]) == (1, "config-invalid")
