"""Messages that one reader takes for another message than the next: no verdict may rest on one of the two."""

from __future__ import annotations

from pathlib import Path

import pytest

from client.crypto import cms, smime
from client.mime import builder
from client.model.verdict import Coverage, Display, Reason
from client.services.requests import TrustSources, VerifyRequest
from client.services.verification import verify_bytes
from tests.fakes.pki import OfficePki
from tests.fakes.signing import key_of
from tests.fakes.tampering import form_pdf, sign

ENTITY = b"Content-Type: text/plain\r\n\r\nChuyen tien\r\n"
FROM_AN = b"From: an@example.gov.vn\r\n"


def _mail(pki: OfficePki, headers: bytes = FROM_AN) -> bytes:
    key = key_of(pki.person("Nguyễn Văn An", "an@example.gov.vn"))
    return builder.assemble_signed(headers, ENTITY, cms.sign_mail(ENTITY, key, pki.now))


@pytest.mark.parametrize(
    "headers",
    [
        b"X-Mailer: a\rFrom: giam-doc@example.gov.vn\r\n" + FROM_AN,
        FROM_AN + b"Subject: a\r \rfrom : giam-doc@example.gov.vn\r\n",
    ],
)
def test_a_sender_after_a_bare_carriage_return_is_a_second_sender(headers: bytes, pki: OfficePki) -> None:
    report = smime.verify_message(_mail(pki, headers), pki.demand())
    assert report.display is Display.WARNING
    assert Reason.FROM_AMBIGUOUS in report.reasons


def test_a_message_that_is_signed_to_some_readers_only_is_not_called_unsigned(pki: OfficePki) -> None:
    raw = _mail(pki, FROM_AN + b"Content-Type: text/plain\r\n")
    report = smime.verify_message(raw, pki.demand())
    assert report.display is Display.UNKNOWN
    assert report.coverage is Coverage.UNCLEAR


def test_two_content_types_of_an_unsigned_message_are_no_signature(pki: OfficePki) -> None:
    raw = FROM_AN + b"Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\nChao\r\n"
    assert smime.verify_message(raw, pki.demand()).display is Display.NONE


def _file(name: str, data: bytes, pki: OfficePki) -> Display:
    request = VerifyRequest(Path(name), TrustSources(), pki.now)
    return verify_bytes(data, request, pki.demand()).display


def test_a_message_that_speaks_of_a_pdf_is_a_message(pki: OfficePki) -> None:
    assert (
        _file("thu.eml", _mail(pki, FROM_AN + b"Subject: %PDF-1.7 khong mo duoc\r\n"), pki) is Display.VALID
    )


def test_a_signed_pdf_in_the_body_lends_a_message_nothing(pki: OfficePki) -> None:
    """A mail program shows the text above it; the signature is somebody else's and about something else."""
    pdf = sign(form_pdf(), key_of(pki.person("Nguyễn Văn An", "an@example.gov.vn")))
    raw = FROM_AN + b"Content-Type: text/plain\r\n\r\nChuyen 9 ty cho toi\r\n" + pdf
    assert _file("thu.eml", raw, pki) is Display.NONE
    assert _file("hop-dong.pdf", pdf, pki) is Display.WARNING
