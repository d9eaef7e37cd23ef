"""`congthu sign`: PAdES for a PDF, CAdES beside any other file, S/MIME for a whole message."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from client.cli.keys import add_key_argument, key_use
from client.cli.output import Printer
from client.cli.sign_terms import (
    add_appearance_arguments,
    add_trust_arguments,
    appearance_problem,
    read_appearance,
    read_terms,
)
from client.errors import ClientError
from client.model.verdict import Profile
from client.services import signing_bench, workshop
from client.services.batch import STOPS_ALL
from client.services.requests import KeyUse, SigningTerms
from client.services.tasks import WorkshopLane
from client.store.atomic import write_atomically

EXIT_ALL, EXIT_SOME_FAILED, EXIT_USAGE = 0, 1, 3


def configure(parser: argparse.ArgumentParser) -> None:
    """See `client.cli.main.Command`."""
    parser.add_argument("kind", choices=["pdf", "file", "mail"])
    parser.add_argument("inputs", nargs="+", type=Path, metavar="IN")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT")
    parser.add_argument("--out-dir", type=Path, metavar="DIR")
    add_key_argument(parser)
    parser.add_argument("--profile", choices=[profile.value for profile in Profile], default="B-T")
    add_trust_arguments(parser)
    add_appearance_arguments(parser)


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`."""
    problem = _usage_problem(arguments)
    if problem:
        printer.usage(problem)
        return EXIT_USAGE
    terms = read_terms(arguments, read_appearance(arguments))
    if terms.profile is not Profile.B_B and arguments.kind != "mail" and not terms.tsa_urls:
        printer.line("--profile B-T cần --tsa URL · needs a time-stamp authority")
        printer.json({"error": "usage", "message": "--profile B-T needs --tsa URL"})
        return EXIT_USAGE
    return _sign_all(arguments, key_use(arguments.key), terms, printer)


def _sign_all(arguments: argparse.Namespace, use: KeyUse, terms: SigningTerms, printer: Printer) -> int:
    lane, failed = WorkshopLane(), 0
    several = len(arguments.inputs) > 1 and arguments.kind != "mail"
    try:
        if not _image_fits(lane, terms, printer) or (several and not _held(lane, use, terms, printer)):
            return EXIT_SOME_FAILED
        for path in arguments.inputs:
            target = _target(arguments, path)
            try:
                # The signing time is each document's own; the place was read once for all.
                now = replace(terms, at=datetime.now(UTC))
                _sign_one(arguments.kind, path, target, lambda *work: lane.submit(*work).result(), use, now)
            except ClientError as error:
                failed += 1
                printer.error(error, str(path))
                if isinstance(error, STOPS_ALL):
                    return EXIT_SOME_FAILED
            else:
                reached = _extended(lane, target, arguments.kind, terms, printer)
                failed += reached is not terms.profile
                printer.line(f"✔ {path} → {target}")
                printer.json(
                    {"path": str(path), "output": str(target), "signed": True, "profile": reached.value}
                )
        if several:
            lane.submit(workshop.release_key).result()
    finally:
        lane.close()
    return EXIT_SOME_FAILED if failed else EXIT_ALL


def _extended(lane: WorkshopLane, target: Path, kind: str, terms: SigningTerms, printer: Printer) -> Profile:
    """The profile reached: a signature is kept at B-T where long-term data cannot be had now."""
    if kind != "pdf" or terms.profile in {Profile.B_B, Profile.B_T}:
        return terms.profile
    try:
        lane.submit(workshop.extend_file, target, replace(terms, at=datetime.now(UTC))).result()
    except ClientError as error:
        printer.notice(error, str(target))
        return Profile.B_T
    return terms.profile


def _image_fits(lane: WorkshopLane, terms: SigningTerms, printer: Printer) -> bool:
    """Whether the image can be used; what the Decree would have otherwise is said, once for all files."""
    if terms.appearance is None:
        return True
    try:
        concerns = lane.submit(signing_bench.image_concerns, terms.appearance).result()
    except ClientError as error:
        printer.error(error, "--image")
        return False
    for code in concerns:
        printer.line(f"▲ {printer.catalogue.text('appearance', code).whole}")
    return True


def _held(lane: WorkshopLane, use: KeyUse, terms: SigningTerms, printer: Printer) -> bool:
    """One login for all; what is wrong with the key is said once, and no file is tried."""
    try:
        lane.submit(workshop.hold_key, use, terms).result()
    except ClientError as error:
        printer.error(error, str(use.key))
        return False
    return True


def _sign_one(
    kind: str, path: Path, target: Path, work: Callable[..., bytes], use: KeyUse, terms: SigningTerms
) -> None:
    content = signing_bench.content_of(path)
    existing = target.read_bytes() if kind == "file" and target.is_file() else b""
    write_atomically(target, work(workshop.sign_file, kind, content, use, terms, path.name, existing))


def _target(arguments: argparse.Namespace, path: Path) -> Path:
    if arguments.output is not None:
        # A link stays a link: what it points to is written.
        return Path(arguments.output).resolve()
    name = f"{path.name}.p7s" if arguments.kind == "file" else f"{path.stem}_daky{path.suffix}"
    return Path(arguments.out_dir or path.parent) / name


def _usage_problem(arguments: argparse.Namespace) -> str:
    problem = appearance_problem(arguments)
    if problem:
        return problem
    if arguments.output is not None and (arguments.out_dir is not None or len(arguments.inputs) > 1):
        return "-o chỉ dùng cho một tệp; nhiều tệp dùng --out-dir · -o is for one file"
    targets = [_target(arguments, path) for path in arguments.inputs]
    real = {os.path.normcase(target.resolve()) for target in targets}
    if len(real) < len(targets):
        return "hai tệp sẽ ghi đè lên nhau · two inputs would be written to one file"
    if real & {os.path.normcase(path.resolve()) for path in arguments.inputs}:
        return "kết quả sẽ ghi đè lên tệp gốc · the result would overwrite an input"
    odd = next((target for target in targets if target.exists() and not target.is_file()), None)
    return "" if odd is None else f"{odd}: không phải là tệp · not a file"
