"""A verification together with all it rested on; runs in the workshop."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from client.crypto.cms import read_signed_data
from client.crypto.material import Notes
from client.crypto.trust import read_crls
from client.mime.headers import decode_header
from client.mime.parser import parse_message, part_content
from client.model.evidence import Basis, Gathered, PartDigest, Record, digest_of
from client.model.message import HeaderField, ParsedMessage
from client.model.text import printable
from client.services.requests import TrustSources, VerifyRequest
from client.services.trust_files import read_demand
from client.services.verification import verify_bytes

_TELLING = frozenset(
    {
        "authentication-results",
        "received",
        "received-spf",
        "dkim-signature",
        "message-id",
        "date",
        "from",
        "sender",
        "reply-to",
        "return-path",
        "to",
        "subject",
    }
)
"""Header fields that tell who sent the message and which way it came."""
_MOST_FIELDS = 100
_LONGEST_FIELD = 4000
_READ_AT_ONCE = 64 * 1024 * 1024


def verify_and_gather(request: VerifyRequest) -> Gathered:
    """Judge a message as `verify_file` does, and give up what was used; never raises for its content."""
    notes = Notes()
    try:
        raw = request.path.read_bytes()
    except OSError:
        raw = b""  # the report says so
    demand = read_demand(request.sources, request.at, request.revocation)
    report = verify_bytes(raw, request, replace(demand, notes=notes))
    basis, blobs = notes.gathered(demand)
    parsed = None if b"%PDF-" in raw[:1024] or read_signed_data(raw) else parse_message(raw)
    record = Record(
        basis=_with_times(basis, request.sources),
        size=len(raw),
        password=request.password is not None,
        parts=_parts(raw, parsed) if parsed is not None else (),
        headers=tuple(_headers(parsed.headers)) if parsed is not None else (),
    )
    return Gathered(report, digest_of(raw), record, tuple(sorted(blobs.items())))


def _parts(raw: bytes, parsed: ParsedMessage) -> tuple[PartDigest, ...]:
    leaves = [part for part in parsed.root.walk() if not part.children]
    found = []
    for part in leaves:
        content = part_content(raw, part)
        name = printable(part.original_filename or part.filename)
        found.append(PartDigest(part.section, part.content_type, name, len(content), digest_of(content)))
    return tuple(found)


def _headers(fields: Iterable[HeaderField]) -> Iterable[tuple[str, str]]:
    telling = [one for one in fields if one.name.lower() in _TELLING]
    for one in telling[:_MOST_FIELDS]:
        yield one.name, decode_header(one.value)[:_LONGEST_FIELD]


def _with_times(basis: Basis, sources: TrustSources) -> Basis:
    """When this computer got each CRL: the time of the file it lies in."""
    wanted = {one.sha256 for one in basis.revocations}
    times: dict[str, datetime] = {}
    for file in _files(sources.crls) if wanted else ():
        with suppress(OSError, ValueError):
            for digest in _digests(file):
                if digest in wanted:
                    times[digest] = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    revocations = tuple(replace(one, fetched_at=times.get(one.sha256)) for one in basis.revocations)
    return replace(basis, revocations=revocations)


def _digests(file: Path) -> Iterable[str]:
    if file.stat().st_size > _READ_AT_ONCE:
        return ()
    data = file.read_bytes()
    return map(digest_of, read_crls(data) if b"-----BEGIN" in data else (data,))


def _files(places: Iterable[Path]) -> Iterable[Path]:
    for place in places:
        if place.is_dir():
            yield from (one for one in sorted(place.iterdir()) if one.is_file())
        elif place.is_file():
            yield place
