"""Messages made to exhaust a reader: each must be read to a stated limit, in one pass."""

from __future__ import annotations

import pytest

from client.mime.parser import parse_message, part_content
from client.mime.smime import ShapeKind, find_shape
from client.mime.view import make_view


def nested_multiparts(depth: int) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))


@pytest.mark.parametrize(
    ("raw", "defect"),
    [
        (nested_multiparts(60), "nesting-too-deep"),
        (b"Content-Type: message/rfc822\n\n" * 20_000, "nesting-too-deep"),
        (b"X: y\n" * 10_000 + b"\nbody", "too-many-headers"),
        (b"X: " + b"y" * 300_000 + b"\n\nbody", "header-too-large"),
        (b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\n\n" * 100_000, "too-many-parts"),
    ],
)
def test_each_limit_is_named_and_leaves_the_message_incomplete(raw: bytes, defect: str) -> None:
    parsed = parse_message(raw)
    assert defect in parsed.defects
    assert parsed.incomplete
    assert sum(1 for _ in parsed.root.walk()) <= 501
    make_view(raw)


MB5 = 5_000_000


@pytest.mark.parametrize(
    "unit",
    [
     b"\n--a", b"\n--", b"--a\n", b" \n", b"a:\n", b"=?utf-8?q?", b"=?u?q?a?= ", b"(", b'"', b";a=",
     b"<", b"&", b"<a ", b"<div>",
     b"\\", b",", b"=\n", b"=3", b"\r", b"\x00", b"-"],
)  # fmt: skip
@pytest.mark.parametrize(
    "head",
    [
        b"Content-Type: multipart/mixed; boundary=a\n\n",
        b"From: ",
        b"Content-Type: text/html; x=",
        b"Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n",
    ],
)
def test_five_hostile_megabytes_end(head: bytes, unit: bytes) -> None:
    raw = head + unit * (MB5 // len(unit))
    assert make_view(raw).envelope is not None


def test_incomplete_message_never_has_a_safe_shape() -> None:
    head = b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=s\n'
    raw = (
        head + b"X: y\n" * 2000 + b"\n--s\n\nhi\n--s\nContent-Type: application/pkcs7-signature\n\nx\n--s--\n"
    )
    assert find_shape(raw, parse_message(raw)).kind is ShapeKind.MALFORMED


@pytest.mark.parametrize("encoding", [b"base64", b"quoted-printable", b"x-uuencode"])
def test_broken_transfer_encoding_yields_what_can_be_read(encoding: bytes) -> None:
    for body in (b"", b"=", b"A", b"QQ", b"begin 644 x\n#0V%T\nend\n", b"\xff=4", b"QQ==QQ=="):
        raw = b"Content-Transfer-Encoding: " + encoding + b"\n\n" + body
        part_content(raw, parse_message(raw).root)
