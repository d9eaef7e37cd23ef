"""Where a signature belongs, read off the page."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from client.config.paths import resources_dir
from client.documents.page_frame import PageFrame
from client.documents.page_image import opened
from client.documents.placement import find_place, find_room
from client.documents.placement_page import is_free, overlap, read_content
from client.errors import DocumentEncrypted, MalformedDocument
from client.model.secret import Secret
from client.model.signing import Placement, SigningRole
from tests.fakes.sheets import Sheet, Words

HAND = (141.7, 70.9)
SEAL = (102.0, 102.0)
LINE = (220.0, 12.0)
MILLIMETRE = 72 / 25.4
DEMO = sorted((resources_dir() / "demo" / "documents").glob("*.pdf"))
SHEET = Sheet()


def block(
    title: Sequence[str], name: str, x: float = 420, top: float = 400, room: float = 90, *, bold: bool = True
) -> list[Words]:
    """A signature block; ``room`` is from the title's last baseline to the name's."""
    lines = [Words(text, x, top - 16 * row, 13, bold) for row, text in enumerate(title)]
    if name:
        lines.append(Words(name, x, lines[-1].y - room, 13, bold))
    return lines


RECIPIENTS = [
    Words("Nơi nhận:", 85, 400, 12, bold=True, start=True),
    Words("- Ủy ban nhân dân Thành phố Hồ Chí Minh;", 85, 385, 11, start=True),
    Words("- Các phòng chuyên môn thuộc Sở;", 85, 371, 11, start=True),
    Words("- Lưu: VT, TCHC.", 85, 357, 11, start=True),
]
BODY = [
    Words("GIÁM ĐỐC SỞ NỘI VỤ", 297, 700, 14, bold=True),
    Words("Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020;", 85, 660, start=True),
    Words("Điều 1. Ban hành kèm theo Quyết định này Quy chế làm việc.", 85, 640, start=True),
]


def place_of(
    *pages: Sequence[Words], role: SigningRole = SigningRole.APPROVE, signer: str = "", sheet: Sheet = SHEET
) -> Placement | None:
    size = {SigningRole.APPROVE: HAND, SigningRole.ISSUE: SEAL}.get(role, LINE)
    return find_place(sheet.pdf(*pages), role, size, signer=signer)


def centre(place: Placement | None) -> float:
    assert place is not None
    return (place.left + place.right) / 2


@pytest.mark.parametrize(
    "title",
    [
        ["GIÁM ĐỐC"],
        ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"],
        ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"],
        ["TL. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG"],
        ["TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG TỔ CHỨC"],
        ["Q. GIÁM ĐỐC"],
        ["TM. BAN CHỈ ĐẠO", "TRƯỞNG BAN"],
        ["GIÁM ĐỐC", "(Ký, ghi rõ họ tên)"],
    ],
    ids=lambda title: title[-1],
)
def test_a_person_signs_between_title_and_name(title: list[str]) -> None:
    lines = block(title, "Trần Thị Bình")
    place = place_of([*BODY, *RECIPIENTS, *lines])
    assert centre(place) == pytest.approx(420, abs=2)
    assert place is not None
    assert place.page == 1
    assert lines[-1].y + 9 < place.bottom < place.top < lines[-2].y
    assert place.width / place.height == pytest.approx(HAND[0] / HAND[1], rel=0.01)
    assert place.height > 50


@pytest.mark.parametrize(
    "name", ["TS. Lê Văn Tám", "ThS. Hồ Ý Nhi", "Nguyễn Thị Hoàng Phương Mỹ Uyên", "TRẦN BÌNH"]
)
def test_names_come_with_degrees_in_capitals_and_in_many_parts(name: str) -> None:
    assert centre(place_of([*BODY, *RECIPIENTS, *block(["GIÁM ĐỐC"], name)])) == pytest.approx(420, abs=2)


def test_the_title_that_heads_the_body_is_no_place_to_sign() -> None:
    assert place_of(BODY) != place_of([*BODY, *block(["GIÁM ĐỐC"], "Trần Thị Bình")])
    assert place_of(BODY) is None, "without a block a person chooses"
    room = find_room(SHEET.pdf(BODY), HAND)
    assert room is not None
    assert room.top < 640, "beginning from the free room below the text"


def minutes() -> list[Words]:
    """Biên bản: two people sign side by side."""
    left = block(["THƯ KÝ"], "Nguyễn Thị Lan", 170)
    return [*BODY, *left, *block(["CHỦ TRÌ"], "Trần Văn Minh", 430)]


@pytest.mark.parametrize(("signer", "x"), [("Nguyễn Thị Lan", 170), ("Trần Văn Minh", 430), ("", 430)])
def test_of_several_blocks_the_signers_own_is_taken(signer: str, x: float) -> None:
    assert centre(place_of(minutes(), signer=signer)) == pytest.approx(x, abs=2)


def test_a_stranger_is_not_put_into_one_of_several_blocks() -> None:
    assert place_of(minutes(), signer="Lê Hoàng Nam") is None


@pytest.mark.parametrize(
    "signer", ["TRAN VAN MINH", "Trần Văn Minh - Sở Nội vụ", "Trần Văn Minh (0123456789)"]
)
def test_a_certificate_may_spell_the_name_otherwise_or_say_more(signer: str) -> None:
    assert centre(place_of(minutes(), signer=signer)) == pytest.approx(430, abs=2)


def test_a_name_with_initials_is_the_same_name() -> None:
    page = [*BODY, *RECIPIENTS, *block(["GIÁM ĐỐC"], "Trần Thị Bình")]
    assert centre(place_of(page, signer="T. T. Bình")) == pytest.approx(420, abs=2)
    assert place_of(page, signer="L. T. Bình") is None


def test_nobody_signs_over_another_persons_name() -> None:
    """The image would be taken for that person's; a title whose name is not typed yet is anybody's."""
    page = [*BODY, *RECIPIENTS, *block(["GIÁM ĐỐC"], "Trần Thị Bình")]
    assert place_of(page, signer="Phạm Hồng Quân") is None
    assert place_of(page, signer="Trần Thị Bích") is None
    assert centre(place_of(page, signer="Trần Thị Bình")) == pytest.approx(420, abs=2)
    untyped = [*BODY, *RECIPIENTS, *block(["GIÁM ĐỐC"], "")]
    assert centre(place_of(untyped, signer="Phạm Hồng Quân")) == pytest.approx(420, abs=2)


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_text_that_lies_across_a_turned_page_leaves_the_place_to_a_person(turned: int) -> None:
    """Written for an upright page which /Rotate then turns: nothing of it reads like a block."""
    written = io.BytesIO(SHEET.pdf([*BODY, *RECIPIENTS, *block(["GIÁM ĐỐC"], "Trần Thị Bình")]))
    writer = IncrementalPdfFileWriter(written)
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = generic.NumberObject(turned)  # type: ignore[no-untyped-call] # pyHanko has no types here
    writer.update_container(page)
    writer.write_in_place()  # type: ignore[no-untyped-call] # the same
    pdf = written.getvalue()
    assert find_place(pdf, SigningRole.APPROVE, HAND, signer="Trần Thị Bình") is None
    for place in (find_room(pdf, HAND), find_place(pdf, SigningRole.COPY, LINE)):
        assert place is not None
        with opened(pdf) as document:
            assert is_free(place, read_content(document, document[0], 1).taken)


def test_the_signers_name_stands_for_a_title_nobody_foresaw() -> None:
    lines = block(["Cán bộ thụ lý"], "Trần Thị Bình", bold=False)
    place = place_of([*BODY, *lines], signer="trần thị bình")
    assert centre(place) == pytest.approx(420, abs=2)


def test_the_lowest_line_of_the_title_is_the_one_the_signature_is_centred_on() -> None:
    lines = [
        Words("TM. BAN CHỈ ĐẠO CẢI CÁCH HÀNH CHÍNH THÀNH PHỐ", 380, 400, bold=True),
        Words("PHÓ TRƯỞNG BAN THƯỜNG TRỰC", 405, 384, bold=True),
        Words("Trần Thị Bình", 405, 290, bold=True),
    ]
    assert centre(place_of([*BODY, *lines])) == pytest.approx(405, abs=2)


def test_the_head_of_the_page_is_no_signature_block() -> None:
    head = [Words("SỞ NỘI VỤ", 150, 775, bold=True), Words("Nguyễn Văn An", 150, 700), *BODY[1:]]
    assert place_of(head) is None


@pytest.mark.parametrize(("signer", "x"), [("Lê Văn Tám", 120), ("Hồ Thị Chín", 300), ("", 480)])
def test_three_people_sign_in_one_row(signer: str, x: float) -> None:
    row = [
        *block(["NGƯỜI LẬP BIỂU"], "Lê Văn Tám", 120),
        *block(["KẾ TOÁN TRƯỞNG"], "Hồ Thị Chín", 300),
        *block(["GIÁM ĐỐC"], "Trần Thị Bình", 480),
    ]
    assert centre(place_of([*BODY, *row], signer=signer)) == pytest.approx(x, abs=2)


def test_annexes_behind_the_signed_page_do_not_matter() -> None:
    page = [*BODY, *RECIPIENTS, *block(["GIÁM ĐỐC"], "Trần Thị Bình")]
    annex = [Words("PHỤ LỤC", 297, 780, 14, bold=True), Words("Danh sách tổ giúp việc", 85, 740, start=True)]
    place = place_of(BODY, page, annex, annex)
    assert place is not None
    assert place.page == 2


def test_a_title_without_a_name_yet_leaves_room_below() -> None:
    place = place_of([*BODY, *RECIPIENTS, *block(["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"], "")])
    assert centre(place) == pytest.approx(420, abs=2)
    assert place is not None
    assert place.top < 384


def test_little_room_makes_the_signature_smaller_not_cover_words() -> None:
    lines = block(["GIÁM ĐỐC"], "Trần Thị Bình", room=48)
    place = place_of([*BODY, *RECIPIENTS, *lines])
    assert place is not None
    assert place.height < 40
    assert centre(place) == pytest.approx(420, abs=2)
    assert lines[-1].y + 8 < place.bottom < place.top < lines[0].y


def test_a_block_that_is_signed_already_is_left_to_its_signer() -> None:
    """The hand signature is a picture in the page: scanned in, or put there by another program."""
    pdf = with_picture(minutes(), (380, 330, 480, 380))
    place = find_place(pdf, SigningRole.APPROVE, HAND)
    assert centre(place) == pytest.approx(170, abs=2)


def test_the_seal_covers_a_third_of_the_signature_in_the_page() -> None:
    pdf = with_picture(minutes(), (380, 330, 480, 380))
    seal = find_place(pdf, SigningRole.ISSUE, SEAL)
    assert seal is not None
    assert (seal.right - 380) / 100 == pytest.approx(1 / 3, abs=0.01)
    assert seal.width == SEAL[0]
    assert seal.bottom + seal.top == pytest.approx(330 + 380)


def test_before_anybody_signed_the_seal_goes_where_the_signature_will_be_covered() -> None:
    page = [*BODY, *RECIPIENTS, *block(["GIÁM ĐỐC"], "Trần Thị Bình")]
    hand, seal = place_of(page), place_of(page, role=SigningRole.ISSUE)
    assert hand is not None
    assert seal is not None
    assert 0.2 < (seal.right - hand.left) / hand.width < 0.5


def test_the_seal_gives_way_to_a_long_list_of_recipients() -> None:
    long = [
        Words(f"- Ban Quản lý các dự án trọng điểm số {row} của TP;", 85, 385 - 14 * row, 11, start=True)
        for row in range(8)
    ]
    page = [*BODY, *long, *block(["GIÁM ĐỐC"], "Trần Thị Bình", 455)]
    pdf = with_picture(page, (405, 325, 505, 375))
    seal = find_place(pdf, SigningRole.ISSUE, SEAL)
    assert seal is not None
    assert 0.33 < (seal.right - 405) / 100 < 0.5
    with opened(pdf) as document:
        content = read_content(document, document[0], 1)
    assert is_free(seal, [line.box for line in content.lines if line.text.startswith("-")])


def test_a_field_that_waits_in_the_block_is_where_the_person_signs() -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(SHEET.pdf([*BODY, *block(["GIÁM ĐỐC"], "Trần Thị Bình")])))
    append_signature_field(writer, SigFieldSpec("CK", box=(370, 330, 470, 380)))
    output = io.BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call] # pyHanko has no types here
    assert find_place(output.getvalue(), SigningRole.APPROVE, HAND) == Placement(1, 370, 330, 470, 380)


@pytest.mark.parametrize("role", [SigningRole.APPROVE, SigningRole.ISSUE])
def test_a_scan_says_nothing_of_places_to_sign(role: SigningRole) -> None:
    assert find_place(with_picture([], (0, 0, 595, 842)), role, HAND) is None


def test_a_copy_of_a_scan_is_marked_in_its_corner() -> None:
    place = find_place(with_picture([], (0, 0, 595, 842)), SigningRole.COPY, LINE)
    assert place is not None
    assert place.page == 1
    assert place.right == pytest.approx(595 - 15 * MILLIMETRE, abs=1)
    assert place.top > 842 - 12 * MILLIMETRE


def test_a_recognised_scan_is_read_like_any_text() -> None:
    pdf = with_picture([*BODY, *block(["GIÁM ĐỐC"], "Trần Thị Bình")], (0, 0, 595, 842))
    assert centre(find_place(pdf, SigningRole.APPROVE, HAND)) == pytest.approx(420, abs=2)


def test_a_page_full_of_words_has_no_room() -> None:
    page = [
        Words(
            "Chữ nối chữ, dòng nối dòng, không chừa chỗ nào cho ai ký cả, đến hết trang giấy này.",
            40,
            825 - 14 * row,
            start=True,
        )
        for row in range(58)
    ]
    assert place_of(page) is None


def test_what_stands_in_the_corner_is_not_written_over() -> None:
    taken = [Words("SAO Y; Sở Tư pháp; 2026-10-07T09:30:15+07:00", 420, 842 - 34, 10)]
    free, beside = place_of(BODY, role=SigningRole.COPY), place_of([*BODY, *taken], role=SigningRole.COPY)
    assert free is not None
    assert beside is not None
    box = Placement(1, 310, 842 - 37, 540, 842 - 27)
    assert overlap(free, box) > 0
    assert overlap(beside, box) == 0
    assert beside.top > 842 - 25 * MILLIMETRE


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_nothing_is_ever_put_over_words(path: object) -> None:
    pdf = path.read_bytes()  # type: ignore[attr-defined] # a Path; pytest wants object here
    for role, size in ((SigningRole.APPROVE, HAND), (SigningRole.ANNEX, LINE)):
        place = find_place(pdf, role, size) or find_room(pdf, size)
        assert place is not None
        with opened(pdf) as document:
            content = read_content(document, document[place.page - 1], place.page)
        assert is_free(place, content.taken)


def test_a_locked_or_broken_document_is_named_so() -> None:
    locked = Sheet(encrypt="khoa").pdf(minutes())
    with pytest.raises(DocumentEncrypted):
        find_place(locked, SigningRole.APPROVE, HAND)
    assert find_place(locked, SigningRole.APPROVE, HAND, password=Secret("khoa")) is not None
    with pytest.raises(MalformedDocument):
        find_place(b"%PDF-1.7 nothing", SigningRole.APPROVE, HAND)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 3000), st.binary(max_size=40))
def test_a_damaged_document_has_a_place_or_an_error_and_never_crashes(at: int, noise: bytes) -> None:
    whole = SHEET.pdf([Words("GIÁM ĐỐC", 400, 300)])
    try:
        find_place(whole[:at] + noise + whole[at + len(noise) :], SigningRole.APPROVE, HAND)
    except (MalformedDocument, DocumentEncrypted):
        return


side = st.floats(0, 1500, allow_nan=False)


@given(
    st.sampled_from([0, 90, 180, 270]), st.tuples(side, side, side, side), st.tuples(side, side, side, side)
)
def test_there_and_back_between_page_and_file_is_where_one_was(
    turned: int, visible: tuple[float, ...], box: tuple[float, ...]
) -> None:
    x, y, width, height = visible
    frame = PageFrame(1, 1, (x, y, x + width + 1, y + height + 1), turned)
    left, bottom, across, up = box
    place = Placement(1, left, bottom, left + across, bottom + up)
    back = frame.shown(frame.in_file(place))
    assert (back.left, back.bottom, back.right, back.top) == pytest.approx(
        (place.left, place.bottom, place.right, place.top), abs=1e-6
    )


def with_picture(lines: Sequence[Words], box: tuple[float, float, float, float]) -> bytes:
    """A page with a picture in ``box``, under its words."""
    plain = Image.new("RGB", (40, 20), (40, 60, 180))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=1)
    left, bottom, right, top = box
    canvas.drawImage(ImageReader(plain), left, bottom, right - left, top - bottom)
    SHEET.write(canvas, lines)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()
