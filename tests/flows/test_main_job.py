"""The main job on real parts: compose → check → sign → send → receive → verify, bytes equal at both ends."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from client.app import Installation, OpenOffice
from client.cli.main_job import MainJob, Parties, choose_parties, letter_of_the_office
from client.errors import AlreadyRunning, SendingBlocked
from client.mime.parser import attachments, parse_message, part_content
from client.model.address import MailAddress
from client.model.outgoing import DraftAttachment
from client.model.secret import Secret
from client.sandbox.city import City
from client.services.desk import SendRequest
from client.services.office import Office
from client.store.secrets import MemorySecrets
from tests.fakes.mail_servers import MailServers

ROOT = Path(__file__).resolve().parents[2]
STEPS = ["compose", "check", "sign", "send", "receive", "verify", "compare"]
DOCUMENT = letter_of_the_office()
PATIENCE = 60


def on_real_servers(installation: Installation, servers: MailServers) -> Installation:
    """The same people and keys, but Dovecot and Postfix carry the mail."""
    for account in installation.settings.accounts:
        servers.add_user(account.user_name, "mật khẩu thư")
    accounts = tuple(
        replace(account, imap=servers.imap_endpoint, smtp=servers.smtp_endpoint)
        for account in installation.settings.accounts
    )
    passwords = MemorySecrets({account.account_id: Secret("mật khẩu thư") for account in accounts})
    return replace(
        installation,
        settings=replace(installation.settings, accounts=accounts),
        secrets=passwords,
        tls_anchors=servers.anchors_pem,
    )


def parties(desk: Office, city: City) -> Parties:
    return choose_parties(desk.accounts(), city.info.mailboxes[0].key_password, DOCUMENT)


def test_on_the_embedded_city(city: City, installation: Installation) -> None:
    with OpenOffice(installation) as desk:
        done = [step.code for step in MainJob(desk, parties(desk, city)).run()]
    assert done == STEPS


@pytest.mark.real_servers
def test_on_dovecot_and_postfix(city: City, installation: Installation, mail_servers: MailServers) -> None:
    real = on_real_servers(installation, mail_servers)
    with OpenOffice(real) as desk:
        done = [step.code for step in MainJob(desk, parties(desk, city)).run()]
        entry = desk.outbox()[0]
        sent = desk.outbox_bytes(entry.outbox_id)
    assert done == STEPS
    assert hashlib.sha256(sent).hexdigest() == entry.sha256
    delivered = [file.read_bytes() for file in received_files(mail_servers, entry.rcpt_to[0])]
    assert any(as_crlf(raw).endswith(sent) for raw in delivered)


@pytest.mark.real_servers
def test_other_tools_accept_what_was_sent(
    city: City, installation: Installation, mail_servers: MailServers, tmp_path: Path
) -> None:
    """`openssl cms -verify` takes the message as delivered, `pdfsig` the PDF inside it."""
    if not shutil.which("openssl") or not shutil.which("pdfsig"):
        pytest.skip("openssl or pdfsig is not installed")
    real = on_real_servers(installation, mail_servers)
    with OpenOffice(real) as desk:
        list(MainJob(desk, parties(desk, city)).run())
        sent = desk.outbox_bytes(desk.outbox()[0].outbox_id)
    message, anchors, entity = tmp_path / "sent.eml", tmp_path / "root.pem", tmp_path / "entity"
    message.write_bytes(sent)
    anchors.write_bytes(city.info.anchors_pem)
    command = ["openssl", "cms", "-verify", "-in", str(message), "-CAfile", str(anchors), "-out", str(entity)]
    accepted = subprocess.run(command, capture_output=True, text=True, check=False)
    assert accepted.returncode == 0, accepted.stderr
    pdf = tmp_path / "signed.pdf"
    pdf.write_bytes(pdf_inside(entity.read_bytes()))
    shown = subprocess.run(["pdfsig", "-nocert", str(pdf)], capture_output=True, text=True, check=False)
    assert "Signature is Valid" in shown.stdout, shown.stdout


def test_a_second_instance_on_the_same_data_is_refused(installation: Installation) -> None:
    with OpenOffice(installation), pytest.raises(AlreadyRunning):
        OpenOffice(installation)


def test_a_blocked_message_is_never_queued(city: City, installation: Installation) -> None:
    with OpenOffice(installation) as desk:
        who = parties(desk, city)
        draft = replace(
            desk.new_draft(who.sender.account_id),
            to=(MailAddress(who.recipient.identity.address.addr_spec),),
            subject="Phần mềm",
            attachments=(
                DraftAttachment("cai-dat.exe", "application/octet-stream", b"MZ\x90\x00" + bytes(64)),
            ),
        )
        request = SendRequest(draft, who.sender.personal_key, who.key_password)
        with pytest.raises(SendingBlocked):
            desk.send(request).result(PATIENCE)
        assert desk.outbox() == ()


def test_the_demo_command_prints_one_object_a_line(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "client",
        "demo",
        "--headless",
        "--json",
        "--data",
        str(tmp_path / "demo"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=180, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line["step"] for line in lines[:-1]] == ["city", *STEPS]
    assert lines[-1]["ok"] is True


def received_files(servers: MailServers, address: str) -> list[Path]:
    folder = servers.maildir(address)
    return [file for part in ("new", "cur") for file in (folder / part).glob("*")]


def as_crlf(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def pdf_inside(entity: bytes) -> bytes:
    parsed = parse_message(entity)
    return part_content(entity, attachments(parsed)[0])
