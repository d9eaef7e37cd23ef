"""What the city offers as accounts, the client can keep in its settings."""

from __future__ import annotations

from pathlib import Path

from client.config.settings import Settings, load_settings, save_settings
from client.sandbox.city import City


def test_the_citys_accounts_can_be_saved_and_read_back(city: City, tmp_path: Path) -> None:
    accounts = tuple(city.info.account(mailbox.address) for mailbox in city.info.mailboxes)
    save_settings(tmp_path / "settings.toml", Settings(accounts=accounts))
    assert load_settings(tmp_path / "settings.toml").accounts == accounts
