"""What the workshop does with a judgement: reports and letters; see `client.services.workshop`."""

from __future__ import annotations

from client.model.at_rest import Readable
from client.model.outgoing import Draft
from client.model.verdict import VerificationReport
from client.services.report_content import ReportFacts
from client.services.requests import LetterOrder


def report(language: str, suffix: str, judged: VerificationReport, facts: ReportFacts) -> bytes:
    """A written report in the form ``suffix`` asks for."""
    from client.config.catalogue import Catalogue
    from client.config.paths import resources_dir
    from client.services.written_report import write_up

    return write_up(suffix, judged, facts, Catalogue.load(resources_dir(), language))


def letter(path: Readable, judged: VerificationReport, order: LetterOrder) -> Draft | None:
    """A letter to the sender of the message in ``path``, always in Vietnamese: it goes to an office."""
    from client.config.catalogue import Catalogue
    from client.config.paths import resources_dir
    from client.services.return_letter import write_letter

    return write_letter(path.read_bytes(), judged, order, Catalogue.load(resources_dir(), "vi"))


def seal(manifest: bytes, urls: tuple[str, ...]) -> bytes:
    """A time-stamp over a bundle's manifest; `TimestampUnavailable`."""
    from client.crypto.seals import make_seal
    from client.services.signing_documents import timestamper_for

    return make_seal(manifest, timestamper_for(urls))
