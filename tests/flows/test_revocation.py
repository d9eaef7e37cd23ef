"""Off the network a signature is unknown; when the lists come, the letter is judged again by itself."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from msgspec.structs import replace as replaced

from client.app import Installation, OpenOffice
from client.cli.waiting import EventWaiter
from client.model.event import Event, EventKind
from client.model.mailbox import SpecialUse
from client.model.verdict import Display, Reason
from client.sandbox.city import City
from client.services.office import Office
from client.services.own_trust import own_sources
from client.services.requests import TrustSources, VerifyRequest
from client.services.verification import verify_file

PATIENCE_S = 120


class Gate:
    """Stands before the city's lists; closed, it answers as an overloaded server does."""

    def __init__(self, city: City) -> None:
        self.open = False
        gate = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if not gate.open:
                    self.send_response(503)
                    self.end_headers()
                    return
                target = city.info.crl_urls[int(self.path.strip("/").partition(".")[0])]
                with urllib.request.urlopen(target) as reply:  # noqa: S310 - the city's own loopback address
                    content = reply.read()
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.urls = tuple(
            f"http://127.0.0.1:{self._server.server_port}/{number}.crl"
            for number in range(len(city.info.crl_urls))
        )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


@pytest.fixture
def gate(city: City) -> Iterator[Gate]:
    made = Gate(city)
    yield made
    made.close()


@pytest.fixture
def offline(installation: Installation, gate: Gate) -> Installation:
    trust = replaced(installation.policy.trust, crl_urls=gate.urls, hosts=(), ocsp_hosts=())
    policy = replaced(installation.policy, trust=trust)
    return replace(installation, policy=policy)


def a_valid_letter(desk: Office, trust: Path, folder: Path) -> tuple[int, int, str]:
    """Place and subject of the newest letter of an inbox that is valid once the lists are at hand."""
    inboxes = [
        one
        for account in desk.accounts()
        for one in desk.mailboxes(account.account_id)
        if one.special_use is SpecialUse.INBOX
    ]
    for inbox in inboxes:
        for row_id in desk.row_ids(inbox.mailbox_id):
            file = folder / "letter.eml"
            file.write_bytes(desk.raw_message(inbox.mailbox_id, row_id).result(PATIENCE_S))
            request = VerifyRequest(file, TrustSources((trust,), (trust,)), datetime.now(UTC))
            if verify_file(request).display is Display.VALID:
                return inbox.mailbox_id, row_id, desk.rows(inbox.mailbox_id, [row_id])[row_id].subject
    raise AssertionError


def verdict_event(waiter: EventWaiter, events: list[Event]) -> Event:
    def look() -> Event | None:
        return next((one for one in events if one.kind is EventKind.VERDICT), None)

    return waiter.until(look, PATIENCE_S, "verdict")


def synced(desk: Office, waiter: EventWaiter) -> None:
    account = desk.accounts()[0].account_id

    def look() -> bool | None:
        boxes = desk.mailboxes(account)
        return any(one.special_use is SpecialUse.INBOX and one.total for one in boxes) or None

    waiter.until(look, PATIENCE_S, "inbox")


def test_offline_unknown_then_the_list_comes_and_the_letter_is_valid(
    offline: Installation, gate: Gate, trust: Path, tmp_path: Path
) -> None:
    events: list[Event] = []
    with OpenOffice(offline) as desk:
        waiter = EventWaiter(desk)
        desk.subscribe(events.append)
        synced(desk, waiter)
        mailbox_id, row_id, subject = a_valid_letter(desk, trust, tmp_path)
        report = desk.verification().verify(mailbox_id, row_id).result(PATIENCE_S)
        assert report.display is Display.UNKNOWN
        assert Reason.REVOCATION_UNKNOWN in report.signatures[0].reasons
        assert [one.row_id for one in desk.trust().waiting()] == [row_id]
        gate.open = True
        desk.trust().refresh_revocation()
        event = verdict_event(waiter, events)
        assert (event.subject_id, event.code) == (row_id, Display.VALID.value)
        assert dict(event.params) == {
            "mailbox": str(mailbox_id),
            "subject": subject,
            "before": Display.UNKNOWN.value,
        }
        assert desk.trust().waiting() == ()
        again = desk.verification().verify(mailbox_id, row_id).result(PATIENCE_S)
        assert again.display is Display.VALID
        assert all(one.revocation.next_update for one in again.signatures)


def test_what_waits_survives_a_restart(
    offline: Installation, gate: Gate, trust: Path, tmp_path: Path
) -> None:
    with OpenOffice(offline) as desk:
        synced(desk, EventWaiter(desk))
        mailbox_id, row_id, _ = a_valid_letter(desk, trust, tmp_path)
        report = desk.verification().verify(mailbox_id, row_id).result(PATIENCE_S)
        assert report.display is Display.UNKNOWN
    gate.open = True
    events: list[Event] = []
    with OpenOffice(offline) as desk:
        waiter = EventWaiter(desk)
        desk.subscribe(events.append)
        desk.trust().refresh_revocation()
        assert verdict_event(waiter, events).subject_id == row_id
        assert own_sources(offline.paths).crls
