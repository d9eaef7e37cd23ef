"""Encryption at rest: one key for a data folder, and from it one for every database and every file.

Files are ChaCha20-Poly1305 (RFC 8439), as the databases are (`client.store.connecting`): it is authenticated
and takes constant time without special hardware. Keys are derived by HKDF-Expand (RFC 5869; the key is
random, so that nothing is to be extracted). A file's key is made of its path in the data folder: laid
elsewhere it does not open, and the workshop is handed what opens the one file it has to read.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from client.errors import StoreCorrupt
from client.model.secret import Secret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

KEY_BYTES = 32
MAGIC = b"CTSEAL2\n"
KEY_ID_BYTES = 16
HEAD_BYTES = len(MAGIC) + KEY_ID_BYTES
"""What a file begins with: what it is, and the id of the key it needs."""
_NONCE = 12
_TAG = 16
_SIV = 16
"""Bytes of the synthetic IV before the encrypted digest (RFC 5297)."""


def new_key() -> bytes:
    """A key for a data folder."""
    return secrets.token_bytes(KEY_BYTES)


@dataclass(frozen=True, slots=True)
class Vault:
    """See `client.model.at_rest.AtRest`. Crosses the pipe to the engine; no pickle of it is ever written."""

    data: Path
    """The data folder; all paths are below it."""
    key: bytes = field(repr=False)
    seals: bool = True

    @property
    def key_id(self) -> bytes:
        """See `AtRest.key_id`."""
        return _derived(self.key, b"key id")[:KEY_ID_BYTES]

    def database_key(self, path: Path) -> Secret:
        """See `AtRest.database_key`: key and salt, so that no password is stretched at every opening.

        The salt, which the file begins with in the clear, has nothing to do where nothing is stretched:
        the key's id stands there, so that a wrong key is told from damage.
        """
        key = _derived(self.key, b"database", self._label(path))
        return Secret(f"raw:{key.hex()}{self.key_id.hex()}")

    def seal(self, path: Path, content: bytes) -> bytes:
        """See `AtRest.seal`."""
        return self._file_key(path).seal(content)

    def unseal(self, path: Path, sealed: bytes) -> bytes:
        """See `AtRest.unseal`."""
        return self._file_key(path).unseal(sealed, path)

    @property
    def extra(self) -> int:
        """See `AtRest.extra`."""
        return HEAD_BYTES + _NONCE + _TAG

    def is_sealed(self, start: bytes) -> bool:
        """See `AtRest.is_sealed`."""
        return start == MAGIC

    def name_of(self, folder: Path, digest: str) -> str:
        """See `AtRest.name_of`: AES-SIV (RFC 5297), which gives the same name for the same digest.

        A name that were the digest would tell whoever guesses a message whether it is here; one that were
        drawn by lot would have to be kept elsewhere.
        """
        sealed = self._name_cipher().encrypt(bytes.fromhex(digest), [self._label(folder)])
        return base64.b32encode(sealed).decode("ascii").rstrip("=").lower()

    def digest_of(self, folder: Path, name: str) -> str:
        """See `AtRest.digest_of`."""
        from cryptography.exceptions import InvalidTag

        sealed = base64.b32decode(name.upper() + "=" * (-len(name) % 8))
        if len(sealed) != _SIV + hashlib.sha256().digest_size:
            raise ValueError(name)
        try:
            return self._name_cipher().decrypt(sealed, [self._label(folder)]).hex()
        except InvalidTag as error:
            raise ValueError(name) from error

    def file(self, sealed: Path, plain: Path, digest: str) -> SealedFile:
        """See `AtRest.file`."""
        return SealedFile(sealed, plain, digest, self._file_key(sealed))

    def _name_cipher(self) -> AESSIV:
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV

        return AESSIV(_derived(self.key, b"names, authentication") + _derived(self.key, b"names, encryption"))

    def _file_key(self, path: Path) -> FileKey:
        label = self._label(path)
        return FileKey(label, self.key_id, _derived(self.key, b"file", label))

    def _label(self, path: Path) -> bytes:
        return path.relative_to(self.data).as_posix().encode("utf-8")


@dataclass(frozen=True, slots=True)
class FileKey:
    """What seals and opens one file."""

    label: bytes
    """Its path in the data folder."""
    key_id: bytes
    """Of the folder's key, so that the file says which it needs."""
    key: bytes = field(repr=False)

    @property
    def _head(self) -> bytes:
        return MAGIC + self.key_id

    def seal(self, content: bytes) -> bytes:
        """The whole file: what it is, the key's id, a nonce drawn by lot, and the content with its tag."""
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        nonce = os.urandom(_NONCE)
        sealed = ChaCha20Poly1305(self.key).encrypt(nonce, content, self._head + self.label)
        return self._head + nonce + sealed

    def unseal(self, sealed: bytes, path: Path) -> bytes:
        """The content; `StoreCorrupt` (``path``) where a byte is another, or the file another's."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        head = self._head
        start = len(head) + _NONCE
        if not sealed.startswith(head):
            raise StoreCorrupt(path=str(path))
        nonce = sealed[len(head) : start]
        try:
            return ChaCha20Poly1305(self.key).decrypt(nonce, sealed[start:], head + self.label)
        except (InvalidTag, ValueError) as error:
            raise StoreCorrupt(path=str(path)) from error


@dataclass(frozen=True, slots=True)
class SealedFile:
    """See `client.model.at_rest.Readable`."""

    sealed: Path
    plain: Path
    digest: str
    key: FileKey

    def __str__(self) -> str:
        return str(self.plain)

    @property
    def name(self) -> str:
        """See `Readable.name`."""
        return self.plain.name

    @property
    def suffix(self) -> str:
        """See `Readable.suffix`."""
        return self.plain.suffix

    def read_bytes(self) -> bytes:
        """See `Readable.read_bytes`."""
        try:
            return self._verified(self._unsealed())
        except FileNotFoundError:
            pass
        except StoreCorrupt:
            return self._clear_instead()
        try:
            return self._verified(self.plain.read_bytes())
        except FileNotFoundError:
            return self._verified(self._unsealed())  # encrypted between the two looks

    def is_file(self) -> bool:
        """See `Readable.is_file`."""
        return self.sealed.is_file() or self.plain.is_file() or self.sealed.is_file()

    def stat(self) -> os.stat_result:
        """See `Readable.stat`."""
        try:
            return self.sealed.stat()
        except FileNotFoundError:
            return self.plain.stat()

    def _clear_instead(self) -> bytes:
        """A conversion that was broken off leaves both; `StoreCorrupt` without one that is whole."""
        try:
            return self._verified(self.plain.read_bytes())
        except FileNotFoundError as error:
            raise StoreCorrupt(path=str(self.plain)) from error

    def _verified(self, content: bytes) -> bytes:
        """Whoever can lay a file there can take the encrypted one away and lay another in the clear."""
        if hashlib.sha256(content).hexdigest() != self.digest:
            raise StoreCorrupt(path=str(self.plain))
        return content

    def _unsealed(self) -> bytes:
        return self.key.unseal(self.sealed.read_bytes(), self.sealed)


def sealed_key_id(start: bytes) -> bytes:
    """The id of the key that a file which begins with ``start`` needs; ``b""`` for any other file."""
    if not start.startswith(MAGIC) or len(start) < HEAD_BYTES:
        return b""
    return start[len(MAGIC) : HEAD_BYTES]


def _derived(key: bytes, purpose: bytes, label: bytes = b"") -> bytes:
    """HKDF-Expand of one block; a purpose has no NUL, so that no two inputs are alike."""
    return hmac.digest(key, b"congthu at rest\x00" + purpose + b"\x00" + label + b"\x01", "sha256")
