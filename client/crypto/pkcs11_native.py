"""Two things python-pkcs11 does not hand out, called through the library's own function list.

How long a token's PIN may be (CK_TOKEN_INFO, PKCS #11 v2.40 section 3.2), and the closing of every
session on a token: a refused login leaves one open there that nobody has a handle of. The library
must be loaded and initialised already.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_POINTER = ctypes.sizeof(ctypes.c_void_p)
_ULONG = ctypes.sizeof(ctypes.c_ulong)
_GET_TOKEN_INFO, _CLOSE_ALL_SESSIONS = 6, 14
"""Positions in CK_FUNCTION_LIST (section 3.6)."""
_TEXTS = 32 + 32 + 16 + 16
"""Label, manufacturer, model and serial number stand before the numbers."""
_MAX_PIN, _MIN_PIN = _TEXTS + 5 * _ULONG, _TEXTS + 6 * _ULONG
_NONSENSE = 4096
"""CK_UNAVAILABLE_INFORMATION is all ones; no PIN is as long as this."""


class NativeCalls:
    """C_GetTokenInfo and C_CloseAllSessions of one loaded library."""

    def __init__(self, path: Path) -> None:
        """Raises OSError or AttributeError for a file that is no PKCS#11 library."""
        library = ctypes.CDLL(str(path))
        functions = ctypes.c_void_p()
        if library.C_GetFunctionList(ctypes.byref(functions)) != 0 or not functions.value:
            raise OSError(str(path))
        # Cryptoki packs its structures on Windows and aligns them elsewhere (section 2.1).
        first = functions.value + (2 if os.name == "nt" else _POINTER)
        by_slot = ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_ulong)
        with_info = ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_ulong, ctypes.c_void_p)
        self._get_token_info = with_info(_address(first, _GET_TOKEN_INFO))
        self._close_all_sessions = by_slot(_address(first, _CLOSE_ALL_SESSIONS))

    def close_sessions(self, slot_id: int) -> None:
        """End every session of this process on the slot's token, and the login with them."""
        self._close_all_sessions(slot_id)

    def pin_lengths(self, slot_id: int) -> tuple[int, int]:
        """Shortest and longest PIN in bytes; (0, 0) where the token does not say or says nonsense."""
        info = ctypes.create_string_buffer(512)
        if self._get_token_info(slot_id, info) != 0:
            return 0, 0
        shortest, longest = (_number(info, at) for at in (_MIN_PIN, _MAX_PIN))
        return (shortest, longest) if 0 < longest < _NONSENSE and shortest <= longest else (0, 0)


def _number(info: ctypes.Array[ctypes.c_char], at: int) -> int:
    return ctypes.c_ulong.from_buffer(info, at).value


def _address(first: int, position: int) -> int:
    return ctypes.c_void_p.from_address(first + position * _POINTER).value or 0
