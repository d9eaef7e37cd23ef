"""The certificates of key files that were opened before: whose they are is known without a password.

Certificates are public; no key and no password is kept here.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path

import msgspec

from client.model.account import KeyRef
from client.store.atomic import write_atomically


class KnownKeys:
    """A small file in the data folder; one that cannot be read is as good as none."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def all(self) -> Mapping[str, bytes]:
        """Certificate (DER) by key address."""
        try:
            stored = msgspec.json.decode(self._path.read_bytes(), type=dict[str, str])
            return {key: base64.b64decode(text, validate=True) for key, text in stored.items()}
        except (OSError, msgspec.DecodeError, binascii.Error):
            return {}

    def remember(self, key: KeyRef, certificate_der: bytes) -> None:
        """Note whose certificate a key file holds; `StorageFull`, `StorageFailed`."""
        known = dict(self.all())
        if known.get(str(key)) == certificate_der:
            return
        known[str(key)] = certificate_der
        encoded = {name: base64.b64encode(der).decode() for name, der in known.items()}
        write_atomically(self._path, msgspec.json.encode(encoded))
