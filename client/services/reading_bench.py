"""What the workshop does for the reading pane beside the text itself.

Runs in the workshop; as in `client.services.workshop`, what a function needs is imported inside.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from client.errors import MalformedMessage, StoreCorrupt
from client.model.at_rest import Readable
from client.model.picture import DrawnPicture
from client.model.piece import MOST_BYTES, FoundPieces, PieceState
from client.services.reading_desk import JoinedLetter
from client.services.requests import TrustSources
from client.store.digest_files import ClearFile

_HEAD = 64 * 1024
"""Octets of a message that are looked at to see whether it may be a piece."""


def picture(path: Readable, section: str) -> DrawnPicture | None:
    """One picture of a letter's text, decoded and written anew; None where it cannot be drawn."""
    from client.mime.view import attachment_content

    return draw(attachment_content(shown_bytes(path.read_bytes()), section) or b"")


def draw(content: bytes) -> DrawnPicture | None:
    """The same for a picture at hand."""
    from client.documents.letter_picture import draw_picture

    return draw_picture(content)


def content(raw: bytes, section: str) -> bytes:
    """The decoded content of one part of a message at hand; `MalformedMessage` when there is no such part."""
    from client.mime.view import attachment_content

    found = attachment_content(shown_bytes(raw), section)
    if found is None:
        raise MalformedMessage(reason="no-such-part")
    return found


def pieces(path: Readable, near: tuple[Readable, ...]) -> FoundPieces:
    """Whether the messages of ``near`` have all other pieces of the letter that ``path`` is one of."""
    return _sorted(path, near)[0]


def join(path: Readable, near: tuple[Readable, ...], sources: TrustSources, at: datetime) -> JoinedLetter:
    """The whole letter, judged as it is now; `MalformedMessage` where it cannot be made whole."""
    from client.crypto.smime import verify_message
    from client.mime.pieces import join_pieces
    from client.services.letters_bench import view_of
    from client.services.trust_files import read_demand

    found, by_number = _sorted(path, near)
    if found.state is not PieceState.COMPLETE:
        raise MalformedMessage(reason="pieces-missing")
    raw = join_pieces(by_number)
    return JoinedLetter(view_of(raw), verify_message(raw, read_demand(sources, at)), raw)


def shown_bytes(raw: bytes) -> bytes:
    """The entity whose parts are shown: of an opaque signature what it wraps."""
    if b"pkcs7" not in raw.lower():
        return raw
    from client.crypto.mail_layers import shown_entity

    return shown_entity(raw) or raw


def _sorted(path: Readable, near: tuple[Readable, ...]) -> tuple[FoundPieces, dict[int, bytes]]:
    from client.mime.parser import parse_message
    from client.mime.pieces import fitting, read_piece, sender_of, sort_pieces

    raw = path.read_bytes()
    parsed = parse_message(raw)
    piece, sender = read_piece(parsed), sender_of(parsed)
    if piece is None or not sender:
        return FoundPieces(PieceState.MISSING), {}
    others = fitting(_candidates(path, near), piece, sender)
    if sum(map(len, others)) + len(raw) > MOST_BYTES:
        return FoundPieces(PieceState.TOO_LARGE, piece.total), {}
    return sort_pieces((raw, *others))


def _candidates(path: Readable, near: tuple[Readable, ...]) -> Iterator[bytes]:
    """Whole messages that may be pieces; one that has gone meanwhile is none.

    Every look is charged: an encrypted message can only be opened whole.
    """
    left = MOST_BYTES * 2
    for one in near:
        try:
            size = one.stat().st_size
            is_plain = isinstance(one, ClearFile)
            cost = min(size, _HEAD) if is_plain else size
            if one == path or cost > left:
                continue
            left -= cost
            looked = one.head(_HEAD) if isinstance(one, ClearFile) else one.read_bytes()
            if b"message/partial" not in looked[:_HEAD].lower():
                continue
            if not is_plain:
                yield looked
            elif size <= left:
                left -= size
                yield one.read_bytes()
        except (OSError, StoreCorrupt):
            continue
