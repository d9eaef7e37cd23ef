"""A report in the form that a file's name asks for; the window has it made in the workshop."""

from __future__ import annotations

from client.config.catalogue import Catalogue
from client.config.paths import resources_dir
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


def write_up_in(language: str, suffix: str, report: VerificationReport, facts: ReportFacts) -> bytes:
    """The same where there is no catalogue at hand."""
    return write_up(suffix, report, facts, Catalogue.load(resources_dir(), language))
