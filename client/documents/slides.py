"""Text of a PPTX: the paragraphs of each slide, its notes and comments; a page is a slide."""

from __future__ import annotations

from client.documents.docx_styles import TypeUse
from client.documents.packages import Attributes, Package, links_of, read_properties, read_xml
from client.errors import MalformedDocument
from client.model.document import DocumentText, TextLine, Trait
from client.model.wording import normalise

_BESIDE = {"notesSlide": "notes", "comments": "comment", "diagramData": ""}
_OUTSIDE = frozenset({"oleObject", "video", "audio", "image"})


def read_pptx(content: bytes) -> DocumentText:
    """A line a paragraph; hidden slides are marked.

    Raises `MalformedDocument` (``reason``: corrupt, xml-doctype, too-deep, too-large) and
    `DocumentEncrypted`.
    """
    package = Package(content)
    links = links_of(package, "")
    main = next(
        (link.target for link in links.values() if link.kind == "officeDocument"), "ppt/presentation.xml"
    )
    show = _Show(package)
    slides = _slide_parts(package, main)
    for number, part in enumerate(slides, 1):
        show.read(part, number)
    if any("/embeddings/" in name.lower() or "/activex/" in name.lower() for name in package.names):
        show.traits.add(Trait.EMBEDDED_OBJECT)
    properties = read_properties(package)
    return DocumentText(
        tuple(show.lines),
        max(1, len(slides)),
        unread=tuple(dict.fromkeys(show.unread)),
        legacy=show.use.legacy,
        decomposed=show.use.decomposed,
        fonts=show.use.names(),
        traits=frozenset(show.traits),
        author=properties.author,
        last_modified_by=properties.last_modified_by,
    )


def _slide_parts(package: Package, main: str) -> list[str]:
    """Slides in the order of the show."""
    order: list[str] = []

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "p:sldId":
            order.append(attributes.get("r:id", ""))

    read_xml(package.read(main), start)
    links = links_of(package, main)
    return [links[one].target for one in order if one in links]


class _Show:
    """One presentation."""

    def __init__(self, package: Package) -> None:
        self.lines: list[TextLine] = []
        self.unread: list[str] = []
        self.traits: set[Trait] = set()
        self.use = TypeUse()
        self._package = package

    def read(self, part: str, number: int) -> None:
        """A slide with its notes and comments."""
        self._read_part(part, number, "")
        for link in links_of(self._package, part).values():
            if link.external and link.kind in _OUTSIDE:
                self.traits.add(Trait.EXTERNAL_LINK)
            if link.external or link.kind not in _BESIDE:
                continue
            if link.kind == "comments":
                self.traits.add(Trait.COMMENTS)
            self._read_part(link.target, number, _BESIDE[link.kind])

    def _read_part(self, name: str, number: int, part: str) -> None:
        reader = _Paragraphs(self.use, number, part)
        try:
            read_xml(self._package.read(name), reader.start, reader.end, reader.data)
        except (MalformedDocument, KeyError) as error:
            if isinstance(error, MalformedDocument) and error.params.get("reason") == "xml-doctype":
                raise
            self.unread.append("damaged-part")
        if reader.hidden:
            self.traits.add(Trait.HIDDEN_TEXT)
        self.lines += reader.lines


class _Paragraphs:
    """DrawingML paragraphs; comments have their text in ``p:text``."""

    def __init__(self, use: TypeUse, number: int, part: str) -> None:
        self.lines: list[TextLine] = []
        self.hidden = False
        self._use = use
        self._number = number
        self._part = part
        self._font = ""
        self._collects = False
        self._pieces: list[str] = []
        self._run: list[str] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "p:sld" and attributes.get("show", "1") in ("0", "false"):
            self.hidden, self._part = True, "hidden"
        elif tag == "a:r":
            self._font = ""
        elif tag == "a:latin":
            self._font = attributes.get("typeface", "")
        elif tag in ("a:br", "a:tab"):
            self._flush()
        self._collects = tag in ("a:t", "p:text")

    def end(self, tag: str) -> None:
        if tag in ("a:t", "p:text"):
            self._pieces.append(self._use.take("".join(self._run), self._font))
            self._run = []
        if tag in ("a:p", "p:text"):
            self._flush()
        self._collects = False

    def data(self, text: str) -> None:
        if self._collects:
            self._run.append(text)

    def _flush(self) -> None:
        if words := " ".join(normalise("".join(self._pieces)).split()):
            self.lines.append(TextLine(self._number, words, part=self._part))
        self._pieces = []
