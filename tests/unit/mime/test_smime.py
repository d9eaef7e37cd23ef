from __future__ import annotations

import pytest

from client.mime.parser import parse_message
from client.mime.smime import ShapeKind, find_shape

P7S = (
    b"--s\nContent-Type: application/pkcs7-signature; name=smime.p7s\n"
    b"Content-Transfer-Encoding: base64\n\nMAA=\n"
)
SIGNED = b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=s\n\n'
WHOLE = SIGNED + b"pre\n--s\n\nhello\n" + P7S + b"--s--\nepilogue\n"
CMS = "MIIBAAYJKoZIhvcNAQcCoAA="
ENVELOPED = "MIIBAAYJKoZIhvcNAQcDoAA="


def shape(raw: bytes) -> ShapeKind:
    return find_shape(raw, parse_message(raw)).kind


def pkcs7(coded: str, smime_type: str = "signed-data") -> bytes:
    head = f"Content-Type: application/pkcs7-mime; smime-type={smime_type}\n"
    return (head + "Content-Transfer-Encoding: base64\n\n" + coded + "\n").encode()


def inside(part: bytes) -> bytes:
    return b"Content-Type: multipart/mixed; boundary=o\n\n--o\n" + part + b"\n--o--\n"


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (WHOLE, ShapeKind.DETACHED),
        (b"Subject: x\n\nhello", ShapeKind.NONE),
        (pkcs7(CMS), ShapeKind.OPAQUE),
        (pkcs7(ENVELOPED, "enveloped-data"), ShapeKind.ENCRYPTED),
        (pkcs7(ENVELOPED), ShapeKind.ENCRYPTED),
        (pkcs7("AAAA"), ShapeKind.MALFORMED),
        (inside(WHOLE), ShapeKind.PARTIAL),
        (inside(pkcs7(CMS)), ShapeKind.PARTIAL),
        (b"Content-Type: message/rfc822\n\n" + WHOLE, ShapeKind.NONE),
        (SIGNED + b"--s\n\nhello\n--s--\n", ShapeKind.MALFORMED),
        (SIGNED + b"--s\n\nhello\n--s\n\nmore\n" + P7S + b"--s--\n", ShapeKind.MALFORMED),
        (SIGNED + P7S + b"--s\n\nhello\n--s--\n", ShapeKind.MALFORMED),
        (SIGNED + b"--s\n\nhello\n" + P7S, ShapeKind.MALFORMED),
        (b"Content-Type: text/html\n" + WHOLE, ShapeKind.MALFORMED),
        (SIGNED[:-1] + b"Content-Type: text/html\n\n--s\n\nhello\n" + P7S + b"--s--\n", ShapeKind.MALFORMED),
    ],
)
def test_only_two_shapes_speak_for_the_whole_message(raw: bytes, kind: ShapeKind) -> None:
    assert shape(raw) is kind


def test_file_saved_with_bare_line_feeds_is_judged_on_its_canonical_form() -> None:
    one = find_shape(WHOLE, parse_message(WHOLE))
    crlf = WHOLE.replace(b"\n", b"\r\n")
    assert one.signed_entity == find_shape(crlf, parse_message(crlf)).signed_entity == b"\r\nhello"
    assert one.signature_der == b"0\x00"


def test_signature_file_beside_a_document_does_not_make_the_mail_partly_signed() -> None:
    raw = inside(P7S.removeprefix(b"--s\n").replace(b"smime.p7s", b"a.docx.p7s"))
    assert shape(raw) is ShapeKind.NONE
