"""The written report on a verification as one HTML file: one page to read first, every detail after it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from client.config.catalogue import Catalogue
from client.model.verdict import Display, VerificationReport
from client.services.report_content import ReportContent, ReportFacts, Row, SignatureLine, report_content

INK = {
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


def as_html(report: VerificationReport, facts: ReportFacts, catalogue: Catalogue) -> str:
    """The whole report without anything to load; every word of it escaped."""
    content = report_content(report, facts, catalogue)
    body = "".join([*_first_page(content), *_details(content)])
    return (
        f'<!DOCTYPE html>\n<html lang="{content.language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_LOADS_NOTHING}">'
        f"<title>{escape(content.title)}</title><style>{_STYLE}</style></head><body>{body}</body></html>\n"
    )


def _first_page(content: ReportContent) -> Iterable[str]:
    ink = INK[content.display]
    yield f"<h1>{escape(content.title)}</h1>{_table(content.file)}"
    yield f'<div class="verdict" style="color:{ink};border-color:{ink}">'
    yield f"<strong>{escape(content.word)}</strong>"
    yield "".join(f"<p>{escape(line)}</p>" for line in content.advice) + "</div>"
    if content.sender:
        yield f"<p>{escape(content.sender)}</p>"
    if content.signatures:
        yield f"<h2>{escape(content.signatures_heading)}</h2><table><tr>"
        yield "".join(f"<th>{escape(name)}</th>" for name in content.columns)
        yield "</tr>" + "".join(map(_row, content.signatures)) + "</table>"
    if content.more:
        yield f"<p>{escape(content.more)}</p>"
    yield "<footer>" + "".join(f"<p>{escape(line)}</p>" for line in content.footer) + "</footer>"


def _row(line: SignatureLine) -> str:
    cells = "".join(f"<td>{escape(text)}</td>" for text in (line.where, line.signer, line.time))
    return f'<tr>{cells}<td style="color:{INK[line.display]}">{escape(line.state)}</td></tr>'


def _details(content: ReportContent) -> Iterable[str]:
    if not content.sections:
        return
    yield f'<section class="details"><h2>{escape(content.details_heading)}</h2>'
    for section in content.sections:
        yield f'<div class="signature"><h2>{escape(section.heading)}</h2>{_table(section.rows)}</div>'
    yield "</section>"


def _table(rows: Iterable[Row]) -> str:
    lines = (f'<tr><td class="name">{escape(name)}</td><td>{escape(value)}</td></tr>' for name, value in rows)
    return f"<table>{''.join(lines)}</table>"
