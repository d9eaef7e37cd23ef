"""The command line: read the arguments, load the one command that is asked for, run it."""

from __future__ import annotations

import argparse
import importlib
import logging
import multiprocessing
from collections.abc import Sequence
from typing import NoReturn, Protocol, cast

from client import __version__
from client.cli.output import OutputClosed, Printer, use_utf8
from client.config.catalogue import LANGUAGES, Catalogue
from client.config.logs import start_log
from client.config.paths import Paths, resources_dir
from client.errors import Cancelled, ClientError

_LOG = logging.getLogger(__name__)
EXIT_FAILED = 1
EXIT_FAULT = 70
"""A fault of the program itself (EX_SOFTWARE): no judgement of any kind."""
EXIT_INTERRUPTED = 130
"""Ctrl+C, as shells count it."""
EXIT_OUTPUT_CLOSED = 141
"""Nobody reads the output any more (128 + SIGPIPE), as shells count it."""
EXIT_USAGE = 3
"""Wrong arguments, an unreadable input, or a command that is not there yet."""

COMMANDS = {
    "window": "mở cửa sổ (mặc định) · open the window (default)",
    "demo": "môi trường tập huấn · the training city",
    "check": "kiểm tra thư theo quy chế · hold a message against the rules",
    "policy": "chính sách của cơ quan · policy: lint, diff, sign, verify, install, rollback, test",
    "sign": "ký số tệp · sign files",
    "extend": "gia hạn chữ ký · long-term data for signatures",
    "keys": "khóa ký và thiết bị · signing keys and tokens",
    "verify": "kiểm tra chữ ký số · verify signatures",
    "evidence": "hồ sơ bằng chứng · evidence of verifications: list, export, check",
    "trust": "chứng thư gốc được tin cậy · trust anchors: list, add, remove",
    "account": "tài khoản thư · mail accounts: discover, add, list, remove",
    "send": "gửi một thư .eml · send a message",
    "sync": "nhận thư · fetch mail",
    "search": "tìm thư · search mail",
    "report": "thống kê (chưa có) · statistics (not there yet)",
    "overrides": "nhật ký bỏ qua cảnh báo · what was sent in spite of a finding",
    "doctor": "chẩn đoán · diagnosis for IT support",
}


JUDGING = {"check", "extend", "overrides", "policy", "sign", "verify"}
"""Commands whose exit code 1 is a judgement: an error has to be another one."""
NOT_YET = {"report"}


class Command(Protocol):
    """What a module of this package offers."""

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments."""

    def run(self, arguments: argparse.Namespace, printer: Printer) -> int:
        """Do it; answers with the exit code."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # argparse leaves with 2, which in the contract means "needs a reason".
        self.print_usage()
        self.exit(EXIT_USAGE, f"{self.prog}: {message}\n")


def run(arguments: Sequence[str]) -> int:
    """Run one command line; answers with the exit code."""
    use_utf8()
    chosen = next((word for word in arguments if word in COMMANDS), "window")
    command = cast(
        Command, importlib.import_module(f"client.cli.{'not_yet' if chosen in NOT_YET else chosen}")
    )
    parsed = _parser(chosen, command).parse_args(list(arguments) or ["window"])
    printer = Printer(Catalogue.load(resources_dir(), parsed.language), as_json=parsed.json)
    try:
        return _run(chosen, command, parsed, printer)
    except OutputClosed:
        return EXIT_OUTPUT_CLOSED


def _run(chosen: str, command: Command, parsed: argparse.Namespace, printer: Printer) -> int:
    try:
        return command.run(parsed, printer)
    except OutputClosed:
        raise
    except Cancelled:
        return EXIT_FAILED
    except ClientError as error:
        printer.error(error)
        return EXIT_USAGE if chosen in JUDGING else EXIT_FAILED
    except KeyboardInterrupt:
        # Helpers are not waited for: an authority they ask may take minutes. Files are whole or not there.
        for helper in multiprocessing.active_children():
            helper.kill()
        return EXIT_INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort: said in words, traced in the log
        start_log(Paths.for_user().logs, "command")
        _LOG.critical("unexpected fault in %s", chosen, exc_info=error)
        printer.fault(type(error).__name__)
        return EXIT_FAULT


def _parser(chosen: str, command: Command) -> argparse.ArgumentParser:
    parser = _Parser(prog="congthu", description="Công Thư: thư điện tử công vụ")
    parser.add_argument("--version", action="version", version=f"Công Thư {__version__}")
    parsers = parser.add_subparsers(dest="command", metavar="LỆNH", parser_class=_Parser)
    for name, words in COMMANDS.items():
        sub = parsers.add_parser(name, help=words, description=words)
        sub.add_argument(
            "--json", action="store_true", help="một đối tượng JSON mỗi dòng · one JSON object a line"
        )
        sub.add_argument("--language", choices=LANGUAGES, default="vi")
        if name == chosen:
            command.configure(sub)
    return parser
