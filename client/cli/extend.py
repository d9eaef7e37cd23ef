"""`congthu extend`: give signed PDFs what they need to be judged years later ("gia hạn")."""

from __future__ import annotations

import argparse
from pathlib import Path

from client.cli.output import Printer
from client.cli.sign_terms import add_trust_arguments, read_terms
from client.errors import ClientError
from client.model.verdict import Profile
from client.services import signing_bench
from client.services.tasks import WorkshopLane

EXIT_ALL, EXIT_SOME_FAILED, EXIT_USAGE = 0, 1, 3


def configure(parser: argparse.ArgumentParser) -> None:
    """See `client.cli.main.Command`."""
    parser.add_argument("inputs", nargs="+", type=Path, metavar="IN.pdf")
    parser.add_argument("--out-dir", type=Path, metavar="DIR")
    parser.add_argument("--profile", choices=["B-T", "B-LT", "B-LTA"], default=Profile.B_LTA.value)
    add_trust_arguments(parser)


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`."""
    terms = read_terms(arguments)
    if not terms.tsa_urls:
        printer.line("cần --tsa URL · needs a time-stamp authority")
        printer.json({"error": "usage", "message": "extend needs --tsa URL"})
        return EXIT_USAGE
    lane, failed = WorkshopLane(), 0
    try:
        for path in arguments.inputs:
            target = Path(arguments.out_dir or path.parent) / f"{path.stem}_giahan{path.suffix}"
            try:
                lane.submit(signing_bench.extend_into, path, target, terms.profile, terms).result()
            except ClientError as error:
                failed += 1
                printer.error(error, str(path))
            else:
                printer.line(f"✔ {path} → {target} ({terms.profile.value})")
                printer.json({"path": str(path), "output": str(target), "profile": terms.profile.value})
    finally:
        lane.close()
    return EXIT_SOME_FAILED if failed else EXIT_ALL
