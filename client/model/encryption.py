"""What is known about a message that came encrypted (RFC 8551 sections 3.3 and 3.4)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Encryption:
    """The outermost encrypted layer of a message."""

    cipher: str
    """``AES-256-GCM``, ``AES-128-CBC``, ``3DES-CBC`` …; ``""`` where it could not be read."""
    authenticated: bool = False
    """The cipher notices a change of the ciphertext (AuthEnvelopedData, RFC 5083); CBC does not."""
    opened: bool = False
    """It was opened with the reader's key for this one look."""
