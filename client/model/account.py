"""Who the user is at work, and where their mail lives."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from client.model.address import MailAddress


class MailboxKind(StrEnum):
    """Whose mailbox it is (regulation.md A3)."""

    PERSONAL = "personal"
    """Hộp thư cá nhân."""
    AGENCY = "agency"
    """Hộp thư cơ quan, kept by the records clerk."""


class Role(StrEnum):
    """What the user may do with documents."""

    STAFF = "staff"
    """Chuyên viên."""
    LEADER = "leader"
    """Người có thẩm quyền ký."""
    CLERK = "clerk"
    """Văn thư."""


class TlsMode(StrEnum):
    """There is no "if available": a connection is protected or it is not made."""

    IMPLICIT = "implicit"
    """TLS from the first byte (RFC 8314)."""
    STARTTLS = "starttls"
    """Plain greeting, then STARTTLS or nothing."""


class SentCopy(StrEnum):
    """Who puts the copy of a sent message into Sent."""

    AUTO = "auto"
    """Found out with the first messages, and remembered."""
    APPEND = "append"
    """This program, at once."""
    SERVER_SAVES = "server-saves"
    """The server; this program never does."""


class Login(StrEnum):
    """How the account proves whose it is."""

    PASSWORD = "password"  # noqa: S105 - a word, no password
    OAUTH = "oauth"
    """By what the user granted at the organisation's authorisation server; never by a password."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server's address."""

    host: str
    port: int
    tls: TlsMode = TlsMode.IMPLICIT


@dataclass(frozen=True, slots=True)
class Identity:
    """The sender as the regulation's rules see them."""

    address: MailAddress
    title: str = ""
    """Chức vụ."""
    unit: str = ""
    """Đơn vị, cơ quan."""
    phone: str = ""
    kind: MailboxKind = MailboxKind.PERSONAL
    role: Role = Role.STAFF


@dataclass(frozen=True, slots=True)
class KeyRef:
    """Where a signing key lives: ``p12:PATH``, ``pkcs11:…`` (RFC 7512), or one day ``wincert:…``."""

    scheme: str
    location: str

    @classmethod
    def parse(cls, text: str) -> KeyRef:
        """Read the form above; raises ValueError for any other scheme."""
        scheme, colon, location = text.partition(":")
        if not colon or not location or scheme not in {"p12", "pkcs11", "wincert"}:
            raise ValueError(text)
        return cls(scheme, location)

    def __str__(self) -> str:
        return f"{self.scheme}:{self.location}"


@dataclass(frozen=True, slots=True)
class Account:
    """One mail account. Its password or refresh token is in the keyring, under ``account_id``."""

    account_id: str
    identity: Identity
    imap: Endpoint
    smtp: Endpoint
    user_name: str
    personal_key: KeyRef | None = None
    seal_key: KeyRef | None = None
    sent_copy: SentCopy = SentCopy.AUTO
    login: Login = Login.PASSWORD
