"""An administrative document in the terms of Art. 8 Decree 30/2020/NĐ-CP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of a document's text with its place."""

    page: int
    """Counted from 1."""
    text: str
    top: float = 0.0
    """Distance of the line from the page's top as a share of its height, 0 to 1."""
    left: float = 0.0
    """Distance from the page's left edge as a share of its width; like the two below 0 where unknown."""
    right: float = 0.0
    bottom: float = 0.0
    part: str = ""
    """Where it stands when not in the body: ``header``, ``footer``, ``footnote``, ``comment``, ``text-box``,
    ``deleted`` (a tracked deletion), ``hidden``, ``notes``; of a sheet ``sheet`` or ``hidden-sheet``."""
    bold: bool = False
    centred: bool = False
    """Set in the middle of page or column, as far as the file tells."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where on which page something stands, in shares of the page as in `TextLine`."""

    page: int
    top: float = 0.0
    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0

    @property
    def location(self) -> str:
        """``page=2&top=0.413``: what a finding's location carries behind ``#``."""
        return f"page={self.page}&top={self.top:.3f}" if self.top else f"page={self.page}"


class Trait(StrEnum):
    """What a file carries besides the words its reader sees."""

    TRACKED_CHANGES = "tracked-changes"
    COMMENTS = "comments"
    ANNOTATIONS = "annotations"
    """Notes and marks on a PDF's pages; links, form fields and signatures are none."""
    HIDDEN_TEXT = "hidden-text"
    HIDDEN_SHEET = "hidden-sheet"
    EMBEDDED_OBJECT = "embedded-object"
    EMBEDDED_FILE = "embedded-file"
    JAVASCRIPT = "javascript"
    LAUNCH = "launch"
    """A PDF action that starts a program."""
    EXTERNAL_LINK = "external-link"
    """The file asks for another one when opened: a template or picture from elsewhere."""
    DYNAMIC_FIELD = "dynamic-field"
    """DDE or the like: a field that runs something."""


@dataclass(frozen=True, slots=True)
class PageLayout:
    """Paper and type of a document's first page; 0 and ``""`` where unknown."""

    width: float = 0.0
    """Millimetres, like all lengths here."""
    height: float = 0.0
    margin_top: float = 0.0
    margin_bottom: float = 0.0
    margin_left: float = 0.0
    margin_right: float = 0.0
    body_font: str = ""
    """The face most letters of the whole text are set in."""
    body_size: float = 0.0
    """Points."""


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """A page that is one picture."""

    page: int
    dots_per_inch: int = 0
    coloured: bool = False


@dataclass(frozen=True, slots=True)
class DocumentText:
    """The text of a document, line by line."""

    lines: tuple[TextLine, ...]
    pages: int = 1
    scanned: bool = False
    """Pages are pictures without a text layer: nothing could be read, which is not "nothing found"."""
    scans: tuple[ScannedPage, ...] = ()
    """The pages that are pictures, each one of them, also when most of the document could be read."""
    unread: tuple[str, ...] = ()
    """Codes of what could not be read although the rest was: ``scanned-pages``, ``too-many-pages``,
    ``time-limit``, ``too-large``, ``damaged-part``. Not empty = not checked in full."""
    recognised: bool = False
    """The text comes from optical recognition and may be misread."""
    legacy: str = ""
    """``tcvn3`` or ``vni`` where text was set in such fonts; `lines` are Unicode already."""
    decomposed: bool = False
    """Letters came in the combining form (NFD); `lines` are NFC already."""
    fonts: tuple[str, ...] = ()
    """Names of the fonts used, without subset prefixes, the most used first."""
    traits: frozenset[Trait] = frozenset()
    author: str = ""
    last_modified_by: str = ""
    format_version: str = ""
    """Of a PDF: ``1.7``."""
    layout: PageLayout | None = None

    @property
    def plain(self) -> str:
        """All lines joined by line breaks."""
        return "\n".join(line.text for line in self.lines)

    def first_page(self) -> str:
        """The lines of page 1 joined by line breaks."""
        return "\n".join(line.text for line in self.lines if line.page == 1)


@dataclass(frozen=True, slots=True)
class AdministrativeDocument:
    """Components of an administrative document; all optional, as read from its text."""

    issuing_body: str = ""
    """Tên cơ quan, tổ chức ban hành."""
    number: str = ""
    """Số."""
    symbol: str = ""
    """Ký hiệu."""
    place_of_issue: str = ""
    """Địa danh."""
    issued_on: date | None = None
    """Thời gian ban hành."""
    document_type: str = ""
    """Tên loại, as the abbreviation of Appendix III (``QĐ``, ``TTr`` ...; ``CV`` for công văn)."""
    abstract: str = ""
    """Trích yếu nội dung."""
    addressee: str = ""
    """Kính gửi."""
    distribution: tuple[str, ...] = ()
    """Nơi nhận."""
    signatory_title: str = ""
    """Chức vụ người ký, with TM./KT./TL./TUQ."""
    signatory_name: str = ""
    """Họ và tên người ký."""
    has_national_title: bool = False
    """Quốc hiệu và Tiêu ngữ are there."""
    secrecy_marking: str = ""
    """Dấu chỉ độ mật on a line of its own."""
    urgency_marking: str = ""
    """Mức độ khẩn."""
    superior_body: str = ""
    """Tên cơ quan chủ quản trực tiếp."""
    type_name: str = ""
    """Tên loại as it heads the document, such as ``TỜ TRÌNH``; ``""`` for công văn."""
    heading_type: str = ""
    """The abbreviation that belongs to `type_name`."""
    symbol_type: str = ""
    """The abbreviation the symbol carries: ``QĐ`` of ``15/QĐ-SNV``; ``CV`` for a letter's symbol."""
    numbering: str = ""
    """Scheme of the number: ``named``, ``letter`` (công văn), ``legal`` (with the year, QPPL), ``party``,
    ``court``, ``other``; ``""`` without a number."""
    number_as_written: str = ""
    """What stands behind "Số:", spaces and all, also where it fits no scheme or has a gap to fill in."""
    date_as_written: str = ""
    """``ngày 7 tháng 10 năm 2026`` as it stands there."""
    addressees: tuple[str, ...] = ()
    """Kính gửi, one by one."""
    archive_line: str = ""
    """``Lưu: VT, TCHC`` of Nơi nhận."""
    has_distribution: bool = False
    """The words "Nơi nhận" are there."""
    has_subject_line: bool = False
    """"V/v …" stands below the number."""
    signatory_capacity: str = ""
    """Quyền hạn: ``TM.``, ``KT.``, ``TL.``, ``TUQ.``, ``Q.``; ``""`` when signed in one's own right."""
    signatory_position: str = ""
    """Chức vụ of the person who signs: the last line of the title."""
    circulation_marking: str = ""
    """``LƯU HÀNH NỘI BỘ`` or ``XEM XONG TRẢ LẠI`` on a line of its own."""
    copy_type: str = ""
    """``SY`` (sao y), ``SL`` (sao lục), ``TrS`` (trích sao); ``""`` for an original."""
    annexes: tuple[str, ...] = ()
    """Numerals of annexes that begin inside the document: ``I``, ``II``; ``-`` for the only one."""
    is_draft: bool = False
    """It says DỰ THẢO, or number and date are still to be filled in."""
    places: tuple[tuple[str, Place], ...] = ()
    """Where the fields were found, by their names here."""

    def place_of(self, field: str) -> Place | None:
        """Where the field of this name stands, None when it was not found."""
        return dict(self.places).get(field)

    @property
    def number_and_symbol(self) -> str:
        """``15/QĐ-SNV``; ``""`` when the document carries no number."""
        return f"{self.number}/{self.symbol}" if self.number and self.symbol else ""

    @property
    def is_issued(self) -> bool:
        """A number has been given: this is no draft any more."""
        return bool(self.number and self.symbol)
