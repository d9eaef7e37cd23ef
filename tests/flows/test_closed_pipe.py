"""`congthu … | head`: whoever reads has seen enough, and nothing is wrong with the program."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_QUIET_END = 141


def run_into_closed_pipe(*arguments: str, data: Path) -> tuple[int, str]:
    """A command whose output goes into a pipe that nobody reads: exit code and complaints."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "client", *arguments],
            stdout=write_end,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, "XDG_DATA_HOME": str(data)},
        )
    finally:
        os.close(write_end)
    return done.returncode, done.stderr


@pytest.mark.skipif(os.name == "nt", reason="the pipe is made as POSIX has it")
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--explain", "subject-empty"),
        ("check", "--json", "--explain", "subject-empty"),
        ("check", "--json", "--explain", "no-such-rule"),
        ("doctor",),
    ],
)
def test_a_closed_pipe_ends_quietly(arguments: tuple[str, ...], tmp_path: Path) -> None:
    code, complaints = run_into_closed_pipe(*arguments, data=tmp_path)
    assert (code, complaints) == (_QUIET_END, "")
    assert not (tmp_path / "CongThu" / "logs").exists()
