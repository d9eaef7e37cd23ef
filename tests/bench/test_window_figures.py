"""Figures of the window on the demo's mail: start to usable, and the memory of the three processes.

They are printed, never asserted as times: run with ``bash installer/dev.sh bench``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.bench
ROOT = Path(__file__).resolve().parents[2]
PROBE = Path(__file__).with_name("window_probe.py")


def test_start_and_memory_of_the_window(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    runs = []
    for _ in range(3):
        command = [sys.executable, str(PROBE), str(tmp_path / "demo")]
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=180, check=False
        )
        assert done.returncode == 0, done.stderr
        runs.append(done.stdout.strip())
    for number, line in enumerate(runs):
        print(f"{'first start' if number == 0 else 'warm start '}  {line}")
