"""The sample letters as data: ``resources/demo/letters/*.toml`` read into frozen values."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client.config.paths import resources_dir
from client.model.verdict import Display


@dataclass(frozen=True, slots=True)
class LetterAttachment:
    """A document that comes with a letter."""

    document: str
    """File below ``resources/demo/documents``, ``""`` where ``text`` is the content."""
    name: str
    text: str = ""
    sign: tuple[str, ...] = ()
    """Keys that sign the PDF one after the other (PAdES with a time-stamp)."""
    stamped: bool = True
    flaw: str = ""
    """``overlay`` or ``flip``: what was done to the file after signing."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter; people are named by their id, or as ``Name <address>`` when they live elsewhere."""

    letter_id: str
    days_ago: int
    time: str
    """HH:MM, Viet Nam time."""
    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    body: str
    html: str
    reply_to: str
    """Id of the letter this one answers."""
    boxes: tuple[str, ...]
    """Whose INBOX gets it; the sender's Sent gets it too when the sender lives here."""
    flags: str
    """Maildir letters in those INBOXes."""
    key: str
    """Key of the S/MIME signature, ``""`` for none."""
    sealed_for: str
    """Key of the only reader, ``""`` for a letter that is not encrypted."""
    flaw: str
    """Name of a deliberate fault (see `client.sandbox.flaws`)."""
    attachments: tuple[LetterAttachment, ...]
    urgent: bool
    expected: Display
    """The word the client is to show."""
    reasons: tuple[str, ...]
    """Codes that must be among the report's reasons."""


def load_letters(folder: Path | None = None) -> tuple[Letter, ...]:
    """All letters, oldest first."""
    source = folder if folder is not None else resources_dir() / "demo" / "letters"
    found: list[Letter] = []
    for path in sorted(source.glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        found += [_letter(entry) for entry in data["letter"]]
    return tuple(sorted(found, key=lambda one: (-one.days_ago, one.time)))


def _letter(entry: dict[str, Any]) -> Letter:
    return Letter(
        letter_id=entry["id"],
        days_ago=entry["days"],
        time=entry["time"],
        sender=entry["from"],
        to=tuple(entry["to"]),
        cc=tuple(entry.get("cc", ())),
        subject=entry["subject"],
        body=entry["body"].strip() + "\n",
        html=entry.get("html", "").strip(),
        reply_to=entry.get("reply", ""),
        boxes=tuple(entry.get("boxes", ())),
        flags=entry.get("flags", ""),
        key=entry.get("smime", ""),
        sealed_for=entry.get("seal", ""),
        flaw=entry.get("flaw", ""),
        attachments=tuple(_attachment(one) for one in entry.get("attach", ())),
        urgent=entry.get("urgent", False),
        expected=Display(entry.get("expect", "NONE")),
        reasons=tuple(entry.get("reasons", ())),
    )


def _attachment(entry: dict[str, Any]) -> LetterAttachment:
    document = entry.get("doc", "")
    return LetterAttachment(
        document=document,
        name=entry.get("name", document),
        text=entry.get("text", ""),
        sign=tuple(entry.get("sign", ())),
        stamped=entry.get("stamped", True),
        flaw=entry.get("flaw", ""),
    )
