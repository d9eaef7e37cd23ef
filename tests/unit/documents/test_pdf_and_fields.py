import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from client.config.paths import resources_dir
from client.documents.fields import read_document
from client.documents.numbering import find_number, is_number
from client.documents.sniff import sniff
from client.documents.text import read_text
from client.errors import DocumentEncrypted, MalformedDocument
from client.model.document import DocumentText, TextLine
from client.model.filekind import FileKind
from tests.fakes.pdf import DECISION, Placed, make_pdf

PDF = FileKind("application/pdf", "pdf")


def test_a_decision_is_read_into_its_components() -> None:
    document = read_document(read_text(make_pdf(DECISION), PDF))
    assert document.number_and_symbol == "15/QĐ-SNV"
    assert document.document_type == "QĐ"
    assert document.issued_on == date(2026, 10, 7)
    assert document.issuing_body == "SỞ NỘI VỤ"
    assert document.place_of_issue == "Thành phố Hồ Chí Minh"
    assert document.abstract == "Về việc ban hành Quy chế làm việc"
    assert document.distribution == ("Như Điều 3", "Lưu: VT, TCHC")
    assert (document.signatory_title, document.signatory_name) == (
        "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC",
        "Trần Thị Bình",
    )
    assert document.has_national_title
    assert document.secrecy_marking == ""


def test_a_stamp_beside_the_other_column_stands_alone() -> None:
    stamped = make_pdf([*DECISION, Placed("MẬT", 120, 715), Placed("Kính gửi: Sở Tư pháp", 290, 715)])
    text = read_text(stamped, PDF)
    assert read_document(text).secrecy_marking == "MẬT"


def test_lines_know_page_and_height() -> None:
    text = read_text(make_pdf([Placed("Trang một", y=800)], [Placed("Trang hai", y=100)]), PDF)
    assert [(line.page, line.text) for line in text.lines] == [(1, "Trang một"), (2, "Trang hai")]
    assert text.lines[0].top < 0.1 < 0.8 < text.lines[1].top
    assert text.pages == 2


def test_a_page_that_is_a_picture_with_a_stamp_text_is_a_scan() -> None:
    assert read_text(make_pdf([Placed("Ký số: Sở Nội vụ")], picture=True), PDF).scanned
    assert read_text(make_pdf([], picture=True), PDF).scanned
    assert not read_text(make_pdf(DECISION), PDF).scanned


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\nnonsense", make_pdf(DECISION)[:300]])
def test_a_broken_pdf_is_malformed(content: bytes) -> None:
    with pytest.raises(MalformedDocument):
        read_text(content, PDF)


def test_a_pdf_with_a_password_is_encrypted_not_malformed() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt="mat-khau")
    canvas.drawString(100, 700, "text")
    canvas.save()
    assert sniff(buffer.getvalue(), "a.pdf").extension == "pdf"
    with pytest.raises(DocumentEncrypted):
        read_text(buffer.getvalue(), PDF)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3000), st.binary(max_size=40))
def test_a_damaged_pdf_reads_or_is_malformed_but_never_crashes(place: int, noise: bytes) -> None:
    whole = make_pdf(DECISION)
    damaged = whole[:place] + noise + whole[place + len(noise) :]
    try:
        read_text(damaged, PDF)
    except (MalformedDocument, DocumentEncrypted):
        return


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Số: 15/QĐ-SNV", "15/QĐ-SNV"),
        ("Số: 05/BNV-VP", "05/BNV-VP"),
        ("Số : 12 /UBND- VX  TP. Hồ Chí Minh", "12/UBND-VX"),
        ("Số: 41/2011/QĐ-UBND", "41/2011/QĐ-UBND"),
        ("Số: 15-QĐ/TU", "15-QĐ/TU"),
        ("Số: 15/Q\u00d0-UBND", "15/QĐ-UBND"),
        ("Số:      /QĐ-SNV", ""),
        ("Số: …/TTr-SNV", ""),
        ("Số: 0001234", ""),
        ("Số điện thoại: 15/QĐ-SNV", ""),
        ("Căn cứ Quyết định số 15/QĐ-SNV", ""),
    ],
)
def test_the_number_line_is_read_as_the_decree_writes_it(line: str, number: str) -> None:
    assert find_number([line]) == number
    assert not number or is_number(number)


def test_a_letter_is_known_by_its_symbol_and_addressee() -> None:
    lines = [
        "SỞ NỘI VỤ",
        "Số: 23/SNV-TCHC",
        "V/v góp ý dự thảo",
        "Kính gửi:",
        "- Sở Tư pháp;",
        "- Sở Y tế.",
        "HỎA TỐC",
    ]
    document = read_document(DocumentText(tuple(TextLine(1, line) for line in lines)))
    assert document.document_type == "CV"
    assert document.abstract == "V/v góp ý dự thảo"
    assert document.addressee == "Sở Tư pháp; Sở Y tế"
    assert document.urgency_marking == "HỎA TỐC"


@given(st.lists(st.text(max_size=60), max_size=30))
def test_any_text_is_read_without_an_exception(lines: list[str]) -> None:
    read_document(DocumentText(tuple(TextLine(1, line) for line in lines)))


@pytest.mark.parametrize(
    ("name", "number", "kind", "abstract", "addressee"),
    [
        ("qd-512-snv-to-giup-viec", "512/QĐ-SNV", "QĐ", "Về việc thành lập Tổ giúp việc", ""),
        ("gm-64-stp-toa-dam", "64/GM-STP", "GM", "Tọa đàm về giá trị pháp lý", ""),
        (
            "cv-1204-snv-lay-y-kien",
            "1204/SNV-CCHC",
            "CV",
            "V/v lấy ý kiến dự thảo",
            "Sở Tư pháp; Sở Khoa học",
        ),
        ("ttr-45-snv-ban-hanh-quy-che", "45/TTr-SNV", "TTr", "Về việc ban hành Quy chế", "Ủy ban nhân dân"),
        ("du-thao-quy-che-thu-dien-tu", "", "QC", "Quản lý, sử dụng hộp thư điện tử công vụ", ""),
    ],
)
def test_real_layouts_with_real_fonts_are_read(
    name: str, number: str, kind: str, abstract: str, addressee: str
) -> None:
    content = (resources_dir() / "demo" / "documents" / f"{name}.pdf").read_bytes()
    document = read_document(read_text(content, PDF))
    assert (document.number_and_symbol, document.document_type) == (number, kind)
    assert document.abstract.startswith(abstract)
    assert "kính mời" not in document.abstract
    assert document.addressee.startswith(addressee)
    assert document.has_national_title
