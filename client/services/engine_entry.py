"""Where the spawned process begins; importing this costs the window nothing."""

from __future__ import annotations

from client.config.logs import start_log
from client.services.engine_setup import Channel, EngineSetup
from client.services.low_priority import give_way


def start_engine(connection: Channel, setup: EngineSetup) -> None:
    """Load the engine and run it; the network libraries are imported in its process alone."""
    from client.services.engine import run_engine

    give_way()
    start_log(setup.paths.logs, "engine")
    run_engine(connection, setup)
