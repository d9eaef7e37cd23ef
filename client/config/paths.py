"""The only module that knows where files lie: development tree, wheel or frozen build."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs

APP_NAME = "CongThu"


def resources_dir() -> Path:
    """The folder ``resources``: beside the package in a checkout, inside it once installed."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen:
        return Path(frozen) / "resources"
    package = Path(__file__).resolve().parent.parent
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"


def site_dir() -> Path:
    """The machine-wide folder that administrators write and everybody reads.

    Not from the environment: whoever sets a variable would choose whose policy is believed.
    """
    match platform.system():
        case "Windows":
            return Path(platformdirs.site_data_dir(APP_NAME, appauthor=False))
        case "Darwin":
            return Path("/Library/Application Support") / APP_NAME
        case _:
            return Path("/etc/congthu")


@dataclass(frozen=True, slots=True)
class SitePaths:
    """What an organisation lays down for all users of a machine."""

    folder: Path

    @property
    def operators(self) -> Path:
        """Certificates (PEM or DER) of those who may sign the city's policy."""
        return self.folder / "operators"

    @property
    def city(self) -> Path:
        """The city's policy; its signature lies beside it, see `signature_of`."""
        return self.folder / "policy.toml"

    @property
    def previous(self) -> Path:
        """The one before, to go back to."""
        return self.folder / "policy.previous.toml"

    @property
    def office(self) -> Path:
        """The office's own, which may only tighten."""
        return self.folder / "office.toml"

    @property
    def record(self) -> Path:
        """Which versions were installed here."""
        return self.folder / "policy.record.json"


def signature_of(policy: Path) -> Path:
    """Where the signature of a policy file lies."""
    return policy.with_name(f"{policy.name}.p7s")


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of one instance; every file the client writes lies under ``data``."""

    data: Path

    @classmethod
    def for_user(cls) -> Paths:
        """The signed-in user's own data folder, as the platform has it."""
        return cls(Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)))

    @classmethod
    def for_demo(cls) -> Paths:
        """The training city's data folder, apart from any real mail."""
        return cls(Path(platformdirs.user_data_dir(f"{APP_NAME}-demo", appauthor=False)))

    @property
    def settings(self) -> Path:
        """The user's settings and accounts."""
        return self.data / "settings.toml"

    @property
    def office_policy(self) -> Path:
        """A policy of this user's own, which may only tighten."""
        return self.data / "policy.toml"

    @property
    def kept_policies(self) -> Path:
        """The last good ones, and which version was the newest."""
        return self.data / "policy"

    @property
    def ledger(self) -> Path:
        """Outbox, drafts, operations and evidence: the database that must never lose a row."""
        return self.data / "ledger.db"

    @property
    def encryption(self) -> Path:
        """Which key of the keyring this folder is encrypted with; not there where it is not."""
        return self.data / "encryption.json"

    @property
    def directory(self) -> Path:
        """The copy of the organisation's directory; it can be fetched again."""
        return self.data / "directory.db"

    @property
    def verdicts(self) -> Path:
        """What the message list knows of signatures; made anew when it is lost."""
        return self.data / "verdicts.db"

    @property
    def trust(self) -> Path:
        """Trust anchors (PEM or DER) that this instance accepts."""
        return self.data / "trust"

    @property
    def revocation(self) -> Path:
        """CRLs and OCSP answers fetched by the engine."""
        return self.data / "revocation"

    @property
    def evidence(self) -> Path:
        """What recorded verdicts rest on, each file named by its digest; nothing deletes there."""
        return self.data / "evidence"

    @property
    def incoming(self) -> Path:
        """Revocation data that came in and has not been examined yet."""
        return self.revocation / "moi"

    @property
    def logs(self) -> Path:
        """Logs without content or secrets."""
        return self.data / "logs"

    def account(self, account_id: str) -> Path:
        """The folder of one account's cache: ``cache.db`` and ``objects/``."""
        return self.data / "accounts" / account_id

    def image(self, account_id: str, *, seal: bool) -> Path:
        """The PNG that one account shows when it signs: hand signature or seal."""
        return self.data / "images" / f"{account_id}-{'con-dau' if seal else 'chu-ky'}.png"
