"""Reading a policy strictly: what it does not know it refuses, and says what was probably meant."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal, TypeVar, get_args, get_origin

import msgspec

from client.config.nearest import nearest
from client.config.rule_entry import RuleEntry
from client.errors import ConfigInvalid

T = TypeVar("T")
_LARGEST = 1e9
"""No figure of a policy is larger; arithmetic on one that is could fail in the middle of a rule."""


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """``over`` laid on ``base``: tables are merged, everything else is replaced."""
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        both_tables = isinstance(old, Mapping) and isinstance(value, Mapping)
        merged[key] = merge(old, value) if both_tables else value  # type: ignore[arg-type] # both_tables says so
    return merged


def convert(raw: Mapping[str, Any], kind: type[T], path: str, prefix: str = "") -> T:
    """``raw`` as ``kind``; raises `ConfigInvalid` naming the key at fault, after ``prefix``."""
    _refuse_unknown(raw, kind, prefix, path)
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        key = _key_in(str(error))
        raise ConfigInvalid(path=path, key=f"{prefix}{key}", suggestion=_meant(str(error), kind)) from error


def refuse_unknown_rules(raw: Mapping[str, Any], known: Iterable[str], path: str) -> None:
    """A rule the product does not have is a slip of the pen."""
    rules = raw.get("rules", {})
    if isinstance(rules, Mapping):
        _check_names(rules, known, "rules.", path)


def refuse_unknown_params(base: Mapping[str, RuleEntry], own: Mapping[str, RuleEntry], path: str) -> None:
    """A rule's parameters and cases are declared by the shipped policy; a file may not invent any."""
    for code, entry in own.items():
        declared = base[code].params
        _check_names(entry.severity_when, base[code].severity_when, f"rules.{code}.severity_when.", path)
        _check_names(entry.params, declared, f"rules.{code}.params.", path)
        for name, value in entry.params.items():
            if not _same_kind(declared[name], value):
                raise ConfigInvalid(path=path, key=f"rules.{code}.params.{name}", suggestion="")


def refuse_own_tightening(raw: Mapping[str, Any], path: str) -> None:
    """Which way a parameter is tighter is the program's own knowledge: a file that turned it round could
    let anything pass."""
    rules = raw.get("rules", {})
    for code, entry in rules.items() if isinstance(rules, Mapping) else ():
        if isinstance(entry, Mapping) and "tighter" in entry:
            raise ConfigInvalid(path=path, key=f"rules.{code}.tighter", suggestion="")


def refuse_unsafe_numbers(rules: Mapping[str, RuleEntry], path: str) -> None:
    """Figures a rule can count with: finite, not negative, not beyond all measure.

    Every comparison with ``nan`` is false, so that a rule with one in it would never be broken.
    """
    for code, entry in rules.items():
        for name, value in entry.params.items():
            if isinstance(value, int | float) and not 0 <= value <= _LARGEST:
                raise ConfigInvalid(path=path, key=f"rules.{code}.params.{name}", suggestion="")


def refuse_unsafe_texts(code: str, entry: RuleEntry, path: str) -> None:
    """Placeholders are bare names and patterns compile, or the rule would fail when it is needed."""
    for language, text in (("vi", entry.vi), ("en", entry.en)):
        for field in ("message", "fix"):
            if not _plain_placeholders(getattr(text, field)):
                raise ConfigInvalid(path=path, key=f"rules.{code}.{language}.{field}", suggestion="")
    for name, value in entry.params.items():
        if name.endswith("_patterns") and not (isinstance(value, tuple) and all(map(compiles, value))):
            raise ConfigInvalid(path=path, key=f"rules.{code}.params.{name}", suggestion="")


def _refuse_unknown(raw: object, kind: Any, prefix: str, path: str) -> None:
    if not isinstance(raw, Mapping):
        return
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        fields = _fields(kind)
        _check_names(raw, fields, prefix, path)
        for key, value in raw.items():
            _refuse_unknown(value, fields[key], f"{prefix}{key}.", path)
    elif get_origin(kind) is dict:
        for key, value in raw.items():
            _refuse_unknown(value, get_args(kind)[1], f"{prefix}{key}.", path)


@cache
def _fields(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Name and type of every field; the library works them out anew each time it is asked."""
    return {field.encode_name: field.type for field in msgspec.structs.fields(kind)}


def _check_names(names: Iterable[str], known: Iterable[str], prefix: str, path: str) -> None:
    known = tuple(known)
    for name in names:
        _must_know(name, known, prefix, path)


def _must_know(name: str, known: Iterable[str], prefix: str, path: str) -> None:
    known = tuple(known)
    if name not in known:
        raise ConfigInvalid(path=path, key=f"{prefix}{name}", suggestion=nearest(name, known, likeness=0.5))


def _same_kind(declared: object, value: object) -> bool:
    if isinstance(declared, bool) or isinstance(value, bool):
        return isinstance(declared, bool) and isinstance(value, bool)
    if isinstance(declared, int | float):
        return isinstance(value, int | float)
    return type(declared) is type(value)


def _plain_placeholders(text: str) -> bool:
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:
        return False
    return all(name.isidentifier() for name in names)


def compiles(pattern: str) -> bool:
    """Whether it is a regular expression."""
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _key_in(message: str) -> str:
    """The key in msgspec's "... - at `$.rules[...].severity`"; for a missing field, that field."""
    place = re.search(r"at `\$\.?(.*?)`$", message)
    missing = re.search(r"missing required field `(.*?)`", message)
    parts = [place.group(1) if place else "", missing.group(1) if missing else ""]
    return ".".join(part for part in parts if part)


def _meant(message: str, kind: Any) -> str:
    """The value that was probably meant where one of a few words is wanted: ``warm`` for ``warn``."""
    wrong = re.search(r"Invalid enum value '(.*?)'", message)
    return nearest(wrong[1], _words_of(kind), likeness=0.5) if wrong else ""


def _words_of(kind: Any, seen: frozenset[Any] = frozenset()) -> Iterable[str]:
    """Every word that stands for itself somewhere in ``kind``."""
    if kind in seen:
        return
    if get_origin(kind) is Literal:
        yield from get_args(kind)
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        for field in msgspec.structs.fields(kind):
            yield from _words_of(field.type, seen | {kind})
    else:
        for argument in get_args(kind):
            yield from _words_of(argument, seen)
