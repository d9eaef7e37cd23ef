"""What somebody decided in spite of a doubt stands in the log."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.errors import SendingBlocked
from client.model.account import Account, Endpoint, Identity, KeyRef, Role
from client.model.address import MailAddress
from client.model.finding import CheckReport, Finding, Severity
from client.model.outgoing import Draft, OutgoingMessage
from client.services.desk import Acknowledgement, SendRequest
from client.services.gate import file_override, overrides_of, pass_gate

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
SERVER = Endpoint("localhost", 1)
ACCOUNT = Account("an", Identity(MailAddress("an@x.vn")), SERVER, SERVER, "an@x.vn")
MESSAGE = OutgoingMessage("an", "<1@x>", "an@x.vn", ("binh@x.vn",), b"raw")
REQUEST = SendRequest(Draft("d", "an", "<1@x>", MailAddress("an@x.vn")), KeyRef("p12", "an.p12"))


def rules(request: SendRequest) -> list[tuple[str, ...]]:
    return [one.rules for one in overrides_of(MESSAGE, request, ACCOUNT, AT)]


def test_nothing_is_logged_where_nothing_was_decided() -> None:
    assert rules(REQUEST) == []


def test_signing_without_a_time_stamp_is_logged_with_the_letter_it_was_done_for() -> None:
    (entry,) = overrides_of(MESSAGE, replace(REQUEST, allow_without_timestamp=True), ACCOUNT, AT)
    assert entry.rules == ("timestamp-unavailable",)
    assert (entry.message_id, entry.sha256, entry.account_id) == ("<1@x>", MESSAGE.sha256, "an")
    assert rules(replace(REQUEST, allow_without_timestamp=True, key=None)) == []


def test_a_reason_given_to_the_rules_is_logged_beside_it() -> None:
    given = Acknowledgement(("subject-empty",), "theo yêu cầu")
    both = replace(REQUEST, acknowledgement=given, allow_without_timestamp=True)
    assert rules(both) == [("subject-empty",), ("timestamp-unavailable",)]


def test_a_file_signed_without_a_time_stamp_is_named_with_its_digest(tmp_path: Path) -> None:
    path = tmp_path / "quyết định.pdf"
    path.write_bytes(b"%PDF")
    entry = file_override(path, AT)
    assert (entry.message_id, entry.rules) == ("quyết định.pdf", ("timestamp-unavailable",))
    assert entry.sha256 == hashlib.sha256(b"%PDF").hexdigest()
    assert file_override(tmp_path / "không có.pdf", AT).sha256 == ""


@pytest.mark.parametrize(
    ("own", "decided", "opens"),
    [
        (Role.LEADER, "leader", True),
        (Role.STAFF, "leader", False),
        (Role.LEADER, "staff", False),
        (Role.CLERK, "clerk", True),
    ],
)
def test_whose_reason_counts_is_the_policys_to_say(own: Role, decided: str, opens: bool) -> None:
    report = CheckReport((Finding("subject-empty", Severity.CONFIRM, "subject"),), "p", "1")
    given = Acknowledgement(("subject-empty",), "Giám đốc đã đồng ý", decided)
    request = replace(REQUEST, acknowledgement=given)
    assert pass_gate(report, request, own) == ("subject-empty",)
    if opens:
        assert pass_gate(report, request, own, (Role.LEADER, Role.CLERK)) == ("subject-empty",)
    else:
        with pytest.raises(SendingBlocked):
            pass_gate(report, request, own, (Role.LEADER, Role.CLERK))
