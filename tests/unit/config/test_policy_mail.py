"""The policy's mail servers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from client.config.policy_layers import Layer, LayerFile, stacked
from client.config.policy_mail import (
    MailProfile,
    PolicyOAuth,
    PolicyServer,
    profile_for,
    refuse_unusable_mail,
    with_sent_copy,
)
from client.errors import ConfigInvalid
from client.model.account import Account, Endpoint, Identity, SentCopy
from client.model.address import MailAddress

CITY = MailProfile(
    "tphcm.gov.vn", PolicyServer("imap.tphcm.gov.vn", 993), PolicyServer("smtp.tphcm.gov.vn", 465)
)
WARD = MailProfile("q3.tphcm.gov.vn", PolicyServer("imap.q3", 993), PolicyServer("smtp.q3", 465), "local")


def signing_in(token: str, device: str = "https://sso.x.vn/device", client: str = "c") -> MailProfile:
    return MailProfile("x.vn", CITY.imap, CITY.smtp, oauth=PolicyOAuth(token, device, client))


def test_where_people_sign_in_is_read_and_good() -> None:
    text = """
id = "a"
version = "1"
[[mail]]
domain = "x.vn"
imap = { host = "imap.x.vn", port = 993 }
smtp = { host = "smtp.x.vn", port = 465 }
[mail.oauth]
token_url = "https://sso.x.vn/token"
device_url = "https://sso.x.vn/device"
client_id = "cong-thu"
"""
    (profile,) = stacked([LayerFile(Layer.CITY, "c", text.encode())]).policy.mail
    assert profile.oauth is not None
    assert profile.oauth.server.device_url == "https://sso.x.vn/device"


def test_the_nearest_domain_counts() -> None:
    profiles = (CITY, WARD)
    assert profile_for(profiles, "snv.TPHCM.gov.vn") is CITY
    assert profile_for(profiles, "a.q3.tphcm.gov.vn") is WARD
    assert profile_for(profiles, "eviltphcm.gov.vn") is None
    assert WARD.user_name("an@q3.tphcm.gov.vn") == "an"


@pytest.mark.parametrize(
    ("profile", "key"),
    [
        (MailProfile("x.vn", PolicyServer("https://imap.x.vn", 993), CITY.smtp), "mail[0].imap.host"),
        (MailProfile("x.vn", CITY.imap, PolicyServer("s", 0)), "mail[0].smtp.port"),
        (MailProfile("an@x.vn", CITY.imap, CITY.smtp), "mail[0].domain"),
        (signing_in("http://sso.x.vn/token"), "mail[0].oauth.token_url"),
        (signing_in("https://u:p@sso.x.vn/token"), "mail[0].oauth.token_url"),
        (signing_in("https://sso.x.vn/token", "https:///device"), "mail[0].oauth.device_url"),
        (signing_in("https://sso.x.vn/token", client=""), "mail[0].oauth.client_id"),
    ],
)
def test_what_cannot_be_used_is_named(profile: MailProfile, key: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        refuse_unusable_mail((profile,), str(Path("policy.toml")))
    assert caught.value.params["key"] == key


def test_a_domain_is_named_once() -> None:
    with pytest.raises(ConfigInvalid):
        refuse_unusable_mail((CITY, CITY), "policy.toml")


def test_who_files_copies_is_the_policys_to_say_about_its_own_server() -> None:
    mine = Account(
        "a",
        Identity(MailAddress("an@q3.tphcm.gov.vn")),
        Endpoint("imap.q3", 993),
        Endpoint("smtp.q3", 465),
        "an",
    )
    told = MailProfile("q3.tphcm.gov.vn", WARD.imap, WARD.smtp, "local", SentCopy.SERVER_SAVES)
    assert with_sent_copy(mine, (CITY, told)).sent_copy is SentCopy.SERVER_SAVES
    chosen = replace(mine, sent_copy=SentCopy.APPEND)
    assert with_sent_copy(chosen, (CITY, WARD)) == chosen
    elsewhere = replace(mine, imap=Endpoint("imap.elsewhere", 993))
    assert with_sent_copy(elsewhere, (CITY, told)) == elsewhere
