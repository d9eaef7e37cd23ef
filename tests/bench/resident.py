"""How much memory the program's processes have, for the probes."""

from __future__ import annotations

import os
from pathlib import Path

from client import app


def resident_mib(process_id: int) -> float:
    """The resident set of one process (proc(5), VmRSS), 0 for one that has ended."""
    for line in Path(f"/proc/{process_id}/status").read_text("utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def sizes_of(office: app.OpenOffice) -> dict[str, float]:
    """Of window, engine and reading workshop; pages they share count in each."""
    return {
        "window": resident_mib(os.getpid()),
        "engine": resident_mib(office.engine.process_id),
        "workshop": sum(resident_mib(one) for one in office.lane.process_ids()),
    }
