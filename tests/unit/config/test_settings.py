from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from client.config.settings import Settings, load_settings, save_settings
from client.errors import ConfigInvalid, StorageFull
from client.model.account import Account, Endpoint, Identity, KeyRef, MailboxKind, Role, SentCopy, TlsMode
from client.model.address import MailAddress
from client.model.verdict import Profile

ACCOUNT = Account(
    "an",
    Identity(
        MailAddress("an@x.vn", 'Trần "An"'), "Chuyên viên", "Sở Nội vụ", "028", MailboxKind.AGENCY, Role.CLERK
    ),
    Endpoint("imap.x.vn", 993),
    Endpoint("smtp.x.vn", 587, TlsMode.STARTTLS),
    "an@x.vn",
    KeyRef("p12", "C:\\Khóa\\an.p12"),
    sent_copy=SentCopy.SERVER_SAVES,
)
WHOLE = Settings(
    language="en",
    accounts=(ACCOUNT,),
    profile=Profile.B_LT,
    tsa_urls=("http://tsa.x.vn",),
    server_anchors=("mail\nca.pem",),
    body_days=30,
    encrypt=True,
)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_settings_read_back_as_saved(tmp_path: Path) -> None:
    save_settings(tmp_path / "data" / "settings.toml", WHOLE)
    assert load_settings(tmp_path / "data" / "settings.toml") == WHOLE


@pytest.mark.parametrize("encrypt", [True, False, None])
def test_that_nothing_is_said_of_encryption_is_kept_as_well(tmp_path: Path, encrypt: bool | None) -> None:
    save_settings(tmp_path / "settings.toml", Settings(encrypt=encrypt))
    assert load_settings(tmp_path / "settings.toml").encrypt is encrypt


def test_no_file_means_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.toml") == Settings()


@pytest.mark.parametrize(
    ("text", "key", "suggestion"),
    [
        ('langauge = "vi"', "langauge", "language"),
        ('language = "vn"', "language", ""),
        ('profile = "B-TL"', "profile", "B-T"),
        ("body_days = true", "body_days", ""),
        ('encrypt = "yes"', "encrypt", ""),
        ("encrpt = true", "encrpt", "encrypt"),
        ("tsa_urls = [1]", "tsa_urls", ""),
        ('[[accounts]]\naccount_di = "a"', "accounts[0].account_id", "account_di"),
        ("not toml", "", ""),
    ],
)
def test_what_is_wrong_is_named_with_a_suggestion(
    tmp_path: Path, text: str, key: str, suggestion: str
) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        load_settings(write(tmp_path, text))
    assert (caught.value.params["key"], caught.value.params["suggestion"]) == (key, suggestion)


def test_an_account_id_is_a_safe_folder_name(tmp_path: Path) -> None:
    save_settings(tmp_path / "s.toml", WHOLE)
    text = (
        (tmp_path / "s.toml").read_text(encoding="utf-8").replace('account_id = "an"', 'account_id = "../an"')
    )
    with pytest.raises(ConfigInvalid):
        load_settings(write(tmp_path, text))


def test_a_full_disk_leaves_the_settings_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings.toml"
    save_settings(path, WHOLE)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull):
        save_settings(path, Settings())
    assert load_settings(path) == WHOLE
    assert list(tmp_path.iterdir()) == [path]


def test_an_account_that_could_not_be_read_back_is_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    save_settings(path, WHOLE)
    with pytest.raises(ConfigInvalid):
        save_settings(path, replace(WHOLE, accounts=(replace(ACCOUNT, account_id="an.snv"),)))
    assert load_settings(path) == WHOLE
