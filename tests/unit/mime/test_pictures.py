"""Which pictures the text of a letter shows: those it names, of its own letter, within its own signature."""

from __future__ import annotations

import pytest

from client.mime.html import sanitise
from client.mime.pictures import Pictures
from client.mime.view import attachment_content, make_view
from client.model.message import MessageView
from client.model.picture import MOST_PICTURES, MOST_PIXELS_SHOWN, DrawnPicture, PictureBudget

HEAD = b"From: an@example.gov.vn\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
PNG = b"\x89PNG\r\n"


def html(body: str) -> bytes:
    return b"Content-Type: text/html; charset=utf-8\r\n\r\n" + body.encode()


def picture(header: bytes, kind: bytes = b"image/png") -> bytes:
    return b"Content-Type: " + kind + b"\r\n" + header + b"\r\n\r\n" + PNG


def many(kind: bytes, *parts: bytes, boundary: bytes = b"r") -> bytes:
    body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    return (
        b"Content-Type: multipart/"
        + kind
        + b"; boundary="
        + boundary
        + b"\r\n\r\n"
        + body
        + b"--"
        + boundary
        + b"--\r\n"
    )


def drawn(view: MessageView) -> list[str]:
    return [one.section for one in view.attachments if one.drawn]


def shown(body: str, *parts: bytes, kind: bytes = b"related") -> MessageView:
    return make_view(HEAD + many(kind, html(body), *parts))


@pytest.mark.parametrize(
    ("src", "header"),
    [
        ("cid:a@b", b"Content-ID: <a@b>"),
        ("CID:A@B", b"Content-ID: <a@b>"),
        ("cid:a%40b", b"Content-ID: <a@b>"),
        ("cid:a@b", b"Content-ID: a@b"),
        ("cid:&lt;a@b&gt;", b"Content-ID: <a@b>"),
        ("cid:image001.png@01D9.5A", b"Content-ID: <image001.png@01D9.5A>"),
        ("cid:ảnh", "Content-ID: <ảnh>".encode()),
        ("image001.png", b"Content-Location: image001.png"),
        ("http://x.vn/a.png", b"Content-Location: http://x.vn/a.png"),
        ("http://x.vn/a.png", b"Content-Location: http://x.vn/\r\n a.png"),
        ("cid:a@b", b"Content-ID: <a@b>\r\nContent-Disposition: attachment; filename=a.png"),
    ],
)
def test_a_picture_is_found_by_its_names(src: str, header: bytes) -> None:
    view = shown(f'<p><img src="{src}"></p>', picture(header))
    assert view.html == '<p><img src="cid:2"></p>'
    assert drawn(view) == ["2"]
    assert view.blocked_remote == 0


@pytest.mark.parametrize("kind", [b"mixed", b"alternative", b"related"])
def test_a_picture_beside_the_text_is_shown_wherever_old_gateways_put_it(kind: bytes) -> None:
    inner = many(b"alternative", html('<img src="cid:a">'), boundary=b"i")
    raw = HEAD + many(kind, inner, picture(b"Content-ID: <a>", b"application/octet-stream"))
    assert drawn(make_view(raw)) == ["2"]


@pytest.mark.parametrize(
    ("src", "header", "kind"),
    [
        ("cid:2", b"X: 1", b"image/png"),
        ("cid:2", b"Content-ID: <a>", b"image/png"),
        ("cid:", b"Content-ID: <>", b"image/png"),
        ("cid:a", b"Content-ID: <a>", b"image/svg+xml"),
        ("cid:a", b"Content-ID: <a>", b"text/html"),
        ("cid:a", b"Content-ID: <a>", b"application/pdf"),
        ("cid:a", b"Content-Location: a", b"image/png"),
        ("file:///etc/a.png", b"Content-ID: <a>", b"image/png"),
        ("http://x.vn/b.png", b"Content-Location: http://x.vn/a.png", b"image/png"),
        ("data:image/png;base64,AAAA", b"Content-ID: <a>", b"image/png"),
    ],
)
def test_nothing_else_is_shown_and_every_picture_stays_listed(src: str, header: bytes, kind: bytes) -> None:
    view = shown(f'<img src="{src}">', picture(header, kind))
    assert "src" not in view.html
    assert drawn(view) == []
    if kind != b"text/html":
        assert [one.section for one in view.attachments] == ["2"]


def test_only_the_text_that_is_shown_draws_them() -> None:
    plain = b"Content-Type: text/plain\r\n\r\ncid:a"
    assert drawn(make_view(HEAD + many(b"related", plain, picture(b"Content-ID: <a>")))) == []


def test_of_two_pictures_of_one_name_the_first_counts() -> None:
    view = shown('<img src="cid:a"><img src="cid:a">', *[picture(b"Content-ID: <a>")] * 2)
    assert drawn(view) == ["2"]


def test_more_pictures_than_anybody_reads_are_files() -> None:
    count = MOST_PICTURES + 5
    body = "".join(f'<img src="cid:{at}">' for at in range(count))
    view = shown(body, *(picture(b"Content-ID: <%d>" % at) for at in range(count)))
    assert len(drawn(view)) == MOST_PICTURES
    assert len(view.attachments) == count


def test_a_budget_ends_with_its_pixels() -> None:
    budget = PictureBudget()
    large = DrawnPicture(MOST_PIXELS_SHOWN // 2, 1, b"")
    allowed = [(budget.allows(large), budget.is_spent) for _ in range(3)]
    assert allowed == [(True, False), (True, True), (False, True)]


SIGNATURE = b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nMAA="
FRAME = b'signed; protocol="application/pkcs7-signature"'


@pytest.mark.parametrize("inside", [True, False])
def test_a_signed_part_shows_no_picture_from_outside_its_signature(inside: bool) -> None:
    """Whoever adds a picture of that name to a letter would have a signature under it."""
    text = html('<p>Nop <img src="cid:so-tien"> dong</p>')
    pic = picture(b"Content-ID: <so-tien>")
    content = many(b"related", text, pic, boundary=b"c") if inside else text
    signed = many(FRAME, content, SIGNATURE, boundary=b"s")
    view = make_view(HEAD + many(b"mixed", pic, signed, boundary=b"o"))
    assert view.signed_part is not None
    assert ("cid:2.1.2" in view.signed_part.html) == inside
    assert drawn(view) == (["2.1.2"] if inside else [])
    assert [one.section for one in view.attachments if one.unsigned] == ["1"]


def test_a_letter_within_a_letter_has_its_own_pictures() -> None:
    inner = b"From: b@x.vn\r\nSubject: trong\r\n" + many(
        b"related", html('<img src="cid:a"><img src="cid:ngoai">'), picture(b"Content-ID: <a>"), boundary=b"n"
    )
    for encoded in (False, True):
        head = b"Content-Type: message/rfc822\r\n"
        if encoded:
            import base64

            attached = head + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(inner)
        else:
            attached = head + b"\r\n" + inner
        raw = HEAD + many(b"mixed", html('<img src="cid:ngoai">x'), attached, picture(b"Content-ID: <ngoai>"))
        view = make_view(raw)
        assert drawn(view) == ["3"]
        (letter,) = view.attached
        assert letter.html == '<img src="cid:2/msg:2"><img>'
        assert [one.section for one in letter.pictures] == ["2/msg:2"]
        assert attachment_content(raw, "2/msg:2") == PNG
        assert attachment_content(raw, "2/msg:9") is None
        assert attachment_content(raw, "9/msg:2") is None


@pytest.mark.parametrize(
    ("attributes", "kept"),
    [
        ('style="width:48px;height:auto"', 'width="48"'),
        ('width="600" height="200" style="width:6.25in;height:2in"', 'width="600" height="192"'),
        ('width="512" height="512" style="width: 12pt; height: auto; border:1px solid red"',
         'width="16" style="border:1px solid red"'),
        ('style="width:100%;max-width:100%"', ""),
        ('style="width:99999px"', ""),
        ('style="width:1e9px;height:..px"', ""),
        ('alt="a>b" style="width:5px"', 'alt="a>b" width="5"'),
        ('width="50%" height="30"', 'height="30"'),
    ],
)  # fmt: skip
def test_the_size_a_style_asks_for_is_heard_within_bounds(attributes: str, kept: str) -> None:
    found = sanitise(f'<img src="x" {attributes}>', lambda _: "cid:2").html.replace("&gt;", ">")
    assert found == f'<img src="cid:2" {kept}>'.replace(" >", ">")


def test_words_that_look_like_a_picture_are_left_alone() -> None:
    text = '<p title=\'<img src="a" style="width:5px">\'>&lt;img src="a" style="width:5px"&gt;</p>'
    assert sanitise(text).html.count('width="5"') == 0


def test_names_without_end_are_no_names() -> None:
    found = Pictures()
    found.offer("2", "a" * 5000)
    assert found.find("cid:" + "a" * 5000) is None
