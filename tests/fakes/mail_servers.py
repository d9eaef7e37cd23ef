"""Dovecot and Postfix together, as a test sees them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from client.model.account import Endpoint
from tests.fakes.dovecot import Dovecot
from tests.fakes.postfix import Postfix


@dataclass(frozen=True)
class MailServers:
    """A mail system on loopback with TLS; its names are all ``localhost``."""

    dovecot: Dovecot
    postfix: Postfix

    @property
    def imap_endpoint(self) -> Endpoint:
        return self.dovecot.imap_endpoint

    @property
    def smtp_endpoint(self) -> Endpoint:
        return self.postfix.smtp_endpoint

    @property
    def anchors_pem(self) -> tuple[bytes, ...]:
        return self.dovecot.anchors_pem

    def add_user(self, address: str, password: str) -> None:
        """A mailbox; any domain will do."""
        self.dovecot.add_user(address, password)

    def maildir(self, address: str) -> Path:
        return self.dovecot.maildir(address)
