"""`congthu evidence`: what was verified on this computer, for handing over and for looking after it.

Reads the ledger and the files beside it; nothing is verified or changed here.
Only ``--tsa`` asks anybody anything.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from client import __version__
from client.app import data_in_use
from client.cli.output import JsonObject, Printer
from client.config.paths import Paths
from client.errors import ClientError, StorageFailed
from client.services.evidence_bundle import Collected, collect
from client.services.tasks import WorkshopLane
from client.services.verification_bench import seal
from client.store.atomic import write_atomically
from client.store.database import open_ledger
from client.store.evidence import EvidenceLog, EvidenceRow
from client.store.evidence_files import EvidenceFiles

EXIT_DONE, EXIT_FAILED, EXIT_USAGE = 0, 1, 3
_SHORTEST = 8
"""Digits of a digest that name a message."""


def configure(parser: argparse.ArgumentParser) -> None:
    """See `client.cli.main.Command`."""
    parser.add_argument("act", choices=["list", "export", "check"])
    parser.add_argument("what", nargs="*", metavar="SHA256|MESSAGE-ID")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE.zip|DIR")
    parser.add_argument("--tsa", action="append", default=[], metavar="URL", help="đóng dấu thời gian · seal")
    parser.add_argument("--data", type=Path, metavar="DIR", help="thư mục dữ liệu · data folder")


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`."""
    problem = _usage_problem(arguments)
    if problem:
        printer.usage(problem)
        return EXIT_USAGE
    paths = Paths(arguments.data) if arguments.data else Paths.for_user()
    with data_in_use(paths) as at_rest, closing(open_ledger(paths.ledger, at_rest, readonly=True)) as ledger:
        log, files = EvidenceLog(ledger), EvidenceFiles(paths.evidence, at_rest)
        match arguments.act:
            case "list":
                return _list(log, printer)
            case "check":
                return _check(log, files, printer)
        return _export(log, files, arguments, printer)


def _usage_problem(arguments: argparse.Namespace) -> str:
    folder = arguments.output is not None and arguments.output.is_dir()
    match arguments.act, len(arguments.what):
        case ("list" | "check", 0) if arguments.output is None:
            return ""
        case ("export", 1) if arguments.output is not None:
            return ""
        case ("export", count) if count and folder:
            return ""
    return "list | check | export SHA256|MESSAGE-ID… -o FILE.zip|DIR"


def _list(log: EvidenceLog, printer: Printer) -> int:
    for row in log.subjects():
        newest = log.latest(row.subject_sha256) or row
        shown = _shown(newest, len(log.rows(row.subject_sha256)))
        printer.json(shown)
        word = printer.catalogue.text("display", str(shown["display"])).title
        printer.line(f"{newest.recorded_at:%Y-%m-%d %H:%M} · {word} · {shown['subject']} · {shown['sha256']}")
    return EXIT_DONE


def _shown(row: EvidenceRow, rows: int) -> JsonObject:
    report, record = row.entry.report, row.entry.record
    return {
        "sha256": row.subject_sha256,
        "recorded_at": row.recorded_at.isoformat(),
        "display": report.display.value if report is not None else None,
        "subject": _header(row, "subject"),
        "from": _header(row, "from"),
        "message_id": _header(row, "message-id"),
        "rows": rows,
        "stored": record is not None and record.stored,
    }


def _header(row: EvidenceRow, name: str) -> str:
    headers = row.entry.record.headers if row.entry.record is not None else ()
    return next((value for field, value in headers if field.lower() == name), "")


def _export(log: EvidenceLog, files: EvidenceFiles, arguments: argparse.Namespace, printer: Printer) -> int:
    code = EXIT_DONE
    for wanted in arguments.what:
        try:
            subject = _find(log, wanted)
            target = _target(arguments.output, subject)
            now = datetime.now(UTC)
            software = f"Công Thư {__version__}"
            bundle = collect(log, files, subject, files.get(subject), software=software, at=now)
            write_atomically(target, bundle.packed(_sealed(bundle, arguments.tsa)))
        except ClientError as error:
            printer.error(error, wanted)
            code = EXIT_FAILED
            continue
        printer.json({"sha256": subject, "output": str(target)})
        printer.line(f"✔ {target}")
    return code


def _sealed(bundle: Collected, urls: list[str]) -> bytes:
    if not urls:
        return b""
    lane = WorkshopLane()
    try:
        return lane.submit(seal, bundle.manifest, tuple(urls)).result()
    finally:
        lane.close()


def _target(output: Path, subject: str) -> Path:
    return output / f"ho-so-{subject[:16]}.zip" if output.is_dir() else output


def _find(log: EvidenceLog, wanted: str) -> str:
    """The one message meant; `StorageFailed` (``no-evidence``) for none, and where it is not clear which."""
    text = wanted.strip()
    digits = text.lower() if len(text) >= _SHORTEST else "-"
    found = {
        row.subject_sha256
        for row in log.subjects()
        if row.subject_sha256.startswith(digits)
        or _header(log.latest(row.subject_sha256) or row, "message-id").strip("<>") == text.strip("<>")
    }
    if len(found) != 1:
        raise StorageFailed(path=wanted, reason="no-evidence")
    return found.pop()


def _check(log: EvidenceLog, files: EvidenceFiles, printer: Printer) -> int:
    broken = log.first_broken()
    needed = sorted({digest for row in log.subjects() for digest in _blobs(log.rows(row.subject_sha256))})
    spoiled = [digest for digest in needed if not _is_whole(files, digest)]
    number, head = log.head()
    printer.json({"rows": number, "head": head, "broken": broken, "files": len(needed), "spoiled": spoiled})
    words = printer.catalogue
    chain = words.text("evidence", "intact" if broken is None else "altered").title
    place = "" if broken is None else f" ({broken})"
    printer.line(f"{words.text('evidence', 'chain').title}: {number} · {chain}{place} · {head}")
    printer.line(f"{words.text('evidence', 'kept').title}: {len(needed)}")
    for digest in spoiled:
        printer.line(f"  ✘ {digest}")
    return EXIT_DONE if broken is None and not spoiled else EXIT_FAILED


def _blobs(rows: Iterable[EvidenceRow]) -> Iterable[str]:
    for row in rows:
        record = row.entry.record
        if record is not None:
            yield from record.basis.digests()
            if record.stored:
                yield row.subject_sha256


def _is_whole(files: EvidenceFiles, digest: str) -> bool:
    try:
        files.get(digest)
    except (ClientError, ValueError):
        return False
    return True
