"""Trust anchors and revocation data from the folders this instance keeps them in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from client.crypto.trust import read_certificates, read_crls
from client.errors import ConfigInvalid
from client.model.trust import RevocationDemand, TrustMaterial, VerificationDemand
from client.services.requests import TrustSources

_CERTIFICATES = frozenset({".pem", ".crt", ".cer", ".der"})
_CRLS = frozenset({".crl", ".pem", ".der"})


def read_demand(
    sources: TrustSources, at: datetime, revocation: RevocationDemand = RevocationDemand.REQUIRE
) -> VerificationDemand:
    """Read every source: the basis of one verification at ``at``.

    A file named for itself must hold what it is named for, or `ConfigInvalid` is raised. In a folder,
    what holds nothing of the kind is passed over: one spoiled download must not stop every check, and
    an anchor or a CRL that is missing never makes a signature valid.
    """
    trust = replace(
        read_anchors(sources),
        crls=tuple(_read(sources.crls, _CRLS, read_crls, "crl")),
        ocsp_responses=tuple(_answers(sources.crls)),
    )
    return VerificationDemand(trust=trust, at=at, revocation=revocation)


def read_anchors(sources: TrustSources) -> TrustMaterial:
    """Anchors and intermediates alone; raises as `read_demand` does."""
    return TrustMaterial(
        anchors=tuple(_read(sources.anchors, _CERTIFICATES, _certificates_in, "trust")),
        intermediates=tuple(_read(sources.intermediates, _CERTIFICATES, _certificates_in, "trust")),
    )


def _answers(places: Iterable[Path]) -> Iterator[bytes]:
    """The OCSP answers in folders of revocation data; each is judged where it is used."""
    for place in places:
        for file in sorted(place.glob("*.ocsp")) if place.is_dir() else ():
            with suppress(OSError):
                yield file.read_bytes()


def _certificates_in(data: bytes) -> tuple[bytes, ...]:
    found = read_certificates(data)
    if not found:
        raise ValueError
    return found


def _read(
    places: Iterable[Path], suffixes: frozenset[str], reader: Callable[[bytes], tuple[bytes, ...]], key: str
) -> Iterator[bytes]:
    for place in places:
        try:
            files = sorted(place.iterdir()) if place.is_dir() else None
            if files is None:
                yield from reader(place.read_bytes())
                continue
        except (OSError, ValueError) as error:
            raise ConfigInvalid(path=str(place), key=key, suggestion="") from error
        for file in files:
            if file.suffix.lower() in suffixes:
                with suppress(OSError, ValueError):
                    yield from reader(file.read_bytes())
