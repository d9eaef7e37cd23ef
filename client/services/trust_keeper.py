"""Whose signatures count: the policy's certificates and those somebody imported, with the record of it.

The ledger's record is what holds; the files in the data folder's ``trust``, which the workshop
reads, are written from it. A file somebody lays there by hand is set aside, not trusted.
"""

from __future__ import annotations

import base64
import getpass
import hashlib
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from client.config.policy_trust import PolicyCertificate, Trust
from client.errors import TrustRefused
from client.model.anchor import (
    Candidate,
    CertificateRole,
    FingerprintMatch,
    TrustAct,
    TrustedCertificate,
    TrustEntry,
    TrustOrigin,
    compare_fingerprint,
)
from client.services.own_trust import ROLE_FOLDERS
from client.store.atomic import write_atomically
from client.store.database import Database
from client.store.faults import mapped_faults
from client.store.trust_log import TrustLog

_SET_ASIDE = "khong-dung"


class TrustKeeper:
    """One instance's anchors and intermediates; ``folder`` is the data folder's ``trust``."""

    def __init__(
        self, ledger: Database, folder: Path, policy: Trust, clock: Callable[[], datetime], actor: str = ""
    ) -> None:
        self._log = TrustLog(ledger)
        self._folder = folder
        self._policy = policy
        self._clock = clock
        self._actor = actor or _user_name()

    def trusted(self) -> tuple[TrustedCertificate, ...]:
        """What is trusted now, the policy's first."""
        named = (
            *(_of_policy(one, CertificateRole.ANCHOR) for one in self._policy.anchors),
            *(_of_policy(one, CertificateRole.INTERMEDIATE) for one in self._policy.intermediates),
        )
        known = {one.sha256 for one in named}
        return (*named, *(one for one in self._log.current() if one.sha256 not in known))

    def anchors(self) -> tuple[bytes, ...]:
        """The anchors as DER."""
        return tuple(one.der for one in self.trusted() if one.role is CertificateRole.ANCHOR)

    def record(self) -> tuple[TrustEntry, ...]:
        """Everything that was ever added or removed, oldest first."""
        return self._log.entries()

    def add_anchor(self, candidate: Candidate, entered: str, origin: TrustOrigin, note: str = "") -> None:
        """Trust an authority whose fingerprint somebody has from elsewhere.

        Raises `TrustRefused`: ``fingerprint-differs``, ``not-an-anchor``, or the candidate's own problem.
        """
        sha256 = hashlib.sha256(candidate.der).hexdigest().upper()
        if candidate.problem or candidate.role is not CertificateRole.ANCHOR:
            raise TrustRefused(reason=candidate.problem or "not-an-anchor")
        if compare_fingerprint(entered, sha256) is not FingerprintMatch.EQUAL:
            raise TrustRefused(reason="fingerprint-differs")
        self._add(TrustedCertificate(candidate.der, sha256, CertificateRole.ANCHOR, origin, note=note))

    def add_intermediates(
        self, candidates: Iterable[Candidate], origin: TrustOrigin, note: str = ""
    ) -> tuple[Candidate, ...]:
        """Keep those whose issuer is trusted, as helpers on the way; answers with them."""
        kept = [one for one in candidates if one.role is CertificateRole.INTERMEDIATE and not one.problem]
        known = {one.sha256 for one in self.trusted()}
        for one in kept:
            if one.details.sha256 not in known:
                role = CertificateRole.INTERMEDIATE
                self._add(TrustedCertificate(one.der, one.details.sha256, role, origin, note=note))
        return tuple(kept)

    def remove(self, sha256: str, origin: TrustOrigin) -> TrustedCertificate:
        """Trust it no longer. Raises `TrustRefused`: ``not-trusted``, ``policy-anchor``."""
        found = next((one for one in self.trusted() if one.sha256 == sha256.upper()), None)
        if found is None:
            raise TrustRefused(reason="not-trusted")
        if found.origin is TrustOrigin.POLICY:
            raise TrustRefused(reason="policy-anchor")
        self._write_down(TrustAct.REMOVE, replace(found, origin=origin))
        self.write_out()
        return found

    def write_out(self) -> None:
        """Make the files what the record and the policy say; raises `StorageFailed`, `StorageFull`."""
        trusted = self.trusted()
        for role, name in ROLE_FOLDERS.items():
            folder = self._folder / name
            wanted = {f"{one.sha256}.pem": _as_pem(one.der) for one in trusted if one.role is role}
            with mapped_faults(folder):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                there = {file.name: file for file in folder.iterdir() if file.is_file()}
            for file_name, content in wanted.items():
                if file_name not in there or there[file_name].read_bytes() != content:
                    write_atomically(folder / file_name, content)
            for file_name in there.keys() - wanted.keys():
                self._set_aside(there[file_name])

    def _add(self, certificate: TrustedCertificate) -> None:
        if all(one.sha256 != certificate.sha256 for one in self.trusted()):
            self._write_down(TrustAct.ADD, certificate)
        self.write_out()

    def _write_down(self, act: TrustAct, certificate: TrustedCertificate) -> None:
        self._log.append(TrustEntry(self._clock(), self._actor, act, certificate))

    def _set_aside(self, file: Path) -> None:
        aside = self._folder / _SET_ASIDE
        with mapped_faults(file):
            aside.mkdir(exist_ok=True, mode=0o700)
            file.replace(aside / file.name)


def _of_policy(one: PolicyCertificate, role: CertificateRole) -> TrustedCertificate:
    return TrustedCertificate(one.der, one.sha256, role, TrustOrigin.POLICY, note=one.name)


def _as_pem(der: bytes) -> bytes:
    body = "\n".join(textwrap.wrap(base64.b64encode(der).decode("ascii"), 64))
    return f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n".encode("ascii")


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "?"
