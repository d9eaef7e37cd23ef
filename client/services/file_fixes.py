"""Remedies that read or make a file; runs in the workshop. A signed file is never written into."""

from __future__ import annotations

import html
import io
import re
import zipfile
from bisect import bisect_right
from dataclasses import replace

from client.documents.packages import BROKEN_ZIP, MAX_PARTS, MAX_TOTAL_BYTES
from client.errors import ConversionFailed, MalformedDocument
from client.model.at_rest import Readable
from client.model.finding import Finding
from client.model.outgoing import DraftAttachment
from client.services.drafting import original_of
from client.services.office_conversion import find_converter, to_pdf

_BODY = "word/document.xml"
_SIGNATURES = "_xmlsignatures/"
_TEXT_OR_END = re.compile(r"<w:t(?:\s[^>]*)?>([^<]*)</w:t>|</w:p>")


def available() -> frozenset[str]:
    """Remedies of this kind that can be done on this computer."""
    own = {"correct-number", "attach-original"}
    return frozenset(own | {"convert-to-pdf"} if find_converter() else own)


def make(attachment: DraftAttachment, finding: Finding) -> DraftAttachment:
    """The attachment to put in this one's place. Raises `ConversionFailed`, `MalformedDocument`."""
    if finding.fix == "correct-number":
        content = with_leading_zero(attachment.content, finding.mended_with("old"))
        return replace(attachment, content=content)
    stem, _, extension = attachment.name.rpartition(".")
    content = to_pdf(attachment.content, extension.lower(), find_converter())
    return DraftAttachment(f"{stem}.pdf", "application/pdf", content)


def original(path: Readable) -> DraftAttachment:
    """The received message in ``path`` as an attachment: as ``.eml`` it keeps its signature."""
    return original_of(path.read_bytes())


def with_leading_zero(docx: bytes, written: str) -> bytes:
    """The DOCX with ``Số: 5/QĐ-SNV`` as ``Số: 05/QĐ-SNV``; every other part and byte of text as it was.

    ``written`` is the number as it stands there, ``5/QĐ-SNV``.
    """
    if not re.match(r"[1-9]\s*/", written.strip()):
        raise ConversionFailed(reason="number-not-found")
    target = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as source, zipfile.ZipFile(target, "w") as made:
            for info in _parts(source):
                content = source.read(info)
                made.writestr(info, _corrected(content, written) if info.filename == _BODY else content)
    except BROKEN_ZIP as error:
        raise MalformedDocument(name="", reason="corrupt") from error
    return target.getvalue()


def _parts(source: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    infos = source.infolist()
    if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_TOTAL_BYTES:
        raise MalformedDocument(name="", reason="too-large")
    names = [info.filename for info in infos]
    if any(name.startswith(_SIGNATURES) for name in names):
        raise ConversionFailed(reason="signed-file")
    if names.count(_BODY) != 1:
        raise ConversionFailed(reason="number-not-found")
    return infos


def _corrected(xml: bytes, written: str) -> bytes:
    """The number may be spread over several runs: it is looked for in their joined text."""
    text = xml.decode("utf-8")
    joined, starts, places = "", [], []
    for found in _TEXT_OR_END.finditer(text):
        if found[1] is None:
            joined += "\n"
            continue
        starts.append(len(joined))
        places.append(found.start(1))
        joined += found[1]
    plain = "".join(written.split())
    first, rest = plain[0], plain[1:]
    behind = r"\s*".join(re.escape(html.escape(char, quote=False)) for char in rest)
    number = re.search(rf"(?i)số\s*:?\s*({first})(?=\s*{behind})", joined)
    if number is None:
        raise ConversionFailed(reason="number-not-found")
    run = bisect_right(starts, number.start(1)) - 1
    place = places[run] + number.start(1) - starts[run]
    return f"{text[:place]}0{text[place:]}".encode()
