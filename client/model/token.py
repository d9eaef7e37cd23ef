"""What a PKCS#11 token says of itself before anybody gives a PIN (PKCS #11 v2.40 section 4.4 and 3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from client.model.account import KeyRef
from client.model.verdict import SignerInfo


class PinState(StrEnum):
    """What the token's flags tell of the user PIN."""

    OK = "ok"
    COUNT_LOW = "count-low"
    """Entered wrongly at least once since the last right one."""
    FINAL_TRY = "final-try"
    """One more wrong PIN locks it."""
    LOCKED = "locked"
    """Never ask for it again; only the issuer's office can unlock it."""
    NOT_SET = "not-set"
    """The token has no user PIN yet."""


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """One token in a slot; its identity is its serial, never its slot."""

    driver: str
    """Path of the PKCS#11 library that shows it."""
    label: str
    manufacturer: str
    model: str
    serial: str
    pin: PinState = PinState.OK
    pin_min: int = 0
    """Shortest PIN in bytes; 0 where the token does not say."""
    pin_max: int = 0
    protected_path: bool = False
    """The PIN is entered on the reader's own pad: never ask for it on the screen."""


@dataclass(frozen=True, slots=True)
class KeyChoice:
    """A key that the user may choose: a file, or one certificate of a token."""

    key: KeyRef
    signer: SignerInfo | None
    """Known without a secret for tokens; None for a key file until it is opened."""
    certificate_der: bytes = b""
    token: TokenInfo | None = None
    problem: str = ""
    """Why it cannot be used now: a `client.model.verdict.Reason` value or an error code; "" when it can."""


@dataclass(frozen=True, slots=True)
class DriverReport:
    """What became of trying one PKCS#11 library."""

    path: str
    name: str
    found: bool
    """The file is there."""
    loaded: bool = False
    tokens: tuple[TokenInfo, ...] = ()
    problem: str = ""
    """Error code, "" when it works."""
