"""pyHanko reads a hexadecimal string one byte at a time; a signature is one of 20,000 bytes or more.

Half the time of a verification went there. The same strings are read here in pieces; whatever is
out of the ordinary is left to pyHanko's own function.
"""

from __future__ import annotations

import binascii
import os
from collections.abc import Callable
from typing import IO, Any

from pyhanko.pdf_utils import generic

_PIECE = 16 * 1024
_HEX = frozenset(b"0123456789abcdefABCDEF")
_NAME = "read_hex_string_from_stream"


def read_hex_strings_in_pieces() -> None:
    """Have pyHanko use the quick way from now on, in this process; a second call does nothing."""
    original = getattr(generic, _NAME)
    if not isinstance(original, _QuickReader):
        setattr(generic, _NAME, _QuickReader(original))


class _QuickReader:
    """Stands in for pyHanko's function; the result is the same for every input."""

    def __init__(self, original: Callable[[IO[bytes]], Any]) -> None:
        self._original = original

    def __call__(self, stream: IO[bytes]) -> Any:
        """Read the string that begins at the stream's position."""
        start = stream.tell()
        digits = _digits(stream)
        if digits is None:
            stream.seek(start)
            return self._original(stream)
        return generic.pdf_string(binascii.unhexlify(digits + b"0" * (len(digits) % 2)))


def _digits(stream: IO[bytes]) -> bytes | None:
    """What stands between the angle brackets, the stream left behind them; None for pyHanko to decide."""
    pieces: list[bytes] = []
    stream.read(1)
    while piece := stream.read(_PIECE):
        end = piece.find(b">")
        pieces.append(piece if end < 0 else piece[:end])
        if end >= 0:
            stream.seek(end + 1 - len(piece), os.SEEK_CUR)
            digits = b"".join(pieces)
            return digits if _HEX.issuperset(digits) else None
    return None
