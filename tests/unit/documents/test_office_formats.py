"""What each Office format hides from the eye and not from the check."""

import pytest

from client.documents.sniff import sniff
from client.documents.text import read_text
from client.errors import DocumentEncrypted, MalformedDocument
from client.model.document import DocumentText, Trait
from tests.fakes import office
from tests.fakes.office import docx, paragraph, run, zipped

W = office.W
TCVN3 = "Céng hßa x· héi chñ nghÜa ViÖt Nam; c¸c së, ngµnh"
VNI = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam; caùc sôû, ngaønh"
TITLE = "Cộng hòa xã hội chủ nghĩa Việt Nam; các sở, ngành"


def read(content: bytes, name: str = "tep") -> DocumentText:
    return read_text(content, sniff(content, name))


def words(text: DocumentText) -> list[tuple[str, str]]:
    return [(line.part, line.text) for line in text.lines]


def test_headers_footers_notes_comments_and_text_boxes_are_read_and_told_apart() -> None:
    box = f"<w:r><w:pict><w:txbxContent>{paragraph(run('MẬT'))}</w:txbxContent></w:pict></w:r>"
    text = read(
        docx(
            paragraph(run("Thân"), box),
            {
                "word/header1.xml": f'<w:hdr xmlns:w="{W}">{paragraph(run("Đầu trang"))}</w:hdr>',
                "word/footer2.xml": f'<w:ftr xmlns:w="{W}">{paragraph(run("Chân trang"))}</w:ftr>',
                "word/footnotes.xml": f'<w:notes xmlns:w="{W}">{paragraph(run("Chú thích"))}</w:notes>',
                "word/comments.xml": f'<w:comments xmlns:w="{W}">{paragraph(run("Ý kiến"))}</w:comments>',
            },
        )
    )
    assert words(text) == [
        ("header", "Đầu trang"),
        ("text-box", "MẬT"),
        ("", "Thân"),
        ("footer", "Chân trang"),
        ("footnote", "Chú thích"),
        ("comment", "Ý kiến"),
    ]
    assert text.traits == {Trait.COMMENTS}


def test_tracked_changes_are_told_and_deleted_words_are_not_the_document() -> None:
    text = read(
        docx(
            paragraph(
                run("Số: "),
                f"<w:ins>{run('15')}</w:ins>",
                "<w:del><w:r><w:delText>14</w:delText></w:r></w:del>",
                run("/QĐ-SNV"),
            )
        )
    )
    assert words(text) == [("", "Số: 15/QĐ-SNV"), ("deleted", "14")]
    assert text.traits == {Trait.TRACKED_CHANGES}


def test_hidden_text_is_read_as_hidden() -> None:
    text = read(docx(paragraph(run("Thấy"), run("Không thấy", "<w:vanish/>"))))
    assert words(text) == [("", "Thấy"), ("hidden", "Không thấy")]
    assert text.traits == {Trait.HIDDEN_TEXT}


@pytest.mark.parametrize(
    ("look", "source", "shown"),
    [
        ('<w:rFonts w:ascii=".VnTime"/>', TCVN3, TITLE),
        ('<w:rFonts w:ascii=".VnTimeH" w:hAnsi=".VnTimeH"/>', TCVN3, TITLE.upper()),
        ('<w:rFonts w:hAnsi="VNI-Times"/>', VNI, TITLE),
        ('<w:rFonts w:ascii="Times New Roman"/>', TITLE, TITLE),
        ("<w:caps/>", "quyết định", "QUYẾT ĐỊNH"),
    ],
)
def test_a_run_is_read_as_its_font_draws_it(look: str, source: str, shown: str) -> None:
    assert read(docx(paragraph(run(source, look)))).plain == shown


def test_the_font_of_a_style_counts_and_mixed_fonts_are_told() -> None:
    styles = (
        f'<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman"/>'
        '<w:sz w:val="28"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:styleId="Cu"><w:rPr><w:rFonts w:ascii=".VnTime"/><w:b/></w:rPr>'
        "</w:style>"
        '<w:style w:type="paragraph" w:styleId="CuHon"><w:basedOn w:val="Cu"/></w:style></w:styles>'
    )
    body = paragraph(run(TCVN3), look='<w:pStyle w:val="CuHon"/>') + paragraph(run("Ngày nay " * 9))
    text = read(docx(body, {"word/styles.xml": styles}))
    assert [line.text for line in text.lines] == [TITLE, ("Ngày nay " * 9).strip()]
    assert (text.legacy, text.lines[0].bold, text.lines[1].bold) == ("tcvn3", True, False)
    assert text.fonts == ("Times New Roman", ".VnTime")
    assert text.layout is not None
    assert (text.layout.body_font, text.layout.body_size) == ("Times New Roman", 14.0)


def test_automatic_bullets_are_seen_as_hyphens_and_paper_is_measured() -> None:
    numbering = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0">'
        '<w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )
    section = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1134" w:bottom="1134" w:left="1701" w:right="850"/></w:sectPr>'
    )
    body = paragraph(run("Như trên;"), look='<w:numPr><w:numId w:val="3"/></w:numPr>') + section
    text = read(docx(body, {"word/numbering.xml": numbering}))
    assert text.plain == "- Như trên;"
    layout = text.layout
    assert layout is not None
    assert (layout.width, layout.height, layout.margin_left, layout.margin_right) == (
        210.0,
        297.0,
        30.0,
        15.0,
    )


def test_what_a_docx_fetches_runs_or_carries_is_told() -> None:
    text = read(
        docx(
            '<w:p><w:fldSimple w:instr=" DDEAUTO c:\\x "/></w:p>',
            {
                "word/_rels/settings.xml.rels": office.rels(
                    ("rId1", "attachedTemplate", "http://ngoai.example/mau.dotm")
                ),
                "word/settings.xml": "<a/>",
                "word/embeddings/oleObject1.bin": b"x",
                "docProps/core.xml": '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/'
                '2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
                "<dc:creator>An</dc:creator><cp:lastModifiedBy>Bình</cp:lastModifiedBy></cp:coreProperties>",
            },
        )
    )
    assert text.traits == {Trait.DYNAMIC_FIELD, Trait.EXTERNAL_LINK, Trait.EMBEDDED_OBJECT}
    assert (text.author, text.last_modified_by) == ("An", "Bình")


def test_a_damaged_part_beside_the_body_is_told_and_the_body_is_read() -> None:
    text = read(docx(paragraph(run("Thân")), {"word/footnotes.xml": "<w:broken"}))
    assert (text.plain, text.unread) == ("Thân", ("damaged-part",))


def test_decomposed_letters_are_composed_and_told() -> None:
    text = read(docx(paragraph(run("So\u0302\u0301"))))
    assert (text.plain, text.decomposed) == ("Số", True)


S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsx() -> bytes:
    def sheet(rows: str) -> str:
        return f'<worksheet xmlns="{S}"><sheetData>{rows}</sheetData></worksheet>'

    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": office.rels(("rId1", "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook xmlns="{S}" xmlns:r="{R}"><sheets>'
            '<sheet name="Bảng 1" r:id="rId1"/><sheet name="Ẩn" state="veryHidden" r:id="rId2"/>'
            '<sheet name="Mất" r:id="rId9"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": office.rels(
                ("rId1", "worksheet", "worksheets/sheet1.xml"),
                ("rId2", "worksheet", "worksheets/sheet2.xml"),
                ("rId3", "sharedStrings", "sharedStrings.xml"),
                ("rId4", "externalLink", "externalLinks/externalLink1.xml"),
            ),
            "xl/sharedStrings.xml": f'<sst xmlns="{S}"><si><r><t>Họ </t></r><r><t>tên</t></r></si>'
            "<si><t>MẬT</t></si></sst>",
            "xl/worksheets/sheet1.xml": sheet(
                '<row><c t="s"><v>0</v></c><c><v>079123456789</v></c><c t="inlineStr"><is><t>An</t></is></c>'
                "</row>"
                '<row><c t="s"><v>77</v></c></row>'
            ),
            "xl/worksheets/sheet2.xml": sheet('<row><c t="s"><v>1</v></c></row>'),
        }
    )


def test_a_workbook_is_read_sheet_by_sheet_and_hidden_sheets_too() -> None:
    text = read(xlsx())
    assert [(line.page, line.part, line.text) for line in text.lines] == [
        (1, "sheet", "Bảng 1"),
        (1, "sheet", "Họ tên\t079123456789\tAn"),
        (2, "hidden-sheet", "Ẩn"),
        (2, "hidden-sheet", "MẬT"),
        (3, "sheet", "Mất"),
    ]
    assert text.traits == {Trait.HIDDEN_SHEET, Trait.EXTERNAL_LINK}
    assert text.unread == ("damaged-part",)


def test_a_show_is_read_in_its_order_with_notes() -> None:
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    p = "http://schemas.openxmlformats.org/presentationml/2006/main"

    def slide(text: str, more: str = "") -> str:
        return f'<p:sld xmlns:p="{p}" xmlns:a="{a}"{more}><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>'

    content = zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": office.rels(("rId1", "officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": f'<p:presentation xmlns:p="{p}" xmlns:r="{R}"><p:sldIdLst>'
            '<p:sldId r:id="rId2"/><p:sldId r:id="rId1"/></p:sldIdLst></p:presentation>',
            "ppt/_rels/presentation.xml.rels": office.rels(
                ("rId1", "slide", "slides/slide1.xml"), ("rId2", "slide", "slides/slide2.xml")
            ),
            "ppt/slides/slide1.xml": slide("Hai"),
            "ppt/slides/slide2.xml": slide("Một", ' show="0"'),
            "ppt/slides/_rels/slide1.xml.rels": office.rels(("rId1", "notesSlide", "../notesSlides/n1.xml")),
            "ppt/notesSlides/n1.xml": slide("Ghi chú"),
        }
    )
    text = read(content)
    assert [(line.page, line.part, line.text) for line in text.lines] == [
        (1, "hidden", "Một"),
        (2, "", "Hai"),
        (2, "notes", "Ghi chú"),
    ]


def odf(kind: str, content: str, **parts: str) -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{full}:1.0"'
        for name, full in [
            ("office", "office"), ("text", "text"), ("style", "style"), ("table", "table"),
            ("draw", "drawing"), ("fo", "xsl-fo-compatible"), ("manifest", "manifest"),
        ]
    )  # fmt: skip
    named = {name.replace("__", "/") + ".xml": f"<x {spaces}>{xml}</x>" for name, xml in parts.items()}
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"<x {spaces}>{content}</x>",
            **named,
        }
    )


def test_an_odt_gives_its_paragraphs_notes_and_changes() -> None:
    text = read(
        odf(
            "text",
            '<style:style style:name="P1"><style:text-properties style:font-name=".VnTime"'
            ' fo:font-weight="bold"/>'
            "</style:style><text:tracked-changes><text:changed-region><text:p>cũ</text:p></text:changed-region>"
            f'</text:tracked-changes><text:p text:style-name="P1">{TCVN3}</text:p>'
            '<text:p>a<text:s text:c="3"/>b<office:annotation><text:p>Ý kiến</text:p></office:annotation>'
            "</text:p>",
            styles="<style:header><text:p>Đầu</text:p></style:header>",
        )
    )
    assert words(text) == [
        ("header", "Đầu"),
        ("deleted", "cũ"),
        ("", TITLE),
        ("comment", "Ý kiến"),
        ("", "a b"),
    ]
    assert text.traits == {Trait.TRACKED_CHANGES, Trait.COMMENTS}
    assert (text.legacy, text.lines[2].bold) == ("tcvn3", True)


def test_a_spreadsheet_of_opendocument_counts_sheets_as_pages() -> None:
    table = (
        '<table:table table:name="{}"><table:table-row><text:p>{}</text:p></table:table-row></table:table>'
    )
    text = read(odf("spreadsheet", table.format("A", "một") + table.format("B", "hai")))
    assert [(line.page, line.text) for line in text.lines] == [(1, "một"), (2, "hai")]


def test_an_encrypted_opendocument_is_encrypted() -> None:
    with pytest.raises(DocumentEncrypted):
        read(odf("text", "x", **{"META-INF__manifest": "<manifest:encryption-data/>"}))


def test_a_word_97_file_is_read_by_its_pieces() -> None:
    text = read(
        office.doc("Số: 15/QĐ-SNV\r\x13 DDE x \x14hiện\x15 ô 1\x07ô 2\x07\x0cTrang hai\r", footnote="Chú\r")
    )
    assert [(line.page, line.part, line.text) for line in text.lines] == [
        (1, "", "Số: 15/QĐ-SNV"),
        (1, "", "hiện ô 1"),
        (1, "", "ô 2"),
        (2, "", "Trang hai"),
        (1, "footnote", "Chú"),
    ]
    assert text.traits == {Trait.DYNAMIC_FIELD}


def test_a_word_97_file_in_tcvn3_is_converted_and_told() -> None:
    text = read(office.doc(f"{TCVN3}\r" * 4, narrow=True, fonts=(".VnTime", "Arial")))
    assert text.lines[0].text == TITLE
    assert (text.legacy, text.fonts) == ("tcvn3", (".VnTime", "Arial"))


def test_a_word_97_file_with_a_password_is_encrypted() -> None:
    with pytest.raises(DocumentEncrypted):
        read(office.doc("x\r", flags=0x0100))


def test_an_excel_97_file_gives_its_texts_also_where_the_table_is_cut() -> None:
    long = "Nguyễn Văn An " * 600
    text = read(office.xls([("Bảng", 0, 0), ("Ẩn", 1, 0)], ["Họ tên", long], cut=4000))
    assert [(line.page, line.part) for line in text.lines] == [
        (1, "sheet"),
        (2, "hidden-sheet"),
        (1, "sheet"),
        (1, "sheet"),
    ]
    assert [line.text for line in text.lines][2:] == ["Họ tên", long.strip()]
    assert text.traits == {Trait.HIDDEN_SHEET}


def test_an_excel_97_file_with_a_password_is_encrypted() -> None:
    with pytest.raises(DocumentEncrypted):
        read(office.xls([("A", 0, 0)], ["x"], encrypted=True))


def test_a_powerpoint_97_file_gives_its_texts() -> None:
    text = read(office.ppt("Một\rHai", "Ba"))
    assert [(line.page, line.text) for line in text.lines] == [(1, "Một"), (1, "Hai"), (2, "Ba")]


@pytest.mark.parametrize(
    ("streams", "extension", "macros", "encrypted"),
    [
        ({"WordDocument": b"x", "Macros/VBA/dir": b"x"}, "doc", True, False),
        ({"Workbook": b"x", "_VBA_PROJECT_CUR/VBA/dir": b"x"}, "xls", True, False),
        ({"WordDocument": b"x"}, "doc", False, False),
        ({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}, "ole2", False, True),
        ({"__properties_version1.0": b"x"}, "msg", False, False),
    ],
)
def test_a_compound_file_is_known_by_its_streams(
    streams: dict[str, bytes], extension: str, macros: bool, encrypted: bool
) -> None:
    kind = sniff(office.compound(streams), "tep.bin")
    assert (kind.extension, kind.macros, kind.encrypted) == (extension, macros, encrypted)


def test_a_sheet_of_old_macros_counts_as_macros() -> None:
    assert sniff(office.xls([("Macro1", 1, 1)], ["x"]), "a.xls").macros
    assert not sniff(office.xls([("Bảng", 0, 0)], ["x"]), "a.xls").macros


def test_an_installer_is_a_program() -> None:
    content = office.compound({"x": b"x"}, bytes.fromhex("84100c0000000000c000000000000046"))
    assert (sniff(content, "a.doc").extension, sniff(content, "a.doc").executable) == ("msi", True)


@pytest.mark.parametrize("part", ["vbaProject.bin", "macrosheets/sheet1.xml"])
def test_macros_in_an_office_file_are_seen_whatever_its_name(part: str) -> None:
    kind = sniff(docx("", {f"word/{part}": b"x"}), "vo-hai.docx")
    assert (kind.extension, kind.macros) == ("docx", True)


RTF = (
    rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Times New Roman;}{\f1\fcharset0 .VnTime;}"
    rb"{\f2\fcharset163 Arial;}}{\info{\author An}{\operator B}}{\*\template http://x/y.dot}"
    rb"\paperw11906{\header Dau trang\par}\pard\qc\b S\u7889?: 15/Q\u272?-SNV\b0\par "
    rb"{\f1 C\'e9ng h\'df}\f1 a\par{\f2 Ti\'ea\'ecng}\par{\*\unknown nuot}{\pict 00ff\bin4 }}}}}"
    rb"{\v an}{\deleted xoa}{\object{\*\objdata 0102}}\cell tab\tab cot\page "
    rb"{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt M\u7852?T\par}}}Trang hai}"
)


def test_rtf_is_read_by_its_fonts_and_code_pages() -> None:
    text = read(RTF)
    assert [(line.page, line.part, line.text) for line in text.lines] == [
        (1, "header", "Dau trang"),
        (1, "", "Số: 15/QĐ-SNV"),
        (1, "", "Cộng hòa"),
        (1, "", "Tiếng"),
        (1, "deleted", "xoa"),
        (1, "hidden", "an"),
        (1, "", "tab"),
        (1, "", "cot"),
        (2, "text-box", "MẬT"),
        (2, "", "Trang hai"),
    ]
    assert text.traits == {
        Trait.EMBEDDED_OBJECT,
        Trait.EXTERNAL_LINK,
        Trait.HIDDEN_TEXT,
        Trait.TRACKED_CHANGES,
    }
    assert (text.legacy, text.author, text.last_modified_by) == ("tcvn3", "An", "B")
    assert (text.lines[1].bold, text.lines[1].centred) == (True, True)


@pytest.mark.parametrize(
    ("content", "plain", "legacy"),
    [
        (TITLE.encode(), TITLE, ""),
        (b"\xef\xbb\xbf" + TITLE.encode(), TITLE, ""),
        (TITLE.encode("utf-16"), TITLE, ""),
        (TITLE.encode("utf-16-le"), TITLE, ""),
        (TITLE.encode("utf-16-be"), TITLE, ""),
        (TCVN3.encode("cp1252"), TITLE, "tcvn3"),
        (VNI.encode("cp1252"), TITLE, "vni"),
        ("Tiếng Việt".replace("ế", "ê\u0301").replace("ệ", "ê\u0323").encode("cp1258"), "Tiếng Việt", ""),
        (TITLE.encode()[:-1] + b"\xc3", TITLE[:-1], ""),
    ],
)
def test_a_text_file_is_read_in_whatever_it_was_written(content: bytes, plain: str, legacy: str) -> None:
    text = read(content, "a.txt")
    assert (text.plain, text.legacy) == (plain, legacy)


def test_tcvn3_lines_among_unicode_lines_are_converted_and_the_others_left() -> None:
    mixed = "\n".join([TITLE, TCVN3, "Độc lập - Tự do", TCVN3, TCVN3, "Café à la carte"])
    text = read(mixed.encode(), "a.txt")
    assert [line.text for line in text.lines] == [
        TITLE, TITLE, "Độc lập - Tự do", TITLE, TITLE, "Café à la carte",
    ]  # fmt: skip
    assert text.legacy == "tcvn3"


def test_french_stays_french() -> None:
    assert read("Théâtre de la ville, où l'été passe".encode(), "a.txt").legacy == ""


def test_html_is_read_as_shown_with_what_is_hidden_beside() -> None:
    text = read(
        b"<!DOCTYPE html><html><head><title>x</title><script>1</script></head>"
        b"<body><p>M\xe1\xbb\x99t <b>hai</b></p>"
        b'<div style="display:none">b\xc3\xad m\xe1\xba\xadt</div><font face=".VnTime">'
        + TCVN3.encode()
        + b"</font></body></html>"
    )
    assert words(text) == [("", "Một hai"), ("hidden", "bí mật"), ("", TITLE)]
    assert text.traits == {Trait.JAVASCRIPT, Trait.HIDDEN_TEXT}


@pytest.mark.parametrize(
    "part", ["word/document.xml", "word/styles.xml", "word/header1.xml", "docProps/core.xml", "_rels/.rels"]
)
def test_entities_are_refused_in_every_part(part: str) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;">]><a>&z;</a>'
    with pytest.raises(MalformedDocument) as caught:
        read(docx(paragraph(run("x")), {part: bomb}))
    assert caught.value.params["reason"] == "xml-doctype"
