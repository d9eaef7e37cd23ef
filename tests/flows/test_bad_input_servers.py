"""Mail servers that fail, as the window sees it: an account's problem with a code, and every letter kept."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from client.app import Installation, OpenOffice
from client.cli.demo import installation_of
from client.cli.waiting import EventWaiter
from client.config.paths import Paths, resources_dir
from client.config.policy_layers import builtin_policy
from client.model.account import Account, Endpoint
from client.model.event import Event, EventKind
from client.model.outgoing import OutboxEntry, OutboxState, OutgoingMessage
from client.model.secret import Secret
from client.sandbox.city import City
from client.services.office import Office
from client.store.secrets import MemorySecrets
from tests.fakes.commands import told
from tests.fakes.scripted import Link, scripted_server
from tests.fakes.smtp import FakeSmtp
from tests.fakes.tls import ServerAuthority

LAN, NAM = "ntlan.snv@tphcm.gov.vn", "lhnam.stp@tphcm.gov.vn"
NOBODY = Endpoint("127.0.0.1", 9)
"""The discard port: nothing listens there."""
SERVERS = {"127.0.0.1", "localhost"}
PATIENCE = 60.0


@dataclass
class Faulty:
    """An office whose accounts each have servers of one kind of badness."""

    desk: Office
    waiter: EventWaiter
    problems: list[Event]
    submission: FakeSmtp
    sent: dict[str, int] = field(default_factory=dict)

    def entry(self, name: str) -> OutboxEntry:
        return next(one for one in self.desk.outbox() if one.outbox_id == self.sent[name])

    def problem(self, name: str, count: int) -> list[Event]:
        """The account's first ``count`` problems: receiving and sending each have theirs."""

        def told_of() -> list[Event] | None:
            found = [one for one in self.problems if one.kind is EventKind.ACCOUNT_PROBLEM]
            ours = [one for one in found if one.account_id == name]
            return ours[:count] if len(ours) >= count else None

        return self.waiter.until(told_of, PATIENCE, name)

    def tried(self, name: str) -> OutboxEntry:
        """The account's letter after the first try to send it."""

        def ended() -> OutboxEntry | None:
            entry = self.entry(name)
            over = entry.state not in {OutboxState.QUEUED, OutboxState.SUBMITTING}
            return entry if over or entry.error_code else None

        return self.waiter.until(ended, PATIENCE, name)


def talk(_link: Link) -> None:
    """Never reached: the client must not get past the certificate."""


def letter(name: str) -> OutgoingMessage:
    message_id = f"<{name}@bad-input>"
    head = f"From: {LAN}\r\nTo: {NAM}\r\nMessage-ID: {message_id}\r\nSubject: {name}\r\n\r\n"
    # More than fits into the sockets' buffers: only then is a lost link noticed before the last dot.
    lines = 200_000 if name == "in-data" else 100
    return OutgoingMessage(name, message_id, LAN, (NAM,), head.encode() + (b"x" * 70 + b"\r\n") * lines, name)


@pytest.fixture(scope="module")
def faulty(
    city: City, server_authority: ServerAuthority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Faulty]:
    paths = Paths(tmp_path_factory.mktemp("faulty"))
    good, known = city.info.account(LAN), server_authority
    in_data, after_dot = FakeSmtp(extensions=(b"AUTH PLAIN",), drop="in-data"), FakeSmtp(drop="after-dot")
    with contextlib.ExitStack() as servers:
        stranger = servers.enter_context(scripted_server(ServerAuthority().issue(), talk)).endpoint
        other_name = servers.enter_context(scripted_server(known.issue("khac.example"), talk)).endpoint
        breaking = servers.enter_context(scripted_server(known.issue(), in_data)).endpoint
        silent = servers.enter_context(scripted_server(known.issue(), after_dot)).endpoint
        accounts = (
            replace(good, account_id="password"),
            replace(good, account_id="unreachable", imap=NOBODY, smtp=NOBODY),
            replace(good, account_id="stranger", imap=stranger, smtp=stranger),
            replace(good, account_id="other-name", imap=other_name, smtp=other_name),
            replace(good, account_id="in-data", imap=NOBODY, smtp=breaking),
            replace(good, account_id="after-dot", smtp=silent),
        )
        installation = of_accounts(city, paths, accounts, (known.ca.cert_pem.bytes(),))
        with OpenOffice(installation) as desk:
            problems: list[Event] = []
            desk.subscribe(problems.append)
            office = Faulty(desk, EventWaiter(desk), problems, after_dot)
            for account in accounts:
                office.sent[account.account_id] = desk.queue(letter(account.account_id))
            yield office


def of_accounts(
    city: City, paths: Paths, accounts: tuple[Account, ...], anchors: tuple[bytes, ...]
) -> Installation:
    demo = installation_of(city.info, paths, "vi")
    right = city.info.mailbox(LAN).password
    wrong = {"password": Secret("sai mật khẩu")}
    return replace(
        demo,
        settings=replace(demo.settings, accounts=accounts),
        policy=builtin_policy(resources_dir()),
        secrets=MemorySecrets({one.account_id: right for one in accounts} | wrong),
        tls_anchors=(*demo.tls_anchors, *anchors),
    )


@pytest.mark.parametrize(
    ("account", "code", "reason"),
    [
        ("password", "authentication-failed", ""),
        ("unreachable", "connection-lost", ""),
        ("stranger", "tls-untrusted", "unknown-issuer"),
        ("other-name", "tls-untrusted", "wrong-name"),
    ],
)
def test_an_account_that_cannot_connect_says_why_and_keeps_its_letter(
    faulty: Faulty, account: str, code: str, reason: str
) -> None:
    entry = faulty.tried(account)
    assert (entry.state, entry.error_code) == (OutboxState.QUEUED, code)
    assert entry.not_before is not None
    assert faulty.desk.outbox_bytes(entry.outbox_id) == letter(account).raw
    # An unreachable server is for sending no problem of the account: the letter just waits.
    for problem in faulty.problem(account, 1 if code == "connection-lost" else 2):
        params = dict(problem.params)
        # The account's problem tells what the certificate was and is; the letter's row has the short form.
        assert problem.code in {code, "certificate-refused" if code == "tls-untrusted" else code}
        assert params["host"] in SERVERS
        assert params.get("reason", "") == reason
        assert "…" not in told(problem.code, **params).title


def test_a_link_lost_in_the_middle_of_the_letter_is_tried_again(faulty: Faulty) -> None:
    entry = faulty.tried("in-data")
    assert (entry.state, entry.error_code) == (OutboxState.QUEUED, "connection-lost")
    assert faulty.desk.outbox_bytes(entry.outbox_id) == letter("in-data").raw


def test_a_link_lost_after_the_last_dot_is_never_tried_again_by_itself(faulty: Faulty) -> None:
    entry = faulty.tried("after-dot")
    assert (entry.state, entry.error_code) == (OutboxState.UNCERTAIN, "connection-lost")
    faulty.desk.outgoing().confirm_sent(entry.outbox_id)
    faulty.waiter.until(
        lambda: True if faulty.entry("after-dot").state is OutboxState.FILED else None, PATIENCE, "filed"
    )
    assert faulty.submission.verbs.count(b"DATA") == 1
    assert faulty.submission.taken == []
    assert faulty.desk.outbox_bytes(entry.outbox_id) == letter("after-dot").raw
