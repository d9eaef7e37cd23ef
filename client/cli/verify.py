"""`congthu verify`: judge signed files and messages, offline."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from client import __version__
from client.cli.keys import key_use
from client.cli.output import Printer, verification_json
from client.cli.signed_revision import write_revisions
from client.cli.verify_bundle import bundle_json, is_bundle, judge_bundle, print_bundle
from client.config.paths import Paths
from client.config.verdict_words import verdict_texts
from client.errors import ConfigInvalid
from client.model.secret import Secret
from client.model.trust import RevocationDemand
from client.model.verdict import Display, Indication, VerificationReport
from client.services.letters_bench import hold_to_open
from client.services.own_trust import own_sources
from client.services.requests import TrustSources, VerifyRequest
from client.services.tasks import Lane, WorkshopLane
from client.services.verification_report import ReportFacts, as_html
from client.services.workshop import judge, read_sources, release_key
from client.store.atomic import write_atomically

EXIT_PASSED, EXIT_FAILED, EXIT_INDETERMINATE, EXIT_UNREADABLE, EXIT_NONE = 0, 1, 2, 3, 4
SIGNS = {
    Display.VALID: "✔",
    Display.WARNING: "▲",
    Display.UNKNOWN: "?",
    Display.INVALID: "✘",
    Display.NONE: "–",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """See `client.cli.main.Command`."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--content", type=Path, metavar="FILE", help="the file a detached .p7s belongs to")
    parser.add_argument("--trust", type=Path, action="append", default=[], metavar="DIR|PEM")
    parser.add_argument("--crl", type=Path, action="append", default=[], metavar="DIR|FILE")
    parser.add_argument(
        "--revocation", choices=[demand.value for demand in RevocationDemand], default="require"
    )
    parser.add_argument("--at", type=_moment, metavar="TIME", help="ISO 8601 with offset; now by default")
    parser.add_argument(
        "--password-file", type=Path, metavar="FILE", help="first line opens an encrypted PDF"
    )
    parser.add_argument(
        "--key", metavar="p12:PATH|pkcs11:URI", help="mở thư mã hóa · opens encrypted messages"
    )
    parser.add_argument("--online", action="store_true", help="(not there yet)")
    parser.add_argument(
        "--signed-revision",
        type=Path,
        metavar="DIR",
        help="write what each signer of a PDF left, bit for bit",
    )
    parser.add_argument("--report", type=Path, metavar="FILE|DIR", help="write the result as HTML")


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`."""
    if arguments.online:
        printer.line("--online: chưa có trong phiên bản này · not there yet")
        printer.json({"error": "not-available-yet", "option": "online"})
        return EXIT_UNREADABLE
    problem = _report_problem(arguments) or _folder_problem(arguments.signed_revision)
    if problem:
        printer.line(problem)
        printer.json({"error": "usage", "message": problem})
        return EXIT_UNREADABLE
    request = _request(arguments)
    lane = WorkshopLane()
    try:
        if request.key is not None:
            # One login for all; what is wrong with the key is said once, and no file is tried.
            lane.submit(hold_to_open, request.key).result()
        # Anchors that cannot be read are the caller's mistake, not a doubt about every file.
        lane.submit(read_sources, request.sources, request.at).result()
        reports = [_judge_one(lane, request, path, arguments, printer) for path in arguments.paths]
        if request.key is not None:
            lane.submit(release_key).result()
    finally:
        lane.close()
    return _exit_code(reports)


def _judge_one(
    lane: Lane, request: VerifyRequest, path: Path, arguments: argparse.Namespace, printer: Printer
) -> VerificationReport:
    bundle = judge_bundle(lane, replace(request, path=path)) if is_bundle(path) else None
    report = bundle.verdict() if bundle is not None else judge(lane, replace(request, path=path)).result()
    result = dict(bundle_json(bundle) if bundle is not None else verification_json(report))
    if arguments.signed_revision is not None and bundle is None:
        result["signed_revisions"] = write_revisions(lane, report, path, arguments.signed_revision, printer)
    written: Path | None = arguments.report
    if written is not None:
        target = written / f"{path.name}.html" if written.is_dir() else written
        write_atomically(target, _as_html(report, path, request.at, printer))
        result["report"] = str(target)
    printer.json(result)
    _print_words(report, printer)
    if bundle is not None:
        print_bundle(bundle, printer)
    return report


def _as_html(report: VerificationReport, path: Path, at: datetime, printer: Printer) -> bytes:
    try:
        content = path.read_bytes()
    except OSError:
        content = b""  # the report says that it could not be read
    facts = ReportFacts(sha256(content).hexdigest(), len(content), at, f"Công Thư {__version__}")
    return as_html(report, facts, printer.catalogue).encode()


def _folder_problem(folder: Path | None) -> str:
    if folder is None or folder.is_dir():
        return ""
    return f"--signed-revision: không có thư mục {folder} · no such folder"


def _report_problem(arguments: argparse.Namespace) -> str:
    written: Path | None = arguments.report
    if written is None or (
        written.is_dir() and len({path.name for path in arguments.paths}) == len(arguments.paths)
    ):
        return ""
    if written.is_dir() or len(arguments.paths) > 1:
        return "--report: nhiều tệp cần một thư mục, tên khác nhau · many inputs: a folder, other names"
    if written.suffix.lower() not in {".html", ".htm"}:
        return "--report: tệp .html · an .html file"
    if written.absolute() == arguments.paths[0].absolute():
        return "--report: sẽ ghi đè lên tệp được kiểm tra · would overwrite the input"
    return ""


def _request(arguments: argparse.Namespace) -> VerifyRequest:
    own = own_sources(Paths.for_user())
    password = None
    if arguments.password_file is not None:
        password = _first_line(arguments.password_file)
    return VerifyRequest(
        path=Path(),
        sources=TrustSources(
            anchors=tuple(arguments.trust) or own.anchors,
            crls=tuple(arguments.crl) or own.crls,
            intermediates=own.intermediates,
        ),
        at=arguments.at or datetime.now(UTC),
        revocation=RevocationDemand(arguments.revocation),
        content=arguments.content,
        password=password,
        key=key_use(arguments.key) if arguments.key else None,
    )


def _first_line(path: Path) -> Secret:
    try:
        return Secret(path.read_text("utf-8").splitlines()[0])
    except (OSError, UnicodeDecodeError, IndexError) as error:
        raise ConfigInvalid(path=str(path), key="--password-file", suggestion="") from error


def _print_words(report: VerificationReport, printer: Printer) -> None:
    word = printer.catalogue.text("display", report.display.value).title
    printer.line(f"{SIGNS[report.display]} {word}: {report.path}")
    if report.encryption is not None:
        opened = "đã mở · opened" if report.encryption.opened else "chưa mở · not opened"
        printer.line(f"    mã hóa · encrypted: {report.encryption.cipher or '?'}, {opened}")
    for reason in report.reasons:
        _print_reason(reason.value, printer)
    for signature in report.signatures:
        who = signature.signer.name if signature.signer else "?"
        state = printer.catalogue.text("display", signature.display.value).title
        code = "/".join(filter(None, (signature.indication, signature.sub_indication)))
        form = " ".join(filter(None, (signature.format.value, signature.level)))
        printer.line(f"  {SIGNS[signature.display]} {form} · {who} · {state} [{code}]")
        if signature.countersigns:
            printer.line(f"      → {signature.countersigns}")
        for text in verdict_texts(printer.catalogue, signature):
            printer.line(f"      {text.whole}")


def _print_reason(code: str, printer: Printer) -> None:
    printer.line(f"      {printer.catalogue.text('reason', code).whole}")


def _exit_code(reports: list[VerificationReport]) -> int:
    if any(report.unreadable for report in reports):
        return EXIT_UNREADABLE
    found = {report.worst for report in reports}
    if Indication.TOTAL_FAILED in found:
        return EXIT_FAILED
    if Indication.INDETERMINATE in found:
        return EXIT_INDETERMINATE
    return EXIT_NONE if Indication.NONE in found else EXIT_PASSED


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
