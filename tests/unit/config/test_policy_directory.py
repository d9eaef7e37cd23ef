"""The policy's directory server."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from client.config.policy_directory import PolicyAttributes, PolicyDirectory, refuse_unusable_directory
from client.config.policy_layers import Layer, LayerFile, stacked
from client.errors import ConfigInvalid, PolicyRefused
from client.model.account import Account, Endpoint, Identity, Login, TlsMode
from client.model.address import MailAddress

HOST = "ldap.tphcm.gov.vn"
OWN = ("tphcm.gov.vn",)


def account(address: str) -> Account:
    return Account(address, Identity(MailAddress(address)), Endpoint("i", 993), Endpoint("s", 465), address)


def test_without_a_host_there_is_none() -> None:
    assert PolicyDirectory().server((account("an@tphcm.gov.vn"),), OWN) is None


def test_the_account_of_an_own_domain_logs_in() -> None:
    policy = PolicyDirectory(HOST, user="uid={local},ou=p", refresh_hours=6)
    assert policy.server((account("an@khac.vn"),), OWN) is None
    server = policy.server((account("an@khac.vn"), account("binh, con+a@snv.tphcm.gov.vn")), OWN)
    assert server is not None
    assert server.user == "uid=binh\\, con\\+a,ou=p"
    assert server.account_id == "binh, con+a@snv.tphcm.gov.vn"
    assert server.every == timedelta(hours=6)
    plain = PolicyDirectory(HOST, user="{address}").server((account("an@tphcm.gov.vn"),), OWN)
    assert plain is not None
    assert plain.user == "an@tphcm.gov.vn"


def test_what_a_sign_in_has_granted_is_no_password_for_a_directory() -> None:
    policy = PolicyDirectory(HOST, user="{address}")
    signs_in = replace(account("an@tphcm.gov.vn"), login=Login.OAUTH)
    assert policy.server((signs_in,), OWN) is None
    server = policy.server((signs_in, account("binh@tphcm.gov.vn")), OWN)
    assert server is not None
    assert (server.user, server.account_id) == ("binh@tphcm.gov.vn", "binh@tphcm.gov.vn")


def test_anonymous_takes_no_password_along() -> None:
    server = PolicyDirectory(HOST).server((account("an@tphcm.gov.vn"),), OWN)
    assert server is not None
    assert (server.user, server.account_id) == ("", "")


@pytest.mark.parametrize(
    ("policy", "key", "suggestion"),
    [
        (PolicyDirectory("ldaps://ldap.x.vn"), "host", "ldap.x.vn"),
        (PolicyDirectory(HOST, port=0, tls=TlsMode.STARTTLS), "port", "389"),
        (PolicyDirectory(HOST, filter="mail=*"), "filter", "(mail=*)"),
        (PolicyDirectory(HOST, refresh_hours=0), "refresh_hours", "0.25–744"),
        (PolicyDirectory(HOST, most_entries=0), "most_entries", "1–500000"),
        (PolicyDirectory(HOST, attributes=PolicyAttributes(mail="")), "attributes.mail", ""),
        (PolicyDirectory(HOST, attributes=PolicyAttributes(title="a b")), "attributes.title", ""),
        (PolicyDirectory(HOST, user="uid={mail}"), "user", "{address}"),
    ],
)
def test_what_could_never_be_asked_is_named(policy: PolicyDirectory, key: str, suggestion: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        refuse_unusable_directory(policy, "policy.toml")
    assert caught.value.params["key"] == f"directory_server.{key}"
    assert caught.value.params["suggestion"] == suggestion


def test_only_the_operator_says_where_passwords_go() -> None:
    text = b'id = "a"\nversion = "1"\n[directory_server]\nhost = "ldap.x.vn"\nbase = "dc=x"\n'
    assert stacked([LayerFile(Layer.CITY, "c", text)]).policy.directory_server.base == "dc=x"
    with pytest.raises(PolicyRefused):
        stacked([LayerFile(Layer.OFFICE, "o", text)])
    with pytest.raises(ConfigInvalid):
        stacked([LayerFile(Layer.CITY, "c", text + b'tls = "none"\n')])
