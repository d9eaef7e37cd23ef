"""The policy put together: the shipped tables, the city's file over them, an office's over both.

A layer names only what differs and has to carry its own ``id`` and ``version``. Only the operator's
may ask less than what lies below it; of the rules of `FIXED_SEVERITIES` not even that one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from client.config.paths import resources_dir
from client.config.policy import FIXED_SEVERITIES, Policy
from client.config.policy_directory import refuse_unusable_directory
from client.config.policy_load import (
    convert,
    merge,
    refuse_own_tightening,
    refuse_unknown_params,
    refuse_unknown_rules,
    refuse_unsafe_numbers,
    refuse_unsafe_texts,
)
from client.config.policy_mail import refuse_unusable_mail
from client.config.policy_sense import refuse_nonsense
from client.config.policy_trust import refuse_unusable
from client.config.rule_entry import RuleEntry
from client.config.tightening import Bearing, Change, changes
from client.errors import ConfigInvalid, PolicyRefused, StorageFailed
from client.model.finding import Severity

MOST_BYTES = 4 * 1024 * 1024
"""A policy file is text that people wrote."""


_LONGEST_FIGURE = 9


class Layer(StrEnum):
    """Whose word an entry is; the last one wins."""

    BUILTIN = "builtin"
    CITY = "city"
    OFFICE = "office"

    @property
    def may_loosen(self) -> bool:
        """Whether it may ask less than what lies below."""
        return self is Layer.CITY


@dataclass(frozen=True, slots=True)
class LayerFile:
    """One file of the stack: the bytes that were judged are the bytes that are read."""

    layer: Layer
    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """What one layer says of itself."""

    layer: Layer
    path: str
    policy_id: str
    version: str
    issued_by: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    """The last day."""

    @property
    def number(self) -> tuple[int, ...] | None:
        """The version as figures, so that a later one is greater; None for one that is not made of them."""
        return version_number(self.version)

    def not_in_force(self, day: date) -> str:
        """``policy-not-yet-valid``, ``policy-expired``, or ``""`` on a day on which it holds."""
        if self.valid_from is not None and day < self.valid_from:
            return "policy-not-yet-valid"
        return "policy-expired" if self.valid_until is not None and day > self.valid_until else ""


@dataclass(frozen=True, slots=True)
class Stack:
    """The policy in force and where its entries come from."""

    policy: Policy
    heads: tuple[Head, ...] = ()
    """Of the files laid over the shipped policy, the uppermost last."""
    origins: Mapping[str, Layer] = field(default_factory=dict)
    """By dotted key: the layer that changed it last; all others are the shipped ones."""


def builtin_policy(resources: Path) -> Policy:
    """The policy the product ships."""
    return _shipped(resources / "rules")[1]


def load_policy(path: Path, resources: Path | None = None, *, layer: Layer = Layer.OFFICE) -> Policy:
    """One file laid over the shipped policy; raises as `stacked`."""
    return stacked([LayerFile(layer, str(path), read_policy_file(path))], resources).policy


def read_policy_file(path: Path) -> bytes:
    """The bytes of a policy file.

    Raises `StorageFailed` (file-missing, access) for one that cannot be read, `ConfigInvalid` for one
    that is far too large.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise StorageFailed(path=str(path), reason="file-missing") from error
    except OSError as error:
        raise StorageFailed(path=str(path), reason="access") from error
    if len(content) > MOST_BYTES:
        raise ConfigInvalid(path=str(path), key="TOML", suggestion="")
    return content


def stacked(files: Iterable[LayerFile], resources: Path | None = None) -> Stack:
    """The layers laid over the shipped policy, in this order.

    Raises `ConfigInvalid` (``path``, ``key``, ``suggestion``) for a file that cannot be read, an
    unknown key, a value of the wrong kind, a missing ``id`` or ``version``; `PolicyRefused` (``path``,
    ``key``, ``layer``) for one that asks less than it may.
    """
    folder = resources if resources is not None else resources_dir()
    raw, base = _shipped(folder / "rules")
    policy = base
    origins: dict[str, Layer] = {}
    heads: list[Head] = []
    for file in files:
        own = _parsed(file.content, file.path)
        raw, below = merge(raw, own), policy
        policy = _laid(own, raw, base, file)
        heads.append(_head(own, file))
        found = changes(msgspec.to_builtins(below), msgspec.to_builtins(policy), below.rules)
        for change in found:
            _refuse_loosening(change, file)
            origins[change.key] = file.layer
    return Stack(policy, tuple(heads), origins)


def _laid(own: dict[str, Any], raw: dict[str, Any], base: Policy, file: LayerFile) -> Policy:
    for key in ("id", "version"):
        if key not in own:
            raise ConfigInvalid(path=file.path, key=key, suggestion="")
    refuse_unknown_rules(own, base.rules, file.path)
    refuse_own_tightening(own, file.path)
    policy = _checked(raw, file.path)
    refuse_unknown_params(base.rules, policy.rules, file.path)
    refuse_unsafe_numbers(policy.rules, file.path)
    refuse_nonsense(policy, file.path)
    return policy


def _head(own: dict[str, Any], file: LayerFile) -> Head:
    return Head(
        file.layer,
        file.path,
        own["id"],
        own["version"],
        own.get("issued_by", ""),
        own.get("valid_from"),
        own.get("valid_until"),
    )


def _refuse_loosening(change: Change, file: LayerFile) -> None:
    if change.bearing in {Bearing.TIGHTER, Bearing.NEUTRAL}:
        return
    fixed = len(change.path) > 2 and change.path[0] == "rules" and change.path[1] in FIXED_SEVERITIES
    decides = change.bearing is Bearing.LOOSER or (fixed and change.path[2] == "params")
    if (fixed and decides) or not file.layer.may_loosen:
        reason = "policy-rule-fixed" if fixed and decides else "policy-only-operator"
        raise PolicyRefused(path=file.path, key=change.key, layer=file.layer.value, reason=reason)


def version_number(version: str) -> tuple[int, ...] | None:
    """``2026.11.2`` as 2026, 11, 2; None for what is not made of figures and dots."""
    parts = version.split(".")
    return tuple(map(int, parts)) if all(_is_figure(part) for part in parts) else None


def _is_figure(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_FIGURE


def _parsed(content: bytes, path: str) -> dict[str, Any]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigInvalid(path=path, key="UTF-8", suggestion="") from error
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        # The library's message ends with the place, or says that the file does: one cut in half.
        named = re.search(r"line (\d+)", str(error))
        line = named[1] if named else text.count("\n") + 1
        raise ConfigInvalid(path=f"{path}:{line}", key="TOML", suggestion="") from error


@cache
def _shipped(folder: Path) -> tuple[dict[str, Any], Policy]:
    """Read once: it lies in the installation and does not change under a running program."""
    raw = _read_pack(folder)
    policy = _checked(raw, str(folder))
    for code in policy.rules:
        floor = FIXED_SEVERITIES.get(code, Severity.INFO)
        if policy.severity(code) < floor:
            raise ConfigInvalid(path=str(folder), key=f"rules.{code}.severity", suggestion=floor.word)
    return raw, policy


def _read_pack(folder: Path) -> dict[str, Any]:
    """The shipped policy: its head, then the tables it is made of."""
    raw = _read(folder / "policy.toml")
    for path in sorted(folder.glob("*.toml")):
        if path.name != "policy.toml":
            raw = merge(raw, _read(path))
    return raw


def _read(path: Path) -> dict[str, Any]:
    return _parsed(read_policy_file(path), str(path))


def _checked(raw: dict[str, Any], path: str) -> Policy:
    rules = raw.get("rules", {})
    for code, entry in rules.items() if isinstance(rules, dict) else ():
        # One by one first: of a whole table the library does not say which entry is at fault.
        convert(entry, RuleEntry, path, f"rules.{code}.")
    policy = convert(raw, Policy, path)
    refuse_unusable(policy.trust, path)
    refuse_unusable_mail(policy.mail, path)
    refuse_unusable_directory(policy.directory_server, path)
    for code, rule in policy.rules.items():
        refuse_unsafe_texts(code, rule, path)
    return policy
