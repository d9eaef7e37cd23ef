"""HTML of a stranger made safe to show: nothing runs, nothing is fetched, nothing covers anything."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import nh3

MAX_HTML = 2_000_000
"""Characters; more is cut before it is read."""

MAX_NESTING_TAGS = 20_000
"""Tags that can nest; an HTML tree takes quadratic time in its depth, beyond this only the words count."""

MAX_REFERENCES = 50_000
"""Character references; html5ever takes quadratic time in their number."""

_TEXT_TAGS = "p div span br hr pre blockquote center h1 h2 h3 h4 h5 h6 ul ol li dl dt dd"
_INLINE_TAGS = "a b strong i em u s strike del ins sub sup small big font tt code abbr cite q"
_LINE_TAGS = "p div br hr tr td th li h1 h2 h3 h4 h5 h6 blockquote pre table ul ol dt dd center"
_TABLE_TAGS = "table caption colgroup col thead tbody tfoot tr td th img"
_TAGS = frozenset(f"{_TEXT_TAGS} {_INLINE_TAGS} {_TABLE_TAGS}".split())
_DROPPED_WHOLE = frozenset(
    {"script", "style", "title", "head", "template", "noscript", "svg", "math", "object"}
)

_ATTRIBUTES = {
    "*": {"style", "align", "dir", "lang", "title", "background"},
    "a": {"href"},
    "img": {"src", "srcset", "alt", "width", "height"},
    "font": {"color", "face", "size"},
    "table": {"border", "cellpadding", "cellspacing", "width", "bgcolor"},
    "tr": {"bgcolor", "valign"},
    "td": {"colspan", "rowspan", "width", "bgcolor", "valign"},
    "th": {"colspan", "rowspan", "width", "bgcolor", "valign"},
    "ol": {"start", "type"},
    "ul": {"type"},
}
_STYLE_WORDS = (
    "color background-color font-family font-size font-style font-weight text-align text-decoration "
    "text-indent line-height vertical-align white-space border border-color border-style border-width "
    "border-collapse padding list-style-type width height"
)
_STYLES = frozenset(_STYLE_WORDS.split())
_SIZES = re.compile(
    r"\s*(width|height)\s*:\s*([\d.]{1,6})\s*(px|pt|pc|in|cm|mm|em|)\s*(?:!important\s*)?", re.IGNORECASE
)
_SIZED = re.compile(r"\s*(?:width|height)\s*:", re.IGNORECASE)
_PIXELS = {
    "": 1.0,
    "px": 1.0,
    "pt": 96 / 72,
    "pc": 16.0,
    "in": 96.0,
    "cm": 96 / 2.54,
    "mm": 96 / 25.4,
    "em": 16.0,
}
_SIZED_PICTURE = re.compile(r'<img((?: [a-z]+="[^"]*")* style="[^"]*"(?: [a-z]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_NESTING = re.compile(r"<(?!(?:tr|t[dh]|tbody|thead|col|br|img|hr|p|li)[\s>/])[a-z]", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_REMOTE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?[/\\]{2}", re.IGNORECASE)
_STYLE_FETCHES = re.compile(r"url|image|expression|@import|\\|-moz-|behavior|/\*", re.IGNORECASE)
_NEGATIVE = re.compile(r":[^;]*-\s*[.\d]")
_HUGE = re.compile(r"\d{4,}")
_HEX_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b", re.IGNORECASE)
_BACKGROUND = re.compile(r"\s*background\s*:\s*(#[0-9a-f]{3,8}|rgba?\([\d\s,.%]*\)|[a-z]+)", re.IGNORECASE)
_COLOUR = re.compile(r"\s*color\s*:", re.IGNORECASE)
_LOADING_TAG = re.compile(
    r"<(?:link|iframe|frame|embed|object|video|audio|source|script|input|body)\b[^<>]{0,2000}?"
    r"\b(?:src|href|data|poster|background)\s*=\s*[\"']?\s*(?:https?:)?//",
    re.IGNORECASE,
)
_STYLE_URL = re.compile(r"url\(\s*[\"']?\s*(?:https?:)?//", re.IGNORECASE)

_BLOCK_END = re.compile(r"</(?:p|div|tr|li|h[1-6]|blockquote|pre|table|ul|ol|dt|dd|center)>|<(?:br|hr)>")
_CELL_END = re.compile(r"</t[dh]>")
_ANY_TAG = re.compile(r"<[^<>]*>")
_CONTROLS = re.compile("[\x80-\x9f\ufdd0-\ufdef]")
_BACK = {0xFDD0 + at: chr(0xA0 + at) for at in range(32)}
_ASIDE = {0xA0 + at: chr(0xFDD0 + at) for at in range(32)}
"""The cleaner takes quadratic time in the number of these: it gets letters instead that no text has."""
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0]+")
_EMPTY_LINES = re.compile(r"\n\s*\n\s*")


@dataclass(frozen=True, slots=True)
class SanitisedHtml:
    """HTML that a viewer can show without fetching anything, and how much was taken out."""

    html: str
    blocked_remote: int


def sanitise(html: str, find_picture: Callable[[str], str | None] = lambda _: None) -> SanitisedHtml:
    """Keep text, simple looks, tables, links (http, https, mailto) and pictures of this message.

    ``find_picture`` says what a picture's ``src`` stands for: a ``cid:`` of the message, or None.
    """
    source = _readable(html)
    keeper = _Keeper(find_picture)
    kept = _cleaned(
        source,
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED_WHOLE),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=keeper.attribute,
        filter_style_properties=set(_STYLES),
        url_schemes={"http", "https", "mailto", "cid"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )
    blocked = keeper.blocked + len(_LOADING_TAG.findall(source))
    return SanitisedHtml(_SIZED_PICTURE.sub(_with_size, kept), blocked)


def to_text(html: str) -> str:
    """The words of ``html`` with its line breaks, for search and as a plain alternative."""
    flat = _cleaned(
        _readable(html),
        tags=set(_LINE_TAGS.split()),
        clean_content_tags=set(_DROPPED_WHOLE),
        attributes={},
        link_rel=None,
    )
    flat = _BLANKS.sub(" ", flat.replace("\n", " "))
    flat = _CELL_END.sub("\t", _BLOCK_END.sub("\n", flat))
    text = entities.unescape(_ANY_TAG.sub("", flat))
    lines = (_cells(line) for line in text.split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def _cleaned(source: str, **how: Any) -> str:
    return nh3.clean(source, **how).translate(_BACK)


def _cells(line: str) -> str:
    """One row of a table stays told apart by tabs; else every run of blanks is a space."""
    cells = (_BLANKS.sub(" ", cell).strip() for cell in line.split("\t"))
    return "\t".join(cell for cell in cells if cell)


def _readable(html: str) -> str:
    """``html`` within the limits; where it nests too much, its words alone."""
    source = html[:MAX_HTML].encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
    source = _CONTROLS.sub("", source.replace("&nbsp;", "\u00a0")).translate(_ASIDE)
    nesting = sum(1 for _ in _NESTING.finditer(source))
    if nesting <= MAX_NESTING_TAGS and source.count("&") <= MAX_REFERENCES:
        return source
    words = _ANY_TAG.sub(" ", source).replace("<", " ").replace("&", " ")
    return f"<p>{words}</p>"


class _Keeper:
    """Decides on each attribute and counts what would have been fetched."""

    def __init__(self, find_picture: Callable[[str], str | None]) -> None:
        self.blocked = 0
        self._find_picture = find_picture

    def attribute(self, tag: str, name: str, value: str) -> str | None:
        """The value to keep, None to drop the attribute."""
        value = value.translate(_BACK)
        if name in ("src", "srcset", "background") and tag in _TAGS:
            return self._picture(tag, name, value)
        if name == "href":
            return value if tag == "a" and _LINK.match(value.strip()) else None
        if name == "style":
            return self._style(tag, value)
        if name in ("width", "height", "size", "border", "cellpadding", "cellspacing") and _HUGE.search(
            value
        ):
            return None
        if tag == "img" and name in ("width", "height") and "%" in value:
            return None  # a share of what, only the viewer knows; it holds every picture to its own width
        return value

    def _picture(self, tag: str, name: str, value: str) -> str | None:
        found = self._find_picture(value) if tag == "img" and name == "src" else None
        if found is not None:
            return found
        if _REMOTE.match(value) or name == "srcset":
            self.blocked += 1
        # data: pictures go too: decoding a stranger's picture is no work for the window.
        return None

    def _style(self, tag: str, value: str) -> str | None:
        if _STYLE_URL.search(value):
            self.blocked += 1
        # A width of its own makes text run out of the window; a picture's is held within it.
        parts = [part for part in value.split(";") if tag == "img" or not _SIZED.match(part)]
        kept = [_plain_background(part) for part in parts if _is_harmless(part)]
        if any("background" in part.lower() and not _is_harmless(part) for part in parts):
            # White text whose dark ground is gone could not be read.
            kept = [part for part in kept if not _COLOUR.match(part)]
        return ";".join(kept) or None


def _is_harmless(declaration: str) -> bool:
    bare = _HEX_COLOUR.sub("", declaration)
    return not (_STYLE_FETCHES.search(bare) or _NEGATIVE.search(bare) or _HUGE.search(bare))


def _with_size(picture: re.Match[str]) -> str:
    """The size a style asks for as attributes, which go before others (the viewer knows only those)."""
    attributes = dict(_ATTRIBUTE.findall(picture[1]))
    style = attributes.pop("style")
    for part in style.split(";"):
        size = _SIZES.fullmatch(part)
        pixels = _number(size[2]) * _PIXELS[size[3].lower()] if size is not None else 0.0
        if size is not None and 0.5 <= pixels < 1000:
            attributes[size[1].lower()] = str(max(1, round(pixels)))
        elif _SIZED.match(part) and "auto" in part.lower():
            attributes.pop(part.partition(":")[0].strip().lower(), None)
    others = ";".join(part for part in style.split(";") if part and not _SIZED.match(part))
    if others:
        attributes["style"] = others
    return "<img" + "".join(f' {name}="{value}"' for name, value in attributes.items()) + ">"


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _plain_background(declaration: str) -> str:
    """The ``background`` shorthand cut down to its colour; any other declaration as it is."""
    found = _BACKGROUND.match(declaration)
    return f"background-color:{found[1]}" if found else declaration
