"""Rules on what attached files are and carry (regulation.md B4, 40 to 45 and 48)."""

from __future__ import annotations

from collections.abc import Iterator

from client.model.document import Trait
from client.model.finding import Unchecked
from client.model.text import fold
from client.model.wording import normalise
from client.rules.attachments import extension
from client.rules.context import CheckContext, CheckedAttachment
from client.rules.offices import externals
from client.rules.quoting import author_text
from client.rules.rule import Hit, Rule, Settings, hit, shown_name

_EDITABLE = frozenset({"docx", "docm", "doc", "odt", "rtf", "xlsx", "xlsm", "xls", "ods"})
_ACTIVE = (Trait.JAVASCRIPT, Trait.LAUNCH, Trait.EMBEDDED_FILE, Trait.DYNAMIC_FIELD)
_TRACES = (
    Trait.TRACKED_CHANGES,
    Trait.COMMENTS,
    Trait.ANNOTATIONS,
    Trait.HIDDEN_TEXT,
    Trait.HIDDEN_SHEET,
)
_DISCUSSED = frozenset({Trait.TRACKED_CHANGES, Trait.COMMENTS, Trait.ANNOTATIONS})


def attachment_macro(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Macros, scripts or embedded files; workbooks the policy lists by their hash may have them."""
    macro_types, allowed = settings.words("extensions"), settings.words("allowed_sha256")
    for attachment in context.attachments:
        if attachment.sha256 and attachment.sha256.lower() in allowed:
            continue
        kind, traits = attachment.kind, attachment.text.traits if attachment.text else frozenset()
        active = [trait.value for trait in _ACTIVE if trait in traits]
        if kind.extension == "rtf" and Trait.EMBEDDED_OBJECT in traits:
            active.append(Trait.EMBEDDED_OBJECT.value)
        if kind.macros or extension(attachment.name) in macro_types:
            active.insert(0, "macro")
        if active:
            yield hit(attachment, what=", ".join(active))


def attachment_encrypted_archive(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """What only a password opens. A PDF that merely forbids printing is open to everybody."""
    for attachment in context.attachments:
        kind = attachment.kind
        locked = kind.encrypted or any(member.encrypted for member in kind.members)
        if locked or "encrypted" in attachment.unread or "archive-encrypted" in attachment.unread:
            yield hit(attachment)


def attachment_format_not_standard(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """A type of file, by its bytes, that is not on the list; trades may have lists of their own."""
    policy = settings.policy
    trades = (
        those for unit, those in policy.unit_formats.items() if fold(unit) in fold(context.identity.unit)
    )
    allowed = {*policy.formats, *(one for those in trades for one in those)}
    for attachment in context.own:
        kind = attachment.kind
        if attachment.inline or attachment.nested or kind.executable or attachment.size == 0:
            continue
        told = kind.extension or extension(attachment.name)
        if told not in allowed and told not in settings.words("carriers") and told not in _blocked(settings):
            yield hit(attachment, ext=shown_name(told or "?"))


def signed_doc_must_be_pdf(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """An issued document in another form than PDF, without its PDF and without a detached signature."""
    for attachment in context.issued:
        if (
            not attachment.is_pdf
            and not _has_twin(attachment, context)
            and not _has_detached(attachment, context)
        ):
            yield hit(attachment, "number")


def draft_office_as_official(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """A numbered document that can still be written in, alone or with changes in it."""
    changes = frozenset({Trait.TRACKED_CHANGES, Trait.COMMENTS})
    for attachment in context.issued:
        traits = attachment.text.traits if attachment.text else frozenset()
        editable = attachment.kind.extension in _EDITABLE
        if editable and (traits & changes or not _has_twin(attachment, context)):
            yield hit(attachment, "number")


def tracked_changes_or_metadata(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Changes, comments and hidden parts still in the file; rounds of opinion live by the first two."""
    words = f"{context.subject}\n{author_text(context, settings)}"
    asked = settings.matches("opinion_patterns", words)
    outside = bool(externals(context.recipients, settings.policy))
    for attachment in context.own:
        if attachment.text is None:
            continue
        abstract = attachment.document.abstract if attachment.document else ""
        opinion = asked or settings.matches("opinion_patterns", abstract)
        traits = [trait for trait in _TRACES if trait in attachment.text.traits]
        told = {"": ", ".join(trait for trait in traits if not (opinion and trait in _DISCUSSED))}
        if outside and attachment.kind.extension in _EDITABLE:
            told["metadata"] = shown_name(attachment.text.last_modified_by)
        cases = [case for case, what in told.items() if what]
        if cases:
            worst = settings.heaviest(cases)
            yield hit(attachment, case=worst, what=told[worst])


def scan_quality(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """A digitised document below the demanded quality; papers sent along as evidence are none."""
    for attachment in context.own:
        text, document = attachment.text, attachment.document
        if not attachment.is_pdf or text is None or not text.scans or text.scans[0].page != 1:
            continue
        official = document is not None and (document.is_issued or bool(document.copy_type))
        if not official and not context.document_type:
            continue
        known = [scan for scan in text.scans if scan.dots_per_inch > 0]
        coarse = any(scan.dots_per_inch < settings.number("fewest_dpi") for scan in known)
        grey = not all(scan.coloured for scan in text.scans)
        if coarse or grey or _older(text.format_version, str(settings.entry.params["oldest_pdf"])):
            yield hit(attachment, page=1)


def _blocked(settings: Settings) -> tuple[str, ...]:
    """Programs have a rule of their own."""
    return Settings(settings.policy, settings.policy.rules["attachment-executable"]).words("extensions")


def _has_twin(attachment: CheckedAttachment, context: CheckContext) -> bool:
    """The same document as PDF beside it, by its number or its name."""
    number = attachment.document.number_and_symbol if attachment.document else ""
    stem = _stem(attachment.name)
    for other in context.own:
        if other.is_pdf and (
            (number and other.document is not None and other.document.number_and_symbol == number)
            or _stem(other.name) == stem
        ):
            return True
    return False


def _has_detached(attachment: CheckedAttachment, context: CheckContext) -> bool:
    wanted = {f"{attachment.name}.p7s".lower(), f"{_stem(attachment.name)}.p7s"}
    return any(normalise(other.name).lower() in wanted for other in context.own)


def _stem(name: str) -> str:
    return normalise(name).rpartition(".")[0].lower()


def _older(version: str, oldest: str) -> bool:
    def parts(text: str) -> list[int]:
        return [int(part) for part in text.split(".") if part.isdigit()]

    return bool(version) and parts(version) < parts(oldest)


RULES = (
    Rule("attachment-macro", attachment_macro),
    Rule("attachment-encrypted-archive", attachment_encrypted_archive),
    Rule("attachment-format-not-standard", attachment_format_not_standard),
    Rule("signed-doc-must-be-pdf", signed_doc_must_be_pdf),
    Rule("draft-office-as-official", draft_office_as_official),
    Rule("tracked-changes-or-metadata", tracked_changes_or_metadata),
    Rule("scan-quality", scan_quality),
)
