"""What is read of a document, as the registers have it; runs in the workshop."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from client.config.policy import Policy
from client.model.document import DocumentText
from client.model.register import RegisterEntry
from client.model.wording import normalise
from client.rules.context import CheckedAttachment

_LIMITS = {
    "type_name": 100,
    "code_number": 11,
    "code_notation": 30,
    "organ_name": 200,
    "subject": 500,
    "signer_position": 100,
    "signer_name": 50,
}
"""Characters of the fields (Decree 30/2020, Appendix VI, part II, section II)."""
_MOST_PLACES = 1000
_DAY = r"(\d{1,2})\s*(?:[/.-]|tháng)\s*(\d{1,2})\s*(?:[/.-]|năm)\s*(\d{4})"
_DUE = re.compile(
    rf"(?i)(?:trước|chậm\s+nhất(?:\s+là)?|hạn\s+(?:cuối|chót|trả\s+lời|báo\s+cáo|gửi|nộp))[^.;\n]{{0,60}}?ngày\s+{_DAY}"
)


def entries_of(attachments: Iterable[CheckedAttachment], policy: Policy) -> tuple[RegisterEntry, ...]:
    """One for each document attached: what carries a number, a type by its heading or an issuing body."""
    found = (entry_of(one, policy) for one in attachments if not one.inline)
    return tuple(one for one in found if one is not None)


def entry_of(attachment: CheckedAttachment, policy: Policy) -> RegisterEntry | None:
    """The register's fields of one attachment; None where nothing says that it is a document."""
    document, text = attachment.document, attachment.text
    if document is None or not (document.number or document.type_name or document.has_national_title):
        return None
    code = document.document_type
    entry = RegisterEntry(
        ordinal=attachment.number,
        file_name=attachment.name,
        sha256=attachment.sha256,
        type_name=policy.document_type_name(code) if code else "",
        type_code=code,
        code_number=document.number,
        code_notation=document.symbol,
        issued_date=document.issued_on,
        organ_name=document.issuing_body,
        subject=document.abstract,
        page_amount=text.pages if text is not None and attachment.is_pdf else 0,
        signer_position=document.signatory_position or document.signatory_title,
        signer_name=document.signatory_name,
        priority=document.urgency_marking,
        to_places=_places(document.distribution),
        due_date=_due(text, document.issued_on),
    )
    return replace(entry, **{name: getattr(entry, name)[:most] for name, most in _LIMITS.items()})


def arrived(entries: Iterable[RegisterEntry], moment: datetime | None) -> tuple[RegisterEntry, ...]:
    """The same with when they came in."""
    return tuple(replace(one, arrival_date=moment) for one in entries)


def _places(distribution: tuple[str, ...]) -> tuple[str, ...]:
    kept, left = [], _MOST_PLACES
    for place in distribution:
        left -= len(place) + 2
        if left < 0:
            break
        kept.append(place)
    return tuple(kept)


def _due(text: DocumentText | None, issued: date | None) -> date | None:
    """The first day something is asked by; a day before the document's own date is history."""
    if text is None:
        return None
    for found in _DUE.finditer(" ".join(normalise(text.plain).split())):
        try:
            day = date(int(found[3]), int(found[2]), int(found[1]))
        except ValueError:
            continue
        if issued is None or day >= issued:
            return day
    return None
