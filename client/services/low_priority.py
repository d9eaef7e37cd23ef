"""A process that stands back: whatever else the computer does comes first."""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress

_NICE = 15
_GIVES_WAY = 5
_BELOW_NORMAL_PRIORITY_CLASS = 0x4000


def give_way() -> None:
    """Let a window go first where both want the processor, and lose nothing where there is enough of it.

    Windows prefers the window in front by itself.
    """
    if sys.platform != "win32":
        with suppress(OSError):
            os.nice(_GIVES_WAY)


def stand_back() -> None:
    """Lower this process's own priority for good; a system that refuses leaves it as it is."""
    with suppress(OSError):
        if sys.platform == "win32":
            kernel = ctypes.WinDLL("kernel32", use_last_error=True)
            # A handle is as wide as a pointer; ctypes would cut it to an int.
            kernel.GetCurrentProcess.restype = ctypes.c_void_p
            kernel.SetPriorityClass.argtypes = (ctypes.c_void_p, ctypes.c_uint32)
            kernel.SetPriorityClass(kernel.GetCurrentProcess(), _BELOW_NORMAL_PRIORITY_CLASS)
        else:
            os.nice(_NICE)
