"""Daemons of the distribution as private children: started, waited for, always taken down."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path


def free_ports(number: int) -> list[int]:
    """Loopback ports that were free a moment ago."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for sock in sockets:
            sock.bind(("127.0.0.1", 0))
        return [sock.getsockname()[1] for sock in sockets]


@contextlib.contextmanager
def server_folder(prefix: str) -> Iterator[Path]:
    """A folder with a short name (socket paths end at 107 bytes) that a daemon's own user may enter."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running(
    command: list[str], log: Path, ports: list[int], *, pid_file: Path | None = None, seconds: float = 30
) -> Iterator[None]:
    """``command`` in the foreground, once all of ``ports`` accept connections.

    ``pid_file`` is where a daemon that leaves its parent's session writes its number.
    """
    with log.open("ab") as output:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    try:
        _await_ports(child, log, ports, time.monotonic() + seconds)
        yield
    finally:
        if pid_file is not None and pid_file.exists():
            _end_group(int(pid_file.read_text()))
        child.terminate()
        _end_group(child.pid)
        child.wait(10)


def _await_ports(child: subprocess.Popen[bytes], log: Path, ports: list[int], end: float) -> None:
    for port in ports:
        while True:
            if child.poll() is not None or time.monotonic() > end:
                said = "\n".join(path.read_text("utf-8", "replace") for path in log.parent.glob("*.log"))
                raise RuntimeError(f"{child.args!r} does not serve port {port}:\n{said}")
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.02)  # polling, bounded by `end`


def _end_group(leader: int, seconds: float = 10) -> None:
    """End every process of the group: asked first, then made to."""
    end = time.monotonic() + seconds
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(leader, signal.SIGTERM)
            while time.monotonic() < end:
                os.killpg(leader, 0)
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(leader, os.WNOHANG)
                time.sleep(0.02)  # polling, bounded by `end`
            os.killpg(leader, signal.SIGKILL)
