"""What is known of a PDF before anybody signs it: how it stands, and what it offers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pyhanko.pdf_utils.misc import PdfError

from client.crypto.pades_permissions import EmptyField, empty_fields_of
from client.crypto.pades_validation import verify_pdf
from client.crypto.pdf_files import PDF_ERRORS, OpenedPdf, open_pdf
from client.errors import MalformedDocument
from client.model.secret import Secret
from client.model.trust import VerificationDemand
from client.model.verdict import Coverage, Indication, Reason, VerificationReport

_ALTERED = frozenset({Coverage.CHANGED_AFTER_SIGNING, Coverage.PARTIAL})


class Standing(StrEnum):
    """Whether earlier signatures let another one be set under the document."""

    UNSIGNED = "unsigned"
    SOUND = "sound"
    DOUBTFUL = "doubtful"
    """They could not be judged to the end: a person decides, and the reasons are shown."""
    BROKEN = "broken"
    """One does not hold, or the document was altered after it: not signed by anybody."""


@dataclass(frozen=True, slots=True)
class EarlierSignatures:
    """The judgement on what is signed already; whether to go on is for the caller."""

    standing: Standing
    report: VerificationReport
    reasons: tuple[Reason, ...] = ()
    """Why it is not sound, the gravest first."""
    signer: str = ""
    """Whose signature gives the first reason."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a PDF is, as far as signing it is concerned."""

    encrypted: bool
    hybrid: bool
    """Two cross-reference tables, as Word writes them: signed all the same, leniently read."""
    pdf_a: str
    """``PDF/A-2b`` and so on where the document claims to be one; an image in colour or with
    transparency, or a font that is not embedded, could break that claim."""
    fields: tuple[EmptyField, ...]

    @property
    def offered_field(self) -> str:
        """The one field that waits for a signature; ``""`` where there is none or a choice."""
        return self.fields[0].name if len(self.fields) == 1 else ""


def earlier_signatures(
    pdf: bytes, demand: VerificationDemand, *, name: str = "", password: Secret | None = None
) -> EarlierSignatures:
    """Judge every signature that is there; never raises for what a stranger made of the file."""
    report = verify_pdf(pdf, demand, name=name, password=password)
    if report.indication is Indication.NONE:
        return EarlierSignatures(Standing.UNSIGNED, report)
    worst = [one for one in report.signatures if one.indication is report.indication]
    reasons = tuple(dict.fromkeys((*(reason for one in worst for reason in one.reasons), *report.reasons)))
    first = worst[0].signer if worst else None
    altered = [one for one in report.signatures if one.coverage in _ALTERED]
    if report.indication is Indication.TOTAL_FAILED or altered:
        standing = Standing.BROKEN
    elif report.indication is Indication.TOTAL_PASSED:
        return EarlierSignatures(Standing.SOUND, report)
    else:
        standing = Standing.DOUBTFUL
    return EarlierSignatures(standing, report, reasons, first.name if first is not None else "")


def outlook(pdf: bytes, name: str = "", password: Secret | None = None) -> Outlook:
    """Look at ``pdf`` before signing; raises `MalformedDocument` or `DocumentEncrypted`."""
    opened = open_pdf(pdf, name, password)
    try:
        return Outlook(
            encrypted=bool(opened.reader.encrypted),
            hybrid=opened.hybrid,
            pdf_a=_pdf_a(opened),
            fields=empty_fields_of(opened.reader),
        )
    except PDF_ERRORS as error:
        raise MalformedDocument(name=name, reason="corrupt") from error


def _pdf_a(opened: OpenedPdf) -> str:
    """The claim in the XMP metadata (ISO 19005-1 section 6.7.11), without judging it."""
    try:
        stream = opened.reader.root["/Metadata"].data
    except (KeyError, PdfError, AttributeError):
        return ""
    part, conformance = _tagged(stream, b"pdfaid:part"), _tagged(stream, b"pdfaid:conformance")
    return f"PDF/A-{part}{conformance.lower()}" if part.isdigit() else ""


def _tagged(stream: bytes, tag: bytes) -> str:
    """The value of an XMP property, as an element or as an attribute."""
    for opening, closing in ((b"<" + tag + b">", b"<"), (tag + b'="', b'"'), (tag + b"='", b"'")):
        _, found, rest = stream.partition(opening)
        if found:
            return rest.partition(closing)[0].strip()[:2].decode("ascii", "replace")
    return ""
