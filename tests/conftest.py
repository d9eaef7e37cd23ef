"""Fixtures for every test."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from client.sandbox.city import City
from tests.fakes.dovecot import Dovecot, run_dovecot, why_no_dovecot
from tests.fakes.mail_servers import MailServers
from tests.fakes.pki import OfficePki
from tests.fakes.postfix import run_postfix, why_no_postfix
from tests.fakes.tls import ServerAuthority

# How long an example takes says something of the machine, nothing of the code.
# The same examples in every run, so that a gate says something of the change; others with CONGTHU_EXPLORE=1.
settings.register_profile("untimed", deadline=None, derandomize="CONGTHU_EXPLORE" not in os.environ)
settings.load_profile("untimed")


@pytest.fixture(scope="module")
def pki() -> OfficePki:
    """A root, an issuing authority and a time-stamping one, of each module's own."""
    return OfficePki()


@pytest.fixture(scope="session")
def server_authority() -> ServerAuthority:
    """Issues certificates for servers on loopback."""
    return ServerAuthority()


@pytest.fixture(scope="session")
def dovecot(server_authority: ServerAuthority) -> Iterator[Dovecot]:
    """A private Dovecot; mark the test ``real_servers``."""
    if reason := why_no_dovecot():
        pytest.skip(reason)
    with run_dovecot(server_authority) as server:
        yield server


@pytest.fixture(scope="session")
def mail_servers(dovecot: Dovecot) -> Iterator[MailServers]:
    """A private Dovecot and Postfix; mark the test ``real_servers``. Use addresses of your own."""
    if reason := why_no_postfix():
        pytest.skip(reason)
    with run_postfix(dovecot) as server:
        yield MailServers(dovecot, server)


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The training city, one for all tests: leave its letters and keys as they are."""
    with City.start(tmp_path_factory.mktemp("city")) as running:
        yield running
