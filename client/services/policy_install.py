"""Puts a city's policy in place for all users of a machine, and goes back to the one before.

Who may do it is the system's to say: the folder is the administrators'. What may be put there is not
theirs alone: it has to carry the operator's signature, be in force, and be newer than any before.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import msgspec

from client.config.paths import SitePaths, signature_of
from client.config.policy_layers import Head
from client.errors import ClientError, PolicyRefused
from client.services.policy_keeper import SignedFile, city_stack, verified
from client.services.policy_record import PolicyRecord
from client.store.atomic import write_atomically
from client.store.faults import mapped_faults


def install(file: SignedFile, site: SitePaths, at: datetime) -> Head:
    """Make ``file`` the city's policy; the one there now is kept.

    Raises `PolicySignatureInvalid`, `PolicyRefused`, `ConfigInvalid` and leaves everything as it was;
    `StorageFailed` where the folder is not for this user to write.
    """
    with mapped_faults(site.folder):
        return _install(file, site, at)


def _install(file: SignedFile, site: SitePaths, at: datetime) -> Head:
    verified(file, site, at)
    head = city_stack(file, at).heads[-1]
    record = PolicyRecord.load(site.record)
    record.refuse_older(head, file.sha256)
    if site.city.is_file() and site.city.read_bytes() != file.content:
        _put(_present(site), site, previous=True)
    _put(file, site)
    # Last: as long as it is not written the one before is still good to fall back to.
    _note(replace(record.with_taken(head, file.sha256), back_to=""), site)
    return head


def roll_back(site: SitePaths, at: datetime) -> Head:
    """Make the previous policy the one in use, and say so to every user's own memory.

    It has to hold as on the day it was installed. Raises as `install`, and `PolicyRefused`
    (policy-nothing-to-go-back-to).
    """
    with mapped_faults(site.folder):
        return _roll_back(site, at)


def _roll_back(site: SitePaths, at: datetime) -> Head:
    if not site.previous.is_file():
        raise PolicyRefused(path=str(site.previous), known="", reason="policy-nothing-to-go-back-to")
    back = SignedFile.read(site.previous)
    verified(back, site, at)
    head = city_stack(back, at).heads[-1]
    try:
        present: SignedFile | None = SignedFile.read(site.city)
    except ClientError:
        present = None  # whatever it is, it is no policy to keep
    _note(replace(PolicyRecord.load(site.record), back_to=back.sha256), site)
    _put(back, site)
    if present is not None:
        _put(present, site, previous=True)
    return replace(head, path=str(site.city))


def _note(record: PolicyRecord, site: SitePaths) -> None:
    publish(site.record, msgspec.json.encode(record))


def _present(site: SitePaths) -> SignedFile:
    beside = signature_of(site.city)
    return SignedFile(site.city, site.city.read_bytes(), beside.read_bytes() if beside.is_file() else b"")


def _put(file: SignedFile, site: SitePaths, *, previous: bool = False) -> None:
    target = site.previous if previous else site.city
    publish(signature_of(target), file.signature)
    publish(target, file.content)


def publish(path: Path, content: bytes) -> None:
    """A file that every user of the machine can read."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    write_atomically(path, content)
    path.chmod(0o644)
