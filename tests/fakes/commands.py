"""The command line run inside the test: fast, and its output taken apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from client.cli.main import run
from client.config.catalogue import Catalogue, Text
from client.config.paths import resources_dir
from client.errors import ClientError

Command = Callable[..., "Outcome"]


@dataclass(frozen=True)
class Outcome:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The lines of ``--json``; every line has to be one object."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def only(self) -> dict[str, Any]:
        """The one object there must be."""
        (found,) = self.objects
        return found


def run_captured(arguments: tuple[str | Path, ...], capsys: pytest.CaptureFixture[str]) -> Outcome:
    """Run one command line in this process."""
    capsys.readouterr()
    try:
        code = run([str(one) for one in arguments])
    except SystemExit as left:
        code = int(left.code or 0)
    written = capsys.readouterr()
    return Outcome(code, written.out, written.err)


def told(error: ClientError | str, **params: object) -> Text:
    """The Vietnamese words for an error or its code, which must be more than the code."""
    catalogue = Catalogue.load(resources_dir(), "vi")
    code = error if isinstance(error, str) else error.code
    given = params if isinstance(error, str) else dict(error.params)
    text = catalogue.text("error", code, **given)
    assert text.title, code
    assert text.title != code
    assert text.action, code
    reason = given.get("reason")
    assert not isinstance(reason, str) or catalogue.reason(reason) != reason, (code, reason)
    return text
