"""Keys on tokens (PKCS #11): found without a PIN, opened with one, closed when done.

Runs in the workshop. A token is known by its serial number, a certificate by its CKA_ID and, where
the user chose it before, by every byte of it. The PIN is tried only after everything that can be
known without it was found right, because each wrong try brings the token nearer to its lock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

import pkcs11
from pkcs11.types import PROTECTED_AUTH, Session, Token

from client.crypto.certificates import describe, load_certificate
from client.crypto.keys import SigningKey
from client.crypto.pkcs11_driver import Driver, Load, load_driver, pin_state, present_tokens
from client.crypto.pkcs11_faults import as_client_error, told
from client.crypto.pkcs11_objects import (
    TokenCertificate,
    asks_each_time,
    find_private_key,
    read_certificates,
)
from client.crypto.pkcs11_signer import KeyOnToken, TokenSigner
from client.crypto.pkcs11_uri import TokenUri
from client.errors import (
    Cancelled,
    ClientError,
    PinIncorrect,
    PinLengthInvalid,
    PinLocked,
    SigningRefused,
    TokenAbsent,
)
from client.model.secret import Secret
from client.model.token import PinState, TokenInfo

Guard = Callable[[bytes, tuple[bytes, ...]], None]
"""Called with a certificate and its chain (DER) before a PIN is tried; raises to refuse it."""


@dataclass(frozen=True)
class _Found:
    """A token in its slot, and what it shows before a login."""

    driver: Driver
    token: Token
    info: TokenInfo
    certificates: tuple[TokenCertificate, ...]


class OpenToken:
    """A key of a token, logged in to; a context manager that logs out."""

    def __init__(self, found: _Found, session: Session, signer: TokenSigner, key: SigningKey) -> None:
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
            _log_out(self._found, self._session)

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

    def list_tokens(self, driver: Path) -> tuple[TokenInfo, ...]:
        """Tokens in the slots right now; raises `DriverUnusable` and `TokenFault`."""
        return tuple(info for _, info in present_tokens(self._load(driver)))

    def describe_driver(self, driver: Path) -> str:
        """What the library calls itself; raises `DriverUnusable` and `TokenFault`."""
        return self._load(driver).description

    def list_certificates(self, driver: Path, serial: str) -> tuple[TokenCertificate, ...]:
        """Certificates readable without a PIN, CA certificates among them and marked.

        Raises `TokenAbsent`, `TokenFault` and `DriverUnusable`.
        """
        for token, info in present_tokens(self._load(driver)):
            if info.serial == serial:
                return _certificates(token, info.label)
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
        return found.info, _choose(found.certificates, wanted, chosen)

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
        certificate = _choose(found.certificates, wanted, chosen)
        if any(one.token.serial == found.info.serial for one in self._still_open()):
            raise SigningRefused(reason="token-busy")
        if guard is not None:
            guard(certificate.der, _chain(certificate, found.certificates))
        ask_the_flags(found.info, pin)
        session = _log_in(found, pin)
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
        except BaseException:
            _log_out(found, session)
            raise
        opened = OpenToken(found, session, signer, _signing_key(signer, certificate, found.certificates))
        self._opened.append(opened)
        return opened

    def _still_open(self) -> list[OpenToken]:
        self._opened = [one for one in self._opened if one.is_open]
        return self._opened

    def _find(self, wanted: TokenUri, drivers: Sequence[Path]) -> _Found:
        """Look twice: many drivers see a token that came later only when they are started again."""
        paths = _paths(wanted, drivers)
        loaded = []
        for path in paths:
            try:
                loaded.append(self._load(path))
                found = _find_in(loaded[-1], wanted)
            except ClientError:
                # The key may be behind another one; where there is only this, its fault is the answer.
                if len(paths) == 1:
                    raise
                continue
            if found is not None:
                return found
        if not self._still_open():
            for driver in loaded:
                driver.restart()
                found = _find_in(driver, wanted)
                if found is not None:
                    return found
        raise TokenAbsent(token=wanted.token)


def _paths(wanted: TokenUri, drivers: Sequence[Path]) -> Sequence[Path]:
    """The library the address names, while it is there; a driver that was renewed lies elsewhere."""
    if wanted.module_path and Path(wanted.module_path).is_file():
        return [Path(wanted.module_path)]
    if wanted.module_name:
        return [path for path in drivers if _module_name(path) == wanted.module_name]
    return drivers


def ask_the_flags(info: TokenInfo, pin: Secret | None) -> None:
    """Whether the PIN may be tried at all.

    Raises `PinLocked`, `SigningRefused` (``pin-not-set``) and `PinLengthInvalid`; a try that the
    token must refuse would only be counted as a wrong one.
    """
    if info.pin is PinState.LOCKED:
        raise PinLocked
    if info.pin is PinState.NOT_SET:
        raise SigningRefused(reason="pin-not-set")
    if info.protected_path:
        return
    length = len((pin or Secret("")).reveal().encode())
    if length < max(info.pin_min, 1) or (info.pin_max and length > info.pin_max):
        raise PinLengthInvalid(minimum=info.pin_min or 1, maximum=info.pin_max or None)


def _find_in(driver: Driver, wanted: TokenUri) -> _Found | None:
    """The token that has the certificate; with a serial in the address, the token, whatever is on it."""
    for token, info in present_tokens(driver):
        if not wanted.names_token(info):
            continue
        certificates = _certificates(token, info.label)
        if wanted.serial or any(wanted.names_object(one.cka_id, one.label) for one in certificates):
            return _Found(driver, token, info, certificates)
    return None


def _certificates(token: Token, label: str) -> tuple[TokenCertificate, ...]:
    with told(label):
        session = token.open()
        try:
            return read_certificates(session)
        finally:
            _close(session)


def _choose(certificates: tuple[TokenCertificate, ...], wanted: TokenUri, chosen: bytes) -> TokenCertificate:
    """One certificate to sign with, never "the first"."""
    named = [
        one for one in certificates if not one.is_authority and wanted.names_object(one.cka_id, one.label)
    ]
    same = [one for one in named if one.der == chosen] if chosen else named
    if not same:
        raise SigningRefused(reason="certificate-changed" if named else "certificate-not-on-token")
    if len({one.der for one in same}) > 1:
        raise SigningRefused(reason="several-certificates")
    if same[0].has_other_key:
        raise SigningRefused(reason="key-mismatch")
    return same[0]


def _log_in(found: _Found, pin: Secret | None) -> Session:
    """One try, never a second; afterwards the flags tell a wrong PIN from a lock."""
    secret = PROTECTED_AUTH if found.info.protected_path else (pin or Secret("")).reveal()
    try:
        return found.token.open(user_pin=secret)
    except pkcs11.FunctionCancelled as error:
        # The red key of the reader.
        raise Cancelled from error
    except pkcs11.PKCS11Error as error:
        reason = _why_not(error, found)
        with suppress(pkcs11.PKCS11Error):
            found.driver.close_sessions(found.token.slot)
        raise reason from error


def _why_not(error: pkcs11.PKCS11Error, found: _Found) -> ClientError:
    reason = as_client_error(error, found.info.label)
    if isinstance(reason, PinLengthInvalid):
        return PinLengthInvalid(minimum=found.info.pin_min or None, maximum=found.info.pin_max or None)
    if not isinstance(reason, PinIncorrect):
        return reason
    try:
        state = pin_state(found.token.slot.get_token().flags)
    except pkcs11.PKCS11Error:
        return reason
    if state is PinState.LOCKED:
        return PinLocked()
    return PinIncorrect(tries_left=1 if state is PinState.FINAL_TRY else None)


def _log_out(found: _Found, session: Session) -> None:
    _close(session)
    with suppress(pkcs11.PKCS11Error):
        found.driver.close_sessions(found.token.slot)


def _close(session: Session) -> None:
    # A token that was pulled out has closed it; there is nothing left to tell anybody.
    with suppress(pkcs11.PKCS11Error):
        session.close()


def _signer(
    key: KeyOnToken,
    certificate: TokenCertificate,
    certificates: tuple[TokenCertificate, ...],
    *,
    prefer_pss: bool,
) -> TokenSigner:
    chain = tuple(load_certificate(der) for der in _chain(certificate, certificates))
    return TokenSigner(load_certificate(certificate.der), chain, key, prefer_pss=prefer_pss)


def _signing_key(
    signer: TokenSigner, certificate: TokenCertificate, certificates: tuple[TokenCertificate, ...]
) -> SigningKey:
    info = describe(load_certificate(certificate.der))
    return SigningKey(certificate.der, _chain(certificate, certificates), info, signer)


def _chain(certificate: TokenCertificate, certificates: tuple[TokenCertificate, ...]) -> tuple[bytes, ...]:
    """The CA certificates kept beside it."""
    return tuple(one.der for one in certificates if one.is_authority and one.der != certificate.der)


def _module_name(path: PurePath) -> str:
    """RFC 7512 section 2.3: the library's name without "lib" and its suffix."""
    return path.name.partition(".")[0].removeprefix("lib")
