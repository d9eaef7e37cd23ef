"""Header fields and text bodies in seven-bit form: encoded, folded, impossible to break out of."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterable

from client.errors import MalformedMessage
from client.model.address import MailAddress, quote_name
from client.model.text import nfc

MAX_LINE = 76
"""Octets a line without CRLF: the limit of base64, quoted-printable and encoded words."""

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_ADDR_SPEC = re.compile(r"[!#$%&'*+/=?^_`{|}~0-9A-Za-z.-]+@(?:[0-9A-Za-z_-]+\.)*[0-9A-Za-z_-]+")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_ATTRIBUTE = frozenset(b"!#$&+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_WORD_BYTES = 39
"""Of UTF-8 in one encoded word: 52 letters of base64 and 12 of frame fit behind ``Subject:``."""


def text_field(name: str, text: str) -> bytes:
    """An unstructured field such as Subject, folded, with CRLF."""
    return _fold(name, _words(one_line(text)))


def address_field(name: str, addresses: Iterable[MailAddress]) -> bytes:
    """An address list; `MalformedMessage` (``address-invalid``) for what is no address."""
    tokens: list[str] = []
    for address in addresses:
        if tokens:
            tokens[-1] += ","
        shown = one_line(address.display_name)
        if shown:
            quoted = quote_name(shown)
            # A quoted name is one word to the folding: a long one would make a line no server takes.
            fits = _plain(shown) and len(quoted) <= MAX_LINE - 2
            tokens += [quoted] if fits else encoded_words(shown)
        tokens.append(
            f"<{ascii_addr_spec(address.addr_spec)}>" if shown else ascii_addr_spec(address.addr_spec)
        )
    return _fold(name, tokens)


def ids_field(name: str, ids: Iterable[str]) -> bytes:
    """A field of message identifiers; what is none is left out, ``b""`` when nothing remains."""
    kept = [
        found for each in ids for found in _MESSAGE_ID.findall(each if "<" in each else f"<{each.strip()}>")
    ]
    return _fold(name, kept) if kept else b""


def ascii_addr_spec(addr_spec: str) -> str:
    """``addr_spec`` with its domain as A-labels (IDNA)."""
    local, at, domain = addr_spec.strip().rpartition("@")
    try:
        encoded = f"{local}@{domain.encode('idna').decode('ascii')}" if at else ""
    except UnicodeError:
        encoded = ""
    if not _ADDR_SPEC.fullmatch(encoded):
        raise MalformedMessage(reason="address-invalid", address=one_line(addr_spec))
    return encoded


def encoded_words(text: str) -> list[str]:
    """``text`` as RFC 2047 words of at most 75 characters, never cut within a letter."""
    words: list[str] = []
    piece = b""
    for letter in _clusters(text):
        if piece and len(piece) + len(letter) > _WORD_BYTES:
            words.append(_encoded(piece))
            piece = b""
        piece += letter
    return [*words, _encoded(piece)] if piece else words


def parameter(name: str, value: str) -> list[str]:
    """A MIME parameter as RFC 2231 has it, in pieces that fit a line; plain where ASCII will do."""
    data = one_line(value).encode("utf-8")
    # What looks like an encoded word would be decoded by readers that know no better.
    if data.isascii() and len(data) <= 60 and b"=?" not in data and not set(data) & set(b'"\\'):
        return [f'{name}="{data.decode("ascii")}"']
    escaped = [chr(byte) if byte in _ATTRIBUTE else f"%{byte:02X}" for byte in data]
    pieces = [""]
    for piece in escaped:
        if len(pieces[-1]) + len(piece) > 50:
            pieces.append("")
        pieces[-1] += piece
    if len(pieces) == 1:
        return [f"{name}*=utf-8''{pieces[0]}"]
    return [f"{name}*{at}*={'' if at else 'utf-8' + chr(39) * 2}{piece}" for at, piece in enumerate(pieces)]


def quoted_words(name: str, value: str) -> str:
    """A parameter with RFC 2047 words in quotes: against the RFC, and the form Outlook can read."""
    shown = one_line(value)
    if _plain(shown) and len(shown) <= 60 and not set(shown) & set('"\\'):
        return f'{name}="{shown}"'
    return f'{name}="' + "\r\n ".join(encoded_words(shown)) + '"'


def encode_text(text: str) -> tuple[str, bytes]:
    """The transfer encoding chosen for ``text`` and its canonical body, CRLF at the end.

    Quoted-printable where most of it is ASCII, else base64; both pass any transport unchanged.
    """
    lines = _LINE_BREAK.split(nfc(text))
    if lines[-1]:
        lines.append("")
    data = "\r\n".join(lines).encode("utf-8")
    printable = quoted_printable(data)
    coded = base64_lines(data)
    return ("quoted-printable", printable) if len(printable) <= len(coded) else ("base64", coded)


def quoted_printable(data: bytes) -> bytes:
    """``data`` with CRLF line breaks in quoted-printable; no line that a relay would touch."""
    lines = data.split(b"\r\n")
    return b"\r\n".join(_quoted_line(line) for line in lines)


def base64_lines(data: bytes) -> bytes:
    """Base64 in lines of 76 letters, CRLF after each."""
    step = MAX_LINE // 4 * 3
    return b"".join(
        binascii.b2a_base64(data[at : at + step], newline=False) + b"\r\n" for at in range(0, len(data), step)
    )


def one_line(text: str) -> str:
    """``text`` without line breaks or other control characters: nothing can start a new field."""
    return nfc(_CONTROL.sub(" ", text)).strip()


def _plain(text: str) -> bool:
    return text.isascii() and "=?" not in text


def _words(text: str) -> list[str]:
    """Words to fold between; all encoded as soon as one cannot stand as it is."""
    words = text.split(" ")
    awkward = not _plain(text) or "" in words or any(len(word) > MAX_LINE - 2 for word in words)
    return encoded_words(text) if awkward and text else words


def _fold(name: str, tokens: list[str]) -> bytes:
    lines = [f"{name}:"]
    for token in tokens:
        if len(lines[-1]) + 1 + len(token) > MAX_LINE:
            lines.append("")
        lines[-1] += f" {token}"
    return "\r\n".join(line.rstrip(" ") for line in lines).encode("ascii") + b"\r\n"


def _clusters(text: str) -> list[bytes]:
    """Letters with the combining marks that follow them, as UTF-8."""
    out: list[bytes] = []
    for char in text:
        data = char.encode("utf-8", "replace")
        if out and unicodedata.combining(char) and len(out[-1]) + len(data) <= _WORD_BYTES:
            out[-1] += data
        else:
            out.append(data)
    return out


def _encoded(data: bytes) -> str:
    return f"=?utf-8?B?{base64.b64encode(data).decode('ascii')}?="


def _quoted_line(line: bytes) -> bytes:
    units = [bytes([byte]) if 32 <= byte <= 126 and byte != 61 else b"=%02X" % byte for byte in line]
    if units and units[-1] == b" ":
        units[-1] = b"=20"
    if line.startswith((b"From ", b".")):
        units[0] = b"=%02X" % line[0]
    rows = [b""]
    for at, unit in enumerate(units):
        last = at == len(units) - 1
        if len(rows[-1]) + len(unit) > (MAX_LINE if last else MAX_LINE - 1):
            rows.append(b"")
            # A soft break may bring the same dangers to the start of a line.
            unit = _guarded(unit, line[at : at + 5])
        rows[-1] += unit
    return b"=\r\n".join(rows)


def _guarded(unit: bytes, rest: bytes) -> bytes:
    return b"=%02X" % rest[0] if rest == b"From " or rest[:1] == b"." else unit
