"""What the doctor says of the directory's age, of servers' certificates and of a sign-in."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from client import app
from client.cli import doctor
from client.cli.output import Printer
from client.config.catalogue import Catalogue
from client.config.paths import Paths, resources_dir
from client.config.policy_directory import PolicyDirectory
from client.config.policy_layers import builtin_policy
from client.config.settings import Settings
from client.model.account import Account, Endpoint, Identity, Login
from client.model.address import MailAddress
from client.model.directory import DirectoryCopy, DirectoryEntry
from client.model.secret import Secret
from client.model.server_certificate import ServerCertificate
from client.store.database import open_ledger
from client.store.directory import DirectoryWriter
from client.store.secrets import MemorySecrets
from client.store.server_certificates import ServerCertificates

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
NOWHERE = Endpoint("localhost", 1)


@dataclass
class Doctor:
    """An installation that is looked at; its policy names a directory."""

    paths: Paths
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    secrets: MemorySecrets

    def lines(self, login: Login = Login.PASSWORD) -> dict[str, dict[str, object]]:
        account = Account("an", Identity(MailAddress("an@x.example")), NOWHERE, NOWHERE, "an", login=login)
        policy = msgspec.structs.replace(
            builtin_policy(resources_dir()), directory_server=PolicyDirectory("ldap.x.example", base="dc=x")
        )
        made = app.Installation(self.paths, Settings(accounts=(account,)), policy, self.secrets)
        self.monkeypatch.setattr(app, "installed", lambda _: made)
        printer = Printer(Catalogue.load(resources_dir()), as_json=True)
        doctor.run(argparse.Namespace(data=self.paths.data, zip=None, rescue=None, begin_anew=False), printer)
        told = [json.loads(line) for line in self.capsys.readouterr().out.splitlines()]
        return {str(one.get("check", one.get("path", ""))): one for one in told}


@pytest.fixture
def patient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Doctor:
    return Doctor(Paths(tmp_path), monkeypatch, capsys, MemorySecrets())


def test_the_directory_tells_its_age_and_why_it_is_not_newer(patient: Doctor) -> None:
    assert patient.lines()["directory"]["detail"] == "ldap.x.example, 0, –"
    writer = DirectoryWriter(patient.paths.directory)
    writer.replace(DirectoryCopy((DirectoryEntry(MailAddress("a@x.example", "A")),)), "s", AT)
    assert patient.lines()["directory"] == {
        "check": "directory", "ok": True, "detail": "ldap.x.example, 1, 2026-03-02T08:00+00:00",
    }  # fmt: skip
    writer.failed("timed-out", "", AT + timedelta(days=1))
    writer.close()
    line = patient.lines()["directory"]
    assert not line["ok"]
    assert str(line["detail"]).endswith("2026-03-02T08:00+00:00, timed-out")


def test_a_change_of_the_certificate_is_listed(patient: Doctor) -> None:
    ledger = open_ledger(patient.paths.ledger)
    known = ServerCertificates(ledger, "an")
    for number in range(2):
        day = AT + timedelta(days=10 * number)
        one = ServerCertificate(f"{number}" * 64, "mail.x.example", f"CA {number}", AT, AT)
        known.accepted("mail.x.example:993", one, day)
    ledger.close()
    lines = patient.lines()
    assert "CA 1" in str(lines["an certificate"]["detail"])
    changed = str(lines["an certificate changed"]["detail"])
    assert changed.startswith("2026-03-12 ← mail.x.example:993, CA 0")
    assert "0" * 64 in changed


def test_a_sign_in_that_nobody_grants_any_more_is_said(patient: Doctor) -> None:
    patient.secrets.set("an", Secret("refresh"))
    said = patient.lines(Login.OAUTH)
    assert any("sign-in-needed" in json.dumps(one) for one in said.values())
    assert "refresh" not in json.dumps(said)
