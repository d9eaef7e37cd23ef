"""Rules on attached files as files (regulation.md B4)."""

from __future__ import annotations

from collections.abc import Iterator

from client.model.finding import Unchecked
from client.model.wording import normalise, visible
from client.rules.context import CheckContext, CheckedAttachment
from client.rules.quoting import author_text
from client.rules.rule import Hit, Rule, Settings, hit, shown_name
from client.rules.spans import matched

_MB = 1024 * 1024
_LONGEST_EXTENSION = 4


def attachment_promised_missing(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """The new text speaks of an attachment, and there is none."""
    if any(is_real(attachment, settings) for attachment in context.attachments):
        return
    text = author_text(context, settings)
    for pattern in settings.patterns("negation_patterns"):
        text = pattern.sub(" ", text)
    if any(pattern.search(text) for pattern in settings.patterns("promise_patterns")):
        yield Hit("body", span=matched(context, settings, settings.patterns("promise_patterns")))


def attachment_executable(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """A program, by its first bytes or its last extension; also inside archives."""
    forbidden = frozenset(settings.words("extensions"))
    for attachment in context.attachments:
        kind = attachment.kind
        if attachment.nested and not attachment.forwarded:
            continue  # listed with its archive
        if kind.executable or {kind.extension, kind.second_type, extension(attachment.name)} & forbidden:
            yield hit(attachment)
            continue
        for member in kind.members:
            if member.executable or extension(member.path) in forbidden:
                inside = f"{attachment.name} › {member.path}"
                yield Hit(attachment.location, (("name", shown_name(inside)),), "", attachment.number)
                break


def attachment_double_extension(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """``report.pdf.exe``, or an extension pushed out of sight by spaces."""
    patterns = settings.patterns("name_patterns")
    programs = Settings(settings.policy, settings.policy.rules["attachment-executable"]).words("extensions")
    for attachment in context.attachments:
        for name in (attachment.name, *(member.path for member in attachment.kind.members)):
            if any(pattern.search(_bare(name)) for pattern in patterns):
                plain = _one_extension(name)
                # A program does not become anything else by an honest name.
                own = name == attachment.name and not attachment.nested and extension(plain) not in programs
                mend = (("name", plain),) if own else ()
                yield Hit(attachment.location, (("name", shown_name(name)),), "", attachment.number, mend)
                break


def attachment_too_large(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """All attachments together, as they grow in base64, against the server's SIZE or the policy."""
    total = sum(attachment.size for attachment in context.attachments)
    encoded = total * settings.number("encoding_factor")
    limit = settings.number("limit_mb") * _MB
    if context.size_limit is not None and encoded > context.size_limit:
        yield Hit("attachments", _sizes(encoded, context.size_limit), case="server-limit")
    elif context.size_limit is None and encoded > limit:
        yield Hit("attachments", _sizes(encoded, limit))


def is_real(attachment: CheckedAttachment, settings: Settings) -> bool:
    """What a reader calls an attachment: not the message's signature, no small picture in the text."""
    if attachment.name.lower() == "smime.p7s":
        return False
    own = Settings(settings.policy, settings.policy.rules["attachment-promised-missing"])
    small = attachment.size < own.number("inline_image_bytes")
    return not (attachment.inline and small and attachment.kind.media_type.startswith("image/"))


def extension(name: str) -> str:
    """The last extension in lower case, as Windows reads it (trailing dots and spaces do not count)."""
    base = _bare(name).rsplit("/", 1)[-1]
    stem, dot, last = base.rpartition(".")
    return last.strip().lower() if dot and (stem or last) else ""


def _one_extension(name: str) -> str:
    """``report.pdf   .docx`` as ``report.docx``: what it is, where it is seen."""
    stem, _, last = _bare(name).rpartition(".")
    plain = stem.strip()
    first, dot, second = plain.rpartition(".")
    return f"{first if dot and len(second) <= _LONGEST_EXTENSION else plain}.{last.strip()}"


def _bare(name: str) -> str:
    return visible(normalise(name)).replace("\\", "/").rstrip(" .")


def _sizes(encoded: float, limit: float) -> tuple[tuple[str, str], ...]:
    return (("size", f"{encoded / _MB:.1f}"), ("limit", f"{limit / _MB:.1f}".removesuffix(".0")))


RULES = (
    Rule("attachment-promised-missing", attachment_promised_missing),
    Rule("attachment-executable", attachment_executable),
    Rule("attachment-double-extension", attachment_double_extension),
    Rule("attachment-too-large", attachment_too_large),
)
