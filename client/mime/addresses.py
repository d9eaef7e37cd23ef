"""Address lists read before they are decoded, so that a display name can never become an address."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from client.mime.words import clean, decode_words, raw_text
from client.model.address import MailAddress

_TOKEN = re.compile(
    r"(?P<quoted>\"(?:[^\"\\]|\\.)*\"?)|(?P<special>[()<>,;:\\])|(?P<text>[^\"()<>,;:\\]+)", re.DOTALL
)
_WORD = re.compile(r"=\?[^?\s]{1,60}\?[BbQq]\?[^?]*\?=")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ABOUT_DOTS = re.compile(r" ?([.@]) ?")
"""Blanks that may stand in an address (RFC 5322 section 4.4); others part it from what is none of it."""
_FIRST_PRIVATE = 0xF0000
_MAX_ADDRESSES = 5000


def read_addresses(values: list[bytes]) -> tuple[MailAddress, ...]:
    """The mailboxes of all the fields (RFC 5322 section 3.4); groups are flattened, junk is dropped.

    Two addresses in angle brackets without a comma between them are two mailboxes.
    """
    reader = _Reader()
    for value in values:
        reader.read(raw_text(value))
    return tuple(reader.found[:_MAX_ADDRESSES])


@dataclass(slots=True)
class _Reader:
    found: list[MailAddress] = field(default_factory=list)
    phrase: list[str] = field(default_factory=list)
    comment: list[str] = field(default_factory=list)
    angle: list[str] | None = None
    depth: int = 0
    words: list[str] = field(default_factory=list)

    def read(self, text: str) -> None:
        """Take in one field's value."""
        # An encoded word is one token, whatever commas or brackets a careless writer left inside.
        self.words = []
        for match in _TOKEN.finditer(_WORD.sub(self._hide, text)):
            if self.depth or match["special"] in ("(", ")"):
                self._in_comment(match.group())
            elif match["special"]:
                self._special(match["special"])
            else:
                (self.phrase if self.angle is None else self.angle).append(match.group())
        self._flush()
        self.depth = 0

    def _hide(self, match: re.Match[str]) -> str:
        self.words.append(match.group())
        return chr(_FIRST_PRIVATE + min(len(self.words) - 1, 0xFFFD))

    def _in_comment(self, token: str) -> None:
        self.depth = max(0, self.depth + {"(": 1, ")": -1}.get(token, 0))
        if token not in ("(", ")"):
            self.comment.append(token)

    def _special(self, char: str) -> None:
        if char == "<":
            self._finish_angle()
            self.angle = []
        elif char == ">":
            self._finish_angle()
        elif self.angle is not None and char in ":,":
            self.angle.clear()  # an obsolete route: only what follows it is the address
        elif char in ",;":
            self._flush()
        elif char == ":":
            self.phrase.clear()

    def _finish_angle(self) -> None:
        if self.angle is not None:
            self._add("".join(self.angle), self._name("".join(self.phrase)))
            self.phrase.clear()
            self.comment.clear()
            self.angle = None

    def _flush(self) -> None:
        self._finish_angle()
        self._add("".join(self.phrase), self._name(" ".join(self.comment)))
        self.phrase.clear()
        self.comment.clear()

    def _name(self, text: str) -> str:
        unquoted = re.sub(r"\"((?:[^\"\\]|\\.)*)\"?", lambda m: _ESCAPE.sub(r"\1", m[1]), text)
        shown = "".join(self._word(char) for char in unquoted).encode("utf-8", "replace")
        return " ".join(clean(decode_words(shown)).split())

    def _word(self, char: str) -> str:
        index = ord(char) - _FIRST_PRIVATE
        return self.words[index] if 0 <= index < len(self.words) else char

    def _add(self, text: str, name: str) -> None:
        spec = clean(text)
        if '"' in text:
            self._keep(spec, name)
            return
        before: list[str] = []
        for word in _ABOUT_DOTS.sub(r"\1", " ".join(spec.split())).split():
            if "@" in word.strip("@"):
                # A name without brackets around the address, or two addresses without a comma.
                self._keep(word, name or self._name(" ".join(before)))
                before, name = [], ""
            else:
                before.append(word)

    def _keep(self, addr_spec: str, name: str) -> None:
        local, at, domain = addr_spec.rpartition("@")
        if at and local and domain and not any(ord(char) >= _FIRST_PRIVATE for char in addr_spec):
            self.found.append(MailAddress(addr_spec, name))
