"""`congthu trust revocation`: where revocation data comes from, how old it is, why it did not come."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

from client.app import data_in_use
from client.cli.output import Printer
from client.config.paths import Paths
from client.model.revocation import RevocationState
from client.store.database import open_ledger
from client.store.revocation_sources import RevocationSources

EXIT_DONE, EXIT_STALE = 0, 1
_WHEN = "%d/%m/%Y %H:%M"


def tell_revocation(paths: Paths, printer: Printer) -> int:
    """A line on every address; 1 where one has nothing that is valid now."""
    now = datetime.now(UTC)
    with data_in_use(paths) as at_rest, closing(open_ledger(paths.ledger, at_rest)) as ledger:
        states = RevocationSources(ledger, lambda: now).states()
    for one in states:
        _tell(one, now, printer)
    if not states:
        printer.line("chưa có nguồn danh sách thu hồi nào · there is no source of revocation data")
    return EXIT_DONE if all(_is_fresh(one, now) for one in states) else EXIT_STALE


def _is_fresh(one: RevocationState, now: datetime) -> bool:
    return one.this_update is not None and (one.next_update is None or one.next_update > now)


def _tell(one: RevocationState, now: datetime, printer: Printer) -> None:
    words = printer.catalogue
    kind = "OCSP" if one.want.is_ocsp else "CRL"
    sign = "✔" if _is_fresh(one, now) else "▲"
    said = [f"{kind} –"]
    if one.this_update is not None:
        said = [words.text("report", "of-day", kind=kind, when=_shown(one.this_update)).title]
    if one.next_update is not None:
        code = "fresh-until" if one.next_update > now else "stale-since"
        said.append(words.text("report", code, when=_shown(one.next_update)).title)
    printer.line(f"{sign} {one.want.url}  {', '.join(said)}")
    if one.error_code:
        code = one.error_reason
        why = words.reason(code) if code else words.text("error", one.error_code).title
        printer.line(f"    {why}")
    printer.json(
        {
            "url": one.want.url,
            "kind": kind.lower(),
            "issuer": one.want.issuer or None,
            "origin": one.want.origin.value,
            "this_update": one.this_update.isoformat() if one.this_update else None,
            "next_update": one.next_update.isoformat() if one.next_update else None,
            "due": one.not_before.isoformat(),
            "problem": (one.error_reason or one.error_code) or None,
        }
    )


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone():{_WHEN}}"
