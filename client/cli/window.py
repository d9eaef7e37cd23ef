"""`congthu` and `congthu window`: the window on the user's own mail."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from client import app
from client.cli.output import Printer
from client.cli.screen import has_screen
from client.errors import ClientError


def configure(parser: argparse.ArgumentParser) -> None:
    """See `client.cli.main.Command`."""
    parser.add_argument("--data", type=Path, metavar="DIR", help="thư mục dữ liệu · data folder")


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`."""
    if not has_screen() and not os.environ.get("QT_QPA_PLATFORM"):
        # Qt would abort the process here.
        printer.line("không có màn hình để mở cửa sổ · no screen to open a window on")
        printer.json({"error": "no-screen"})
        return 1
    try:
        return app.open_window(app.installed(arguments.data))
    except ClientError as error:
        # Whoever clicked an icon sees no standard error.
        app.show_problem(error, arguments.language)
        raise
