from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.mime.charset import convert_legacy, decode, detect_legacy
from client.mime.html import sanitise, to_text
from client.mime.view import attachment_content, make_view

UNICODE = "Căn cứ Luật Tổ chức chính quyền địa phương, Ủy ban nhân dân quyết định việc thực hiện"


@pytest.mark.parametrize(
    ("html", "kept", "blocked"),
    [
        ("<script>x</script>a", "a", 0),
        ('<p onclick="x">a</p>', "<p>a</p>", 0),
        ('<img src="http://x/y">', "<img>", 1),
        ('<img src="//x/y">', "<img>", 1),
        ('<img src="cid:a@b">', "<img>", 0),
        ('<img src="cid:1" width="100%" height="12345">', "<img>", 0),
        ('<div style="width:3000px;height:1px">a</div>', "<div>a</div>", 0),
        ('<img src="data:image/png;base64,AA==">', "<img>", 0),
        ('<table background="https://x/y"></table>', "<table></table>", 1),
        ('<p style="position:fixed;z-index:9;color:red">a</p>', '<p style="color:red">a</p>', 0),
        ('<p style="background-color:url(http://x/y)">a</p>', "<p>a</p>", 1),
        ('<p style="text-indent:-900px">a</p>', "<p>a</p>", 0),
        ('<p style="padding:10000px">a</p>', "<p>a</p>", 0),
        ('<iframe src="https://x/y"></iframe>', "", 1),
        ('<link rel=stylesheet href="https://x/y">', "", 1),
    ],
)
def test_nothing_runs_or_is_fetched_or_covers_the_rest(html: str, kept: str, blocked: int) -> None:
    found = sanitise(html)
    assert (found.html, found.blocked_remote) == (kept, blocked)


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("background:#1b7f3b;color:#fff", "background-color:#1b7f3b;color:#fff"),
        ("background: rgb(0, 9, 8) no-repeat;color:#fff", "background-color:rgb(0, 9, 8);color:#fff"),
        ("color:#000000", "color:#000000"),
        ("background:url(x.png);color:white;font-weight:bold", "font-weight:bold"),
        ("background-image:url(//x/y);color:white;font-weight:bold", "font-weight:bold"),
    ],
)
def test_text_keeps_the_ground_it_is_read_on(style: str, kept: str) -> None:
    assert sanitise(f'<p style="{style}">a</p>').html == f'<p style="{kept}">a</p>'


@pytest.mark.parametrize(
    "scheme", ["javascript:", "data:text/html,", "file:///", "cid:", "JaVaScRiPt:", "//"]
)
def test_links_lead_to_the_web_or_to_mail_only(scheme: str) -> None:
    assert "href" not in sanitise(f'<a href="{scheme}x">a</a>').html
    assert "href" in sanitise('<a href="https://x.vn">a</a><a href="mailto:a@x.vn">b</a>').html


@given(st.text(st.sampled_from("<>/\"'= abimgsrchtp:&;-!\x00\ud800"), max_size=200))
def test_no_html_makes_it_fail_or_leaves_a_remote_picture(html: str) -> None:
    assert 'src="http' not in sanitise(html).html
    to_text(html)


def test_words_of_html_come_with_line_breaks() -> None:
    assert (
        to_text("<style>x</style><p>Kính  gửi:</p><div>a<br>b &amp; &lt;c&gt;</div>")
        == "Kính gửi:\na\nb & <c>"
    )


def test_legacy_text_is_noticed_and_converted() -> None:
    tcvn3 = "C¨n cø LuËt Tæ chøc chÝnh quyÒn ®Þa ph­¬ng"
    vni = "Caên cöù Luaät Toå chöùc chính quyeàn ñòa phöông"
    assert (detect_legacy(tcvn3), detect_legacy(vni), detect_legacy(UNICODE)) == ("tcvn3", "vni", "")
    expected = "Căn cứ Luật Tổ chức chính quyền địa phương"
    assert convert_legacy(tcvn3, "tcvn3") == expected
    assert convert_legacy(vni, "vni") == expected
    assert detect_legacy("") == ""
    assert convert_legacy(vni, "other") == vni


@pytest.mark.parametrize("charset", ["", "utf-8", "nonsense", "punycode", "zip", "iso-8859-1x", "x" * 99])
def test_broken_label_still_gives_the_text(charset: str) -> None:
    assert decode("Việt Nam".encode(), charset) == "Việt Nam"
    assert decode(b"Vi\xea\xf2t Nam", charset) == "Việt Nam"


@given(st.binary(max_size=100), st.sampled_from(["", "utf-7", "utf-16", "cp1258", "gb2312", "hex", "idna"]))
def test_any_bytes_become_text(data: bytes, charset: str) -> None:
    decode(data, charset).encode("utf-8")


def test_view_is_safe_and_lists_attachments() -> None:
    raw = (
        b"From: a@x.vn\nSubject: s\nContent-Type: multipart/mixed; boundary=a\n\n"
        b"--a\nContent-Type: text/html\n\n"
        b"<p>chao<img src=http://x/y></p>\n--a\nContent-Type: application/pdf\n"
        b"Content-Disposition: attachment; filename=../a.pdf\n\n%PDF\n--a--\n"
    )
    view = make_view(raw)
    assert (view.text, view.blocked_remote) == ("chao", 1)
    assert [(info.section, info.name, info.size) for info in view.attachments] == [("2", "a.pdf", 4)]
    assert attachment_content(raw, "2") == b"%PDF"
    assert attachment_content(raw, "9") is None


def test_a_view_carries_the_text_read_by_the_old_table() -> None:
    text = "KÝnh göi Phßng C¶i c¸ch hµnh chÝnh, ®Ò nghÞ c¸c ®ång chÝ göi b¸o c¸o"
    raw = (
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + text.encode()
    )
    view = make_view(raw)
    assert (view.legacy_encoding, view.text.strip()) == ("tcvn3", text)
    assert view.converted_text.strip() == convert_legacy(text, "tcvn3")
    assert make_view(b"Content-Type: text/plain\r\n\r\nplain").converted_text == ""


def test_cells_of_a_table_stay_apart() -> None:
    assert to_text("<table><tr><td>TỐI  MẬT</td><td> Số: 1 </td></tr></table>") == "TỐI MẬT\tSố: 1"


@pytest.mark.parametrize("letter", ["\x90", "\u00a0", "\u00ad", "µ¸¶", "&nbsp;"])
def test_a_page_full_of_one_letter_is_read_in_its_length(letter: str) -> None:
    """A letter of TCVN3 has thousands of these; each cost the time of all the others."""
    page = letter * (1_900_000 // len(letter))
    kept = sanitise(page).html
    assert len(kept) <= len(page)
    assert len(to_text(page)) <= len(page)


def test_letters_put_aside_for_the_cleaner_come_back() -> None:
    page = '<p title="a µ">«Điều 1»&nbsp;§ 2\u00a0· ½ \ufdd0</p>'
    assert sanitise(page).html == '<p title="a µ">«Điều 1»\u00a0§ 2\u00a0· ½ </p>'
    assert to_text(page) == "«Điều 1» § 2 · ½"
