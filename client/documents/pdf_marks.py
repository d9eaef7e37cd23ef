"""What a PDF carries besides words: pictures in place of pages, notes, scripts, attached files."""

from __future__ import annotations

import ctypes
import itertools
import re
import zlib

import pypdfium2
import pypdfium2.raw as pdfium

from client.model.document import ScannedPage, Trait

_SCAN_COVER = 0.6
"""Share of the page a picture must cover to be the page."""
_MOST_OBJECTS = 2000
_MOST_NOTES = 2000
_NO_NOTES = frozenset({pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_POPUP})
_GREY = frozenset({pdfium.FPDF_COLORSPACE_DEVICEGRAY, pdfium.FPDF_COLORSPACE_CALGRAY})
_OBJECT_STREAM_BYTES = 32 * 1024 * 1024
"""Unpacked object streams of one file, all together."""
_PACKED_STREAM_BYTES = 1024 * 1024
_MOST_OBJECT_STREAMS = 2000
"""An object stream holds some hundred objects (ISO 32000-1, 7.5.7): these are far more than one needs."""
_STREAM = re.compile(rb"stream\r?\n")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_NAMES = (
    (re.compile(rb"/(?:JavaScript|JS)(?![A-Za-z])"), Trait.JAVASCRIPT),
    (re.compile(rb"/Launch(?![A-Za-z])"), Trait.LAUNCH),
    (re.compile(rb"/EmbeddedFiles?(?![A-Za-z])"), Trait.EMBEDDED_FILE),
)


def active_parts(content: bytes) -> frozenset[Trait]:
    """Scripts, programs to start and attached files the file's objects speak of, compressed ones too."""
    found: set[Trait] = set()
    for piece in (_skeleton(content), *_object_streams(content)):
        plain = _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), piece) if b"#" in piece else piece
        found |= {trait for pattern, trait in _NAMES if pattern.search(plain)}
    return frozenset(found)


def _skeleton(content: bytes) -> bytes:
    """The file without its streams, in whose packed bytes any short name turns up by chance."""
    pieces, place = [], 0
    while (start := _STREAM.search(content, place)) is not None:
        pieces.append(content[place : start.start()])
        end = content.find(b"endstream", start.end())
        if end < 0:
            return b"\n".join(pieces)
        place = end + len(b"endstream")
    return b"\n".join([*pieces, content[place:]])


def _object_streams(content: bytes) -> list[bytes]:
    found, budget = [], _OBJECT_STREAM_BYTES
    for mark in itertools.islice(re.finditer(rb"/ObjStm", content), _MOST_OBJECT_STREAMS):
        start = _STREAM.search(content, mark.end(), mark.end() + 1024)
        if start is None or budget <= 0:
            continue
        packed = content[start.end() : start.end() + _PACKED_STREAM_BYTES]
        try:
            unpacked = zlib.decompressobj().decompress(packed, budget)
        except zlib.error:
            continue
        budget -= len(unpacked)
        found.append(unpacked)
    return found


def attachment_count(document: pypdfium2.PdfDocument) -> int:
    """Files attached to the document."""
    return max(0, int(pdfium.FPDFDoc_GetAttachmentCount(document)))


def file_version(document: pypdfium2.PdfDocument) -> str:
    """``1.7``, or ``""``."""
    version = ctypes.c_int()
    if not pdfium.FPDF_GetFileVersion(document, ctypes.byref(version)):
        return ""
    return f"{version.value // 10}.{version.value % 10}"


def metadata(document: pypdfium2.PdfDocument, key: str) -> str:
    """An entry of the document information dictionary."""
    try:
        return " ".join(str(document.get_metadata_value(key)).split())[:200]
    except (pypdfium2.PdfiumError, ValueError):
        return ""


def has_notes(page: pypdfium2.PdfPage) -> bool:
    """Whether somebody wrote or drew on the page: links, form fields and signatures do not count."""
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST_NOTES)):
        note = pdfium.FPDFPage_GetAnnot(page, index)
        if not note:
            continue
        kind = pdfium.FPDFAnnot_GetSubtype(note)
        pdfium.FPDFPage_CloseAnnot(note)
        if kind not in _NO_NOTES:
            return True
    return False


def picture_of(page: pypdfium2.PdfPage, number: int, letters: int) -> ScannedPage | None:
    """The picture that makes up the page; without any letters, whatever is drawn there is one."""
    width, height = page.get_size()
    largest, covered, drawn = None, 0.0, False
    for count, item in enumerate(page.get_objects(max_depth=5)):
        drawn = True
        if count >= _MOST_OBJECTS:
            break
        if item.type != pdfium.FPDF_PAGEOBJ_IMAGE:
            continue
        left, bottom, right, top = item.get_bounds()
        if (right - left) * (top - bottom) > covered:
            largest, covered = item, (right - left) * (top - bottom)
    if largest is not None and covered > _SCAN_COVER * width * height:
        return _described(largest, number)
    return ScannedPage(number) if drawn and letters == 0 else None


def _described(picture: pypdfium2.PdfObject, number: int) -> ScannedPage:
    """Resolution as shown: pixels over the length the picture takes on the page."""
    left, bottom, right, top = picture.get_bounds()
    data = pdfium.FPDF_IMAGEOBJ_METADATA()
    if not pdfium.FPDFImageObj_GetImageMetadata(picture, picture.page, ctypes.byref(data)):
        return ScannedPage(number)
    pixels, length = max(data.width, data.height), max(right - left, top - bottom)
    coloured = data.colorspace not in _GREY and data.bits_per_pixel > 8
    return ScannedPage(number, round(pixels / length * 72) if length > 0 else 0, coloured)
