"""The real `AccountDesk`: discovery in a process of its own, passwords in the keyring."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

from client.config.policy_mail import MailProfile, profile_for
from client.config.settings import Settings, load_settings, save_settings
from client.errors import ClientError
from client.model.account import Account
from client.model.discovery import Discovery, ServerPlan
from client.model.oauth import AuthorisationServer, SignInNeeded
from client.model.secret import Secret
from client.services.account_discovery import DiscoveryQuestion, discover
from client.services.sign_in import LaneSignIn
from client.services.tasks import EndableLane
from client.store.secrets import SecretStore


@dataclass(frozen=True, slots=True)
class AccountSetup:
    """What accounts are kept with."""

    settings: Path
    secrets: SecretStore
    profiles: tuple[MailProfile, ...] = ()
    anchors: tuple[bytes, ...] = ()
    may_change: bool = True


class AccountOffice:
    """``make_lane`` starts the process that may open sockets; it lives for one discovery."""

    def __init__(self, setup: AccountSetup, make_lane: Callable[[], EndableLane]) -> None:
        self._setup, self._make_lane = setup, make_lane

    @property
    def may_change(self) -> bool:
        """See `AccountDesk.may_change`."""
        return self._setup.may_change

    def discover(
        self, address: str, password: Secret, by_hand: ServerPlan | None = None
    ) -> Future[Discovery]:
        """See `AccountDesk.discover`."""
        profile = profile_for(self._setup.profiles, address.rpartition("@")[2])
        plan = None
        if profile is not None:
            servers = (profile.imap.endpoint,), (profile.smtp.endpoint,)
            plan = ServerPlan(*servers, (profile.user_name(address),))
        question = DiscoveryQuestion(address, password, self._setup.anchors, plan, by_hand)
        lane = self._make_lane()
        answer = lane.submit(discover, question)
        answer.add_done_callback(lambda _: lane.close())
        return answer

    def signs_in(self, address: str) -> bool:
        """See `AccountDesk.signs_in`."""
        return self._authorisation(address) is not None

    def sign_in(self, address: str) -> LaneSignIn:
        """See `AccountDesk.sign_in`."""
        server = self._authorisation(address)
        if server is None:
            raise SignInNeeded(host=address.rpartition("@")[2], user=address, reason="no-oauth-server")
        return LaneSignIn(server, self._setup.anchors, self._make_lane())

    def _authorisation(self, address: str) -> AuthorisationServer | None:
        profile = profile_for(self._setup.profiles, address.rpartition("@")[2])
        return profile.oauth.server if profile is not None and profile.oauth is not None else None

    def new_id(self, address: str) -> str:
        """See `AccountDesk.new_id`."""
        taken = {one.account_id for one in load_settings(self._setup.settings).accounts}
        plain = re.sub(r"[^a-z0-9]+", "-", address.lower()).strip("-") or "tai-khoan"
        numbered = (f"{plain}-{number}" for number in range(2, len(taken) + 3))
        return next(name for name in (plain, *numbered) if name not in taken)

    def keep(self, account: Account, password: Secret | None) -> None:
        """See `AccountDesk.keep`."""
        secrets = self._setup.secrets
        before = secrets.get(account.account_id) if password is not None else None
        if password is not None:
            secrets.set(account.account_id, password)
        try:
            self._change(lambda known: _with(known, account))
        except ClientError:
            self._put_back(account.account_id, password, before)
            raise

    def remove(self, account_id: str) -> None:
        """See `AccountDesk.remove`."""
        self._change(lambda known: tuple(one for one in known if one.account_id != account_id))
        self._setup.secrets.delete(account_id)

    def _put_back(self, account_id: str, password: Secret | None, before: Secret | None) -> None:
        if password is None:
            return
        if before is None:
            self._setup.secrets.delete(account_id)
        else:
            self._setup.secrets.set(account_id, before)

    def _change(self, change: Callable[[tuple[Account, ...]], tuple[Account, ...]]) -> None:
        """Change what is on the disk now: this run may have changed something else before."""
        settings: Settings = load_settings(self._setup.settings)
        save_settings(self._setup.settings, replace(settings, accounts=change(settings.accounts)))


def _with(known: tuple[Account, ...], account: Account) -> tuple[Account, ...]:
    if any(one.account_id == account.account_id for one in known):
        return tuple(account if one.account_id == account.account_id else one for one in known)
    return (*known, account)
