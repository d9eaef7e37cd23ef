"""Fetch what judging one file wants for, before it is judged: `congthu verify --online`.

The same rules as for the engine: only certificates that lead to an anchor count, only hosts the
policy names are asked, and what comes is examined in the workshop before it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from client.errors import ClientError
from client.model.revocation import Hosts, RevocationFile, SourceOrigin, Want, file_name, incoming_name
from client.net.http import Fetched
from client.services import workshop
from client.services.requests import VerifyRequest
from client.services.tasks import Lane
from client.store.atomic import write_atomically

USED, REFUSED, FAILED = "used", "refused", "failed"


class FetchList(Protocol):
    """The form of `client.net.http.get_if_changed`."""

    def __call__(self, url: str, *, max_bytes: int = ...) -> Fetched | None:
        """The file."""


@dataclass(frozen=True, slots=True)
class Doors:
    """The way out, and who may be asked."""

    fetch: FetchList
    post_ocsp: Callable[[str, bytes], bytes]
    hosts: Hosts
    crl_urls: tuple[str, ...] = ()
    """Those the policy names."""
    max_crl_bytes: int = 64_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """One address and what became of it."""

    want: Want
    result: str
    """`USED`, `REFUSED` (not asked) or `FAILED`."""
    reason: str = ""
    """Code of why it was not used."""


def fetch_lacking(
    lane: Lane, request: VerifyRequest, doors: Doors, folder: Path
) -> tuple[VerifyRequest, tuple[Asked, ...]]:
    """The request with what could be had laid into ``folder``, and a line on every address.

    Nothing is asked where nothing is lacking.
    """
    lacking = lane.submit(workshop.lacking, request).result()
    if not lacking.wants:
        return request, ()
    issuers = folder / "to-chuc"
    for der in lacking.issuers:
        write_atomically(issuers / f"{sha256(der).hexdigest()}.der", der)
    named = (Want(url, origin=SourceOrigin.POLICY) for url in doors.crl_urls)
    wants = {(one.url, one.about): one for one in (*named, *lacking.wants)}
    asked = tuple(_ask_all(lane, request, doors, folder, wants.values()))
    sources = replace(request.sources, crls=(*request.sources.crls, folder))
    return replace(request, sources=sources), asked


def _ask_all(
    lane: Lane, request: VerifyRequest, doors: Doors, folder: Path, wants: Iterable[Want]
) -> Iterator[Asked]:
    answered: set[str] = set()
    # Lists first: where one was had, its issuer's responder need not hear whose letter is read.
    for want in sorted(wants, key=lambda one: one.is_ocsp):
        if want.is_ocsp and want.issuer in answered:
            continue
        found = _ask(lane, request, doors, folder, want)
        if found.result == USED and want.issuer:
            answered.add(want.issuer)
        yield found


def _ask(lane: Lane, request: VerifyRequest, doors: Doors, folder: Path, want: Want) -> Asked:
    refusal = doors.hosts.refusal(want)
    if refusal is not None:
        return Asked(want, REFUSED, refusal.value)
    file = RevocationFile(
        want, folder / "moi" / incoming_name(want), folder / file_name(want), folder / "to-chuc"
    )
    try:
        if want.is_ocsp:
            content = doors.post_ocsp(want.url, want.request)
        else:
            got = doors.fetch(want.url, max_bytes=doors.max_crl_bytes)
            content = got.content if got is not None else b""
        write_atomically(file.file, content)
        outcome = lane.submit(workshop.take_in, file, request.sources, request.at).result()
    except ClientError as error:
        return Asked(want, FAILED, str(error.params.get("reason") or error.code))
    return Asked(want, FAILED, outcome.problem) if outcome.problem else Asked(want, USED)
