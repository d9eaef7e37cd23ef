"""A `SigningDesk` without keys and pages: samples, and futures that answer when the test says so."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from client.model.account import KeyRef
from client.model.batch import BatchItem, ItemState
from client.model.certificate import CertificateDetails
from client.model.secret import Secret
from client.model.signing import Appearance, PageImage, Placement
from client.model.token import DriverReport, KeyChoice, PinState, TokenInfo
from client.model.verdict import Profile, SignerInfo, SignerKind
from client.services.requests import KeyUse
from client.services.signing_desk import Document, SigningImages, SignOrder, StampView
from tests.fakes.letters import FakeLetters

if TYPE_CHECKING:
    from tests.fakes.desk import FakeDesk

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
A4 = (595.0, 842.0)


def token_info(**fields: object) -> TokenInfo:
    base = TokenInfo("/opt/driver.so", "Nguyễn Văn An", "Demo", "M1", "5F01AB", pin_min=6, pin_max=16)
    return replace(base, **fields)  # type: ignore[arg-type] # field names are the test's business


def signer(name: str = "Nguyễn Văn An", *, days: int = 200, seal: bool = False) -> SignerInfo:
    return SignerInfo(
        name,
        "Sở Nội vụ",
        (),
        "54010203A7C4" if seal else "5401020300BF",
        "CA demo",
        SignerKind.SEAL if seal else SignerKind.PERSONAL,
        NOW - timedelta(days=100),
        NOW + timedelta(days=days),
    )


def token_choice(state: PinState = PinState.OK, *, problem: str = "", **fields: object) -> KeyChoice:
    info = token_info(pin=state, **fields)
    key = KeyRef("pkcs11", f"serial={info.serial};id=%01")
    return KeyChoice(key, signer(), b"\x30certificate", info, problem)


def png(width: int, height: int, paint: Callable[[int, int], bytes], *, alpha: bool = False) -> bytes:
    """A PNG whose pixel at (x, y) is ``paint(x, y)``."""
    rows = b"".join(b"\0" + b"".join(paint(x, y) for x in range(width)) for y in range(height))

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 6 if alpha else 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def page_png() -> bytes:
    ink = b"\x60\x60\x60"
    return png(100, 141, lambda x, y: ink if y % 5 == 0 and 12 < x < 90 and y > 12 else b"\xff\xff\xff")


def stamp_png() -> bytes:
    return png(40, 20, lambda x, y: b"\x1f\x3f\xc0\xff" if abs(x / 2 - y) < 2 else b"\0\0\0\0", alpha=True)


class FakeBatch:
    """Signs nothing; the test says what becomes of each document."""

    def __init__(self, files: Sequence[tuple[Path, Path]], notify: Callable[[int, BatchItem], None]) -> None:
        self.list = [BatchItem(source, target) for source, target in files]
        self.notify = notify
        self.calls: list[tuple[object, ...]] = []

    def set(self, index: int, state: ItemState, code: str = "") -> None:
        self.list[index] = replace(self.list[index], state=state, code=code)
        self.notify(index, self.list[index])

    def items(self) -> tuple[BatchItem, ...]:
        return tuple(self.list)

    def start(self) -> None:
        self.calls.append(("start",))

    def cancel(self) -> None:
        self.calls.append(("cancel",))

    def skip(self, index: int) -> None:
        self.calls.append(("skip", index))
        self.set(index, ItemState.SKIPPED)

    def resume(self, use: KeyUse, order: SignOrder | None = None) -> None:
        self.calls.append(("resume", use, order))

    def retry_failed(self, use: KeyUse, order: SignOrder | None = None) -> None:
        self.calls.append(("retry_failed", use))


class FakeSigningDesk:
    """Uses the answers, failures and call list of the `FakeDesk` it belongs to."""

    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk
        self.choices: list[KeyChoice] = []
        """Tokens; the accounts' key files are listed before them."""
        self.known: dict[str, SignerInfo] = {}
        """Signers of key files by location."""
        self.signing_images = SigningImages(stamp_png(), stamp_png())
        self.batches: list[FakeBatch] = []
        self.reports: tuple[DriverReport, ...] = ()
        self.drivers: tuple[Path, ...] = ()
        self.tsa = ("http://tsa.example/",)
        self.concerns: tuple[str, ...] = ()
        self.pages = 3
        self.held = 0
        self.orders: list[tuple[Path, Path, SignOrder]] = []
        self.opened = FakeLetters(desk)

    def letters(self) -> FakeLetters:
        return self.opened

    def keys(self) -> Future[tuple[KeyChoice, ...]]:
        files = [key for one in self._desk.account_list for key in (one.personal_key, one.seal_key) if key]
        listed = tuple(KeyChoice(key, self.known.get(key.location)) for key in files if key.scheme == "p12")
        return self._desk.answer("keys", lambda: listed + tuple(self.choices))

    def hold_key(self, use: KeyUse, order: SignOrder | None = None) -> Future[SignerInfo]:
        def hold() -> SignerInfo:
            self.held += 1
            return self._desk.signer

        return self._desk.answer("hold_key", hold, use.key, use.password, order)

    def release_key(self) -> None:
        self._desk.calls.append(("release_key",))

    def certificate(self, der: bytes) -> Future[CertificateDetails]:
        who = (("CN", "Nguyễn Văn An"), ("O", "Sở Nội vụ"), ("L", "Thành phố Hồ Chí Minh"), ("C", "VN"))
        details = CertificateDetails(
            who,
            (("CN", "CA demo"), ("C", "VN")),
            "5401020300BF",
            NOW - timedelta(days=100),
            NOW + timedelta(days=200),
            ("an.nguyen@sonoivu.hcm.example",),
            "RSA 2048",
            ("digital_signature", "non_repudiation"),
            ("email_protection",),
            "AB" * 32,
        )
        return self._desk.answer("certificate", lambda: details, der)

    def time_stampers(self) -> tuple[str, ...]:
        return self.tsa

    def page(
        self, document: Document, page: int, width: int, password: Secret | None = None
    ) -> Future[PageImage]:
        shown = PageImage(page, self.pages, *A4, page_png())
        return self._desk.answer("page", lambda: shown, document, page, password)

    def stamp(
        self, document: Document, appearance: Appearance, password: Secret | None = None, signer: str = ""
    ) -> Future[StampView]:
        found = appearance.placement or Placement(3, 320.0, 120.0, 460.0, 190.0)
        return self._desk.answer(
            "stamp",
            lambda: StampView(found, stamp_png(), True, self.concerns),
            document,
            appearance,
            password,
        )

    def look_first(self, document: Document, name: str, order: SignOrder) -> Future[None]:
        return self._desk.answer("look_first", lambda: None, document, name, order)

    def sign_file(self, source: Path, target: Path, use: KeyUse, order: SignOrder) -> Future[Path]:
        def sign() -> Path:
            self.orders.append((source, target, order))
            return target

        return self._desk.answer("sign_file", sign, source, target, use)

    def batch(
        self,
        files: Sequence[tuple[Path, Path]],
        use: KeyUse,
        order: SignOrder,
        notify: Callable[[int, BatchItem], None],
    ) -> FakeBatch:
        self._desk.calls.append(("batch", use, order))
        self.batches.append(FakeBatch(files, notify))
        return self.batches[-1]

    def extend(self, source: Path, target: Path, profile: Profile) -> Future[Path]:
        return self._desk.answer("extend", lambda: target, source, target, profile)

    def probe_drivers(self, paths: tuple[Path, ...] = ()) -> Future[tuple[DriverReport, ...]]:
        return self._desk.answer("probe_drivers", lambda: self.reports, paths)

    def own_drivers(self) -> tuple[Path, ...]:
        return self.drivers

    def set_own_drivers(self, paths: tuple[Path, ...]) -> None:
        self._desk.calls.append(("set_own_drivers", paths))
        self.drivers = paths

    def set_key(self, account_id: str, key: KeyRef | None, *, seal: bool) -> None:
        self._desk.calls.append(("set_key", account_id, key, seal))
        field = "seal_key" if seal else "personal_key"
        self._desk.account_list = tuple(
            replace(one, **{field: key}) if one.account_id == account_id else one  # type: ignore[arg-type] # a key
            for one in self._desk.account_list
        )

    def images(self, account_id: str) -> SigningImages:
        return self.signing_images

    def set_image(self, account_id: str, path: Path | None, *, seal: bool) -> Future[SigningImages]:
        def keep() -> SigningImages:
            content = b"" if path is None else path.read_bytes()
            name = "seal" if seal else "hand"
            self.signing_images = replace(self.signing_images, **{name: content})
            return self.signing_images

        return self._desk.answer("set_image", keep, account_id, path, seal)
