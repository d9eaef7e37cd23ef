"""System flags as one number; keywords stay on the server, which changes them by deltas only."""

from __future__ import annotations

from collections.abc import Iterable

from client.model.message import Flag

BITS: dict[str, int] = {
    Flag.SEEN: 1,
    Flag.ANSWERED: 2,
    Flag.FLAGGED: 4,
    Flag.DELETED: 8,
    Flag.DRAFT: 16,
}
SEEN = BITS[Flag.SEEN]
_BY_LOWER = {flag.lower(): bit for flag, bit in BITS.items()}


def to_bits(flags: Iterable[str]) -> int:
    """The system flags among ``flags``; names compare without case (RFC 9051 section 2.3.2)."""
    bits = 0
    for flag in flags:
        bits |= _BY_LOWER.get(flag.lower(), 0)
    return bits


def apply_change(bits: int, flag: str, present: bool) -> int:
    """``bits`` with one flag set or cleared."""
    bit = _BY_LOWER.get(flag.lower(), 0)
    return bits | bit if present else bits & ~bit
