"""An administrative document in the terms of Art. 8 Decree 30/2020/NĐ-CP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of a document's text with its place."""

    page: int
    """Counted from 1."""
    text: str
    top: float = 0.0
    """Distance of the line from the page's top as a share of its height, 0 to 1."""


@dataclass(frozen=True, slots=True)
class DocumentText:
    """The text of a document, line by line."""

    lines: tuple[TextLine, ...]
    pages: int = 1
    scanned: bool = False
    """Pages are pictures without a text layer: nothing could be read, which is not "nothing found"."""

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

    @property
    def number_and_symbol(self) -> str:
        """``15/QĐ-SNV``; ``""`` when the document carries no number."""
        return f"{self.number}/{self.symbol}" if self.number and self.symbol else ""

    @property
    def is_issued(self) -> bool:
        """A number has been given: this is no draft any more."""
        return bool(self.number and self.symbol)
