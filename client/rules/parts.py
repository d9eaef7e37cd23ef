"""Rules on the parts an issued document must have (regulation.md B3, 25 to 28 and 31 to 34)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from client.model.document import AdministrativeDocument
from client.model.finding import Unchecked
from client.model.text import fold
from client.model.verdict import SignerKind
from client.model.wording import normalise, squeeze
from client.rules.context import CheckContext, CheckedAttachment
from client.rules.offices import is_of_others
from client.rules.rule import Hit, Rule, Settings, hit, shown_name

_OWN_SCHEMES = frozenset({"named", "letter"})
_NOT_SEEN = frozenset(
    {"scanned", "scanned-pages", "too-many-pages", "time-limit", "damaged-part", "too-large"}
)


def congvan_missing_vv(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """A letter without "V/v …" below its number; "V/V" and "Vv" are read as the same."""
    for attachment, document in _read_whole(context, settings):
        letter = document.numbering == "letter" and not document.heading_type
        told = document.has_subject_line or settings.matches("subject_line_patterns", _first_page(attachment))
        if letter and not told:
            yield hit(attachment, "number")


def congvan_missing_kinhgui(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """A letter or submission that addresses nobody; of reports those that go "as above"."""
    for attachment, document in _read_whole(context, settings):
        kind = document.document_type
        upwards = any(settings.matches("as_above_patterns", fold(entry)) for entry in document.distribution)
        wanted = kind in settings.words("types") or (kind in settings.words("types_as_above") and upwards)
        if wanted and document.has_national_title and not _addresses_somebody(attachment, document):
            yield hit(attachment, "document_type")


def missing_noinhan_luu(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """No "Nơi nhận", or no line "Lưu: VT". Invitations and slips need none."""
    for attachment, document in _read_whole(context, settings):
        exempt = document.document_type in settings.words("exempt_types") or not document.has_national_title
        archived = settings.matches("archive_patterns", document.archive_line)
        if not exempt and not (document.has_distribution and archived):
            yield hit(attachment, "distribution")


def missing_quochieu_tieungu(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Page 1 of an issued document without Quốc hiệu, Tiêu ngữ or the issuing body's name."""
    for attachment, document in _read_whole(context, settings):
        if not document.has_national_title or not document.issuing_body:
            yield hit(attachment, page=1)


def signer_title_unknown(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Signed for another (TM., KT., TL. …), with a certificate of somebody the block does not name."""
    for attachment in context.issued:
        document, personal = attachment.document, attachment.signed_as(SignerKind.PERSONAL)
        if document is None or not document.signatory_capacity or not document.signatory_name or not personal:
            continue
        wanted = fold(squeeze(document.signatory_name))
        names = [one.signer.name for one in personal if one.signer is not None]
        if not any(wanted in fold(squeeze(name)) or fold(squeeze(name)) in wanted for name in names if name):
            yield hit(
                attachment,
                "signatory_title",
                capacity=document.signatory_capacity,
                signer=shown_name(names[0]),
            )


def doc_not_for_email(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """What the policy names as not to be mailed, by type, abstract, file name or subject."""
    patterns = [re.compile(pattern) for pattern in settings.policy.no_email]
    if not patterns:
        return
    if any(_speaks_of(pattern, context.document_type, context.subject) for pattern in patterns):
        yield Hit("subject")
    for attachment in context.attachments:
        document = attachment.document or AdministrativeDocument()
        texts = (attachment.name, document.document_type, document.type_name, document.abstract)
        if any(_speaks_of(pattern, *texts) for pattern in patterns):
            yield hit(attachment, "abstract")


def paper_copy_required(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Types that an older instruction wants on paper as well; switched off unless the policy asks for it."""
    for attachment in context.issued:
        if attachment.document is not None and attachment.document.document_type in settings.words("types"):
            yield hit(attachment, "document_type")


def urgency_mismatch(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """An urgent document in a message that is not marked so; the word in prose marks nothing."""
    if context.is_urgent:
        return
    for attachment in context.own:
        if attachment.document is not None and attachment.document.urgency_marking:
            marking = attachment.document.urgency_marking
            yield hit(attachment, "urgency_marking", mend=(("urgency", marking),), marking=marking)


def _read_whole(
    context: CheckContext, settings: Settings
) -> Iterator[tuple[CheckedAttachment, AdministrativeDocument]]:
    """The own office's documents in the form of Decree 30/2020 whose text was read; copies and annexes have
    heads of their own, and of a page that was not read nothing is missing."""
    for attachment in context.issued:
        document = attachment.document
        if is_of_others(attachment, context, settings.policy):
            continue
        if document is None or attachment.text is None or attachment.text.scanned:
            continue
        if (
            document.numbering in _OWN_SCHEMES
            and not document.copy_type
            and not (set(attachment.unread) & _NOT_SEEN)
        ):
            yield attachment, document


def _first_page(attachment: CheckedAttachment) -> str:
    return normalise(attachment.text.first_page()) if attachment.text else ""


def _addresses_somebody(attachment: CheckedAttachment, document: AdministrativeDocument) -> bool:
    return bool(document.addressees) or bool(re.search(r"(?i)kính\s+gửi\s*:?", _first_page(attachment)))


def _speaks_of(pattern: re.Pattern[str], *texts: str) -> bool:
    return any(pattern.search(normalise(text)) for text in texts)


RULES = (
    Rule("congvan-missing-vv", congvan_missing_vv),
    Rule("congvan-missing-kinhgui", congvan_missing_kinhgui),
    Rule("missing-noinhan-luu", missing_noinhan_luu),
    Rule("missing-quochieu-tieungu", missing_quochieu_tieungu),
    Rule("signer-title-unknown", signer_title_unknown),
    Rule("doc-not-for-email", doc_not_for_email),
    Rule("paper-copy-required", paper_copy_required),
    Rule("urgency-mismatch", urgency_mismatch),
)
