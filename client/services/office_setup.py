"""What an office is opened with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from client.config.paths import Paths
from client.config.policy import Policy
from client.model.account import Account
from client.model.at_rest import Readable
from client.model.receipt import ReceiptHabit
from client.model.verdict import Profile
from client.services.account_desk import AccountDesk
from client.services.office_signing import KeySettings, SigningSetup
from client.services.requests import TrustSources
from client.services.tasks import EndableLane
from client.store.objects import ObjectStore
from client.vault.sealing import Vault


@dataclass(frozen=True, slots=True)
class OfficeSetup:
    """What an office is opened with."""

    paths: Paths
    accounts: tuple[Account, ...]
    policy: Policy
    tsa_urls: tuple[str, ...] = ()
    sources: TrustSources = field(default_factory=TrustSources)
    token_drivers: tuple[Path, ...] = ()
    keep_keys: Callable[[KeySettings], None] = lambda _: None
    """Writes changed keys and drivers to the settings."""
    extend_later: Callable[[Path, Profile], object] = lambda _, __: None
    calm_lane: Callable[[], EndableLane] | None = None
    """Makes the workshop that verifies in the background; None: nothing is verified there."""
    account_desk: AccountDesk | None = None
    """None in one-shot commands, which change no accounts."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    receipts: ReceiptHabit = ReceiptHabit.ASK
    at_rest: Vault | None = None
    """What the data folder is read and written with; None: nothing in it is encrypted."""

    def message_file(self, account_id: str, relative: str) -> Readable:
        """The file of an account's raw message, by the path its row has."""
        return ObjectStore(self.paths.account(account_id), self.at_rest).file(relative)

    def has_message(self, account_id: str, relative: str) -> bool:
        """Whether that file is here as it came from the server."""
        return ObjectStore(self.paths.account(account_id), self.at_rest).is_whole(relative)

    def signing(self, without_timestamp: Callable[[Path], object]) -> SigningSetup:
        """What of this signing needs; see `SigningSetup.without_timestamp`."""
        return SigningSetup(
            self.paths,
            self.sources,
            self.clock,
            self.tsa_urls,
            self.policy.seal_holders,
            self.policy.seal_keys,
            self.keep_keys,
            self.extend_later,
            without_timestamp,
        )
