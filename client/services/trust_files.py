"""Trust anchors and revocation data from the folders this instance keeps them in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from client.crypto.trust import read_certificates, read_crls
from client.errors import ConfigInvalid
from client.model.trust import RevocationDemand, TrustMaterial, VerificationDemand
from client.services.requests import TrustSources

_CERTIFICATES = {".pem", ".crt", ".cer", ".der"}


def read_demand(
    sources: TrustSources, at: datetime, revocation: RevocationDemand = RevocationDemand.REQUIRE
) -> VerificationDemand:
    """Read every source: the basis of one verification at ``at``. `ConfigInvalid` for an unusable one."""
    trust = TrustMaterial(
        anchors=tuple(_certificates(sources.anchors)),
        intermediates=tuple(_certificates(sources.intermediates)),
        crls=tuple(_crls(sources.crls)),
    )
    return VerificationDemand(trust=trust, at=at, revocation=revocation)


def _certificates(places: Iterable[Path]) -> Iterable[bytes]:
    for file in _files(places, _CERTIFICATES):
        try:
            yield from read_certificates(file.read_bytes())
        except (OSError, ValueError) as error:
            raise ConfigInvalid(path=str(file), key="trust", suggestion="") from error


def _crls(places: Iterable[Path]) -> Iterable[bytes]:
    for file in _files(places, {".crl", ".pem", ".der"}):
        try:
            yield from read_crls(file.read_bytes())
        except (OSError, ValueError) as error:
            raise ConfigInvalid(path=str(file), key="crl", suggestion="") from error


def _files(places: Iterable[Path], suffixes: set[str]) -> Iterable[Path]:
    for place in places:
        if place.is_dir():
            yield from sorted(file for file in place.iterdir() if file.suffix.lower() in suffixes)
        elif place.exists():
            yield place
        else:
            raise ConfigInvalid(path=str(place), key="trust", suggestion="")
