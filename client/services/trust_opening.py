"""Puts the parts of trust together for one office: who is trusted, what is revoked, who waits for that."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from client.errors import ClientError
from client.model.at_rest import Readable
from client.model.event import Event, EventKind
from client.model.evidence import Gathered
from client.services.engine_setup import Command
from client.services.known_keys import KnownKeys
from client.services.office_setup import OfficeSetup
from client.services.office_verification import OfficeVerification
from client.services.rechecks import Rechecks, lacks_data
from client.services.requests import VerifyRequest
from client.services.revocation_office import RENEWED, RevocationOffice, RevocationSetup
from client.services.tasks import Lane
from client.services.trust_keeper import TrustKeeper
from client.services.trust_office import TrustOffice
from client.store.database import Database
from client.store.reading import MessageReader
from client.store.waiting import WaitingVerdicts

_LOG = logging.getLogger(__name__)


class Engine(Protocol):
    """What is needed of `client.services.engine_link.EngineLink`."""

    def send(self, command: Command) -> None:
        """Hand over a command."""

    def tell(self, event: Event) -> None:
        """Call every listener."""

    def subscribe(self, listener: Callable[[Event], None]) -> None:
        """Have ``listener`` called for every event."""


def open_trust(
    setup: OfficeSetup,
    ledger: Database,
    lane: Lane,
    engine: Engine,
    verification: OfficeVerification,
    reader: Callable[[int], MessageReader],
) -> TrustOffice:
    """The trust of one instance; what the workshop reads is brought up to date with record and policy."""
    policy = setup.policy.trust
    keeper = TrustKeeper(ledger, setup.paths.trust, policy, setup.clock)
    keeper.write_out()
    revocation = RevocationOffice(
        RevocationSetup(
            setup.paths, setup.sources, policy.asked, policy.crl_urls, setup.clock, engine.send, engine.tell
        ),
        ledger,
        lane,
    )
    rechecks = Rechecks(WaitingVerdicts(ledger, setup.clock), verification.verify, engine.tell)

    def judged(place: tuple[int, int], path: Readable, found: Gathered, behind: bool) -> None:
        try:
            if behind and not rechecks.waits(found.sha256):
                return  # nobody was told anything yet; the background looks again by itself
            row = reader(place[0]).row(place[1])
            rechecks.judged(place, found.sha256, row.subject if row is not None else "", found.report)
        except ClientError as error:
            # A full disk must not hide a verdict; the message can be checked by hand.
            _LOG.warning("not noted for another look: %s", error.code)
        if behind:
            return  # it tells for itself, and no server is asked about a letter that nobody opened
        engine.tell(Event(EventKind.JUDGED, subject_id=place[1]))
        if lacks_data(found.report):
            revocation.lack(VerifyRequest(path, setup.sources, setup.clock()))

    def listen(event: Event) -> None:
        revocation.listen(event)
        if event.kind is EventKind.REVOCATION and event.code == RENEWED:
            rechecks.again()

    verification.judged = judged
    engine.subscribe(listen)
    own_keys = KnownKeys(setup.paths.data / "keys" / "known.json")
    return TrustOffice(
        keeper,
        lane,
        setup.clock,
        revocation,
        rechecks,
        lambda: tuple(own_keys.all().values()),
        lambda: engine.tell(Event(EventKind.TRUST)),
    )
