"""Figures of the mail engine against the raw socket and the peers, on the same Dovecot in the same run.

They are printed, never asserted as times: run with ``bash installer/dev.sh bench``.
``CONGTHU_BENCH_MESSAGES`` sets how many messages (10,000 without it), ``CONGTHU_BENCH_MAILDIR`` names a
Maildir to take them from.
"""

from __future__ import annotations

import base64
import gc
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from client.model.account import Endpoint
from client.model.at_rest import AtRest
from client.model.event import Event, EventKind
from client.model.mailbox import SyncCursor
from client.model.message import Flag
from client.model.secret import Secret
from client.net import fetch, imap
from client.net.imap_login import Patience, open_connection, open_wire
from client.net.session import ImapSession
from client.net.tls import client_context
from client.net.wire import Literal
from client.services import sync
from client.vault.sealing import Vault, new_key
from tests.fakes.dovecot import Dovecot, is_root
from tests.fakes.sync_client import Client

pytestmark = [pytest.mark.bench, pytest.mark.real_servers]
MESSAGES = int(os.environ.get("CONGTHU_BENCH_MESSAGES", "10000"))
MAILDIR = os.environ.get("CONGTHU_BENCH_MAILDIR", "")
USER, PASSWORD = "bench@sothu.example", "pw"
TIERS = {
    "QRESYNC": frozenset[str](),
    "CONDSTORE": frozenset({"QRESYNC"}),
    "bare": frozenset({"QRESYNC", "CONDSTORE"}),
}
ROOT = Path(__file__).resolve().parents[2]


def letter(number: int, draw: random.Random) -> bytes:
    subject = base64.b64encode(f"Về việc triển khai kế hoạch số {number}/KH-UBND".encode()).decode()
    to = ", ".join(f"=?UTF-8?Q?Nguy=E1=BB=85n_B{n}?= <b{n}@x.vn>" for n in draw.sample(range(500), 3))
    head = (
        f"Received: from mx.example by mail.example id {number:08x};\r\n Mon, 2 Mar 2026 08:00:00 +0700\r\n"
        "Date: Mon, 2 Mar 2026 08:00:00 +0700\r\n"
        f"From: =?UTF-8?B?TmfDtCBBbmggU8ahbg==?= <a{number % 300}@x.vn>\r\n"
        f"To: {to}\r\nSubject: =?UTF-8?B?{subject}?=\r\nMessage-ID: <{number}@bench>\r\n"
        f"References: <{number - 1}@bench>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n"
    )
    return head.encode() + b"Kinh gui dong chi.\r\n" * draw.randrange(5, 60)


def fill(folder: Path) -> None:
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    if MAILDIR:
        for path in sorted((Path(MAILDIR) / "cur").iterdir())[:MESSAGES]:
            shutil.copy(path, folder / "cur" / path.name)
    else:
        draw = random.Random(1)  # noqa: S311 - no secret is drawn
        for number in range(MESSAGES):
            # Named as a delivery agent does: numbers that only count up collide in Dovecot's hash of names.
            unique = f"M{draw.randrange(1_000_000)}P{draw.randrange(1, 32_768)}"
            name = f"{1_700_000_000 + number}.{unique}.bench:2,{'S' if number % 3 else ''}"
            (folder / "cur" / name).write_bytes(letter(number, draw))
    if is_root():
        for path in (folder, folder.parent, *folder.iterdir()):
            shutil.chown(path, "nobody", "nogroup")


@dataclass
class Mailbox:
    endpoint: Endpoint
    anchors: tuple[bytes, ...]
    maildir: Path

    def connect(self, without: frozenset[str] = frozenset()) -> ImapSession:
        return imap.connect(self.endpoint, USER, Secret(PASSWORD), self.anchors, without=without)


@pytest.fixture(scope="module")
def mailbox(dovecot: Dovecot) -> Mailbox:
    dovecot.add_user(USER, PASSWORD)
    folder = dovecot.maildir(USER)
    folder.parent.mkdir()
    fill(folder)
    box = Mailbox(dovecot.imap_endpoint, dovecot.anchors_pem, folder)
    raw_pass(box)  # the server's cache is warm for everybody after this
    return box


def raw_pass(box: Mailbox) -> tuple[float, int]:
    """Seconds and octets of the same fetch, read and thrown away: the limit of this socket."""
    begin = time.perf_counter()
    wire = open_wire(box.endpoint, client_context(box.anchors), Patience(30, 300))
    wire.literal_plus = True
    wire.read_line()
    wire.run(b"LOGIN", Literal(USER.encode()), Literal(PASSWORD.encode()))
    wire.run(b"SELECT INBOX")
    wire.send(b"R1 UID FETCH 1:* " + fetch.HEADER_ITEMS + b"\r\n")
    octets, tail = 0, b""
    while b"\r\nR1 OK" not in tail:
        chunk = wire.sock.recv(262144)
        octets += len(chunk)
        tail = (tail + chunk)[-200:]
    wire.close()
    return time.perf_counter() - begin, octets


@dataclass
class Run:
    """One client of ours, and when its first rows were there."""

    folder: Path
    connect: Callable[[], ImapSession]
    events: list[tuple[float, Event]] = field(default_factory=list)
    links: list[float] = field(default_factory=list)
    at_rest: AtRest | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.client = Client(self.folder, self.connect, self.at_rest)

    def sync(self) -> float:
        """Seconds for connect, login and INBOX, stored."""
        client = self.client
        gc.collect()
        gc.freeze()  # the test runner's own objects, which an engine does not have to walk through
        begin = time.perf_counter()
        session = client.connect()
        self.links.append(time.perf_counter() - begin)
        work = sync.SyncWork(
            "an", session, client.store, client.operations,
            lambda event: self.events.append((time.perf_counter() - begin, event)),
            lambda: client.now, lambda: False,
        )  # fmt: skip
        numbers = client.store.upsert_mailboxes(session.list_mailboxes())
        sync.apply(work, b"INBOX", numbers[b"INBOX"])
        taken = time.perf_counter() - begin
        session.logout()
        return taken

    def first_shown(self) -> float:
        return next(when for when, event in self.events if event.kind is EventKind.MESSAGES)

    def all_listed(self) -> float:
        return [when for when, event in self.events if event.kind is EventKind.PROGRESS][-1]


def test_first_sync_encrypted(mailbox: Mailbox, tmp_path: Path) -> None:
    """In turn, so that whatever else the machine does is shared."""
    taken: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    for number in range(6):
        folder, encrypts = tmp_path / str(number), bool(number % 2)
        run = Run(folder, mailbox.connect, at_rest=Vault(folder, new_key()) if encrypts else None)
        whole = run.sync()
        taken[encrypts].append((run.all_listed(), whole))
        run.client.close()
    off, on = (tuple(map(min, zip(*taken[one], strict=True))) for one in (False, True))
    print(
        f"\nfirst sync of {MESSAGES} headers, encrypted against in the clear: all listed after"
        f" {on[0] / off[0]:.2f} times ({off[0]:.2f} s), searchable after {on[1] / off[1]:.2f} times"
        f" ({off[1]:.2f} s)"
    )


def test_first_sync(mailbox: Mailbox, tmp_path: Path) -> None:
    raws, runs = [], []
    for number in range(3):
        raws.append(raw_pass(mailbox))
        run = Run(tmp_path / str(number), mailbox.connect)
        whole = run.sync()
        assert len(run.client.store.known(run.client.store.mailbox_id(b"INBOX") or 0)) == MESSAGES
        runs.append((run.all_listed(), run.first_shown(), whole))
        run.client.close()
    raw, octets = min(raws)
    listed, first, whole = min(runs)
    print(
        f"\nfirst sync of {MESSAGES} headers ({octets / 1e6:.1f} MB):"
        f" raw socket {raw:.2f} s = {MESSAGES / raw:,.0f}/s"
    )
    print(
        f"  Công Thư: newest 50 listed after {first * 1000:.0f} ms with login, all after {listed:.2f} s"
        f" = {MESSAGES / listed:,.0f}/s = {raw / listed:.0%} of the raw limit; searchable after {whole:.2f} s"
    )
    neomutt, mbsync = peer_neomutt(mailbox, tmp_path), peer_mbsync(mailbox, tmp_path)
    lexer = peer_imapclient(mailbox)
    named = (("neomutt", neomutt), ("mbsync (whole messages)", mbsync), ("IMAPClient's ENVELOPE", lexer))
    for name, seconds in named:
        told = f"{seconds:.2f} s; Công Thư {seconds / listed:.1f}x as fast" if seconds else "not installed"
        print(f"  {name}: {told}")


@pytest.mark.parametrize("tier", TIERS)
def test_re_sync(mailbox: Mailbox, tmp_path: Path, tier: str) -> None:
    run = Run(tmp_path / "c", lambda: mailbox.connect(TIERS[tier]))
    run.sync()
    nothing = min(run.sync() for _ in range(5))
    other = mailbox.connect()
    other.select(b"INBOX")
    uids = other.search_uids(1, 1 << 31)
    hundreds, floors = [], []
    for turn in range(6):
        chosen = change(other, uids, turn, run.client.now)
        if turn % 2 == 0:  # every second time a bare SELECT meets the changes first
            floors.append(raw_select(mailbox, run.client.store.cursor(1), tier))
            run.sync()
            continue
        hundreds.append(run.sync())
        told = {uid: flags for uid, flags in run.client.store.server_flags(1).items() if uid in chosen}
        assert all(bool(flags & 4) is False for flags in told.values())
    other.select(b"INBOX")
    new = [uid for uid in other.search_uids(1, 1 << 31) if uid not in set(uids)]
    other.store_flags(new, (Flag.DELETED,))
    other.expunge(new)
    other.logout()
    gone = run.sync()
    run.client.close()
    print(
        f"\nre-sync of {MESSAGES}, stored, {tier}: connect and login {min(run.links) * 1000:.0f} ms; with it:"
        f" nothing changed {nothing * 1000:.0f} ms, 100 flags + 10 new {min(hundreds) * 1000:.0f} ms"
        f" (raw socket, login and SELECT alone, {min(floors) * 1000:.0f} ms),"
        f" {len(new)} deleted {gone * 1000:.0f} ms"
    )


def change(other: ImapSession, uids: tuple[int, ...], turn: int, when: datetime) -> set[int]:
    """Flag 100 (or take their flags again, every second turn) and file 10 new ones, as somebody else."""
    draw = random.Random(turn // 2)  # noqa: S311 - no secret is drawn
    chosen = draw.sample(uids, min(100, len(uids)))
    add, remove = ((Flag.FLAGGED,), ()) if turn % 2 == 0 else ((), (Flag.FLAGGED,))
    other.store_flags(chosen, add, remove)
    for number in range(10):
        other.append(b"INBOX", letter(10_000_000 + number, draw), (), when)
    return set(chosen)


def raw_select(box: Mailbox, cursor: SyncCursor, tier: str) -> float:
    """Seconds of connect, login and the SELECT that this tier sends, nothing done with the answer."""
    begin = time.perf_counter()
    wire = open_wire(box.endpoint, client_context(box.anchors), Patience(30, 300))
    wire.literal_plus = True
    wire.read_line()
    wire.run(b"LOGIN", Literal(USER.encode()), Literal(PASSWORD.encode()))
    if tier == "QRESYNC":
        wire.run(b"ENABLE QRESYNC")
        wire.run(b"SELECT INBOX (QRESYNC (%d %d))" % (cursor.uidvalidity, cursor.highestmodseq))
    else:
        wire.run(b"SELECT INBOX")
    taken = time.perf_counter() - begin
    wire.close()
    return taken


def test_frame_gap_of_the_window_during_a_first_sync(mailbox: Mailbox, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(mailbox.anchors[0])
    given = {
        "data": str(tmp_path / "data"), "ca": str(tmp_path / "ca.pem"), "user": USER, "password": PASSWORD,
        "host": mailbox.endpoint.host, "port": mailbox.endpoint.port, "messages": MESSAGES,
    }  # fmt: skip
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    command = [sys.executable, str(Path(__file__).with_name("sync_probe.py")), json.dumps(given)]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=900, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    print(f"\n{done.stdout.strip()}")


def peer_imapclient(box: Mailbox) -> float:
    """Seconds of IMAPClient for as many ENVELOPEs, by the newest 5,000 of them in lists of 500."""
    client = open_connection(box.endpoint, USER, Secret(PASSWORD), box.anchors, Patience(30, 300))
    client.select_folder("INBOX", readonly=True)
    uids = client.search("ALL")[-5000:]
    begin = time.perf_counter()
    for start in range(0, len(uids), 500):
        client.fetch(uids[start : start + 500], ["ENVELOPE", "FLAGS", "BODYSTRUCTURE", "RFC822.SIZE"])
    taken = time.perf_counter() - begin
    client.logout()
    return taken * MESSAGES / max(len(uids), 1)


def peer_neomutt(box: Mailbox, tmp_path: Path) -> float:
    """Seconds of a whole neomutt process that opens the mailbox without a cache; 0 when not installed."""
    if not shutil.which("neomutt") or not shutil.which("script"):
        return 0.0
    (tmp_path / "ca.pem").write_bytes(box.anchors[0])
    folder = f"imaps://localhost:{box.endpoint.port}/"
    settings = {
        "folder": folder, "spoolfile": f"{folder}INBOX", "imap_user": USER, "imap_pass": PASSWORD,
        "ssl_ca_certificates_file": tmp_path / "ca.pem", "header_cache": "", "quit": "yes",
        "imap_condstore": "no", "imap_qresync": "no",
    }  # fmt: skip
    (tmp_path / "rc").write_text("".join(f'set {key}="{value}"\n' for key, value in settings.items()))
    # It wants a terminal, and quits by a key once the mailbox is open.
    command = f"neomutt -n -F {tmp_path / 'rc'} -e 'push <quit>'"
    environment = {**os.environ, "TERM": "xterm", "HOME": str(tmp_path)}
    begin = time.perf_counter()
    done = subprocess.run(
        ["script", "-qec", command, "/dev/null"], capture_output=True, timeout=600, check=False,
        env=environment, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    taken = time.perf_counter() - begin
    assert done.returncode == 0, done.stdout[-2000:]
    return taken


def peer_mbsync(box: Mailbox, tmp_path: Path) -> float:
    """Seconds of mbsync, which fetches whole messages; 0 when not installed."""
    if not shutil.which("mbsync"):
        return 0.0
    (tmp_path / "ca.pem").write_bytes(box.anchors[0])
    (tmp_path / "store").mkdir()
    store = tmp_path / "store"
    (tmp_path / "mbsyncrc").write_text(
        f"IMAPAccount a\nHost localhost\nPort {box.endpoint.port}\nUser {USER}\nPass {PASSWORD}\n"
        f"SSLType IMAPS\nCertificateFile {tmp_path / 'ca.pem'}\n\nIMAPStore far\nAccount a\n\n"
        f"MaildirStore near\nPath {store}/\nInbox {store / 'INBOX'}\n\n"
        "Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSync Pull\nSyncState *\n"
    )
    command = ["mbsync", "-q", "-c", str(tmp_path / "mbsyncrc"), "c"]
    begin = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr
    return time.perf_counter() - begin
