"""LDAP's messages (RFC 4511): those that are sent, as bytes; those that come, as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from client.model.ldap_filter import Filter, Operator, parse_filter
from client.net import ber

PAGED = b"1.2.840.113556.1.4.319"
"""Simple paged results (RFC 2696)."""
START_TLS = b"1.3.6.1.4.1.1466.20037"
BIND_ANSWER, ENTRY, DONE, REFERENCE, EXTENDED_ANSWER = 0x61, 0x64, 0x65, 0x73, 0x78
_CONTEXT, _BUILT = 0x80, 0xA0
_COMBINED = {Operator.ALL_OF: 0, Operator.ANY_OF: 1, Operator.NOT: 2}
_COMPARED = {Operator.EQUAL: 3, Operator.AT_LEAST: 5, Operator.AT_MOST: 6, Operator.ALIKE: 8}
_LIKE, _PRESENT = 4, 7
_SUBTREE, _NEVER_DEREFERENCE = 2, 0


@dataclass(frozen=True, slots=True)
class Message:
    """An operation as it came."""

    number: int
    """0: the server speaks unasked."""
    tag: int
    content: bytes
    controls: bytes = b""


@dataclass(frozen=True, slots=True)
class Result:
    """How an operation ended (RFC 4511 section 4.1.9)."""

    code: int
    text: bytes
    cookie: bytes = b""
    """Where the next page begins; ``b""``: there is none."""


def message(number: int, operation: bytes, controls: bytes = b"") -> bytes:
    """The envelope."""
    return ber.tlv(ber.SEQUENCE, ber.integer(number), operation, ber.tlv(0xA0, controls) if controls else b"")


def start_tls() -> bytes:
    """Ask for TLS on this connection (RFC 4511 section 4.14)."""
    return ber.tlv(0x77, ber.octets(START_TLS, _CONTEXT))


def bind(user: str, password: str) -> bytes:
    """Simple bind of version 3; without name and password anonymous."""
    return ber.tlv(0x60, ber.integer(3), ber.octets(user), ber.octets(password, _CONTEXT))


def unbind() -> bytes:
    """Good-bye."""
    return ber.tlv(0x42)


def search(base: str, text: str, attributes: Iterable[str]) -> bytes:
    """Everything below ``base`` that ``text`` fits; ValueError where that is no filter."""
    return ber.tlv(
        0x63,
        ber.octets(base),
        ber.integer(_SUBTREE, ber.ENUMERATED),
        ber.integer(_NEVER_DEREFERENCE, ber.ENUMERATED),
        ber.integer(0),  # the limit is ours: it is counted over all pages
        ber.integer(0),
        ber.boolean(False),
        _filter(parse_filter(text)),
        ber.tlv(ber.SEQUENCE, *map(ber.octets, attributes)),
    )


def page(size: int, cookie: bytes) -> bytes:
    """The control that asks for the page that begins at ``cookie``.

    Not critical: a server that has no pages answers with everything it is willing to.
    """
    value = ber.tlv(ber.SEQUENCE, ber.integer(size), ber.octets(cookie))
    return ber.tlv(ber.SEQUENCE, ber.octets(PAGED), ber.octets(value))


def read_message(content: bytes) -> Message:
    """What a SEQUENCE that came holds; ValueError for what is no message."""
    parts = list(ber.items(content))
    if len(parts) < 2 or parts[0][0] != ber.INTEGER:
        raise ValueError("message")
    controls = next((value for tag, value in parts[2:] if tag == 0xA0), b"")
    return Message(ber.number(parts[0][1]), parts[1][0], parts[1][1], controls)


def read_result(came: Message) -> Result:
    """The result that a message carries; ValueError."""
    parts = list(ber.items(came.content))
    if len(parts) < 3 or parts[0][0] != ber.ENUMERATED:
        raise ValueError("result")
    return Result(ber.number(parts[0][1]), parts[2][1], _cookie(came.controls))


def read_entry(content: bytes) -> dict[str, list[bytes]]:
    """The attributes of an entry, names in lower case and without options; ValueError."""
    parts = list(ber.items(content))
    if len(parts) < 2:
        raise ValueError("entry")
    found: dict[str, list[bytes]] = {}
    for _, attribute in ber.items(parts[1][1]):
        kind, values = list(ber.items(attribute))[:2]
        name = kind[1].decode("ascii", "replace").lower().partition(";")[0]
        found.setdefault(name, []).extend(value for _, value in ber.items(values[1]))
    return found


def _cookie(controls: bytes) -> bytes:
    for _, control in ber.items(controls):
        parts = list(ber.items(control))
        if len(parts) > 1 and parts[0][1] == PAGED:
            ((_, value),) = ber.items(parts[-1][1])
            return list(ber.items(value))[1][1]
    return b""


def _filter(one: Filter) -> bytes:
    if one.operator in _COMBINED:
        return ber.tlv(_BUILT | _COMBINED[one.operator], *map(_filter, one.parts))
    if one.operator is Operator.PRESENT:
        return ber.octets(one.attribute, _CONTEXT | _PRESENT)
    if one.operator is Operator.LIKE:
        first, *middle, last = one.value
        pieces = [(0, first), *((1, piece) for piece in middle), (2, last)]
        told = (ber.octets(piece, _CONTEXT | place) for place, piece in pieces if piece)
        return ber.tlv(_BUILT | _LIKE, ber.octets(one.attribute), ber.tlv(ber.SEQUENCE, *told))
    return ber.tlv(_BUILT | _COMPARED[one.operator], ber.octets(one.attribute), ber.octets(one.value[0]))
