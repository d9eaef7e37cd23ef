"""Rules on answers and on passing on (regulation.md B7, 56 a to f)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from client.model.address import canonical_addr_spec
from client.model.finding import Unchecked
from client.rules.context import CheckContext, CheckedAttachment
from client.rules.offices import externals, is_forward
from client.rules.quoting import quoted_text
from client.rules.rule import Hit, Rule, Settings, hit, shown_name
from client.rules.spans import all_lines, author_lines, whole_line

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def reply_all_large(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """An answer to many people, some of them outside."""
    count = len(context.recipients)
    if (
        context.is_reply
        and count >= settings.number("at_least")
        and externals(context.recipients, settings.policy)
    ):
        yield Hit("to", (("n", str(count)),))


def forward_breaks_signature(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """A signed message passed on as copied text; the original attached as ``.eml`` keeps its signature."""
    if any(one.kind.media_type == "message/rfc822" or one.forwarded for one in context.attachments):
        return
    orphan = any(one.name.lower() in settings.words("signature_files") for one in context.own)
    inline = settings.matches("inline_forward_patterns", context.body_text)
    signed = context.around.source is not None and context.around.source.is_signed
    passed_on = signed and not context.is_reply
    if (is_forward(context) and passed_on) or (inline and (orphan or passed_on)):
        yield Hit("body")


def forward_internal_doc_external(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """What is for internal use, in what others wrote or sent, leaves the state's domains."""
    outside = externals(context.recipients, settings.policy)
    if not outside:
        return
    params = (("addr", shown_name(outside[0].addr_spec)),)
    source = context.around.source
    marked = settings.matches("marking_patterns", quoted_text(context, settings))
    if marked or (source is not None and source.is_internal and (context.is_reply or is_forward(context))):
        yield Hit("body", params)
    for attachment in context.attachments:
        document = attachment.document
        told = attachment.text.plain if _is_message(attachment) and attachment.text is not None else ""
        if attachment.forwarded and document is not None and document.circulation_marking:
            yield hit(attachment, "circulation_marking", addr=outside[0].addr_spec)
        elif settings.matches("marking_patterns", told):
            yield hit(attachment, addr=outside[0].addr_spec)


def thread_recipient_added(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Somebody outside joins a conversation they were not part of."""
    if not context.is_reply:
        return
    source = context.around.source
    known = set(source.addresses) if source is not None else set(_quoted_addresses(context, settings))
    if not known:
        return  # nothing tells who took part
    known = {canonical_addr_spec(one) for one in known}
    for address in externals(context.recipients, settings.policy):
        if canonical_addr_spec(address.addr_spec) not in known:
            yield Hit("to", (("addr", shown_name(address.addr_spec)),))


def quoted_addresses_leak(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Long lists of addresses in the quoted text go to somebody outside."""
    if not externals(context.recipients, settings.policy):
        return
    count = len({one.lower() for one in _quoted_addresses(context, settings)})
    if count >= settings.number("at_least"):
        authored = dict(author_lines(context, settings))
        quoted = [(start, line) for start, line in all_lines(context.body_text) if start not in authored]
        told = whole_line(quoted, lambda line: bool(_ADDRESS.search(line)))
        yield Hit("body", (("n", str(count)),), mend=_cut(authored, quoted), span=told)


def resend_same_number(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """The same number went out before with other content; the very same file is only sent again."""
    for attachment in context.issued:
        number = attachment.document.number_and_symbol if attachment.document else ""
        year = (
            attachment.document.issued_on.year if attachment.document and attachment.document.issued_on else 0
        )
        earlier = [one for one in context.around.sent if one.number == number]
        if year:
            # Numbers begin anew each year (Art. 15.1 Decree 30/2020).
            earlier = [one for one in earlier if abs(one.sent_on.year - year) <= 1]
        if not earlier or attachment.sha256 in {one.sha256 for one in earlier}:
            continue
        last = max(one.sent_on for one in earlier)
        yield hit(attachment, "number", number=shown_name(number), day=f"{last:%d/%m/%Y}")


def _is_message(attachment: CheckedAttachment) -> bool:
    return attachment.kind.media_type == "message/rfc822"


def _cut(authored: dict[int, str], quoted: list[tuple[int, str]]) -> tuple[tuple[str, str], ...]:
    """Where the quoted text begins, if nothing of the author's stands below it."""
    first = next((start for start, line in quoted if line.strip()), 0)
    below = any(line.strip() for start, line in authored.items() if start > first)
    return () if below or not first else (("from", str(first)),)


def _quoted_addresses(context: CheckContext, settings: Settings) -> Iterator[str]:
    for found in _ADDRESS.finditer(quoted_text(context, settings)):
        yield found[0]


RULES = (
    Rule("reply-all-large", reply_all_large),
    Rule("forward-breaks-signature", forward_breaks_signature),
    Rule("forward-internal-doc-external", forward_internal_doc_external),
    Rule("thread-recipient-added", thread_recipient_added),
    Rule("quoted-addresses-leak", quoted_addresses_leak),
    Rule("resend-same-number", resend_same_number),
)
