"""The words of a message as they are shown: its text, what goes on with it in further parts, rich text."""

from __future__ import annotations

import html as entities
from collections.abc import Callable
from dataclasses import dataclass

from client.mime.compressed_rtf import unpack_rtf
from client.mime.html import SanitisedHtml, sanitise, to_text
from client.mime.parser import body_parts, own_parts, part_content, part_text, texts
from client.mime.plain import without_controls
from client.mime.tnef import TnefContent
from client.model.message import BodyPart, ParsedMessage

ReadRtf = Callable[[bytes], str]
"""The words of an RTF file: its reader is no part of this layer."""
_RTF = frozenset({"text/rtf", "application/rtf"})


@dataclass(frozen=True, slots=True)
class Words:
    """What is written in a message."""

    text: str = ""
    pages: tuple[str, ...] = ()
    """HTML as it came, one page after the other."""
    shown: frozenset[str] = frozenset()
    """Sections of the parts they come from, beside the text itself."""

    def sanitised(self, find_picture: Callable[[str], str | None]) -> SanitisedHtml:
        """The pages made safe, each by itself, so that none reaches into the next."""
        safe = [sanitise(page, find_picture) for page in self.pages]
        return SanitisedHtml("<hr>".join(one.html for one in safe), sum(one.blocked_remote for one in safe))


def read_words(raw: bytes, parsed: ParsedMessage, winmail: TnefContent | None, read_rtf: ReadRtf) -> Words:
    """The words of ``parsed``; of its ``winmail.dat``, or of a part in rich text, where it has no others."""
    plain, rich = body_parts(parsed)
    words = _written(raw, parsed, plain, rich) if plain or rich else _rich_text(raw, parsed, read_rtf)
    if winmail is None or words.text.strip() or any(page.strip() for page in words.pages):
        return words
    text = winmail.text or to_text(winmail.html) or without_controls(read_rtf(unpack_rtf(winmail.rtf)))
    return Words(text, (winmail.html,) if winmail.html else ())


def _rich_text(raw: bytes, parsed: ParsedMessage, read_rtf: ReadRtf) -> Words:
    found = (one for one in own_parts(parsed) if one.content_type in _RTF and one.disposition != "attachment")
    part = next(found, None)
    return Words(without_controls(read_rtf(part_content(raw, part)))) if part is not None else Words()


def _written(raw: bytes, parsed: ParsedMessage, plain: BodyPart | None, rich: BodyPart | None) -> Words:
    """Mail programs go on in a further part behind a picture or a file, lists and gateways add a footer."""
    lines: list[str] = []
    pages: list[str] = []
    shown: list[str] = []
    for part, is_one_form in texts(parsed):
        is_page = part.content_type == "text/html"
        if is_one_form and not is_page and part is not plain:
            continue
        written = without_controls(part_text(raw, part))
        if not (is_one_form and is_page and plain):
            lines.append(to_text(written) if is_page else written)
        if rich and (is_page or not is_one_form):
            pages.append(written if is_page else _page_of(written))
        shown += [] if part in (plain, rich) else [part.section]
    text = lines[0] if len(lines) == 1 else "\n\n".join(one.strip("\n") for one in lines)
    return Words(text, tuple(pages), frozenset(shown))


def _page_of(text: str) -> str:
    return f'<div style="white-space: pre-wrap">{entities.escape(text)}</div>'
