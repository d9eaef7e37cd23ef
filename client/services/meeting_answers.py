"""The answer to an invitation as its writer sees it: the calendar object itself is shown by no text field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from client.model.invitation import Attendance
from client.model.mailbox import Related, SpecialUse
from client.model.outgoing import Draft
from client.model.text import printable
from client.services.desk import MailDesk

SUBJECT_MARKS: Mapping[Attendance, str] = MappingProxyType(
    {
        Attendance.ACCEPTED: "Chấp nhận: ",
        Attendance.TENTATIVE: "Có thể dự: ",
        Attendance.DECLINED: "Từ chối: ",
    }
)
"""How an answer's subject begins; the language of the office, whatever the window speaks."""
_LINE = "Trả lời thư mời họp “{event}”: {answer}."
_FOLD = re.compile(r"\r?\n[ \t]")
_ANSWER = re.compile(r"^ATTENDEE;.*?PARTSTAT=(ACCEPTED|TENTATIVE|DECLINED)\b", re.MULTILINE)
_EVENT = re.compile(r'^SUMMARY(?:;(?:"[^"]*"|[^":\r\n])*)?:(.*)', re.MULTILINE)
_ESCAPED = re.compile(r"\\(.)")


def body_line(attendance: Attendance, event: str) -> str:
    """What stands in the text for a program that reads no calendar objects."""
    return _LINE.format(event=event, answer=SUBJECT_MARKS[attendance].rstrip(": ").lower())


def answer_of(draft: Draft) -> tuple[Attendance, str] | None:
    """The answer that goes along with a letter and the name of the meeting; None where there is none."""
    lines = _FOLD.sub("", draft.calendar)
    answer, event = _ANSWER.search(lines), _EVENT.search(lines)
    if answer is None:
        return None
    name = _ESCAPED.sub(lambda one: " " if one[1] in "nN" else one[1], event[1]) if event else ""
    return Attendance(answer[1]), printable(name.strip())


def sent_answer(desk: MailDesk, related: Related) -> tuple[Attendance, datetime] | None:
    """The last answer that was sent to an invitation with this conversation, and when.

    Only a copy in Sent is one: anybody can write a letter that looks like an answer of ours.
    """
    boxes = [box for one in desk.accounts() for box in desk.mailboxes(one.account_id)]
    sent = {one.mailbox_id for one in boxes if one.special_use is SpecialUse.SENT}
    for row in reversed(related.conversation):
        for attendance, mark in SUBJECT_MARKS.items():
            if row.mailbox_id in sent and row.subject.startswith(mark):
                return attendance, row.received_at
    return None


def answers_the_same(one: Draft, other: Draft) -> bool:
    """Whether both are answers to one invitation from one mailbox."""
    return bool(one.calendar and other.calendar and one.in_reply_to) and (
        one.account_id,
        one.in_reply_to,
    ) == (other.account_id, other.in_reply_to)


def answered_anew(draft: Draft, anew: Draft) -> Draft:
    """A letter that is being written with another answer; what its author wrote into it stays."""
    old, new = answer_of(draft), answer_of(anew)
    if old is None or new is None:
        return draft
    mark, line = SUBJECT_MARKS[old[0]], body_line(*old)
    marked = draft.subject.startswith(mark)
    subject = SUBJECT_MARKS[new[0]] + draft.subject.removeprefix(mark) if marked else draft.subject
    body = draft.body.replace(line, body_line(*new), 1)
    return replace(draft, subject=subject, body=body, calendar=anew.calendar)
