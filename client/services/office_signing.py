"""The real `SigningDesk`: keys, pages and signatures through the workshop; see there for each method."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from client.config.paths import Paths
from client.errors import ClientError, StorageFailed
from client.model.account import Account, KeyRef
from client.model.batch import BatchItem, ItemState
from client.model.certificate import CertificateDetails
from client.model.secret import Secret
from client.model.signing import Appearance, PageImage
from client.model.token import DriverReport, KeyChoice
from client.model.verdict import Profile, SignerInfo
from client.services import key_listing, signing_bench, workshop
from client.services.batch import Batch
from client.services.futures import call, then
from client.services.known_keys import KnownKeys
from client.services.office_letters import OfficeLetters
from client.services.requests import Authority, KeyUse, SigningTerms, TrustSources
from client.services.signing_desk import BatchRun, Document, SigningImages, SignOrder, StampView
from client.services.tasks import Lane, WorkshopLane
from client.store.atomic import write_atomically


@dataclass(frozen=True, slots=True)
class KeySettings:
    """What the user may change of keys: the accounts (their keys alone) and the token drivers."""

    accounts: tuple[Account, ...]
    drivers: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class SigningSetup:
    """What a signing office is opened with."""

    paths: Paths
    sources: TrustSources
    clock: Callable[[], datetime]
    tsa_urls: tuple[str, ...] = ()
    seal_holders: Callable[[date], tuple[tuple[str, tuple[str, ...]], ...]] = lambda _: ()
    """Offices with the mail addresses of those the policy entrusts with their seal on a day."""
    seal_keys: tuple[str, ...] = ()
    """Serial numbers of the seals the policy knows; empty: it names none."""
    keep: Callable[[KeySettings], None] = lambda _: None
    """Writes changed settings to the disk."""
    extend_later: Callable[[Path, Profile], object] = lambda _, __: None
    """Takes a signed file to B-LT or B-LTA in the course of time."""
    without_timestamp: Callable[[Path], object] = lambda _: None
    """Notes that somebody chose to sign this file without a time-stamp."""


class SigningOffice:
    """Lives as long as the office; knows the accounts' keys as they are now."""

    def __init__(
        self, setup: SigningSetup, settings: KeySettings, lane: Lane, keys_lane: Lane | None = None
    ) -> None:
        """``keys_lane`` is where keys are used, so that a slow authority or driver holds up no page."""
        self._setup, self._settings, self._lane = setup, settings, lane
        self._keys_lane = keys_lane or lane
        self._known = KnownKeys(setup.paths.data / "keys" / "known.json")
        self._chosen: dict[KeyRef, KeyChoice] = {}
        self._letters = OfficeLetters(
            (lane, self._keys_lane), setup.sources, setup.clock, lambda use: self.use(use.key, use.password)
        )

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts with the keys they have now."""
        return self._settings.accounts

    # Keys ----------------------------------------------------------------------------------

    def keys(self) -> Future[tuple[KeyChoice, ...]]:
        """See `SigningDesk.keys`."""
        now = self._setup.clock()
        own = self._own_keys()
        found = key_listing.find_keys(self._keys_lane, self._settings.drivers, own, now)
        known = dict(self._known.all())
        told = then(
            found, lambda choices: self._lane.submit(signing_bench.with_known, choices, own, known, now)
        )
        return then(told, lambda choices: call(lambda: self._noted(choices)))

    def _noted(self, choices: tuple[KeyChoice, ...]) -> tuple[KeyChoice, ...]:
        self._chosen = {choice.key: choice for choice in choices}
        own = set(self._own_keys())
        for choice in choices:
            if choice.token is not None and choice.key in own:
                # Its end is to be told also on a day when the token lies in a drawer.
                self._note(choice.key, choice.certificate_der)
        return choices

    def _own_keys(self) -> tuple[KeyRef, ...]:
        keys = [key for one in self.accounts for key in (one.personal_key, one.seal_key)]
        return tuple(dict.fromkeys(key for key in keys if key is not None))

    def _note(self, key: KeyRef, certificate_der: bytes) -> None:
        """That it cannot be noted stops nobody."""
        with suppress(ClientError):
            self._known.remember(key, certificate_der)

    def use(self, key: KeyRef, secret: Secret) -> KeyUse:
        """A key with all that is known of it: drivers, and for a token the certificate that was shown."""
        chosen = self._chosen.get(key)
        der = chosen.certificate_der if chosen is not None and chosen.token is not None else b""
        return KeyUse(key, secret, self._settings.drivers, der)

    def hold_key(self, use: KeyUse, order: SignOrder | None = None) -> Future[SignerInfo]:
        """See `SigningDesk.hold_key`."""
        whole = self.use(use.key, use.password)
        held = self._keys_lane.submit(workshop.hold_key, whole, self.terms(order or SignOrder(Profile.B_B)))
        if use.key.scheme != "p12":
            return held
        return then(held, lambda info: self._remembered(whole, info))

    def _remembered(self, use: KeyUse, info: SignerInfo) -> Future[SignerInfo]:
        """Whose file it is: for the list and the reminders."""

        def note(der: bytes) -> SignerInfo:
            self._note(use.key, der)
            return info

        certificate = self._keys_lane.submit(signing_bench.certificate_of, use)
        return then(certificate, lambda der: call(lambda: note(der)))

    def release_key(self) -> None:
        """See `SigningDesk.release_key`."""
        with suppress(ClientError):
            self._keys_lane.submit(workshop.release_key)

    def certificate(self, der: bytes) -> Future[CertificateDetails]:
        """See `SigningDesk.certificate`."""
        return self._lane.submit(signing_bench.certificate, der)

    def letters(self) -> OfficeLetters:
        """See `SigningDesk.letters`."""
        return self._letters

    # Pages and signatures ------------------------------------------------------------------

    def time_stampers(self) -> tuple[str, ...]:
        """See `SigningDesk.time_stampers`."""
        return self._setup.tsa_urls

    def page(
        self, document: Document, page: int, width: int, password: Secret | None = None
    ) -> Future[PageImage]:
        """See `SigningDesk.page`."""
        return self._lane.submit(signing_bench.page, document, page, width, password)

    def stamp(
        self, document: Document, appearance: Appearance, password: Secret | None = None, signer: str = ""
    ) -> Future[StampView]:
        """See `SigningDesk.stamp`."""
        now = self._setup.clock()
        return self._lane.submit(signing_bench.stamp, document, appearance, now, signer, password)

    def look_first(self, document: Document, name: str, order: SignOrder) -> Future[None]:
        """See `SigningDesk.look_first`."""
        return self._lane.submit(signing_bench.look_first, document, name, self.terms(order))

    def terms(self, order: SignOrder) -> SigningTerms:
        """What the workshop is told."""
        setup = self._setup
        profile = Profile.B_B if order.without_timestamp else order.profile
        now = setup.clock()
        holders = setup.seal_holders(now.astimezone().date())
        return SigningTerms(
            setup.sources,
            now,
            profile,
            order.tsa_urls or setup.tsa_urls,
            order.appearance,
            order.document_password or None,
            authority=Authority(order.user, holders, setup.seal_keys),
        )

    def sign_file(self, source: Path, target: Path, use: KeyUse, order: SignOrder) -> Future[Path]:
        """See `SigningDesk.sign_file`."""
        whole = self.use(use.key, use.password)
        signed = self._keys_lane.submit(signing_bench.sign_into, source, target, whole, self.terms(order))
        return then(signed, lambda path: call(lambda: self.signed(path, order)))

    def signed(self, path: Path, order: SignOrder) -> Path:
        """What follows a signature: long-term data in the course of time, a choice noted."""
        if order.without_timestamp:
            self._setup.without_timestamp(path)
        elif order.profile in {Profile.B_LT, Profile.B_LTA} and path.suffix.lower() == ".pdf":
            self._setup.extend_later(path, order.profile)
        return path

    def batch(
        self,
        files: Sequence[tuple[Path, Path]],
        use: KeyUse,
        order: SignOrder,
        notify: Callable[[int, BatchItem], None],
    ) -> BatchRun:
        """See `SigningDesk.batch`."""
        return _Run(self, self._keys_lane, files, use, order, notify)

    def extend(self, source: Path, target: Path, profile: Profile) -> Future[Path]:
        """See `SigningDesk.extend`."""
        return self._keys_lane.submit(
            signing_bench.extend_into, source, target, profile, self.terms(SignOrder(profile))
        )

    # Settings ------------------------------------------------------------------------------

    def probe_drivers(self, paths: tuple[Path, ...] = ()) -> Future[tuple[DriverReport, ...]]:
        """See `SigningDesk.probe_drivers`."""
        return key_listing.probe(self._keys_lane, (*self._settings.drivers, *paths))

    def own_drivers(self) -> tuple[Path, ...]:
        """See `SigningDesk.own_drivers`."""
        return self._settings.drivers

    def set_own_drivers(self, paths: tuple[Path, ...]) -> None:
        """See `SigningDesk.set_own_drivers`."""
        self._keep(replace(self._settings, drivers=paths))

    def set_key(self, account_id: str, key: KeyRef | None, *, seal: bool) -> None:
        """See `SigningDesk.set_key`."""

        def changed(account: Account) -> Account:
            if account.account_id != account_id:
                return account
            return replace(account, seal_key=key) if seal else replace(account, personal_key=key)

        self._keep(replace(self._settings, accounts=tuple(map(changed, self.accounts))))

    def _keep(self, settings: KeySettings) -> None:
        self._setup.keep(settings)
        self._settings = settings

    def images(self, account_id: str) -> SigningImages:
        """See `SigningDesk.images`."""
        return SigningImages(*(self._read_image(account_id, seal=seal) for seal in (False, True)))

    def set_image(self, account_id: str, path: Path | None, *, seal: bool) -> Future[SigningImages]:
        """See `SigningDesk.set_image`."""
        target = self._image_path(account_id, seal=seal)
        if path is None:
            return call(lambda: self._without_image(account_id, target))

        def keep(content: bytes) -> SigningImages:
            write_atomically(target, content)
            return self.images(account_id)

        checked = self._lane.submit(signing_bench.read_picture, path)
        return then(checked, lambda content: call(lambda: keep(content)))

    def _without_image(self, account_id: str, target: Path) -> SigningImages:
        try:
            target.unlink(missing_ok=True)
        except OSError as error:
            raise StorageFailed(path=str(target), reason="access") from error
        return self.images(account_id)

    def _read_image(self, account_id: str, *, seal: bool) -> bytes:
        try:
            return self._image_path(account_id, seal=seal).read_bytes()
        except OSError:
            return b""

    def _image_path(self, account_id: str, *, seal: bool) -> Path:
        return self._setup.paths.image(account_id, seal=seal)


class _Run:
    """A batch that is told of orders, not of terms."""

    def __init__(
        self,
        office: SigningOffice,
        lane: Lane,
        files: Sequence[tuple[Path, Path]],
        use: KeyUse,
        order: SignOrder,
        notify: Callable[[int, BatchItem], None],
    ) -> None:
        self._office, self._order, self._notify = office, order, notify
        abandon = lane.abandon if isinstance(lane, WorkshopLane) else _nothing
        items = [BatchItem(source, target) for source, target in files]
        self._batch = Batch(lane, items, self._whole(use), self._terms, self._told, abandon=abandon)
        self.items, self.start = self._batch.items, self._batch.start
        self.cancel, self.skip = self._batch.cancel, self._batch.skip

    def resume(self, use: KeyUse, order: SignOrder | None = None) -> None:
        """See `BatchRun.resume`."""
        self._order = order or self._order
        self._batch.resume(self._whole(use))

    def retry_failed(self, use: KeyUse, order: SignOrder | None = None) -> None:
        """See `BatchRun.retry_failed`."""
        self._order = order or self._order
        self._batch.retry_failed(self._whole(use))

    def _told(self, index: int, item: BatchItem) -> None:
        if item.state is ItemState.SIGNED:
            # A full disk may forbid the note; the document is signed all the same.
            with suppress(ClientError):
                self._office.signed(item.target, self._order)
        self._notify(index, item)

    def _whole(self, use: KeyUse) -> KeyUse:
        return self._office.use(use.key, use.password)

    def _terms(self) -> SigningTerms:
        return self._office.terms(self._order)


def _nothing() -> None:
    """A lane without a process of its own has none to end."""
