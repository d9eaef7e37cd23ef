"""`congthu policy test`: a folder of example letters held against a policy before it is rolled out.

Beside every ``NAME.eml`` lies ``NAME.toml``::

    gate = "blocked"                      # send, confirm, blocked
    expect = ["attachment-executable"]    # findings above info, a code may be followed by =severity
    allow = ["no-timestamp"]              # may be there or not
    mailbox = "agency"                    # as --mailbox and --role of `congthu check`
    role = "clerk"
    name = "Nguyễn Văn An"
    unit = "Sở Nội vụ"

Remarks (info) count where they are named.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from client.cli.output import Printer
from client.cli.policy_files import policy_in_use, read_stack
from client.config.nearest import nearest
from client.config.policy import Policy
from client.config.policy_layers import Layer
from client.config.policy_load import convert
from client.errors import ClientError, ConfigInvalid, MalformedMessage
from client.model.account import Identity, MailboxKind, Role
from client.model.address import MailAddress
from client.model.finding import CheckReport, Gate, Severity
from client.services import workshop
from client.services.requests import TrustSources
from client.services.tasks import WorkshopLane

EXIT_AS_EXPECTED, EXIT_OTHERWISE, EXIT_USAGE = 0, 1, 3


class Expectation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ought to be found in one letter."""

    expect: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    gate: Gate | None = None
    mailbox: MailboxKind = MailboxKind.PERSONAL
    role: Role = Role.STAFF
    name: str = ""
    unit: str = ""
    at: datetime | None = None
    """The day the letter is checked on; now without one."""

    @property
    def wanted(self) -> dict[str, str]:
        """Severity by code, ``""`` where any will do."""
        return {one.partition("=")[0]: one.partition("=")[2] for one in self.expect}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One letter, what was expected of it and what was found."""

    name: str
    wanted: tuple[str, ...]
    found: tuple[str, ...]
    gate: Gate
    fits: bool
    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """Hold every letter of the folder against the policy; 0 where all is as expected."""
    policy = _policy(arguments)
    cases = [(path, _expectation(path, policy)) for path in sorted(arguments.folder.glob("*.eml"))]
    if not cases:
        raise ConfigInvalid(path=str(arguments.folder), key="*.eml", suggestion="")
    lane = WorkshopLane()
    try:
        outcomes = [_tried(path, wanted, policy, lane) for path, wanted in cases]
    finally:
        lane.close()
    for one in outcomes:
        _tell(one, printer)
    failed = sum(not one.fits for one in outcomes)
    head = {"policy": {"id": policy.id, "version": policy.version}}
    printer.json({**head, "letters": len(outcomes), "failed": failed, "ok": not failed})
    printer.line(
        f"{policy.id} {policy.version}: {len(outcomes) - failed}/{len(outcomes)} như mong đợi · as expected"
    )
    return EXIT_OTHERWISE if failed else EXIT_AS_EXPECTED


def _policy(arguments: argparse.Namespace) -> Policy:
    if arguments.policy is None:
        return policy_in_use(arguments.site).policy
    layer = Layer(arguments.layer) if arguments.layer else None
    return read_stack(arguments.policy, layer, arguments.site).policy


def _expectation(letter: Path, policy: Policy) -> Expectation:
    path = letter.with_suffix(".toml")
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigInvalid(path=str(path), key="TOML", suggestion="") from error
    wanted = convert(raw, Expectation, str(path))
    for key, codes in (("expect", tuple(wanted.wanted)), ("allow", wanted.allow)):
        for code in codes:
            if code not in policy.rules:
                raise ConfigInvalid(
                    path=str(path), key=f"{key}.{code}", suggestion=nearest(code, policy.rules)
                )
    return wanted


def _tried(path: Path, wanted: Expectation, policy: Policy, lane: WorkshopLane) -> Outcome:
    identity = Identity(MailAddress("", wanted.name), unit=wanted.unit, kind=wanted.mailbox, role=wanted.role)
    moment = wanted.at or datetime.now(UTC)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise MalformedMessage(reason="unreadable") from error
    work: Callable[..., CheckReport] = workshop.check_message
    try:
        report = lane.submit(work, raw, identity, policy, TrustSources(), moment).result()
    except ClientError as error:
        return Outcome(path.name, wanted.expect, (error.code,), Gate.BLOCKED, fits=False)
    return judged(path.name, wanted, report)


def judged(name: str, wanted: Expectation, report: CheckReport) -> Outcome:
    """What was found beside what ought to be; the heaviest of a rule's findings counts."""
    heaviest: dict[str, Severity] = {}
    for finding in report.findings:
        heaviest[finding.code] = max(finding.severity, heaviest.get(finding.code, Severity.INFO))
    asked = wanted.wanted
    found = {
        code: severity.word
        for code, severity in heaviest.items()
        if code in asked or (severity > Severity.INFO and code not in wanted.allow)
    }
    missing = tuple(code for code in asked if code not in found)
    unexpected = tuple(
        f"{code}={word}" for code, word in found.items() if code not in asked or asked[code] not in {"", word}
    )
    gate_fits = wanted.gate in {None, report.gate}
    told = tuple(f"{code}={word}" for code, word in found.items())
    fits = gate_fits and not missing and not unexpected
    return Outcome(name, wanted.expect, told, report.gate, fits, missing, unexpected)


def _tell(one: Outcome, printer: Printer) -> None:
    printer.json(
        {
            "letter": one.name,
            "ok": one.fits,
            "gate": one.gate.value,
            "expected": list(one.wanted),
            "found": list(one.found),
            "missing": list(one.missing),
            "unexpected": list(one.unexpected),
        }
    )
    gate = printer.catalogue.text("gate", one.gate.value).title
    printer.line(f"{'✔' if one.fits else '✘'} {one.name:<32} {gate}")
    if not one.fits:
        printer.line(f"    mong đợi · expected: {', '.join(one.wanted) or '–'}")
        printer.line(f"    thấy · found:        {', '.join(one.found) or '–'}")
