"""The composition root: paths → policy → settings → store → services → window.

The only module that knows every concrete class. Qt is imported inside `open_window`, so that a
command of `client.cli` can open the same office without a window.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from client.config.catalogue import Catalogue
from client.config.logs import start_log
from client.config.paths import Paths, SitePaths, resources_dir, site_dir
from client.config.policy import Policy
from client.config.policy_mail import profile_for, with_sent_copy
from client.config.settings import Settings, load_settings, save_settings
from client.errors import ClientError, StorageFailed
from client.model.account import Account, Login
from client.model.directory import DirectoryServer
from client.model.oauth import AuthorisationServer
from client.model.verdict import Profile
from client.services.account_office import AccountOffice, AccountSetup
from client.services.at_rest import prepare
from client.services.data_key import open_vault
from client.services.engine_link import EngineLink
from client.services.engine_setup import EngineSetup
from client.services.engine_tokens import AccessTokens, TokenSetup
from client.services.extension_queue import ExtensionQueue
from client.services.office import Office
from client.services.office_setup import OfficeSetup
from client.services.office_signing import KeySettings
from client.services.own_trust import made_sources
from client.services.policy_keeper import InstalledPolicy, find_policy
from client.services.signing_desk import SignOrder
from client.services.tasks import WorkshopLane
from client.services.trust_keeper import TrustKeeper
from client.services.workshop import warm_up
from client.store.database import open_ledger
from client.store.extensions import Extensions
from client.store.instance import FolderUse, InstanceLock
from client.store.secrets import KeyringSecrets, SecretStore
from client.vault.sealing import Vault

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything one run of the client is made from."""

    paths: Paths
    settings: Settings
    policy: Policy
    secrets: SecretStore
    tls_anchors: tuple[bytes, ...] = ()
    """PEM anchors accepted for mail servers beside the system's own."""
    is_demo: bool = False
    policy_found: InstalledPolicy | None = None
    """How the policy came to be; None where it is the shipped one by choice (the training city)."""
    at_rest: Vault | None = None
    """What the data folder is read and written with, once it is open; None: nothing in it is encrypted."""

    @property
    def encrypts(self) -> bool | None:
        """Whether the data folder is to be encrypted: as the user wants it, unless the policy demands it.

        None: it stays as it is, also where a policy that demanded it is not there any more.
        """
        return True if self.policy.storage.encrypt else self.settings.encrypt


@contextmanager
def trust_keeper(paths: Paths) -> Iterator[TrustKeeper]:
    """The trust of the installation in ``paths``, without the rest of an office."""
    with data_in_use(paths) as at_rest, closing(open_ledger(paths.ledger, at_rest)) as ledger:
        yield TrustKeeper(ledger, paths.trust, installed_policy(paths).trust, lambda: datetime.now(UTC))


@contextmanager
def data_in_use(paths: Paths) -> Iterator[Vault | None]:
    """What a command reads the user's data folder with, while it is not converted under its hands.

    Raises `DataKeyLocked`, `DataKeyMissing`, `DataKeyWrong`, `StoreBusy`.
    """
    with ExitStack() as held:
        if paths.data.is_dir():
            with suppress(StorageFailed):  # on a medium that cannot be written nothing is converted either
                held.enter_context(FolderUse(paths.data))
        yield open_vault(paths, KeyringSecrets())


def installed_policy(paths: Paths) -> Policy:
    """The organisation's policy where there is a good one, else the shipped."""
    return look_for_policy(paths).policy


def look_for_policy(paths: Paths, *, remember: bool = False) -> InstalledPolicy:
    """The policy in use and how it came to be; with ``remember`` what is good is kept for bad days."""
    return find_policy(paths, SitePaths(site_dir()), datetime.now(UTC), remember=remember)


def installed(data: Path | None = None) -> Installation:
    """The user's own installation: settings from the data folder, passwords from the keyring."""
    paths = Paths(data) if data is not None else Paths.for_user()
    settings = load_settings(paths.settings)
    found = look_for_policy(paths, remember=True)
    anchors = tuple(Path(file).read_bytes() for file in settings.server_anchors)
    return Installation(paths, settings, found.policy, KeyringSecrets(), anchors, policy_found=found)


class OpenOffice:
    """An office with its processes running; use it as a context manager.

    Raises `AlreadyRunning` when another instance works on the same data.
    """

    def __init__(self, installation: Installation) -> None:
        paths = installation.paths
        paths.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = InstanceLock(paths.data / "instance.db")
        with ExitStack() as undone:
            undone.callback(self._lock.release)
            self._open(installation, undone)
            undone.pop_all()

    def _open(self, installation: Installation, undone: ExitStack) -> None:
        """What is begun ends with ``undone``: a process left behind would hold the data folder."""
        paths = installation.paths
        at_rest = prepare(paths, installation.secrets, wanted=installation.encrypts)
        installation = replace(installation, at_rest=at_rest)
        self.lane, keys_lane = WorkshopLane(warm_up, paths.logs), WorkshopLane(logs=paths.logs)
        undone.callback(self.lane.close)
        undone.callback(keys_lane.close)
        self.engine = EngineLink(engine_setup(installation))
        undone.callback(self.engine.close)
        setup = replace(office_setup(installation), extend_later=self._extend_later)
        self.desk = Office(setup, self.lane, self.engine, keys_lane)
        self._ledger = open_ledger(paths.ledger, at_rest)
        self.extensions = ExtensionQueue(
            Extensions(self._ledger, setup.clock),
            lambda target: self.desk.signing().terms(SignOrder(target)),
            lambda entry: _LOG.info("extension %d: %s", entry.extension_id, entry.state),
            setup.clock,
            lambda: WorkshopLane(logs=paths.logs),
        )

    def __enter__(self) -> Office:
        self.desk.trust().begin()
        return self.desk

    def __exit__(self, *_: object) -> None:
        self.close()

    def _extend_later(self, path: Path, target: Profile) -> None:
        self.extensions.add(path, target)

    def close(self) -> None:
        """Let a started submission finish, end all processes, let go of the data folder."""
        self.extensions.stop()
        self._ledger.close()
        self.desk.close()
        self._lock.release()


def engine_setup(installation: Installation) -> EngineSetup:
    """What the engine process is started with."""
    settings, trust = installation.settings, installation.policy.trust
    return EngineSetup(
        paths=installation.paths,
        accounts=tuple(with_sent_copy(one, installation.policy.mail) for one in settings.accounts),
        secrets=installation.secrets,
        body_age=timedelta(days=settings.body_days),
        imap_without=frozenset(name.upper() for name in settings.imap_without),
        anchors_pem=installation.tls_anchors,
        hosts=trust.asked,
        max_crl_bytes=trust.max_crl_mb * 1_000_000,
        directory=directory_server(installation),
        oauth=authorisation_servers(installation),
        at_rest=installation.at_rest,
        server_drafts=installation.policy.storage.server_drafts,
    )


def directory_server(installation: Installation) -> DirectoryServer | None:
    """The organisation's directory as this installation reads it."""
    policy = installation.policy
    return policy.directory_server.server(installation.settings.accounts, policy.domains.own)


def authorisation_servers(installation: Installation) -> dict[str, AuthorisationServer]:
    """By account: where those that sign in have their access tokens from, as the policy names it now."""
    found = {}
    for account in installation.settings.accounts:
        profile = profile_for(installation.policy.mail, account.identity.address.domain)
        if account.login is Login.OAUTH and profile is not None and profile.oauth is not None:
            found[account.account_id] = profile.oauth.server
    return found


def access_tokens(installation: Installation, account: Account) -> AccessTokens:
    """What an account that signs in logs in with; asks the network when it is asked."""
    from client.net import oauth

    servers = authorisation_servers(installation)
    setup = TokenSetup(
        installation.secrets, servers, installation.tls_anchors, oauth.refresh, lambda: datetime.now(UTC)
    )
    return AccessTokens(account, setup)


def office_setup(installation: Installation) -> OfficeSetup:
    """What the office is opened with."""
    paths, settings = installation.paths, installation.settings
    return OfficeSetup(
        paths=paths,
        accounts=settings.accounts,
        policy=installation.policy,
        tsa_urls=settings.tsa_urls,
        sources=made_sources(paths),
        token_drivers=tuple(Path(place) for place in settings.token_drivers),
        receipts=settings.receipts,
        at_rest=installation.at_rest,
        account_desk=account_office(installation),
        keep_keys=lambda keys: _remember_keys(installation, keys),
        calm_lane=lambda: WorkshopLane(logs=paths.logs, calm=True),
    )


def account_office(installation: Installation) -> AccountOffice:
    """What finds, keeps and removes accounts; the training city's stay as they are."""
    paths = installation.paths
    setup = AccountSetup(
        paths.settings,
        installation.secrets,
        installation.policy.mail,
        installation.tls_anchors,
        may_change=not installation.is_demo,
    )
    return AccountOffice(setup, lambda: WorkshopLane(logs=paths.logs))


def load_window() -> None:
    """Load what the window is made of, while something else is still starting."""
    from client.ui import application, shell  # noqa: F401


REOPEN = 75
"""What the event loop ends with when the accounts have changed: the window comes back with the new ones."""


def open_window(installation: Installation, language: str = "") -> int:
    """Open the main window and run until it is closed; answers with the exit code."""
    from client.ui.application import make_application

    start_log(installation.paths.logs, "window")
    application = make_application([], resources_dir())
    while (code := _run_window(installation, application, language)) == REOPEN:
        installation = installed(installation.paths.data)
    return code


def _run_window(installation: Installation, application: QApplication, language: str) -> int:
    from client.ui.network import watch_network
    from client.ui.shell import open_shell

    office = OpenOffice(installation)
    try:
        window = open_shell(
            office.desk,
            resources_dir(),
            policy=installation.policy,
            policy_found=installation.policy_found,
            language=language or installation.settings.language,
            is_demo=installation.is_demo,
            state_file=installation.paths.data / "window.ini",
            remember_language=lambda chosen: _remember_language(installation, chosen),
            reopen=lambda: application.exit(REOPEN),
        )
        watch_network(office.desk.network_changed, window)
        office.lane.start()
        office.desk.trust().begin()
        office.extensions.start()
        office.desk.work_behind()
        code = int(application.exec())
        if code == REOPEN:
            window.close()
            window.deleteLater()
        return code
    finally:
        office.close()


def show_problem(error: ClientError, language: str) -> None:
    """Say in a box why no window opened, and wait until it is closed."""
    from PySide6.QtWidgets import QApplication

    from client.ui import dialogs
    from client.ui.application import make_application
    from client.ui.texts import Texts

    resources = resources_dir()
    application = QApplication.instance() or make_application([], resources)
    box = dialogs.show_problem(None, Texts(Catalogue.load(resources, language)).error(error))
    box.finished.connect(application.quit)
    application.exec()


def _remember_language(installation: Installation, language: str) -> None:
    _change_settings(installation, lambda settings: replace(settings, language=language))


def _remember_keys(installation: Installation, keys: KeySettings) -> None:
    by_id = {account.account_id: account for account in keys.accounts}

    def change(settings: Settings) -> Settings:
        accounts = tuple(
            replace(one, personal_key=known.personal_key, seal_key=known.seal_key)
            if (known := by_id.get(one.account_id)) is not None
            else one
            for one in settings.accounts
        )
        return replace(settings, accounts=accounts, token_drivers=tuple(map(str, keys.drivers)))

    _change_settings(installation, change)


def _change_settings(installation: Installation, change: Callable[[Settings], Settings]) -> None:
    """Change what is on the disk now: this run may have changed something else before."""
    if not installation.is_demo:
        path = installation.paths.settings
        save_settings(path, change(load_settings(path)))
