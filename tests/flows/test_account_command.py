"""An account is found and added on real servers, by what the organisation's policy names."""

from __future__ import annotations

from pathlib import Path

import pytest

from client import app
from client.config.settings import Settings, load_settings, save_settings
from client.model.account import Account, Identity
from client.model.address import MailAddress
from client.model.discovery import DiscoverySource, ServerPlan
from client.model.secret import Secret
from client.services.account_office import AccountOffice, AccountSetup
from client.services.tasks import WorkshopLane
from client.store.secrets import MemorySecrets
from tests.fakes.mail_servers import MailServers

pytestmark = pytest.mark.real_servers


def test_real_servers_take_the_password_and_a_wrong_one_is_called_wrong(
    mail_servers: MailServers, tmp_path: Path
) -> None:
    address = "moi@sothu.example"
    mail_servers.add_user(address, "đúng")
    anchors = tmp_path / "anchors.pem"
    anchors.write_bytes(b"".join(mail_servers.anchors_pem))
    settings = tmp_path / "settings.toml"
    save_settings(settings, Settings(server_anchors=(str(anchors),)))
    secrets = MemorySecrets({})
    office = AccountOffice(AccountSetup(settings, secrets, anchors=mail_servers.anchors_pem), WorkshopLane)
    plan = ServerPlan((mail_servers.imap_endpoint,), (mail_servers.smtp_endpoint,), (address,))
    refused = office.discover(address, Secret("sai"), plan).result()
    assert refused.password_refused
    found = office.discover(address, Secret("đúng"), plan).result().found
    assert found is not None
    assert found.source is DiscoverySource.BY_HAND
    account = Account(
        office.new_id(address), Identity(MailAddress(address)), found.imap, found.smtp, found.user_name
    )
    office.keep(account, Secret("đúng"))
    assert load_settings(settings).accounts == (account,)
    installation = app.installed(tmp_path)
    assert installation.settings.accounts == (account,)
    assert b"\xc4\x91\xc3\xbang" not in settings.read_bytes()
