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
from client.config.paths import Paths
from client.errors import ClientError
from client.model.account import Account
from client.net.imap import connect
from client.net.smtp_login import server_size_limit
from client.services.policy_keeper import InstalledPolicy

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
    sound = _say_policy(app.look_for_policy(paths), printer)
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
    return 0 if sound and all(results) else 1


def _say_policy(found: InstalledPolicy, printer: Printer) -> bool:
    """Which rules are in use, layer by layer, and what was refused."""
    policy = found.policy
    detail = f"{policy.id} {policy.version}"
    if found.signature is not None:
        detail += f", ký bởi · signed by {found.signature.shown}"
    _say(printer, "policy", ok=not found.problems, detail=detail)
    for head in found.stack.heads:
        described = f"{head.policy_id} {head.version}, {head.path}"
        _say(printer, f"policy layer {head.layer.value}", ok=True, detail=described)
    for problem in found.problems:
        text = printer.catalogue.text("error", problem.error.code, **problem.error.params)
        using = printer.catalogue.text("policy", problem.instead.value).title
        _say(printer, "policy refused", ok=False, detail=f"{text.whole} {using}")
    return not found.problems


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
