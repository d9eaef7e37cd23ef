"""Password stores for tests: one for `keyring` itself, one that several processes share as a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import keyring.backend
import keyring.errors

from client.model.secret import Secret
from client.store.atomic import write_atomically


class MemoryKeyring(keyring.backend.KeyringBackend):
    """The system's password store, in memory."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class LockedKeyring(MemoryKeyring):
    """A password store nobody has unlocked."""

    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked


@dataclass(frozen=True)
class FileSecrets:
    """A `SecretStore` that outlives the process, as the system's does."""

    path: Path

    def get(self, account_id: str) -> Secret | None:
        found = self._all().get(account_id)
        return None if found is None else Secret(found)

    def set(self, account_id: str, secret: Secret) -> None:
        write_atomically(self.path, json.dumps({**self._all(), account_id: secret.reveal()}).encode("ascii"))

    def delete(self, account_id: str) -> None:
        left = {name: one for name, one in self._all().items() if name != account_id}
        write_atomically(self.path, json.dumps(left).encode("ascii"))

    def _all(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.path.read_text("ascii")) if self.path.exists() else {}
        return found
