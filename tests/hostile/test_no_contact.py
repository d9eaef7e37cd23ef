"""No address found in a received file is asked for anything, unless the policy names its host.

A server on loopback stands for the one an attacker, or a curious sender, would write into a
certificate: CRL, OCSP, issuer's certificate. It must see nobody. Where the policy names it, the engine
asks it in the background; the process that reads the file never does.
"""

from __future__ import annotations

import base64
import hashlib
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

import pytest
from msgspec.structs import replace

from client.config.paths import Paths, resources_dir
from client.config.policy_layers import builtin_policy
from client.config.policy_trust import PolicyCertificate, Trust
from client.crypto import cms
from client.crypto.pades_signing import sign_pdf
from client.crypto.smime import sign_entity
from client.crypto.timestamps import Timestamper
from client.mime.builder import assemble_signed
from client.model.account import Account, Endpoint, Identity
from client.model.address import MailAddress
from client.model.at_rest import Readable
from client.model.event import Event
from client.model.verdict import Display, Profile, VerificationReport
from client.services.engine_link import EngineLink
from client.services.engine_setup import EngineSetup
from client.services.futures import resolved
from client.services.office_setup import OfficeSetup
from client.services.office_verification import OfficeVerification
from client.services.own_trust import made_sources
from client.services.requests import TrustSources, VerifyRequest
from client.services.revocation_room import lacking
from client.services.tasks import WorkshopLane
from client.services.trust_office import TrustOffice
from client.services.trust_opening import open_trust
from client.services.verification import verify_file
from client.services.verification_setup import Shelf, VerificationSetup
from client.store.database import open_ledger
from client.store.reading import MessageReader
from client.store.secrets import MemorySecrets
from tests.fakes.pdf import make_pdf
from tests.fakes.pki import Holder, OfficePki
from tests.fakes.revocation_data import DAY, make_crl, with_addresses
from tests.fakes.signing import key_of

PATIENCE_S = 120
ADDRESS = "an@example.gov.vn"


@dataclass
class Ear:
    """A web server that hears every request; it serves the lists it was given."""

    port: int = 0
    heard: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"


@pytest.fixture
def ear() -> Iterator[Ear]:
    made = Ear()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.heard.append(f"{self.command} {self.path}")
            content = made.files.get(self.path)
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        do_POST = do_GET  # noqa: N815 - the library's name

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.fixture(scope="module")
def pki() -> OfficePki:
    return OfficePki(datetime.now(UTC).replace(microsecond=0))


@pytest.fixture
def curious(pki: OfficePki, ear: Ear) -> Holder:
    return with_addresses(
        pki, ADDRESS, crl=(ear.url("a.crl"),), ocsp_url=ear.url("ocsp"), issuers=ear.url("ca.crt")
    )


@pytest.fixture
def stamper(pki: OfficePki, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> Timestamper:
    """A time-stamp authority whose certificate names the same server."""
    tsa = with_addresses(
        pki, "", crl=(ear.url("tsa.crl"),), ocsp_url=ear.url("tsa-ocsp"), issuers=ear.url("x"), base=pki.tsa
    )
    monkeypatch.setattr(pki, "tsa", tsa)
    return Timestamper(("http://tsa.test",), pki.post_timestamp)


@pytest.fixture
def files(pki: OfficePki, curious: Holder, stamper: Timestamper, tmp_path: Path) -> dict[str, Path]:
    """The same signer in a letter, a PDF, a ``.p7s``, a time-stamped one, and a letter with both."""
    key = key_of(curious)
    stamped = cms.sign_detached(b"x", key, signing_time=pki.now, profile=Profile.B_T, timestamper=stamper)
    pdf = sign_pdf(make_pdf([]), key, profile=Profile.B_B, timestamper=None, signing_time=pki.now)
    p7s = cms.sign_detached(b"x", key, signing_time=pki.now, profile=Profile.B_B)
    entity = (
        b"Content-Type: multipart/mixed; boundary=m\r\n\r\n"
        b"--m\r\nContent-Type: text/plain\r\n\r\nKinh gui\r\n"
        + _attached("a.pdf", pdf)
        + _attached("b.txt", b"x")
        + _attached("b.txt.p7s", p7s)
        + b"--m--\r\n"
    )
    plain = b"Content-Type: text/plain\r\n\r\nKinh gui\r\n"
    made = {
        "a.pdf": pdf,
        "b.txt": b"x",
        "b.txt.p7s": p7s,
        "c.txt": b"x",
        "c.txt.p7s": stamped,
        "plain.eml": _letter(plain, sign_entity(plain, key, sender=ADDRESS, signing_time=pki.now)),
        "all.eml": _letter(entity, sign_entity(entity, key, sender=ADDRESS, signing_time=pki.now)),
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in made if not name.endswith(".txt")}


def _attached(name: str, content: bytes) -> bytes:
    head = (
        f"--m\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename={name}"
    )
    body = base64.encodebytes(content).replace(b"\n", b"\r\n")
    return f"{head}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode() + body


def _letter(entity: bytes, signature: bytes) -> bytes:
    head = f"From: {ADDRESS}\r\nTo: binh@example.gov.vn\r\nSubject: thu\r\nMIME-Version: 1.0\r\n"
    return assemble_signed(head.encode(), entity, signature)


_CONTACTS = {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}


class _Watch:
    """What this process does with the network while it is watched; audit hooks cannot be taken off."""

    def __init__(self) -> None:
        self.on = False
        self.seen: list[str] = []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, _: object) -> None:
        if self.on and event in _CONTACTS:
            self.seen.append(event)


@pytest.fixture(scope="module")
def watch() -> _Watch:
    return _Watch()


def test_the_process_that_reads_a_file_opens_no_connection(
    pki: OfficePki, files: dict[str, Path], watch: _Watch, tmp_path: Path
) -> None:
    root = tmp_path / "root.pem"
    root.write_bytes(pki.root.certificate_pem)
    for path in files.values():
        request = VerifyRequest(path, TrustSources((root,)), pki.now)
        watch.on = True
        try:
            report, found = verify_file(request), lacking(request)
        finally:
            watch.on = False
        assert report.signatures
        assert found.wants
    assert watch.seen == []


class Room:
    """An office's trust with a real engine and a real workshop, and a shelf of files in place of mail."""

    def __init__(self, folder: Path, pki: OfficePki, files: dict[str, Path], trust: Trust) -> None:
        paths = Paths(folder)
        self.files = list(files.values())
        self.events: queue.Queue[Event] = queue.Queue()
        self.ledger = open_ledger(paths.ledger)
        self.lane = WorkshopLane()
        self.engine = EngineLink(
            EngineSetup(paths, (), MemorySecrets({}), hosts=trust.asked, max_crl_bytes=1_000_000)
        )
        self.engine.subscribe(self.events.put)
        policy = builtin_policy(resources_dir())
        setup = OfficeSetup(
            paths,
            (),
            replace(policy, trust=trust),
            sources=made_sources(paths),
            clock=lambda: datetime.now(UTC),
        )
        server = Endpoint("127.0.0.1", 9)
        account = Account("an", Identity(MailAddress(ADDRESS)), server, server, ADDRESS)
        shelf = Shelf(self._body, lambda _: account, lambda _: cast(MessageReader, _NoRows()))
        self.verification = OfficeVerification(
            VerificationSetup(paths, setup.sources, setup.policy, setup.clock),
            shelf,
            (self.lane, self.lane),
            self.ledger,
        )
        self.trust: TrustOffice = open_trust(
            setup, self.ledger, self.lane, self.engine, self.verification, shelf.reader
        )
        self.trust.begin()

    def _body(self, _: int, row_id: int) -> Future[Readable]:
        return resolved(self.files[row_id])

    def verify_all(self) -> list[VerificationReport]:
        return [self.verification.verify(1, row).result(PATIENCE_S) for row in range(len(self.files))]

    def verify_behind(self, row: int) -> Display:
        """As the background does."""
        desk, place, path = self.verification, (1, row), self.files[row]
        ground = desk._book.ground.now()
        found = desk._judge_behind(self.lane, place, path).result(PATIENCE_S)
        assert found is not None
        desk._keep_behind(place, path, found, ground)
        return found.report.display

    def until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self.events.get(timeout=PATIENCE_S)

    def close(self) -> None:
        self.trust.close()
        self.lane.close()
        assert self.engine.close(60)
        self.ledger.close()


class _NoRows:
    def row(self, _: int) -> None:
        return None

    def mailboxes(self) -> tuple[()]:
        return ()


def _trust(pki: OfficePki, *hosts: str) -> Trust:
    pem = pki.root.certificate_pem.decode()
    sha256 = hashlib.sha256(pki.root.certificate_der).hexdigest()
    return Trust(anchors=(PolicyCertificate("Gốc", sha256, pem),), hosts=hosts)


@pytest.mark.parametrize("hosts", [(), ("127.0.0.1",), ("localhost", "example.gov.vn")])
def test_a_server_the_policy_does_not_name_hears_nobody(
    pki: OfficePki, ear: Ear, files: dict[str, Path], tmp_path: Path, hosts: tuple[str, ...]
) -> None:
    # "127.0.0.1" alone stands for its ports 80 and 443, which is not where the ear is.
    room = Room(tmp_path / "data", pki, files, _trust(pki, *hosts))
    try:
        reports = room.verify_all()
        assert {one.display for one in reports} == {Display.UNKNOWN}
        room.trust.refresh_revocation()
        # A second look goes through everything the first one may have left behind.
        room.verify_all()
        assert len(room.trust.waiting()) == len(files)
    finally:
        room.close()
    assert ear.heard == []


def test_a_server_the_policy_names_is_asked_by_the_engine_for_its_list_and_for_nothing_else(
    pki: OfficePki, ear: Ear, files: dict[str, Path], tmp_path: Path
) -> None:
    ear.files["/a.crl"] = ear.files["/tsa.crl"] = make_crl(pki.issuing, pki.now - DAY)
    trust = _trust(pki, f"127.0.0.1:{ear.port}")
    ear.files["/root.crl"] = make_crl(pki.root, pki.now - DAY)
    room = Room(tmp_path / "data", pki, files, replace(trust, crl_urls=(ear.url("root.crl"),)))
    try:
        room.verify_all()
        room.until(lambda: not room.trust.waiting())
        reports = room.verify_all()
    finally:
        room.close()
    assert Display.UNKNOWN not in {one.display for one in reports}
    # The authority's list may have come before the time-stamp was looked at: then one is enough.
    assert {"GET /a.crl", "GET /root.crl"} <= set(ear.heard)
    assert set(ear.heard) <= {"GET /a.crl", "GET /root.crl", "GET /tsa.crl"}


def test_no_server_hears_of_a_letter_that_nobody_opened(
    pki: OfficePki, ear: Ear, files: dict[str, Path], tmp_path: Path
) -> None:
    room = Room(tmp_path / "data", pki, files, _trust(pki, f"127.0.0.1:{ear.port}"))
    try:
        assert {room.verify_behind(row) for row in range(len(files))} == {Display.UNKNOWN}
        room.lane.submit(len, "whatever a verdict set off is done by now").result(PATIENCE_S)
        assert room.trust.revocation_data() == ()
        assert room.trust.waiting() == ()
        # The same letter, opened, does ask: the host is named.
        room.verification.verify(1, 0).result(PATIENCE_S)
        room.until(lambda: bool(room.trust.revocation_data()))
        assert len(room.trust.waiting()) == 1
        room.verify_behind(0)
        assert len(room.trust.waiting()) == 1
    finally:
        room.close()


def test_a_host_the_policy_names_since_is_asked_for_what_still_waits(
    pki: OfficePki, ear: Ear, files: dict[str, Path], tmp_path: Path
) -> None:
    ear.files["/a.crl"] = ear.files["/tsa.crl"] = make_crl(pki.issuing, pki.now - DAY)
    ear.files["/root.crl"] = make_crl(pki.root, pki.now - DAY)
    room = Room(tmp_path / "data", pki, files, _trust(pki))
    try:
        room.verify_all()
        assert ear.heard == []
    finally:
        room.close()
    trust = _trust(pki, f"127.0.0.1:{ear.port}")
    room = Room(tmp_path / "data", pki, files, replace(trust, crl_urls=(ear.url("root.crl"),)))
    try:
        room.until(lambda: not room.trust.waiting())
    finally:
        room.close()


def test_an_engine_that_has_a_foreign_address_on_its_list_still_asks_nobody(
    pki: OfficePki, ear: Ear, tmp_path: Path
) -> None:
    """Whatever wrote the row: what counts is the policy of now."""
    room = Room(tmp_path / "data", pki, {}, _trust(pki))
    try:
        room.ledger.run(
            "INSERT INTO revocation_source (url, origin, added_at, not_before) VALUES (?, 'seen', ?, ?)",
            (ear.url("a.crl"), "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00"),
        )
        room.trust.refresh_revocation()
        while room.trust.revocation_data()[0].error_reason != "host-not-in-policy":
            threading.Event().wait(0.05)
    finally:
        room.close()
    assert ear.heard == []
