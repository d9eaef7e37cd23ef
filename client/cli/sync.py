"""`congthu sync`: fetch mail once, without a window."""

from __future__ import annotations

import argparse
from pathlib import Path

from client import app
from client.cli.output import Printer
from client.cli.waiting import EventWaiter
from client.model.event import Event, EventKind

PATIENCE_SECONDS = 600.0


def configure(parser: argparse.ArgumentParser) -> None:
    """See `client.cli.main.Command`."""
    parser.add_argument("--data", type=Path, metavar="DIR", help="thư mục dữ liệu · data folder")


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`."""
    results: dict[str, Event] = {}
    with app.OpenOffice(app.installed(arguments.data)) as desk:
        wanted = {account.account_id for account in desk.accounts()}

        def listen(event: Event) -> None:
            ended = event.kind in {EventKind.ACCOUNT_OK, EventKind.ACCOUNT_PROBLEM}
            if ended and event.account_id in wanted:
                results[event.account_id] = event

        desk.subscribe(listen)
        waiter = EventWaiter(desk)
        desk.sync_now()
        if wanted:
            waiter.until(lambda: True if wanted <= set(results) else None, PATIENCE_SECONDS, "sync")
        for account_id in sorted(wanted):
            problem = results[account_id].kind is EventKind.ACCOUNT_PROBLEM
            total = sum(mailbox.total for mailbox in desk.mailboxes(account_id))
            state = results[account_id].code if problem else "ok"
            printer.line(f"{'✘' if problem else '✔'} {account_id}: {total} thư [{state}]")
            if problem:
                why = printer.catalogue.text("error", state, **dict(results[account_id].params))
                printer.line(f"  {why.title} {why.action}")
            printer.json({"account": account_id, "ok": not problem, "code": state, "messages": total})
    return 1 if any(event.kind is EventKind.ACCOUNT_PROBLEM for event in results.values()) else 0
