"""Check that the lock files hold what pyproject.toml asks for, and only that."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).resolve().parent


def locked(path: Path) -> dict[str, str]:
    """Version by canonical name."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", path.read_text("utf-8"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def complaints(requirements: list[str], versions: dict[str, str], file: str) -> list[str]:
    """What the lock does not fulfil, in words."""
    found = []
    for text in requirements:
        wanted = Requirement(text)
        version = versions.get(canonicalize_name(wanted.name))
        if version is None:
            found.append(f"{file}: {wanted.name} is not locked")
        elif not wanted.specifier.contains(version):
            found.append(f"{file}: {wanted.name} {version} does not satisfy {wanted.specifier}")
    return found


def main() -> int:
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text("utf-8"))
    runtime = project["project"]["dependencies"]
    run, dev = locked(HERE / "locked.txt"), locked(HERE / "locked-dev.txt")
    wrong = complaints(runtime, run, "locked.txt")
    wrong += complaints(runtime + project["dependency-groups"]["dev"], dev, "locked-dev.txt")
    wrong += [
        f"{name}: {run[name]} in one lock, {dev[name]} in the other"
        for name in run
        if dev.get(name) != run[name]
    ]
    for line in wrong:
        print(line, file=sys.stderr)
    if wrong:
        print("write them anew: bash installer/lock.sh", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
