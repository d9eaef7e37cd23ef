"""`congthu verify`: judge signed files and messages, offline."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from client.cli.keys import key_use
from client.cli.output import Printer, verification_json
from client.cli.signed_revision import write_revisions
from client.cli.trust_sources import sources_of
from client.cli.verify_bundle import bundle_json, is_bundle, judge_bundle, print_bundle
from client.cli.verify_online import doors, look_online
from client.cli.verify_report import report_problem, write_report
from client.config.verdict_words import change_lines, verdict_texts
from client.errors import ConfigInvalid
from client.model.bundle import BundleReport
from client.model.evidence import Gathered
from client.model.secret import Secret
from client.model.text import printable
from client.model.trust import RevocationDemand
from client.model.verdict import Display, Indication, RevocationEvidence, VerificationReport
from client.services.letters_bench import hold_to_open
from client.services.requests import VerifyRequest
from client.services.tasks import Lane, WorkshopLane
from client.services.workshop import judge, judge_and_gather, read_sources, release_key

_WHEN = "%d/%m/%Y %H:%M"
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
    parser.add_argument(
        "--online", action="store_true", help="fetch CRLs first, from hosts the policy names · tải CRL trước"
    )
    parser.add_argument(
        "--signed-revision",
        type=Path,
        metavar="DIR",
        help="write what each signer of a PDF left, bit for bit",
    )
    parser.add_argument("--report", type=Path, metavar="FILE|DIR", help="write the result as .html or .pdf")


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`."""
    problem = report_problem(arguments.report, arguments.paths) or _folder_problem(arguments.signed_revision)
    if problem:
        printer.usage(problem)
        return EXIT_UNREADABLE
    request = _request(arguments)
    if arguments.online:
        arguments.doors = doors()
    lane = WorkshopLane()
    try:
        if request.key is not None:
            # One login for all; what is wrong with the key is said once, and no file is tried.
            lane.submit(hold_to_open, request.key).result()
        # Anchors that cannot be read are the caller's mistake, not a doubt about every file.
        lane.submit(read_sources, request.sources, request.at).result()
        reports = [_look_and_judge(lane, request, path, arguments, printer) for path in arguments.paths]
        if request.key is not None:
            lane.submit(release_key).result()
    finally:
        lane.close()
    return _exit_code(reports)


def _look_and_judge(
    lane: Lane, request: VerifyRequest, path: Path, arguments: argparse.Namespace, printer: Printer
) -> VerificationReport:
    asked = replace(request, path=path)
    if not arguments.online or is_bundle(path):
        return _judge_one(lane, asked, path, arguments, printer)
    with TemporaryDirectory(prefix="congthu-") as folder:
        asked, online = look_online(lane, asked, arguments.doors, Path(folder), printer)
        return _judge_one(lane, asked, path, arguments, printer, {"online": online})


def _judge_one(
    lane: Lane,
    asked: VerifyRequest,
    path: Path,
    arguments: argparse.Namespace,
    printer: Printer,
    more: Mapping[str, object] = MappingProxyType({}),
) -> VerificationReport:
    bundle = judge_bundle(lane, asked) if is_bundle(path) else None
    # A report says as well what the verdict rests on, which is gathered for nothing else.
    whole = judge_and_gather(lane, asked).result() if bundle is None and arguments.report else None
    gathered = whole if isinstance(whole, Gathered) else None
    report = _report_of(bundle, whole) or judge(lane, asked).result()
    result = {**(bundle_json(bundle) if bundle is not None else verification_json(report)), **more}
    if arguments.signed_revision is not None and bundle is None:
        result["signed_revisions"] = write_revisions(lane, report, path, arguments.signed_revision, printer)
    if arguments.report is not None:
        basis = gathered.record if gathered is not None else bundle
        target = write_report(arguments.report, path, report, basis, asked.at, printer.catalogue)
        result["report"] = str(target)
    printer.json(result)
    _print_words(report, printer)
    if bundle is not None:
        print_bundle(bundle, printer)
    return report


def _report_of(
    bundle: BundleReport | None, whole: Gathered | VerificationReport | None
) -> VerificationReport | None:
    if bundle is not None:
        return bundle.verdict()
    return whole.report if isinstance(whole, Gathered) else whole


def _folder_problem(folder: Path | None) -> str:
    if folder is None or folder.is_dir():
        return ""
    return f"--signed-revision: không có thư mục {folder} · no such folder"


def _request(arguments: argparse.Namespace) -> VerifyRequest:
    password = None
    if arguments.password_file is not None:
        password = _first_line(arguments.password_file)
    return VerifyRequest(
        path=Path(),
        sources=sources_of(arguments),
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
    _print_senders(report, printer)
    for reason in report.reasons:
        _print_reason(reason.value, printer)
    for signature in report.signatures:
        who = printable(signature.signer.name) if signature.signer else "?"
        state = printer.catalogue.text("display", signature.display.value).title
        code = "/".join(filter(None, (signature.indication, signature.sub_indication)))
        form = " ".join(filter(None, (signature.format.value, signature.level)))
        number = f"{signature.order}. " if signature.order else ""
        printer.line(f"  {SIGNS[signature.display]} {number}{form} · {who} · {state} [{code}]")
        if signature.countersigns:
            printer.line(f"      → {signature.countersigns}")
        for text in verdict_texts(printer.catalogue, signature):
            printer.line(f"      {text.whole}")
        for line in change_lines(printer.catalogue, signature):
            printer.line(f"        – {line}")
        _print_age(signature.revocation, printer)


def _print_senders(report: VerificationReport, printer: Printer) -> None:
    """Who else the message names as its sender, with the address."""
    identity = report.identity
    if identity is None or not (identity.sender or identity.reply_to):
        return
    named = (
        ("From", identity.from_address),
        ("Sender", identity.sender),
        ("Reply-To", ", ".join(identity.reply_to)),
    )
    for field, address in named:
        if address:
            printer.line(f"    {field}: {printable(address)}")


def _print_age(evidence: RevocationEvidence, printer: Printer) -> None:
    """``CRL ngày …, còn hiệu lực đến …``: what the answer on revocation rests on."""
    if evidence.as_of is None:
        return
    words, kind = printer.catalogue, evidence.source.upper()
    said = [words.text("report", "of-day", kind=kind, when=f"{evidence.as_of.astimezone():{_WHEN}}").title]
    if evidence.next_update is not None:
        until = f"{evidence.next_update.astimezone():{_WHEN}}"
        said.append(words.text("report", "fresh-until", when=until).title)
    printer.line(f"      {', '.join(said)}")


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
