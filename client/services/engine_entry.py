"""Where the spawned process begins; importing this costs the window nothing."""

from __future__ import annotations

from client.config.logs import start_log
from client.services.engine_setup import Channel, EngineSetup


def start_engine(connection: Channel, setup: EngineSetup) -> None:
    """Load the engine and run it; the network libraries are imported in its process alone."""
    from client.services.engine import run_engine

    start_log(setup.paths.logs, "engine")
    run_engine(connection, setup)
