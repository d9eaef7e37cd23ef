"""`congthu verify --online`: what was asked for before the verdict, what was refused, and why."""

from __future__ import annotations

from pathlib import Path

from client.app import installed_policy
from client.cli.output import JsonObject, Printer
from client.config.paths import Paths
from client.net import http
from client.services.online import REFUSED, USED, Asked, Doors, fetch_lacking
from client.services.requests import VerifyRequest
from client.services.tasks import Lane

_SIGNS = {USED: "↓", REFUSED: "⊘"}


def doors() -> Doors:
    """Whom this installation's policy lets the client ask."""
    trust = installed_policy(Paths.for_user()).trust
    return Doors(
        http.get_if_changed, http.post_ocsp, trust.asked, trust.crl_urls, trust.max_crl_mb * 1_000_000
    )


def look_online(
    lane: Lane, request: VerifyRequest, doors: Doors, folder: Path, printer: Printer
) -> tuple[VerifyRequest, list[JsonObject]]:
    """Fetch what is lacking into ``folder``; say of every address what became of it."""
    request, asked = fetch_lacking(lane, request, doors, folder)
    for one in asked:
        why = f": {printer.catalogue.reason(one.reason)}" if one.reason else ""
        printer.line(f"{_SIGNS.get(one.result, '✘')} {one.want.url}{why}")
    return request, [_json(one) for one in asked]


def _json(one: Asked) -> JsonObject:
    return {
        "url": one.want.url,
        "kind": "ocsp" if one.want.is_ocsp else "crl",
        "result": one.result,
        "reason": one.reason or None,
    }
