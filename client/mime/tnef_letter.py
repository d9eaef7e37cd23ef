"""A letter that Outlook put into a ``winmail.dat`` as a file, written out as a letter of mail."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from client.mime.compressed_rtf import unpack_rtf
from client.mime.words import clean
from client.mime.writing import address_field, base64_lines, encoded_words, parameter, text_field
from client.model.address import MailAddress, is_addr_spec

SUBJECT = 0x0037
_SENT_AT, _DELIVERED_AT = 0x0039, 0x0E06
_SENDERS = ((0x0C1A, 0x5D01), (0x0C1A, 0x0C1F), (0x0042, 0x5D02), (0x0042, 0x0065))
"""Properties of the name and of the address, the ones most likely of mail first ([MS-OXOMSG])."""
_TO = 0x0E04
WANTED = frozenset({SUBJECT, _SENT_AT, _DELIVERED_AT, _TO, *(one for pair in _SENDERS for one in pair)})
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_BOUNDARY = "=_winmail"
"""No line of base64 is like it."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file of the letter."""

    name: str
    media_type: str
    content: bytes
    content_id: str = ""


def write_letter(
    said: Mapping[int, str],
    moments: Mapping[int, bytes],
    bodies: tuple[str, str, bytes],
    files: Sequence[Enclosure],
) -> bytes:
    """The letter; ``bodies`` are its text, its HTML and its packed rich text, of which some may be empty."""
    text, html, rtf = bodies
    parts = [_text("plain", text)] if text and not html else []
    parts += [_text("html", html)] if html else []
    parts += [_part("text/rtf", unpack_rtf(rtf))] if rtf and not parts else []
    parts += [_file(file) for file in files]
    head = _from(said) + text_field("Subject", clean(said.get(SUBJECT, ""))) + _to(said) + _date(moments)
    head += f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="{_BOUNDARY}"\r\n\r\n'.encode()
    body = b"".join(f"--{_BOUNDARY}\r\n".encode() + part + b"\r\n" for part in parts)
    return head + body + f"--{_BOUNDARY}--\r\n".encode()


def _from(said: Mapping[int, str]) -> bytes:
    for name, address in _SENDERS:
        spec = clean(said.get(address, ""))
        if is_addr_spec(spec) and spec.isascii():
            return address_field("From", [MailAddress(spec, clean(said.get(name, "")))])
    shown = next((said[name] for name, _ in _SENDERS if said.get(name)), "")
    return text_field("From", clean(shown)) if shown and "@" not in shown else b""


def _to(said: Mapping[int, str]) -> bytes:
    """Names without addresses: what the program itself shows above the letter."""
    names = [clean(one) for one in said.get(_TO, "").split(";")[:100]]
    shown = [" ".join(encoded_words(one)) for one in names if one]
    return b"".join(f"X-Display-To: {one}\r\n".encode("ascii", "replace") for one in shown)


def _date(moments: Mapping[int, bytes]) -> bytes:
    value = moments.get(_SENT_AT) or moments.get(_DELIVERED_AT)
    if value is None or len(value) != 8:
        return b""
    try:
        at = _EPOCH + timedelta(microseconds=struct.unpack("<Q", value)[0] // 10)
    except OverflowError:
        return b""
    return f"Date: {format_datetime(at)}\r\n".encode()


def _text(kind: str, text: str) -> bytes:
    return _part(f"text/{kind}; charset=utf-8", text.encode("utf-8", "replace"))


def _part(content_type: str, content: bytes, more: str = "") -> bytes:
    head = f"Content-Type: {content_type}\r\n{more}Content-Transfer-Encoding: base64\r\n\r\n"
    return head.encode("ascii") + base64_lines(content)


def _file(file: Enclosure) -> bytes:
    named = "".join(f";\r\n {one}" for one in parameter("filename", file.name))
    more = f"Content-Disposition: attachment{named}\r\n"
    identifier = file.content_id if file.content_id.isascii() and file.content_id.isprintable() else ""
    more += f"Content-ID: <{identifier}>\r\n" if identifier and len(identifier) < 900 else ""
    media_type = file.media_type if file.media_type.isascii() and file.media_type.isprintable() else ""
    return _part(media_type.partition(";")[0] or "application/octet-stream", file.content, more)
