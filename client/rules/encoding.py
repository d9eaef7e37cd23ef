"""Rules on character sets and on the page (regulation.md B5, 49 to 52)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from client.model.document import DocumentText, PageLayout
from client.model.finding import Unchecked
from client.model.legacy import detect_legacy
from client.model.text import is_decomposed
from client.rules.context import CheckContext
from client.rules.offices import is_of_others
from client.rules.quoting import author_text
from client.rules.rule import Hit, Rule, Settings, hit, shown_name
from client.rules.spans import all_lines, author_lines, whole_line

_PARAGRAPHS = re.compile(r"\n[ \t]*\n")
_QUOTED = re.compile(r"(?<!\w)«([^«»\n]*)»(?!\w)")
_PAGED = frozenset({"docx", "docm", "odt", "rtf", "pdf", "doc"})


def non_unicode_encoding(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """TCVN3 or VNI in text or documents, by what the letters are, not by the fonts named."""
    for place, text in (("subject", context.subject), ("body", author_text(context, settings))):
        encoding = _legacy_in(text, settings)
        if encoding:
            lines = author_lines(context, settings) if place == "body" else ()
            span = whole_line(lines, lambda line: bool(detect_legacy(line)))
            yield Hit(place, (("encoding", encoding.upper()),), mend=(("encoding", encoding),), span=span)
    for attachment in context.attachments:
        if attachment.text is not None and attachment.text.legacy:
            case = "issued" if attachment.is_issued and not attachment.forwarded else ""
            yield hit(attachment, case=case, encoding=attachment.text.legacy.upper())


def _legacy_in(text: str, settings: Settings) -> str:
    """The old encoding of the text, or of a paragraph in it: the sender's block below is often Unicode.

    A paragraph has to be twice as long, and « and » around French words do not count in it: they
    look like TCVN3.
    """
    fewest = settings.number("fewest_letters")
    paragraphs = _PARAGRAPHS.split(_QUOTED.sub(r" \1 ", text))
    pieces = ((text, fewest), *((piece, 2 * fewest) for piece in paragraphs))
    for piece, letters in pieces:
        if sum(char.isalpha() for char in piece) >= letters and (found := detect_legacy(piece)):
            return found
    return ""


def unicode_decomposed(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Letters in the combining form. File names are left alone (macOS), signed files are never touched."""
    for place, text in (("subject", context.subject), ("body", context.body_text)):
        if place in context.decomposed or is_decomposed(text):
            lines = all_lines(text) if place == "body" else ()
            yield Hit(place, span=whole_line(lines, is_decomposed))
    for attachment in context.own:
        if attachment.text is not None and attachment.text.decomposed and not attachment.signatures:
            yield hit(attachment)


def mail_charset(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """A text part in another character set than UTF-8, or header fields with bare bytes.

    The product writes UTF-8 itself: only a finished message can break this.
    """
    others = [name for name in context.charsets if name.lower() not in settings.words("allowed")]
    for name in dict.fromkeys(others):
        yield Hit("body", (("charset", shown_name(name)),))
    if context.raw_headers:
        name = "8-bit" if context.raw_headers == "unknown" else context.raw_headers.upper()
        yield Hit("subject", (("charset", name),), "utf8-headers" if context.raw_headers == "utf-8" else "")


def page_font_layout(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Paper, margins and type of an issued document; scans and specialised forms have their own."""
    for attachment in context.issued:
        text = attachment.text
        if is_of_others(attachment, context, settings.policy):
            continue
        if text is None or text.layout is None or text.scans or attachment.kind.extension not in _PAGED:
            continue
        wrong = list(_off(text, text.layout, settings))
        if wrong:
            yield hit(attachment, page=1, what=", ".join(wrong))


def _off(text: DocumentText, layout: PageLayout, settings: Settings) -> Iterator[str]:
    slack = settings.number("slack_mm")
    short, long = sorted((layout.width, layout.height))
    if layout.width and (abs(short - 210) > slack or abs(long - 297) > slack):
        yield "paper-size"
    upright = layout.height >= layout.width
    margins = (
        (layout.margin_top, "vertical"),
        (layout.margin_bottom, "vertical"),
        (layout.margin_left, "left"),
        (layout.margin_right, "right"),
    )
    # A wide table turns the page, and its margins with it.
    if upright and any(_outside(size, name, settings, slack) for size, name in margins):
        yield "margins"
    font = re.sub(r"[\s,_-]", "", layout.body_font).lower()
    if font and not font.startswith(settings.words("fonts")):
        yield "font"
    size = layout.body_size
    if size and not settings.number("smallest_pt") <= size <= settings.number("largest_pt"):
        yield "font-size"


def _outside(size: float, name: str, settings: Settings, slack: float) -> bool:
    low, high = settings.number(f"{name}_from_mm"), settings.number(f"{name}_to_mm")
    return bool(size) and not low - slack <= size <= high + slack


RULES = (
    Rule("non-unicode-encoding", non_unicode_encoding),
    Rule("unicode-decomposed", unicode_decomposed),
    Rule("mail-charset", mail_charset),
    Rule("page-font-layout", page_font_layout),
)
