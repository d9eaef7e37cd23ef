"""Which policy is in use: the machine's and the user's files where they are good, else the last good ones.

Start-up must not fail because somebody left a faulty file: what cannot be taken is told (`problems`),
and what was good before, or the shipped rules, hold meanwhile.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from client.config.paths import Paths, SitePaths, signature_of
from client.config.policy import Policy
from client.config.policy_layers import Head, Layer, LayerFile, Stack, read_policy_file, stacked
from client.errors import ClientError, PolicyRefused, PolicySignatureInvalid
from client.model.policy_state import Instead, OperatorSignature, PolicyProblem
from client.services.policy_record import PolicyRecord
from client.store.atomic import write_atomically

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SignedFile:
    """A policy file and the signature beside it, read once."""

    path: Path
    content: bytes
    signature: bytes = b""

    @classmethod
    def read(cls, path: Path, signature: Path | None = None) -> SignedFile:
        """Raises `ConfigInvalid`, `PolicySignatureInvalid` (policy-unsigned)."""
        beside = signature if signature is not None else signature_of(path)
        try:
            return cls(path, read_policy_file(path), read_policy_file(beside))
        except ClientError as error:
            if _is_there(path) and not _is_there(beside):
                raise PolicySignatureInvalid(path=str(path), reason="policy-unsigned") from error
            raise

    @property
    def sha256(self) -> str:
        """Hex digest of the policy itself."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class InstalledPolicy:
    """The policy in use, and how it came to be."""

    stack: Stack
    signature: OperatorSignature | None = None
    """Of the city's file, where there is one."""
    problems: tuple[PolicyProblem, ...] = ()
    files: tuple[LayerFile, ...] = ()
    """What is laid over the shipped policy."""

    @property
    def policy(self) -> Policy:
        """What the rules are measured by."""
        return self.stack.policy


@dataclass(frozen=True, slots=True)
class _Taken:
    files: tuple[LayerFile, ...] = ()
    signature: OperatorSignature | None = None
    problems: tuple[PolicyProblem, ...] = ()
    keep: tuple[tuple[str, bytes], ...] = field(default=())
    """What to keep for bad days, by name."""


def operators(site: SitePaths) -> tuple[bytes, ...]:
    """The operator's pinned certificates (DER); none where the folder cannot be read."""
    from client.crypto.policy_signature import pinned_certificates

    try:
        files = [path.read_bytes() for path in sorted(site.operators.iterdir()) if path.is_file()]
    except OSError:
        return ()
    return pinned_certificates(files)


def verified(file: SignedFile, site: SitePaths, at: datetime) -> OperatorSignature:
    """Who of the operator signed it; raises `PolicySignatureInvalid`."""
    from client.crypto.policy_signature import verify_policy

    return verify_policy(file.content, file.signature, operators(site), at, str(file.path))


def city_stack(file: SignedFile, at: datetime) -> Stack:
    """The city's layer on the shipped policy; raises `ConfigInvalid`, `PolicyRefused`."""
    stack = stacked([LayerFile(Layer.CITY, str(file.path), file.content)])
    _refuse_out_of_force(stack.heads[-1], at)
    return stack


def find_policy(paths: Paths, site: SitePaths, at: datetime, *, remember: bool = False) -> InstalledPolicy:
    """The policy in use now; never fails because of a policy file.

    With ``remember`` what is good is kept for the day on which it no longer is.
    """
    city = _city(paths, site, at)
    office = _Taken(city.files)
    for name, path in (("office-machine.toml", site.office), ("office.toml", paths.office_policy)):
        office = _with_office(office, name, path, paths, at)
    problems = (*city.problems, *office.problems)
    found = InstalledPolicy(stacked(office.files), city.signature, problems, office.files)
    if remember:
        try:
            _remember(paths, found, (*city.keep, *office.keep))
        except (ClientError, OSError) as error:
            # The policy is good all the same; what is not kept is only missing on a bad day.
            _LOG.warning("policy not kept: %s", type(error).__name__)
    return found


def _city(paths: Paths, site: SitePaths, at: datetime) -> _Taken:
    if not _is_there(site.city):
        return _Taken()
    record = PolicyRecord.load(site.record)
    seen = PolicyRecord.load(paths.kept_policies / "seen.json")
    problems: list[PolicyProblem] = []
    for path in (site.city, paths.kept_policies / "city.toml", site.previous):
        if path is not site.city and not _is_there(path):
            continue
        try:
            file = SignedFile.read(path)
            signature = verified(file, site, at)
            head = city_stack(file, at).heads[-1]
            for known in (record, replace(seen, back_to=record.back_to)):
                known.refuse_older(head, file.sha256)
        except ClientError as error:
            # The first is the one people know of; that a stand-in is no better helps nobody.
            problems = problems or [PolicyProblem(error, Instead.LOWER)]
            continue
        kept = (("city.toml", file.content), ("city.toml.p7s", file.signature))
        problems = [replace(one, instead=Instead.PREVIOUS) for one in problems]
        layer = LayerFile(Layer.CITY, str(path), file.content)
        return _Taken((layer,), signature, tuple(problems), kept)
    return _Taken(problems=tuple(problems))


def _with_office(below: _Taken, name: str, path: Path, paths: Paths, at: datetime) -> _Taken:
    """``below`` with an office's layer on it, or the one kept in its place."""
    if not _is_there(path):
        return below
    problems = list(below.problems)
    for place in (path, paths.kept_policies / name):
        try:
            layer = LayerFile(Layer.OFFICE, str(place), read_policy_file(place))
            _refuse_out_of_force(stacked([*below.files, layer]).heads[-1], at)
        except ClientError as error:
            if place is path:
                problems.append(PolicyProblem(error, Instead.LOWER))
            continue
        if place is not path:
            problems[-1] = replace(problems[-1], instead=Instead.PREVIOUS)
        keep = (*below.keep, (name, layer.content))
        return _Taken((*below.files, layer), below.signature, tuple(problems), keep)
    return replace(below, problems=tuple(problems))


def _is_there(path: Path) -> bool:
    """A file this user may not even look for is there: that it cannot be read is told, not passed over."""
    try:
        return path.exists()
    except OSError:
        return True


def _refuse_out_of_force(head: Head, at: datetime) -> None:
    reason = head.not_in_force(at.astimezone().date())
    if reason:
        raise PolicyRefused(path=head.path, known="", reason=reason)


def _remember(paths: Paths, found: InstalledPolicy, keep: tuple[tuple[str, bytes], ...]) -> None:
    for name, content in keep:
        place = paths.kept_policies / name
        if not place.is_file() or place.read_bytes() != content:
            write_atomically(place, content)
    city = dict(keep).get("city.toml")
    head = next((one for one in found.stack.heads if one.layer is Layer.CITY), None)
    if city is not None and head is not None:
        seen = paths.kept_policies / "seen.json"
        PolicyRecord.load(seen).with_taken(head, hashlib.sha256(city).hexdigest()).save(seen)
