"""Policy files for tests."""

from __future__ import annotations


def layer_text(text: str = "", *, policy_id: str = "so-noi-vu", version: str = "3") -> bytes:
    """A policy file with a head and ``text`` below it."""
    return f'id = "{policy_id}"\nversion = "{version}"\n{text}'.encode()
