"""The zip for support: made on real servers, and no canary of the account's is in it."""

from __future__ import annotations

import argparse
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.cli import doctor
from client.cli.output import Printer
from client.config.catalogue import Catalogue
from client.config.paths import Paths, resources_dir
from client.config.settings import Settings, save_settings
from client.errors import AuthenticationFailed
from client.model.account import Account, Identity
from client.model.address import MailAddress
from client.model.outgoing import OutgoingMessage
from client.model.secret import Secret
from client.net import imap, smtp_login
from client.net.trace import Trace
from client.services.diagnosis import Diagnosis, pack
from client.store.database import open_ledger
from client.store.outbox import Outbox
from tests.fakes.mail_servers import MailServers

pytestmark = pytest.mark.real_servers
PASSWORD = "CANARY-mat-khau"
CANARIES = (b"CANARY", b"chimnguoi", b"chim-hoang-yen", b"nguoinhan")


def test_nothing_secret_leaves_and_what_helps_does(mail_servers: MailServers, tmp_path: Path) -> None:
    address = "chimnguoi@sothu.example"
    mail_servers.add_user(address, PASSWORD)
    account = Account(
        "CANARY-id",
        Identity(MailAddress(address, "CANARY Ten")),
        mail_servers.imap_endpoint,
        mail_servers.smtp_endpoint,
        address,
    )
    anchors, secret = mail_servers.anchors_pem, Secret(PASSWORD)
    paths = Paths(tmp_path)
    ledger = open_ledger(paths.ledger)
    raw = b"Subject: CANARY\r\n\r\nchim-hoang-yen\r\n"
    Outbox(ledger, lambda: datetime.now(UTC)).enqueue(
        OutgoingMessage("CANARY-id", "<CANARY@x>", address, ("nguoinhan@x.vn",), raw, subject="CANARY")
    )
    ledger.close()
    paths.logs.mkdir(parents=True)
    (paths.logs / "engine.log").write_text(f"login of {address} failed\n", "utf-8")
    traces = {"1-imap": Trace(), "1-smtp": Trace()}
    session = imap.connect(account.imap, address, secret, anchors, trace=traces["1-imap"])
    session.select(b"INBOX")
    session.find_by_message_id(b"INBOX", "<CANARY@x>")
    session.logout()
    smtp_login.check_login(account.smtp, address, secret, anchors, trace=traces["1-smtp"])
    checks = ({"check": "imap", "ok": True, "detail": f"user {address}"},)
    data = pack(Diagnosis(checks, {name: one.lines() for name, one in traces.items()}), paths, (account,))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for name, content in files.items():
        for canary in CANARIES:
            assert canary not in content, (name, canary)
            assert canary.decode() not in name
    assert b"SELECT" in files["trace/1-imap.txt"]
    assert b"AUTH PLAIN ..." in files["trace/1-smtp.txt"]
    assert json.loads(files["store.json"])["ledger"]["outbox"] == [["queued", "", 1]]
    assert b"@sothu.example" in files["logs/engine.log"]
    assert json.loads(files["files.json"])["ledger.db"] > 0


def test_a_failed_login_is_in_the_trace(mail_servers: MailServers) -> None:
    trace = Trace()
    with pytest.raises(AuthenticationFailed):
        imap.connect(
            mail_servers.imap_endpoint,
            "khong@x.example",
            Secret(PASSWORD),
            mail_servers.anchors_pem,
            trace=trace,
        )
    assert any(" NO " in line for line in trace.lines())
    assert not any("CANARY" in line for line in trace.lines())


def test_the_command_packs_what_it_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_settings(tmp_path / "settings.toml", Settings())
    target = tmp_path / "out" / "ho-tro.zip"
    target.parent.mkdir()
    arguments = argparse.Namespace(data=tmp_path, zip=target, rescue=None, begin_anew=False)
    printer = Printer(Catalogue.load(resources_dir()), as_json=True)
    doctor.run(arguments, printer)
    with zipfile.ZipFile(target) as archive:
        checks = json.loads(archive.read("checks.json"))
    assert {"version", "policy", "accounts"} <= {one["check"] for one in checks}
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["check"] == "zip"
