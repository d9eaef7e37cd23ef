"""An office's layer can never let a message pass that did not pass before, whatever it says.

Every rule is first made to block, so that a finding that is lost anywhere changes the gate; then layers
made at random of what people could write are laid over, and those the loader takes are held against the
rows of the rule tables.
"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.config.paths import resources_dir
from client.config.policy import Policy
from client.config.policy_layers import Layer, LayerFile, builtin_policy, stacked
from client.errors import ConfigInvalid, PolicyRefused
from client.model.finding import CheckReport, Gate
from client.rules.context import CheckContext
from client.rules.engine import ALL_RULES, run_rules
from client.rules.rule import Rule
from tests.fakes.policies import layer_text
from tests.fakes.rule_cases import context_of, layer_of, rows

BUILTIN = builtin_policy(resources_dir())
PLAIN = [(row, context_of(row)) for _, row in rows() if "policy" not in row]
CONTEXTS = [context for _, context in PLAIN]
ROW_POLICIES = [(row["policy"], context_of(row)) for _, row in rows() if "policy" in row]
WORDS = ("zip", "docx", "pdf", "an", "CV", "QĐ", "GM", "yes", "re", "times")
PATTERNS = ("^R", "a", "phu luc", "(?i)mật", "^$", "x*", "gửi", ".", r"\d+")


def strict(general: str, special: str) -> LayerFile:
    """A layer of the city's in which every rule holds and weighs this much, and so do its special cases."""
    lines = []
    for code, rule in BUILTIN.rules.items():
        lines += [f"[rules.{code}]", "enabled = true", f'severity = "{general or rule.severity}"']
        if rule.severity_when and special and code != "cert-expired-or-revoked":
            lines.append(f"[rules.{code}.severity_when]")
            lines += [f'{name} = "{special}"' for name in rule.severity_when]
    return LayerFile(Layer.CITY, "city", layer_text("\n".join(lines)))


CITIES = [strict("block", ""), strict("block", "block"), strict("", "block")]


def about(code: str) -> list[CheckContext]:
    """The rows on one rule."""
    return [
        context
        for row, context in PLAIN
        if row.get("rule") == code or any(one.partition("=")[0] == code for one in row["expect"])
    ]


def value_like(code: str, name: str) -> st.SearchStrategy[Any]:
    old = BUILTIN.rules[code].params[name]
    if isinstance(old, tuple):
        pool = (*old, *(PATTERNS if name.endswith("_patterns") else WORDS))
        free = st.lists(st.sampled_from(pool), max_size=8)
        more = st.lists(st.sampled_from(pool), max_size=3).map(lambda extra: [*old, *extra])
        return st.one_of(more, free, st.just(list(old[1:])))
    if isinstance(old, str):
        return st.just(old)
    near = st.sampled_from((old * 0.5, old * 0.9, old + 1, old * 2, 0, -1, 10**6))
    return near if isinstance(old, float) else near.map(int)


@st.composite
def rule_lines(draw: st.DrawFn, code: str) -> str:
    rule = BUILTIN.rules[code]
    lines = []
    if draw(st.integers(0, 3)) == 0:
        weight = draw(st.sampled_from(("info", "warn", "confirm", "block")))
        lines.append(f'[rules.{code}]\nseverity = "{weight}"')
    if rule.severity_when and draw(st.integers(0, 3)) == 0:
        case = draw(st.sampled_from(sorted(rule.severity_when)))
        lines.append(f'[rules.{code}.severity_when]\n{case} = "{draw(st.sampled_from(("info", "block")))}"')
    names = (
        draw(st.lists(st.sampled_from(sorted(rule.params)), max_size=2, unique=True)) if rule.params else []
    )
    if names:
        lines.append(f"[rules.{code}.params]")
    for name in names:
        lines.append(f"{name} = {msgspec.json.encode(draw(value_like(code, name))).decode()}")
    return "\n".join(lines)


TABLES = st.sampled_from(
    (
        'formats = ["pdf"]', "formats = []", 'formats = ["pdf", "exe", "dwg"]', 'no_email = ["a"]',
        'seal_keys = ["0A"]', 'seal_keys = ["0B", "0C"]', 'directory = ["snv@tphcm.gov.vn"]',
        'cong_vu_issuers = ["Ban"]', '[clerks]\nsnv = ["binh.snv@tphcm.gov.vn"]', "holidays = [2026-11-20]",
        '[domains]\nofficial = ["vn"]', '[domains]\nfree_mail = ["a.vn"]',
        '[domains]\nknown = ["tphcm-gov.vn"]',
        '[units.snv]\nmailboxes = ["an"]', '[unit_formats]\n"Sở Nội vụ" = ["dwg"]', "",
    )
)  # fmt: skip


@st.composite
def layers(draw: st.DrawFn, code: str) -> bytes:
    """What an office could write, sound or not: something on one rule, perhaps a table."""
    table = draw(TABLES) if draw(st.integers(0, 3)) == 0 else ""
    return layer_text(
        "\n".join(
            [table if table[:1] != "[" else "", draw(rule_lines(code)), table if table[:1] == "[" else ""]
        )
    )


def held_against(
    policy: Policy, context: CheckContext, rules: tuple[Rule, ...] = ALL_RULES
) -> tuple[CheckReport, set[str]]:
    report = run_rules(context, policy, rules)
    return report, {finding.code for finding in report.findings}


def taken(files: list[LayerFile]) -> Policy | None:
    try:
        return stacked(files).policy
    except (ConfigInvalid, PolicyRefused):
        return None


@settings(max_examples=200)
@given(code=st.sampled_from(sorted(BUILTIN.rules)), city=st.sampled_from((None, *CITIES)), data=st.data())
def test_no_office_lets_a_message_pass_that_did_not_pass_before(
    code: str, city: LayerFile | None, data: st.DataObject
) -> None:
    below = [city] if city else []
    after = taken([*below, LayerFile(Layer.OFFICE, "office", data.draw(layers(code)))])
    if after is None:
        return
    before = stacked(below).policy
    for context in (*about(code), *data.draw(st.lists(st.sampled_from(CONTEXTS), min_size=6, max_size=6))):
        _held_against_both(before, after, context)


@pytest.mark.parametrize("city", [CITIES[0], CITIES[2]], ids=["general", "special"])
def test_no_one_parameter_turned_as_far_as_it_is_allowed_lets_anything_pass(city: LayerFile) -> None:
    below = [city]
    before = stacked(below).policy
    tried = 0
    for code, rule in BUILTIN.rules.items():
        rules = tuple(one for one in ALL_RULES if one.code in {code, "secret-hint", "state-secret-marking"})
        for name in rule.params:
            for new in extremes(code, name):
                text = f"[rules.{code}.params]\n{name} = {msgspec.json.encode(new).decode()}\n"
                after = taken([*below, LayerFile(Layer.OFFICE, "office", layer_text(text))])
                if after is None:
                    continue
                tried += 1
                for context in about(code):
                    _held_against_both(before, after, context, rules)
    assert tried > 100


def extremes(code: str, name: str) -> list[Any]:
    """Values far to either side of the shipped one."""
    old = BUILTIN.rules[code].params[name]
    if isinstance(old, tuple):
        pool = (
            PATTERNS
            if name.endswith("_patterns")
            else sorted(BUILTIN.document_types)
            if "types" in name
            else WORDS
        )
        return [[], list(old[:1]), list(old[1:]), [*old, *pool], list(pool)]
    if isinstance(old, str):
        return []
    return [0, old / 2 if isinstance(old, float) else old // 2, old + 1, old * 3, 10**6]


def _held_against_both(
    before: Policy, after: Policy, context: CheckContext, rules: tuple[Rule, ...] = ALL_RULES
) -> None:
    one, found = held_against(before, context, rules)
    other, still = held_against(after, context, rules)
    assert _weight(other.gate) >= _weight(one.gate)
    assert "rule-failed" not in {item.reason for item in other.unchecked}
    if not other.holds_secret and "attachment-executable" not in still - found:
        # A marking speaks for its hints, a program for its format: both block.
        assert found <= still, found - still


def _weight(gate: Gate) -> int:
    return [Gate.SEND, Gate.CONFIRM, Gate.BLOCKED].index(gate)


def test_the_layers_of_the_rows_too_let_nothing_pass_where_an_office_may_write_them() -> None:
    tried = 0
    for raw, context in ROW_POLICIES:
        for city in (None, *CITIES):
            below = [city] if city else []
            after = taken([*below, LayerFile(Layer.OFFICE, "office", layer_of(raw))])
            if after is not None:
                tried += 1
                _held_against_both(stacked(below).policy, after, context)
    assert tried > 20


def test_of_what_is_made_at_random_much_is_refused_and_much_is_taken() -> None:
    counts = {True: 0, False: 0}

    @settings(max_examples=150, database=None, derandomize=True)
    @given(code=st.sampled_from(sorted(BUILTIN.rules)), data=st.data())
    def count(code: str, data: st.DataObject) -> None:
        file = LayerFile(Layer.OFFICE, "office", data.draw(layers(code)))
        counts[taken([file]) is not None] += 1

    count()
    assert min(counts.values()) >= 30, counts
