"""A process that wants a database to itself."""

from __future__ import annotations

from pathlib import Path

from client.errors import StoreBusy
from client.model.at_rest import AtRest
from client.services.engine_setup import Channel
from client.store.conversion import convert_database


def take(connection: Channel, path: Path, at_rest: AtRest) -> None:
    """Target of a spawned process; tells whether it was let."""
    try:
        convert_database(path, at_rest)
    except StoreBusy:
        connection.send(False)
    else:
        connection.send(True)
