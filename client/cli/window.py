"""`congthu` and `congthu window`: the window on the user's own mail."""

from __future__ import annotations

import argparse
from pathlib import Path

from client import app
from client.cli.output import Printer


def configure(parser: argparse.ArgumentParser) -> None:
    """See `client.cli.main.Command`."""
    parser.add_argument("--data", type=Path, metavar="DIR", help="thư mục dữ liệu · data folder")


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`."""
    return app.open_window(app.installed(arguments.data))
