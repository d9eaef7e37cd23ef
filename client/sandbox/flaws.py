"""What goes wrong with a letter or a document on purpose."""

from __future__ import annotations

import io
import struct

from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from client.mime.legacy import convert_legacy
from client.mime.writing import base64_lines

_FORGED_LINE = (
    b"q 1 1 1 rg 112 714 128 16 re f Q q 0 0 0 rg BT /F1 12 Tf 120 718 Td (S\\363: 1209/SNV-TCKT) Tj ET Q\n"
)
"""Covers the number of the office's letter: the place is that of cv-1204-snv-lay-y-kien.pdf."""


def overlay(pdf: bytes) -> bytes:
    """Another number painted over the first page in a later revision, as an editor would save it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    stream = writer.add_object(StreamObject(stream_data=_FORGED_LINE))
    writer.add_stream_to_page(0, stream)  # type: ignore[no-untyped-call] # pyHanko has no types here
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call] # pyHanko has no types here
    return out.getvalue()


def flip(pdf: bytes) -> bytes:
    """One letter of the signed bytes replaced in place."""
    signed = pdf.replace(b"ReportLab", b"ReportLob", 1)
    if signed == pdf:
        raise ValueError("nothing to flip")
    return signed


def two_from(headers: bytes) -> bytes:
    """A second From before the first: which one is shown differs from client to client."""
    return b"From: =?utf-8?B?QmFuIEdpw6FtIMSR4buRYw==?= <bangiamdoc@tphcm-gov.example>\r\n" + headers


def partly_signed(signed: bytes, note: str) -> bytes:
    """A signed letter as one part among others, behind a text nobody signed."""
    boundary = "=_mot-phan"
    head = f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n--{boundary}\r\n'
    text = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return (
        (head + text).encode("ascii")
        + base64_lines(note.encode("utf-8"))
        + f"\r\n--{boundary}\r\n".encode("ascii")
        + signed
        + f"\r\n--{boundary}--\r\n".encode("ascii")
    )


def tcvn3_entity(text: str) -> bytes:
    """``text`` as a machine with .VnTime fonts sends it: TCVN3 bytes that claim to be Windows-1252."""
    table = {convert_legacy(chr(code), "tcvn3"): code for code in range(0xA1, 0x100)}
    data = bytes(table.get(letter, ord(letter) if ord(letter) < 0x80 else 0x3F) for letter in text)
    crlf = data.replace(b"\n", b"\r\n")
    head = b"Content-Type: text/plain; charset=windows-1252\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head + base64_lines(crlf)


def winmail(body: str, name: str, content: bytes) -> bytes:
    """A small valid TNEF stream ([MS-OXTNEF]) with a text and one attachment."""
    title = f"{name}\0".encode("cp1258", "replace")
    long_name = f"{name}\0".encode("utf-16-le")
    padding = -len(long_name) % 4
    properties = struct.pack("<IHHII", 1, 0x001F, 0x3707, 1, len(long_name)) + long_name + b"\0" * padding
    rendering = struct.pack("<HIHHI", 1, 0xFFFFFFFF, 0, 0, 0)
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(
        (
            _attribute(1, 0x00089006, struct.pack("<I", 0x00010000)),
            _attribute(1, 0x00069007, struct.pack("<II", 1258, 0)),
            _attribute(1, 0x0002800C, f"{body}\0".encode("cp1258", "replace")),
            _attribute(2, 0x00069002, rendering),
            _attribute(2, 0x00018010, title),
            _attribute(2, 0x0006800F, content),
            _attribute(2, 0x00069005, properties),
        )
    )


def _attribute(level: int, tag: int, data: bytes) -> bytes:
    checksum = sum(data) & 0xFFFF
    return struct.pack("<BII", level, tag, len(data)) + data + struct.pack("<H", checksum)
