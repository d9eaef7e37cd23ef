"""Office files are ZIPs of XML parts: opened on a budget, and XML read without entities or document type."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from xml.parsers import expat

from client.errors import DocumentEncrypted, MalformedDocument

MAX_PART_BYTES = 64 * 1024 * 1024
"""An unpacked part larger than this is refused, whatever the archive claims."""
MAX_TOTAL_BYTES = 192 * 1024 * 1024
"""All parts read from one file together."""
MAX_PARTS = 10_000
MAX_LINES = 200_000
"""Of one document: 4,000 pages full of text; what lies behind is not read, and that is said."""
MAX_DEPTH = 500
"""Elements inside each other; no office program comes near it."""

BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    KeyError,
    OverflowError,
)
"""What `zipfile` raises on damaged input."""

_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "s",
    "http://purl.oclc.org/ooxml/spreadsheetml/main": "s",
    "http://schemas.openxmlformats.org/presentationml/2006/main": "p",
    "http://purl.oclc.org/ooxml/presentationml/main": "p",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
    "http://schemas.openxmlformats.org/package/2006/metadata/core-properties": "cp",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://purl.org/dc/elements/1.1/": "dc",
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
    "urn:oasis:names:tc:opendocument:xmlns:style:1.0": "style",
    "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0": "draw",
    "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0": "presentation",
    "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0": "fo",
    "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0": "svg",
    "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0": "manifest",
    "urn:oasis:names:tc:opendocument:xmlns:script:1.0": "script",
    "urn:oasis:names:tc:opendocument:xmlns:meta:1.0": "meta",
    "http://www.w3.org/1999/xlink": "xlink",
}
"""Strict and transitional names of one vocabulary (ISO/IEC 29500) read the same."""

Attributes = dict[str, str]


class Package:
    """The parts of a ZIP-based file."""

    def __init__(self, content: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
            infos = self._archive.infolist()
        except BROKEN_ZIP as error:
            raise MalformedDocument(name="", reason="corrupt") from error
        if len(infos) > MAX_PARTS:
            raise MalformedDocument(name="", reason="too-large")
        if any(info.flag_bits & 0x1 for info in infos):
            raise DocumentEncrypted(name="")
        self.names = tuple(info.filename for info in infos)
        self._by_lower = {name.lower(): name for name in self.names}
        self._budget = MAX_TOTAL_BYTES

    def has(self, name: str) -> bool:
        """Whether there is such a part; case does not count (ISO/IEC 29500-2, 6.2.2)."""
        return name.lower() in self._by_lower

    def read(self, name: str) -> bytes:
        """A part's bytes. Raises `MalformedDocument` (``reason``: corrupt, too-large)."""
        limit = min(MAX_PART_BYTES, self._budget)
        try:
            with self._archive.open(self._by_lower[name.lower()]) as member:
                data = member.read(limit + 1)
        except BROKEN_ZIP as error:
            raise MalformedDocument(name="", reason="corrupt") from error
        if len(data) > limit:
            raise MalformedDocument(name="", reason="too-large")
        self._budget -= len(data)
        return data

    def matching(self, folder: str, stem: str = "") -> tuple[str, ...]:
        """Names of XML parts in ``folder`` that begin with ``stem``, in the order of their numbers."""
        start = f"{folder}{stem}".lower()
        found = [
            name for name in self.names if name.lower().startswith(start) and name.lower().endswith(".xml")
        ]
        return tuple(sorted((name for name in found if "/" not in name[len(folder) :]), key=_by_number))


def _by_number(name: str) -> tuple[str, int, str]:
    stem = name.rpartition(".")[0]
    digits = len(stem) - len(stem.rstrip("0123456789"))
    number = int(stem[-digits:][:9]) if digits and stem[-digits:].isascii() else 0
    return stem[: len(stem) - digits], number, name


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship of a part (ISO/IEC 29500-2, 6.5)."""

    kind: str
    """The last piece of the type's address: ``officeDocument``, ``attachedTemplate``."""
    target: str
    external: bool


def links_of(package: Package, part: str) -> dict[str, Link]:
    """The part's relationships by their ids; targets as names within the package."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, Link] = {}

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "rel:Relationship":
            external = attributes.get("TargetMode", "") == "External"
            target = attributes.get("Target", "")
            inside = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = Link(kind, target if external else inside, external)

    if package.has(rels):
        read_xml(package.read(rels), start)
    return found


@dataclass(frozen=True, slots=True)
class Properties:
    """Who made the file."""

    author: str = ""
    last_modified_by: str = ""


def read_properties(package: Package) -> Properties:
    """Of ``docProps/core.xml``."""
    if not package.has("docProps/core.xml"):
        return Properties()
    values: dict[str, str] = {}
    text: list[str] = []

    def end(tag: str) -> None:
        values[tag] = " ".join("".join(text).split())[:200]
        text.clear()

    read_xml(package.read("docProps/core.xml"), lambda _tag, _attributes: text.clear(), end, text.append)
    return Properties(values.get("dc:creator", ""), values.get("cp:lastModifiedBy", ""))


def read_xml(
    xml: bytes,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] = lambda tag: None,
    data: Callable[[str], None] = lambda text: None,
) -> None:
    """Read one part; names come with the short prefixes of `_PREFIXES`.

    Raises `MalformedDocument` (``reason``: corrupt, xml-doctype, too-deep).
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    depth = 0
    names: dict[str, str] = {}

    def short(name: str) -> str:
        known = names.get(name)
        if known is None:
            known = names[name] = _short(name)
        return known

    def open_element(tag: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise MalformedDocument(name="", reason="too-deep")
        start(short(tag), {short(name): value for name, value in attributes.items()})

    def close_element(tag: str) -> None:
        nonlocal depth
        depth -= 1
        end(short(tag))

    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = open_element
    parser.EndElementHandler = close_element
    parser.CharacterDataHandler = data
    parser.buffer_text = True
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise MalformedDocument(name="", reason="corrupt") from error


def _short(name: str) -> str:
    space, _, local = name.rpartition(" ")
    prefix = _PREFIXES.get(space)
    return f"{prefix}:{local}" if prefix else local if not space else f"?:{local}"


def _refuse_doctype(*_: object) -> None:
    raise MalformedDocument(name="", reason="xml-doctype")
