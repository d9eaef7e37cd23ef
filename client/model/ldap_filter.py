"""Search filters of LDAP as people write them (RFC 4515), read into a tree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

DEEPEST = 16
"""Levels of parentheses; no filter that people write has more."""
_ATTRIBUTE = re.compile(r"(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)(?:;[A-Za-z0-9-]+)*")
_COMPARISON = re.compile(rf"({_ATTRIBUTE.pattern})(=|>=|<=|~=)([^()]*)")
_ESCAPE = re.compile(rb"\\([0-9A-Fa-f]{2})")


class Operator(StrEnum):
    """What a filter asks; ``ANY_OF`` … are made of filters, the others compare."""

    ALL_OF = "&"
    ANY_OF = "|"
    NOT = "!"
    EQUAL = "="
    AT_LEAST = ">="
    AT_MOST = "<="
    ALIKE = "~="
    PRESENT = "=*"
    LIKE = "*"
    """Equal with gaps: ``value`` holds what stands between them, the first and the last may be empty."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One node."""

    operator: Operator
    parts: tuple[Filter, ...] = ()
    attribute: str = ""
    value: tuple[bytes, ...] = ()


def parse_filter(text: str) -> Filter:
    """The tree of ``(&(objectClass=person)(mail=*))``; raises ValueError for what is no filter.

    Extensible matches (``:dn:=``) are not read.
    """
    found, rest = _filter(text.strip(), 0)
    if rest:
        raise ValueError(rest)
    return found


def is_attribute(text: str) -> bool:
    """Whether ``text`` can be the name of an attribute (RFC 4512 section 2.5)."""
    return _ATTRIBUTE.fullmatch(text) is not None


def _filter(text: str, depth: int) -> tuple[Filter, str]:
    if not text.startswith("(") or depth > DEEPEST:
        raise ValueError(text)
    inner = text[1:]
    if inner[:1] in ("&", "|", "!"):
        found, rest = _combined(inner, depth)
    else:
        found, rest = _comparison(inner)
    if not rest.startswith(")"):
        raise ValueError(text)
    return found, rest[1:].lstrip()


def _combined(text: str, depth: int) -> tuple[Filter, str]:
    operator, rest = Operator(text[0]), text[1:].lstrip()
    parts: list[Filter] = []
    while rest.startswith("("):
        part, rest = _filter(rest, depth + 1)
        parts.append(part)
    if not parts or (operator is Operator.NOT and len(parts) > 1):
        raise ValueError(text)
    return Filter(operator, tuple(parts)), rest


def _comparison(text: str) -> tuple[Filter, str]:
    match = _COMPARISON.match(text)
    if match is None:
        raise ValueError(text)
    attribute, sign, value = match.groups()
    rest = text[match.end() :]
    if sign != "=":
        return Filter(Operator(sign), (), attribute, (_unescaped(value),)), rest
    if value == "*":
        return Filter(Operator.PRESENT, (), attribute), rest
    pieces = tuple(map(_unescaped, value.split("*")))
    if len(pieces) > 1 and not all(pieces[1:-1]):
        raise ValueError(text)
    return Filter(Operator.LIKE if len(pieces) > 1 else Operator.EQUAL, (), attribute, pieces), rest


def _unescaped(value: str) -> bytes:
    raw = value.encode()
    if raw.count(b"\\") != len(_ESCAPE.findall(raw)):
        raise ValueError(value)
    return _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), raw)
