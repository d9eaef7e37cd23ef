"""The workshop's part in revocation data: what a file lacks, and whether what came in may be used."""

from __future__ import annotations

from datetime import datetime

from client.crypto.revocation_check import Examined, Unusable, examine_crl, examine_ocsp
from client.crypto.wanted import Wanted
from client.model.revocation import Lacking, Outcome, RevocationFile
from client.services.requests import TrustSources, VerifyRequest
from client.services.trust_files import read_anchors
from client.services.verification import verify_file
from client.store.atomic import write_atomically


def lacking(request: VerifyRequest) -> Lacking:
    """The revocation data that judging a file wanted for."""
    notes = Wanted()
    verify_file(request, notes)
    return notes.lacking(read_anchors(request.sources), request.at)


def take_in(arrival: RevocationFile, sources: TrustSources, at: datetime) -> Outcome:
    """Examine what came in; put it in the place of what is in use only where it is good.

    Raises `StorageFailed`, `StorageFull`.
    """
    try:
        content = arrival.file.read_bytes()
    except OSError:
        return Outcome("arrival-gone")
    held = arrival.target.read_bytes() if arrival.target.is_file() else b""
    try:
        found = _examined(arrival, content, held, sources, at)
    except Unusable as refusal:
        return Outcome(str(refusal))
    changed = found.der != held
    if changed:
        write_atomically(arrival.target, found.der)
    return Outcome("", found.this_update, found.next_update, changed)


def _examined(
    arrival: RevocationFile, content: bytes, held: bytes, sources: TrustSources, at: datetime
) -> Examined:
    trust = read_anchors(sources)
    issuers = [one.read_bytes() for one in sorted(arrival.issuers.glob("*.der"))]
    if arrival.want.is_ocsp:
        return examine_ocsp(content, arrival.want.request, trust, issuers, at)
    return examine_crl(content, trust, issuers, at, held)
