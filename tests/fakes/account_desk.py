"""An `AccountDesk` without servers: answers what the test put there."""

from __future__ import annotations

from concurrent.futures import Future

from client.model.account import Account
from client.model.discovery import Discovery, ServerPlan
from client.model.oauth import DeviceCode, Tokens
from client.model.secret import Secret
from client.services.futures import resolved


class FakeSignIn:
    """Answers when the test says so."""

    def __init__(self) -> None:
        self.code: Future[DeviceCode] = Future()
        self.granted: Future[Tokens] = Future()
        self.cancelled = False

    def tokens(self) -> Future[Tokens]:
        return self.granted

    def cancel(self) -> None:
        self.cancelled = True


class FakeAccountDesk:
    """``answer`` is what every discovery finds; ``failure`` what `keep` raises once."""

    def __init__(self) -> None:
        self.may_change = True
        self.answer = Discovery(None, ())
        self.failure: Exception | None = None
        self.asked: list[tuple[str, Secret, ServerPlan | None]] = []
        self.kept: list[tuple[Account, Secret | None]] = []
        self.removed: list[str] = []
        self.sign_in_domain = ""
        self.sign_ins: list[FakeSignIn] = []

    def signs_in(self, address: str) -> bool:
        return bool(self.sign_in_domain) and address.endswith(f"@{self.sign_in_domain}")

    def sign_in(self, address: str) -> FakeSignIn:
        self.sign_ins.append(FakeSignIn())
        return self.sign_ins[-1]

    def discover(
        self, address: str, password: Secret, by_hand: ServerPlan | None = None
    ) -> Future[Discovery]:
        self.asked.append((address, password, by_hand))
        return resolved(self.answer)

    def new_id(self, address: str) -> str:
        return "moi"

    def keep(self, account: Account, password: Secret | None) -> None:
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure
        self.kept.append((account, password))

    def remove(self, account_id: str) -> None:
        self.removed.append(account_id)
