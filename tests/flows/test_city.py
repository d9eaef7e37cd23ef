"""The training city as a whole: started as a process, spoken to with the standard library's clients."""

from __future__ import annotations

import imaplib
import json
import multiprocessing
import shutil
import smtplib
import socket
import ssl
import time
import urllib.request
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pyhanko.sign  # noqa: F401 - before any other use of asn1crypto's CMS attributes
import pytest
from asn1crypto import crl, tsp
from asn1crypto.algos import DigestAlgorithm

from client.sandbox.city import City
from client.sandbox.info import CityInfo

LAN = "ntlan.snv@tphcm.gov.vn"
NAM = "lhnam.stp@tphcm.gov.vn"

AWKWARD = (
    b"From: ntlan.snv@tphcm.gov.vn\r\nTo: lhnam.stp@tphcm.gov.vn\r\nMessage-ID: <awkward@test>\r\n"
    b"Subject: folded\r\n header\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n"
    b"preamble\r\n--q\r\n\r\n..dots and trailing blanks \r\nFrom here\r\n\xe1\xbb\x87\r\n--q--\r\n"
    b"\r\n tail\r\n\r\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("city")


@pytest.fixture(scope="module")
def city(folder: Path) -> Iterator[City]:
    with City.start(folder) as running:
        yield running


@pytest.fixture(scope="module")
def info(city: City) -> CityInfo:
    return city.info


@pytest.fixture
def context(info: CityInfo) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=info.anchors_pem.decode("ascii"))


def sign_in(info: CityInfo, context: ssl.SSLContext, address: str) -> imaplib.IMAP4_SSL:
    session = imaplib.IMAP4_SSL(info.imap.host, info.imap.port, ssl_context=context)
    session.login(address, info.mailbox(address).password.reveal())
    return session


def submit(info: CityInfo, context: ssl.SSLContext, sender: str, recipient: str, content: bytes) -> None:
    with smtplib.SMTP(info.smtp.host, info.smtp.port) as server:
        server.starttls(context=context)
        server.login(sender, info.mailbox(sender).password.reveal())
        server.sendmail(sender, [recipient], content)


def test_a_message_arrives_byte_for_byte(info: CityInfo, context: ssl.SSLContext) -> None:
    submit(info, context, LAN, NAM, AWKWARD)
    with sign_in(info, context, NAM) as session:
        session.select("INBOX")
        _ok, found = session.uid("SEARCH", "HEADER", "Message-ID", "<awkward@test>")
        _ok, fetched = session.uid("FETCH", found[0].decode(), "(BODY.PEEK[])")
    received = fetched[0][1]
    assert received.endswith(b"\r\n" + AWKWARD)
    assert received.startswith(b"Return-Path: <ntlan.snv@tphcm.gov.vn>\r\n")


def test_an_appended_message_is_kept_byte_for_byte(info: CityInfo, context: ssl.SSLContext) -> None:
    with sign_in(info, context, LAN) as session:
        session.append("Sent", "(\\Seen)", '"20-Nov-2026 08:00:00 +0700"', AWKWARD)
        session.select("Sent")
        _ok, found = session.uid("SEARCH", "HEADER", "Message-ID", "<awkward@test>")
        _ok, fetched = session.uid("FETCH", found[0].decode(), "(FLAGS INTERNALDATE BODY.PEEK[])")
    assert fetched[0][1] == AWKWARD
    assert b'"20-Nov-2026 01:00:00 +0000"' in fetched[0][0]
    assert b"\\Seen" in fetched[0][0]


def test_idle_tells_of_a_delivery(info: CityInfo, context: ssl.SSLContext) -> None:
    with sign_in(info, context, NAM) as session:
        session.select("INBOX")
        session.send(b"idle1 IDLE\r\n")
        assert session.readline().startswith(b"+")
        submit(info, context, LAN, NAM, AWKWARD)
        assert session.readline().rstrip().endswith(b"EXISTS")
        session.send(b"DONE\r\n")
        while not session.readline().startswith(b"idle1 OK"):
            pass


def test_three_connections_of_an_account_see_each_others_flags(
    info: CityInfo, context: ssl.SSLContext
) -> None:
    sessions = [sign_in(info, context, LAN) for _ in range(3)]
    try:
        sessions[0].append("Drafts", "", '"20-Nov-2026 08:00:00 +0700"', AWKWARD)
        for session in sessions:
            session.select("Drafts")
        sessions[1].store("1", "+FLAGS", "(\\Flagged)")
        sessions[2].noop()
        _ok, fetched = sessions[2].fetch("1", "(FLAGS)")
        assert "Flagged" in str(fetched)
    finally:
        for session in sessions:
            session.logout()


def test_special_folders_are_marked(info: CityInfo, context: ssl.SSLContext) -> None:
    with sign_in(info, context, LAN) as session:
        _ok, listed = session.list()
    lines = b"\n".join(line for line in listed if isinstance(line, bytes))
    for name, use in ((b"Sent", b"\\Sent"), (b"Drafts", b"\\Drafts"), (b"Trash", b"\\Trash")):
        assert any(use in line and line.endswith(name) for line in lines.splitlines())


def test_a_wrong_password_is_refused(info: CityInfo, context: ssl.SSLContext) -> None:
    with (
        imaplib.IMAP4_SSL(info.imap.host, info.imap.port, ssl_context=context) as session,
        pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"),
    ):
        session.login(LAN, "sai")
    with smtplib.SMTP(info.smtp.host, info.smtp.port) as server:
        server.starttls(context=context)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            server.login(LAN, "sai")


def test_nobody_submits_without_tls_or_sign_in(info: CityInfo, context: ssl.SSLContext) -> None:
    with smtplib.SMTP(info.smtp.host, info.smtp.port) as server:
        server.ehlo()
        assert server.mail(LAN)[0] == 530
        server.starttls(context=context)
        server.ehlo()
        assert server.mail(LAN)[0] == 530


def test_nobody_submits_as_somebody_else(info: CityInfo, context: ssl.SSLContext) -> None:
    with smtplib.SMTP(info.smtp.host, info.smtp.port) as server:
        server.starttls(context=context)
        server.login(LAN, info.mailbox(LAN).password.reveal())
        assert server.mail("stp@tphcm.gov.vn")[0] == 553


def test_a_receipt_leaves_without_a_sender(info: CityInfo, context: ssl.SSLContext) -> None:
    with smtplib.SMTP(info.smtp.host, info.smtp.port) as server:
        server.starttls(context=context)
        server.ehlo()
        assert server.mail("")[0] == 530
        server.login(LAN, info.mailbox(LAN).password.reveal())
        assert server.sendmail("", [LAN], b"Subject: Da mo\r\n\r\nx\r\n") == {}


@pytest.mark.parametrize("recipient", ["khong.co@tphcm.gov.vn", "ai.do@gmail.com"])
def test_a_recipient_outside_the_city_is_refused(
    info: CityInfo, context: ssl.SSLContext, recipient: str
) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        submit(info, context, LAN, recipient, AWKWARD)
    assert refused.value.recipients[recipient][0] == 550


def test_a_client_without_the_demo_anchor_does_not_trust_the_city(info: CityInfo) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        imaplib.IMAP4_SSL(info.imap.host, info.imap.port, ssl_context=ssl.create_default_context())


def test_the_time_stamp_authority_answers_for_the_hash_it_was_asked(info: CityInfo) -> None:
    asked = tsp.TimeStampReq(
        {
            "version": 1,
            "message_imprint": {
                "hash_algorithm": DigestAlgorithm({"algorithm": "sha256"}),
                "hashed_message": b"\x11" * 32,
            },
            "cert_req": True,
            "nonce": 42,
        }
    )
    request = urllib.request.Request(  # noqa: S310 - the city's own loopback address
        info.tsa_url, asked.dump(), {"Content-Type": "application/timestamp-query"}
    )
    with urllib.request.urlopen(request) as reply:  # noqa: S310 - see above
        answer = tsp.TimeStampResp.load(reply.read())
    assert answer["status"]["status"].native == "granted"
    content = answer["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    assert content["message_imprint"]["hashed_message"].native == b"\x11" * 32


def test_every_crl_can_be_fetched_and_one_certificate_is_revoked(info: CityInfo) -> None:
    revoked = []
    for url in info.crl_urls:
        with urllib.request.urlopen(url) as reply:  # noqa: S310 - the city's own loopback address
            found = crl.CertificateList.load(reply.read())
        revoked += list(found["tbs_cert_list"]["revoked_certificates"] or ())
    assert len(revoked) == 1


def test_a_restarted_city_keeps_mail_uids_ports_and_keys(city: City, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    with City.start(tmp_path / "copy") as first:
        before = first.info
        trusted = ssl.create_default_context(cadata=before.anchors_pem.decode("ascii"))
        submit(before, trusted, LAN, NAM, AWKWARD)
        with sign_in(before, trusted, NAM) as session:
            session.select("INBOX")
            uids = session.uid("SEARCH", "ALL")[1]
            validity = session.response("UIDVALIDITY")[1]
    with City.start(tmp_path / "copy") as second:
        assert second.info.anchors_pem == before.anchors_pem == city.info.anchors_pem
        assert (second.info.imap, second.info.smtp) == (before.imap, before.smtp)
        with sign_in(second.info, trusted, NAM) as session:
            session.select("INBOX")
            assert session.uid("SEARCH", "ALL")[1] == uids
            assert session.response("UIDVALIDITY")[1] == validity


def test_a_stopped_city_is_gone(city: City, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    other = City.start(tmp_path / "copy")
    imap = other.info.imap
    session = socket.create_connection((imap.host, imap.port))
    with session:
        other.stop()
        with pytest.raises(OSError):
            socket.create_connection((imap.host, imap.port))
    assert other.exit_code == 0
    other.stop()


def start_and_report(folder: Path, report: Connection) -> None:
    report.send(City.start(folder).info.imap)
    report.recv()


def test_a_city_whose_starter_was_killed_ends_by_itself(city: City, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    starter = context.Process(target=start_and_report, args=(tmp_path / "copy", there))
    starter.start()
    imap = here.recv()
    starter.kill()
    starter.join()
    for _attempt in range(200):
        try:
            socket.create_connection((imap.host, imap.port)).close()
        except OSError:
            return
        time.sleep(0.05)
    pytest.fail("the city outlived its starter by ten seconds")


def test_the_sample_letters_lie_where_their_manifest_says(
    info: CityInfo, folder: Path, context: ssl.SSLContext
) -> None:
    manifest = json.loads((folder / "mail" / "thu-mau.json").read_text(encoding="utf-8"))
    for box in ("ntlan.snv", "lhnam.stp"):
        expected = {entry["message_id"] for entry in manifest if box in entry["boxes"]}
        with sign_in(info, context, f"{box}@tphcm.gov.vn") as session:
            session.select("INBOX")
            _ok, fetched = session.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
        headers = b"".join(one[1] for one in fetched if isinstance(one, tuple)).decode("ascii")
        assert expected
        assert all(message_id in headers for message_id in expected)
