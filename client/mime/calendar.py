"""Meeting invitations in mail: read for showing, answered as iTIP has it (RFC 5545, 5546, 6047).

Recurrence rules are never expanded: a rule can name millions of days in thirty bytes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event, vCalAddress, vText

from client.model.address import MailAddress
from client.model.invitation import Attendance, Attendee, Invitation, InvitationKind
from client.model.text import printable

MAX_BYTES = 256 * 1024
"""A larger object is listed as an attachment and not read."""
MAX_ATTENDEES = 500
_MAX_TEXT = 4000
_HERE = ZoneInfo("Asia/Ho_Chi_Minh")
_FOLD = re.compile(rb"\r?\n[ \t]")
_CONTENT_LINE = re.compile(rb"[A-Za-z0-9-]+[;:]")
_FAULTS = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError, StopIteration,
)  # fmt: skip
"""What the parser raises for objects that are none."""


def read_invitation(content: bytes) -> Invitation | None:
    """The first meeting of a calendar object; None for what has none, or a METHOD nobody knows.

    A file of a calendar program has no METHOD, and is for information.
    """
    try:
        calendar = _parse(content)
        kind = InvitationKind(_method(calendar).upper())
        events = [one for one in calendar.subcomponents if one.name == "VEVENT"]
        return _invitation(kind, events[0], len(events) - 1)
    except _FAULTS:
        return None


def answer_invitation(content: bytes, me: MailAddress, attendance: Attendance, at: datetime) -> str:
    """The REPLY (RFC 5546 section 3.2.3) to the REQUEST in ``content``; ``""`` when it is none."""
    try:
        calendar = _parse(content)
        event = next(one for one in calendar.subcomponents if one.name == "VEVENT")
        reply = _reply(event, me, attendance, at)
        return str(reply.to_ical(), "utf-8")
    except _FAULTS:
        return ""


def _method(calendar: Calendar) -> str:
    found = calendar.get("METHOD", "PUBLISH")
    return str(found[0] if isinstance(found, list) else found).strip()


def _parse(content: bytes) -> Calendar:
    """The first calendar in ``content`` with a meeting; a broken one is read without all the rest."""
    if len(content) > MAX_BYTES:
        raise ValueError
    read = (
        _read(content)
        or _read(_without_others(content, (b"VEVENT", b"VTIMEZONE")))
        or _read(_without_others(content, (b"VEVENT",)))
    )
    calendars = [one for one in read if isinstance(one, Calendar)]
    return next(one for one in calendars if any(part.name == "VEVENT" for part in one.subcomponents))


def _read(content: bytes) -> list[Component]:
    try:
        return list(Calendar.from_ical(content, multiple=True))
    except _FAULTS:
        return []


def _without_others(content: bytes, wanted: Collection[bytes]) -> bytes:
    """The lines of ``content`` that can be read and belong to a calendar or a ``wanted`` part of one."""
    kept: list[bytes] = []
    within: list[bytes] = []
    for line in _FOLD.sub(b"", content).splitlines():
        mark, _, name = line.upper().partition(b":")
        name = name.strip()
        within += [name] if mark == b"BEGIN" else []
        if _CONTENT_LINE.match(line) and (len(within) < 2 or within[1] in wanted):
            kept.append(line)
        if mark == b"END" and within[-1:] == [name]:
            within.pop()
    return b"\r\n".join(kept) + b"\r\n"


def _invitation(kind: InvitationKind, event: Component, more: int) -> Invitation:
    start, end = _decoded(event, "DTSTART"), _decoded(event, "DTEND")
    length = _decoded(event, "DURATION")
    all_day = isinstance(start, date) and not isinstance(start, datetime)
    begins = _moment(start)
    ends = _moment(end)
    if ends is None and begins is not None:
        ends = begins + (length if isinstance(length, timedelta) else timedelta(days=int(all_day)))
    return Invitation(
        kind=kind,
        uid=str(event.get("UID", "")),
        summary=_text(event.get("SUMMARY")),
        organizer=_address(event.get("ORGANIZER")),
        start=begins,
        end=ends,
        all_day=all_day,
        location=_text(event.get("LOCATION")),
        description=_lines(event.get("DESCRIPTION")),
        attendees=tuple(_attendees(event)),
        repeats="RRULE" in event or "RDATE" in event,
        more=more,
    )


def _reply(event: Component, me: MailAddress, attendance: Attendance, at: datetime) -> Calendar:
    reply = Calendar()
    reply.add("PRODID", "-//Cong Thu//VI")
    reply.add("VERSION", "2.0")
    reply.add("METHOD", "REPLY")
    answer = Event()
    for name in ("UID", "SEQUENCE", "RECURRENCE-ID", "ORGANIZER", "SUMMARY"):
        if name in event:
            answer[name] = event[name]
    for name in ("DTSTART", "DTEND"):
        moment = _decoded(event, name)
        if isinstance(moment, datetime):
            answer.add(name, _moment(moment))
        elif isinstance(moment, date):
            answer.add(name, moment)
    answer.add("DTSTAMP", at.astimezone(UTC))
    answer["ATTENDEE"] = _myself(event, me, attendance)
    reply.add_component(answer)
    return reply


def _myself(event: Component, me: MailAddress, attendance: Attendance) -> vCalAddress:
    """The attendee as the organiser wrote them, so that the organiser's program finds the row again."""
    listed = next((one for one in _listed(event) if _is_me(one, me)), None)
    who = vCalAddress(str(listed) if listed is not None else f"mailto:{me.addr_spec}")
    if me.display_name:
        who.params["CN"] = vText(me.display_name)
    who.params["PARTSTAT"] = vText(attendance.value)
    return who


def _is_me(listed: object, me: MailAddress) -> bool:
    found = _address(listed)
    return found is not None and found.addr_spec.casefold() == me.addr_spec.casefold()


def _attendees(event: Component) -> Iterable[Attendee]:
    for one in _listed(event)[:MAX_ATTENDEES]:
        address = _address(one)
        if address is not None:
            answer = str(one.params.get("PARTSTAT", "")).upper()
            yield Attendee(address, Attendance(answer) if answer in set(Attendance) else None)


def _listed(event: Component) -> list[vCalAddress]:
    found = event.get("ATTENDEE", [])
    return list(found) if isinstance(found, list) else [found]


def _address(value: object) -> MailAddress | None:
    if not isinstance(value, vCalAddress):
        return None
    scheme, _, address = str(value).partition(":")
    if scheme.casefold() != "mailto" or "@" not in address:
        return None
    return MailAddress(_text(address), _text(value.params.get("CN", "")))


def _decoded(event: Component, name: str) -> object:
    try:
        value = event.get(name)
        return getattr(value, "dt", None) or getattr(value, "td", None)
    except _FAULTS:
        return None  # a moment that is none


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or _HERE).astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), _HERE).astimezone(UTC)
    return None


def _text(value: object) -> str:
    """On one line; nothing that could turn the line round or stand for a control character."""
    return printable(str(value or "")[:_MAX_TEXT])


def _lines(value: object) -> str:
    return "\n".join(map(printable, str(value or "")[:_MAX_TEXT].splitlines())).strip()
