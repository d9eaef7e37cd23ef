"""Targets for spawned processes that are going to be killed."""

from __future__ import annotations

import threading
from multiprocessing.connection import Connection
from pathlib import Path

from client.store.instance import InstanceLock


def hold_lock(path: Path, connection: Connection) -> None:
    """Take the instance lock, say so, and keep it until killed."""
    with InstanceLock(path):
        connection.send("held")
        threading.Event().wait()
