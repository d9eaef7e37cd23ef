"""Accounts are kept whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from client.config.settings import Settings, load_settings, save_settings
from client.errors import ConfigInvalid
from client.model.account import Account, Endpoint, Identity
from client.model.address import MailAddress
from client.model.secret import Secret
from client.services.account_office import AccountOffice, AccountSetup
from client.services.tasks import ImmediateLane
from client.store.secrets import MemorySecrets

ACCOUNT = Account(
    "an-x-vn", Identity(MailAddress("an@x.vn")), Endpoint("i", 993), Endpoint("s", 465), "an@x.vn"
)


class Stage:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "settings.toml"
        save_settings(self.path, Settings(language="en"))
        self.secrets = MemorySecrets({})
        self.office = AccountOffice(AccountSetup(self.path, self.secrets), ImmediateLane)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_an_account_is_added_replaced_and_removed_and_nothing_else_changes(stage: Stage) -> None:
    stage.office.keep(ACCOUNT, Secret("một"))
    stage.office.keep(replace(ACCOUNT, user_name="an"), None)
    settings = load_settings(stage.path)
    assert (settings.language, [one.user_name for one in settings.accounts]) == ("en", ["an"])
    assert stage.secrets.get("an-x-vn") == Secret("một")
    assert b"m\xe1\xbb\x99t" not in stage.path.read_bytes()
    stage.office.remove("an-x-vn")
    assert load_settings(stage.path).accounts == ()
    assert stage.secrets.get("an-x-vn") is None


def test_a_settings_file_that_cannot_be_written_leaves_the_old_password(stage: Stage) -> None:
    stage.office.keep(ACCOUNT, Secret("một"))
    stage.path.write_text("accounts = 3\n", "utf-8")
    with pytest.raises(ConfigInvalid):
        stage.office.keep(ACCOUNT, Secret("hai"))
    assert stage.secrets.get("an-x-vn") == Secret("một")


def test_ids_name_folders_and_are_not_given_twice(stage: Stage) -> None:
    first = stage.office.new_id("An.Nguyễn@x.vn")
    stage.office.keep(replace(ACCOUNT, account_id=first), None)
    second = stage.office.new_id("An.Nguyễn@x.vn")
    assert first != second
    assert all(char.isascii() and (char.isalnum() or char == "-") for char in first + second)
