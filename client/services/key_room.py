"""Where signing keys are while they are used: opened, lent and let go of.

Runs in the workshop; there is one room in a process, because PKCS #11 logs a process in to a
token. No PIN and no password stays here after a key was opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from client.crypto.keys import Purpose, SigningKey, preflight_certificate
from client.crypto.pkcs11 import Guard, Tokens
from client.crypto.pkcs12 import open_pkcs12
from client.errors import KeyFileInvalid, SigningRefused, TokenAbsent, TokenFault
from client.model.account import KeyRef
from client.model.trust import VerificationDemand
from client.model.verdict import SignerInfo
from client.services.requests import KeyUse
from client.services.token_drivers import installed_drivers


@dataclass(frozen=True)
class _Opened:
    ref: KeyRef
    chosen: bytes
    key: SigningKey
    let_go: Callable[[], None]


class KeyRoom:
    """Lends keys one at a time; holds one open for a batch."""

    def __init__(self, tokens: Tokens | None = None) -> None:
        self.tokens = tokens or Tokens()
        self._held: _Opened | None = None

    @contextmanager
    def lend(self, use: KeyUse, guard: Guard | None = None) -> Iterator[SigningKey]:
        """A key for the length of a block; the held one costs no login.

        ``guard`` (see `may_sign`) is asked about a token's certificate before the PIN is tried.
        Raises `KeyFileInvalid` and `KeyPasswordIncorrect` for files, what `Tokens.open_key` raises
        for tokens, and `SigningRefused` for a store that is not built.
        """
        held = self._held
        if held is not None and (held.ref, held.chosen) == (use.key, use.certificate_der):
            try:
                yield held.key
            except (TokenAbsent, TokenFault):
                # Its session ended with the token; the next one to ask logs in anew.
                self.release()
                raise
            return
        opened = self._open(use, guard)
        try:
            yield opened.key
        finally:
            opened.let_go()

    def hold(self, use: KeyUse, guard: Guard | None = None) -> SignerInfo:
        """Open a key and keep it open until `release`: one login for many signatures."""
        self.release()
        self._held = self._open(use, guard)
        return self._held.key.signer_info

    def release(self) -> None:
        """Close what is held; nothing to do where nothing is."""
        held, self._held = self._held, None
        if held is not None:
            held.let_go()

    def _open(self, use: KeyUse, guard: Guard | None) -> _Opened:
        match use.key.scheme:
            case "p12":
                key = _open_file(use.key.location, use)
                if guard is not None:
                    guard(key.certificate_der, key.chain_der)
                return _Opened(use.key, use.certificate_der, key, _nothing)
            case "pkcs11":
                opened = self.tokens.open_key(
                    use.key.location,
                    use.password,
                    installed_drivers(use.drivers),
                    chosen=use.certificate_der,
                    guard=guard,
                )
                return _Opened(use.key, use.certificate_der, opened.key, opened.close)
            case _:
                # ``wincert:``: the place is kept for keys of the Windows store (CNG).
                raise SigningRefused(reason="key-store-not-built")


def may_sign(demand: VerificationDemand, *purposes: Purpose) -> Guard:
    """A guard that refuses what nobody could accept: expired, revoked, not meant for ``purposes``."""

    def guard(certificate_der: bytes, chain_der: tuple[bytes, ...]) -> None:
        for purpose in purposes:
            preflight_certificate(certificate_der, chain_der, demand, purpose)

    return guard


def _open_file(path: str, use: KeyUse) -> SigningKey:
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise KeyFileInvalid(path=path, reason="unreadable") from error
    return open_pkcs12(data, use.password, path)


def _nothing() -> None:
    """A key file leaves nothing to close."""


@cache
def key_room() -> KeyRoom:
    """The room of this process."""
    return KeyRoom()
