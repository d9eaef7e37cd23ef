"""A refused certificate is explained by what it is and what it was; an accepted change is only remembered."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from client.config.catalogue import Catalogue
from client.config.paths import Paths, resources_dir
from client.errors import TlsUntrusted
from client.model.account import Account, Endpoint, Identity, TlsMode
from client.model.address import MailAddress
from client.model.event import Event, EventKind
from client.model.outgoing import OutboxState, OutgoingMessage
from client.model.secret import Secret
from client.model.server_certificate import CertificateRefused, SeenCertificate, ServerCertificate
from client.net import imap, smtp
from client.net.imap_login import Patience
from client.net.session import ImapSession
from client.net.shown_certificate import shown_certificate
from client.services import sending
from client.services.engine_context import AccountContext, Net
from client.services.engine_setup import EngineSetup
from client.services.server_certificates import explained, place_of, read_certificate
from client.store.database import Database, open_ledger
from client.store.outbox import Outbox
from client.store.secrets import MemorySecrets
from client.store.server_certificates import ServerCertificates
from tests.fakes.scripted import Link, scripted_server
from tests.fakes.tls import ServerAuthority, ServerIdentity

CANARY = "CANARY-mat-khau"


@dataclass
class Changing:
    """An IMAP server that can be given another certificate, and what it was told behind the handshake."""

    identity: ServerIdentity
    starttls: bool = False
    said: list[bytes] = field(default_factory=list)

    def __call__(self, link: Link) -> None:
        link._identity = self.identity
        if self.starttls:
            link.send(b"* OK hello\r\n")
            link.send(link.line().split(b" ")[0] + b" OK go on\r\n")
        link.protect()
        if not self.starttls:
            link.send(b"* OK hello\r\n")
        while True:
            tag, _, rest = link.line().partition(b" ")
            self.said.append(rest)
            if rest.upper() == b"CAPABILITY":
                link.send(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n")
            elif rest.startswith(b"AUTHENTICATE"):
                link.send(b"+ \r\n")
                self.said.append(base64.b64decode(link.line()))
            link.send(tag + b" OK done\r\n")


@dataclass
class World:
    """One account's context on that server."""

    context: AccountContext
    server: Changing
    endpoint: Endpoint
    ledger: Database
    now: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

    def refusal(self) -> TlsUntrusted:
        with pytest.raises(TlsUntrusted) as caught:
            self.context.connected()
        return caught.value

    def history(self) -> tuple[SeenCertificate, ...]:
        return ServerCertificates(self.ledger, "an").history()


def connect(
    endpoint: Endpoint,
    user: str,
    password: Secret,
    anchors: tuple[bytes, ...] = (),
    *,
    without: frozenset[str] = frozenset(),
) -> ImapSession:
    return imap.connect(endpoint, user, password, anchors, without=without, patience=Patience(5, 5))


@pytest.fixture(params=list(TlsMode))
def world(
    request: pytest.FixtureRequest, tmp_path: Path, server_authority: ServerAuthority
) -> Iterator[World]:
    script = Changing(server_authority.issue(), starttls=request.param is TlsMode.STARTTLS)
    ledger = open_ledger(tmp_path / "ledger.db")
    with scripted_server(script.identity, script, None) as server:
        endpoint = replace(server.endpoint, tls=request.param)
        account = Account("an", Identity(MailAddress("an@x.example")), endpoint, endpoint, "an")
        secrets = MemorySecrets({"an": Secret(CANARY)})
        setup = EngineSetup(Paths(tmp_path), (account,), secrets, server.anchors_pem)
        net = Net(connect, lambda *_, **__: pytest.fail("no mail"), lambda *_, **__: None, lambda *_: b"")
        made = World(
            AccountContext(account, setup, net, ledger, lambda _: None, lambda: made.now),
            script,
            endpoint,
            ledger,
        )
        yield made
    ledger.close()


def test_a_certificate_of_an_unknown_issuer_is_held_against_the_one_before(world: World) -> None:
    world.context.connected().logout()
    (first,) = world.history()
    world.server.identity = ServerAuthority().issue()
    world.server.said.clear()
    refused = world.refusal()
    assert isinstance(refused, CertificateRefused)
    told = {name: str(value) for name, value in refused.params.items()}
    assert told["reason"] == "unknown-issuer"
    assert told["before_sha256"].replace(":", "") == first.certificate.sha256
    assert told["sha256"] != told["before_sha256"]
    assert told["before_seen"] == world.now.astimezone().strftime("%d/%m/%Y")
    assert "trustme" in told["issuer"]
    assert world.server.said == []  # nothing was said to it: neither by us nor by the look at it
    assert world.history() == (first,)
    text = Catalogue.load(resources_dir()).text("error", refused.code, **refused.params)
    for name in ("issuer", "until", "sha256", "before_until", "before_sha256", "before_seen"):
        assert told[name] in text.whole


@pytest.mark.parametrize("reason", ["wrong-name", "expired"])
def test_without_one_before_it_is_told_what_is_shown_now(
    world: World, server_authority: ServerAuthority, reason: str
) -> None:
    world.server.identity = (
        server_authority.issue("khac.example")
        if reason == "wrong-name"
        else server_authority.issue(expired=True)
    )
    refused = world.refusal()
    assert isinstance(refused, CertificateRefused)
    assert refused.params["reason"] == reason
    assert "before_sha256" not in refused.params
    if reason == "expired":
        yesterday = (datetime.now(UTC) - timedelta(days=1)).astimezone()
        assert refused.params["until"] == yesterday.strftime("%d/%m/%Y")
    assert CANARY.encode() not in b"".join(world.server.said)


def test_a_good_new_certificate_is_taken_without_a_question_and_remembered(
    world: World, server_authority: ServerAuthority
) -> None:
    world.context.connected().logout()
    old = world.history()
    world.now += timedelta(days=3)
    world.server.identity = server_authority.issue()
    world.context.connected().logout()
    newest, before = world.history()
    assert (before,) == old
    assert newest.first_seen == newest.last_seen == world.now
    assert newest.certificate.sha256 != before.certificate.sha256
    world.now += timedelta(hours=2)
    world.context.connected().logout()
    assert world.history()[0] == newest  # once a day is enough
    world.now += timedelta(days=2)
    world.context.connected().logout()
    assert world.history()[0] == replace(newest, last_seen=world.now)


def test_one_that_comes_back_is_the_last_again(
    ledger_of: Database, server_authority: ServerAuthority
) -> None:
    known, at = ServerCertificates(ledger_of, "an"), datetime(2026, 3, 2, tzinfo=UTC)
    first, second = (_certificate(server_authority) for _ in range(2))
    for day, one in enumerate((first, second, first)):
        known.accepted("h:1", one, at + timedelta(days=day))
    last = known.last("h:1")
    assert last is not None
    assert last.certificate == first
    assert (last.first_seen, last.last_seen) == (at, at + timedelta(days=2))
    assert ServerCertificates(ledger_of, "binh").last("h:1") is None


@pytest.fixture
def ledger_of(tmp_path: Path) -> Iterator[Database]:
    made = open_ledger(tmp_path / "other.db")
    yield made
    made.close()


def _certificate(authority: ServerAuthority) -> ServerCertificate:
    pem = authority.issue().certificate.cert_chain_pems[0].bytes().decode()
    return read_certificate(ssl.PEM_cert_to_DER_cert(pem))


def _answer(shown: bytes, _: Endpoint) -> bytes:
    return shown


def test_a_look_that_shows_nothing_leaves_the_error_as_it_was(ledger_of: Database) -> None:
    known, endpoint = ServerCertificates(ledger_of, "an"), Endpoint("localhost", 1)
    error = TlsUntrusted(host="localhost", reason="unknown-issuer")
    assert shown_certificate(endpoint, 2) == b""
    for shown in (b"", b"junk", b"\x30\x03\x02\x01\x01"):
        assert explained(error, endpoint, known, partial(_answer, shown)) is error
    no_tls = TlsUntrusted(host="localhost", reason="no-tls")
    assert explained(no_tls, endpoint, known, lambda _: pytest.fail("there is no certificate")) is no_tls
    assert place_of(endpoint) == "localhost:1"


@pytest.mark.parametrize("greeting", [b"* BYE no\r\n", b"", b"x" * 9000, b"* OK hi\r\n* BYE no\r\n"])
def test_a_look_at_a_server_that_has_no_tls(server_authority: ServerAuthority, greeting: bytes) -> None:
    def script(link: Link) -> None:
        link.send(greeting)

    with scripted_server(server_authority.issue(), script, TlsMode.STARTTLS) as server:
        assert shown_certificate(server.endpoint, 5) == b""


@dataclass
class Submission:
    """An SMTP server that can be given another certificate, and what it was told behind the handshake."""

    identity: ServerIdentity
    starttls: bool
    said: list[bytes] = field(default_factory=list)

    def __call__(self, link: Link) -> None:
        link._identity = self.identity
        if self.starttls:
            link.send(b"220 hello\r\n")
            link.line()
            link.send(b"250-hello\r\n250 STARTTLS\r\n")
            link.line()
            link.send(b"220 go on\r\n")
        link.protect()
        if not self.starttls:
            link.send(b"220 hello\r\n")
        while True:
            line = link.line()
            self.said.append(line)
            link.send(_REPLIES.get(line.split(b" ")[0].upper(), b"250 fine") + b"\r\n")
            if line == b"DATA":
                link.until(b"\r\n.\r\n")
                link.send(b"250 taken\r\n")


_REPLIES = {
    b"EHLO": b"250-hello\r\n250 AUTH PLAIN",
    b"AUTH": b"235 in",
    b"DATA": b"354 go on",
    b"QUIT": b"221 bye",
}


@pytest.mark.parametrize("mode", list(TlsMode))
def test_a_submission_servers_change_is_explained_too(
    tmp_path: Path, ledger_of: Database, server_authority: ServerAuthority, mode: TlsMode
) -> None:
    script, now = Submission(server_authority.issue(), mode is TlsMode.STARTTLS), datetime.now(UTC)
    events: list[object] = []
    outbox = Outbox(ledger_of, lambda: now)
    with scripted_server(script.identity, script, None) as server:
        endpoint = replace(server.endpoint, tls=mode)
        account = Account("an", Identity(MailAddress("an@x.example")), endpoint, endpoint, "an")
        setup = EngineSetup(Paths(tmp_path), (account,), MemorySecrets({"an": Secret(CANARY)}))
        net = Net(connect, smtp.submit, lambda *_, **__: None, lambda *_: b"")
        context = AccountContext(account, setup, net, ledger_of, events.append, lambda: now)
        work = sending.tools(account, ledger_of, events.append, lambda: now, lambda: False)
        for number in range(2):
            raw = f"From: an@x.example\r\nMessage-ID: <{number}@x>\r\n\r\nx\r\n".encode()
            outbox.enqueue(OutgoingMessage("an", f"<{number}@x>", "an@x.example", ("b@x.example",), raw))
            sending.submit_due(work, context.password(), context.submit, server.anchors_pem)
            context.remember_submission()
            script.identity = ServerAuthority().issue()
            script.said = [] if number == 0 else script.said
    first, second = outbox.entries("an")
    assert {first.state, second.state} == {OutboxState.SUBMITTED, OutboxState.QUEUED}
    assert script.said == []
    (seen,) = ServerCertificates(ledger_of, "an").history()
    (problem,) = [one for one in events if isinstance(one, Event) and one.kind is EventKind.ACCOUNT_PROBLEM]
    told = dict(problem.params)
    assert (problem.code, told["reason"]) == ("certificate-refused", "unknown-issuer")
    assert told["before_sha256"].replace(":", "") == seen.certificate.sha256
    assert told["sha256"] != told["before_sha256"]
