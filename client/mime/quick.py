"""Headers of a list read fast: what nearly all of them look like, read in a few steps.

Whatever is not of that shape is answered with None and left to `client.mime.headers`, which reads
everything; what is answered is what that would have answered.
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from functools import lru_cache

from client.mime.fields import MAX_HEADER_BYTES
from client.model.address import MailAddress

_NAME = re.compile(rb"[A-Za-z0-9-]+")
_WORDS = re.compile(rb"(?:=\?(?:utf-8|UTF-8)\?[BbQq]\?[^?\s]*\?=[ \t]*)+")
_WORD = re.compile(rb"=\?[^?]+\?([BbQq])\?([^?\s]*)\?=")
_BROKEN_Q = re.compile(rb"=(?![0-9A-Fa-f]{2})")
_ADDR = rb"[A-Za-z0-9!#$%&'*+/=^_`{|}~.-]+@[A-Za-z0-9.-]+"
_MAILBOX = re.compile(
    rb'[ \t]*(?:(?:"([^"\\,<>@]*)"|([^"\\,<>@()\[\]:;]*?))[ \t]*<(' + _ADDR + rb")>|(" + _ADDR + rb"))[ \t]*"
)
_MESSAGE_ID = re.compile(rb"<([!-;=?-~]{1,900})>")


def quick_fields(header: bytes) -> dict[bytes, bytes] | None:
    """The first value of each field by lower-case name, unfolded; None for a header of unusual form."""
    if len(header) > MAX_HEADER_BYTES // 4 or b"\0" in header:
        return None
    unfolded = header.replace(b"\r\n ", b" ").replace(b"\r\n\t", b"\t")
    lines = unfolded[:-4].split(b"\r\n")
    fields: dict[bytes, bytes] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon:
            return None
        fields[_field_name(name)] = value.lstrip(b" \t")
    # All of it is fields, each once, and one empty line.
    whole = (
        unfolded.endswith(b"\r\n\r\n") and unfolded.count(b"\n") == unfolded.count(b"\r") == len(lines) + 1
    )
    return fields if whole and len(fields) == len(lines) and b"" not in fields else None


@lru_cache(maxsize=1024)
def _field_name(name: bytes) -> bytes:
    """In lower case; ``b""`` for what is none."""
    return name.lower() if _NAME.fullmatch(name) else b""


def quick_text(value: bytes) -> str | None:
    """A field's value as text, in UTF-8, raw or in encoded words (RFC 2047), and nothing else."""
    if b"=?" not in value:
        text = _utf8(value)
    elif _WORDS.fullmatch(value):
        text = _words(value)
    else:
        text = None
    # What is printable holds no control and turns no line around: nothing is left to be cleaned.
    if text is None or not text.isprintable() or not unicodedata.is_normalized("NFC", text):
        return None
    return text.strip()


def quick_message_id(value: bytes) -> str | None:
    """The one identifier of the field."""
    match = _MESSAGE_ID.fullmatch(value)
    return f"<{match[1].decode()}>" if match else None


def quick_addresses(value: bytes) -> tuple[MailAddress, ...] | None:
    """The mailboxes of one address field."""
    found = _mailboxes(value)
    return None if found is None else found[0]


def quick_shown(value: bytes) -> tuple[str, ...] | None:
    """The mailboxes of one address field as a list shows them."""
    found = _mailboxes(value)
    return None if found is None else found[1]


@lru_cache(maxsize=4096)
def _mailboxes(value: bytes) -> tuple[tuple[MailAddress, ...], tuple[str, ...]] | None:
    """Who, and how a list shows them."""
    found = []
    for part in value.split(b",") if value else ():
        one = _mailbox(part)
        if one is None:
            return None
        found.append(one)
    return tuple(who for who, _ in found), tuple(shown for _, shown in found)


@lru_cache(maxsize=16384)
def _mailbox(part: bytes) -> tuple[MailAddress, str] | None:
    """Who, and how a list shows them."""
    match = _MAILBOX.fullmatch(part)
    if match is None:
        return None
    quoted, name, address, bare = match.groups()
    text = quick_text(quoted if quoted is not None else name or b"")
    if text is None:
        return None
    who = MailAddress((address or bare).decode(), " ".join(text.split()))
    return who, str(who)


def _words(value: bytes) -> str | None:
    data = bytearray()
    for kind, content in _WORD.findall(value):
        try:
            if kind in b"Bb":
                data += binascii.a2b_base64(content, strict_mode=True)
            elif _BROKEN_Q.search(content):
                return None
            else:
                data += binascii.a2b_qp(content, header=True)
        except binascii.Error:
            return None
    return _utf8(data)


def _utf8(data: bytes | bytearray) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None
