"""Open the window on an account with very many messages; prints one line of figures.

The folder is filled by `test_large_figures`; there is no server, as on a morning without a network.
``usable`` is from this process's start (imports included) to the list filled and painted. Memory is the
resident set of window, engine and workshop after a letter was opened; pages they share count in each.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from pathlib import Path


def main() -> None:
    begin = time.perf_counter()
    given = json.loads(sys.argv[1])
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
    from tests.bench.resident import sizes_of
    from tests.bench.waiting import wait

    resources = resources_dir()
    server = Endpoint("127.0.0.1", 9)
    account = Account("an", Identity(MailAddress("an@x.vn")), server, server, "an@x.vn")
    settings = Settings(accounts=(account,), body_days=0)
    secrets = MemorySecrets({"an": Secret("x")})
    installation = app.Installation(
        Paths(Path(given["data"])), settings, builtin_policy(resources), secrets, ()
    )
    application = make_application([], resources)
    office = app.OpenOffice(installation)
    state = Path(given["data"]) / "window.ini"
    window = open_shell(office.desk, resources, policy=installation.policy, state_file=state)
    model = window.workspace.list_model
    while model.rowCount() < given["messages"] and time.perf_counter() - begin < 60:
        wait(2)
    window.workspace.list.repaint()
    application.processEvents()
    usable = time.perf_counter() - begin
    figures = scroll_and_search(window, wait)
    office.lane.start()
    row = model.row_id(0)
    office.desk.open_message(model.mailbox_id, row).result(60)
    sizes = sizes_of(office)
    window.close()
    office.close()
    parts = ", ".join(f"{name} {size:.0f}" for name, size in sizes.items())
    print(
        f"{given['messages']} messages: usable {usable:.2f} s; {figures};"
        f" resident {sum(sizes.values()):.0f} MiB ({parts})"
    )


def scroll_and_search(window, wait) -> str:  # type: ignore[no-untyped-def] # imported after the start is timed
    """Frames while the list is scrolled from end to end, and from a search's last letter to its answer."""
    bar = window.workspace.list.verticalScrollBar()
    frames = []
    for step in range(300):
        bar.setValue(bar.maximum() * step // 300)
        begin = time.perf_counter()
        wait(0)
        window.workspace.list.viewport().repaint()
        frames.append(time.perf_counter() - begin)
    model, found = window.workspace.list_model, []
    model.modelReset.connect(lambda: found.append(time.perf_counter()))
    times = []
    for query in ("bao cao", "123/QĐ-UBND", "Quyết định", "hop gi", "từ:an ke hoach"):
        found.clear()
        begin = time.perf_counter()
        window.workspace.search(query)
        while not found and time.perf_counter() - begin < 30:
            wait(1)
        times.append(found[-1] - begin)
    frames.sort()
    return (
        f"scrolling 50 % {frames[150] * 1000:.1f}, 99 % {frames[297] * 1000:.1f} ms a frame;"
        f" searches listed after {min(times) * 1000:.0f} to {max(times) * 1000:.0f} ms"
    )


if __name__ == "__main__":
    multiprocessing.freeze_support()
    main()
