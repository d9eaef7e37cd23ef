"""`congthu sign`: PAdES for a PDF, CAdES beside any other file, S/MIME for a whole message."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from client.cli.keys import add_key_argument, key_use
from client.cli.output import Printer
from client.config.paths import Paths
from client.config.settings import load_settings
from client.errors import (
    ClientError,
    KeyPasswordIncorrect,
    MalformedDocument,
    PinIncorrect,
    PinLengthInvalid,
    PinLocked,
    TokenAbsent,
)
from client.model.verdict import Profile
from client.services import workshop
from client.services.requests import KeyUse, SigningTerms, TrustSources
from client.services.tasks import WorkshopLane
from client.store.atomic import write_atomically

EXIT_ALL, EXIT_SOME_FAILED, EXIT_USAGE = 0, 1, 3
_LATER = {"as_": "--as", "page": "--page", "box": "--box"}
_STOPS_ALL = (KeyPasswordIncorrect, PinIncorrect, PinLengthInvalid, PinLocked, TokenAbsent)
"""A wrong secret is not tried again on the next file: tokens lock themselves."""


def configure(parser: argparse.ArgumentParser) -> None:
    """See `client.cli.main.Command`."""
    parser.add_argument("kind", choices=["pdf", "file", "mail"])
    parser.add_argument("inputs", nargs="+", type=Path, metavar="IN")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT")
    parser.add_argument("--out-dir", type=Path, metavar="DIR")
    add_key_argument(parser)
    parser.add_argument("--profile", choices=[profile.value for profile in Profile], default="B-T")
    parser.add_argument("--tsa", action="append", default=[], metavar="URL")
    parser.add_argument("--trust", type=Path, action="append", default=[], metavar="DIR|PEM")
    parser.add_argument("--crl", type=Path, action="append", default=[], metavar="DIR|FILE")
    parser.add_argument("--as", dest="as_", metavar="ROLE", help="(not there yet)")
    parser.add_argument("--page", help="(not there yet)")
    parser.add_argument("--box", help="(not there yet)")


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`."""
    problem = _usage_problem(arguments)
    if problem:
        printer.line(problem)
        printer.json({"error": "usage", "message": problem})
        return EXIT_USAGE
    terms = _terms(arguments)
    if terms.profile is not Profile.B_B and arguments.kind != "mail" and not terms.tsa_urls:
        printer.line("--profile B-T cần --tsa URL · needs a time-stamp authority")
        printer.json({"error": "usage", "message": "--profile B-T needs --tsa URL"})
        return EXIT_USAGE
    return _sign_all(arguments, key_use(arguments.key), terms, printer)


def _sign_all(arguments: argparse.Namespace, use: KeyUse, terms: SigningTerms, printer: Printer) -> int:
    lane, failed = WorkshopLane(), 0
    try:
        for path in arguments.inputs:
            target = _target(arguments, path)
            try:
                _sign_one(arguments.kind, path, target, lambda *work: lane.submit(*work).result(), use, terms)
            except ClientError as error:
                failed += 1
                printer.error(error, str(path))
                if isinstance(error, _STOPS_ALL):
                    return EXIT_SOME_FAILED
            else:
                printer.line(f"✔ {path} → {target}")
                printer.json({"path": str(path), "output": str(target), "signed": True})
    finally:
        lane.close()
    return EXIT_SOME_FAILED if failed else EXIT_ALL


def _sign_one(
    kind: str, path: Path, target: Path, work: Callable[..., bytes], use: KeyUse, terms: SigningTerms
) -> None:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MalformedDocument(name=str(path), reason="unreadable") from error
    write_atomically(target, work(workshop.sign_file, kind, content, use, terms, path.name))


def _target(arguments: argparse.Namespace, path: Path) -> Path:
    if arguments.output is not None:
        return Path(arguments.output)
    name = f"{path.name}.p7s" if arguments.kind == "file" else f"{path.stem}_daky{path.suffix}"
    return Path(arguments.out_dir or path.parent) / name


def _terms(arguments: argparse.Namespace) -> SigningTerms:
    own = Paths.for_user()
    settings = load_settings(own.settings)
    tsa = tuple(arguments.tsa) or settings.tsa_urls
    trust = arguments.trust or [place for place in [own.trust] if place.is_dir()]
    crls = arguments.crl or [place for place in [own.revocation] if place.is_dir()]
    sources = TrustSources(anchors=tuple(trust), crls=tuple(crls))
    return SigningTerms(sources, datetime.now(UTC), Profile(arguments.profile), tsa)


def _usage_problem(arguments: argparse.Namespace) -> str:
    later = [flag for name, flag in _LATER.items() if getattr(arguments, name)]
    if arguments.profile in {"B-LT", "B-LTA"}:
        later.append(f"--profile {arguments.profile}")
    if later:
        return f"chưa có trong phiên bản này · not there yet: {', '.join(later)}"
    if arguments.output is not None and (arguments.out_dir is not None or len(arguments.inputs) > 1):
        return "-o chỉ dùng cho một tệp; nhiều tệp dùng --out-dir · -o is for one file"
    targets = [_target(arguments, path).absolute() for path in arguments.inputs]
    if len(set(targets)) < len(targets):
        return "hai tệp sẽ ghi đè lên nhau · two inputs would be written to one file"
    if any(path.absolute() in targets for path in arguments.inputs):
        return "kết quả sẽ ghi đè lên tệp gốc · the result would overwrite an input"
    return ""
