"""What the user set: language, accounts, sources of trust. Passwords are not in here."""

from __future__ import annotations

import os
import tempfile
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from client.config.catalogue import LANGUAGES
from client.config.nearest import nearest
from client.errors import ConfigInvalid, StorageFailed, StorageFull
from client.model.account import (
    Account,
    Endpoint,
    Identity,
    KeyRef,
    Login,
    MailboxKind,
    Role,
    SentCopy,
    TlsMode,
)
from client.model.address import MailAddress
from client.model.receipt import ReceiptHabit
from client.model.verdict import Profile

Chosen = TypeVar("Chosen", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Settings:
    """Every option with its default."""

    language: str = "vi"
    accounts: tuple[Account, ...] = ()
    profile: Profile = Profile.B_T
    """PAdES and CAdES profile a signature gets unless chosen otherwise."""
    tsa_urls: tuple[str, ...] = ()
    """Time-stamp authorities (RFC 3161), asked in this order."""
    server_anchors: tuple[str, ...] = ()
    """PEM files mail servers' certificates may rest on, besides the system's."""
    token_drivers: tuple[str, ...] = ()
    """PKCS#11 libraries of signing tokens, asked before the known ones."""
    receipts: ReceiptHabit = ReceiptHabit.ASK
    """What to do when a sender asks for a read receipt."""
    body_days: int = 90
    """Bodies of messages younger than this are kept for reading offline."""
    imap_without: tuple[str, ...] = ()
    """IMAP capabilities no server is believed, ``QRESYNC`` for one that is wrong about it."""
    encrypt: bool | None = None
    """Whether mail, drafts and evidence are encrypted on the disk, unless the policy demands it.

    None: as they are, which is in the clear until somebody says otherwise. A line that gets lost
    decrypts nothing.
    """


def load_settings(path: Path) -> Settings:
    """Read the file; defaults where there is none. Raises `ConfigInvalid` naming the key, `StorageFailed`."""
    try:
        text = path.read_bytes().decode("utf-8")
        values = tomllib.loads(text)
    except FileNotFoundError:
        return Settings()
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigInvalid(path=str(path), key="", suggestion="") from error
    except OSError as error:
        raise StorageFailed(path=str(path), reason="access") from error
    return _settings(_Table(values, path))


def save_settings(path: Path, settings: Settings) -> None:
    """Write the file whole or not at all.

    Raises `ConfigInvalid` for an account id that `load_settings` would refuse, `StorageFull` or
    `StorageFailed`.
    """
    for account in settings.accounts:
        if not _names_a_folder(account.account_id):
            raise ConfigInvalid(path=str(path), key="account_id", suggestion="")
    text = "".join(_lines(settings)).encode("utf-8")
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".settings", suffix=".tmp")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()
        full = error.errno == 28 or getattr(error, "winerror", None) in (39, 112)  # ENOSPC, ERROR_DISK_FULL
        raise (StorageFull(path=str(path)) if full else StorageFailed(path=str(path), reason="io")) from error


class _Table:
    """A TOML table whose keys are taken one by one; what is left over is unknown."""

    def __init__(self, values: dict[str, Any], path: Path, prefix: str = "") -> None:
        self._values = dict(values)
        self._path = path
        self._prefix = prefix
        self._known: list[str] = []

    def text(self, key: str, default: str | None = None) -> str:
        return str(self._take(key, str, default))

    def number(self, key: str, default: int) -> int:
        value = self._take(key, int, default)
        if isinstance(value, bool) or value < 0:
            raise self.wrong(key)
        return int(value)

    def truth(self, key: str) -> bool | None:
        if key not in self._values:
            self._known.append(key)
            return None
        return bool(self._take(key, bool, None))

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._take(key, list, [])
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(key)
        return tuple(values)

    def choice(self, key: str, kind: type[Chosen], default: Chosen) -> Chosen:
        value = self.text(key, str(default))
        try:
            return kind(value)
        except ValueError as error:
            raise self.wrong(key, nearest(value, [str(one) for one in kind])) from error

    def table(self, key: str) -> _Table:
        return _Table(self._take(key, dict, {}), self._path, f"{self._prefix}{key}.")

    def tables(self, key: str) -> list[_Table]:
        values = self._take(key, list, [])
        if not all(isinstance(value, dict) for value in values):
            raise self.wrong(key)
        return [
            _Table(value, self._path, f"{self._prefix}{key}[{index}].") for index, value in enumerate(values)
        ]

    def finish(self) -> None:
        for key in self._values:
            raise self.wrong(key, nearest(key, self._known))

    def wrong(self, key: str, suggestion: str = "") -> ConfigInvalid:
        return ConfigInvalid(path=str(self._path), key=f"{self._prefix}{key}", suggestion=suggestion)

    def _take(self, key: str, kind: type, default: Any) -> Any:
        self._known.append(key)
        value = self._values.pop(key, default)
        if not isinstance(value, kind):
            # A required key that is missing is often there under a mistyped name.
            raise self.wrong(key, nearest(key, self._values) if value is None else "")
        return value


def _settings(table: _Table) -> Settings:
    default = Settings()
    language = table.text("language", default.language)
    if language not in LANGUAGES:
        raise table.wrong("language", nearest(language, list(LANGUAGES)))
    settings = Settings(
        language=language,
        profile=table.choice("profile", Profile, default.profile),
        tsa_urls=table.texts("tsa_urls"),
        server_anchors=table.texts("server_anchors"),
        token_drivers=table.texts("token_drivers"),
        receipts=table.choice("receipts", ReceiptHabit, default.receipts),
        body_days=table.number("body_days", default.body_days),
        imap_without=table.texts("imap_without"),
        encrypt=table.truth("encrypt"),
        accounts=tuple(_account(one) for one in table.tables("accounts")),
    )
    table.finish()
    return settings


def _account(table: _Table) -> Account:
    account = Account(
        account_id=table.text("account_id"),
        user_name=table.text("user_name"),
        identity=_identity(table.table("identity")),
        imap=_endpoint(table.table("imap")),
        smtp=_endpoint(table.table("smtp")),
        personal_key=_key(table, "personal_key"),
        seal_key=_key(table, "seal_key"),
        sent_copy=table.choice("sent_copy", SentCopy, SentCopy.AUTO),
        login=table.choice("login", Login, Login.PASSWORD),
    )
    if not _names_a_folder(account.account_id):
        raise table.wrong("account_id")
    table.finish()
    return account


def _names_a_folder(account_id: str) -> bool:
    """An account's id is its folder's name on every platform."""
    return bool(account_id) and all(char.isalnum() or char in "-_" for char in account_id)


def _identity(table: _Table) -> Identity:
    identity = Identity(
        address=MailAddress(table.text("address"), table.text("name", "")),
        title=table.text("title", ""),
        unit=table.text("unit", ""),
        phone=table.text("phone", ""),
        kind=table.choice("kind", MailboxKind, MailboxKind.PERSONAL),
        role=table.choice("role", Role, Role.STAFF),
    )
    table.finish()
    return identity


def _endpoint(table: _Table) -> Endpoint:
    endpoint = Endpoint(
        table.text("host"), table.number("port", 0), table.choice("tls", TlsMode, TlsMode.IMPLICIT)
    )
    if not 0 < endpoint.port < 65536:
        raise table.wrong("port")
    table.finish()
    return endpoint


def _key(table: _Table, name: str) -> KeyRef | None:
    text = table.text(name, "")
    try:
        return KeyRef.parse(text) if text else None
    except ValueError as error:
        raise table.wrong(name) from error


def _lines(settings: Settings) -> list[str]:
    lines = [
        _line("language", settings.language),
        _line("profile", str(settings.profile)),
        _line("tsa_urls", settings.tsa_urls),
        _line("server_anchors", settings.server_anchors),
        _line("token_drivers", settings.token_drivers),
        _line("receipts", str(settings.receipts)),
        _line("body_days", settings.body_days),
        _line("imap_without", settings.imap_without),
    ]
    if settings.encrypt is not None:
        lines.append(_line("encrypt", settings.encrypt))
    for account in settings.accounts:
        lines += _account_lines(account)
    return lines


def _account_lines(account: Account) -> list[str]:
    identity = account.identity
    lines = [
        "\n[[accounts]]\n",
        _line("account_id", account.account_id),
        _line("user_name", account.user_name),
        _line("personal_key", str(account.personal_key or "")),
        _line("seal_key", str(account.seal_key or "")),
        _line("sent_copy", str(account.sent_copy)),
        _line("login", str(account.login)),
        "\n[accounts.identity]\n",
        _line("address", identity.address.addr_spec),
        _line("name", identity.address.display_name),
        _line("title", identity.title),
        _line("unit", identity.unit),
        _line("phone", identity.phone),
        _line("kind", str(identity.kind)),
        _line("role", str(identity.role)),
    ]
    for name, endpoint in (("imap", account.imap), ("smtp", account.smtp)):
        lines += [f"\n[accounts.{name}]\n", _line("host", endpoint.host), _line("port", endpoint.port)]
        lines.append(_line("tls", str(endpoint.tls)))
    return lines


def _line(key: str, value: str | int | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return f"{key} = [{', '.join(_quoted(one) for one in value)}]\n"
    shown = str(value).lower() if isinstance(value, int) else _quoted(value)
    return f"{key} = {shown}\n"


def _quoted(text: str) -> str:
    """A TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    shown = (char if char >= " " and char != "\x7f" else f"\\u{ord(char):04x}" for char in escaped)
    return f'"{"".join(shown)}"'
