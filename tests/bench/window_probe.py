"""Open the window on the training city once, measure, close; prints one line of figures.

``usable`` is the time from this process's start to the message list filled and painted (imports
included, the city's own start excluded). Memory is the resident set of window, engine and workshop
after a message was opened and verified; pages that they share are counted in each.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from pathlib import Path


def main() -> None:
    from client.config.paths import Paths, resources_dir
    from client.sandbox.city import City

    data = Path(sys.argv[1])
    with City.start(data / "city") as city:
        measure(city, data, Paths(data), resources_dir())


def measure(city, data, paths, resources) -> None:  # type: ignore[no-untyped-def] # imported above

    start = time.perf_counter()
    from client import app
    from client.cli.demo import installation_of
    from client.ui.application import make_application
    from client.ui.message_list import MessageList
    from client.ui.shell import open_shell
    from tests.bench.resident import sizes_of
    from tests.bench.waiting import wait

    installation = installation_of(city.info, paths, "vi")
    application = make_application([], resources)
    office = app.OpenOffice(installation)
    window = open_shell(
        office.desk, resources, policy=installation.policy, is_demo=True, state_file=data / "window.ini"
    )
    listed = window.findChild(MessageList)
    end = time.monotonic() + 60
    while time.monotonic() < end and (listed is None or listed.model().rowCount() == 0):
        wait(5)
    application.processEvents()
    usable = time.perf_counter() - start
    office.lane.start()
    desk = office.desk
    box = next(one for one in desk.mailboxes(desk.accounts()[0].account_id))
    row = desk.row_ids(box.mailbox_id)[0]
    report = desk.verification().verify(box.mailbox_id, row).result(60)
    rows = len(desk.row_ids(box.mailbox_id))
    sizes = sizes_of(office)
    window.close()
    office.close()
    parts = ", ".join(f"{name} {size:.0f}" for name, size in sizes.items())
    print(
        f"usable {usable:.2f} s ({rows} letters in the first mailbox, {report.display.value}); "
        f"resident {sum(sizes.values()):.0f} MiB ({parts})"
    )


if __name__ == "__main__":
    multiprocessing.freeze_support()
    main()
