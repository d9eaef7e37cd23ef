"""`congthu trust`: whose signatures count on this computer; for IT support.

An anchor is added only with its SHA-256 fingerprint, known from elsewhere: on paper, on the
authority's own page, by telephone. The file alone proves nothing.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from client.app import trust_keeper
from client.cli.output import JsonObject, Printer
from client.cli.trust_revocation import tell_revocation
from client.config.paths import Paths
from client.errors import TrustRefused
from client.model.anchor import (
    Candidate,
    CertificateRole,
    FingerprintMatch,
    TrustedCertificate,
    TrustOrigin,
    compare_fingerprint,
    grouped,
)
from client.services import workshop
from client.services.tasks import Lane, WorkshopLane
from client.services.trust_keeper import TrustKeeper
from client.services.trust_office import read_offer

EXIT_DONE, EXIT_REFUSED, EXIT_USAGE = 0, 1, 3


def configure(parser: argparse.ArgumentParser) -> None:
    """See `client.cli.main.Command`."""
    parser.add_argument("act", choices=["list", "add", "remove", "record", "revocation"])
    parser.add_argument("what", nargs="*", metavar="FILE|SHA256")
    parser.add_argument(
        "--fingerprint", action="append", default=[], metavar="HEX", help="SHA-256, biết từ nguồn khác"
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="thư mục dữ liệu · data folder")


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`."""
    problem = _usage_problem(arguments)
    if problem:
        printer.usage(problem)
        return EXIT_USAGE
    paths = Paths(arguments.data) if arguments.data else Paths.for_user()
    if arguments.act == "revocation":
        return tell_revocation(paths, printer)
    lane = WorkshopLane()
    try:
        with trust_keeper(paths) as keeper:
            match arguments.act:
                case "list":
                    return _list(keeper, lane, printer)
                case "record":
                    return _record(keeper, printer)
                case "add":
                    return _add(keeper, lane, Path(arguments.what[0]), arguments.fingerprint, printer)
            return _remove(keeper, arguments.what, printer)
    finally:
        lane.close()


def _usage_problem(arguments: argparse.Namespace) -> str:
    match arguments.act, len(arguments.what), bool(arguments.fingerprint):
        case ("list" | "record" | "revocation", 0, False) | ("add", 1, True):
            return ""
        case ("remove", count, False) if count:
            return ""
        case ("add", _, False):
            return (
                "add: cần --fingerprint, lấy từ giấy tờ hoặc trang chính thức của tổ chức chứng thực · "
                "needs --fingerprint, from the authority itself"
            )
    return "list | record | revocation | add FILE --fingerprint HEX | remove SHA256…"


def _list(keeper: TrustKeeper, lane: Lane, printer: Printer) -> int:
    held = keeper.trusted()
    ders = tuple(one.der for one in held)
    now, anchors = datetime.now(UTC), keeper.anchors()
    read = {one.der: one for one in lane.submit(workshop.trust_certificates, ders, now, anchors).result()}
    for one in held:
        _tell(one, read.get(one.der), printer)
    if not held:
        printer.line("chưa tin cậy tổ chức nào · nobody is trusted")
    return EXIT_DONE


def _record(keeper: TrustKeeper, printer: Printer) -> int:
    for entry in keeper.record():
        one = entry.certificate
        printer.line(
            f"{entry.at.astimezone():%d/%m/%Y %H:%M}  {entry.actor}  {entry.act.value} {one.role.value}  "
            f"{one.sha256}  ({one.origin.value}: {one.note})"
        )
        printer.json(
            {
                "at": entry.at.isoformat(),
                "actor": entry.actor,
                "act": entry.act.value,
                **_certificate_json(one),
            }
        )
    return EXIT_DONE


def _add(keeper: TrustKeeper, lane: Lane, path: Path, entered: list[str], printer: Printer) -> int:
    now = datetime.now(UTC)
    data = read_offer(path)
    offered = lane.submit(workshop.trust_candidates, data, now, keeper.anchors()).result()
    chosen = [one for one in offered if _named(one, entered)]
    if not chosen:
        raise TrustRefused(reason="fingerprint-differs")
    for one in chosen:
        fitting = next(text for text in entered if _named(one, [text]))
        keeper.add_anchor(one, fitting, TrustOrigin.COMMAND, path.name)
    again = lane.submit(workshop.trust_candidates, data, now, keeper.anchors()).result()
    helpers = keeper.add_intermediates(again, TrustOrigin.COMMAND, path.name)
    added = {one.details.sha256 for one in (*chosen, *helpers)}
    for held in keeper.trusted():
        if held.sha256 in added:
            _tell(held, next(one for one in again if one.der == held.der), printer)
    return EXIT_DONE


def _named(candidate: Candidate, entered: list[str]) -> bool:
    sha256 = candidate.details.sha256
    return any(compare_fingerprint(text, sha256) is FingerprintMatch.EQUAL for text in entered)


def _remove(keeper: TrustKeeper, fingerprints: list[str], printer: Printer) -> int:
    for text in fingerprints:
        found = next(
            (
                one
                for one in keeper.trusted()
                if compare_fingerprint(text, one.sha256) is FingerprintMatch.EQUAL
            ),
            None,
        )
        if found is None:
            raise TrustRefused(reason="not-trusted")
        keeper.remove(found.sha256, TrustOrigin.COMMAND)
        printer.line(f"✔ {found.sha256}")
        printer.json({"removed": found.sha256})
    return EXIT_DONE


def _tell(one: TrustedCertificate, read: Candidate | None, printer: Printer) -> None:
    kind = "gốc · anchor" if one.role is CertificateRole.ANCHOR else "trung gian · intermediate"
    details = read.details if read is not None else None
    subject = ", ".join(f"{name}={value}" for name, value in details.subject) if details else "?"
    printer.line(f"• {subject}  [{kind}; {one.origin.value}]")
    printer.line(f"    {grouped(one.sha256)}")
    if details is not None:
        printer.line(f"    {details.key}; {details.not_before:%d/%m/%Y} – {details.not_after:%d/%m/%Y}")
    problem = read.problem if read is not None else "no-certificate"
    if problem:
        printer.line(f"    ▲ {printer.catalogue.reason(problem)}")
    printer.json(
        {
            **_certificate_json(one),
            "subject": subject,
            "key": details.key if details else None,
            "not_before": details.not_before.isoformat() if details else None,
            "not_after": details.not_after.isoformat() if details else None,
            "problem": problem or None,
        }
    )


def _certificate_json(one: TrustedCertificate) -> JsonObject:
    return {
        "sha256": one.sha256,
        "role": one.role.value,
        "origin": one.origin.value,
        "added_at": one.added_at.isoformat() if one.added_at else None,
        "added_by": one.added_by or None,
        "note": one.note or None,
    }
