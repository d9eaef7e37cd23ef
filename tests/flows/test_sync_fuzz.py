"""Random changes by another client and by this one, with links that break: in the end both sides agree.

``CONGTHU_SEED`` sets where, ``CONGTHU_ROUNDS`` how long (1,000 rounds on the server in memory, 100 on
Dovecot without it).
"""

from __future__ import annotations

import contextlib
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from client.errors import ConnectionLost
from client.model.mailbox import SpecialUse
from client.model.secret import Secret
from client.net import imap
from client.net.session import ImapSession
from tests.fakes.dovecot import Dovecot
from tests.fakes.imap import FakeImapServer, FakeMailbox
from tests.fakes.sync_client import BOXES, Client, Other, fuzz

ROUNDS = int(os.environ.get("CONGTHU_ROUNDS", "0"))
STEPS = (
    "select", "fetch_headers", "batch", "search_uids", "store_flags", "move", "move-answer", "expunge",
    "list_mailboxes", "find_by_message_id", "fetch_body",
)  # fmt: skip
COPY_STEPS = ("copy", "copy-answer")
"""Of a server without MOVE; with it a message is in one mailbox or the other (RFC 6851)."""
TIERS = (
    {"MOVE", "UIDPLUS", "CONDSTORE", "QRESYNC"},
    {"MOVE", "UIDPLUS", "CONDSTORE"},
    {"MOVE", "UIDPLUS"},
    {"UIDPLUS"},
)


@pytest.mark.parametrize("extensions", TIERS)
def test_both_sides_agree_on_a_server_in_memory(tmp_path: Path, extensions: set[str]) -> None:
    uses = (SpecialUse.INBOX, SpecialUse.SENT, SpecialUse.TRASH)
    boxes = {name: FakeMailbox(use) for name, use in zip(BOXES, uses, strict=True)}
    server = FakeImapServer(boxes, condstore="CONDSTORE" in extensions, batch=5)
    server.extensions = frozenset(extensions - {"CONDSTORE"})
    client = Client(tmp_path, server.session)
    other = Other(server.session)

    steps = STEPS if "MOVE" in extensions else STEPS + COPY_STEPS

    def disturb(draw: random.Random | None) -> None:
        server.fail_on.clear()
        if draw is None:
            return
        chance = draw.random()
        if chance < 0.3:
            server.fail_on[draw.choice(steps)] = ConnectionLost(host="fuzz")
        elif chance > 0.97:
            boxes[draw.choice(BOXES)].renumber()

    with contextlib.closing(client):
        fuzz(
            client,
            other,
            (ROUNDS or 1000) // len(TIERS),
            disturb,
            every=5,
            may_double="MOVE" not in extensions,
        )


@pytest.fixture
def account(dovecot: Dovecot) -> Iterator[Callable[[], ImapSession]]:
    dovecot.add_user("fuzz@sothu.example", "p")
    opened: list[ImapSession] = []

    def connect() -> ImapSession:
        opened.append(
            imap.connect(dovecot.imap_endpoint, "fuzz@sothu.example", Secret("p"), dovecot.anchors_pem)
        )
        return opened[-1]

    yield connect
    for session in opened:
        session.logout()


@pytest.mark.real_servers
def test_both_sides_agree_on_dovecot(account: Callable[[], ImapSession], tmp_path: Path) -> None:
    client = Client(tmp_path, account)
    with contextlib.closing(client):
        fuzz(client, Other(account), ROUNDS or 100, lambda _: None, every=10)
