"""Tokens that break on demand, behind the same seam as a real PKCS#11 library.

They answer with the exceptions python-pkcs11 raises for a driver's return values, so that what is
tested is our own reading of them. ::

    driver = FakeDriver()
    token = driver.add_token("An", "123456")
    token.put(holder, b"\\x01", "Ky so")
    token.faults["login"] = pkcs11.FunctionFailed
    Tokens(driver.load).open_key(...)
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pkcs11
from asn1crypto.algos import DigestInfo
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from pkcs11 import Attribute, Mechanism, ObjectClass, TokenFlag, types
from pkcs11.util.ec import decode_ecdsa_signature

from client.errors import DriverUnusable
from tests.fakes.pki import Holder

ALL_MECHANISMS = frozenset(
    {
        Mechanism.RSA_PKCS,
        Mechanism.SHA256_RSA_PKCS,
        Mechanism.SHA256_RSA_PKCS_PSS,
        Mechanism.ECDSA,
        Mechanism.ECDSA_SHA256,
    }
)
Fault = type[pkcs11.PKCS11Error]


@dataclass(eq=False)
class FakeToken:
    """One token; its fields are the knobs."""

    label: str
    serial: str
    pin: str
    tries: int = 3
    tries_left: int = 3
    pin_lengths: tuple[int, int] = (4, 16)
    protected_path: bool = False
    has_pin: bool = True
    asks_each_time: bool = False
    mechanisms: frozenset[Mechanism] = ALL_MECHANISMS
    present: bool = True
    faults: dict[str, Fault] = field(default_factory=dict)
    """By step: ``info``, ``open``, ``login``, ``find``, ``sign``."""
    objects: list[FakeObject] = field(default_factory=list)
    logins: int = 0
    """How often a PIN reached the token, right or wrong."""
    signatures: int = 0
    logged_in: bool = False
    sessions: list[FakeSession] = field(default_factory=list)

    def put(
        self, holder: Holder, cka_id: bytes, label: str, *, with_key: bool = True, with_public: bool = True
    ) -> None:
        """Write a certificate and its keys."""
        self.put_certificate(holder.certificate_der, cka_id, label)
        modulus = _modulus(holder)
        if with_public:
            self.objects.append(FakeObject(self, ObjectClass.PUBLIC_KEY, cka_id, label, modulus=modulus))
        if with_key:
            self.objects.append(
                FakeKey(self, ObjectClass.PRIVATE_KEY, cka_id, label, holder, modulus=modulus)
            )

    def put_certificate(self, der: bytes, cka_id: bytes, label: str) -> None:
        """Write a certificate alone."""
        self.objects.append(FakeObject(self, ObjectClass.CERTIFICATE, cka_id, label, value=der))

    def pull_out(self) -> None:
        """Its sessions end; handles to its objects are worth nothing any more."""
        self.present, self.logged_in = False, False
        for session in self.sessions:
            session.closed = True
        self.sessions.clear()

    def put_in(self) -> None:
        """The same token, logged out."""
        self.present = True

    def enter_pin(self, pin: str) -> None:
        """Count and judge a PIN as a token does."""
        self.logins += 1
        self.fail("login")
        if self.tries_left == 0:
            raise pkcs11.PinLocked
        if pin != self.pin:
            self.tries_left -= 1
            raise pkcs11.PinIncorrect
        self.tries_left = self.tries

    def fail(self, step: str) -> None:
        """Break here if this step is to break."""
        if not self.present:
            raise pkcs11.DeviceRemoved
        if step in self.faults:
            raise self.faults[step]

    @property
    def flags(self) -> TokenFlag:
        """As CK_TOKEN_INFO has them."""
        flags = TokenFlag.TOKEN_INITIALIZED | TokenFlag.LOGIN_REQUIRED
        flags |= TokenFlag.USER_PIN_INITIALIZED if self.has_pin else TokenFlag(0)
        flags |= TokenFlag.PROTECTED_AUTHENTICATION_PATH if self.protected_path else TokenFlag(0)
        flags |= TokenFlag.USER_PIN_COUNT_LOW if self.tries_left < self.tries else TokenFlag(0)
        flags |= TokenFlag.USER_PIN_FINAL_TRY if self.tries_left == 1 else TokenFlag(0)
        flags |= TokenFlag.USER_PIN_LOCKED if self.tries_left == 0 else TokenFlag(0)
        return flags


class FakeDriver:
    """A library whose slots were counted when it was started, as many real ones do."""

    def __init__(self, path: Path = Path("fake-token.so")) -> None:
        self.path = path
        self.description = "Fake token library"
        self.tokens: list[FakeToken] = []
        self.seen: list[FakeToken] = []
        self.restarts = 0
        self.slots_fault: Fault | None = None
        self.heals = False
        """Its faults go away when it is started again."""

    def load(self, path: Path) -> FakeDriver:
        """The loader to hand to `client.crypto.pkcs11.Tokens`."""
        if path != self.path:
            raise DriverUnusable(path=str(path), reason="driver-missing")
        return self

    def add_token(self, label: str, pin: str = "123456") -> FakeToken:
        """A new, empty token; seen from the next start on."""
        token = FakeToken(label, f"{len(self.tokens):016x}", pin)
        self.tokens.append(token)
        return token

    def slots(self) -> list[types.Slot]:
        if self.slots_fault is not None:
            raise self.slots_fault
        return [FakeSlot(token) for token in self.seen]

    def pin_lengths(self, slot: types.Slot) -> tuple[int, int]:
        assert isinstance(slot, FakeSlot)
        return slot.state.pin_lengths

    def close_sessions(self, slot: types.Slot) -> None:
        assert isinstance(slot, FakeSlot)
        slot.state.sessions.clear()
        slot.state.logged_in = False

    def restart(self) -> None:
        self.restarts += 1
        for token in self.tokens:
            token.sessions.clear()
            token.logged_in = False
            if self.heals:
                token.faults.clear()
        self.seen = list(self.tokens)


class FakeSlot(types.Slot):
    """See `pkcs11.types.Slot`."""

    def __init__(self, state: FakeToken) -> None:
        self.state = state

    def get_token(self) -> types.Token:
        if not self.state.present:
            raise pkcs11.TokenNotPresent
        self.state.fail("info")
        return FakeTokenView(self)

    def get_mechanisms(self) -> set[Mechanism]:
        self.state.fail("mechanisms")
        return set(self.state.mechanisms)


class FakeTokenView(types.Token):
    """A token as it was at one moment: flags do not change afterwards, as in python-pkcs11."""

    def __init__(self, slot: FakeSlot) -> None:
        self._slot, self._flags = slot, slot.state.flags

    @property
    def slot(self) -> types.Slot:
        return self._slot

    @property
    def flags(self) -> TokenFlag:
        return self._flags

    @property
    def label(self) -> str:
        return self._slot.state.label

    @property
    def serial(self) -> bytes:
        return self._slot.state.serial.encode()

    @property
    def manufacturer_id(self) -> str:
        return "Fake"

    @property
    def model(self) -> str:
        return "Breaks"

    def open(self, *_: Any, user_pin: Any = None, **__: Any) -> types.Session:
        state = self._slot.state
        state.fail("open")
        session = FakeSession(state)
        state.sessions.append(session)
        if user_pin is not None:
            if state.logged_in:
                raise pkcs11.UserAlreadyLoggedIn
            if user_pin is types.PROTECTED_AUTH:
                assert state.protected_path
                state.enter_pin(state.pin)
            else:
                state.enter_pin(user_pin)
            state.logged_in = session.has_login = True
        return session


class FakeSession(types.Session):
    """See `pkcs11.types.Session`."""

    def __init__(self, state: FakeToken) -> None:
        self.state = state
        self.closed = False
        self.has_login = False

    def get_objects(self, attrs: dict[Attribute, Any] | None = None) -> Iterator[types.Object]:
        self.use()
        self.state.fail("find")
        for item in self.state.objects:
            hidden = item[Attribute.CLASS] is ObjectClass.PRIVATE_KEY and not self.state.logged_in
            if not hidden and all(item[name] == value for name, value in (attrs or {}).items()):
                yield item.of(self)

    def close(self) -> None:
        self.use()
        self.closed = True
        self.state.sessions = [one for one in self.state.sessions if one is not self]
        if self.has_login or not self.state.sessions:
            self.state.logged_in = False

    def use(self) -> None:
        """Break where a session that has ended is used."""
        if self.closed or not self.state.present:
            raise pkcs11.SessionHandleInvalid


class FakeObject(types.Object):
    """See `pkcs11.types.Object`."""

    def __init__(
        self,
        state: FakeToken,
        kind: ObjectClass,
        cka_id: bytes,
        label: str,
        *,
        value: bytes | None = None,
        modulus: bytes | None = None,
    ) -> None:
        self.state = state
        self.found_in: FakeSession | None = None
        self.attributes: dict[Attribute, Any] = {
            Attribute.CLASS: kind,
            Attribute.ID: cka_id,
            Attribute.LABEL: label,
        }
        if value is not None:
            self.attributes[Attribute.VALUE] = value
        if modulus is not None:
            self.attributes[Attribute.MODULUS] = modulus

    def of(self, session: FakeSession) -> FakeObject:
        """A handle that is worth something as long as ``session`` is."""
        handle = copy(self)
        handle.found_in = session
        return handle

    def __getitem__(self, key: Attribute) -> Any:
        if key not in self.attributes:
            raise pkcs11.AttributeTypeInvalid
        return self.attributes[key]


class FakeKey(FakeObject, types.SignMixin):
    """A private key; signs with ``holder``'s."""

    def __init__(
        self, state: FakeToken, kind: ObjectClass, cka_id: bytes, label: str, holder: Holder, **more: Any
    ) -> None:
        super().__init__(state, kind, cka_id, label, **more)
        self.holder = holder

    def __getitem__(self, key: Attribute) -> Any:
        if key is Attribute.ALWAYS_AUTHENTICATE:
            return self.state.asks_each_time
        return super().__getitem__(key)

    def sign(self, data: Any, **kwargs: Any) -> bytes:
        self.state.fail("sign")
        assert self.found_in is not None
        self.found_in.use()
        if not self.state.logged_in:
            raise pkcs11.UserNotLoggedIn
        pin = kwargs.get("pin")
        if pin is not None and not self.state.asks_each_time:
            # As SoftHSM answers a context-specific login that nobody asked for.
            raise pkcs11.OperationNotInitialized
        if self.state.asks_each_time:
            if pin is None:
                raise pkcs11.UserNotLoggedIn
            self.state.enter_pin(pin)
        self.state.signatures += 1
        mechanism = kwargs["mechanism"]
        if mechanism not in self.state.mechanisms:
            raise pkcs11.MechanismInvalid
        return _signature(self.holder, bytes(data), mechanism)


def _signature(holder: Holder, data: bytes, mechanism: Mechanism) -> bytes:
    key, sha256 = holder.key, hashes.SHA256()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        raw = mechanism is Mechanism.ECDSA
        chosen: Any = utils.Prehashed(sha256) if raw else sha256
        return decode_ecdsa_signature(key.sign(data, ec.ECDSA(chosen)))
    match mechanism:
        case Mechanism.SHA256_RSA_PKCS:
            return key.sign(data, padding.PKCS1v15(), sha256)
        case Mechanism.RSA_PKCS:
            info = DigestInfo.load(data)
            assert info["digest_algorithm"]["algorithm"].native == "sha256"
            return key.sign(info["digest"].native, padding.PKCS1v15(), utils.Prehashed(sha256))
        case _:
            return key.sign(data, padding.PSS(padding.MGF1(sha256), 32), sha256)


def _modulus(holder: Holder) -> bytes | None:
    public = holder.key.public_key()
    if not isinstance(public, rsa.RSAPublicKey):
        return None
    number = public.public_numbers().n
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
