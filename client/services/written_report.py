"""A report in the form that a file's name asks for."""

from __future__ import annotations

from client.config.catalogue import Catalogue
from client.model.verdict import VerificationReport
from client.services.report_content import ReportFacts
from client.services.verification_report import as_html

KINDS = (".html", ".htm", ".pdf")


def write_up(suffix: str, report: VerificationReport, facts: ReportFacts, catalogue: Catalogue) -> bytes:
    """The file's content; anything but ``.pdf`` is HTML."""
    if suffix.lower() != ".pdf":
        return as_html(report, facts, catalogue).encode()
    from client.services.report_pdf import as_pdf  # its library is loaded by whoever wants a PDF

    return as_pdf(report, facts, catalogue)
