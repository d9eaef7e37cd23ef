from __future__ import annotations

import pytest

from client.net.quirks import Quirks, read_identity, recognise


@pytest.mark.parametrize(
    ("greeting", "identity", "server"),
    [
        (b"* OK The Microsoft Exchange IMAP4 service is ready.", {}, "exchange"),
        (b"* OK mail.tphcm.gov.vn Zimbra IMAP4rev1 server ready", {}, "zimbra"),
        (b"* OK welcome", {"name": "Zimbra", "version": "8.8.15"}, "zimbra"),
        (b"* OK [CAPABILITY IMAP4rev1] Dovecot ready.", {"name": "Dovecot"}, "dovecot"),
        (b"* OK Zimbra", {"name": "Dovecot"}, "dovecot"),
        (b"* OK IMAP4 server", {"name": "Cyrus IMAPD"}, ""),
        (b"\xff\xfe", {}, ""),
    ],
)
def test_servers_are_known_by_what_they_call_themselves_first(
    greeting: bytes, identity: dict[str, str], server: str
) -> None:
    assert recognise(greeting, identity).server == server


def test_an_unknown_server_is_held_to_the_standard() -> None:
    assert recognise(b"* OK hi", {}) == Quirks()


def test_what_exchange_says_of_parts_and_sizes_is_not_believed() -> None:
    exchange = recognise(b"* OK The Microsoft Exchange IMAP4 service is ready.", {})
    assert (exchange.partial_fetch, exchange.exact_size) == (False, False)


def test_an_identity_is_read_leniently() -> None:
    line = b'* ID ("Name" "Zim\\"bra" "version" NIL "x" "1")\r\n'
    assert read_identity(line) == {"name": 'Zim\\"bra', "version": "", "x": "1"}
    assert read_identity(b"* ID NIL\r\n") == {}
    assert read_identity(b'* ID (("a" broken\r\n') == {}
    assert read_identity(b"* OK x\r\n") == {}
