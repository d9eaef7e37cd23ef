"""Engines that behave in one particular way; targets for a spawned process."""

from __future__ import annotations

import os
from multiprocessing import get_context
from pathlib import Path

from client.errors import MalformedMessage
from client.model.event import Event, EventKind
from client.services.engine_entry import start_engine
from client.services.engine_setup import BodyFailed, BodyReady, Channel, EngineSetup, FetchBody, Shutdown


def answering(connection: Channel, setup: EngineSetup) -> None:
    """Has the bodies of odd rows."""
    while isinstance(command := connection.recv(), FetchBody):
        if command.row_id % 2:
            connection.send(Event(EventKind.BODY, "an", command.row_id))
            connection.send(BodyReady(command.mailbox_id, command.row_id, Path(f"{command.row_id}.eml")))
        else:
            connection.send(BodyFailed(command.mailbox_id, command.row_id, MalformedMessage(reason="gone")))


def dying_once(connection: Channel, setup: EngineSetup) -> None:
    """Dies under the first command; the next one of its kind answers."""
    marker = setup.paths.data / "died"
    if not marker.exists():
        connection.recv()
        marker.touch()
        os._exit(9)
    answering(connection, setup)


def finishing_first(connection: Channel, setup: EngineSetup) -> None:
    """Has begun something that must be finished after it was told to end."""
    answering(connection, setup)
    (setup.paths.data / "finished").touch()


def silent(connection: Channel, setup: EngineSetup) -> None:
    """Listens and never answers."""
    while not isinstance(connection.recv(), Shutdown):
        pass


def ends_without_window(setup: EngineSetup) -> bool:
    """Start the real engine, let go of its pipe, and see whether it ends."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=start_engine, args=(theirs, setup))
    process.start()
    theirs.close()
    ours.close()
    process.join(30)
    ended = process.exitcode == 0
    if process.is_alive():
        process.kill()
    return ended
