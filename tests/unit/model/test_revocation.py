"""Which addresses may be asked, and when again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.model.revocation import (
    Hosts,
    Refusal,
    SourceOrigin,
    Want,
    host_of,
    is_host,
    next_attempt,
    next_fetch,
)

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://crl.example.vn/a.crl", "crl.example.vn:80"),
        ("HTTPS://CRL.Example.VN/a.crl?x=1", "crl.example.vn:443"),
        ("http://crl.example.vn:8080/", "crl.example.vn:8080"),
        ("http://127.0.0.1:81/a", "127.0.0.1:81"),
        ("http://crl.example.vn./a", "crl.example.vn:80"),
        ("ldap://crl.example.vn/cn=a", ""),
        ("file:///etc/passwd", ""),
        ("//crl.example.vn/a", ""),
        ("http:///a", ""),
        ("http://an@crl.example.vn/a", ""),
        ("http://crl.example.vn@evil.example/a", ""),
        ("http://crl.example.vn\\@evil.example/a", ""),
        ("http://evil.example#@crl.example.vn/", ""),
        ("http://crl.example.vn/a b", ""),
        ("http://crl.example.vn/\r\nHost: evil", ""),
        ("http://crl.example.vn:99999/", ""),
        ("http://crl.example.vn:x/", ""),
        ("http://ldap://crl.example.vn/", ""),
        ("http://[::1]/a", ""),
        ("http://-crl.example.vn/", ""),
        ("http://crl.exаmple.vn/", ""),
        ("http://a/" + "x" * 3000, ""),
    ],
)
def test_the_host_of_an_address_is_certain_or_there_is_none(url: str, host: str) -> None:
    assert host_of(url) == host


@given(st.text(alphabet="htps:/\\@#?.[]%aæ\x00 -1"), st.text(max_size=20))
def test_no_text_breaks_the_reading(middle: str, end: str) -> None:
    assert host_of(f"http://{middle}{end}").count(":") in (0, 1)


@pytest.mark.parametrize("text", ["crl.example.vn", "crl.example.vn:8080", "127.0.0.1", "localhost"])
def test_what_the_policy_may_write(text: str) -> None:
    assert is_host(text)


@pytest.mark.parametrize(
    "text", ["", "http://crl.example.vn", "crl.example.vn/a", "*.vn", "a:b", "a:0", "A.vn"]
)
def test_what_it_may_not(text: str) -> None:
    assert not is_host(text)


def test_only_named_hosts_are_asked_because_of_received_certificates() -> None:
    hosts = Hosts(crl=("crl.example.vn", "other.vn:8080"), ocsp=("ocsp.example.vn",))
    own = SourceOrigin.TRUSTED
    cases: list[tuple[Want, Refusal | None]] = [
        (Want("http://crl.example.vn/a"), None),
        (Want("https://crl.example.vn/a"), None),
        (Want("http://crl.example.vn:81/a"), Refusal.HOST_NOT_NAMED),
        (Want("http://x.crl.example.vn/a"), Refusal.HOST_NOT_NAMED),
        (Want("http://crl.example.vn.evil.vn/a"), Refusal.HOST_NOT_NAMED),
        (Want("http://other.vn:8080/a"), None),
        (Want("http://other.vn/a"), Refusal.HOST_NOT_NAMED),
        (Want("http://ocsp.example.vn/", request=b"q"), None),
        (Want("http://crl.example.vn/", request=b"q"), Refusal.HOST_NOT_NAMED),
        (Want("http://else.vn/a", origin=own), None),
        (Want("http://else.vn/a", request=b"q", origin=own), Refusal.HOST_NOT_NAMED),
        (Want("ldap://crl.example.vn/a", origin=own), Refusal.NOT_HTTP),
    ]
    for want, refusal in cases:
        assert hosts.refusal(want) is refusal, want
    assert Hosts().refusal(Want("http://crl.example.vn/a")) is Refusal.HOST_NOT_NAMED


@given(st.floats(0, 1), st.integers(-100, 2000), st.integers(0, 50))
def test_it_is_asked_again_in_time_and_never_at_once(chance: float, hours: int, attempts: int) -> None:
    until = NOW + timedelta(hours=hours)
    due = next_fetch(NOW, until, chance)
    assert timedelta(minutes=10) < due - NOW <= timedelta(hours=24)
    if hours >= 1:
        assert due < until
    assert timedelta(minutes=5) <= next_attempt(NOW, attempts, chance) - NOW <= timedelta(hours=15)


def test_the_citys_computers_do_not_ask_all_at_the_same_moment() -> None:
    until = NOW + timedelta(days=7)
    assert len({next_fetch(NOW, until, chance / 10) for chance in range(10)}) == 10
    assert len({next_attempt(NOW, 1, chance / 10) for chance in range(10)}) == 10
    assert next_attempt(NOW, 3, 0.5) > next_attempt(NOW, 1, 0.5)
