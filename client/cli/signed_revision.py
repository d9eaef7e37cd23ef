"""`congthu verify --signed-revision DIR`: what each signer of a PDF left, byte for byte, as a file."""

from __future__ import annotations

import re
from pathlib import Path

from client.cli.output import Printer
from client.errors import ClientError
from client.model.verdict import SignatureVerdict, VerificationReport
from client.services.signed_versions import signed_version
from client.services.tasks import Lane
from client.store.atomic import write_atomically

_UNSAFE = re.compile(r"[^\w.\- ]+")
_MOST_LETTERS = 80


def write_revisions(
    lane: Lane, report: VerificationReport, path: Path, folder: Path, printer: Printer
) -> list[str | None]:
    """One entry for each signature of ``report``: the file written, None where there is no revision."""
    return [_write(lane, verdict, path, folder, printer) for verdict in report.signatures]


def _write(lane: Lane, verdict: SignatureVerdict, path: Path, folder: Path, printer: Printer) -> str | None:
    if not verdict.revision_bytes:
        return None
    target = folder / revision_name(verdict, path)
    try:
        content = lane.submit(signed_version, path, verdict.section, verdict.revision_bytes).result()
        write_atomically(target, content)
    except ClientError as error:
        printer.error(error, str(target))
        return None
    return str(target)


def revision_name(verdict: SignatureVerdict, path: Path) -> str:
    """Made of the file's and the field's name; the number in the order of signing keeps them apart."""
    section = f"{verdict.section}_" if verdict.section else ""
    field = _UNSAFE.sub("_", verdict.where.rpartition(": ")[2])[:_MOST_LETTERS].strip(". ")
    return f"{_UNSAFE.sub('_', path.stem)}_{section}{verdict.order}_{field}.pdf"
