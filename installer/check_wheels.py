"""Prove that every locked package has a wheel for 64-bit Windows.

Most users sit at Windows PCs without a compiler: a dependency that exists there
only as source cannot be installed. The resolver is asked for exactly the locked
versions, on Windows, from wheels alone; it fails where there is none.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def pins(lock: Path) -> set[str]:
    """The ``name==version`` of every entry of a lock file."""
    return set(re.findall(r"^([A-Za-z0-9._-]+==[^\s;\\]+)", lock.read_text("utf-8"), re.MULTILINE))


def resolve_for_windows(lock: Path) -> subprocess.CompletedProcess[str]:
    """Resolve the lock for Windows from wheels alone."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--python-version", "3.11", "-q"]
    command += ["--python-platform", "x86_64-pc-windows-msvc", "--only-binary", ":all:", str(lock)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def main() -> int:
    lock = HERE / "locked.txt"
    answer = resolve_for_windows(lock)
    if answer.returncode != 0:
        print(answer.stderr, file=sys.stderr)
        print("a locked package has no wheel for 64-bit Windows", file=sys.stderr)
        return 1
    on_windows = set(re.findall(r"^([A-Za-z0-9._-]+==[^\s;\\]+)", answer.stdout, re.MULTILINE))
    strangers = on_windows - pins(lock)
    if strangers:
        print(f"needed on Windows but not locked: {sorted(strangers)}", file=sys.stderr)
        return 1
    print(f"{len(on_windows)} packages, each with a wheel for 64-bit Windows")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
