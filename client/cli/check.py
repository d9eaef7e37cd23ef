"""`congthu check`: hold a message against the regulation's rules before it leaves."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from client.cli.output import Printer, gate_json
from client.cli.policy_files import add_layer_arguments, policy_in_use, read_stack
from client.cli.trust_sources import sources_of
from client.config.nearest import nearest
from client.config.policy import FIXED_SEVERITIES, Policy, RuleEntry
from client.config.policy_layers import Layer
from client.config.rule_entry import Tightening
from client.errors import ConfigInvalid, MalformedMessage
from client.model.account import Identity, MailboxKind, Role
from client.model.address import MailAddress
from client.model.finding import CheckReport, Finding, Gate
from client.model.text import printable
from client.services import workshop
from client.services.tasks import WorkshopLane

_TURNS: Mapping[Tightening, str] = {
    "lower": "đơn vị chỉ được hạ xuống · an office may only lower it",
    "higher": "đơn vị chỉ được nâng lên · an office may only raise it",
    "superset": "đơn vị chỉ được thêm vào · an office may only add",
    "subset": "đơn vị chỉ được bớt đi · an office may only take away",
    "narrower": "đơn vị chỉ được thu hẹp · an office may only narrow it",
    "fixed": "chỉ cơ quan vận hành đổi được · only the operator may change it",
}
EXIT_CODES = {Gate.SEND: 0, Gate.BLOCKED: 1, Gate.CONFIRM: 2}


def configure(parser: argparse.ArgumentParser) -> None:
    """See `client.cli.main.Command`."""
    subject = parser.add_mutually_exclusive_group(required=True)
    subject.add_argument("message", nargs="?", type=Path, metavar="MESSAGE.eml")
    subject.add_argument("--explain", metavar="RULE", help="giải thích một quy tắc · tell about a rule")
    parser.add_argument("--policy", type=Path, metavar="FILE")
    add_layer_arguments(parser)
    parser.add_argument("--mailbox", choices=[kind.value for kind in MailboxKind], default="personal")
    parser.add_argument("--role", choices=[role.value for role in Role], default="staff")
    parser.add_argument("--name", default="", help="họ tên người gửi · the sender's name")
    parser.add_argument("--unit", default="", help="đơn vị của người gửi · the sender's unit")
    parser.add_argument("--trust", type=Path, action="append", default=[], metavar="DIR|PEM")
    parser.add_argument("--crl", type=Path, action="append", default=[], metavar="DIR|FILE")


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`."""
    policy = _policy(arguments, printer)
    if arguments.explain is not None:
        return _explain(arguments.explain, policy, printer)
    try:
        raw = arguments.message.read_bytes()
    except OSError as error:
        raise MalformedMessage(reason="unreadable") from error
    report = _check(raw, arguments, policy)
    findings = [_finding_json(finding, policy, arguments.language) for finding in report.findings]
    printer.json({**gate_json(report), "findings": findings, "unchecked": _unchecked(report)})
    _print_words(report, policy, printer)
    return EXIT_CODES[report.gate]


def _policy(arguments: argparse.Namespace, printer: Printer) -> Policy:
    """The file named, else what the window would use; a file that was refused there is told."""
    if arguments.policy is not None:
        layer = Layer(arguments.layer) if arguments.layer else None
        return read_stack(arguments.policy, layer, arguments.site).policy
    found = policy_in_use(arguments.site)
    for problem in found.problems:
        printer.notice(problem.error, "")
    return found.policy


def _explain(code: str, policy: Policy, printer: Printer) -> int:
    """What a rule asks, how much it weighs, on what ground, and how far that was checked."""
    entry = policy.rules.get(code)
    if entry is None:
        raise ConfigInvalid(path=policy.id, key=code, suggestion=nearest(code, policy.rules))
    readings = {key: policy.readings.get(key, "none") for key in entry.provenance}
    own = {"code": code, "fixed": code in FIXED_SEVERITIES, "provenance": list(policy.provenance(code))}
    printer.json(entry.as_table() | own | {"readings": readings})
    words = (printer.catalogue.text("reading", one).title for one in readings.values())
    sources = tuple(f"{one} – {how}" for one, how in zip(policy.provenance(code), words, strict=True))
    _print_rule(code, entry, sources, printer)
    return 0


def _print_rule(code: str, entry: RuleEntry, sources: tuple[str, ...], printer: Printer) -> None:
    words = entry.en if printer.catalogue.language == "en" else entry.vi
    weights = {"": entry.severity, **entry.severity_when}
    printer.line(f"{code}{'' if entry.enabled else ' (đang tắt · switched off)'}")
    for text in (words.message, words.fix):
        printer.line(f"  {text}")
    for case, word in weights.items():
        title = printer.catalogue.text("severity", word).title
        printer.line(f"  {title}{f' ({case})' if case else ''}")
    if code in FIXED_SEVERITIES:
        printer.line("  không cơ quan nào được hạ mức · no office may lower it")
    printer.line(f"  Căn cứ · basis: {entry.basis}")
    for source in sources:
        printer.line(f"    {source}")
    for name, value in entry.params.items():
        printer.line(f"  {name} = {value} ({_TURNS[entry.tighter.get(name, 'fixed')]})")


def _check(raw: bytes, arguments: argparse.Namespace, policy: Policy) -> CheckReport:
    sources = sources_of(arguments)
    identity = Identity(
        address=MailAddress("", arguments.name),
        unit=arguments.unit,
        kind=MailboxKind(arguments.mailbox),
        role=Role(arguments.role),
    )
    lane = WorkshopLane()
    try:
        now = datetime.now(UTC)
        return lane.submit(workshop.check_message, raw, identity, policy, sources, now).result()
    finally:
        lane.close()


def _finding_json(finding: Finding, policy: Policy, language: str) -> dict[str, object]:
    return {
        "code": finding.code,
        "severity": finding.severity.word,
        "message": policy.text(finding.code, language, finding.params),
        "location": finding.location,
        "fix": policy.fix_text(finding.code, language, finding.params) or None,
        "basis": policy.basis(finding.code),
        "provenance": list(policy.provenance(finding.code)),
    }


def _unchecked(report: CheckReport) -> list[dict[str, str]]:
    return [{"location": one.location, "reason": one.reason} for one in report.unchecked]


def _print_words(report: CheckReport, policy: Policy, printer: Printer) -> None:
    printer.line(printer.catalogue.text("gate", report.gate.value).title)
    for finding in report.findings:
        word = printer.catalogue.text("severity", finding.severity.word).title
        message = policy.text(finding.code, printer.catalogue.language, finding.params)
        printer.line(f"  [{word}] {message} ({printable(finding.location)})")
        printer.line(f"      {policy.fix_text(finding.code, printer.catalogue.language, finding.params)}")
    for one in report.unchecked:
        reason = printer.catalogue.text("unchecked", one.reason).title
        printer.line(f"  [?] {printable(one.location)}: {reason}")
