"""A real PKCS#11 library that misbehaves: built from ``token_shim.c`` in front of SoftHSM."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("token_shim.c")


def why_no_shim() -> str:
    """Empty where it can be built."""
    return "" if shutil.which("cc") else "no C compiler (packages gcc libc6-dev)"


def build_shim(folder: Path) -> Path:
    """Compile it; its behaviour is chosen by TOKEN_SHIM_MODE, the library behind it by TOKEN_SHIM_REAL."""
    library = folder / "libtoken-shim.so"
    command = ["cc", "-shared", "-fPIC", "-Wall", "-Werror", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(command, check=True, capture_output=True)
    return library
