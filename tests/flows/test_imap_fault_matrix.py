"""Every kind of server with every kind of fault, each by itself and often: equal in the end, no hanging.

``CONGTHU_SEED`` sets where, ``CONGTHU_ROUNDS`` how long (8 rounds each without it).
"""

from __future__ import annotations

import contextlib
import os
import random
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from client.model.mailbox import SpecialUse
from client.model.secret import Secret
from client.net import imap
from client.net.imap_login import Patience
from tests.fakes.imap import FakeImapServer, FakeMailbox
from tests.fakes.imap_faults import KINDS, Faults, wire_server
from tests.fakes.imap_profiles import PROFILES
from tests.fakes.sync_client import BOXES, Client, Other, fuzz
from tests.fakes.tls import ServerAuthority

SEED = int(os.environ.get("CONGTHU_SEED", "20261124"))
ROUNDS = int(os.environ.get("CONGTHU_ROUNDS", "0")) or 8
WATCHDOG_S = 90 + ROUNDS * 3
CHANCE = 0.12
"""Of each line a server sends; a session has a hundred."""
OF_THE_SERVER = ("renumbered", "uids-back", "folder-gone", "flags-by-others")
"""Faults that are no matter of the link."""


def strike(kind: str, server: FakeImapServer, draw: random.Random) -> None:
    """One of ``OF_THE_SERVER``."""
    name = draw.choice(BOXES)
    box = server.mailboxes[name]
    match kind:
        case "renumbered":
            box.renumber()
        case "uids-back" if not box.messages:
            # As after a restored backup: the UIDs of what comes now were given before.
            box.uidnext, box.highestmodseq = max(1, box.uidnext - 3), max(1, box.highestmodseq - 3)
        case "folder-gone" if name != b"INBOX" and not box.messages:
            server.mailboxes[name] = FakeMailbox(box.special_use, box.uidvalidity + 1)
        case "flags-by-others":
            for uid in list(box.messages):
                box.messages[uid].flags ^= {"\\Answered"}
                box.touch(uid)


def within(seconds: float, work: Callable[[], None]) -> None:
    """Do it on another thread, so that a test that hangs fails."""
    failed: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised again below
            failed.append(error)

    thread = threading.Thread(target=guarded, daemon=True)
    thread.start()
    thread.join(seconds)
    assert not thread.is_alive(), "it hangs"
    if failed:
        raise failed[0]


@pytest.mark.parametrize("kind", [*KINDS, *OF_THE_SERVER])
@pytest.mark.parametrize("profile", PROFILES)
def test_each_fault_of_each_kind_of_server_ends_in_equality(
    profile: str, kind: str, server_authority: ServerAuthority, tmp_path: Path
) -> None:
    identity, known = server_authority.issue(), PROFILES[profile]
    uses = (SpecialUse.INBOX, SpecialUse.SENT, SpecialUse.TRASH)
    boxes = {name: FakeMailbox(use) for name, use in zip(BOXES, uses, strict=True)}
    server = FakeImapServer(boxes, condstore=True)
    of_link = kind in KINDS
    faults = Faults(random.Random(SEED), kinds=(kind,) if of_link else KINDS)  # noqa: S311 - no secret
    struck: list[str] = []
    with wire_server(identity, server, known, faults) as endpoint:
        anchors, patience = identity.anchors_pem, Patience(5, 0.3)
        client = Client(
            tmp_path, lambda: imap.connect(endpoint, "an", Secret("pw"), anchors, patience=patience)
        )

        def disturb(draw: random.Random | None) -> None:
            faults.chance = CHANCE if draw is not None and of_link else 0.0
            if draw is None and client.session is not None:
                client.session.logout()
                client.session = None
            if draw is not None and not of_link:
                strike(kind, server, draw)
                struck.append(kind)

        doubles = "MOVE" not in known.after_login
        with contextlib.closing(client):
            within(
                WATCHDOG_S,
                lambda: fuzz(client, Other(server.session), ROUNDS, disturb, ROUNDS // 2, may_double=doubles),
            )
    assert faults.happened or struck
