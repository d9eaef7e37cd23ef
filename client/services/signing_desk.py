"""What the window asks of keys, pages and signatures: the signing half of `client.services.desk`.

Everything that takes time answers with a ``Future`` and fails with a `client.errors.ClientError`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from client.model.account import KeyRef
from client.model.batch import BatchItem
from client.model.certificate import CertificateDetails
from client.model.secret import Secret
from client.model.signing import Appearance, PageImage, Placement
from client.model.token import DriverReport, KeyChoice
from client.model.verdict import Profile, SignerInfo
from client.services.letters_desk import LettersDesk
from client.services.requests import KeyUse

Document = bytes | Path
"""A document at hand, or a file that the workshop reads by itself."""


@dataclass(frozen=True, slots=True)
class StampView:
    """The stamp where it will be, drawn by the same code that draws it into the file."""

    placement: Placement
    png: bytes
    found: bool = True
    """False: nothing in the document says where; this is only a place to start from."""
    concerns: tuple[str, ...] = ()
    """Codes of what the Decree would have otherwise of the image, which can be used all the same."""


@dataclass(frozen=True, slots=True)
class SigningImages:
    """PNG bytes of an account's hand signature and seal; empty where there is none."""

    hand: bytes = b""
    seal: bytes = b""


@dataclass(frozen=True, slots=True)
class SignOrder:
    """How documents are to be signed."""

    profile: Profile = Profile.B_T
    tsa_urls: tuple[str, ...] = ()
    """Time-stamp authorities to ask; empty means those of the settings."""
    without_timestamp: bool = False
    """The user chose B-B after `TimestampUnavailable`; never set by itself."""
    appearance: Appearance | None = None
    """None: the signature is not seen on the page."""
    document_password: Secret = field(default_factory=lambda: Secret(""))
    """Opens an encrypted PDF."""
    user: str = ""
    """Mail address of the account that signs: the policy names those who may use a seal."""


class BatchRun(Protocol):
    """Many documents under way with one key."""

    def items(self) -> tuple[BatchItem, ...]:
        """Where each stands, in the order given."""

    def start(self) -> None:
        """Sign what waits."""

    def cancel(self) -> None:
        """Stop what has not begun, at once; the document at hand is finished and stays."""

    def skip(self, index: int) -> None:
        """Leave this one out; of no effect once it is being signed."""

    def resume(self, use: KeyUse, order: SignOrder | None = None) -> None:
        """Go on with what was stopped, for example after the token was put in again."""

    def retry_failed(self, use: KeyUse, order: SignOrder | None = None) -> None:
        """Try those that failed, and only those."""


class SigningDesk(Protocol):
    """The door to signing. `client.services.office_signing.SigningOffice` is the real one."""

    def keys(self) -> Future[tuple[KeyChoice, ...]]:
        """The accounts' key files and every certificate of the tokens that are plugged in; no PIN."""

    def hold_key(self, use: KeyUse, order: SignOrder | None = None) -> Future[SignerInfo]:
        """Open a key and keep it open; fails with `PinIncorrect`, `SigningRefused` …

        What forbids ``order`` with this certificate is said before the PIN is tried.
        """

    def release_key(self) -> None:
        """Let go of the key held, if any."""

    def certificate(self, der: bytes) -> Future[CertificateDetails]:
        """What a certificate says."""

    def letters(self) -> LettersDesk:
        """Encrypted letters, opened with these keys."""

    def time_stampers(self) -> tuple[str, ...]:
        """Addresses of the time-stamp authorities in the settings."""

    def page(
        self, document: Document, page: int, width: int, password: Secret | None = None
    ) -> Future[PageImage]:
        """Page ``page`` (1 is the first) drawn ``width`` pixels wide; may fail with `DocumentEncrypted`."""

    def stamp(
        self, document: Document, appearance: Appearance, password: Secret | None = None, signer: str = ""
    ) -> Future[StampView]:
        """The stamp at ``appearance.placement``, or where the document's own text wants it.

        ``signer`` is the name in the certificate, which stands in the text as well.
        """

    def look_first(self, document: Document, name: str, order: SignOrder) -> Future[None]:
        """Fails with `SigningRefused` where the signatures already in a document forbid this one."""

    def sign_file(self, source: Path, target: Path, use: KeyUse, order: SignOrder) -> Future[Path]:
        """Sign ``source`` into ``target``: a PDF whole, for any other file its detached ``.p7s``."""

    def batch(
        self,
        files: Sequence[tuple[Path, Path]],
        use: KeyUse,
        order: SignOrder,
        notify: Callable[[int, BatchItem], None],
    ) -> BatchRun:
        """A batch over (source, target) pairs; ``notify`` is called on any thread."""

    def extend(self, source: Path, target: Path, profile: Profile) -> Future[Path]:
        """Add long-term data to the signatures of a PDF ("gia hạn"): B-LT or B-LTA, into ``target``."""

    def probe_drivers(self, paths: tuple[Path, ...] = ()) -> Future[tuple[DriverReport, ...]]:
        """Try the known token drivers, the user's own and ``paths``."""

    def own_drivers(self) -> tuple[Path, ...]:
        """Driver files the user added."""

    def set_own_drivers(self, paths: tuple[Path, ...]) -> None:
        """Keep another list of the user's own drivers; `StorageFailed`, `StorageFull`."""

    def set_key(self, account_id: str, key: KeyRef | None, *, seal: bool) -> None:
        """Give an account another personal or seal key; `StorageFailed`, `StorageFull`."""

    def images(self, account_id: str) -> SigningImages:
        """The account's images."""

    def set_image(self, account_id: str, path: Path | None, *, seal: bool) -> Future[SigningImages]:
        """Keep a copy of an image in the data folder, or none; `ImageUnusable` for what is no PNG."""
