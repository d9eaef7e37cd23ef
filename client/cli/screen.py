"""Whether there is a screen."""

from __future__ import annotations

import os
import platform


def has_screen() -> bool:
    """Whether a window can be opened here; only X11 and Wayland tell by a variable."""
    if platform.system() in {"Windows", "Darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
