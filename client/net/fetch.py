"""FETCH responses read by our own framing: IMAPClient's lexer takes each character in Python.

The common order of items is matched by one expression; any other legal order goes through
a small tokenizer. A response that is neither is dropped: the next full pass finds the message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from client.net.session import FetchedHeader

HEADER_FIELDS = (
    b"DATE FROM SENDER REPLY-TO TO CC BCC SUBJECT MESSAGE-ID IN-REPLY-TO REFERENCES CONTENT-TYPE X-PRIORITY"
)
HEADER_ITEMS = b"(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (" + HEADER_FIELDS + b")])"

COMMON_HEADER = re.compile(
    rb"\* \d+ FETCH \(UID (\d{1,10}) FLAGS \(([^)\r\n]*)\) INTERNALDATE \"([^\"\r\n]{20,30})\""
    rb" RFC822\.SIZE (\d{1,19}) BODY\[HEADER\.FIELDS [^\]\r\n]*\] \{(\d{1,9})\}\r\n"
)
"""The usual answer to `HEADER_ITEMS` up to its literal, whose length is the last group."""
_COMMON_FLAGS = re.compile(rb"\* \d+ FETCH \((?:UID (\d+) FLAGS \(([^)]*)\)|FLAGS \(([^)]*)\) UID (\d+))")
_FETCH = re.compile(rb"\* \d+ FETCH \(", re.IGNORECASE)
_TOKEN = re.compile(
    rb"""\ *(?:
        (?P<literal>~?\{\d+\}\r\n)
      | "(?P<quoted>(?:[^"\\]|\\.)*)"
      | (?P<open>\()
      | (?P<close>\))
      | (?P<atom>[^\s()"\[\]{]+(?:\[[^\]]*\](?:<\d+>)?)?)
      | (?P<end>\r\n)
    )""",
    re.VERBOSE,
)
_COPYUID = re.compile(rb"\[COPYUID (\d{1,10}) ([\d:,]{1,100000}) ([\d:,]{1,100000})\]", re.IGNORECASE)
_MOST_UIDS = 1_000_000
_USUAL_FLAGS = 500
_MONTHS = {
    name: number
    for number, name in enumerate(
        (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"), 1
    )
}
_EPOCH = datetime.fromtimestamp(0, UTC)

Value = bytes | list["Value"] | None
Items = dict[bytes, Value]


def parse_header(pieces: list[bytes]) -> FetchedHeader | None:
    """The message in one response to `HEADER_ITEMS`; None when it is about something else."""
    if len(pieces) == 3 and pieces[2] == b")\r\n" and (match := COMMON_HEADER.fullmatch(pieces[0])):
        return common_header(match, pieces[1])
    items = parse_items(pieces)
    if items is None or (number := _number(items.get(b"UID"))) == 0:
        return None
    header = next((value for name, value in items.items() if name.startswith(b"BODY[HEADER")), None)
    if not isinstance(header, bytes):
        return None
    return FetchedHeader(
        number,
        _flags_of(items.get(b"FLAGS")),
        read_internal_date(_bytes(items.get(b"INTERNALDATE"))),
        _number(items.get(b"RFC822.SIZE")),
        header,
    )


def common_header(match: re.Match[bytes], header: bytes) -> FetchedHeader:
    """The message in a response that `COMMON_HEADER` matched."""
    uid, flags, date, size, _ = match.groups()
    return FetchedHeader(int(uid), read_flags(flags), read_internal_date(date), int(size), header)


def parse_flags(pieces: list[bytes]) -> tuple[int, frozenset[str]] | None:
    """UID and flags in one response; None when it lacks either."""
    if match := _COMMON_FLAGS.match(pieces[0]):
        first, flags, other_flags, other = match.groups()
        return int(first or other), read_flags(flags if flags is not None else other_flags)
    items = parse_items(pieces)
    if items is None or b"FLAGS" not in items or (number := _number(items.get(b"UID"))) == 0:
        return None
    return number, _flags_of(items[b"FLAGS"])


def parse_body(pieces: list[bytes]) -> tuple[int, bytes] | None:
    """UID and octets in one response to ``(UID BODY.PEEK[])`` or to a part of it; NIL is none of them."""
    items = parse_items(pieces)
    if items is None:
        return None
    for name, value in items.items():
        if name.startswith(b"BODY[]") and not isinstance(value, list):
            return _number(items.get(b"UID")), value or b""
    return None


def parse_items(pieces: list[bytes]) -> Items | None:
    """Name and value of every item of a FETCH response; None for any other or a broken response."""
    head = _FETCH.match(pieces[0])
    if head is None:
        return None
    tokens = _tokens(pieces, head.end())
    items: Items = {}
    try:
        while isinstance(name := _value(tokens), bytes):
            items[name.upper()] = _value(tokens)
    except (StopIteration, ValueError):
        return None
    return items


def read_flags(text: bytes) -> frozenset[str]:
    """``\\Seen $Forwarded`` as a set; equal texts share one set, but for absurdly long ones."""
    return _known_flags(text) if len(text) <= _USUAL_FLAGS else _flags_in(text)


@lru_cache(maxsize=512)
def _known_flags(text: bytes) -> frozenset[str]:
    return _flags_in(text)


def _flags_in(text: bytes) -> frozenset[str]:
    return frozenset(flag.decode("ascii", "replace") for flag in text.split())


def read_internal_date(text: bytes) -> datetime:
    """``17-Jul-1996 02:44:25 -0700`` in UTC (RFC 9051 section 2.3.3); 1970 when it cannot be read."""
    try:
        text = text.strip()
        day, clock, zone = text.split()
        hour, minute, second = clock.split(b":")
        seconds = int(hour) * 3600 + int(minute) * 60 + min(int(second), 59)
        return _midnight(day, zone) + timedelta(seconds=seconds)
    except (ValueError, KeyError, OverflowError):
        return _EPOCH


@lru_cache(maxsize=4096)
def _midnight(day: bytes, zone: bytes) -> datetime:
    """The beginning of ``17-Jul-1996`` there, in UTC."""
    number, month, year = day.split(b"-")
    return datetime(int(year), _MONTHS[month.lower()], int(number), tzinfo=_zone(zone)).astimezone(UTC)


def write_internal_date(when: datetime) -> bytes:
    """The form above of an aware ``when``, quoted; month names do not depend on the locale."""
    month = next(name for name, number in _MONTHS.items() if number == when.month).title()
    return when.strftime(f'"%d-{month.decode()}-%Y %H:%M:%S %z"').encode()


def read_copyuid(line: bytes) -> dict[int, int]:
    """Old UID → new UID from ``[COPYUID validity old new]`` (RFC 4315 section 3); empty where it is none."""
    found = _COPYUID.search(line)
    if found is None or not int(found[1]):
        return {}
    old, new = _expand(found[2]), _expand(found[3])
    return dict(zip(old, new, strict=True)) if len(old) == len(new) and 0 not in new else {}


def compress_uids(uids: Iterable[int], limit: int = 6000) -> Iterator[bytes]:
    """``1:3,7`` for UIDs, in pieces of at most ``limit`` bytes: servers refuse long lines."""
    piece = b""
    for low, high in _runs(sorted(set(uids))):
        text = b"%d:%d" % (low, high) if high > low else b"%d" % low
        if piece and len(piece) + len(text) >= limit:
            yield piece
            piece = b""
        piece += b"," + text if piece else text
    if piece:
        yield piece


def _expand(uids: bytes) -> list[int]:
    """``1:3,7`` as numbers; nothing where it is malformed or absurdly long."""
    found: list[int] = []
    for part in uids.split(b","):
        low, _, high = part.partition(b":")
        if not low.isdigit() or (high and not high.isdigit()):
            return []
        first, last = sorted((int(low), int(high or low)))
        if last - first + len(found) > _MOST_UIDS:
            return []
        found += range(first, last + 1)
    return found


def _runs(ordered: list[int]) -> Iterator[tuple[int, int]]:
    low = high = 0
    for uid in ordered:
        if low and uid == high + 1:
            high = uid
            continue
        if low:
            yield low, high
        low = high = uid
    if low:
        yield low, high


@lru_cache(maxsize=64)
def _zone(text: bytes) -> timezone:
    minutes = int(text[1:3]) * 60 + int(text[3:5])
    return timezone(timedelta(minutes=-minutes if text[:1] == b"-" else minutes))


def _tokens(pieces: list[bytes], start: int) -> Iterator[tuple[str, bytes]]:
    for index in range(0, len(pieces), 2):
        line, position = pieces[index], start if index == 0 else 0
        while position < len(line):
            match = _TOKEN.match(line, position)
            if match is None or match.end() == position:
                raise ValueError("not a token")
            kind = match.lastgroup or ""
            if kind == "literal" and index + 1 == len(pieces):
                raise ValueError("not a literal's length")
            # A literal's content is the next piece; the line says only how long it is.
            yield kind, pieces[index + 1] if kind == "literal" else match[kind]
            position = match.end()
    yield "end", b""


def _value(tokens: Iterator[tuple[str, bytes]]) -> Value:
    """The next value; None for NIL and for the closing parenthesis that ends a list."""
    kind, text = next(tokens)
    if kind == "open":
        return list(_list(tokens))
    if kind == "close" or (kind == "atom" and text.upper() == b"NIL"):
        return None
    if kind == "end":
        raise ValueError("ends too early")
    return re.sub(rb"\\(.)", rb"\1", text) if kind == "quoted" else text


def _list(tokens: Iterator[tuple[str, bytes]]) -> Iterator[Value]:
    depth = 1
    while True:
        kind, text = next(tokens)
        depth += (kind == "open") - (kind == "close")
        if depth == 0:
            return
        if kind == "end":
            raise ValueError("ends too early")
        if kind not in {"open", "close"}:
            yield text  # nested lists (ENVELOPE, BODYSTRUCTURE) are flattened: none is asked for


def _number(value: Value) -> int:
    return int(value) if isinstance(value, bytes) and value.isdigit() and len(value) < 20 else 0


def _bytes(value: Value) -> bytes:
    return value if isinstance(value, bytes) else b""


def _flags_of(value: Value) -> frozenset[str]:
    return (
        read_flags(b" ".join(flag for flag in value if isinstance(flag, bytes)))
        if isinstance(value, list)
        else frozenset()
    )
