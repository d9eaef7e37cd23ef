"""What is asked of the workshop: plain values, so that asking loads no cryptographic library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from client.model.account import KeyRef
from client.model.secret import Secret
from client.model.trust import RevocationDemand
from client.model.verdict import Profile


@dataclass(frozen=True, slots=True)
class TrustSources:
    """Where trust anchors and revocation data are read from; each entry is a file or a folder of files."""

    anchors: tuple[Path, ...] = ()
    crls: tuple[Path, ...] = ()
    intermediates: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """One file to judge, and what to judge it by."""

    path: Path
    sources: TrustSources
    at: datetime
    revocation: RevocationDemand = RevocationDemand.REQUIRE
    content: Path | None = None
    """The signed file that a detached ``.p7s`` belongs to; looked for beside it when None."""
    password: Secret | None = None
    """Opens an encrypted PDF."""
    name: str = ""
    """What the report calls the file, instead of its path."""

    @property
    def shown_name(self) -> str:
        """The name the report carries."""
        return self.name or str(self.path)


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A key and what opens it."""

    key: KeyRef
    password: Secret
    drivers: tuple[Path, ...] = ()
    """The user's own PKCS#11 libraries, asked before the known ones."""
    certificate_der: bytes = b""
    """The certificate the user chose; a token that shows another one is not signed with."""


@dataclass(frozen=True, slots=True)
class SigningTerms:
    """How to sign: profile, time-stamp authorities, and what the result is verified against."""

    sources: TrustSources
    at: datetime
    """Signing time, aware; a claim of this computer's clock until a time-stamp proves it."""
    profile: Profile = Profile.B_T
    tsa_urls: tuple[str, ...] = ()
