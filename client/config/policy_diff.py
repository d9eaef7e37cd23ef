"""What one policy has otherwise than another, entry by entry."""

from __future__ import annotations

import msgspec

from client.config.policy import Policy
from client.config.tightening import Bearing, Change, changes

__all__ = ["Bearing", "Change", "differences"]


def differences(one: Policy, other: Policy) -> tuple[Change, ...]:
    """All entries that differ, by key; the heads are left out."""
    return changes(msgspec.to_builtins(one), msgspec.to_builtins(other), one.rules)
