"""Who lives in the training city: read from ``resources/demo/people.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from client.config.paths import resources_dir
from client.model.account import MailboxKind, Role


@dataclass(frozen=True, slots=True)
class Person:
    """One mailbox of the city."""

    person_id: str
    """Local part of the address, and the name of the personal key."""
    name: str
    title: str
    office: str
    unit: str
    role: Role
    kind: MailboxKind
    phone: str
    has_key: bool
    seal: str
    """Office whose seal key this mailbox keeps, ``""`` for none."""

    @property
    def hand_image(self) -> Path | None:
        """PNG of the hand signature, marked as a specimen; None without a key."""
        return _stamp(f"chu-ky-{self.person_id}") if self.has_key else None

    @property
    def seal_image(self) -> Path | None:
        """PNG of the seal this mailbox keeps, marked as a specimen."""
        return _stamp(f"con-dau-{self.seal}") if self.seal else None


@dataclass(frozen=True, slots=True)
class FlawedCertificate:
    """A certificate that is expired or revoked on purpose; days count from the city's first start."""

    label: str
    person_id: str
    name: str
    title: str
    office: str
    valid_from_days: int
    valid_to_days: int
    revoked_days: int | None


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody, with the passwords that are public on purpose."""

    domain: str
    mail_password: str
    key_password: str
    offices: dict[str, str]
    """Symbol in lower case to full name."""
    people: tuple[Person, ...]
    flawed: tuple[FlawedCertificate, ...]

    def address(self, person_id: str) -> str:
        """The mail address of ``person_id``; a full address is handed back as it is."""
        return person_id if "@" in person_id else f"{person_id}@{self.domain}"

    def person(self, person_id: str) -> Person | None:
        """The mailbox with that local part, None for outsiders."""
        return next((one for one in self.people if one.person_id == person_id), None)


def load_cast(path: Path | None = None) -> Cast:
    """Read the cast; ``path`` replaces the file that ships with the product."""
    source = path if path is not None else resources_dir() / "demo" / "people.toml"
    data = tomllib.loads(source.read_text(encoding="utf-8"))
    return Cast(
        domain=data["domain"],
        mail_password=data["mail_password"],
        key_password=data["key_password"],
        offices={symbol: office["name"] for symbol, office in data["offices"].items()},
        people=tuple(_person(entry) for entry in data["mailbox"]),
        flawed=tuple(_flawed(entry) for entry in data["flawed"]),
    )


def _person(entry: dict[str, str | bool]) -> Person:
    return Person(
        person_id=str(entry["id"]),
        name=str(entry["name"]),
        title=str(entry["title"]),
        office=str(entry["office"]),
        unit=str(entry["unit"]),
        role=Role(str(entry["role"])),
        kind=MailboxKind(str(entry.get("kind", MailboxKind.PERSONAL))),
        phone=str(entry["phone"]),
        has_key=bool(entry.get("key", False)),
        seal=str(entry.get("seal", "")),
    )


def _flawed(entry: dict[str, str | int]) -> FlawedCertificate:
    revoked = entry.get("revoked_days")
    return FlawedCertificate(
        label=str(entry["id"]),
        person_id=str(entry["mailbox"]),
        name=str(entry["name"]),
        title=str(entry["title"]),
        office=str(entry["office"]),
        valid_from_days=int(entry.get("valid_from_days", -180)),
        valid_to_days=int(entry.get("valid_to_days", 900)),
        revoked_days=None if revoked is None else int(revoked),
    )


def _stamp(name: str) -> Path | None:
    path = resources_dir() / "demo" / "stamps" / f"{name}.png"
    return path if path.is_file() else None
