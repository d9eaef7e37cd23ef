"""The fast reader answers what the thorough one answers, or nothing."""

from __future__ import annotations

import base64
import quopri
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.model.text import nfc
from client.net.session import FetchedHeader
from client.services import sync_rows
from client.services.marked import words_are_marked

WHEN = datetime(2026, 3, 2, tzinfo=UTC)
NAMES = st.sampled_from(
    ["Nguyễn Văn Ẩn", "An", "Trần, Thị B", 'Lê "C"', "a\u202eb", "", "D\u00d0", "e\u0302\u0301"]
)


def fetched(header: bytes) -> FetchedHeader:
    return FetchedHeader(1, frozenset(), WHEN, 9, header)


def word(text: str, how: str) -> bytes:
    data = text.encode()
    if how == "b":
        return b"=?UTF-8?B?" + base64.b64encode(data) + b"?="
    if how == "q":
        return b"=?utf-8?q?" + quopri.encodestring(data, header=True).replace(b"?", b"=3F") + b"?="
    return data if how == "raw" else b'"' + data.replace(b'"', b"") + b'"'


HOW = st.sampled_from(["b", "q", "raw", "quoted"])
ADDRESS = st.builds(
    lambda name, how, address: (word(name, how) + b" <" + address + b">") if name else address,
    NAMES, HOW, st.sampled_from([b"an@x.vn", b"b.c+d@y.gov.vn", b"@bad", b"no-at", b"a b@x", b'"q r"@x.vn']),
)  # fmt: skip
LIST = st.lists(ADDRESS, max_size=4).map(b", ".join)
SUBJECT = st.one_of(
    st.lists(st.builds(word, st.text(max_size=20), HOW), max_size=3).map(b"\r\n ".join),
    st.binary(max_size=30),
)
FIELD = st.one_of(
    st.tuples(st.sampled_from([b"From", b"TO", b"cc"]), LIST),
    st.tuples(st.sampled_from([b"Subject", b"SUBJECT"]), SUBJECT),
    st.tuples(st.just(b"Message-ID"), st.sampled_from([b"<1@x>", b"1@x", b"<a b>", b"<1@x> <2@x>", b""])),
    st.tuples(
        st.just(b"Content-Type"),
        st.sampled_from(
            [b"text/plain; charset=utf-8", b'multipart/mixed; boundary="x"', b"Multipart/Signed",
             b"(x) text/html", b"application/pkcs7-mime; smime-type=signed-data", b"", b"text/plain (c)",
             b"multipart/mixed(x)"]
        ),
    ),
    st.tuples(st.sampled_from([b"X-Y", b"Date", b"bad name", b""]), st.binary(max_size=12)),
)  # fmt: skip


@given(st.lists(FIELD, max_size=8), st.sampled_from([b"\r\n", b"\n", b""]))
def test_quick_and_thorough_agree(fields: list[tuple[bytes, bytes]], end: bytes) -> None:
    header = b"".join(name + b": " + value + b"\r\n" for name, value in fields) + end
    quick = sync_rows._quick_record(fetched(header))
    assert quick is None or quick == sync_rows._thorough_record(fetched(header))


@given(st.binary(max_size=200))
def test_any_octets_make_a_row(header: bytes) -> None:
    quick = sync_rows._quick_record(fetched(header))
    assert quick is None or quick == sync_rows._thorough_record(fetched(header))
    assert sync_rows.header_record(fetched(header)).uid == 1


@pytest.mark.parametrize(
    ("header", "subject", "sender", "recipients"),
    [
        (
            b"From: =?UTF-8?B?TmfDtCBBbmggU8ahbg==?= <a@x.vn>\r\nTo: An <b@x.vn>,\r\n c@x.vn\r\n"
            b"Subject: =?utf-8?Q?T=E1=BB=9D_tr?=\r\n =?utf-8?Q?=C3=ACnh?=\r\nMessage-ID: <1@x>\r\n\r\n",
            "Tờ trình", "Ngô Anh Sơn", "An <b@x.vn>, c@x.vn",
        ),
        (
            "From: Lê B <a@x.vn>\r\nSubject: Về việc họp\r\nMessage-ID: <1@x>\r\n\r\n".encode(),
            "Về việc họp", "Lê B", "",
        ),
    ],
)  # fmt: skip
def test_what_most_letters_look_like_is_read_quickly(
    header: bytes, subject: str, sender: str, recipients: str
) -> None:
    row = sync_rows._quick_record(fetched(header))
    assert row is not None
    assert (row.subject, row.sender_name, row.recipients) == (subject, sender, recipients)


def test_a_letter_cut_within_two_words_is_put_together() -> None:
    data = "Quyết".encode()
    halves = [b"=?utf-8?b?" + base64.b64encode(part) + b"?=" for part in (data[:4], data[4:])]
    header = b"From: a@x\r\nSubject: " + b" ".join(halves) + b"\r\nMessage-ID: <1@x>\r\n\r\n"
    row = sync_rows._quick_record(fetched(header))
    assert row is not None
    assert row.subject == "Quyết"


@given(st.text(alphabet="MmẬậâÂạẠTt ạ\u0302\u0323ỐỐIố đĐabc-: ËèAÄaäOÁáº¬", max_size=30))
def test_no_marking_is_missed_for_the_sake_of_speed(text: str) -> None:
    subject = nfc(text)
    assert sync_rows._is_marked(subject) == words_are_marked(subject)
