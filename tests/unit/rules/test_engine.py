from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.config.paths import resources_dir
from client.config.policy_layers import builtin_policy
from client.model.account import Identity
from client.model.address import MailAddress
from client.model.finding import Gate, Unchecked
from client.rules.context import CheckContext
from client.rules.engine import ALL_RULES, run_rules
from client.rules.likeness import distance
from client.rules.rule import Hit, Rule, Settings

ME = MailAddress("an@tphcm.gov.vn", "An")


def context(subject: str = "", body: str = "") -> CheckContext:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    return CheckContext(Identity(ME), ME, 1, (ME,), (), (), subject, body, True, (), "", None, now, False)


def test_a_rule_that_fails_neither_silences_the_others_nor_counts_as_kept(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(context: CheckContext, settings: Settings) -> tuple[Hit, ...]:
        raise ValueError(context.subject)

    rules = (Rule("no-sender-block", broken), *(rule for rule in ALL_RULES if rule.code == "subject-empty"))
    report = run_rules(context("Re: "), builtin_policy(resources_dir()), rules)
    assert [finding.code for finding in report.findings] == ["subject-empty"]
    assert report.unchecked == (Unchecked("rule:no-sender-block", "rule-failed"),)
    assert "ValueError" in caplog.text


def test_a_secret_is_reported_without_a_word_of_it() -> None:
    report = run_rules(context("[MẬT] Chiến dịch Z"), builtin_policy(resources_dir()))
    assert report.holds_secret
    assert report.gate is Gate.BLOCKED
    assert report.findings[0].params == ()
    assert report.findings[0].location == "subject"


@given(st.text(), st.text())
def test_any_subject_and_body_are_judged_to_the_end(subject: str, body: str) -> None:
    report = run_rules(context(subject, body), builtin_policy(resources_dir()))
    assert report.unchecked == ()


@given(st.text("abc.", max_size=8), st.text("abc.", max_size=8))
def test_distance_is_symmetric_and_bounded_by_the_longer_word(one: str, other: str) -> None:
    assert distance(one, other, 20) == distance(other, one, 20) <= max(len(one), len(other))
    assert (distance(one, other, 20) == 0) == (one == other)


@pytest.mark.parametrize("subject", ["TỐI MẬT", "Re: TUYỆT MẬT", "Fw: Re: MẬT", "  M Ậ T  "])
def test_a_subject_that_is_nothing_but_the_marking_is_stopped(subject: str) -> None:
    assert run_rules(context(subject), builtin_policy(resources_dir())).gate is Gate.BLOCKED


@pytest.mark.parametrize(
    "subject", ["Bảo mật hộp thư", "BẢO MẬT THÔNG TIN", "Mật khẩu mới: đổi trước 30/11", "ong mật"]
)
def test_a_subject_with_the_word_in_it_is_not(subject: str) -> None:
    assert not run_rules(context(subject), builtin_policy(resources_dir())).holds_secret
