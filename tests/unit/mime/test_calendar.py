"""Invitations: what Exchange, Zimbra and others write, what is wrong, and the answer."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from client.mime.calendar import MAX_BYTES, answer_invitation, read_invitation
from client.model.address import MailAddress
from client.model.invitation import Attendance, InvitationKind

AT = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
ME = MailAddress("an@tphcm.gov.vn", "Nguyễn Văn An")
EXCHANGE = """BEGIN:VCALENDAR
METHOD:REQUEST
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:SE Asia Standard Time
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0700
TZOFFSETTO:+0700
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
ORGANIZER;CN=Sở Nội vụ:mailto:snv@tphcm.gov.vn
ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=An:MAILTO:An@tphcm.gov.vn
ATTENDEE;PARTSTAT=ACCEPTED;CN=Bình:mailto:binh@tphcm.gov.vn
SUMMARY;LANGUAGE=vi:Họp giao ban
DTSTART;TZID=SE Asia Standard Time:20261201T083000
DTEND;TZID=SE Asia Standard Time:20261201T100000
UID:040000008200E00074C5B7101A82E008
SEQUENCE:2
LOCATION:Phòng họp 2\\, tầng 3
DESCRIPTION:Dòng một\\nDòng hai
END:VEVENT
END:VCALENDAR
"""


def ics(text: str = EXCHANGE, **changed: str) -> bytes:
    for old, new in changed.items():
        text = text.replace(old, new)
    return text.replace("\n", "\r\n").encode()


def test_what_exchange_writes_is_read() -> None:
    found = read_invitation(ics())
    assert found is not None
    assert (found.kind, found.summary, found.location) == (
        InvitationKind.REQUEST,
        "Họp giao ban",
        "Phòng họp 2, tầng 3",
    )
    assert found.start == datetime(2026, 12, 1, 1, 30, tzinfo=UTC)
    assert found.end == datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
    assert found.organizer == MailAddress("snv@tphcm.gov.vn", "Sở Nội vụ")
    assert [one.answer for one in found.attendees] == [None, Attendance.ACCEPTED]
    assert found.description == "Dòng một\nDòng hai"
    assert found.wants_answer


def test_a_time_without_a_zone_is_vietnams() -> None:
    found = read_invitation(ics(EXCHANGE.replace(";TZID=SE Asia Standard Time", "")))
    assert found is not None
    assert found.start == datetime(2026, 12, 1, 1, 30, tzinfo=UTC)


def test_whole_days() -> None:
    text = EXCHANGE.replace(
        "DTSTART;TZID=SE Asia Standard Time:20261201T083000", "DTSTART;VALUE=DATE:20261201"
    )
    text = text.replace("DTEND;TZID=SE Asia Standard Time:20261201T100000\n", "")
    found = read_invitation(ics(text))
    assert found is not None
    assert found.all_day
    assert found.start is not None
    assert found.end is not None
    assert (found.end - found.start).days == 1


@pytest.mark.parametrize("method", ["CANCEL", "REPLY", "PUBLISH"])
def test_only_a_request_wants_an_answer(method: str) -> None:
    found = read_invitation(ics(EXCHANGE.replace("REQUEST", method, 1)))
    assert found is not None
    assert not found.wants_answer


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("METHOD:REQUEST\n", "", "PUBLISH"),
        ("METHOD:REQUEST", "METHOD:REQUEST\nMETHOD:REQUEST", "REQUEST"),
        ("METHOD:REQUEST", "METHOD: REQUEST", "REQUEST"),
        ("METHOD:REQUEST", "METHOD:REQUEST\na line that is none", "REQUEST"),
        ("BEGIN:VEVENT", "BEGIN:VFREEBUSY\nFREEBUSY:20261301/2\nX\nEND:VFREEBUSY\nBEGIN:VEVENT", "REQUEST"),
        ("TZOFFSETFROM:+0700", "TZOFFSETFROM:x", "REQUEST"),
        ("BEGIN:VCALENDAR", "BEGIN:VCALENDAR\nEND:VCALENDAR\nBEGIN:VCALENDAR", "REQUEST"),
        ("METHOD:REQUEST", "METHOD:COUNTER", "COUNTER"),
        ("METHOD:REQUEST", "METHOD:DECLINECOUNTER", "DECLINECOUNTER"),
        ("METHOD:REQUEST", "METHOD:ADD", "ADD"),
        ("METHOD:REQUEST", "METHOD:REFRESH", "REFRESH"),
    ],
)
def test_a_meeting_is_shown_whatever_is_wrong_around_it(old: str, new: str, kind: str) -> None:
    found = read_invitation(ics(EXCHANGE.replace(old, new, 1)))
    assert found is not None
    assert (found.kind, found.summary, found.location) == (kind, "Họp giao ban", "Phòng họp 2, tầng 3")
    assert found.start == datetime(2026, 12, 1, 1, 30, tzinfo=UTC)


def test_a_moment_that_is_none_is_left_out() -> None:
    found = read_invitation(ics(EXCHANGE.replace("20261201T083000", "20261301T083000")))
    assert found is not None
    assert (found.start, found.summary) == (None, "Họp giao ban")


def test_a_meeting_without_a_name_of_its_own_cannot_be_answered() -> None:
    found = read_invitation(ics(EXCHANGE.replace("UID:040000008200E00074C5B7101A82E008\n", "")))
    assert found is not None
    assert not found.wants_answer


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"xin chao",
        ics(EXCHANGE.replace("VEVENT", "VTODO")),
        ics(EXCHANGE.replace("METHOD:REQUEST", "METHOD:EXPLODE")),
        ics(EXCHANGE.replace("END:VEVENT", "X-FILL:" + "x" * MAX_BYTES + "\nEND:VEVENT")),
    ],
    ids=["empty", "text", "no-meeting", "odd-method", "too-large"],
)
def test_what_is_no_invitation_is_none(content: bytes) -> None:
    assert read_invitation(content) is None


def test_a_rule_of_every_second_for_ever_costs_nothing() -> None:
    found = read_invitation(ics(EXCHANGE.replace("SEQUENCE:2", "RRULE:FREQ=SECONDLY\nSEQUENCE:2")))
    assert found is not None
    assert found.repeats


def test_unseen_characters_of_a_title_are_taken_out() -> None:
    found = read_invitation(ics(EXCHANGE.replace("Họp giao ban", "Họp\u202efdp.exe\u200b")))
    assert found is not None
    assert found.summary == "Họpfdp.exe"


def test_the_answer_names_me_as_the_organiser_wrote_me() -> None:
    reply = Calendar.from_ical(answer_invitation(ics(), ME, Attendance.TENTATIVE, AT))
    assert isinstance(reply, Calendar)
    event = reply.walk("VEVENT")[0]
    assert str(reply["METHOD"]) == "REPLY"
    assert str(event["ATTENDEE"]) == "MAILTO:An@tphcm.gov.vn"
    assert str(event["ATTENDEE"].params["PARTSTAT"]) == "TENTATIVE"
    assert (str(event["UID"]), event["SEQUENCE"]) == ("040000008200E00074C5B7101A82E008", 2)
    assert event["DTSTART"].dt == datetime(2026, 12, 1, 1, 30, tzinfo=UTC)
    assert "VTIMEZONE" not in reply.to_ical().decode()


def test_who_is_not_listed_answers_under_their_own_address() -> None:
    other = MailAddress("moi@tphcm.gov.vn")
    answer = answer_invitation(ics(), other, Attendance.DECLINED, AT)
    assert "mailto:moi@tphcm.gov.vn" in answer
    assert "PARTSTAT=DECLINED" in answer


def test_damaged_objects_never_raise() -> None:
    chance = random.Random(26)  # noqa: S311 - not for secrets
    for _ in range(400):
        content = bytearray(ics())
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(content))
            content[at : at + chance.randint(0, 12)] = bytes([chance.randrange(256)])
        read_invitation(bytes(content))
        answer_invitation(bytes(content), ME, Attendance.ACCEPTED, AT)
