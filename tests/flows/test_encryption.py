"""The training city on an encrypted data folder: everything works, and no word of it is on the disk."""

from __future__ import annotations

import base64
import json
import quopri
import shutil
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import keyring
import pytest
from msgspec.structs import replace as replaced

from client.app import Installation, OpenOffice
from client.cli.demo import installation_of
from client.cli.main_job import MainJob, choose_parties, letter_of_the_office
from client.cli.waiting import EventWaiter
from client.config.paths import Paths
from client.config.policy_parts import Storage
from client.config.settings import Settings, save_settings
from client.model.address import MailAddress
from client.model.at_rest import DataKeyLocked, DataKeyMissing, DataKeyWrong
from client.model.mailbox import MessageRow, SpecialUse
from client.model.outgoing import Draft, DraftAttachment, OutboxState
from client.model.secret import Secret
from client.sandbox.city import City
from client.services.desk import SendRequest
from client.services.office import Office
from client.store.connecting import Form, form_of
from client.store.secrets import KeyringSecrets, MemorySecrets
from tests.fakes.commands import Command
from tests.fakes.keyrings import LockedKeyring, MemoryKeyring

PATIENCE_S = 60.0
CANARY = "chimhoangyen"
FILE = f"Nội dung tệp của {CANARY}\n".encode() * 40
NAME = f"Người Nhận {CANARY}"
LAN, NAM = "ntlan.snv@tphcm.gov.vn", "lhnam.stp@tphcm.gov.vn"


@dataclass(frozen=True)
class Used:
    """A data folder that has been worked on, and what was read of it then."""

    installation: Installation
    subjects: frozenset[str]
    message_id: str

    @property
    def paths(self) -> Paths:
        return self.installation.paths

    @property
    def key(self) -> str:
        secrets = self.installation.secrets
        assert isinstance(secrets, MemorySecrets)
        (found,) = (one.reveal() for name, one in secrets.passwords.items() if name.startswith("data-key:"))
        return found


@pytest.fixture(scope="module")
def worked(city: City, tmp_path_factory: pytest.TempPathFactory) -> Used:
    """One folder for all tests, which are given copies of it."""
    made = installation_of(city.info, Paths(tmp_path_factory.mktemp("work") / "data"), "vi")
    encrypted = replace(made, settings=replace(made.settings, encrypt=True))
    return work(encrypted, city.info.mailboxes[0].key_password)


@pytest.fixture
def used(worked: Used, tmp_path: Path) -> Used:
    """Moved to another folder, as a folder may be, with the settings a user's own would have."""
    paths = Paths(tmp_path / "data")
    shutil.copytree(worked.paths.data, paths.data)
    save_settings(paths.settings, worked.installation.settings)
    return replace(worked, installation=replace(worked.installation, paths=paths))


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    before, ours = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


def unlock(ring: MemoryKeyring, used: Used) -> None:
    """The system's keyring has what the city's own had."""
    key_id = json.loads(used.paths.encryption.read_text())["key"]
    ring.kept["CongThu", f"data-key:{key_id}"] = used.key


def letter(desk: Office) -> Draft:
    account = next(one for one in desk.accounts() if one.user_name == LAN)
    return replace(
        desk.new_draft(account.account_id),
        to=(MailAddress(NAM, NAME),),
        subject=f"Thư của {CANARY}",
        body=f"Kính gửi {CANARY}",
        attachments=(DraftAttachment(f"{CANARY}.txt", "text/plain", FILE),),
        sign_message=False,
    )


def send(desk: Office, waiter: EventWaiter) -> str:
    """A letter with the canary in it, filed; a draft like it stays behind."""
    draft = letter(desk)
    desk.save_draft(replace(draft, draft_id="bleibt"))
    number = desk.send(SendRequest(draft)).result(PATIENCE_S)

    def filed() -> str | None:
        entry = next(one for one in desk.outbox() if one.outbox_id == number)
        assert entry.state not in {OutboxState.REJECTED, OutboxState.UNCERTAIN}, entry
        return entry.message_id if entry.state is OutboxState.FILED else None

    return waiter.until(filed, PATIENCE_S, "outbox")


def received(desk: Office, message_id: str) -> tuple[int, MessageRow] | None:
    account = next(one for one in desk.accounts() if one.user_name == NAM)
    for box in desk.mailboxes(account.account_id):
        if box.special_use is SpecialUse.INBOX:
            rows = desk.rows(box.mailbox_id, list(desk.row_ids(box.mailbox_id, CANARY))).values()
            for row in rows:
                if row.message_id == message_id and row.body_path:
                    return box.mailbox_id, row
    return None


def subjects_of(desk: Office) -> frozenset[str]:
    found = set()
    for account in desk.accounts():
        for box in desk.mailboxes(account.account_id):
            rows = desk.rows(box.mailbox_id, list(desk.row_ids(box.mailbox_id))).values()
            found |= {row.subject for row in rows}
    return frozenset(one for one in found if len(one) > 12)


def read_everything(desk: Office, mailbox_id: int, row: MessageRow) -> None:
    """Each way in which the window comes by a message's content."""
    view = desk.open_message(mailbox_id, row.row_id).result(PATIENCE_S)
    assert CANARY in view.text
    (file,) = view.attachments
    assert desk.attachment(mailbox_id, row.row_id, file.section).result(PATIENCE_S) == FILE
    assert base64.b64encode(FILE)[:60] in desk.raw_message(mailbox_id, row.row_id).result(PATIENCE_S)
    assert CANARY in desk.reply_draft(mailbox_id, row.row_id, reply_all=False).result(PATIENCE_S).subject
    assert desk.forward_draft(mailbox_id, row.row_id).result(PATIENCE_S).attachments
    assert desk.draft("bleibt").result(PATIENCE_S).attachments[0].content == FILE
    desk.verification().verify(mailbox_id, row.row_id).result(PATIENCE_S)


def work(installation: Installation, key_password: Secret) -> Used:
    """Sync, the main job with its signatures and evidence, a letter and a draft with the canary."""
    office = OpenOffice(installation)
    with office as desk:
        parties = choose_parties(desk.accounts(), key_password, letter_of_the_office())
        assert [step.code for step in MainJob(desk, parties).run()][-1] == "compare"
        waiter = EventWaiter(desk)
        message_id = send(desk, waiter)
        desk.sync_now()
        mailbox_id, row = waiter.until(lambda: received(desk, message_id), PATIENCE_S, "inbox")
        read_everything(desk, mailbox_id, row)
        subjects = subjects_of(desk)
        told = processes_were_told(office)
    used = Used(installation, subjects, message_id)
    assert len(told) > 200
    for form in key_forms(used.key):
        assert form not in told
    return used


def processes_were_told(office: OpenOffice) -> bytes:
    """Arguments and environment of engine and workshop."""
    ids = (office.engine.process_id, *office.lane.process_ids())
    assert len(ids) == 2
    files = [Path(f"/proc/{one}/{what}") for one in ids for what in ("cmdline", "environ")]
    return b"".join(one.read_bytes() for one in files if one.exists())


def key_forms(key: str) -> tuple[bytes, ...]:
    raw = bytes.fromhex(key)
    return raw, key.encode(), key.upper().encode(), base64.b64encode(raw), repr(raw).encode()


def forms(word: str) -> tuple[bytes, ...]:
    """How it may stand in a file."""
    raw = word.encode()
    inner = (base64.b64encode(raw[cut:])[4:-4] for cut in range(3))
    return raw, word.encode("utf-16-le"), quopri.encodestring(raw), *inner


def where(folder: Path, *words: bytes) -> list[str]:
    found = (one for one in sorted(folder.rglob("*")) if one.is_file())
    contents = ((one, one.read_bytes()) for one in found)
    return [str(one.relative_to(folder)) for one, raw in contents if any(word in raw for word in words)]


def commands_find_everything(congthu: Command, used: Used, tmp_path: Path) -> None:
    """What the command line says of a folder whose mail holds the canary."""
    data = used.paths.data
    hits = congthu("search", CANARY, "--json", "--data", data)
    assert (hits.code, {one["message_id"] for one in hits.objects}) == (0, {used.message_id})
    evidence = congthu("evidence", "check", "--json", "--data", data)
    assert (evidence.code, evidence.only["spoiled"], evidence.only["files"] > 3) == (0, [], True)
    signed = congthu("evidence", "list", "--json", "--data", data).objects
    kept = next(one["sha256"] for one in signed if one["stored"])
    assert congthu("evidence", "export", kept, "-o", tmp_path / "ho-so.zip", "--data", data).code == 0
    assert congthu("overrides", "--json", "--data", data).objects[-1]["intact"]
    assert congthu("trust", "list", "--json", "--data", data).code == 0
    assert congthu("trust", "revocation", "--json", "--data", data).code in {0, 1}
    out = tmp_path / "cuu"
    assert congthu("doctor", "--rescue", out, "--data", data).code == 0
    assert CANARY in "".join(one.read_text("utf-8") for one in out.iterdir())
    shutil.rmtree(out)


def test_no_word_and_no_key_is_on_the_disk(worked: Used) -> None:
    data = worked.paths.data
    assert len(worked.subjects) > 20
    words = [form for word in (CANARY, *worked.subjects) for form in forms(word)]
    assert where(data, *words, *key_forms(worked.key), LAN.encode(), base64.b64encode(FILE)[:60]) == []
    assert len(list(data.rglob("*.sealed"))) > 50
    assert not list(data.rglob("*.eml"))
    assert form_of(worked.paths.ledger)[0] is Form.SEALED


def test_the_command_line_works_the_same(
    used: Used, ring: MemoryKeyring, congthu: Command, tmp_path: Path
) -> None:
    unlock(ring, used)
    commands_find_everything(congthu, used, tmp_path)
    assert congthu("search", CANARY, "--json", "--data", used.paths.data).objects[0]["file"] is None


def test_the_doctor_says_that_the_key_works_and_shows_it_to_nobody(
    used: Used, ring: MemoryKeyring, congthu: Command, tmp_path: Path
) -> None:
    unlock(ring, used)
    save_settings(used.paths.settings, Settings(encrypt=True))
    target = tmp_path / "chan-doan.zip"
    doctor = congthu("doctor", "--json", "--zip", target, "--data", used.paths.data)
    (line,) = [one for one in doctor.objects if one.get("check") == "encryption"]
    assert (line["ok"], "on" in line["detail"]) == (True, True)
    with zipfile.ZipFile(target) as archive:
        packed = b"".join(archive.read(name) for name in archive.namelist())
        assert json.loads(archive.read("store.json"))["ledger"]["rows"]["draft"]
    for form in (*key_forms(used.key), CANARY.encode()):
        assert form not in packed + doctor.out.encode() + doctor.err.encode()


def test_the_doctor_tells_decrypting_damage_and_another_key_apart(
    used: Used, ring: MemoryKeyring, congthu: Command
) -> None:
    unlock(ring, used)
    data = used.paths.data
    save_settings(used.paths.settings, Settings(encrypt=False))
    lines = congthu("doctor", "--json", "--data", data).objects
    (line,) = [one for one in lines if one.get("check") == "encryption"]
    assert "files still encrypted" in line["detail"]
    head = bytearray(used.paths.ledger.read_bytes())
    head[3] ^= 0xFF
    used.paths.ledger.write_bytes(head)
    lines = congthu("doctor", "--json", "--data", data).objects
    assert "store-corrupt" in [one.get("error") for one in lines]
    anew = congthu("doctor", "--begin-anew", "--json", "--data", data)
    assert (anew.code, anew.only["ok"]) == (1, False)


def test_the_doctor_tells_an_encrypted_file_that_says_nothing_of_its_key(
    ring: MemoryKeyring, congthu: Command, tmp_path: Path
) -> None:
    place = tmp_path / "data" / "evidence" / "ab" / "cd.sealed"
    place.parent.mkdir(parents=True)
    place.write_bytes(bytes(100))
    lines = congthu("doctor", "--json", "--data", tmp_path / "data").objects
    assert "data-key-missing" in [one.get("error") for one in lines]
    assert congthu("doctor", "--begin-anew", "--json", "--data", tmp_path / "data").code == 0
    assert not place.exists()


@pytest.mark.parametrize("lost", ["missing", "locked", "wrong"])
def test_without_the_key_nothing_opens_and_nothing_changes(
    used: Used, ring: MemoryKeyring, congthu: Command, tmp_path: Path, lost: str
) -> None:
    unlock(ring, used)
    if lost == "missing":
        ring.kept.clear()
    elif lost == "wrong":
        ring.kept = dict.fromkeys(ring.kept, "ab" * 32)
    else:
        keyring.set_keyring(LockedKeyring())
    data, code = used.paths.data, f"data-key-{lost}"
    before = {one: one.read_bytes() for one in data.rglob("*") if one.is_file()}
    for command in (
        ("search", "x"), ("evidence", "check"), ("overrides",), ("trust", "list"), ("sync",),
        ("doctor", "--rescue", tmp_path / "cuu"),
    ):  # fmt: skip
        done = congthu(*command, "--json", "--data", data)
        assert done.code != 0
        assert done.objects[-1].get("error", done.objects[-1].get("detail")) == code, command
    doctor = congthu("doctor", "--json", "--data", data)
    assert doctor.code == 1
    assert code in [one.get("error") for one in doctor.objects]
    with pytest.raises((DataKeyMissing, DataKeyWrong, DataKeyLocked)):
        OpenOffice(replace(used.installation, secrets=KeyringSecrets()))
    ours = {"instance.db", "use.db", "engine.db"}
    after = {one: one.read_bytes() for one in data.rglob("*") if one.is_file() and one.name not in ours}
    after = {one: raw for one, raw in after.items() if "policy" not in one.parts and "logs" not in one.parts}
    assert {one: before[one] for one in after} == after
    assert not list(data.rglob("*.corrupt"))


def test_with_the_key_lost_for_good_it_is_begun_anew_on_somebody_s_word(
    used: Used, ring: MemoryKeyring, congthu: Command
) -> None:
    data = used.paths.data
    unlock(ring, used)
    readable = congthu("doctor", "--begin-anew", "--json", "--data", data)
    assert (readable.code, readable.only["ok"]) == (1, False)
    keyring.set_keyring(LockedKeyring())
    assert (
        congthu("doctor", "--begin-anew", "--json", "--data", data).objects[-1]["error"] == "data-key-locked"
    )
    assert form_of(used.paths.ledger)[0] is Form.SEALED
    keyring.set_keyring(ring)
    ring.kept.clear()
    sealed = {one.relative_to(data): one.read_bytes() for one in data.rglob("*.sealed")}
    ledger = used.paths.ledger.read_bytes()
    done = congthu("doctor", "--begin-anew", "--json", "--data", data)
    assert (done.code, done.only["ok"]) == (0, True)
    aside = Path(done.only["detail"])
    assert {one: (aside / one).read_bytes() for one in sealed} == sealed
    assert (aside / "ledger.db").read_bytes() == ledger
    fresh = MemorySecrets({
        name: one for name, one in passwords_of(used).items() if not name.startswith("data-key:")
    })  # fmt: skip
    with OpenOffice(replace(used.installation, secrets=fresh)) as desk:
        waiter, account = EventWaiter(desk), desk.accounts()[0]
        waiter.until(lambda: desk.mailboxes(account.account_id) or None, PATIENCE_S, "anew")
    assert form_of(used.paths.ledger)[0] is Form.SEALED
    assert form_of(used.paths.ledger) != form_of(aside / "ledger.db")


def passwords_of(used: Used) -> dict[str, Secret]:
    secrets = used.installation.secrets
    assert isinstance(secrets, MemorySecrets)
    return secrets.passwords


def test_switched_off_everything_is_in_the_clear_again_and_switched_on_nothing(used: Used) -> None:
    off = replace(used.installation.settings, encrypt=False)
    until(used, off, lambda left: not left[".sealed"])
    assert form_of(used.paths.ledger)[0] is Form.PLAIN
    assert where(used.paths.data, CANARY.encode())
    with OpenOffice(replace(used.installation, settings=off)) as desk:
        assert desk.draft("bleibt").result(PATIENCE_S).attachments[0].content == FILE
    assert not used.paths.encryption.exists()
    until(used, used.installation.settings, lambda left: not left[".eml"])
    words = [form for word in (CANARY, *used.subjects) for form in forms(word)]
    assert where(used.paths.data, *words) == []


def until(used: Used, settings: Settings, is_done: Callable[[Counter[str]], bool]) -> None:
    """Run the program with these settings until its files are as they should be."""
    end = time.monotonic() + PATIENCE_S
    with OpenOffice(replace(used.installation, settings=settings)):
        while not is_done(Counter(one.suffix for one in used.paths.data.rglob("*"))):
            assert time.monotonic() < end
            time.sleep(0.1)


def test_the_policy_can_demand_it(installation: Installation) -> None:
    demanding = replaced(installation.policy, storage=Storage(encrypt=True))
    refused = replace(installation.settings, encrypt=False)
    assert installation.encrypts is None
    assert replace(installation, policy=demanding, settings=refused).encrypts
    OpenOffice(replace(installation, policy=demanding)).close()
    assert form_of(installation.paths.ledger)[0] is Form.SEALED
    # A policy that is not there any more decrypts nothing.
    OpenOffice(installation).close()
    assert form_of(installation.paths.ledger)[0] is Form.SEALED
