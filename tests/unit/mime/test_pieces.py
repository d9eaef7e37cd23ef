"""Letters cut into pieces and put together again: byte for byte, by one sender, all of them or none."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.mime.parser import parse_message
from client.mime.pieces import fitting, join_pieces, read_piece, sender_of, sort_pieces
from client.mime.view import make_view
from client.model import piece as limits
from client.model.piece import Piece, PieceState

INNER = (
    b"Subject: Bao cao\r\nMessage-ID: <trong@x>\r\nFrom: gia@evil.test\r\nTo: gia@evil.test\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nK\xc3\xadnh g\xe1\xbb\xadi\r\n"
    b"--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF-1.7 noi dung\r\n--b--\r\n"
)


def piece(
    number: int, body: bytes, total: int | str = "", sender: str = "an@x.vn", name: str = "a@b"
) -> bytes:
    many = f"; total={total}" if total else ""
    head = (
        f"From: {sender}\r\nTo: b@x.vn\r\nSubject: Bao cao ({number})\r\nMessage-ID: <{number}@x>\r\n"
        f"Date: Thu, 26 Nov 2026 08:00:00 +0700\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: message/partial; id="{name}"; number={number}{many}\r\n\r\n'
    )
    return head.encode() + body


def cut(whole: bytes, *places: int, **named: str) -> list[bytes]:
    edges = [0, *sorted(places), len(whole)]
    bodies = [whole[a:b] for a, b in itertools.pairwise(edges)]
    return [piece(at, body, len(bodies), **named) for at, body in enumerate(bodies, 1)]


def test_a_piece_says_which_it_is() -> None:
    assert read_piece(parse_message(piece(2, b"x", 5))) == Piece("a@b", 2, 5)
    assert read_piece(parse_message(piece(2, b"x"))) == Piece("a@b", 2)
    assert make_view(piece(2, b"x", 5)).piece == Piece("a@b", 2, 5)
    assert make_view(piece(2, b"x", 5)).text == ""


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: text/plain\r\n\r\nx",
        b"Content-Type: message/partial; number=1; total=2\r\n\r\nx",
        b"Content-Type: message/partial; id=a\r\n\r\nx",
        b"Content-Type: message/partial; id=a; number=0\r\n\r\nx",
        b"Content-Type: message/partial; id=a; number=-1\r\n\r\nx",
        b"Content-Type: message/partial; id=a; number=99999999999\r\n\r\nx",
        b"Content-Type: message/partial; id=a; number=\xc2\xb2\r\n\r\nx",
    ],
)
def test_what_does_not_say_which_piece_it_is_is_none(raw: bytes) -> None:
    assert read_piece(parse_message(raw)) is None


@given(st.sets(st.integers(1, len(INNER) - 1), max_size=6), st.randoms())
def test_the_letter_is_whole_again_wherever_it_was_cut(places: set[int], order: object) -> None:
    messages = cut(INNER, *places)
    order.shuffle(messages)  # type: ignore[attr-defined] # a Random
    found, by_number = sort_pieces(messages)
    assert (found.state, found.total, found.missing) == (PieceState.COMPLETE, len(messages), ())
    joined = join_pieces(by_number)
    assert joined.endswith(INNER[INNER.index(b"--b\r\n") :])
    view = make_view(joined)
    assert view.piece is None
    assert (view.envelope.subject, view.envelope.message_id) == ("Bao cao", "<trong@x>")
    assert [one.addr_spec for one in view.envelope.from_] == ["an@x.vn"]
    assert view.envelope.from_count == 1
    assert view.text.strip() == "Kính gửi"
    assert [one.name for one in view.attachments] == ["a.pdf"]


def test_only_the_last_piece_needs_to_say_how_many_there_are() -> None:
    found, _ = sort_pieces([piece(1, b"a"), piece(2, b"b", 2)])
    assert found.state is PieceState.COMPLETE
    found, _ = sort_pieces([piece(1, b"a"), piece(2, b"b")])
    assert (found.state, found.total, found.missing) == (PieceState.MISSING, 0, ())


def test_what_is_missing_is_named() -> None:
    found, _ = sort_pieces([piece(2, b"b", 5), piece(4, b"d", 5)])
    assert (found.state, found.total, found.missing) == (PieceState.MISSING, 5, (1, 3, 5))


@pytest.mark.parametrize(
    "messages",
    [
        [piece(1, b"a", 2), piece(2, b"b", 2), piece(2, b"khac", 2)],
        [piece(1, b"a", 2), piece(2, b"b", 3)],
        [piece(1, b"a", 2), piece(2, b"b", 2), piece(3, b"c")],
    ],
)
def test_pieces_that_contradict_each_other_are_not_joined(messages: list[bytes]) -> None:
    assert sort_pieces(messages)[0].state is PieceState.DIFFERENT


def test_a_piece_that_came_twice_counts_once() -> None:
    found, by_number = sort_pieces([*cut(INNER, 40), *cut(INNER, 40)])
    assert found.state is PieceState.COMPLETE
    assert len(by_number) == 2


def test_more_than_anybody_sends_is_not_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sort_pieces([piece(1, b"a", limits.MOST_PIECES + 1)])[0].state is PieceState.TOO_LARGE
    monkeypatch.setattr("client.mime.pieces.MOST_BYTES", 100)
    assert sort_pieces(cut(INNER, 40))[0].state is PieceState.TOO_LARGE


def test_only_pieces_of_the_same_letter_by_the_same_sender_fit() -> None:
    wanted = Piece("a@b", 1, 2)
    messages = [
        piece(2, b"b", 2),
        piece(2, b"b", 2, name="khac@b"),
        piece(2, b"b", 2, sender="eve@evil.test"),
        piece(2, b"b", 2, sender="an@x.vn, eve@evil.test"),
        b"From: an@x.vn\r\n\r\nmessage/partial a@b",
    ]
    assert fitting(messages, wanted, "an@x.vn") == (messages[0],)
    assert sender_of(parse_message(b"From: An <AN@X.vn>\r\n\r\n")) == "an@x.vn"
    assert sender_of(parse_message(b"From: a@x.vn\r\nFrom: b@x.vn\r\n\r\n")) == ""


def test_a_piece_within_another_message_is_a_file() -> None:
    raw = b"From: a@x.vn\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n\r\nx\r\n--o\r\n"
    raw += b"Content-Type: message/partial; id=a; number=1\r\n\r\nx\r\n--o--\r\n"
    view = make_view(raw)
    assert view.piece is None
    assert [one.media_type for one in view.attachments] == ["message/partial"]


def test_a_sender_hidden_in_a_folded_field_of_the_inside_stays_inside() -> None:
    inner = b"Subject: a\r\n\tFrom: gia@evil.test\r\nContent-Type: text/plain\r\n\r\nx"
    _, by_number = sort_pieces([piece(1, inner, 1)])
    view = make_view(join_pieces(by_number))
    assert [one.addr_spec for one in view.envelope.from_] == ["an@x.vn"]
