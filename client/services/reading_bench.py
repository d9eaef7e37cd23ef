"""What the workshop does for the reading pane beside the text itself.

Runs in the workshop; as in `client.services.workshop`, what a function needs is imported inside.
"""

from __future__ import annotations

from pathlib import Path

from client.model.picture import DrawnPicture


def picture(path: Path, section: str) -> DrawnPicture | None:
    """One picture of a letter's text, decoded and written anew; None where it cannot be drawn."""
    from client.mime.view import attachment_content

    return draw(attachment_content(shown_bytes(path.read_bytes()), section) or b"")


def draw(content: bytes) -> DrawnPicture | None:
    """The same for a picture at hand."""
    from client.documents.letter_picture import draw_picture

    return draw_picture(content)


def shown_bytes(raw: bytes) -> bytes:
    """The entity whose parts are shown: of an opaque signature what it wraps."""
    if b"pkcs7" not in raw.lower():
        return raw
    from client.crypto.mail_layers import shown_entity

    return shown_entity(raw) or raw
