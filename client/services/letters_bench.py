"""What the workshop does for letters that are signed or encrypted as a whole.

Runs in the workshop; as in `client.services.workshop`, what a function needs is imported inside.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from client.model.message import MessageView
from client.model.verdict import SignerInfo
from client.services.letters_desk import OpenedLetter
from client.services.requests import KeyUse, TrustSources


def hold_to_open(use: KeyUse) -> SignerInfo:
    """Open a key and keep it for letters: no certificate is too old to read what was sent to it."""
    from client.services.key_room import key_room

    return key_room().hold(use)


def open_letter(raw: bytes, use: KeyUse, sources: TrustSources, at: datetime) -> OpenedLetter:
    """Open an encrypted letter and verify what is inside."""
    from client.services import letters

    return letters.open_letter(raw, use, sources, at)


def letter_attachment(section: str) -> bytes:
    """An attachment of the open letter."""
    from client.services import letters

    return letters.letter_attachment(section)


def close_letter() -> None:
    """Forget the open letter."""
    from client.services import letters

    letters.close_letter()


def view_of(raw: bytes) -> MessageView:
    """A message made safe to show; of an encrypted one, that it is."""
    from client.services.safe_view import safe_view

    if b"pkcs7" not in raw.lower():
        return safe_view(raw)
    from client.crypto.enveloped import look_at
    from client.crypto.mail_layers import find_envelope, shown_entity

    sealed = find_envelope(raw)
    view = safe_view(raw, shown_entity(raw))
    return replace(view, encryption=look_at(sealed) if sealed else None)
