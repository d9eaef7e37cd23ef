"""Hexadecimal strings read in pieces come out as pyHanko reads them, whatever they are."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError

from client.crypto.pdf_speed import read_hex_strings_in_pieces


def _read(how: Any, data: bytes) -> tuple[object, ...]:
    stream = io.BytesIO(data)
    try:
        found = how(stream)
    except PdfError as error:
        return (type(error),)
    return type(found), bytes(found.original_bytes), stream.tell()


def _both(data: bytes) -> tuple[tuple[object, ...], tuple[object, ...]]:
    read_hex_strings_in_pieces()
    quick = generic.read_hex_string_from_stream
    return _read(quick, data), _read(quick._original, data)  # type: ignore[attr-defined] # what stood there before


@pytest.mark.parametrize(
    "data",
    [
        b"<>",
        b"<48656c6c6f> 1 0 R",
        b"<48656C6c6F7>next",
        b"<48 65\n6c\t6c 6f>x",
        b"<48 % a > in a comment\n65>x",
        b"<48zz>",
        b"<4865",
        b"<",
        b"<feff0110>",
        b"<" + b"00" * 20000 + b">tail",
        b"<" + b"00" * 20000,
        b"<" + b"0" * (16 * 1024) + b">",
        b"<" + b"0" * (16 * 1024 - 1) + b">",
    ],
)
def test_every_kind_of_string_is_read_alike(data: bytes) -> None:
    quick, original = _both(data)
    assert quick == original


@given(st.text(alphabet="0123456789abcdefABCDEF \n%>zg", max_size=60))
def test_any_string_is_read_alike(inside: str) -> None:
    quick, original = _both(b"<" + inside.encode() + b">\n 5 0 R")
    assert quick == original


def test_it_is_put_in_place_once() -> None:
    read_hex_strings_in_pieces()
    first = generic.read_hex_string_from_stream
    read_hex_strings_in_pieces()
    assert generic.read_hex_string_from_stream is first
