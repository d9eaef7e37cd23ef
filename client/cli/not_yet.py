"""Commands of the contract that are not built yet: they say so and do not pretend."""

from __future__ import annotations

import argparse

from client.cli.output import Printer

EXIT_NOT_YET = 3


def configure(parser: argparse.ArgumentParser) -> None:
    """See `client.cli.main.Command`."""
    parser.add_argument("rest", nargs="*", help="(not there yet)")
    for flag in ("--month", "--year"):
        parser.add_argument(flag, nargs="?", const=True, help="(not there yet)")


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`."""
    printer.line(f"congthu {arguments.command}: chưa có trong phiên bản này · not there yet")
    printer.json({"error": "not-available-yet", "command": arguments.command})
    return EXIT_NOT_YET
