"""Runs every rule over one message and gathers what they found and what they could not see."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

from client.config.policy import Policy
from client.model.finding import CheckReport, Finding, Unchecked
from client.rules import (
    appearance,
    attachment_files,
    attachment_names,
    attachments,
    content,
    directory,
    encoding,
    gaps,
    numbering,
    parts,
    recipients,
    replies,
    secrecy,
    signature_acts,
    signatures,
    subject,
)
from client.rules.context import CheckContext
from client.rules.rule import Hit, Rule, Settings

_log = logging.getLogger(__name__)

ALL_RULES: tuple[Rule, ...] = (
    *secrecy.RULES,
    *recipients.RULES,
    *directory.RULES,
    *content.RULES,
    *subject.RULES,
    *gaps.RULES,
    *numbering.RULES,
    *parts.RULES,
    *attachments.RULES,
    *attachment_names.RULES,
    *attachment_files.RULES,
    *encoding.RULES,
    *signatures.RULES,
    *signature_acts.RULES,
    *appearance.RULES,
    *replies.RULES,
)

_TELLING = frozenset({"n", "size", "limit", "days", "minutes"})
"""Parameters that are figures: all that is told of a message that holds a secret."""


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
    report = CheckReport(tuple(findings), policy.id, policy.version, tuple(dict.fromkeys(unchecked)))
    return _without_content(report, context) if report.holds_secret else report


def _without_content(report: CheckReport, context: CheckContext) -> CheckReport:
    """The same findings without a name or a word of the message: a report may be printed or kept."""
    numbers = {attachment.location: attachment.number for attachment in context.attachments}

    def place(location: str) -> str:
        return "attachment:" if location.startswith("attachment:") else location

    findings = tuple(
        replace(
            finding,
            location=place(finding.location) if finding.params else finding.location,
            params=tuple((key, value) for key, value in finding.params if key in _TELLING),
            mend=(),
        )
        for finding in report.findings
    )
    unchecked = tuple(
        Unchecked(f"attachment:#{numbers.get(one.location, 0)}", one.reason)
        if one.location.startswith("attachment:")
        else one
        for one in report.unchecked
    )
    return replace(report, findings=findings, unchecked=unchecked)


def _finding(code: str, hit: Hit, policy: Policy) -> Finding:
    remedy = policy.rules[code].remedy
    severity = policy.severity(code, hit.case)
    return Finding(code, severity, hit.location, hit.params, remedy, hit.attachment, hit.mend, hit.span)


def _unread(context: CheckContext) -> Iterator[Unchecked]:
    for attachment in context.attachments:
        codes = [*attachment.unread, attachment.kind.unread]
        if attachment.text is not None:
            codes += ["scanned"] if attachment.text.scanned else attachment.text.unread
        for code in codes:
            if code and not (attachment.inline and code == "picture"):
                yield Unchecked(attachment.location, code)
