"""Header fields as they stand in the bytes: where they end, and their parameters (RFC 5322, 2045, 2231)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from client.mime.charset import decode
from client.mime.words import clean, decode_words, raw_text, without_controls
from client.model.message import HeaderField

MAX_FIELDS = 1000
MAX_HEADER_BYTES = 256 * 1024

_FIELD_NAME = re.compile(rb"[!-9;-~]+(?=[ \t]*:)")
_FOLD = re.compile(rb"(?<!\r)\r*\n(?=[ \t])")
_EMPTY_LINE = re.compile(rb"\n\r*\n")
_BARE_NAME = re.compile(rb"[!-9;-~]+[ \t]*\r*\n(?=[ \t]+:)")
"""A name whose colon stands on the line after: one field to whoever unfolds before reading."""
_STRAY_PARAMETER = re.compile(
    rb"(?:boundary|charset|name|filename|type|format|method)\*?[0-9*]*[ \t]*=", re.IGNORECASE
)
_KNOWN_NAME = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|message-id|mime-version|received|return-path|reply-to|sender|in-reply-to"
    rb"|references|delivered-to|importance|priority|precedence|user-agent|organization|auto-submitted|errors-to"
    rb"|status|dkim-signature|authentication-results"
    rb"|(?:content|x|list|thread|arc|resent|disposition)-[!-9;-~]+)[ \t]*:",
    re.IGNORECASE,
)
_MOST_FOLDS = 20
_FILE_NAMES = frozenset({"filename", "name"})
_PARAMETER = re.compile(r";\s*([^=;\s]+)\s*=\s*(\"(?:[^\"\\]|\\.)*\"?|[^;]*)", re.DOTALL)
_WINDOWS_PATH = re.compile(r'"(?:[A-Za-z]:\\(?!\\)|\\\\[^\\"]+\\[^\\"])')
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_SECTION = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?", re.DOTALL)
_HEX = re.compile(rb"%([0-9A-Fa-f]{2})")
_COMMENT = re.compile(r"\([^()\"]*\)")


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """The fields of one entity and where its body begins."""

    fields: tuple[HeaderField, ...]
    body_start: int
    defects: tuple[str, ...] = ()

    def values(self, name: str) -> list[bytes]:
        """The raw values of all fields of this lower-case name, in order."""
        return [field.value for field in self.fields if field.name.lower() == name]

    def first(self, name: str) -> bytes:
        """The raw value of the first field of this lower-case name, ``b""`` when absent."""
        return next(iter(self.values(name)), b"")


def read_header_block(raw: bytes, start: int, stops: Collection[bytes] = ()) -> HeaderBlock:
    """Read the fields that begin at ``start``; a boundary line in ``stops`` ends them as well.

    Lines may end in CRLF or LF. Over `MAX_FIELDS` or `MAX_HEADER_BYTES` the rest is left out.
    """
    spans: list[tuple[int, int]] = []
    body_start, defect = len(raw), "header-not-ended"
    skipped = False
    for pos, after, line in _lines(raw, start):
        kind = _kind(raw, pos, line, pos == start, stops)
        if kind == "junk" and not line.startswith(b"--"):
            kind = _what_junk_is(raw, after, line, spans)
            skipped |= kind in ("skipped", "fold")
        if kind == "field":
            spans.append((pos, after))
        elif kind == "fold" and spans:
            spans[-1] = (spans[-1][0], after)
        elif kind == "end":
            body_start, defect = after, ""
            break
        elif kind in ("stop", "junk"):
            body_start, defect = pos, "header-not-ended" if kind == "stop" else "header-line-invalid"
            break
        if after - start > MAX_HEADER_BYTES:
            spans[-1:] = [(first, min(last, start + MAX_HEADER_BYTES)) for first, last in spans[-1:]]
            body_start, defect = after if stops else _after_empty_line(raw, after), "header-too-large"
            break
    defects = [defect] if defect else []
    defects += ["header-line-skipped"] if skipped else []
    if len(spans) > MAX_FIELDS:
        defects.append("too-many-headers")
    return HeaderBlock(tuple(_field(raw, span) for span in spans[:MAX_FIELDS]), body_start, tuple(defects))


def parse_parameters(value: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The first token in lower case and the decoded parameters of Content-Type or -Disposition.

    Joins RFC 2231 continuations, decodes its charsets, and RFC 2047 words where they do not belong
    but are commonly put. The first of two parameters of one name counts. Direction overrides are taken
    out of all but file names.
    """
    text = raw_text(value)
    token = _COMMENT.sub("", text.partition(";")[0]).strip().lower()
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for match in _PARAMETER.finditer(text[text.find(";") :] if ";" in text else ""):
        name = match[1].lower()
        content = _path(match[2]) if name in _FILE_NAMES else ""
        content = content or _unquoted(match[2])
        section = _SECTION.fullmatch(name)
        if section is None or (section[2] is None and section[3] is None):
            plain.setdefault(name, _plain(name, decode_words(content.encode("utf-8", "replace"))))
        else:
            pieces.setdefault(section[1], {}).setdefault(int(section[2] or 0), (bool(section[3]), content))
    # The extended form is the exact one; the plain one is there for readers that do not know it.
    joined = {name: _plain(name, _joined(parts)) for name, parts in pieces.items()}
    return token, tuple((plain | joined).items())


def _plain(name: str, value: str) -> str:
    """A file's name keeps what turns it around: the rules have to see that it deceives."""
    return without_controls(value) if name in _FILE_NAMES else clean(value)


def _lines(raw: bytes, start: int) -> Iterator[tuple[int, int, bytes]]:
    pos, size = start, len(raw)
    while pos < size:
        newline = raw.find(b"\n", pos)
        after = size if newline < 0 else newline + 1
        yield pos, after, raw[pos:after]
        pos = after


def _kind(raw: bytes, pos: int, line: bytes, first: bool, stops: Collection[bytes]) -> str:
    if not line.strip(b"\r\n"):
        return "end"
    if line.startswith(b"--"):
        # No field's name begins so: a boundary stands where the empty line is missing.
        return "stop" if line.rstrip(b" \t\r\n") in stops else "junk"
    if line[:1] in (b" ", b"\t"):
        return "fold"
    if _FIELD_NAME.match(line) or _BARE_NAME.match(raw, pos):
        return "field"
    if first and line.startswith((b"From ", b">From ")):
        return "mbox"  # the separator line of a mailbox file
    return "junk"


def _what_junk_is(raw: bytes, after: int, line: bytes, spans: list[tuple[int, int]]) -> str:
    """What a line is that is no field: part of one whose fold got lost, a stray line, or the body.

    Other readers go on to the empty line whatever comes, so what stands behind it is still the header's.
    """
    if spans and _STRAY_PARAMETER.match(line) and raw[spans[-1][0] : spans[-1][0] + 8].lower() == b"content-":
        return "fold"
    for _, _, behind in islice(_lines(raw, after), _MOST_FOLDS):
        if behind[:1] not in (b" ", b"\t") or not behind.strip():
            return "skipped" if _KNOWN_NAME.match(behind) else "junk"
    return "junk"


def _after_empty_line(raw: bytes, pos: int) -> int:
    found = _EMPTY_LINE.search(raw, pos - 1)
    return found.end() if found else len(raw)


def _field(raw: bytes, span: tuple[int, int]) -> HeaderField:
    name, _, value = raw[span[0] : span[1]].partition(b":")
    unfolded = _FOLD.sub(b"", value).strip(b" \t\r\n")
    return HeaderField(name.strip().decode("ascii", "replace"), unfolded)


def _path(value: str) -> str:
    r"""A quoted path of Windows, whose backslashes escape nothing; ``""`` for any other value."""
    return value[1:].removesuffix('"') if _WINDOWS_PATH.match(value) else ""


def _unquoted(value: str) -> str:
    if value.startswith('"'):
        return _ESCAPE.sub(r"\1", value[1:].removesuffix('"'))
    return _COMMENT.sub("", value).strip()


def _joined(parts: dict[int, tuple[bool, str]]) -> str:
    """RFC 2231 section 3 and 4: the pieces in order; the first one names the charset."""
    charset, data = "utf-8", bytearray()
    for number in sorted(parts):
        extended, content = parts[number]
        if extended and number == min(parts) and content.count("'") >= 2:
            charset, _, content = content.split("'", 2)
        piece = content.encode("utf-8", "replace")
        data += _HEX.sub(lambda match: bytes([int(match[1], 16)]), piece) if extended else piece
    text = decode(bytes(data), charset)
    # Words in continuations are common; what was percent-coded says exactly what it means.
    worded = "=?" in text and not any(extended for extended, _ in parts.values())
    return decode_words(text.encode("utf-8", "replace")) if worded else text
