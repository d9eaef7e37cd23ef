"""`congthu verify BUNDLE.zip`: what is said about a bundle of evidence."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from client.cli.output import JsonObject, Printer, verification_json
from client.model.bundle import BundleReport
from client.model.text import printable
from client.services.requests import VerifyRequest
from client.services.tasks import Lane
from client.services.workshop import check_bundle

_ZIP = b"PK\x03\x04"
_WHERE_THE_NAME_IS = 30
_FIRST = b"evidence.json"


def is_bundle(path: Path) -> bool:
    """Whether the file says that it is one; an Office file is a ZIP too."""
    try:
        with path.open("rb") as file:
            head = file.read(_WHERE_THE_NAME_IS + len(_FIRST))
    except OSError:
        return False
    # Also one whose first file was taken out or renamed: it is to be called altered, not unknown.
    return head.startswith(_ZIP) and (head.endswith(_FIRST) or path.suffix.lower() == ".zip")


def judge_bundle(lane: Lane, request: VerifyRequest) -> BundleReport:
    """Have the workshop look at it."""
    return lane.submit(check_bundle, request).result()


def bundle_json(report: BundleReport) -> JsonObject:
    """The contract's object: that of the message, and ``evidence`` with what holds by hash alone."""
    return {
        **verification_json(report.verdict()),
        "evidence": {
            "intact": report.intact,
            "problems": [{"code": one.problem.value, "place": one.place} for one in report.problems],
            "subject_sha256": report.subject_sha256,
            "exported_at": _moment(report.exported_at),
            "sealed_at": _moment(report.sealed_at),
            "files": report.files,
            "rows": [
                {
                    "id": row.evidence_id,
                    "recorded_at": _moment(row.recorded_at),
                    "display": row.report.display.value if row.report is not None else None,
                    "sent_reason": row.sent_reason or None,
                    "software": row.software,
                    "policy": row.policy,
                    "verifies_again": row.agrees,
                }
                for row in report.rows
            ],
            "anchors": [
                {"sha256": one.sha256, "subject": one.subject, "trusted_here": one.trusted_here}
                for one in report.anchors
            ],
        },
    }


def print_bundle(report: BundleReport, printer: Printer) -> None:
    """By hash first, by new verification after: they are two different things to know."""
    if report.unreadable:
        return
    words = printer.catalogue
    state = words.text("evidence", "intact" if report.intact else "altered").title
    printer.line(f"  {'✔' if report.intact else '✘'} {words.text('evidence', 'by-hash').title}: {state}")
    for problem in report.problems:
        place = f" ({printable(problem.place)})" if problem.place else ""
        printer.line(f"      {words.text('bundle', problem.problem.value).title}{place}")
    for row in report.rows:
        said = (
            words.text("display", row.report.display.value).title
            if row.report is not None
            else row.sent_reason
        )
        again = {True: "same", False: "differs", None: "not-tried"}[row.agrees]
        printer.line(
            f"      {row.recorded_at:%Y-%m-%d %H:%M:%S %z} · {said} · {printable(row.software)} ·"
            f" {words.text('evidence', again).title}"
        )
    for anchor in report.anchors:
        known = words.text("evidence", "anchor-trusted" if anchor.trusted_here else "anchor-unknown").title
        printer.line(f"      {printable(anchor.subject)} · SHA-256 {anchor.sha256} · {known}")
    if report.intact:
        printer.line(f"  {words.text('evidence', 'limits' if report.sealed_at is None else 'sealed').title}")


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
