"""`congthu overrides`: the log of what was sent in spite of a finding, read-only."""

from __future__ import annotations

import argparse
from contextlib import closing
from datetime import datetime
from pathlib import Path

from client.app import data_in_use
from client.cli.output import Printer
from client.config.paths import Paths
from client.store.database import open_ledger
from client.store.overrides import Override, OverrideLog

EXIT_INTACT, EXIT_BROKEN, EXIT_USAGE = 0, 1, 3


def configure(parser: argparse.ArgumentParser) -> None:
    """See `client.cli.main.Command`."""
    parser.add_argument("--data", type=Path, metavar="DIR", help="thư mục dữ liệu · data folder")
    parser.add_argument("--since", metavar="YYYY-MM-DD", default="", help="từ ngày · from this day on")
    parser.add_argument("--rule", metavar="RULE", default="", help="chỉ quy tắc này · this rule only")


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`."""
    try:
        since = datetime.fromisoformat(arguments.since).astimezone() if arguments.since else None
    except ValueError:
        problem = f"--since: {arguments.since}?"
        printer.usage(problem)
        return EXIT_USAGE
    paths = Paths(arguments.data) if arguments.data else Paths.for_user()
    if not paths.ledger.is_file():
        return _end(printer, 0, None)
    with data_in_use(paths) as at_rest, closing(open_ledger(paths.ledger, at_rest, readonly=True)) as ledger:
        log = OverrideLog(ledger)
        entries, broken = log.entries(), log.first_broken()
    wanted = [
        one
        for one in entries
        if (since is None or one.logged_at >= since) and arguments.rule in {"", *one.rules}
    ]
    for one in wanted:
        _show(one, printer)
    return _end(printer, len(wanted), broken)


def _show(one: Override, printer: Printer) -> None:
    printer.json(
        {
            "logged_at": one.logged_at.isoformat(),
            "account": one.account_id,
            "user": one.user,
            "role": one.role,
            "rules": list(one.rules),
            "reason": one.reason,
            "policy": one.policy,
            "message_id": one.message_id,
            "sha256": one.sha256,
            "attachments": list(one.attachments),
        }
    )
    when = one.logged_at.astimezone().strftime("%d/%m/%Y %H:%M")
    printer.line(f"{when}  {one.user or one.account_id}  [{one.role or '–'}]  {', '.join(one.rules)}")
    printer.line(f"    {one.reason}")
    printer.line(f"    {one.message_id}  sha256 {one.sha256[:16]}…  {one.policy}".rstrip())


def _end(printer: Printer, count: int, broken: int | None) -> int:
    printer.json({"entries": count, "intact": broken is None, "first_broken": broken})
    printer.line(f"{count} mục · entries")
    if broken is None:
        printer.line("✔ chuỗi băm nguyên vẹn · the hash chain holds")
        return EXIT_INTACT
    printer.line(f"✘ nhật ký đã bị sửa từ mục {broken} · the log was changed at entry {broken}")
    return EXIT_BROKEN
