"""The gate before signing and sending: what the rules stop stays, what needs a reason has one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from client.errors import SendingBlocked, TimestampUnavailable
from client.model.account import Account, Role
from client.model.finding import CheckReport, Gate, Severity
from client.model.outgoing import OutgoingMessage
from client.services.desk import Acknowledgement, SendRequest
from client.store.overrides import WARNING_KEPT, Override


def pass_gate(
    report: CheckReport, request: SendRequest, own: Role, allowed: Sequence[Role] = tuple(Role)
) -> tuple[str, ...]:
    """The codes overridden; raises `SendingBlocked` where the gate is shut or a reason is missing.

    ``own`` is the account's role, ``allowed`` whose reasons the policy takes: it has to take both the
    account's and the one it was decided in.
    """
    if report.gate is Gate.BLOCKED:
        codes = [finding.code for finding in report.findings if finding.severity is Severity.BLOCK]
        raise SendingBlocked(gate=Gate.BLOCKED.value, rules=", ".join(codes))
    needed = {finding.code for finding in report.findings if finding.severity is Severity.CONFIRM}
    given = request.acknowledgement
    complete = given is not None and own in allowed and _is_complete(given, allowed)
    if needed and (given is None or not complete or not needed <= set(given.finding_codes)):
        raise SendingBlocked(gate=Gate.CONFIRM.value, rules=", ".join(sorted(needed)))
    return tuple(sorted(needed))


def _is_complete(given: Acknowledgement, allowed: Sequence[Role]) -> bool:
    """A reason, and in what role it was decided."""
    return bool(given.reason.strip()) and given.role in {role.value for role in allowed}


def kept_warnings(
    message: OutgoingMessage, report: CheckReport, account: Account, at: datetime
) -> tuple[Override, ...]:
    """The entry for the warnings that were seen and left as they are; they need no reason."""
    codes = tuple(sorted({one.code for one in report.findings if one.severity is Severity.WARN}))
    return (_entry(message, account, at, codes, WARNING_KEPT, account.identity.role.value),) if codes else ()


def overrides_of(
    message: OutgoingMessage, request: SendRequest, account: Account, at: datetime
) -> tuple[Override, ...]:
    """What goes into the override log: the reason given to the rules, the time-stamp done without."""
    chosen: list[tuple[tuple[str, ...], str, str]] = []
    given, own = request.acknowledgement, account.identity.role.value
    if given is not None:
        chosen.append((given.finding_codes, given.reason, given.role or own))
    if request.allow_without_timestamp and request.key is not None:
        chosen.append(((TimestampUnavailable.code,), "signed-without-timestamp", own))
    return tuple(_entry(message, account, at, *one) for one in chosen)


def _entry(
    message: OutgoingMessage, account: Account, at: datetime, codes: tuple[str, ...], reason: str, role: str
) -> Override:
    user = account.identity.address.addr_spec
    return Override(
        at, account.account_id, role, message.message_id, message.sha256, codes, reason, user=user
    )


def file_override(path: Path, at: datetime) -> Override:
    """The entry for a file that somebody chose to sign without a time-stamp; named, never its content."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        digest = ""  # gone already; the choice was made all the same
    rules = (TimestampUnavailable.code,)
    return Override(at, "", "", path.name, digest, rules, "signed-without-timestamp")
