"""`congthu account`: find an address's servers, add it, list and remove accounts; for IT support."""

from __future__ import annotations

import argparse
import getpass
import os
from dataclasses import replace
from pathlib import Path

from client import app
from client.cli.output import Printer
from client.model.account import Account, Identity, Login, MailboxKind, Role
from client.model.address import MailAddress
from client.model.discovery import Attempt, Discovery
from client.model.oauth import SignInNeeded, Tokens
from client.model.secret import Secret
from client.services.account_office import AccountOffice

EXIT_DONE, EXIT_FAILED, EXIT_USAGE = 0, 1, 3
PASSWORD_VARIABLE = "CONGTHU_MAIL_PASSWORD"  # noqa: S105 - the variable's name


def configure(parser: argparse.ArgumentParser) -> None:
    """See `client.cli.main.Command`."""
    parser.add_argument("act", choices=["list", "discover", "add", "remove"])
    parser.add_argument("what", nargs="?", default="", metavar="ADDRESS|ID")
    parser.add_argument("--name", default="", help="họ tên, tên cơ quan · display name")
    parser.add_argument("--title", default="", help="chức vụ · position")
    parser.add_argument("--unit", default="", help="đơn vị · unit")
    parser.add_argument("--phone", default="")
    parser.add_argument("--mailbox", choices=[kind.value for kind in MailboxKind], default="personal")
    parser.add_argument("--role", choices=[role.value for role in Role], default="staff")
    parser.add_argument("--data", type=Path, metavar="DIR", help="thư mục dữ liệu · data folder")


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`."""
    if (arguments.act == "list") is bool(arguments.what):
        words = "list | discover ADDRESS | add ADDRESS | remove ID"
        printer.usage(words)
        return EXIT_USAGE
    installation = app.installed(arguments.data)
    office = app.account_office(installation)
    match arguments.act:
        case "list":
            for account in installation.settings.accounts:
                _print_account(account, printer)
        case "remove":
            return _remove(office, installation.settings.accounts, arguments.what, printer)
        case _:
            return _discover(office, arguments, printer)
    return EXIT_DONE


def _discover(office: AccountOffice, arguments: argparse.Namespace, printer: Printer) -> int:
    address, tokens = arguments.what, None
    if office.signs_in(address):
        tokens = _signed_in(office, address, printer)
        secret: Secret = tokens.access
    else:
        secret = Secret(os.environ.get(PASSWORD_VARIABLE) or getpass.getpass("Mật khẩu thư: "))
    discovery = office.discover(address, secret).result()
    _print_attempts(discovery, printer)
    found = discovery.found
    if found is None:
        return EXIT_FAILED
    account = Account("", _identity(arguments), found.imap, found.smtp, found.user_name)
    if arguments.act == "add":
        login = Login.PASSWORD if tokens is None else Login.OAUTH
        account = replace(account, account_id=office.new_id(address), login=login)
        office.keep(account, secret if tokens is None else tokens.refresh)
    _print_account(account, printer)
    return EXIT_DONE


def _signed_in(office: AccountOffice, address: str, printer: Printer) -> Tokens:
    """Show where to sign in and wait; `SignInNeeded` when nobody did or nothing lasting was granted."""
    sign_in = office.sign_in(address)
    try:
        code = sign_in.code.result()
        printer.line(f"{code.verification_url}  →  {code.user_code}")
        printer.json({"sign_in": code.verification_url, "user_code": code.user_code})
        tokens = sign_in.tokens().result()
    except BaseException:
        sign_in.cancel()
        raise
    if tokens.refresh is None:
        raise SignInNeeded(host="", user=address, reason="no-refresh-token")
    return tokens


def _identity(arguments: argparse.Namespace) -> Identity:
    return Identity(
        MailAddress(arguments.what, arguments.name),
        arguments.title,
        arguments.unit,
        arguments.phone,
        MailboxKind(arguments.mailbox),
        Role(arguments.role),
    )


def _remove(office: AccountOffice, known: tuple[Account, ...], wanted: str, printer: Printer) -> int:
    if all(one.account_id != wanted for one in known):
        printer.line(f"không có tài khoản {wanted} · no such account")
        printer.json({"error": "no-such-account", "account": wanted})
        return EXIT_FAILED
    office.remove(wanted)
    printer.line(f"đã bỏ {wanted}; thư trên máy vẫn còn · removed; mail on this computer stays")
    printer.json({"account": wanted, "removed": True})
    return EXIT_DONE


def _print_attempts(discovery: Discovery, printer: Printer) -> None:
    for attempt in discovery.attempts:
        sign = "✔" if attempt.ok else "✘"
        printer.line(f"{sign} {attempt.source.value} {attempt.place} {_why(attempt, printer)}".rstrip())
        printer.json(
            {"source": attempt.source.value, "place": attempt.place, "ok": attempt.ok, "code": attempt.code}
        )


def _why(attempt: Attempt, printer: Printer) -> str:
    if attempt.ok:
        return ""
    family = "attempt" if attempt.code in {"nothing-there", "another-domain"} else "error"
    return printer.catalogue.text(family, attempt.code, **dict(attempt.params)).title


def _print_account(account: Account, printer: Printer) -> None:
    address = account.identity.address.addr_spec
    printer.line(
        f"{account.account_id or '–'}: {address}, IMAP {account.imap.host}:{account.imap.port},"
        f" SMTP {account.smtp.host}:{account.smtp.port}, {account.user_name}"
    )
    printer.json(
        {
            "account": account.account_id,
            "address": address,
            "imap": f"{account.imap.host}:{account.imap.port}",
            "smtp": f"{account.smtp.host}:{account.smtp.port}",
            "user": account.user_name,
        }
    )
