"""What is asked of the workshop: plain values, so that asking loads no cryptographic library."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from client.model.account import Account, KeyRef
from client.model.at_rest import Readable
from client.model.outgoing import Draft
from client.model.returning import LetterKind
from client.model.secret import Secret
from client.model.signing import Appearance
from client.model.trust import RevocationDemand
from client.model.verdict import Profile


@dataclass(frozen=True, slots=True)
class TrustSources:
    """Where trust anchors and revocation data are read from; each entry is a file or a folder of files."""

    anchors: tuple[Path, ...] = ()
    crls: tuple[Path, ...] = ()
    intermediates: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterOrder:
    """What letter about a received document is wanted."""

    kind: LetterKind
    account: Account
    empty: Draft
    at: datetime
    """When the document was verified."""


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
class VerifyRequest:
    """One file to judge, and what to judge it by."""

    path: Readable
    sources: TrustSources
    at: datetime
    revocation: RevocationDemand = RevocationDemand.REQUIRE
    content: Path | None = None
    """The signed file that a detached ``.p7s`` belongs to; looked for beside it when None."""
    password: Secret | None = None
    """Opens an encrypted PDF."""
    name: str = ""
    """What the report calls the file, instead of its path."""
    key: KeyUse | None = None
    """Opens an encrypted message."""

    @property
    def shown_name(self) -> str:
        """The name the report carries."""
        return self.name or str(self.path)


@dataclass(frozen=True, slots=True)
class Authority:
    """Who may use the office's seal, as the policy names them; empty lists name nobody in particular."""

    user: str = ""
    """The user's mail address; "" where the program does not know who sits before it."""
    clerks: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Each office with the addresses of those who keep its seal (Art. 32 Decree 30/2020: văn thư)."""
    seal_keys: tuple[str, ...] = ()
    """Serial numbers of the seal certificates in use, upper-case hex."""


@dataclass(frozen=True, slots=True)
class SigningTerms:
    """How to sign: profile, time-stamp authorities, and what the result is verified against."""

    sources: TrustSources
    at: datetime
    """Signing time, aware; a claim of this computer's clock until a time-stamp proves it."""
    profile: Profile = Profile.B_T
    tsa_urls: tuple[str, ...] = ()
    appearance: Appearance | None = None
    """What a signature on a PDF looks like; None: it is not seen on the page."""
    document_password: Secret | None = None
    """Opens an encrypted PDF."""
    field_name: str = ""
    """An empty signature field of the PDF that is to be filled."""
    reason: str = ""
    authority: Authority = Authority()
    appearances: tuple[tuple[str, Appearance], ...] = ()
    """For a letter: the appearance by attachment name; others are signed unseen."""
    document_passwords: tuple[tuple[str, Secret], ...] = ()
    """For a letter: what opens encrypted attachments, by name."""

    def for_attachment(self, name: str) -> SigningTerms:
        """The terms for one attachment of a letter."""
        return replace(
            self,
            appearance=dict(self.appearances).get(name),
            document_password=dict(self.document_passwords).get(name),
        )
