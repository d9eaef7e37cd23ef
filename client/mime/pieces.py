"""Letters sent in pieces: what a piece says of itself, and the letter they make (RFC 2046 section 5.2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from client.mime.fields import read_header_block
from client.mime.parser import parse_message, part_content
from client.model.message import HeaderField, ParsedMessage
from client.model.piece import MOST_BYTES, MOST_PIECES, FoundPieces, Piece, PieceState

TYPE = "message/partial"
_NUMBER = re.compile(r"[0-9]{1,4}")
_FROM_WITHIN = re.compile(r"content-.*|subject|message-id|encrypted|mime-version", re.IGNORECASE)
"""Fields the letter has from inside its first piece; all others, the sender among them, are the piece's."""


def read_piece(parsed: ParsedMessage) -> Piece | None:
    """Which piece a message is; None for a whole one, or where it does not say which."""
    root = parsed.root
    if root.content_type != TYPE or not root.parameter("id"):
        return None
    number, total = _number(root.parameter("number")), _number(root.parameter("total"))
    return Piece(root.parameter("id"), number, total) if number else None


def sender_of(parsed: ParsedMessage) -> str:
    """The one address a message is from, as it is compared; ``""`` where it names none or several."""
    envelope = parsed.envelope
    return envelope.from_[0].addr_spec.casefold() if len(envelope.from_) == envelope.from_count == 1 else ""


def fitting(messages: Iterable[bytes], wanted: Piece, sender: str) -> tuple[bytes, ...]:
    """The messages among these that are pieces of the same letter by the same sender."""
    found = []
    for raw in messages:
        parsed = parse_message(raw)
        piece = read_piece(parsed)
        same = piece is not None and piece.identifier == wanted.identifier
        if same and sender_of(parsed) == sender:
            found.append(raw)
    return tuple(found)


def sort_pieces(messages: Iterable[bytes]) -> tuple[FoundPieces, dict[int, bytes]]:
    """Whether these pieces of one letter are all and fit together, and each under its number."""
    by_number: dict[int, bytes] = {}
    totals: set[int] = set()
    clash = False
    for raw in messages:
        parsed = parse_message(raw)
        piece = read_piece(parsed)
        if piece is None:
            continue
        totals |= {piece.total} if piece.total else set()
        other = by_number.setdefault(piece.number, raw)
        clash |= other is not raw and _body(other) != _body(raw)
    total = max(totals, default=0)
    if clash or len(totals) > 1 or (total and max(by_number, default=0) > total):
        return FoundPieces(PieceState.DIFFERENT, total), by_number
    if total > MOST_PIECES or sum(map(len, by_number.values())) > MOST_BYTES:
        return FoundPieces(PieceState.TOO_LARGE, total), by_number
    missing = tuple(number for number in range(1, total + 1) if number not in by_number)
    complete = bool(total) and not missing
    return FoundPieces(PieceState.COMPLETE if complete else PieceState.MISSING, total, missing), by_number


def join_pieces(by_number: Mapping[int, bytes]) -> bytes:
    """The letter that all pieces make, byte for byte as it was before it was cut (section 5.2.2.1)."""
    whole = b"".join(_body(by_number[number]) for number in sorted(by_number))
    inner = read_header_block(whole, 0)
    outer = parse_message(by_number[min(by_number)]).headers
    fields = [one for one in outer if not _FROM_WITHIN.fullmatch(one.name)]
    fields += [one for one in inner.fields if _FROM_WITHIN.fullmatch(one.name)]
    return b"".join(map(_line, fields)) + b"\r\n" + whole[inner.body_start :]


def _body(raw: bytes) -> bytes:
    return part_content(raw, parse_message(raw).root)


def _line(field: HeaderField) -> bytes:
    return (
        field.name.encode("ascii", "replace")
        + b": "
        + field.value.replace(b"\r", b" ").replace(b"\n", b" ")
        + b"\r\n"
    )


def _number(text: str) -> int:
    bare = text.strip()
    return int(bare) if _NUMBER.fullmatch(bare) else 0
