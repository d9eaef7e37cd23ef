"""What is wanted is fetched where the policy allows, examined, used, and makes waiting messages news."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.config.paths import Paths
from client.crypto.wanted import ask_anew
from client.errors import MalformedMessage
from client.model.event import Event, EventKind
from client.model.revocation import (
    Hosts,
    Lacking,
    RevocationState,
    SourceOrigin,
    Want,
    file_name,
    incoming_name,
)
from client.model.verdict import (
    Coverage,
    Display,
    Indication,
    Reason,
    SignatureFormat,
    SignatureVerdict,
    VerificationReport,
)
from client.services.engine_setup import Command, RevocationWanted
from client.services.futures import call, resolved
from client.services.rechecks import Rechecks
from client.services.requests import TrustSources
from client.services.revocation_office import RENEWED, RevocationOffice, RevocationSetup
from client.services.tasks import ImmediateLane
from client.store.database import open_ledger
from client.store.revocation_sources import RevocationSources
from client.store.waiting import WaitingVerdicts
from tests.fakes.pki import OfficePki
from tests.fakes.revocation_data import DAY, make_answer, make_crl

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
URL = "http://crl.example.vn/issuing.crl"


@pytest.fixture(scope="module")
def pki() -> OfficePki:
    return OfficePki(NOW)


class Room:
    """An office of revocation data that trusts the root alone."""

    def __init__(self, folder: Path, pki: OfficePki) -> None:
        self.now = NOW
        self.commands: list[Command] = []
        self.events: list[Event] = []
        self.paths = Paths(folder)
        self.paths.incoming.mkdir(parents=True)
        root = folder / "root.pem"
        root.write_bytes(pki.root.certificate_pem)
        self.ledger = open_ledger(folder / "ledger.db")
        self.sources = RevocationSources(self.ledger, lambda: self.now)
        setup = RevocationSetup(
            self.paths,
            TrustSources((root,), (self.paths.revocation,)),
            Hosts(("crl.example.vn",), ("ocsp.example.vn",)),
            (URL,),
            lambda: self.now,
            self.commands.append,
            self.events.append,
            lambda: 0.5,
        )
        self.office = RevocationOffice(setup, self.ledger, ImmediateLane())

    def arrives(self, content: bytes, want: Want | None = None) -> RevocationState:
        one = want or Want(URL)
        (self.paths.incoming / incoming_name(one)).write_bytes(content)
        self.office.listen(Event(EventKind.REVOCATION))
        found = self.sources.state(one.url, one.about)
        assert found is not None
        return found

    def used(self, want: Want | None = None) -> bytes:
        file = self.paths.revocation / file_name(want or Want(URL))
        return file.read_bytes() if file.is_file() else b""


@pytest.fixture
def room(tmp_path: Path, pki: OfficePki) -> Iterator[Room]:
    made = Room(tmp_path, pki)
    made.office.begin(())
    made.office.note(Lacking(issuers=(pki.issuing.certificate_der,)))
    made.commands.clear()
    yield made
    made.ledger.close()


def test_the_policys_lists_are_wanted_from_the_start(tmp_path: Path, pki: OfficePki) -> None:
    room = Room(tmp_path, pki)
    room.office.begin(())
    assert [one.want.url for one in room.sources.due()] == [URL]
    assert RevocationWanted() in room.commands
    room.ledger.close()


def test_a_good_list_comes_into_use_and_is_news_once(room: Room, pki: OfficePki) -> None:
    der = make_crl(pki.issuing, NOW - DAY)
    state = room.arrives(der)
    assert room.used() == der
    assert (state.this_update, state.next_update) == (NOW - DAY, NOW + 6 * DAY)
    assert NOW < state.not_before <= NOW + DAY
    assert room.events == [Event(EventKind.REVOCATION, code=RENEWED)]
    room.arrives(der)
    assert [one.code for one in room.events] == [RENEWED, "unchanged"]
    assert list(room.paths.incoming.iterdir()) == []


@pytest.mark.parametrize("spoiled", [b"", b"<html>login</html>", bytes(1000)])
def test_a_spoiled_download_never_replaces_a_good_list(room: Room, pki: OfficePki, spoiled: bytes) -> None:
    der = make_crl(pki.issuing, NOW - DAY)
    room.arrives(der)
    state = room.arrives(spoiled)
    assert room.used() == der
    assert [one.code for one in room.events] == [RENEWED, "failed", "unchanged"]
    assert state.error_reason == "not-a-list"
    assert state.next_update == NOW + 6 * DAY
    assert state.not_before > NOW
    assert state.etag == ""


def test_neither_do_a_forged_and_an_older_one(room: Room, pki: OfficePki) -> None:
    der = make_crl(pki.issuing, NOW - DAY)
    room.arrives(der)
    forged = make_crl(pki.issuing, NOW - timedelta(hours=1), key=OfficePki(NOW).issuing)
    assert room.arrives(forged).error_reason == "list-signature-wrong"
    assert room.arrives(make_crl(pki.issuing, NOW - 3 * DAY)).error_reason == "list-older-than-held"
    assert room.used() == der


def test_a_list_whose_issuer_is_not_known_yet_waits_for_it(tmp_path: Path, pki: OfficePki) -> None:
    room = Room(tmp_path, pki)
    room.office.begin(())
    der = make_crl(pki.issuing, NOW - DAY)
    assert room.arrives(der).error_reason == "list-issuer-not-known"
    assert room.used() == b""
    room.office.note(Lacking(issuers=(pki.issuing.certificate_der,)))
    assert room.used() == der
    room.ledger.close()


def test_what_came_in_while_nobody_was_here_is_examined_at_the_start(tmp_path: Path, pki: OfficePki) -> None:
    room = Room(tmp_path, pki)
    room.sources.want(Want(URL, origin=SourceOrigin.POLICY))
    room.office.note(Lacking(issuers=(pki.issuing.certificate_der,)))
    der = make_crl(pki.issuing, NOW - DAY)
    (room.paths.incoming / incoming_name(Want(URL))).write_bytes(der)
    room.office.begin(())
    assert room.used() == der
    room.ledger.close()


def test_only_named_hosts_are_written_down_and_a_list_is_preferred_to_a_question(
    room: Room, pki: OfficePki
) -> None:
    question = Want("http://ocsp.example.vn/", "AB" * 32, b"q", "CA")
    listed = Want("http://crl.example.vn/other.crl", issuer="CA")
    lacking = Lacking((Want("http://evil.example/a.crl", issuer="CA"), question, listed))
    refusals = [refusal for _, refusal in room.office.note(lacking)]
    assert [one.value if one else None for one in refusals] == ["host-not-in-policy", None, None]
    assert {one.want.url for one in room.sources.states()} == {URL, listed.url}
    room.office.note(Lacking((question,)))
    assert question.url in {one.want.url for one in room.sources.states()}


def test_an_answer_is_used_and_not_asked_for_again_by_itself(room: Room, pki: OfficePki) -> None:
    person = pki.person("An", "an@example.gov.vn")
    want = ask_anew(person.certificate_der, pki.issuing.certificate_der, "http://ocsp.example.vn/")
    room.office.note(Lacking((want,)))
    state = room.arrives(make_answer(pki, person), want)
    assert room.used(want)
    assert state.not_before > NOW + 1000 * DAY
    assert room.events[-1].code == RENEWED


def test_asking_now_makes_everything_due(room: Room, pki: OfficePki) -> None:
    room.arrives(make_crl(pki.issuing, NOW - DAY))
    assert room.sources.due() == ()
    room.office.refresh()
    assert len(room.sources.due()) == 1
    assert room.commands[-1] == RevocationWanted()


def test_a_file_that_was_lost_is_fetched_again(room: Room, pki: OfficePki) -> None:
    room.arrives(make_crl(pki.issuing, NOW - DAY))
    (room.paths.revocation / file_name(Want(URL))).unlink()
    room.office.begin(())
    (due,) = room.sources.due()
    assert due.etag == ""


# -- messages that wait ---------------------------------------------------------------------


def report(*reasons: Reason, indication: Indication = Indication.INDETERMINATE) -> VerificationReport:
    verdict = SignatureVerdict(SignatureFormat.SMIME, indication, reasons=reasons)
    return VerificationReport("a.eml", indication, Coverage.WHOLE, (verdict,))


UNKNOWN = report(Reason.REVOCATION_UNKNOWN)
VALID = report(indication=Indication.TOTAL_PASSED)


class Line:
    """Rechecks over messages whose next verdict the test lays down."""

    def __init__(self, folder: Path) -> None:
        self.ledger = open_ledger(folder / "waiting.db")
        self.verdicts: dict[int, VerificationReport | Exception] = {}
        self.verified: list[int] = []
        self.events: list[Event] = []
        self.rechecks = self.restarted()

    def restarted(self) -> Rechecks:
        return Rechecks(WaitingVerdicts(self.ledger, lambda: NOW), self._verify, self.events.append)

    def _verify(self, mailbox_id: int, row_id: int) -> Future[VerificationReport]:
        self.verified.append(row_id)
        verdict = self.verdicts[row_id]
        if isinstance(verdict, Exception):
            return call(lambda: self._raise(verdict))
        self.rechecks.judged((mailbox_id, row_id), f"sha-{row_id}", f"Thư {row_id}", verdict)
        return resolved(verdict)

    @staticmethod
    def _raise(error: Exception) -> VerificationReport:
        raise error


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    made = Line(tmp_path)
    yield made
    made.ledger.close()


def test_a_message_is_judged_again_until_it_is_judged_for_good(line: Line) -> None:
    line.rechecks.judged((1, 7), "sha-7", "Thư 7", UNKNOWN)
    line.verdicts[7] = UNKNOWN
    line.rechecks.again()
    assert line.events == []
    line.verdicts[7] = VALID
    line.rechecks.again()
    (event,) = line.events
    assert (event.kind, event.subject_id, event.code) == (EventKind.VERDICT, 7, Display.VALID.value)
    assert dict(event.params) == {"mailbox": "1", "subject": "Thư 7", "before": "UNKNOWN"}
    line.rechecks.again()
    assert line.verified == [7, 7]


def test_what_was_judged_for_good_never_waits(line: Line) -> None:
    for reason in (Reason.DOCUMENT_ALTERED, Reason.UNTRUSTED_ISSUER, Reason.CERTIFICATE_REVOKED):
        line.rechecks.judged((1, 7), "sha-7", "", report(reason))
    line.rechecks.judged((1, 8), "sha-8", "", VALID)
    line.rechecks.again()
    assert line.verified == []


def test_waiting_outlives_the_program(line: Line) -> None:
    line.rechecks.judged((1, 7), "sha-7", "Thư 7", UNKNOWN)
    line.rechecks = line.restarted()
    line.verdicts[7] = report(Reason.CERTIFICATE_REVOKED, indication=Indication.TOTAL_FAILED)
    line.rechecks.again()
    assert line.events[0].code == Display.INVALID.value


def test_a_message_that_is_gone_waits_no_longer(line: Line) -> None:
    line.rechecks.judged((1, 7), "sha-7", "Thư 7", UNKNOWN)
    line.verdicts[7] = MalformedMessage(reason="gone")
    line.rechecks.again()
    assert line.rechecks.waiting() == ()
