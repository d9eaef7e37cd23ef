"""Documents that came in or went out, as the registers of Decree 30/2020 have them (Appendices IV, VI)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from client.model.text import fold

ENTRY_FIELDS = (
    "ordinal",
    "type_name",
    "code_number",
    "code_notation",
    "issued_date",
    "organ_name",
    "subject",
    "language",
    "page_amount",
    "arrival_date",
    "signer_position",
    "signer_name",
    "priority",
    "to_places",
    "due_date",
)
"""The fields of Appendix VI, part II, in its order; the arrival number is the clerk's to give."""


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """What a register asks of one document; ``""``, 0 and None are "not read", never "there is none"."""

    ordinal: int
    """Which of the message's documents, from 1."""
    file_name: str
    sha256: str
    """Hex digest of the file."""
    type_name: str = ""
    type_code: str = ""
    code_number: str = ""
    code_notation: str = ""
    issued_date: date | None = None
    organ_name: str = ""
    subject: str = ""
    language: str = "vi"
    page_amount: int = 0
    arrival_date: datetime | None = None
    signer_position: str = ""
    signer_name: str = ""
    priority: str = ""
    to_places: tuple[str, ...] = ()
    due_date: date | None = None

    @property
    def number(self) -> str:
        """``15/QĐ-SNV``, ``""`` when it was not read whole."""
        return f"{self.code_number}/{self.code_notation}" if self.code_number and self.code_notation else ""

    @property
    def key(self) -> str:
        """What entries of one document have in common: number, symbol, office, folded; ``""`` unknown."""
        return (
            fold(f"{self.number}|{' '.join(self.organ_name.split())}")
            if self.number and self.organ_name
            else ""
        )


@dataclass(frozen=True, slots=True)
class EarlierDocument:
    """The same number of the same office, seen before with another content."""

    number: str
    seen_at: datetime
    message_id: str
    outgoing: bool = False


@dataclass(frozen=True, slots=True)
class ReceivedDocument:
    """An incoming document for its card: what was read, and the alarm of a number that is taken."""

    entry: RegisterEntry
    earlier: EarlierDocument | None = None


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """What was read of one incoming message for the register."""

    documents: tuple[ReceivedDocument, ...] = ()
    holds_secret: bool = False
    """It carries a secrecy marking: it is frozen, and of its documents nothing is told."""
    sha256: str = ""
    """Hex digest of the raw message."""


def entry_values(entry: RegisterEntry) -> dict[str, str]:
    """The fields as text, in the register's order: for CSV, JSON and copying. Dates as ISO 8601."""
    values: dict[str, str] = {}
    for name in ENTRY_FIELDS:
        value = getattr(entry, name)
        if isinstance(value, tuple):
            values[name] = "; ".join(value)
        elif isinstance(value, date | datetime):
            values[name] = value.isoformat()
        else:
            values[name] = str(value) if value else ""
    return values
