"""What a domain says of its servers, read with suspicion."""

from __future__ import annotations

import pytest

from client.model.account import Endpoint, TlsMode
from client.net.autoconfig import (
    MAX_XML,
    autoconfig_urls,
    is_within,
    plan_from_autoconfig,
    plan_from_names,
    plan_from_srv,
)

XML = """<?xml version="1.0"?>
<!-- of the operator -->
<clientConfig version="1.1"><emailProvider id="x.vn">
 <incomingServer type="pop3"><hostname>pop.x.vn</hostname><port>995</port>
  <socketType>SSL</socketType></incomingServer>
 <incomingServer type="imap"><hostname>IMAP.x.vn</hostname><port>993</port><socketType>SSL</socketType>
  <username>%EMAILLOCALPART%</username></incomingServer>
 <incomingServer type="imap"><hostname>plain.x.vn</hostname><port>143</port>
  <socketType>plain</socketType></incomingServer>
 <outgoingServer type="smtp"><hostname>smtp.x.vn</hostname><port>587</port>
  <socketType>STARTTLS</socketType></outgoingServer>
</emailProvider></clientConfig>"""


def test_a_file_is_read_without_its_unprotected_servers() -> None:
    plan = plan_from_autoconfig(XML.encode(), "an@x.vn")
    assert plan.imap == (Endpoint("imap.x.vn", 993),)
    assert plan.smtp == (Endpoint("smtp.x.vn", 587, TlsMode.STARTTLS),)
    assert plan.user_names == ("an", "an@x.vn")


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<html></html>",
        b"<clientConfig>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><clientConfig/>',
        b"<clientConfig>" + b" " * MAX_XML + b"</clientConfig>",
    ],
)
def test_what_is_no_such_file_is_refused(xml: bytes) -> None:
    with pytest.raises(ValueError):
        plan_from_autoconfig(xml, "an@x.vn")


@pytest.mark.parametrize("host", ["a b", "", "-x.vn", "http://x.vn", "x.vn/..", "[::1]"])
def test_an_odd_host_is_passed_over(host: str) -> None:
    assert plan_from_autoconfig(XML.replace("IMAP.x.vn", host).encode(), "an@x.vn").imap == ()


def test_srv_records_by_priority_and_weight_and_a_dot_for_none() -> None:
    records = {
        "_imaps._tcp.x.vn": ((20, 0, "b.x.vn", 993), (10, 1, "c.x.vn", 993), (10, 9, "a.x.vn", 993)),
        "_submission._tcp.x.vn": ((0, 0, "smtp.x.vn", 587),),
        "_submissions._tcp.x.vn": ((0, 0, "", 0),),
    }
    plan = plan_from_srv("x.vn", "an@x.vn", lambda name: records.get(name, ()))
    assert [one.host for one in plan.imap] == ["a.x.vn", "c.x.vn", "b.x.vn"]
    assert plan.smtp == (Endpoint("smtp.x.vn", 587, TlsMode.STARTTLS),)


def test_usual_names_are_all_protected_and_the_address_is_told_to_nobody() -> None:
    plan = plan_from_names("x.vn", "an@x.vn")
    assert {one.port for one in plan.imap} == {993, 143}
    assert all(
        url.startswith("https://") and "an" not in url.partition("x.vn")[2] for url in autoconfig_urls("x.vn")
    )


@pytest.mark.parametrize(
    ("host", "within"),
    [("x.vn", True), ("imap.X.vn.", True), ("evilx.vn", False), ("x.vn.evil.example", False)],
)
def test_a_host_is_within_its_domain_or_not(host: str, within: bool) -> None:
    assert is_within(host, "x.vn") is within
