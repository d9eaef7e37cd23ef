"""The sliding window over what was sent before: one letter to 250 people, or 250 letters, are the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.config.paths import resources_dir
from client.config.policy_layers import builtin_policy
from client.model.account import Account, Endpoint, Identity
from client.model.address import MailAddress
from client.model.outgoing import Draft, OutboxState, OutgoingMessage
from client.services.futures import resolved
from client.services.office_checks import CheckPlaces, CheckSetup, OfficeChecks
from client.services.recent_traffic import RecentTraffic, recent_traffic, window_start
from client.services.requests import TrustSources
from client.services.tasks import ImmediateLane
from client.store.database import Database, open_ledger
from client.store.outbox import Outbox

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
POLICY = builtin_policy(resources_dir())
ME = MailAddress("an.snv@tphcm.gov.vn", "Nguyễn Văn An")
ACCOUNT = Account("an", Identity(ME, unit="Sở Nội vụ"), Endpoint("i", 993), Endpoint("s", 465), "an")
OUTSIDE = tuple(f"nguoi{number}@congty.example.vn" for number in range(249))


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Database]:
    made = open_ledger(tmp_path / "ledger.db")
    yield made
    made.close()


def sent(outbox: Outbox, *recipients: str, number: int = 1, account: str = "an") -> int:
    message = OutgoingMessage(account, f"<{account}-{number}@x>", ME.addr_spec, recipients, b"x")
    return outbox.enqueue(message)


def test_recipients_and_messages_outside_are_counted_within_the_window(
    ledger: Database, clock: Clock
) -> None:
    outbox = Outbox(ledger, clock)
    clock.now = NOW - timedelta(minutes=11)
    sent(outbox, "xa@ngoai.example", number=1)
    clock.now = NOW - timedelta(minutes=9)
    sent(outbox, "a@ngoai.example", "b@ngoai.example", "binh@tphcm.gov.vn", number=2)
    sent(outbox, "binh@tphcm.gov.vn", number=3)
    sent(outbox, "c@ngoai.example", number=4, account="khac")
    refused = sent(outbox, "d@ngoai.example", number=5)
    outbox.advance(refused, OutboxState.CANCELLED)
    entries = outbox.since("an", window_start(POLICY, NOW))
    assert len(entries) == 3
    assert recent_traffic(entries, POLICY, NOW) == RecentTraffic(recipients=2, messages=1)


def test_the_next_letter_is_stopped_at_the_limit_and_free_again_later(
    ledger: Database, clock: Clock, tmp_path: Path
) -> None:
    outbox = Outbox(ledger, clock)
    places = CheckPlaces({}, lambda _, one: tmp_path / one, lambda _, __: resolved(tmp_path), lambda _: "an")
    setup = CheckSetup(POLICY, TrustSources(), clock, lambda: {"an": ACCOUNT}, places)
    checks = OfficeChecks(setup, ImmediateLane(), ledger)
    letter = Draft("d", "an", "<1@x>", ME, (MailAddress("moi@congty.example.vn"),), subject="Mời họp")

    def weight() -> str:
        findings = checks.check(letter).result().findings
        return next((one.severity.word for one in findings if one.code == "too-many-external"), "")

    assert weight() == ""
    sent(outbox, *OUTSIDE)
    assert weight() == "confirm"
    clock.now = NOW + timedelta(minutes=11)
    assert weight() == ""
