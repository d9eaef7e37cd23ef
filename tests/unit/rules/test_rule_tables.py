import string
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from client.config.paths import resources_dir
from client.config.policy import RuleEntry
from client.config.policy_layers import builtin_policy
from client.model.finding import Severity
from client.rules.engine import run_rules
from tests.fakes.rule_cases import context_of, policy_of, rows

BUILTIN = builtin_policy(resources_dir())
SHIPPED = BUILTIN.rules


def placeholders(entry: RuleEntry) -> set[str]:
    texts = (entry.vi.message, entry.vi.fix, entry.en.message, entry.en.fix)
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


def expected_of(row: dict[str, Any]) -> dict[str, str]:
    return {entry.partition("=")[0]: entry.partition("=")[2] for entry in row["expect"]}


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in rows()])
def test_row(row: dict[str, Any], tmp_path: Path) -> None:
    policy = policy_of(row["policy"], tmp_path) if "policy" in row else BUILTIN
    report = run_rules(context_of(row), policy)
    expected, about = expected_of(row), row.get("rule", "")
    # Remarks that a row is not about may be there; whatever asks for a click may not.
    found = {
        finding.code: finding.severity.word
        for finding in reversed(report.findings)
        if finding.severity > Severity.INFO or finding.code in {*expected, about, *row.get("absent", [])}
    }
    assert set(found) == set(expected)
    assert {code: found[code] for code, severity in expected.items() if severity} == {
        code: severity for code, severity in expected.items() if severity
    }
    assert [finding.code for finding in report.findings if not finding.location] == []
    reasons = {item.reason for item in report.unchecked}
    assert reasons == set(row.get("unchecked", []))
    assert "rule-failed" not in reasons
    if not report.holds_secret:
        for finding in report.findings:
            assert placeholders(policy.rules[finding.code]) <= dict(finding.params).keys()


def test_every_rule_has_rows_that_fire_and_traps_that_do_not() -> None:
    fires: Counter[str] = Counter()
    traps: Counter[str] = Counter()
    for _, row in rows():
        fires.update(expected_of(row).keys())
        if row.get("rule") and row["rule"] not in expected_of(row):
            traps[row["rule"]] += 1
    total = sum(1 for _ in rows())
    counts = [f"{code:38} {fires[code]:3} {traps[code]:3}" for code in SHIPPED]
    sys.stdout.write("\n".join([f"{total} rows; rule, fire, trap:", *counts, ""]))
    assert {code: fires[code] for code in SHIPPED if fires[code] < 2} == {}
    assert {code: traps[code] for code in SHIPPED if traps[code] < 2} == {}
    assert set(fires) <= set(SHIPPED)


def test_there_are_some_hundreds_of_rows() -> None:
    assert sum(1 for _ in rows()) >= 300
