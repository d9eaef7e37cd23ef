"""The MIME tree of a message with byte spans, found in one pass over the bytes (RFC 2046)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from client.mime.fields import HeaderBlock, parse_parameters, read_header_block
from client.mime.guessing import stands_in, unannounced
from client.mime.headers import safe_filename
from client.mime.line_ends import with_line_feeds
from client.mime.transfer import KNOWN
from client.mime.words import clean, raw_text
from client.model.message import BodyPart

MAX_DEPTH = 50
MAX_PARTS = 500
MAX_GUESSES = 20
"""Boundaries looked for that no header names: each look may go through the whole message."""
CUTS = frozenset({"nesting-too-deep", "too-many-parts", "too-many-headers", "header-too-large"})
"""Defects after which the tree is not the whole message."""

MESSAGE_TYPES = frozenset({"message/rfc822", "message/global"})

_TYPE = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+/[!#$%&'*+.^_`|~0-9a-z-]+")
_NESTED_ENCODINGS = frozenset({"7bit", "8bit", "binary"})


@dataclass(slots=True, eq=False)
class _Node:
    """A part while its end is not known yet."""

    section: str
    header_start: int
    body_start: int
    content_type: str
    parameters: tuple[tuple[str, str], ...]
    encoding: str
    disposition: str
    original_filename: str
    content_id: str
    content_location: str
    boundary: bytes = b""
    end: int = 0
    closed: bool = False
    children: list[_Node] = field(default_factory=list)


class TreeReader:
    """Reads one message; ``defects`` holds what was wrong, in the order it was found."""

    def __init__(self, raw: bytes) -> None:
        self._raw = with_line_feeds(raw)
        self._guesses = 0
        self._open: list[_Node] = []
        self._delimiters: dict[bytes, tuple[_Node, bool]] = {}
        self._parts = 0
        self.defects: dict[str, None] = {}

    def read(self) -> tuple[HeaderBlock, BodyPart]:
        """The root's header block and the whole tree."""
        header = read_header_block(self._raw, 0)
        root = self._start(header, 0, "")
        pos = self._open[-1].body_start
        for line_start, line_end, delimiter in self._delimiter_lines(pos):
            owner, closing = self._delimiters[delimiter]
            self._close_above(owner, self._before_line_break(line_start))
            if closing:
                owner.closed = True
                self._forget(owner)
            elif not self._next_part(owner, line_end):
                break
        self._finish()
        return header, _frozen(root)

    def _delimiter_lines(self, pos: int) -> Iterator[tuple[int, int, bytes]]:
        """Lines that are a boundary now open; the caller moves on by starting parts."""
        raw, size = self._raw, len(self._raw)
        self._resume = pos
        while self._delimiters:
            start = self._dashes(self._resume)
            if start < 0:
                return
            newline = raw.find(b"\n", start)
            end = size if newline < 0 else newline + 1
            self._resume = end
            if end - start > 1000:
                continue
            line = raw[start:end].rstrip(b" \t\r\n")
            if line in self._delimiters:
                yield start, end, line

    def _dashes(self, pos: int) -> int:
        """Where the next line that begins with two hyphens starts, -1 for none."""
        if self._raw.startswith(b"--", pos) and (pos == 0 or self._raw[pos - 1 : pos] == b"\n"):
            return pos
        found = self._raw.find(b"\n--", pos)
        return found + 1 if found >= 0 else -1

    def _next_part(self, owner: _Node, start: int) -> bool:
        if self._parts >= MAX_PARTS:
            self._note("too-many-parts")
            return False
        header = read_header_block(self._raw, start, self._delimiters)
        prefix = f"{_numbering(owner.section)}." if _numbering(owner.section) else ""
        self._start(header, start, f"{prefix}{len(owner.children) + 1}")
        self._resume = self._open[-1].body_start
        return True

    def _start(self, header: HeaderBlock, start: int, section: str) -> _Node:
        """Put a part on the stack, and below an attached message its root at once."""
        first: _Node | None = None
        while True:
            node = self._node(header, start, section)
            if self._open:
                self._open[-1].children.append(node)
            self._open.append(node)
            self._parts += 1
            first = first or node
            if not self._nests_message(node):
                self._open_multipart(node)
                return first
            start = node.body_start
            header = read_header_block(self._raw, start, self._delimiters)
            section = self._inner_section(node.section, header)

    def _nests_message(self, node: _Node) -> bool:
        if node.content_type not in MESSAGE_TYPES:
            return False
        if node.encoding not in _NESTED_ENCODINGS:
            return False
        return self._within_limits()

    def _within_limits(self) -> bool:
        if len(self._open) > MAX_DEPTH:
            self._note("nesting-too-deep")
            return False
        if self._parts >= MAX_PARTS:
            self._note("too-many-parts")
            return False
        return True

    def _open_multipart(self, node: _Node) -> None:
        if not node.content_type.startswith("multipart/"):
            return
        if not self._within_limits():
            return
        opening = self._opening(node)
        if not opening:
            self._note("boundary-missing")
            return
        if node.encoding not in _NESTED_ENCODINGS:
            self._note("encoded-multipart")
        if opening in self._delimiters:
            # The outer part keeps the boundary: its end must not depend on what stands inside.
            self._note("boundary-repeated")
            return
        node.boundary = opening
        self._delimiters[opening] = (node, False)
        self._delimiters.setdefault(opening + b"--", (node, True))

    def _opening(self, node: _Node) -> bytes:
        """The line parts begin with: as the header has it, or as they do where that occurs nowhere."""
        named = dict(node.parameters).get("boundary", "").rstrip()
        opening = b"--" + named.encode("utf-8", "replace") if named else b""
        if self._guesses >= MAX_GUESSES or (opening and stands_in(self._raw, node.body_start, opening)):
            return opening
        self._guesses += 1
        guessed = unannounced(self._raw, node.body_start, self._delimiters)
        if guessed:
            self._note("boundary-guessed")
        return guessed or opening

    def _close_above(self, owner: _Node, end: int) -> None:
        while self._open[-1] is not owner:
            self._end(self._open.pop(), end)

    def _end(self, node: _Node, end: int) -> None:
        node.end = max(end, node.header_start)
        node.body_start = min(node.body_start, node.end)
        if node.boundary and not node.closed:
            self._note("boundary-not-closed" if node.children else "boundary-not-found")
            self._forget(node)

    def _finish(self) -> None:
        while self._open:
            self._end(self._open.pop(), len(self._raw))

    def _forget(self, node: _Node) -> None:
        for delimiter in (node.boundary, node.boundary + b"--"):
            if self._delimiters.get(delimiter, (None, False))[0] is node:
                del self._delimiters[delimiter]

    def _before_line_break(self, pos: int) -> int:
        """The line break before a boundary belongs to the boundary (RFC 2046 section 5.1.1)."""
        if pos and self._raw[pos - 1 : pos] == b"\n":
            pos -= 1
            if pos and self._raw[pos - 1 : pos] == b"\r":
                pos -= 1
        return pos

    def _note(self, *defects: str) -> None:
        self.defects |= dict.fromkeys(defects)

    def _inner_section(self, section: str, header: HeaderBlock) -> str:
        """IMAP numbers an attached message's own parts, not its root (RFC 9051 section 6.4.5)."""
        multipart = header.first("content-type").strip().lower().startswith(b"multipart/")
        prefix = f"{section}." if section else ""
        return f"{prefix}TEXT" if multipart else f"{prefix}1"

    def _node(self, header: HeaderBlock, start: int, section: str) -> _Node:
        self._note(*header.defects)
        for name in ("content-type", "content-transfer-encoding", "content-disposition"):
            if len(header.values(name)) > 1:
                self._note(f"{name}-repeated")
        content_type, parameters = self._content_type(header, self._default_type())
        disposition, details = parse_parameters(header.first("content-disposition"))
        named = dict(details).get("filename") or dict(parameters).get("name", "")
        return _Node(
            section=section,
            header_start=start,
            body_start=header.body_start,
            content_type=content_type,
            parameters=parameters,
            encoding=self._encoding(header),
            disposition=disposition,
            original_filename=named,
            content_id=clean(raw_text(header.first("content-id"))).strip("<> "),
            content_location="".join(clean(raw_text(header.first("content-location"))).split()),
        )

    def _default_type(self) -> str:
        inside_digest = bool(self._open) and self._open[-1].content_type == "multipart/digest"
        return "message/rfc822" if inside_digest else "text/plain"

    def _content_type(self, header: HeaderBlock, default: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        value = header.first("content-type")
        if not value:
            return default, ()
        token, parameters = parse_parameters(value)
        if _TYPE.fullmatch(token):
            return token, parameters
        self._note("content-type-invalid")
        return ("text/plain" if token in ("text", "") else "application/octet-stream"), parameters

    def _encoding(self, header: HeaderBlock) -> str:
        token, _ = parse_parameters(header.first("content-transfer-encoding"))
        if token and token not in KNOWN:
            self._note("transfer-encoding-unknown")
        return token or "7bit"


def _numbering(section: str) -> str:
    return section.removesuffix("TEXT").removesuffix(".")


def _frozen(root: _Node) -> BodyPart:
    """The tree as values, built from the leaves up without recursion."""
    order, stack = [], [root]
    while stack:
        node = stack.pop()
        order.append(node)
        stack.extend(node.children)
    built: dict[int, BodyPart] = {}
    for node in reversed(order):
        built[id(node)] = BodyPart(
            section=node.section,
            content_type=node.content_type,
            header_start=node.header_start,
            body_start=node.body_start,
            end=node.end,
            charset=dict(node.parameters).get("charset", "").strip().lower(),
            encoding=node.encoding,
            disposition=node.disposition,
            filename=safe_filename(node.original_filename),
            original_filename=node.original_filename,
            content_id=node.content_id,
            content_location=node.content_location,
            parameters=node.parameters,
            children=tuple(built[id(child)] for child in node.children),
        )
    return built[id(root)]
