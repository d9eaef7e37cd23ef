"""What a verification may rest on, carried as plain bytes between processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from client.model.secret import Secret


class RevocationDemand(StrEnum):
    """How much revocation information a verification asks for."""

    REQUIRE = "require"
    """Without a fresh CRL or OCSP answer the verdict is INDETERMINATE, never valid."""
    IGNORE = "ignore"
    """Asked for explicitly; the verdict then carries ``revocation-not-checked``."""


@dataclass(frozen=True, slots=True)
class PathRules:
    """What a certification path has to keep besides the standard (RFC 5280 section 6.1.1 c, e, f, g)."""

    policies: frozenset[str] = frozenset()
    """Acceptable certificate policies as dotted numbers; empty means any."""
    explicit_policy: bool = False
    """Every certificate of the path has to name an acceptable policy."""
    inhibit_mapping: bool = False
    inhibit_any_policy: bool = False


@dataclass(frozen=True, slots=True)
class TrustMaterial:
    """Anchors and evidence. Everything is DER; nothing here is fetched because of a received file."""

    anchors: tuple[bytes, ...] = ()
    """Trust anchor certificates. Empty means nothing is trusted."""
    intermediates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsp_responses: tuple[bytes, ...] = ()
    rules: PathRules = PathRules()


class Notebook(Protocol):
    """What a verification writes down as it goes; `client.crypto.material.Notes`."""

    def path_sought(
        self, certificate: Any, others: Any, pool: Any, moment: datetime, *, of_authority: bool
    ) -> None:
        """A path was looked for from this certificate, at this moment, with this revocation data."""

    def token_judged(self, token: Any) -> None:
        """A time-stamp token was judged."""


@dataclass(frozen=True, slots=True)
class VerificationDemand:
    """What is asked of the verifier (policy → work → finding)."""

    trust: TrustMaterial
    at: datetime
    """The moment of verification, aware; injected, never read from a clock inside."""
    revocation: RevocationDemand = RevocationDemand.REQUIRE
    notes: Notebook | None = field(default=None, compare=False, repr=False)
    """Where what is used is written down, for the evidence; within one process only."""
    password: Secret | None = field(default=None, compare=False)
    """Opens encrypted PDFs that a message carries."""
