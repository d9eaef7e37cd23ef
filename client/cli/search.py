"""`congthu search`: find mail that is on this computer, without a window and without a network."""

from __future__ import annotations

import argparse
from pathlib import Path

from client import app
from client.cli.output import Printer
from client.config.paths import Paths
from client.model.mailbox import Mailbox, MessageRow
from client.model.search import parse_query
from client.store.everywhere import search_everywhere

EXIT_NOTHING_FOUND = 1
_HELP = (
    "từ, có dấu hay không; từ: đến: có: trước: sau: trong: số: · words, with or without marks; "
    "from: to: has: before: after: in: number:"
)


def configure(parser: argparse.ArgumentParser) -> None:
    """See `client.cli.main.Command`."""
    parser.add_argument("query", nargs="+", metavar="QUERY", help=_HELP)
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="nhiều nhất N thư · at most N")
    parser.add_argument("--data", type=Path, metavar="DIR", help="thư mục dữ liệu · data folder")


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`."""
    installation = app.installed(arguments.data)
    query = parse_query(" ".join(arguments.query) + " ")
    for typed in query.misread:
        printer.line(f"“{typed}” được tìm như chữ thường · is looked for as a word")
    found = 0
    paths = installation.paths
    with app.data_in_use(paths) as at_rest:
        for account in installation.settings.accounts:
            left = arguments.limit - found
            for mailbox, row in search_everywhere(paths, account.account_id, query, left, at_rest):
                found += 1
                _tell(printer, paths, mailbox, row)
    if not found:
        printer.line("không có kết quả · nothing found")
    return 0 if found else EXIT_NOTHING_FOUND


def _tell(printer: Printer, paths: Paths, mailbox: Mailbox, row: MessageRow) -> None:
    when = row.received_at.astimezone()
    who = row.sender_name or row.sender_address
    subject = " ".join(row.subject.split())
    printer.line(f"{when:%d/%m/%Y %H:%M}  {who}  {subject}  [{mailbox.name}]")
    printer.json(
        {
            "account": mailbox.account_id,
            "mailbox": mailbox.name,
            "received": row.received_at.isoformat(),
            "from": row.sender_address,
            "from_name": row.sender_name,
            "to": row.recipients,
            "subject": row.subject,
            "message_id": row.message_id,
            "unread": not row.seen,
            "attachment": row.has_attachment,
            "file": _readable_file(paths, mailbox, row),
        }
    )


def _readable_file(paths: Paths, mailbox: Mailbox, row: MessageRow) -> str | None:
    """Where the raw message can be read; None where it is not here, or only encrypted."""
    path = paths.account(mailbox.account_id) / row.body_path
    return str(path) if row.body_path and path.is_file() else None
