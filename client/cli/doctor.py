"""`congthu doctor`: what IT support needs to know, without secrets or content."""

from __future__ import annotations

import argparse
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from client import __version__, app
from client.cli.keys import driver_reports
from client.cli.output import Printer
from client.config.paths import Paths, resources_dir
from client.config.policy_layers import builtin_policy
from client.errors import ClientError
from client.model.account import Account
from client.net.imap import connect
from client.net.smtp_login import server_size_limit

_LIBRARIES = (
    "PySide6-Essentials",
    "pyHanko",
    "cryptography",
    "IMAPClient",
    "apsw",
    "keyring",
    "pypdfium2",
    "python-pkcs11",
)


def configure(parser: argparse.ArgumentParser) -> None:
    """See `client.cli.main.Command`."""
    parser.add_argument("--data", type=Path, metavar="DIR", help="thư mục dữ liệu · data folder")


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`."""
    paths = Paths(arguments.data) if arguments.data else Paths.for_user()
    _say(printer, "version", ok=True, detail=f"Công Thư {__version__}, Python {sys.version.split()[0]}")
    _say(printer, "system", ok=True, detail=platform.platform())
    for name in _LIBRARIES:
        _say(printer, f"library {name}", **_library(name))
    _say(printer, "data", ok=True, detail=str(paths.data))
    policy = builtin_policy(resources_dir())
    _say(printer, "policy", ok=True, detail=f"{policy.id} {policy.version}")
    try:
        installation = app.installed(arguments.data)
    except ClientError as error:
        printer.error(error, "settings")
        return 1
    for report in driver_reports(tuple(map(Path, installation.settings.token_drivers))):
        tokens = ", ".join(f"{token.label} (PIN {token.pin})" for token in report.tokens)
        detail = f"{report.path} {report.problem or tokens}".rstrip()
        _say(printer, f"token driver {report.name}", ok=report.loaded, detail=detail)
    results = [_check_account(account, installation, printer) for account in installation.settings.accounts]
    if not results:
        _say(printer, "accounts", ok=True, detail="chưa có tài khoản · no account yet")
    return 0 if all(results) else 1


def _check_account(account: Account, installation: app.Installation, printer: Printer) -> bool:
    fine = True
    try:
        password = installation.secrets.get(account.account_id)
        _say(printer, f"{account.account_id} password", ok=password is not None, detail="keyring")
        if password is not None:
            anchors = installation.tls_anchors
            connect(account.imap, account.user_name, password, anchors).logout()
            _say(printer, f"{account.account_id} imap", ok=True, detail=account.imap.host)
            limit = server_size_limit(account.smtp, anchors)
            _say(printer, f"{account.account_id} smtp", ok=True, detail=f"{account.smtp.host}, SIZE {limit}")
        fine = password is not None
    except ClientError as error:
        printer.error(error, account.account_id)
        fine = False
    return fine


def _library(name: str) -> dict[str, bool | str]:
    try:
        return {"ok": True, "detail": version(name)}
    except PackageNotFoundError:
        return {"ok": False, "detail": "missing"}


def _say(printer: Printer, check: str, *, ok: bool | str, detail: bool | str) -> None:
    printer.line(f"{'✔' if ok else '✘'} {check}: {detail}")
    printer.json({"check": check, "ok": bool(ok), "detail": detail})
