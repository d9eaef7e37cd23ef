"""Moments as the databases keep them: UTC, sortable as text."""

from __future__ import annotations

from datetime import UTC, datetime


def to_text(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds; ``moment`` must be aware."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def from_text(text: str) -> datetime:
    """The aware moment `to_text` wrote."""
    return datetime.fromisoformat(text)


def to_text_or_none(moment: datetime | None) -> str | None:
    """`to_text` for a column that may be NULL."""
    return to_text(moment) if moment is not None else None


def from_text_or_none(text: str | None) -> datetime | None:
    """`from_text` for a column that may be NULL."""
    return from_text(text) if text is not None else None
