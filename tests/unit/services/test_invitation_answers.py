"""From an invitation in a letter to the answer that leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from client.errors import MalformedMessage
from client.mime.builder import assemble, build_entity, build_headers
from client.mime.parser import parse_message
from client.mime.view import calendar_object, make_view
from client.model.account import Account
from client.model.invitation import Attendance, InvitationKind
from client.services.drafting import answer_to
from client.services.meeting_answers import answer_of, answered_anew, answers_the_same, body_line
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


@pytest.mark.parametrize("attendance", Attendance)
def test_the_answer_is_said_in_the_text_and_known_from_the_draft(
    account: Account, attendance: Attendance
) -> None:
    draft = answer_to(letter(TEXT, PART), account, new_draft(account), attendance, AT)
    assert draft.body.startswith(body_line(attendance, "Họp giao ban"))
    assert draft.body.endswith(new_draft(account).body)
    assert answer_of(draft) == (attendance, "Họp giao ban")


@pytest.mark.parametrize("name", ["Họp: a, b; c\\d", "Họp " * 60 + "cuối", "", "PARTSTAT=DECLINED"])
def test_whatever_the_meeting_is_called(account: Account, name: str) -> None:
    escaped = name.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    part = PART.replace("Họp giao ban", escaped)
    assert part != PART
    draft = answer_to(letter(TEXT, part), account, new_draft(account), Attendance.ACCEPTED, AT)
    found = answer_of(draft)
    assert found is not None
    assert found[0] is Attendance.ACCEPTED
    assert found[1] == " ".join(name.split())


def test_an_answer_is_changed_and_what_was_written_into_it_stays(account: Account) -> None:
    first, second = (
        answer_to(letter(TEXT, PART), account, new_draft(account), one, AT)
        for one in (Attendance.ACCEPTED, Attendance.DECLINED)
    )
    assert answers_the_same(first, second)
    assert not answers_the_same(first, new_draft(account))
    written = replace(first, body=f"{first.body}\nTôi đi công tác.")
    found = answered_anew(written, second)
    assert found.subject == "Từ chối: Họp giao ban"
    assert body_line(Attendance.DECLINED, "Họp giao ban") in found.body
    assert "Tôi đi công tác." in found.body
    assert answer_of(found) == (Attendance.DECLINED, "Họp giao ban")
    assert found.draft_id == first.draft_id


def test_a_cancelled_meeting_cannot_be_accepted(account: Account) -> None:
    cancelled = PART.replace("METHOD:REQUEST", "METHOD:CANCEL")
    with pytest.raises(MalformedMessage):
        answer_to(letter(TEXT, cancelled), account, new_draft(account), Attendance.ACCEPTED, AT)
