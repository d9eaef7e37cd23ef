"""Runs every rule over one message and gathers what they found and what they could not see."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from client.config.policy import Policy
from client.model.finding import CheckReport, Finding, Unchecked
from client.rules import attachments, content, recipients, secrecy, signatures
from client.rules.context import CheckContext
from client.rules.rule import Hit, Rule, Settings

_log = logging.getLogger(__name__)

ALL_RULES: tuple[Rule, ...] = (
    *secrecy.RULES,
    *recipients.RULES,
    *content.RULES,
    *attachments.RULES,
    *signatures.RULES,
)


def run_rules(context: CheckContext, policy: Policy, rules: tuple[Rule, ...] = ALL_RULES) -> CheckReport:
    """All findings, the heaviest first.

    A rule that fails neither silences the others nor counts as kept: it is listed under ``unchecked``
    with its code as the location and the reason ``rule-failed``.
    """
    findings: list[Finding] = []
    unchecked: list[Unchecked] = list(_unread(context))
    for rule in rules:
        entry = policy.rules.get(rule.code)
        if entry is None or not entry.enabled:
            continue
        try:
            hits = tuple(rule.check(context, Settings(policy, entry)))
        except Exception as error:  # noqa: BLE001 - one faulty rule must not let the message pass the others
            # The type alone: an error's words may quote the message.
            _log.error("rule %s failed: %s", rule.code, type(error).__name__)
            unchecked.append(Unchecked(f"rule:{rule.code}", "rule-failed"))
            continue
        findings += [_finding(rule.code, hit, policy) for hit in hits if isinstance(hit, Hit)]
        unchecked += [item for item in hits if isinstance(item, Unchecked)]
    findings.sort(key=lambda finding: -finding.severity)
    return CheckReport(tuple(findings), policy.id, policy.version, tuple(dict.fromkeys(unchecked)))


def _finding(code: str, hit: Hit, policy: Policy) -> Finding:
    remedy = policy.rules[code].remedy
    return Finding(code, policy.severity(code, hit.case), hit.location, hit.params, remedy)


def _unread(context: CheckContext) -> Iterator[Unchecked]:
    for attachment in context.attachments:
        if attachment.unread:
            yield Unchecked(attachment.location, attachment.unread)
        if attachment.kind.unread:
            yield Unchecked(attachment.location, attachment.kind.unread)
        if attachment.text is not None and attachment.text.scanned:
            yield Unchecked(attachment.location, "scanned")
