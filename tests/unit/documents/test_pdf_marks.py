"""What a PDF has besides its words: old fonts, turned pages, scans, scripts, notes, attached files."""

import zlib

import pytest
from reportlab.pdfgen.canvas import Canvas

from client.documents import pdf
from client.documents.pdf import read_pdf
from client.documents.pdf_marks import active_parts
from client.model.document import DocumentText, Trait
from tests.fakes.pdf import DECISION, Placed, make_pdf

TCVN3 = "Céng hßa x· héi chñ nghÜa ViÖt Nam"
VNI = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam"
TITLE = "Cộng hòa xã hội chủ nghĩa Việt Nam"


def in_font(content: bytes, font: bytes) -> bytes:
    """The fake's font under another name of four letters."""
    assert len(font) == len(b"Test")
    return content.replace(b"/Test", b"/" + font)


def with_page(content: bytes, entry: bytes) -> bytes:
    """Another entry in every page; the shifted table is one pdfium mends."""
    return content.replace(b"/Type/Page/", entry + b"/Type/Page/")


@pytest.mark.parametrize(
    ("font", "source", "shown", "legacy"),
    [
        (b".VnT", TCVN3, TITLE, "tcvn3"),
        (b".VnH", TCVN3, TITLE.upper(), "tcvn3"),
        (b"VNI-", VNI, TITLE, "vni"),
        (b"Test", TITLE, TITLE, ""),
    ],
)
def test_text_is_read_as_its_font_draws_it(font: bytes, source: str, shown: str, legacy: str) -> None:
    text = read_pdf(in_font(make_pdf([Placed(source)]), font))
    assert (text.plain, text.legacy) == (shown, legacy)
    assert text.fonts == (font.decode(),)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_is_read_however_it_is_turned_for_showing(turn: int) -> None:
    turned = read_pdf(with_page(make_pdf(DECISION), b"/Rotate %d" % turn))
    assert turned.lines == read_pdf(make_pdf(DECISION)).lines


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_lines_written_along_another_edge_are_lines(turn: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.showPage()
        canvas.translate(300, 400)
        canvas.rotate(turn)
        canvas.drawString(0, 100, "dong tren")
        canvas.drawString(0, 0, "dong duoi")

    text = drawn(draw)
    assert [line.text for line in text.lines] == ["text", "dong tren", "dong duoi"]
    assert all(0 <= line.top < line.bottom <= 1 and 0 <= line.left < line.right <= 1 for line in text.lines)


def test_a_page_cut_to_a_box_is_measured_from_the_box() -> None:
    text = read_pdf(with_page(make_pdf([Placed("chữ", 100, 800)]), b"/CropBox[90 400 590 840]"))
    line = text.lines[0]
    assert line.left == pytest.approx(10 / 500, abs=0.002)
    assert line.top < 0.1


def test_paper_and_type_are_measured() -> None:
    layout = read_pdf(make_pdf([Placed("chữ thường", size=13), Placed("CHỮ TO", y=600, size=20)])).layout
    assert layout is not None
    assert (layout.width, layout.height) == (209.9, 297.0)
    assert (layout.body_font, layout.body_size) == ("Test", 13.0)


def test_each_scanned_page_is_listed_with_its_resolution() -> None:
    text = read_pdf(make_pdf([], [Placed("x")], picture=True))
    assert [(scan.page, scan.coloured) for scan in text.scans] == [(1, False), (2, False)]
    assert text.scans[0].dots_per_inch == 0
    assert text.unread == ("scanned-pages",)


def test_a_scan_behind_a_text_is_told_too() -> None:
    whole = make_pdf(DECISION)
    assert read_pdf(whole).scans == ()
    mixed = read_pdf(
        make_pdf(tuple(Placed("chữ " * 20, 60, 780 - 20 * row) for row in range(9)), [], picture=True)
    )
    assert ([scan.page for scan in mixed.scans], mixed.scanned) == ([2], False)
    assert mixed.unread == ("scanned-pages",)


def test_pages_and_letters_beyond_the_limits_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = make_pdf([Placed("một")], [Placed("hai")], [Placed("ba")])
    monkeypatch.setattr(pdf, "MAX_PAGES", 2)
    text = read_pdf(pages)
    assert ([line.text for line in text.lines], text.pages, text.unread) == (
        ["một", "hai"],
        3,
        ("too-many-pages",),
    )
    monkeypatch.setattr(pdf, "MAX_PAGES", 500)
    monkeypatch.setattr(pdf, "MAX_CHARACTERS", 4)
    assert read_pdf(pages).unread == ("too-large",)


def body(entry: bytes) -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<<" + entry + b">>\nendobj\n"


def packed(entry: bytes) -> bytes:
    data = zlib.compress(entry)
    return b"1 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode>>stream\r\n" + data + b"\nendstream endobj"


@pytest.mark.parametrize(
    ("content", "traits"),
    [
        (body(b"/S/JavaScript/JS(app.alert)"), {Trait.JAVASCRIPT}),
        (body(b"/S/J#61vaScript"), {Trait.JAVASCRIPT}),
        (packed(b"<</S/JavaScript/JS 5 0 R>>"), {Trait.JAVASCRIPT}),
        (body(b"/S/Launch/F(cmd.exe)"), {Trait.LAUNCH}),
        (body(b"/Names<</EmbeddedFiles 3 0 R>>"), {Trait.EMBEDDED_FILE}),
        (body(b"/Type/Catalog/LaunchPad 1"), set()),
        (b"1 0 obj<</Length 30>>stream\n/JavaScript /Launch by chance\nendstream endobj", set()),
        (b"stream\n", set()),
        (packed(b"x" * 10)[:-30], set()),
    ],
)
def test_scripts_programs_and_attached_files_are_found_in_objects_only(
    content: bytes, traits: set[Trait]
) -> None:
    assert active_parts(content) == traits


def drawn(draw: object) -> DocumentText:
    from io import BytesIO

    buffer = BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(100, 700, "text")
    assert callable(draw)
    draw(canvas)
    canvas.setAuthor("An")
    canvas.save()
    return read_pdf(buffer.getvalue())


def test_notes_are_told_and_links_are_not() -> None:
    noted = drawn(lambda canvas: canvas.textAnnotation("Ý kiến", (10, 10, 50, 50)))
    linked = drawn(lambda canvas: canvas.linkURL("http://a.example", (10, 10, 50, 50)))
    assert noted.traits == {Trait.ANNOTATIONS}
    assert not linked.traits
    assert (noted.author, noted.format_version) == ("An", "1.3")
