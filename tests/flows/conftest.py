"""What the flows share: commands run in-process, the city's trust as files, a mailbox on the city."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import platformdirs
import pytest

from client.app import Installation
from client.cli.demo import installation_of
from client.config.paths import Paths
from client.sandbox.city import City
from client.services.tasks import ImmediateLane
from tests.fakes.commands import Command, Outcome, run_captured


@pytest.fixture
def installation(city: City, tmp_path: Path) -> Installation:
    """A client of its own on the city's mailboxes."""
    return installation_of(city.info, Paths(tmp_path / "data"), "vi")


@pytest.fixture
def congthu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command here: the workshop's work in this process, the user's own folder in ``tmp_path``."""
    for module in ("check", "extend", "sign", "trust", "verify"):
        monkeypatch.setattr(f"client.cli.{module}.WorkshopLane", ImmediateLane)
    monkeypatch.setattr(platformdirs, "user_data_dir", lambda *_, **__: str(tmp_path / "own"))
    monkeypatch.delenv("CONGTHU_KEY_PASSWORD", raising=False)

    def command(*arguments: str | Path) -> Outcome:
        return run_captured(arguments, capsys)

    return command


@pytest.fixture(scope="session")
def trust(city: City, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the city's root and all its CRLs, to be named for ``--trust`` and ``--crl``."""
    folder = tmp_path_factory.mktemp("trust")
    (folder / "root.pem").write_bytes(city.info.anchors_pem)
    for number, url in enumerate(city.info.crl_urls):
        with urllib.request.urlopen(url) as reply:  # noqa: S310 - the city's own loopback address
            (folder / f"{number}.crl").write_bytes(reply.read())
    return folder
