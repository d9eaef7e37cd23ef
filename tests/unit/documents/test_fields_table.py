"""Fields of Art. 8 Decree 30/2020, as real documents and their traps have them."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.documents.fields import TYPE_NAMES, read_document
from client.documents.numbering import find_number, number_as_written, scheme_of, type_of
from client.documents.text import read_text
from client.model.document import AdministrativeDocument, DocumentText, TextLine
from client.model.filekind import FileKind
from tests.fakes.pdf import DECISION, Placed, make_pdf

PDF = FileKind("application/pdf", "pdf")
HEAD = (
    "ỦY BAN NHÂN DÂN",
    "THÀNH PHỐ HỒ CHÍ MINH",
    "SỞ NỘI VỤ",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
)
DATED = "Thành phố Hồ Chí Minh, ngày 05 tháng 11 năm 2026"


def read(*lines: str, page: int = 1) -> AdministrativeDocument:
    return read_document(DocumentText(tuple(TextLine(page, line) for line in lines)))


def placed(*lines: Placed, more: tuple[Placed, ...] = ()) -> AdministrativeDocument:
    pages = (lines, more) if more else (lines,)
    return read_document(read_text(make_pdf(*pages), PDF))


@pytest.mark.parametrize(
    ("line", "number", "scheme", "kind"),
    [
        ("Số: 15/QĐ-SNV", "15/QĐ-SNV", "named", "QĐ"),
        ("Số: 15/Q\u00d0-SNV", "15/QĐ-SNV", "named", "QĐ"),
        ("Số:\u00a015/QĐ-SNV", "15/QĐ-SNV", "named", "QĐ"),
        ("S\u006f\u0302\u0301: 15/QĐ-SNV", "15/QĐ-SNV", "named", "QĐ"),
        ("Số: 05/SNV-TCHC", "05/SNV-TCHC", "letter", "CV"),
        ("Số: 12/UBND-VX", "12/UBND-VX", "letter", "CV"),
        ("Số: 2087/SGDĐT-GDTXNNĐH", "2087/SGDĐT-GDTXNNĐH", "letter", "CV"),
        ("Số: 45/TTr-SNV", "45/TTr-SNV", "named", "TTr"),
        ("Số: 123a/BC-SYT", "123a/BC-SYT", "named", "BC"),
        ("Số: 41/2011/QĐ-UBND", "41/2011/QĐ-UBND", "legal", "QĐ"),
        ("Số: 30/2020/NĐ-CP", "30/2020/NĐ-CP", "legal", "NĐ"),
        ("Số: 05/2026/TTLT-BTC-BNV", "05/2026/TTLT-BTC-BNV", "legal", "TTLT"),
        ("Luật số: 29/2018/QH14", "29/2018/QH14", "legal", ""),
        ("Số: 15-QĐ/TU", "15-QĐ/TU", "party", "QĐ"),
        ("Số 07-CV/ĐU", "07-CV/ĐU", "party", "CV"),
        ("Số: 12/2026/HS-ST", "12/2026/HS-ST", "court", ""),
        ("Bản án số: 12/2026/DS-PT", "12/2026/DS-PT", "court", ""),
        ("Số: 123/2026/HĐ-XD", "123/2026/HĐ-XD", "named", "HĐ"),
        ("Số: 15/qđ-snv", "15/qđ-snv", "other", ""),
        ("Số: 15 / QĐ - SNV", "15/QĐ-SNV", "named", "QĐ"),
        ("Số: 23/SY-SNV", "23/SY-SNV", "named", "SY"),
        ("Số: 12/3 Nguyễn Huệ", "", "", ""),
        ("Số: 12/3A-B Nguyễn Huệ", "", "", ""),
        ("Số: 0001234", "", "", ""),
        ("Số: 15", "", "", ""),
        ("Số tài khoản: 15/QĐ-SNV", "", "", ""),
        ("theo Quyết định số 15/QĐ-SNV", "", "", ""),
    ],
)
def test_a_number_is_known_by_its_scheme(line: str, number: str, scheme: str, kind: str) -> None:
    assert find_number([line]) == number
    assert (scheme_of(number), type_of(number)) == (scheme, kind)


def test_a_number_broken_at_its_hyphen_goes_on_in_the_next_line() -> None:
    assert find_number(["Số: 1204/SNV-", "CCHC"]) == "1204/SNV-CCHC"


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("Số: 15 /QĐ - SNV", "15 /QĐ - SNV"),
        ("Số:      /QĐ-SNV", "/QĐ-SNV"),
        ("Số: …/TTr-SNV", "…/TTr-SNV"),
        ("Số: 15/QĐ-SNV TP. Hồ Chí Minh, ngày 1", "15/QĐ-SNV"),
        ("Số: 12/3 Nguyễn Huệ", ""),
    ],
)
def test_what_stands_behind_the_word_is_kept_as_it_is_written(line: str, written: str) -> None:
    assert number_as_written([line])[0] == written


@pytest.mark.parametrize(("name", "kind"), TYPE_NAMES.items())
def test_each_type_is_known_by_its_heading(name: str, kind: str) -> None:
    document = read(*HEAD, f"Số: 15/{kind}-SNV", DATED, name, "Về việc kiểm tra", "Căn cứ Nghị định;")
    assert (document.type_name, document.heading_type, document.abstract) == (name, kind, "Về việc kiểm tra")


@pytest.mark.parametrize(
    ("lines", "name", "abstract"),
    [
        (
            ("Q U Y Ế T  Đ Ị N H", "Về việc điều động", "GIÁM ĐỐC SỞ NỘI VỤ"),
            "QUYẾT ĐỊNH",
            "Về việc điều động",
        ),
        (("BẢN GHI", "NHỚ", "Hợp tác"), "BẢN GHI NHỚ", "Hợp tác"),
        (("KẾ HOẠCH CÔNG TÁC NĂM 2026", "I. MỤC ĐÍCH"), "KẾ HOẠCH", "CÔNG TÁC NĂM 2026"),
        (("BÁO CÁO Về việc kiểm tra", "Kính gửi: Sở"), "BÁO CÁO", "Về việc kiểm tra"),
        (("THÔNG BÁO:", "Kết luận họp", "giao ban", "Ngày 5"), "THÔNG BÁO", "Kết luận họp giao ban"),
        (("QUYẾT ĐỊNH", "GIÁM ĐỐC SỞ NỘI VỤ"), "QUYẾT ĐỊNH", ""),
        (("BAN QUẢN LÝ DỰ ÁN", "Quyết định là của ban"), "", ""),
    ],
)
def test_headings_come_broken_spaced_and_with_their_subject(
    lines: tuple[str, ...], name: str, abstract: str
) -> None:
    document = read(*HEAD, "Số: 15/BC-SNV", DATED, *lines)
    assert (document.type_name, document.abstract) == (name, abstract)


def test_a_symbol_of_another_type_than_the_heading_is_seen() -> None:
    document = read(*HEAD, "Số: 15/QĐ-SNV", DATED, "TỜ TRÌNH", "Về việc ban hành")
    assert (document.heading_type, document.symbol_type, document.document_type) == ("TTr", "QĐ", "TTr")


@pytest.mark.parametrize(
    ("lines", "superior", "body"),
    [
        (HEAD, "ỦY BAN NHÂN DÂN THÀNH PHỐ HỒ CHÍ MINH", "SỞ NỘI VỤ"),
        (("ỦY BAN NHÂN DÂN", "PHƯỜNG SÀI GÒN"), "", "ỦY BAN NHÂN DÂN PHƯỜNG SÀI GÒN"),
        (("SỞ Y TẾ", "BỆNH VIỆN NHÂN DÂN", "GIA ĐỊNH"), "SỞ Y TẾ", "BỆNH VIỆN NHÂN DÂN GIA ĐỊNH"),
        (("UBND THÀNH PHỐ HỒ CHÍ MINH", "SỞ GIÁO DỤC", "VÀ ĐÀO TẠO"), "UBND THÀNH PHỐ HỒ CHÍ MINH",
         "SỞ GIÁO DỤC VÀ ĐÀO TẠO"),
        (("VĂN PHÒNG CHÍNH PHỦ",), "", "VĂN PHÒNG CHÍNH PHỦ"),
        (("MẪU SỐ 05", "SỞ TƯ PHÁP"), "", "SỞ TƯ PHÁP"),
    ],
)  # fmt: skip
def test_the_superior_body_is_not_the_issuing_one(lines: tuple[str, ...], superior: str, body: str) -> None:
    document = read(*lines, "Số: 15/QĐ-SNV", DATED)
    assert (document.superior_body, document.issuing_body) == (superior, body)


@pytest.mark.parametrize(
    ("line", "day", "place", "written"),
    [
        (DATED, date(2026, 11, 5), "Thành phố Hồ Chí Minh", "ngày 05 tháng 11 năm 2026"),
        ("Sài Gòn, ngày 7 tháng 1 năm 2026", date(2026, 1, 7), "Sài Gòn", "ngày 7 tháng 1 năm 2026"),
        ("TP. Hồ Chí Minh, ngày … tháng … năm 2026", None, "TP. Hồ Chí Minh", "ngày … tháng … năm 2026"),
        ("TP. Hồ Chí Minh, ngày 31 tháng 02 năm 2026", None, "TP. Hồ Chí Minh", "ngày 31 tháng 02 năm 2026"),
        ("Căn cứ Nghị định 30 ngày 05 tháng 3 năm 2020 của Chính phủ;", None, "", ""),
    ],
)
def test_the_date_line_dates_the_document_and_no_sentence_does(
    line: str, day: date | None, place: str, written: str
) -> None:
    document = read(*HEAD, "Số: 15/QĐ-SNV", line)
    assert (document.issued_on, document.place_of_issue, document.date_as_written) == (day, place, written)


def test_a_head_glued_into_single_lines_comes_apart() -> None:
    document = read(
        "ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "PHƯỜNG SÀI GÒN Độc lập - Tự do - Hạnh phúc",
        "Số: 12 /UBND- VX TP. Hồ Chí Minh, ngày 05 tháng 11 năm 2026",
        "V/v góp ý dự thảo",
        "Kính gửi: Sở Nội vụ",
    )
    assert document.issuing_body == "ỦY BAN NHÂN DÂN PHƯỜNG SÀI GÒN"
    assert document.number_and_symbol == "12/UBND-VX"
    assert document.place_of_issue == "TP. Hồ Chí Minh"
    assert document.has_national_title
    assert document.addressees == ("Sở Nội vụ",)


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (("Kính gửi: Sở Nội vụ.",), ("Sở Nội vụ",)),
        (("Kính gửi:", "- Sở Tư pháp;", "- Sở Y tế."), ("Sở Tư pháp", "Sở Y tế")),
        (("Kính gửi: - Sở Tư pháp;", "- Sở Y tế."), ("Sở Tư pháp", "Sở Y tế")),
        (("Kính gửi: Sở Tư pháp; Sở Y tế",), ("Sở Tư pháp", "Sở Y tế")),
        (("KÍNH GỬI: SỞ NỘI VỤ",), ("SỞ NỘI VỤ",)),
        (("Kính gửi:", "Ủy ban nhân dân Thành phố", "Thực hiện kế hoạch"), ("Ủy ban nhân dân Thành phố",)),
        (("Kính gửi :", "+ Các sở, ban, ngành;", "+ UBND các phường, xã, đặc khu."),
         ("Các sở, ban, ngành", "UBND các phường, xã, đặc khu")),
        (("Thư ngỏ kính gửi quý vị",), ()),
    ],
)  # fmt: skip
def test_addressees_are_read_one_by_one(lines: tuple[str, ...], names: tuple[str, ...]) -> None:
    assert read(*HEAD, "Số: 12/SNV-VP", *lines, "Sở Nội vụ trân trọng đề nghị.").addressees == names


@pytest.mark.parametrize(
    ("lines", "capacity", "position", "name"),
    [
        (("GIÁM ĐỐC", "Trần Thị Bình"), "", "GIÁM ĐỐC", "Trần Thị Bình"),
        (("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Trần Thị Bình"), "KT.", "PHÓ GIÁM ĐỐC", "Trần Thị Bình"),
        (("TL. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG", "Lê Văn Tám"), "TL.", "CHÁNH VĂN PHÒNG", "Lê Văn Tám"),
        (("TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG", "Lê Văn Tám"), "TUQ.", "TRƯỞNG PHÒNG", "Lê Văn Tám"),
        (("Q. GIÁM ĐỐC", "Lê Văn Tám"), "Q.", "GIÁM ĐỐC", "Lê Văn Tám"),
        (("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Võ Văn Hoan"), "TM. KT.", "PHÓ CHỦ TỊCH",
         "Võ Văn Hoan"),
        (("TM. ỦY BAN NHÂN DÂN", "THÀNH PHỐ HỒ CHÍ MINH", "CHỦ TỊCH", "Phan Văn Mãi"), "TM.", "CHỦ TỊCH",
         "Phan Văn Mãi"),
        (("K/T GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Trần Thị Bình"), "KT.", "PHÓ GIÁM ĐỐC", "Trần Thị Bình"),
        (("GIÁM ĐỐC", "(Đã ký)", "TS. Trần Thị Bình"), "", "GIÁM ĐỐC", "Trần Thị Bình"),
        (("GIÁM ĐỐC", "NGUYỄN VĂN AN"), "", "GIÁM ĐỐC", "NGUYỄN VĂN AN"),
        (("GIÁM ĐỐC", "Sở Nội Vụ", "Nguyễn Văn An"), "", "GIÁM ĐỐC", "Nguyễn Văn An"),
        (("GIÁM ĐỐC", "Y Thanh Hà Niê"), "", "GIÁM ĐỐC", "Y Thanh Hà Niê"),
        (("GIÁM ĐỐC",), "", "GIÁM ĐỐC", ""),
    ],
)  # fmt: skip
def test_the_signer_has_capacity_position_and_name(
    lines: tuple[str, ...], capacity: str, position: str, name: str
) -> None:
    body = (
        "QUYẾT ĐỊNH",
        "Về việc kiểm tra",
        "GIÁM ĐỐC SỞ NỘI VỤ",
        "Căn cứ Nghị định;",
        "Điều 1. Kiểm tra./.",
    )
    foot = ("Nơi nhận:", "- Như Điều 3;", "- Lưu: VT, TCHC.")
    document = read(*HEAD, "Số: 15/QĐ-SNV", DATED, *body, *foot, *lines)
    assert (document.signatory_capacity, document.signatory_position) == (capacity, position)
    assert document.signatory_name == name
    assert (document.archive_line, document.has_distribution) == ("Lưu: VT, TCHC", True)


def test_annexes_and_promulgated_texts_do_not_lend_the_document_their_signer() -> None:
    document = read(
        *HEAD, "Số: 15/QĐ-SNV", DATED, "QUYẾT ĐỊNH", "Về việc ban hành Quy chế", "Điều 1. Ban hành./.",
        "Nơi nhận:", "- Như Điều 3;", "- Lưu: VT.", "GIÁM ĐỐC", "Trần Thị Bình",
        "PHỤ LỤC I", "TRƯỞNG PHÒNG", "Lê Văn Tám", "PHỤ LỤC II", "Số: 99/BC-SYT",
    )  # fmt: skip
    assert (document.signatory_name, document.signatory_position) == ("Trần Thị Bình", "GIÁM ĐỐC")
    assert document.annexes == ("I", "II")
    assert document.number_and_symbol == "15/QĐ-SNV"


def test_a_sentence_about_an_annex_is_no_annex() -> None:
    assert read(*HEAD, "Phụ lục I kèm theo Quyết định này quy định chi tiết.").annexes == ()


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("HỎA TỐC", "urgency_marking", "HỎA TỐC"),
        ("HOẢ  TỐC", "urgency_marking", "HOẢ TỐC"),
        ("HỎA TỐC HẸN GIỜ", "urgency_marking", "HỎA TỐC"),
        ("[THƯỢNG KHẨN]", "urgency_marking", "THƯỢNG KHẨN"),
        ("KHẨN", "urgency_marking", "KHẨN"),
        ("Công điện khẩn", "urgency_marking", ""),
        ("KHẨN TRƯƠNG thực hiện", "urgency_marking", ""),
        ("LƯU HÀNH NỘI BỘ", "circulation_marking", "LƯU HÀNH NỘI BỘ"),
        ("XEM XONG TRẢ LẠI", "circulation_marking", "XEM XONG TRẢ LẠI"),
        ("Tài liệu lưu hành nội bộ", "circulation_marking", ""),
        ("TỐI MẬT", "secrecy_marking", "TỐI MẬT"),
        ("BẢO MẬT", "secrecy_marking", ""),
        ("SAO Y", "copy_type", "SY"),
        ("TRÍCH SAO", "copy_type", "TrS"),
        ("SAO LỤC; Sở Nội vụ; 2026", "copy_type", "SL"),
        ("Sao y bản chính là", "copy_type", ""),
        ("DỰ THẢO", "is_draft", True),
        ("Dự thảo lần 2", "is_draft", True),
        ("Dự thảo Quy chế được gửi kèm.", "is_draft", False),
    ],
)
def test_stamps_count_on_a_line_of_their_own(line: str, field: str, value: Any) -> None:
    assert getattr(read(*HEAD, "Số: 15/QĐ-SNV", line, DATED), field) == value


def test_a_number_still_to_be_filled_in_makes_a_draft() -> None:
    document = read(*HEAD, "Số:      /QĐ-SNV", "TP. Hồ Chí Minh, ngày … tháng … năm 2026", "QUYẾT ĐỊNH")
    assert (document.is_draft, document.is_issued, document.number_as_written) == (True, False, "/QĐ-SNV")


LETTER = (
    Placed("ỦY BAN NHÂN DÂN", 90, 790, 12),
    Placed("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 290, 790, 12),
    Placed("PHƯỜNG SÀI GÒN", 95, 775, 12),
    Placed("Độc lập - Tự do - Hạnh phúc", 320, 775, 13),
    Placed("Số:", 90, 745, 13),
    Placed("128", 122, 746, 13),
    Placed("/UBND-VX", 150, 745, 13),
    Placed("Sài Gòn, ngày 05 tháng 11 năm 2026", 310, 745, 13),
    Placed("V/v góp ý dự thảo Quy", 80, 725, 12),
    Placed("HỎA TỐC", 400, 725, 13),
    Placed("chế sử dụng thư điện tử", 80, 711, 12),
    Placed("Kính gửi: Ủy ban nhân dân Thành phố Hồ Chí Minh", 150, 670, 14),
    Placed("(qua Sở Nội vụ)", 230, 653, 14),
    Placed("Thực hiện Kế hoạch số 15/KH-UBND ngày 01 tháng 10 năm 2026, Phường đề nghị.", 110, 620, 13),
    Placed("Nơi nhận:", 80, 200, 12),
    Placed("TM. ỦY BAN NHÂN DÂN", 340, 203, 13),
    Placed("- Như trên;", 80, 185, 11),
    Placed("KT. CHỦ TỊCH", 375, 187, 13),
    Placed("- Thường trực Đảng ủy, Hội đồng nhân", 80, 171, 11),
    Placed("PHÓ CHỦ TỊCH", 370, 171, 13),
    Placed("dân phường;", 80, 158, 11),
    Placed("- Lưu: VT.", 80, 145, 11),
    Placed("Nguyễn Minh Hoàng", 355, 90, 13),
)


def test_a_page_with_its_columns_interleaved_is_read_column_by_column() -> None:
    document = placed(*LETTER)
    assert document.number_and_symbol == "128/UBND-VX"
    assert document.issuing_body == "ỦY BAN NHÂN DÂN PHƯỜNG SÀI GÒN"
    assert document.abstract == "V/v góp ý dự thảo Quy chế sử dụng thư điện tử"
    assert document.urgency_marking == "HỎA TỐC"
    assert document.addressees == ("Ủy ban nhân dân Thành phố Hồ Chí Minh (qua Sở Nội vụ)",)
    assert document.distribution == (
        "Như trên",
        "Thường trực Đảng ủy, Hội đồng nhân dân phường",
        "Lưu: VT",
    )
    assert (document.signatory_capacity, document.signatory_position) == ("TM. KT.", "PHÓ CHỦ TỊCH")
    assert document.signatory_name == "Nguyễn Minh Hoàng"
    assert document.issued_on == date(2026, 11, 5)


def test_each_field_says_where_it_stands() -> None:
    document = placed(*DECISION)
    number, signer = document.place_of("number"), document.place_of("signatory_name")
    assert number is not None
    assert signer is not None
    assert 0.1 < number.top < 0.14
    assert 0.15 < number.left < number.right < 0.5
    assert signer.top > 0.8
    assert signer.left > 0.5
    assert number.location.startswith("page=1&top=0.1")
    assert document.place_of("urgency_marking") is None


def test_the_signature_on_the_last_page_is_placed_there() -> None:
    foot = tuple(line for line in DECISION if line.y <= 200)
    head = tuple(line for line in DECISION if line.y > 200)
    place = placed(*head, more=foot).place_of("signatory_name")
    assert place is not None
    assert place.page == 2


def test_a_name_in_a_header_or_comment_is_no_field() -> None:
    text = DocumentText(
        (
            TextLine(1, "Số: 99/QĐ-SYT", part="comment"),
            TextLine(1, "Số: 98/QĐ-SYT", part="deleted"),
            *(TextLine(1, line) for line in (*HEAD, "Số: 15/QĐ-SNV")),
            TextLine(1, "HỎA TỐC", part="header"),
        )
    )
    document = read_document(text)
    assert (document.number_and_symbol, document.urgency_marking) == ("15/QĐ-SNV", "HỎA TỐC")


_WORDS = st.sampled_from(
    [*HEAD, DATED, "Số: 15/QĐ-SNV", "V/v góp ý", "Kính gửi:", "- Sở Y tế;", "Nơi nhận:", "KT. GIÁM ĐỐC",
     "QUYẾT ĐỊNH", "PHÓ GIÁM ĐỐC", "Trần Thị Bình", "PHỤ LỤC I", "MẬT", "./.", "Lưu: VT", ""]
)  # fmt: skip


@settings(max_examples=150, derandomize=True)
@given(st.lists(st.tuples(_WORDS, st.floats(0, 1), st.floats(0, 1), st.integers(1, 3)), max_size=40))
def test_lines_in_any_order_and_place_are_read_without_an_exception(
    lines: list[tuple[str, float, float, int]],
) -> None:
    made = tuple(
        replace(TextLine(page, text, top, left), right=min(1.0, left + 0.3), bottom=top + 0.02)
        for text, top, left, page in lines
    )
    document = read_document(DocumentText(made, 3))
    assert all(document.place_of(name) is not None for name, _ in document.places)
