"""What a rule rests on is told with how far it was checked, and more is never claimed than was done."""

from __future__ import annotations

import re

import pytest

from client.config.basis import rule_bases
from client.config.paths import resources_dir
from client.config.policy_layers import Layer, LayerFile, builtin_policy, stacked
from tests.fakes.policies import layer_text

BUILTIN = builtin_policy(resources_dir())
RULES = {one.code: one for one in rule_bases(BUILTIN, {}, "vi")}


def test_every_rule_is_there_with_its_sources_and_each_source_says_how_far_it_was_read() -> None:
    assert list(RULES) == list(BUILTIN.rules)
    assert set(BUILTIN.readings) == set(BUILTIN.sources)
    assert all(rule.sources and rule.basis for rule in RULES.values())


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_article_of_the_unread_regulation_is_quoted(language: str) -> None:
    texts = [BUILTIN.standing, *BUILTIN.sources.values()]
    for code, rule in BUILTIN.rules.items():
        texts += [rule.basis, BUILTIN.text(code, language), BUILTIN.fix_text(code, language)]
    for text in texts:
        for clause in re.split(r"[;:]", text):
            if "41/2011" in clause:
                assert not re.search(r"(?i)\b(?:Đ|Điều|Khoản|Article|Clause)\s*\d", clause), text


def test_what_was_not_read_is_not_called_read() -> None:
    assert RULES["attachment-bidi-or-control"].reading == "none"
    assert RULES["attachment-promised-missing"].reading == "none"  # measured, but on no text of law
    assert RULES["paper-copy-required"].reading == "press"
    assert RULES["doc-number-format"].reading == "whole"


def test_rules_are_found_by_words_without_marks_in_any_order() -> None:
    found = {code for code, rule in RULES.items() if rule.speaks_of("nghe an hop thu")}
    assert "agency-mailbox-not-clerk" in found
    assert not RULES["weak-algorithm"].speaks_of("nghe an")
    assert RULES["weak-algorithm"].speaks_of("")


def test_the_layer_a_value_comes_from_is_told() -> None:
    city = LayerFile(Layer.CITY, "c", layer_text('[rules.subject-empty]\nseverity = "warn"\n'))
    office = LayerFile(Layer.OFFICE, "o", layer_text("[rules.reply-all-large.params]\nat_least = 5\n"))
    stack = stacked([city, office])
    rules = {one.code: one for one in rule_bases(stack.policy, stack.origins, "vi")}
    assert rules["subject-empty"].origins == (("severity", Layer.CITY),)
    assert (rules["subject-empty"].layer, rules["reply-all-large"].layer) == (Layer.CITY, Layer.OFFICE)
    assert rules["no-sender-block"].layer is Layer.BUILTIN
