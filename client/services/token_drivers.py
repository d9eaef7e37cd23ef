"""Which PKCS#11 libraries there are on this computer: the user's own first, then the known ones."""

from __future__ import annotations

import os
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from client.config.paths import resources_dir

_VARIABLE = re.compile(r"%([^%\\/]+)%")


@dataclass(frozen=True, slots=True)
class KnownDriver:
    """One library of the data file ``resources/tokens/drivers.toml``."""

    name: str
    """The vendor's."""
    path: Path
    verified: bool = False
    """Signed with by our own tests."""


def known_drivers(
    resources: Path, platform: str = sys.platform, environment: Mapping[str, str] | None = None
) -> tuple[KnownDriver, ...]:
    """Every path of the data file for a platform, there or not."""
    with (resources / "tokens" / "drivers.toml").open("rb") as file:
        entries = tomllib.load(file)["driver"]
    values = os.environ if environment is None else environment
    windows = platform == "win32"
    found = []
    for entry in entries:
        for text in entry["windows" if windows else "linux"]:
            path = _windows_path(text, values) if windows else text
            if path:
                found.append(KnownDriver(entry["name"], Path(path), entry["verified"]))
    return tuple(found)


def installed_drivers(own: Sequence[Path] = (), resources: Path | None = None) -> tuple[Path, ...]:
    """Files to load, in the order they are asked: ``own`` ones, whether there or not, then known ones."""
    known = (driver.path for driver in known_drivers(resources or resources_dir()))
    return _once([*own, *(path for path in known if path.is_file())])


def name_of(path: Path, resources: Path | None = None) -> str:
    """The vendor's name of a known library, the file's name of any other."""
    for driver in known_drivers(resources or resources_dir()):
        if driver.path == path:
            return driver.name
    return path.name


def _once(paths: Iterable[Path]) -> tuple[Path, ...]:
    """One file under two names is one driver."""
    found: dict[Path, Path] = {}
    for path in paths:
        found.setdefault(path.resolve(), path)
    return tuple(found.values())


def _windows_path(text: str, environment: Mapping[str, str]) -> str:
    """A path with its variables filled in; "" where one of them is not set here."""
    values = {name.casefold(): value for name, value in environment.items()}
    if "\\" not in text:
        text = f"%SystemRoot%\\System32\\{text}"
    if any(name.casefold() not in values for name in _VARIABLE.findall(text)):
        return ""
    return _VARIABLE.sub(lambda match: values[match[1].casefold()], text)
