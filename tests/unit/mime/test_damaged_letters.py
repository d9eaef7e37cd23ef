"""Letters that something on the way damaged: what other readers still find in them is found here."""

from __future__ import annotations

import pytest

from client.mime.headers import read_envelope
from client.mime.parser import parse_message, part_content
from client.mime.smime import ShapeKind, find_shape
from client.mime.view import attachment_content, make_view
from client.model.message import HeaderField

LETTER = (
    b"From: Van thu <vanthu@hcm.example>\nTo: so@hcm.example\nSubject: Giay moi\n"
    b"Date: Mon, 2 Nov 2026 08:00:00 +0700\nContent-Type: multipart/mixed; boundary=bien\n\n"
    b"--bien\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\nM=C3=B4=\ni ngay\n"
    b"--bien\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n"
    b"JVBE\nRg==\n--bien--\n"
)
CONTENT = (
    b"--that\nContent-Type: text/plain\n\nchu\n--that\nContent-Type: text/html\n\n<p>chu</p>\n--that--\n"
)


@pytest.mark.parametrize("line_end", [b"\r", b"\n", b"\r\n", b"\r\r\n"])
def test_lines_may_end_as_they_do_on_any_machine(line_end: bytes) -> None:
    raw = LETTER.replace(b"\n", line_end)
    view = make_view(raw)
    assert view.defects == ()
    assert view.envelope.subject == "Giay moi"
    assert [one.addr_spec for one in view.envelope.from_] == ["vanthu@hcm.example"]
    assert view.text.strip() == "Môi ngay"
    assert [(one.name, one.size) for one in view.attachments] == [("a.pdf", 4)]
    assert attachment_content(raw, view.attachments[0].section) == b"%PDF"


def test_one_cr_in_a_file_of_a_letter_is_no_line_end() -> None:
    raw = b"Content-Type: application/octet-stream\n\na\rb"
    assert part_content(raw, parse_message(raw).root) == b"a\rb"


@pytest.mark.parametrize(
    "junk",
    [
        b"From someone@x.example Mon Nov  2 08:00:00 2026\n",
        b">From someone@x.example Mon Nov  2 08:00:00 2026\n",
        b": no name\n",
        b"a line that lost its fold\n",
        b"X-N\xe9: name beyond ASCII\n",
    ],
)
def test_a_stray_line_does_not_end_the_header(junk: bytes) -> None:
    raw = LETTER.replace(b"Subject:", junk + b"Subject:")
    view = make_view(raw)
    assert "header-line-skipped" in view.defects
    assert view.envelope.subject == "Giay moi"
    assert [one.name for one in view.attachments] == ["a.pdf"]


def test_a_parameter_that_lost_its_fold_still_counts() -> None:
    raw = LETTER.replace(b"mixed; boundary=bien", b"mixed;\nboundary=bien")
    assert [one.name for one in make_view(raw).attachments] == ["a.pdf"]


def test_a_text_that_only_looks_like_fields_stays_text() -> None:
    raw = b"Subject: x\nChao anh,\nGhi chu: hop luc 8 gio\n\nHet"
    assert make_view(raw).text == "Chao anh,\nGhi chu: hop luc 8 gio\n\nHet"


def test_a_name_whose_colon_is_on_the_next_line_is_a_field_like_any() -> None:
    raw = b"From\n : <any@x.example>\nFrom: <other@y.example>\n\nx"
    envelope = parse_message(raw).envelope
    assert envelope.from_count == 2
    assert [one.addr_spec for one in envelope.from_] == ["any@x.example", "other@y.example"]


def test_a_boundary_ends_a_header_that_has_no_empty_line() -> None:
    raw = LETTER.replace(b"\n\n--bien\n", b"\n--bien\n", 1).replace(b"bien", b"bien:a")
    raw = raw.replace(b"boundary=bien:a", b'boundary="bien:a"')
    assert [one.name for one in make_view(raw).attachments] == ["a.pdf"]


@pytest.mark.parametrize(
    "parameters", [b"; boundary=this", b"", b'; boundary=""', b'; boundary=\\"that\\"', b"; boundary=tha"]
)
def test_parts_are_told_apart_by_the_boundary_that_is_there(parameters: bytes) -> None:
    raw = b"Subject: x\nContent-Type: multipart/alternative" + parameters + b"\n\n" + CONTENT
    view = make_view(raw)
    assert "boundary-guessed" in view.defects
    assert view.text == "chu"
    assert "<p>chu</p>" in view.html


def test_no_boundary_is_guessed_beyond_the_part_around() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=out\n\n--out\n"
        b"Content-Type: multipart/mixed; boundary=no\n\n"
        b"words\n--out\nContent-Type: text/plain\n\nsecond\n--out--\n"
    )
    parsed = parse_message(raw)
    assert [part.section for part in parsed.root.walk()] == ["", "1", "2"]
    assert "boundary-not-found" in parsed.defects


@pytest.mark.parametrize(
    "head",
    [
        b'multipart/signed; protocol="application/pkcs7-signature"; boundary=no',
        b'multipart/signed;\nprotocol="x"; boundary=that',
    ],
)
def test_no_signature_rests_on_a_guess(head: bytes) -> None:
    raw = (
        b"From: a@b.vn\nContent-Type: " + head + b"\n\n--that\nContent-Type: text/plain\n\nchu\n--that\n"
        b"Content-Type: application/pkcs7-signature\n\nMAMCAQE=\n--that--\n"
    )
    assert find_shape(raw, parse_message(raw)).kind in (ShapeKind.MALFORMED, ShapeKind.NONE)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Nguyen Van A a@x.example", [("Nguyen Van A", "a@x.example")]),
        ("a@x.example b@y.example", [("", "a@x.example"), ("", "b@y.example")]),
        ("A <lost words a@x.example>", [("A", "a@x.example")]),
        ("a . b @ x . example", [("", "a.b@x.example")]),
        ('"a b"@x.example', [("", '"a b"@x.example')]),
    ],
)
def test_no_address_is_made_of_words_beside_it(written: str, read: list[tuple[str, str]]) -> None:
    envelope = read_envelope([HeaderField("From", written.encode())])
    assert [(one.display_name, one.addr_spec) for one in envelope.from_] == read


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Mail Delivery Subsystem <MAILER-DAEMON>", "Mail Delivery Subsystem <MAILER-DAEMON>"),
        ("Mail Delivery System <>", "Mail Delivery System"),
        ("=?utf-8?q?vanthu=40hcm.example?=", "vanthu@hcm.example"),
        ("<>", ""),
        ("A <a@x.example>", ""),
    ],
)
def test_a_sender_without_address_is_still_told(written: str, shown: str) -> None:
    envelope = read_envelope([HeaderField("From", written.encode())])
    assert envelope.from_text == shown
    assert bool(envelope.from_) == (written == "A <a@x.example>")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("alice, bob", "alice, bob"),
        ("undisclosed-recipients:;", "undisclosed-recipients"),
        ("Undisclosed Recipients <>", "Undisclosed Recipients"),
        ("alice, b@x.example", ""),
        ("", ""),
    ],
)
def test_recipients_without_address_are_still_told(written: str, shown: str) -> None:
    assert read_envelope([HeaderField("To", written.encode())]).to_text == shown
