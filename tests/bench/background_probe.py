"""Signed mail is verified behind the running window: ``prepare FOLDER COUNT``, then ``window FOLDER``.

``prepare`` fills an inbox with signed messages, every tenth with a signed and time-stamped PDF in it, and
one in a hundred altered. ``window`` opens the real window with its engine and workshops on it, lets a
timer of 16 ms tick for a while without the background and then with it, and prints the gaps between
two ticks, messages per second, and the resident set of each process at the end of the work.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

TICK_MS = 16
_QUIET_S = 10.0
_LONGEST_S = 900.0


def prepare(folder: Path, count: int) -> None:
    from client.config.paths import Paths
    from client.crypto import cms
    from client.mime import builder
    from client.model.mailbox import RemoteMailbox, SpecialUse
    from client.net.session import FetchedHeader
    from client.services.sync_rows import header_record
    from client.store.database import open_cache, open_ledger
    from client.store.inserting import insert_rows
    from client.store.messages import MessageStore
    from client.store.numbers import MailboxNumbers
    from client.store.objects import ObjectStore
    from client.store.rows import StoredBody
    from client.store.search import IndexedText
    from tests.fakes.evidence import ADDRESS, signed_letter
    from tests.fakes.pki import OfficePki
    from tests.fakes.signing import key_of

    pki, paths = OfficePki(), Paths(folder)
    paths.revocation.mkdir(parents=True)
    for number, crl in enumerate(pki.crls()):
        (paths.revocation / f"{number}.crl").write_bytes(crl)
    (folder / "root.pem").write_bytes(pki.root.certificate_pem)
    (folder / "issuing.pem").write_bytes(pki.issuing.certificate_pem)
    holder = pki.person("Nguyễn Văn An", ADDRESS)
    key = key_of(holder)
    account = paths.account("an")
    account.mkdir(parents=True)
    ledger, cache = open_ledger(paths.ledger), open_cache(account / "cache.db")
    store, objects = MessageStore(cache, "an", MailboxNumbers(ledger)), ObjectStore(account)
    (mailbox_id,) = store.upsert_mailboxes([RemoteMailbox(b"INBOX", "INBOX", SpecialUse.INBOX)]).values()
    for number in range(count):
        if number % 10 == 0:
            raw = signed_letter(pki, signer=holder, changed=number % 100 == 0)
        else:
            entity = f"Content-Type: text/plain; charset=utf-8\r\n\r\nKinh gui {number}\r\n".encode()
            headers = f"From: An <{ADDRESS}>\r\nSubject: So {number}\r\nMessage-ID: <{number}@x>\r\n".encode()
            raw = builder.assemble_signed(headers, entity, cms.sign_mail(entity, key, pki.now))
        raw = f"X-Number: {number}\r\n".encode() + raw
        header = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        at = pki.now - timedelta(minutes=count - number)
        record = header_record(FetchedHeader(number + 1, frozenset(), at, len(raw), header))
        insert_rows(cache, mailbox_id, [record], index=False)
        row_id = cache.rows("SELECT max(row_id) FROM message")[0][0]
        store.set_bodies([StoredBody(row_id, objects.put(raw), number % 10 == 0, IndexedText())])
        store.set_text(row_id, IndexedText())
    cache.close()
    ledger.close()


def window(folder: Path) -> None:
    from msgspec.structs import replace as replaced
    from PySide6.QtCore import QTimer

    from client import app
    from client.config.paths import Paths, resources_dir
    from client.config.policy_layers import builtin_policy
    from client.config.policy_trust import PolicyCertificate, Trust
    from client.config.settings import Settings
    from client.model.account import Account, Endpoint, Identity
    from client.model.address import MailAddress
    from client.model.verdict import Display
    from client.services.office_setup import OfficeSetup
    from client.services.tasks import WorkshopLane
    from client.store.secrets import MemorySecrets
    from client.ui.application import make_application
    from client.ui.shell import open_shell
    from tests.bench.resident import resident_mib, sizes_of
    from tests.bench.waiting import wait

    def vouched(name: str) -> PolicyCertificate:
        one = PolicyCertificate(name, "", (folder / name).read_text("ascii"))
        return replaced(one, fingerprint=one.sha256)

    nowhere = Endpoint("127.0.0.1", 9)
    account = Account("an", Identity(MailAddress("an@sonoivu.vn", "An")), nowhere, nowhere, "an")
    trust = Trust(anchors=(vouched("root.pem"),), intermediates=(vouched("issuing.pem"),))
    policy = replaced(builtin_policy(resources_dir()), trust=trust)
    installation = app.Installation(
        Paths(folder), Settings(accounts=(account,)), policy, MemorySecrets({}), is_demo=True
    )
    calm: list[WorkshopLane] = []
    made = app.office_setup

    def observed(one: app.Installation) -> OfficeSetup:
        def lane() -> WorkshopLane:
            calm.append(WorkshopLane(logs=one.paths.logs, calm=True))
            return calm[-1]

        return replace(made(one), calm_lane=lane)

    app.office_setup = observed  # type: ignore[assignment] # to know the workshop's process
    application = make_application([], resources_dir())
    office = app.OpenOffice(installation)
    shown = open_shell(office.desk, resources_dir(), policy=policy, is_demo=True, state_file=folder / "w.ini")
    office.lane.start()
    office.desk.trust().begin()
    wait(4000)
    ticks: list[float] = []
    timer = QTimer()
    timer.setInterval(TICK_MS)
    timer.setTimerType(timer.timerType().PreciseTimer)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start()
    wait(int(_QUIET_S * 1000))
    quiet, ticks[:] = list(ticks), []
    overview, desk = office.desk.verification().overview(), office.desk
    (box,) = desk.mailboxes("an")
    rows = tuple(desk.rows(box.mailbox_id, desk.row_ids(box.mailbox_id)).values())
    begin = time.perf_counter()
    ticks.clear()
    desk.work_behind()
    sizes: dict[str, float] = {}
    end = begin
    while time.perf_counter() - begin < _LONGEST_S:
        wait(500)
        progress = overview.progress()
        if progress.total:
            end = time.perf_counter()
            sizes = {
                **sizes_of(office),
                "background": sum(resident_mib(one) for lane in calm for one in lane.process_ids()),
            }
        elif end > begin:
            break
    busy = list(ticks)
    timer.stop()
    words = list(overview.words(rows).values())
    figures = {
        "quiet": gaps(quiet),
        "busy": gaps(busy),
        "messages": len(rows),
        "words": {one.value: words.count(one) for one in Display if one in words},
        "seconds": round(end - begin, 1),
        "resident": {name: round(size) for name, size in sizes.items()},
    }
    shown.close()
    office.close()
    del application
    print(json.dumps(figures))


def gaps(ticks: list[float]) -> dict[str, float]:
    """Milliseconds between two ticks."""
    found = sorted(1000 * (after - before) for before, after in itertools.pairwise(ticks))
    return {
        "ticks": len(found),
        "median": round(found[len(found) // 2], 1),
        "p99": round(found[int(len(found) * 0.99)], 1),
        "max": round(found[-1], 1),
    }


if __name__ == "__main__":
    multiprocessing.freeze_support()
    if sys.argv[1] == "prepare":
        prepare(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        window(Path(sys.argv[2]))
