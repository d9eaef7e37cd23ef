"""Rules on number, symbol and date of issued documents (regulation.md B3, 21 to 24, 29 and 30)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta, timezone

from client.model.document import AdministrativeDocument
from client.model.finding import Unchecked
from client.model.wording import normalise
from client.rules.context import CheckContext, CheckedAttachment
from client.rules.offices import is_first_issue, is_of_others
from client.rules.rule import Hit, Rule, Settings, hit, shown_name

_OWN_SCHEMES = frozenset({"named", "letter"})
"""Those of Decree 30/2020; legal documents, the Party and the courts number in their own way."""
_TYPED = frozenset({"docx", "docm", "doc", "odt", "rtf"})
_DATE = re.compile(r"(?i)ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})")
_SATURDAY = 5
_VIET_NAM = timezone(timedelta(hours=7))


def doc_number_format(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """A number that fits no scheme, on what is an administrative document by its head."""
    for attachment, document in _documents(context, settings):
        administrative = document.has_national_title and not document.copy_type
        # The Party's papers carry no national title; what is no number at all was written as one.
        foreign = document.numbering in {"other", "party", ""}
        if administrative and foreign and not _is_gap(document):
            yield hit(attachment, "number_as_written", number=shown_name(document.number_as_written))


def doc_number_no_leading_zero(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """``5/QĐ-SNV`` where ``05/QĐ-SNV`` belongs."""
    for attachment, document in _documents(context, settings):
        single = re.match(r"\s*([1-9])\s*/", document.number_as_written)
        if single and document.numbering in _OWN_SCHEMES:
            wanted = f"0{document.number_and_symbol}"
            number = document.number_and_symbol
            typed = attachment.kind.extension in {"docx", "docm"} and not attachment.nested
            mend = (("old", document.number_as_written), ("digit", single[1])) if typed else ()
            yield hit(attachment, "number_as_written", mend=mend, number=number, wanted=wanted)


def doc_number_spaces(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Spaces around slash or hyphen; taking text out of a PDF puts them there, so those are not asked."""
    for attachment, document in _documents(context, settings):
        written = normalise(document.number_as_written)
        typed = attachment.kind.extension in _TYPED and not _is_gap(document)
        if typed and document.numbering in _OWN_SCHEMES and re.search(r"\d\s+/|/\s+|\s+-|-\s+", written):
            yield hit(attachment, "number_as_written", number=shown_name(written))


def doc_type_abbr_mismatch(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """The symbol says QĐ and the heading TỜ TRÌNH. A decision may be headed by what it promulgates."""
    promulgating, promulgated = settings.words("promulgating"), settings.words("promulgated")
    for attachment, document in _documents(context, settings):
        heading, symbol = document.heading_type, document.symbol_type
        known = settings.policy.document_types.get(symbol)
        if not heading or not symbol or document.numbering not in _OWN_SCHEMES or heading == symbol:
            continue
        if (known is not None and known.is_copy) or document.copy_type:
            continue
        if symbol in promulgating and heading in promulgated:
            continue
        if symbol == "CV" and document.has_subject_line:
            continue  # a letter with a list or form headed so below
        yield hit(attachment, "document_type", symbol=symbol, heading=document.type_name or heading)


def date_line_format(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Days below 10 and the months 1 and 2 take a zero; the months 3 to 9 must not be asked for one."""
    for attachment, document in _documents(context, settings):
        found = _DATE.search(normalise(document.date_as_written))
        if found and (re.fullmatch(r"[1-9]", found[1]) or found[2] in {"1", "2"}):
            wanted = f"ngày {int(found[1]):02} tháng {_month(found[2])} năm {found[3]}"
            yield hit(attachment, "issued_on", wanted=wanted)


def date_future_or_old(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Dated after today; or, when the office issues it, longer ago than the next working day."""
    today = context.now.astimezone(_VIET_NAM).date()
    dated = [(one.document.issued_on, one) for one in context.issued if one.document]
    own = [day for day, one in dated if day and not is_of_others(one, context, settings.policy)]
    for day, attachment in dated:
        if day is None:
            continue
        # What is issued is the newest; the older ones go along as what it rests on.
        first = is_first_issue(context) and day == max(own, default=None)
        if day > today:
            yield hit(attachment, "issued_on", case="future", day=f"{day:%d/%m/%Y}")
        elif first and not attachment.nested and today > _latest_issue(day, settings):
            yield hit(attachment, "issued_on", day=f"{day:%d/%m/%Y}")


def _documents(
    context: CheckContext, settings: Settings
) -> Iterator[tuple[CheckedAttachment, AdministrativeDocument]]:
    """Of the sender's own office: how another one numbers is not theirs to mend."""
    for attachment in context.own:
        if is_of_others(attachment, context, settings.policy):
            continue
        if attachment.document is not None and attachment.document.number_as_written:
            yield attachment, attachment.document


def _is_gap(document: AdministrativeDocument) -> bool:
    """``Số:   /QĐ-SNV``: not numbered yet."""
    return re.match(r"[\s.…_]*/", document.number_as_written) is not None


def _month(text: str) -> str:
    return f"{int(text):02}" if int(text) <= 2 else str(int(text))


def _latest_issue(day: date, settings: Settings) -> date:
    """The working day by which what was signed on ``day`` has to go out."""
    left = int(settings.number("working_days"))
    holidays = frozenset(settings.policy.holidays)
    while left > 0:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY and day not in holidays
    return day


RULES = (
    Rule("doc-number-format", doc_number_format),
    Rule("doc-number-no-leading-zero", doc_number_no_leading_zero),
    Rule("doc-number-spaces", doc_number_spaces),
    Rule("doc-type-abbr-mismatch", doc_type_abbr_mismatch),
    Rule("date-line-format", date_line_format),
    Rule("date-future-or-old", date_future_or_old),
)
