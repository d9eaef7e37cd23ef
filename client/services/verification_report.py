"""The written report on a verification: one page to read first, every detail after it.

Values in, text out. What the judged file says of itself is escaped and never a link.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from html import escape

from client.config.catalogue import Catalogue
from client.model.text import printable
from client.model.verdict import (
    Display,
    Reason,
    SignatureVerdict,
    VerificationReport,
    worst_display,
)

VIETNAM = timezone(timedelta(hours=7))
_INK = {
    Display.VALID: "#146c2e",
    Display.WARNING: "#8a5300",
    Display.UNKNOWN: "#4a4f57",
    Display.INVALID: "#b3261e",
    Display.NONE: "#4a4f57",
}
_LOADS_NOTHING = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
@page { size: A4; margin: 20mm 18mm }
body { font-family: "Times New Roman", "Liberation Serif", serif; font-size: 13pt; color: #111;
  max-width: 174mm; margin: 0 auto; padding: 8mm }
h1 { font-size: 16pt; text-align: center; text-transform: uppercase }
h2 { font-size: 13pt; margin-top: 8mm; border-bottom: 1px solid #999 }
.verdict { border: 2px solid; padding: 4mm; margin: 5mm 0 } .verdict strong { font-size: 18pt }
table { border-collapse: collapse; width: 100%; font-size: 11pt }
th, td { border: 1px solid #bbb; padding: 1.5mm 2mm; text-align: left; vertical-align: top;
  overflow-wrap: anywhere }
th { background: #f2f2f2 } td.name { width: 52mm; color: #444 }
.details { break-before: page } .signature { break-inside: avoid }
footer { margin-top: 8mm; font-size: 10pt; color: #444 }
"""


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What the report rests on, besides the judgement."""

    sha256: str
    """Of the judged bytes, hex."""
    size: int
    """Of the judged bytes."""
    at: datetime
    """Moment of verification, aware."""
    software: str
    policy: str = ""


def as_html(report: VerificationReport, facts: ReportFacts, catalogue: Catalogue) -> str:
    """The whole report as one HTML file without anything to load."""
    words = _Words(catalogue)
    body = "".join([*_first_page(report, facts, words), *_details(report, words)])
    return (
        f'<!DOCTYPE html>\n<html lang="{catalogue.language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_LOADS_NOTHING}">'
        f"<title>{words('title')}</title><style>{_STYLE}</style></head><body>{body}</body></html>\n"
    )


class _Words:
    """Escaped texts by code."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def __call__(self, code: str) -> str:
        return self.of("report", code)

    def of(self, family: str, code: str) -> str:
        return escape(printable(self._catalogue.text(family, code).title))

    def advice(self, reason: Reason) -> str:
        text = self._catalogue.text("reason", reason.value)
        return escape(". ".join(part.rstrip(".") for part in (text.title, text.action) if part) + ".")

    def when(self, moment: datetime | None) -> str:
        if moment is None:
            return self("none")
        return moment.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M:%S (+07:00)")


def _first_page(report: VerificationReport, facts: ReportFacts, words: _Words) -> Iterable[str]:
    display = report.display
    yield f"<h1>{words('title')}</h1>"
    yield _table(
        [
            (words("file"), _safe(report.path)),
            (words("size"), f"{facts.size:,}".replace(",", ".")),
            ("SHA-256", facts.sha256),
            (words("at"), words.when(facts.at)),
        ]
    )
    yield f'<div class="verdict" style="color:{_INK[display]};border-color:{_INK[display]}">'
    yield f"<strong>{words.of('display', display.value)}</strong>"
    yield "".join(f"<p>{words.advice(reason)}</p>" for reason in _leading(report))
    yield f"<p>{words('coverage')}: {words.of('coverage', report.coverage.value)}</p></div>"
    if report.identity is not None:
        yield f"<p>{words('from')}: {_safe(report.identity.from_address)} – "
        yield f"{words('from-matches' if report.identity.matches else 'from-differs')}</p>"
    if report.signatures:
        yield f"<h2>{words('signatures')}</h2><table><tr>"
        yield "".join(f"<th>{words(name)}</th>" for name in ("where", "signer", "time", "result"))
        yield "</tr>" + "".join(_row(verdict, words) for verdict in report.signatures) + "</table>"
    yield f"<footer><p>{words('basis')}</p>"
    yield f"<p>{escape(facts.software)}{' · ' + escape(facts.policy) if facts.policy else ''}</p></footer>"


def _row(verdict: SignatureVerdict, words: _Words) -> str:
    signer = _safe(verdict.signer.name) if verdict.signer is not None else words("none")
    proven = verdict.timestamp_time is not None
    time = words.when(verdict.timestamp_time if proven else verdict.claimed_time)
    kind = words("proven" if proven else "claimed")
    state = words.of("display", verdict.display.value)
    ink = _INK[verdict.display]
    return (
        f"<tr><td>{_safe(verdict.where)}</td><td>{signer}</td><td>{time}<br>{kind}</td>"
        f'<td style="color:{ink}">{state}</td></tr>'
    )


def _details(report: VerificationReport, words: _Words) -> Iterable[str]:
    if not report.signatures:
        return
    yield f'<section class="details"><h2>{words("details")}</h2>'
    for number, verdict in enumerate(report.signatures, 1):
        yield f'<div class="signature"><h2>{number}. {_safe(verdict.where)}</h2>'
        yield _table(list(_facts_of(verdict, words))) + "</div>"
    yield "</section>"


def _facts_of(verdict: SignatureVerdict, words: _Words) -> Iterable[tuple[str, str]]:
    yield words("result"), words.of("display", verdict.display.value)
    for reason in verdict.reasons:
        yield words("reason"), words.advice(reason)
    signer = verdict.signer
    if signer is not None:
        yield words("signer"), _safe(signer.name)
        yield words("organisation"), _safe(signer.organisation)
        yield words("addresses"), _safe(", ".join(signer.emails))
        yield words("serial"), _safe(signer.serial)
        yield words("issuer"), _safe(signer.issuer)
        yield words("validity"), f"{words.when(signer.not_before)} – {words.when(signer.not_after)}"
    yield words("claimed"), words.when(verdict.claimed_time)
    yield words("proven"), words.when(verdict.timestamp_time)
    yield words("coverage"), words.of("coverage", verdict.coverage.value)
    yield words("changes"), "; ".join(_changes(verdict, words)) or words("none")
    for place in verdict.changed_places:
        box = ", ".join(f"{value:.0f}" for value in (place.left, place.bottom, place.right, place.top))
        yield words("place"), f"{words('page')} {place.page} ({box} pt)"
    evidence = verdict.revocation
    yield words("revocation"), f"{_safe(evidence.source)} · {words.when(evidence.as_of)}"
    sub = f" / {verdict.sub_indication.value}" if verdict.sub_indication is not None else ""
    yield "ETSI EN 319 102-1", f"{verdict.format.value} {verdict.level} · {verdict.indication.value}{sub}"


def _changes(verdict: SignatureVerdict, words: _Words) -> Iterable[str]:
    """Kinds of change, then form fields with what was signed and what stands there now."""
    changed = {change.name for change in verdict.changed_fields}
    for code in verdict.changes_after_signing:
        if code not in changed:
            yield words.of("change", code)
    for change in verdict.changed_fields:
        before, after = (_safe(value) or words("empty") for value in (change.before, change.after))
        yield f"{_safe(change.name)}: {before} → {after}"


def _leading(report: VerificationReport) -> list[Reason]:
    """The reasons of the whole, else those of the worst signature."""
    if report.reasons:
        return list(report.reasons)
    worst = worst_display(verdict.display for verdict in report.signatures)
    return next((list(one.reasons[:2]) for one in report.signatures if one.display is worst), [])


def _table(rows: Iterable[tuple[str, str]]) -> str:
    lines = (f'<tr><td class="name">{name}</td><td>{value}</td></tr>' for name, value in rows)
    return f"<table>{''.join(lines)}</table>"


def _safe(text: str) -> str:
    """Strangers' words: no markup and no character that turns the line around."""
    return escape(printable(text))
