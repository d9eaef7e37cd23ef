"""From an invitation in a letter to the answer that leaves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from client.errors import MalformedMessage
from client.mime.builder import assemble, build_entity, build_headers
from client.mime.parser import parse_message
from client.mime.view import calendar_object, make_view
from client.model.account import Account
from client.model.invitation import Attendance, InvitationKind
from client.services.drafting import answer_to
from client.services.new_draft import new_draft
from tests.fakes import desk_samples as samples
from tests.unit.mime.test_calendar import EXCHANGE

AT = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
HEAD = "From: snv@tphcm.gov.vn\nTo: an@tphcm.gov.vn\nSubject: Hop\nMessage-ID: <m@x>\nMIME-Version: 1.0\n"
PART = f"Content-Type: text/calendar; method=REQUEST; charset=utf-8\n\n{EXCHANGE}"
TEXT = "Content-Type: text/plain; charset=utf-8\n\nMoi hop\n"


def letter(*parts: str, kind: str = "alternative") -> bytes:
    body = "".join(f"--b\n{part}\n" for part in parts)
    return f'{HEAD}Content-Type: multipart/{kind}; boundary="b"\n\n{body}--b--\n'.replace(
        "\n", "\r\n"
    ).encode()


@pytest.fixture
def account() -> Account:
    return samples.accounts()[0]


@pytest.mark.parametrize(
    "raw", [letter(TEXT, PART), letter(TEXT, PART, kind="mixed"), (HEAD + PART).encode()]
)
def test_an_invitation_is_shown_wherever_it_stands(raw: bytes) -> None:
    found = make_view(raw).invitation
    assert found is not None
    assert found.summary == "Họp giao ban"


def test_an_invitation_within_an_attached_letter_is_not_this_letters() -> None:
    attached = f"Content-Type: message/rfc822\n\n{letter(TEXT, PART).decode()}".replace("\r\n", "\n").replace(
        "--b", "--c"
    )
    attached = attached.replace('boundary="b"', 'boundary="c"')
    assert make_view(letter(TEXT, attached, kind="mixed")).invitation is None


def test_the_answer_goes_to_the_organiser_and_can_be_read_again(account: Account) -> None:
    draft = answer_to(letter(TEXT, PART), account, new_draft(account), Attendance.ACCEPTED, AT)
    assert [one.addr_spec for one in draft.to] == ["snv@tphcm.gov.vn"]
    assert draft.subject == "Chấp nhận: Họp giao ban"
    assert draft.in_reply_to == "<m@x>"
    raw = assemble(build_headers(draft, AT), build_entity(draft))
    view = make_view(raw)
    assert view.invitation is not None
    assert view.invitation.kind is InvitationKind.REPLY
    assert [one.media_type for one in view.attachments] == ["text/calendar"]  # can still be saved
    part = next(one for one in parse_message(raw).root.walk() if one.content_type == "text/calendar")
    assert part.parameter("method") == "REPLY"
    assert b"PARTSTAT=ACCEPTED" in calendar_object(raw, parse_message(raw)).replace(b"\r\n ", b"")


def test_a_cancelled_meeting_cannot_be_accepted(account: Account) -> None:
    cancelled = PART.replace("METHOD:REQUEST", "METHOD:CANCEL")
    with pytest.raises(MalformedMessage):
        answer_to(letter(TEXT, cancelled), account, new_draft(account), Attendance.ACCEPTED, AT)
