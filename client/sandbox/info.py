"""What the city tells about itself: addresses, anchors and who has which key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from client.model.account import Account, Endpoint, Identity, KeyRef, MailboxKind, Role, SentCopy
from client.model.address import MailAddress
from client.model.secret import Secret


class Pipe(Protocol):
    """One end of a multiprocessing pipe; its class differs between Windows and the others."""

    def poll(self, timeout: float | None = 0.0) -> bool:
        """Whether something is there or the other end is closed."""
        ...

    def recv(self) -> Any:
        """Next object; EOFError once the other end is closed."""

    def send(self, obj: Any) -> None:
        """Send a picklable object."""

    def close(self) -> None:
        """Let go of this end."""


@dataclass(frozen=True, slots=True)
class DemoMailbox:
    """One mailbox that can be signed in to."""

    address: str
    display_name: str
    title: str
    unit: str
    kind: MailboxKind
    role: Role
    password: Secret
    personal_key: Path | None
    seal_key: Path | None
    key_password: Secret
    phone: str = ""
    hand_image: Path | None = None
    """PNG of the hand signature, and of the seal the mailbox keeps."""
    seal_image: Path | None = None


@dataclass(frozen=True, slots=True)
class CityInfo:
    """Where the running city is to be found; crosses process borders."""

    imap: Endpoint
    smtp: Endpoint
    tsa_url: str
    crl_urls: tuple[str, ...]
    ocsp_urls: tuple[str, ...]
    anchors_pem: bytes
    """The demo root: TLS servers and signers hang under it. It belongs in no other trust store."""
    intermediates_pem: bytes
    mailboxes: tuple[DemoMailbox, ...]

    def mailbox(self, address: str) -> DemoMailbox:
        """The mailbox with that address; KeyError when there is none."""
        for one in self.mailboxes:
            if one.address == address:
                return one
        raise KeyError(address)

    def account(self, address: str) -> Account:
        """The account settings for that mailbox, as the client keeps them."""
        one = self.mailbox(address)
        identity = Identity(
            MailAddress(one.address, one.display_name), one.title, one.unit, one.phone, one.kind, one.role
        )
        return Account(
            account_id=f"demo-{address.partition('@')[0].replace('.', '-')}",
            identity=identity,
            imap=self.imap,
            smtp=self.smtp,
            user_name=address,
            personal_key=None if one.personal_key is None else KeyRef("p12", str(one.personal_key)),
            seal_key=None if one.seal_key is None else KeyRef("p12", str(one.seal_key)),
            sent_copy=SentCopy.APPEND,
        )
