"""Moments as the databases keep them: UTC, sortable as text."""

from __future__ import annotations

from datetime import UTC, datetime


def to_text(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds; ``moment`` must be aware."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def from_text(text: str) -> datetime:
    """The aware moment `to_text` wrote."""
    return datetime.fromisoformat(text)
