"""`congthu doctor`: what IT support needs to know, without secrets or content."""

from __future__ import annotations

import argparse
import platform
import sys
from contextlib import closing, suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from client import __version__, app
from client.cli.encryption import encryption_told
from client.cli.keys import driver_reports
from client.cli.output import Printer
from client.config.paths import Paths
from client.errors import ClientError, TlsUntrusted
from client.model.account import Account, Endpoint, Login
from client.model.at_rest import DataKeyMissing
from client.model.server_certificate import SeenCertificate
from client.net.imap import connect
from client.net.shown_certificate import shown_by_submission, shown_certificate
from client.net.smtp_login import check_login
from client.net.trace import Trace
from client.services.at_rest import examine_ledger
from client.services.data_folder import sealed_files
from client.services.data_key import open_vault
from client.services.diagnosis import Diagnosis, pack
from client.services.giving_up import is_lost, opening, set_locked_aside
from client.services.policy_keeper import InstalledPolicy
from client.services.rescue import rescue
from client.services.server_certificates import Look, explained
from client.store.atomic import write_atomically
from client.store.database import Database, open_ledger
from client.store.directory import DirectoryReader
from client.store.overrides import OverrideLog
from client.store.secrets import KeyringSecrets
from client.store.server_certificates import ServerCertificates
from client.vault.sealing import Vault

_LIBRARIES = (
    "PySide6-Essentials",
    "pyHanko",
    "cryptography",
    "IMAPClient",
    "apsw-sqlite3mc",
    "keyring",
    "pypdfium2",
    "python-pkcs11",
)


def configure(parser: argparse.ArgumentParser) -> None:
    """See `client.cli.main.Command`."""
    parser.add_argument("--data", type=Path, metavar="DIR", help="thư mục dữ liệu · data folder")
    parser.add_argument(
        "--zip", type=Path, metavar="FILE", help="gói kết quả cho bộ phận hỗ trợ · pack it for support"
    )
    parser.add_argument(
        "--rescue",
        type=Path,
        metavar="DIR",
        help="chỉ lấy bản nháp và thư chưa gửi ra tệp .eml · only write drafts and unsent messages out",
    )
    parser.add_argument(
        "--begin-anew",
        action="store_true",
        help="khóa mã hóa đã mất hẳn: để riêng những gì không đọc được · the key is lost for good:"
        " set aside what cannot be read",
    )


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`."""
    if arguments.rescue is not None:
        return _rescue(arguments.data, arguments.rescue, printer)
    if arguments.begin_anew:
        return _begin_anew(arguments.data, printer)
    doctor = _Doctor(printer)
    fine = doctor.examine(arguments.data)
    if arguments.zip is not None:
        diagnosis = Diagnosis(tuple(doctor.said), {name: one.lines() for name, one in doctor.traces.items()})
        write_atomically(arguments.zip, pack(diagnosis, doctor.paths, doctor.accounts, doctor.at_rest))
        doctor.say("zip", ok=True, detail=str(arguments.zip))
    return 0 if fine else 1


def _rescue(data: Path | None, folder: Path, printer: Printer) -> int:
    paths = Paths(data) if data is not None else Paths.for_user()
    doctor = _Doctor(printer)
    try:
        at_rest = open_vault(paths, KeyringSecrets())
        done = rescue(paths.ledger, folder, lambda: datetime.now(UTC), at_rest)
    except ClientError as error:
        doctor.fail(error, "rescue")
        return 1
    detail = f"{len(done.files)} tệp · files, {folder}"
    if not done.is_whole:
        detail += "; có phần không đọc được nữa · some of it could not be read any more"
    doctor.say("rescue", ok=done.is_whole, detail=detail)
    return 0 if done.is_whole else 1


def _begin_anew(data: Path | None, printer: Printer) -> int:
    """Only where the key is lost: one that is locked away can be unlocked."""
    paths = Paths(data) if data is not None else Paths.for_user()
    doctor = _Doctor(printer)
    try:
        vault = opening(paths, KeyringSecrets())
        if not is_lost(paths, vault):
            detail = (
                "không có gì phải để riêng: dữ liệu đọc được · there is nothing to set aside: it can be read"
            )
            doctor.say("begin-anew", ok=False, detail=detail)
            return 1
        target = set_locked_aside(paths, datetime.now(UTC), vault)
    except ClientError as error:
        doctor.fail(error, "begin-anew")
        return 1
    doctor.say("begin-anew", ok=True, detail=str(target))
    return 0


class _Doctor:
    """Says each check as it is made and remembers it for the zip."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self.paths = Paths.for_user()
        self.accounts: tuple[Account, ...] = ()
        self.said: list[dict[str, object]] = []
        self.traces: dict[str, Trace] = {}
        self.at_rest: Vault | None = None

    def examine(self, data: Path | None) -> bool:
        """Everything; False when something needs a hand."""
        self.paths = Paths(data) if data is not None else self.paths
        self.say("version", ok=True, detail=f"Công Thư {__version__}, Python {sys.version.split()[0]}")
        self.say("system", ok=True, detail=platform.platform())
        for name in _LIBRARIES:
            self.say(f"library {name}", **_library(name))
        self.say("data", ok=True, detail=str(self.paths.data))
        opened = self._encryption(data)
        self.say("override log", **_override_log(self.paths, self.at_rest))
        sound = self._policy(app.look_for_policy(self.paths)) and opened
        try:
            installation = app.installed(data)
        except ClientError as error:
            self.fail(error, "settings")
            return False
        self._drivers(installation)
        self._directory(installation)
        self.accounts = installation.settings.accounts
        results = [
            self._account(number, account, installation) for number, account in enumerate(self.accounts, 1)
        ]
        if not results:
            self.say("accounts", ok=True, detail="chưa có tài khoản · no account yet")
        return sound and all(results)

    def _encryption(self, data: Path | None) -> bool:
        """Whether the data is encrypted and its key opens it; the key itself is told nobody."""
        try:
            self.at_rest = open_vault(self.paths, KeyringSecrets())
            if self.at_rest is not None and self.paths.ledger.is_file():
                examine_ledger(self.paths.ledger, self.at_rest)
                self._ledger().close()
            locked = next(sealed_files(self.paths), None)
            if self.at_rest is None and locked is not None:
                raise DataKeyMissing(path=str(locked))
        except ClientError as error:
            self.fail(error, "encryption")
            return False
        if self.at_rest is None:
            self.say("encryption", ok=True, detail="không · off")
            return True
        wanted = None
        with suppress(ClientError):  # which settings it is that cannot be read is said below
            wanted = app.installed(data).encrypts
        told = list(encryption_told(self.paths, self.at_rest, wanted=wanted))
        for one in told:
            self.say(one.check, ok=one.ok, detail=one.detail)
        return all(one.ok for one in told)

    def say(self, check: str, *, ok: bool | str, detail: bool | str) -> None:
        """One line for people, one object for programs."""
        self._printer.line(f"{'✔' if ok else '✘'} {check}: {detail}")
        line: dict[str, object] = {"check": check, "ok": bool(ok), "detail": detail}
        self._printer.json({"check": check, "ok": bool(ok), "detail": detail})
        self.said.append(line)

    def fail(self, error: ClientError, about: str) -> None:
        """An error in words; the zip keeps its code."""
        self._printer.error(error, about)
        self.said.append({"check": about, "ok": False, "detail": error.code})

    def _policy(self, found: InstalledPolicy) -> bool:
        """Which rules are in use, layer by layer, and what was refused."""
        policy = found.policy
        detail = f"{policy.id} {policy.version}"
        if found.signature is not None:
            detail += f", ký bởi · signed by {found.signature.shown}"
        self.say("policy", ok=not found.problems, detail=detail)
        for head in found.stack.heads:
            described = f"{head.policy_id} {head.version}, {head.path}"
            self.say(f"policy layer {head.layer.value}", ok=True, detail=described)
        for problem in found.problems:
            text = self._printer.catalogue.text("error", problem.error.code, **problem.error.params)
            using = self._printer.catalogue.text("policy", problem.instead.value).title
            self.say("policy refused", ok=False, detail=f"{text.whole} {using}")
        return not found.problems

    def _drivers(self, installation: app.Installation) -> None:
        for report in driver_reports(tuple(map(Path, installation.settings.token_drivers))):
            tokens = ", ".join(f"{token.label} (PIN {token.pin})" for token in report.tokens)
            detail = f"{report.path} {report.problem or tokens}".rstrip()
            self.say(f"token driver {report.name}", ok=report.loaded, detail=detail)

    def _directory(self, installation: app.Installation) -> None:
        """How old the copy of the organisation's directory is, and why it is not newer."""
        server = app.directory_server(installation)
        if server is None:
            return
        state = DirectoryReader(self.paths.directory, self.at_rest).state()
        at = state.refreshed_at.isoformat(timespec="minutes") if state.refreshed_at is not None else "–"
        parts = [server.endpoint.host, str(state.entries), at]
        parts += [] if state.is_whole or state.refreshed_at is None else ["không đủ · not whole"]
        parts += filter(None, [state.error_code, state.error_reason])
        self.say("directory", ok=not state.error_code, detail=", ".join(parts))

    def _account(self, number: int, account: Account, installation: app.Installation) -> bool:
        imap_trace = self.traces[f"{number}-imap"] = Trace()
        smtp_trace = self.traces[f"{number}-smtp"] = Trace()
        name, user, anchors = account.account_id, account.user_name, installation.tls_anchors
        try:
            password = installation.secrets.get(name)
            self.say(f"{name} password", ok=password is not None, detail="keyring")
            if password is None:
                return False
            if account.login is Login.OAUTH:
                password = app.access_tokens(installation, account).access()
                self.say(f"{name} sign-in", ok=True, detail="OAuth 2.0")
            try:
                connect(account.imap, user, password, anchors, trace=imap_trace).logout()
            except TlsUntrusted as error:
                raise self._explained(error, account, account.imap, shown_certificate) from error
            self.say(f"{name} imap", ok=True, detail=account.imap.host)
            try:
                limit = check_login(account.smtp, user, password, anchors, trace=smtp_trace)
            except TlsUntrusted as error:
                raise self._explained(error, account, account.smtp, shown_by_submission) from error
            self.say(f"{name} smtp", ok=True, detail=f"{account.smtp.host}, SIZE {limit}")
        except ClientError as error:
            self.fail(error, name)
            return False
        finally:
            self._certificates(account)
        return True

    def _certificates(self, account: Account) -> None:
        """What the server's certificate was when mail was fetched last, and what it was before that."""
        with (
            suppress(ClientError),
            closing(open_ledger(self.paths.ledger, self.at_rest, readonly=True)) as ledger,
        ):
            by_place: dict[str, SeenCertificate] = {}
            for seen in ServerCertificates(ledger, account.account_id).history():
                known, name = seen.certificate, f"{account.account_id} certificate"
                after = by_place.get(seen.place)
                by_place[seen.place] = seen
                told = f"{seen.place}, {known.issuer}, … {known.not_after:%Y-%m-%d}, {known.sha256}"
                if after is None:
                    self.say(name, ok=True, detail=told)
                else:
                    self.say(f"{name} changed", ok=True, detail=f"{after.first_seen:%Y-%m-%d} ← {told}")

    def _ledger(self) -> Database:
        return open_ledger(self.paths.ledger, self.at_rest, readonly=True)

    def _explained(
        self, error: TlsUntrusted, account: Account, endpoint: Endpoint, look: Look
    ) -> TlsUntrusted:
        with (
            suppress(ClientError),
            closing(open_ledger(self.paths.ledger, self.at_rest, readonly=True)) as ledger,
        ):
            known = ServerCertificates(ledger, account.account_id)
            return explained(error, endpoint, known, look)
        return error


def _override_log(paths: Paths, at_rest: Vault | None) -> dict[str, bool | str]:
    """Whether its chain holds; the entries themselves are for ``congthu overrides``."""
    if not paths.ledger.is_file():
        return {"ok": True, "detail": "–"}
    try:
        ledger = open_ledger(paths.ledger, at_rest, readonly=True)
    except ClientError as error:
        return {"ok": False, "detail": error.code}
    try:
        log = OverrideLog(ledger)
        count, broken = len(log.entries()), log.first_broken()
    finally:
        ledger.close()
    return {"ok": broken is None, "detail": str(count) if broken is None else f"! {broken}"}


def _library(name: str) -> dict[str, bool | str]:
    try:
        return {"ok": True, "detail": version(name)}
    except PackageNotFoundError:
        return {"ok": False, "detail": "missing"}
