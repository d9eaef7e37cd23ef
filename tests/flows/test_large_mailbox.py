"""A mailbox of gigabytes and an attachment of hundreds of megabytes: the engine's memory stays bounded.

``CONGTHU_LARGE_MB`` sets the mailbox's size in megabytes: 80 without it, 2000 in a full run. The attachment
is of a fifth of that.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import queue
import random
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.config.paths import Paths
from client.errors import ClientError
from client.model.account import Account, Identity, SentCopy
from client.model.address import MailAddress
from client.model.event import Event
from client.model.secret import Secret
from client.services.engine_link import EngineLink
from client.services.engine_setup import EngineSetup
from client.store.database import open_ledger
from client.store.digest_files import ClearFile
from client.store.operations import Operations
from client.store.reading import MessageReader
from client.store.secrets import MemorySecrets
from tests.fakes.dovecot import Dovecot, is_root
from tests.fakes.flapping import Flapping, flapping_proxy

MEGABYTES = int(os.environ.get("CONGTHU_LARGE_MB", "80"))
USER = "nhieu-gigabyte@sothu.example"
LETTER = 4_000_000
PATIENCE_S = 60 + MEGABYTES
pytestmark = [
    pytest.mark.real_servers,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="tells memory otherwise"),
]


def write_letter(path: Path, number: int, size: int, draw: random.Random) -> str:
    """A letter with one attachment of random octets; answers with the digest of the file."""
    digest = hashlib.sha256()
    with path.open("wb") as file:

        def put(data: bytes) -> None:
            file.write(data)
            digest.update(data)

        put(
            f"From: An <an@x.vn>\r\nSubject: Thu {number}\r\nMessage-ID: <{number}@lon>\r\n"
            "MIME-Version: 1.0\r\n"
            'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nnoi dung\r\n--b\r\n'
            'Content-Type: application/octet-stream; name="ban-do.bin"\r\n'
            "Content-Transfer-Encoding: base64\r\n"
            'Content-Disposition: attachment; filename="ban-do.bin"\r\n\r\n'.encode()
        )
        block = base64.encodebytes(draw.randbytes(57 * 1000)).replace(b"\n", b"\r\n")
        for _ in range(max(1, size // len(block))):
            put(block)
        put(b"--b--\r\n")
    return digest.hexdigest()


def fill(folder: Path, now: datetime) -> tuple[int, str]:
    """Half of the letters are recent; answers how many there are, and the large one's digest."""
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    draw, letters = random.Random(7), MEGABYTES * 4 // 5 * 1_000_000 // LETTER  # noqa: S311 - no secret
    for number in range(1, letters + 1):
        age = timedelta(days=number % 2 * 200, minutes=number)
        path = folder / "cur" / f"{int((now - age).timestamp())}.{number}.lon:2,S"
        write_letter(path, number, LETTER, draw)
        stamp = (now - age).timestamp()
        os.utime(path, (stamp, stamp))
    large = folder / "cur" / f"{int(now.timestamp())}.0.lon:2,"
    digest = write_letter(large, 0, MEGABYTES // 5 * 1_000_000, draw)
    if is_root():
        for one in (folder.parent, folder, *folder.iterdir(), *(folder / "cur").iterdir()):
            shutil.chown(one, "nobody", "nogroup")
    return letters, digest


class Office:
    """The engine process over a proxy."""

    def __init__(self, dovecot: Dovecot, proxy: Flapping, data: Path) -> None:
        self.proxy = proxy
        self.letters, self.digest = fill(dovecot.maildir(USER), datetime.now(UTC))
        account = Account(
            "a", Identity(MailAddress(USER)), proxy.endpoint, proxy.endpoint, USER, sent_copy=SentCopy.APPEND
        )
        self.paths = Paths(data)
        self.ledger = open_ledger(self.paths.ledger)
        operations = Operations(self.ledger, "a", lambda: datetime.now(UTC))
        self.reader = MessageReader(self.paths.account("a") / "cache.db", "a", operations)
        self.events: queue.Queue[Event] = queue.Queue()
        secrets = MemorySecrets({"a": Secret("pw")})
        self.link = EngineLink(EngineSetup(self.paths, (account,), secrets, dovecot.anchors_pem))
        self.link.subscribe(self.events.put)

    def rows(self) -> list[tuple[int, int]]:
        inbox = [one.mailbox_id for one in self.reader.mailboxes() if one.raw_name == b"INBOX"]
        return [(inbox[0], number) for number in self.reader.row_ids(inbox[0])] if inbox else []

    def bodies(self) -> int:
        found = self.reader.rows([number for _, number in self.rows()])
        return sum(bool(one.body_path) for one in found.values())

    def until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < end
            with contextlib.suppress(queue.Empty):
                self.events.get(timeout=1)

    def niceness(self) -> int:
        """How far the engine stands back (proc(5), field 19)."""
        stat = Path(f"/proc/{self.link.process_id}/stat").read_text("ascii")
        return int(stat.rpartition(")")[2].split()[16])

    def peak_mib(self) -> float:
        """The most memory the engine has had, since it began or `forget_peak`."""
        lines = Path(f"/proc/{self.link.process_id}/status").read_text("utf-8").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))

    def forget_peak(self) -> float:
        Path(f"/proc/{self.link.process_id}/clear_refs").write_text("5", "ascii")
        return self.peak_mib()

    def close(self) -> None:
        self.link.close(60)
        self.reader.close()
        self.ledger.close()


@pytest.fixture
def office(dovecot: Dovecot, tmp_path: Path) -> Iterator[Office]:
    dovecot.add_user(USER, "pw")
    with flapping_proxy(dovecot.imap_endpoint) as proxy:
        office = Office(dovecot, proxy, tmp_path)
        yield office
        office.close()
    shutil.rmtree(dovecot.maildir(USER))


def test_a_mailbox_of_gigabytes_takes_bounded_memory_and_its_largest_letter_outlives_cuts(
    office: Office,
) -> None:
    begin = time.monotonic()
    office.until(lambda: len(office.rows()) == office.letters + 1)
    listed = time.monotonic() - begin
    assert office.niceness() > 0  # the window goes first
    office.until(lambda: office.bodies() == office.letters // 2)
    recent, peak = time.monotonic() - begin, office.peak_mib()
    resting = office.forget_peak()
    mailbox_id, large = office.rows()[0]
    begin = time.monotonic()
    cuts = 0
    for _ in range(4):
        office.proxy.budget = MEGABYTES // 20 * 1_000_000
        with contextlib.suppress(ClientError):
            office.link.body(mailbox_id, large).result(PATIENCE_S)
        cuts = office.proxy.cut
    office.proxy.budget = None
    kept = office.link.body(mailbox_id, large).result(PATIENCE_S)
    assert isinstance(kept, ClearFile)  # nothing is encrypted here
    assert kept.digest == office.digest
    assert kept.is_whole()
    fetched, most = time.monotonic() - begin, office.peak_mib()
    size = kept.stat().st_size / 1e6
    print(  # noqa: T201 - the figures
        f"{MEGABYTES} MB in {office.letters + 1} letters: listed after {listed:.1f} s,"
        f" {office.letters // 2} recent ones here after {recent:.1f} s, engine's peak {peak:.0f} MiB;"
        f" one of {size:.0f} MB over {cuts} cuts: {fetched:.1f} s,"
        f" peak {most:.0f} MiB (resting {resting:.0f})"
    )
    assert cuts > 0
    assert peak < 250
    assert most - resting < 120
