"""A real Dovecot that asks an authorisation server about the token it is given."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from client.model.oauth import SignInNeeded
from client.model.secret import AccessToken, Secret
from client.net import imap, oauth
from tests.fakes.authorisation import FakeAuthorisation, Served, run_authorisation
from tests.fakes.dovecot import Dovecot, run_dovecot, why_no_dovecot
from tests.fakes.tls import ServerAuthority

pytestmark = pytest.mark.real_servers
_SETTINGS = """
introspection_mode = post
introspection_url = https://localhost:{port}/introspect
username_attribute = username
active_attribute = active
active_value = true
tls_ca_cert_file = {anchors}
"""
_PASSDB = """
auth_mechanisms = {mechanism}
passdb {{
  driver = oauth2
  mechanisms = {mechanism}
  args = {settings}
}}
"""


@pytest.fixture
def fake() -> FakeAuthorisation:
    return FakeAuthorisation(user="an@sothu.example", issued=["earlier"])


@pytest.fixture
def served(fake: FakeAuthorisation, server_authority: ServerAuthority) -> Iterator[Served]:
    with run_authorisation(fake, server_authority.issue()) as running:
        yield running


@pytest.fixture(params=["xoauth2", "oauthbearer"])
def dovecot_with_tokens(
    request: pytest.FixtureRequest, served: Served, server_authority: ServerAuthority, tmp_path: Path
) -> Iterator[Dovecot]:
    if reason := why_no_dovecot():
        pytest.skip(reason)
    version = subprocess.run(["dovecot", "--version"], capture_output=True, text=True, check=True).stdout
    if not version.startswith("2.3"):
        pytest.skip("the token's settings are written for Dovecot 2.3")
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)  # read by a process that is another user's
    anchors, settings = tmp_path / "ca.pem", tmp_path / "oauth2.conf.ext"
    anchors.write_bytes(server_authority.ca.cert_pem.bytes())
    settings.write_text(_SETTINGS.format(port=served.port, anchors=anchors), "utf-8")
    more = _PASSDB.format(mechanism=request.param, settings=settings)
    with run_dovecot(server_authority, more) as server:
        yield server


def test_a_token_that_was_granted_opens_the_mailbox_and_one_taken_back_does_not(
    dovecot_with_tokens: Dovecot, served: Served, fake: FakeAuthorisation
) -> None:
    dovecot = dovecot_with_tokens
    tokens = oauth.refresh(served.server, Secret("refresh-0"), served.anchors_pem)
    session = imap.connect(dovecot.imap_endpoint, fake.user, tokens.access, dovecot.anchors_pem)
    assert session.list_mailboxes()
    session.logout()
    fake.issued.append("another")
    with pytest.raises(SignInNeeded):
        imap.connect(dovecot.imap_endpoint, fake.user, tokens.access, dovecot.anchors_pem)
    with pytest.raises(SignInNeeded):
        imap.connect(dovecot.imap_endpoint, fake.user, AccessToken("made-up"), dovecot.anchors_pem)
