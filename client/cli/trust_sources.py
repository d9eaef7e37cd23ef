"""What a command's verdicts rest on: what its arguments name, else this computer's own trust."""

from __future__ import annotations

import argparse

from client.app import installed_policy, trust_keeper
from client.config.paths import Paths
from client.services.own_trust import own_sources
from client.services.requests import TrustSources


def sources_of(arguments: argparse.Namespace) -> TrustSources:
    """``--trust`` and ``--crl`` where they are given.

    This computer's own folders are first made what record and policy say: a file that somebody
    laid there by hand is not trusted. Raises what `open_ledger` raises.
    """
    paths = Paths.for_user()
    if not arguments.trust and (paths.trust.is_dir() or installed_policy(paths).trust.anchors):
        with trust_keeper(paths) as keeper:
            keeper.write_out()
    own = own_sources(paths)
    return TrustSources(
        anchors=tuple(arguments.trust) or own.anchors,
        crls=tuple(arguments.crl) or own.crls,
        intermediates=own.intermediates,
    )
