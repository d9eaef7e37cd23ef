"""Where a command takes a key and its secret from: never from an argument. Also `congthu keys`."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from client.cli.output import Printer, signer_json
from client.config.paths import Paths
from client.config.settings import load_settings
from client.errors import Cancelled, ConfigInvalid, SigningRefused
from client.model.account import KeyRef
from client.model.secret import Secret
from client.model.token import DriverReport, KeyChoice, PinState, TokenInfo
from client.services import workshop
from client.services.key_listing import find_keys, probe
from client.services.requests import KeyUse
from client.services.tasks import WorkshopLane

PASSWORD_VARIABLE = "CONGTHU_KEY_PASSWORD"  # noqa: S105 - the variable's name, not a password
_STATES = {
    PinState.COUNT_LOW: " (đã nhập sai · entered wrongly before)",
    PinState.FINAL_TRY: " (LẦN THỬ CUỐI · LAST TRY)",
}


def add_key_argument(parser: argparse.ArgumentParser) -> None:
    """Declare ``--key``."""
    parser.add_argument("--key", required=True, metavar="p12:PATH|pkcs11:URI")


def key_use(text: str) -> KeyUse:
    """The key named on the command line with the secret from the environment or a prompt.

    A token is looked at first: nobody is asked for the PIN of one that is locked, that is not
    there, or that has its own keys to enter it with. Raises what `client.crypto.pkcs11` raises.
    """
    key, own = _parsed(text), own_drivers()
    from_environment = os.environ.get(PASSWORD_VARIABLE)
    if from_environment is not None:
        return KeyUse(key, Secret(from_environment), own)
    if key.scheme != "pkcs11":
        return KeyUse(key, _asked("Mật khẩu khóa / key password: "), own)
    choice = _look(KeyUse(key, Secret(""), own))
    return KeyUse(key, _pin(choice), own, choice.certificate_der)


def own_drivers() -> tuple[Path, ...]:
    """PKCS#11 libraries that the user's settings name."""
    return tuple(Path(path) for path in load_settings(Paths.for_user().settings).token_drivers)


def driver_reports(own: tuple[Path, ...]) -> tuple[DriverReport, ...]:
    """How ``own`` drivers and the known ones on this computer fare, for `congthu doctor`."""
    lane = WorkshopLane()
    try:
        return probe(lane, own).result()
    finally:
        lane.close()


def configure(parser: argparse.ArgumentParser) -> None:
    """See `client.cli.main.Command`."""
    parser.add_argument(
        "--driver", type=Path, action="append", default=[], metavar="FILE", help="thư viện PKCS#11 · library"
    )


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`: drivers, tokens and their certificates; no PIN is asked for."""
    own = (*arguments.driver, *own_drivers())
    lane = WorkshopLane()
    try:
        reports = probe(lane, own).result()
        choices = find_keys(lane, own, (), datetime.now(UTC)).result()
    finally:
        lane.close()
    for report in reports:
        _print_driver(report, printer)
    for choice in choices:
        _print_key(choice, printer)
    if not choices:
        printer.line("không có chứng thư số trên thiết bị nào · no certificate on any token")
    return 0


def _parsed(text: str) -> KeyRef:
    try:
        return KeyRef.parse(text)
    except ValueError as error:
        raise ConfigInvalid(path="--key", key=text.partition(":")[0], suggestion="p12:PATH") from error


def _look(use: KeyUse) -> KeyChoice:
    lane = WorkshopLane()
    try:
        return lane.submit(workshop.look_at_key, use, datetime.now(UTC)).result()
    finally:
        lane.close()


def _pin(choice: KeyChoice) -> Secret:
    token = choice.token
    if token is None or token.protected_path:
        return Secret("")
    return _asked(f"PIN “{token.label}”{_STATES.get(token.pin, '')}: ")


def _asked(prompt: str) -> Secret:
    if not sys.stdin.isatty():
        raise SigningRefused(reason="no-key-secret", key=PASSWORD_VARIABLE)
    try:
        return Secret(getpass.getpass(prompt))
    except EOFError as error:
        raise Cancelled from error


def _print_driver(report: DriverReport, printer: Printer) -> None:
    printer.json(
        {
            "driver": report.path,
            "name": report.name,
            "ok": report.loaded,
            "problem": report.problem or None,
            "tokens": [_token_json(token) for token in report.tokens],
        }
    )
    printer.line(f"{'✔' if report.loaded else '✘'} {report.name}: {report.path} {report.problem}".rstrip())
    for token in report.tokens:
        printer.line(
            f"    {token.label}, {token.manufacturer} {token.model}, serial {token.serial}, PIN {token.pin}"
        )


def _print_key(choice: KeyChoice, printer: Printer) -> None:
    signer = choice.signer
    printer.json(
        {
            "key": str(choice.key),
            "signer": signer_json(signer),
            "not_after": signer.not_after.isoformat() if signer and signer.not_after else None,
            "problem": choice.problem or None,
        }
    )
    if signer is not None:
        end = f"{signer.not_after:%d/%m/%Y}" if signer.not_after else "?"
        printer.line(
            f"{'✘' if choice.problem else '✔'} {signer.name} <{signer.email}>, {signer.issuer}, → {end}"
        )
        if choice.problem:
            printer.line(f"    {printer.catalogue.reason(choice.problem)} [{choice.problem}]")
        printer.line(f"    {choice.key}")


def _token_json(token: TokenInfo) -> dict[str, object]:
    return {
        "label": token.label,
        "manufacturer": token.manufacturer,
        "model": token.model,
        "serial": token.serial,
        "pin": token.pin.value,
        "pin_length": [token.pin_min, token.pin_max],
        "protected_path": token.protected_path,
    }
