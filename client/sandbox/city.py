"""The training city: IMAP, SMTP and a PKI in one process of its own, everything on loopback."""

from __future__ import annotations

import multiprocessing
import shutil
import signal
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path

from client.errors import ConnectionLost, TimedOut
from client.sandbox.info import CityInfo, DemoMailbox, Pipe

__all__ = ["City", "CityInfo", "DemoMailbox", "run_city"]

_START_LIMIT_S = 90.0
"""A first start makes keys and signs letters; a slow office PC may take its time."""
_STOP_LIMIT_S = 10.0


class City:
    """A running city, seen from the process that started it."""

    def __init__(self, process: BaseProcess, connection: Pipe, info: CityInfo) -> None:
        self._process = process
        self._connection = connection
        self.info = info

    @classmethod
    def start(cls, folder: Path) -> City:
        """Start the city that lives in ``folder`` (made when absent) and wait until it answers.

        Raises TimedOut when it does not come up, ConnectionLost when it ended before it answered.
        """
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(target=run_city, args=(folder, there), name="congthu-city", daemon=True)
        process.start()
        there.close()
        try:
            if not here.poll(_START_LIMIT_S):
                raise TimedOut(host="127.0.0.1", seconds=_START_LIMIT_S)
            info = here.recv()
        except EOFError as error:
            process.join()
            raise ConnectionLost(host="127.0.0.1", port=0) from error
        except TimedOut:
            process.terminate()
            process.join()
            raise
        return cls(process, here, info)

    def stop(self) -> None:
        """End the city and wait until it is gone; a second call does nothing."""
        self._connection.close()
        self._process.join(_STOP_LIMIT_S)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join()

    def wait(self) -> None:
        """Block until the city ends by itself."""
        self._process.join()

    @property
    def process_id(self) -> int | None:
        """The city's process, for tests."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How the city's process ended; None while it runs."""
        return self._process.exitcode

    def __enter__(self) -> City:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()


def run_city(folder: Path, connection: Pipe) -> None:
    """Target of the city's process: send a `CityInfo`, serve until the other end of the pipe is closed."""
    # Ctrl+C reaches the whole group; the city ends when its starter closes the pipe or dies.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Imported here: the window's process starts a city without loading three servers itself.
    from client.sandbox.serve import serve

    serve(folder, connection, datetime.now(UTC))


def forget(folder: Path) -> None:
    """Delete a city with its mail and keys, so that the next start makes it anew."""
    for part in ("pki", "mail"):
        shutil.rmtree(folder / part, ignore_errors=True)
