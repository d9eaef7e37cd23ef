"""Where one instance keeps what it trusts and what it knows of revocation; loads no cryptographic library."""

from __future__ import annotations

from client.config.paths import Paths
from client.model.anchor import CertificateRole
from client.services.requests import TrustSources

ROLE_FOLDERS = {CertificateRole.ANCHOR: "anchors", CertificateRole.INTERMEDIATE: "intermediates"}
"""Folders in the data folder's ``trust``, written by `client.services.trust_keeper` alone."""


def made_sources(paths: Paths) -> TrustSources:
    """The instance's folders, made where they are missing, so that what comes later is found."""
    for folder in (paths.revocation, *(paths.trust / name for name in ROLE_FOLDERS.values())):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return own_sources(paths)


def own_sources(paths: Paths) -> TrustSources:
    """The instance's folders, those that are there."""
    anchors, intermediates = (paths.trust / ROLE_FOLDERS[role] for role in CertificateRole)
    return TrustSources(
        anchors=tuple(one for one in (anchors,) if one.is_dir()),
        crls=tuple(one for one in (paths.revocation,) if one.is_dir()),
        intermediates=tuple(one for one in (intermediates,) if one.is_dir()),
    )
