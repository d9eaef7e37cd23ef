"""Mail passwords: in the system's own store, never in a file of ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import keyring
import keyring.errors

from client.errors import KeyringUnavailable
from client.model.secret import Secret


class SecretStore(Protocol):
    """Mail passwords by account."""

    def get(self, account_id: str) -> Secret | None:
        """The password, None when none is stored."""

    def set(self, account_id: str, secret: Secret) -> None:
        """Store or replace the password."""

    def delete(self, account_id: str) -> None:
        """Forget the password; an unknown account is no error."""


@dataclass(frozen=True, slots=True)
class KeyringSecrets:
    """Windows Credential Manager, or what the platform has; raises `KeyringUnavailable`."""

    service: str = "CongThu"

    def get(self, account_id: str) -> Secret | None:
        """See `SecretStore.get`."""
        try:
            found = keyring.get_password(self.service, account_id)
        except keyring.errors.KeyringError as error:
            raise KeyringUnavailable(reason=type(error).__name__) from error
        return None if found is None else Secret(found)

    def set(self, account_id: str, secret: Secret) -> None:
        """See `SecretStore.set`."""
        try:
            keyring.set_password(self.service, account_id, secret.reveal())
        except keyring.errors.KeyringError as error:
            raise KeyringUnavailable(reason=type(error).__name__) from error

    def delete(self, account_id: str) -> None:
        """See `SecretStore.delete`."""
        if self.get(account_id) is None:
            return
        try:
            keyring.delete_password(self.service, account_id)
        except keyring.errors.KeyringError as error:
            raise KeyringUnavailable(reason=type(error).__name__) from error


@dataclass(frozen=True, slots=True)
class MemorySecrets:
    """Passwords for the length of one process tree: the training city, one-shot commands, tests."""

    passwords: dict[str, Secret] = field(default_factory=dict)

    def get(self, account_id: str) -> Secret | None:
        """See `SecretStore.get`."""
        return self.passwords.get(account_id)

    def set(self, account_id: str, secret: Secret) -> None:
        """See `SecretStore.set`."""
        self.passwords[account_id] = secret

    def delete(self, account_id: str) -> None:
        """See `SecretStore.delete`."""
        self.passwords.pop(account_id, None)
