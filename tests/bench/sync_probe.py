"""Open the window on a mailbox that is fetched for the first time; prints the gaps of a timer of 16 ms."""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from pathlib import Path


def main() -> None:
    given = json.loads(sys.argv[1])
    from PySide6.QtCore import QTimer

    from client import app
    from client.config.paths import Paths, resources_dir
    from client.config.policy_layers import builtin_policy
    from client.config.settings import Settings
    from client.model.account import Account, Endpoint, Identity
    from client.model.address import MailAddress
    from client.model.secret import Secret
    from client.store.secrets import MemorySecrets
    from client.ui.application import make_application
    from client.ui.shell import open_shell
    from tests.bench.waiting import wait

    resources = resources_dir()
    server = Endpoint(given["host"], given["port"])
    account = Account("a", Identity(MailAddress(given["user"])), server, server, given["user"])
    settings = Settings(accounts=(account,), body_days=0)
    secrets = MemorySecrets({"a": Secret(given["password"])})
    anchors = (Path(given["ca"]).read_bytes(),)
    installation = app.Installation(
        Paths(Path(given["data"])), settings, builtin_policy(resources), secrets, anchors
    )
    _application = make_application([], resources)  # kept for as long as there are widgets
    office = app.OpenOffice(installation)
    state = Path(given["data"]) / "window.ini"
    window = open_shell(office.desk, resources, policy=installation.policy, state_file=state)
    wait(400)  # the window's own start is another figure; the engine is still loading
    gaps: list[float] = []
    last = [time.perf_counter()]

    def tick() -> None:
        now = time.perf_counter()
        gaps.append(now - last[0])
        last[0] = now

    timer = QTimer()
    timer.setInterval(16)
    timer.timeout.connect(tick)
    timer.start()
    begin = time.perf_counter()
    end = begin + 600
    total, first = 0, 0.0
    while total < given["messages"] and time.perf_counter() < end:
        wait(100)
        boxes = office.desk.mailboxes("a")
        total = max((box.total for box in boxes), default=0)
        first = first or (time.perf_counter() - begin if total else 0.0)
    taken = time.perf_counter() - begin
    during, gaps[:] = sorted(gaps), []
    wait(2000)
    timer.stop()
    after = sorted(gaps)
    window.close()
    office.close()
    if not during or total < given["messages"]:
        raise SystemExit(f"only {total} messages")
    print(
        f"window during a first sync of {total}: frame gap 50 % {at(during, 0.5):.0f} ms,"
        f" 99 % {at(during, 0.99):.0f} ms, longest {during[-1] * 1000:.0f} ms; afterwards on the same machine"
        f" 99 % {at(after, 0.99):.0f} ms; first rows after {first:.1f} s, all after {taken:.1f} s"
    )


def at(ordered: list[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


if __name__ == "__main__":
    multiprocessing.freeze_support()
    main()
