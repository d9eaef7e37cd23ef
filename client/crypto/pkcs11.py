"""Keys on tokens (PKCS #11): found without a PIN, opened with one, closed when done.

Runs in the workshop. A token is known by its serial number, a certificate by its CKA_ID and, where
the user chose it before, by every byte of it. The PIN is tried only after everything that can be
known without it was found right, because each wrong try brings the token nearer to its lock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from pkcs11.types import Session

from client.crypto.certificates import describe, load_certificate
from client.crypto.keys import SigningKey
from client.crypto.pkcs11_driver import Load, load_driver, present_tokens
from client.crypto.pkcs11_faults import told
from client.crypto.pkcs11_login import ask_the_flags, log_in, log_out
from client.crypto.pkcs11_objects import TokenCertificate, asks_each_time, find_private_key
from client.crypto.pkcs11_opener import TokenOpener
from client.crypto.pkcs11_search import Found, certificates_of, chain_of, choose, find_in, paths_for
from client.crypto.pkcs11_signer import KeyOnToken, TokenSigner
from client.crypto.pkcs11_uri import TokenUri
from client.errors import ClientError, DriverUnusable, SigningRefused, TokenAbsent
from client.model.secret import Secret
from client.model.token import TokenInfo

Guard = Callable[[bytes, tuple[bytes, ...]], None]
"""Called with a certificate and its chain (DER) before a PIN is tried; raises to refuse it."""


class OpenToken:
    """A key of a token, logged in to; a context manager that logs out."""

    def __init__(self, found: Found, session: Session, signer: TokenSigner, key: SigningKey) -> None:
        self.key = key
        self.token = found.info
        self._found = found
        self._session = session
        self._signer = signer
        self._closed = False

    @property
    def is_open(self) -> bool:
        """Whether it was not closed yet; the token may be gone all the same."""
        return not self._closed

    def close(self) -> None:
        """Log out and forget the PIN, if one was kept; a token that is gone has done so itself."""
        if not self._closed:
            self._closed = True
            self._signer.forget()
            if isinstance(self.key.opener, TokenOpener):
                self.key.opener.forget()
            log_out(self._found, self._session)

    def __enter__(self) -> OpenToken:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Tokens:
    """Every token this process can reach; the owner of the logins made here.

    PKCS #11 logs a whole process in to a token, not a session: so there is one of these in a process.
    """

    def __init__(self, load: Load = load_driver) -> None:
        self._load = load
        self._opened: list[OpenToken] = []
        self._asked: set[Path] = set()

    def list_tokens(self, driver: Path) -> tuple[TokenInfo, ...]:
        """Tokens in the slots right now; raises `DriverUnusable` and `TokenFault`.

        A driver that was asked before is started again where nothing of ours would break: many
        count their readers and tokens only then.
        """
        loaded = self._load(driver)
        if driver in self._asked and not self._still_open():
            loaded.restart()
        self._asked.add(driver)
        return tuple(info for _, info in present_tokens(loaded))

    def describe_driver(self, driver: Path) -> str:
        """What the library calls itself; raises `DriverUnusable` and `TokenFault`."""
        return self._load(driver).description

    def list_certificates(self, driver: Path, serial: str) -> tuple[TokenCertificate, ...]:
        """Certificates readable without a PIN, CA certificates among them and marked.

        Raises `TokenAbsent`, `TokenFault` and `DriverUnusable`.
        """
        for token, info in present_tokens(self._load(driver)):
            if info.serial == serial:
                return certificates_of(token, info.label)
        raise TokenAbsent(token="")

    def look(
        self, uri: str, drivers: Sequence[Path], *, chosen: bytes = b""
    ) -> tuple[TokenInfo, TokenCertificate]:
        """Token and certificate that ``uri`` names, without a login.

        Raises `SigningRefused` (malformed address, certificate gone, another or not the only one),
        `TokenAbsent`, `TokenFault` and `DriverUnusable`.
        """
        wanted = TokenUri.parse(uri)
        found = self._find(wanted, drivers)
        return found.info, choose(found.certificates, wanted, chosen)

    def open_key(
        self,
        uri: str,
        pin: Secret | None,
        drivers: Sequence[Path],
        *,
        chosen: bytes = b"",
        prefer_pss: bool = False,
        guard: Guard | None = None,
    ) -> OpenToken:
        """Log in and hand out the key that ``uri`` names.

        ``chosen`` is the certificate chosen before; ``guard`` may refuse the one found, by raising.

        Raises, before the PIN is tried: `SigningRefused` (malformed address, certificate gone or
        another one, no PIN set), `TokenAbsent`, `PinLocked`, `PinLengthInvalid`, `DriverUnusable`.
        Then `PinIncorrect`, `PinLocked`, `TokenFault`, `Cancelled` at a reader with keys, and
        `SigningRefused` without a matching key.
        """
        wanted = TokenUri.parse(uri)
        found = self._find(wanted, drivers)
        certificate = choose(found.certificates, wanted, chosen)
        if any(one.token.serial == found.info.serial for one in self._still_open()):
            raise SigningRefused(reason="token-busy")
        if guard is not None:
            guard(certificate.der, chain_of(certificate, found.certificates))
        ask_the_flags(found.info, pin)
        session = log_in(found, pin)
        try:
            with told(found.info.label):
                key = KeyOnToken(
                    find_private_key(session, certificate),
                    found.token.slot.get_mechanisms(),
                    found.info.label,
                )
                if asks_each_time(key.handle) and not found.info.protected_path:
                    key = replace(key, pin_each_time=pin)
                signer = _signer(key, certificate, found.certificates, prefer_pss=prefer_pss)
                opener = TokenOpener(key, signer.curve)
        except BaseException:
            log_out(found, session)
            raise
        signing_key = _signing_key(signer, opener, certificate, found.certificates)
        opened = OpenToken(found, session, signer, signing_key)
        self._opened.append(opened)
        return opened

    def _still_open(self) -> list[OpenToken]:
        self._opened = [one for one in self._opened if one.is_open]
        return self._opened

    def _find(self, wanted: TokenUri, drivers: Sequence[Path]) -> Found:
        """Look twice: a driver that sees nothing, or stumbles, is started again before it is believed."""
        paths = paths_for(wanted, drivers)
        failure: ClientError = TokenAbsent(token=wanted.token)
        for restart in (False, True):
            if restart and self._still_open():
                break
            for path in paths:
                try:
                    found = self._find_behind(path, wanted, restart=restart)
                except DriverUnusable as error:
                    # A library that somebody once installed says nothing of the token that is wanted.
                    failure = error if wanted.module_path else failure
                    continue
                except ClientError as error:
                    # The key may be behind another one; where there is only this, its fault is the answer.
                    failure = error if len(paths) == 1 else failure
                    continue
                if found is not None:
                    return found
        raise failure

    def _find_behind(self, path: Path, wanted: TokenUri, *, restart: bool) -> Found | None:
        driver = self._load(path)
        if restart:
            driver.restart()
        return find_in(driver, wanted)


def _signer(
    key: KeyOnToken,
    certificate: TokenCertificate,
    certificates: tuple[TokenCertificate, ...],
    *,
    prefer_pss: bool,
) -> TokenSigner:
    chain = tuple(load_certificate(der) for der in chain_of(certificate, certificates))
    return TokenSigner(load_certificate(certificate.der), chain, key, prefer_pss=prefer_pss)


def _signing_key(
    signer: TokenSigner,
    opener: TokenOpener,
    certificate: TokenCertificate,
    certificates: tuple[TokenCertificate, ...],
) -> SigningKey:
    info = describe(load_certificate(certificate.der))
    return SigningKey(certificate.der, chain_of(certificate, certificates), info, signer, opener)
