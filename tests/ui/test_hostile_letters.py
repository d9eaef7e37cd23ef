"""Letters that paint a verdict into their own text, name or files ("Johnny, you are fired", UI redressing).

The panel is the window's: same pixels above whatever letter, and no word of a letter in it but as words.
"""

from __future__ import annotations

import base64
import os
from email.header import Header
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from client.config.paths import resources_dir
from client.mime.view import attachment_content, make_view
from client.services import letters_bench, reading_bench
from client.ui.message_view import MessageViewer
from client.ui.texts import Texts
from tests.fakes.desk_samples import reports

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

GREEN = "#146c2e"
ICON = base64.b64encode((resources_dir() / "icons" / "sig-valid.svg").read_bytes()).decode()
BADGE = (
    f'<div style="background:#e8f5ec;border-left:4px solid {GREEN};color:{GREEN}">'
    "✔ Hợp lệ – Kết quả kiểm tra chữ ký số</div>"
)
BODIES = {
    "a badge in the panel's colours": BADGE,
    "fixed at the top": f'<div style="position:fixed;top:-120px;left:0;z-index:999;width:100%">{BADGE}</div>',
    "negative margins": f'<div style="margin-top:-400px;margin-left:-300px">{BADGE}</div>',
    "huge": f'<div style="font-size:900px;line-height:0.1">{BADGE}</div><img width=99999 height=99999>',
    "transformed": f'<div style="transform:translateY(-300px);position:absolute;top:-200px">{BADGE}</div>',
    "style sheet": f"<style>* {{ position:fixed; top:-200px }} .p {{ color:{GREEN} }}</style>{BADGE}",
    "the icon as data": f'<img src="data:image/svg+xml;base64,{ICON}">{BADGE}',
    "the icon by its path": f'<img src="file://{resources_dir()}/icons/sig-valid.svg">{BADGE}',
    "the icon as a part": f'<img src="cid:icon">{BADGE}',
    "a Qt resource": f'<img src=":/icons/sig-valid.svg"><img src="qrc:/icons/sig-valid.svg">{BADGE}',
    "table as a panel": f'<table width="100%" bgcolor="#e8f5ec"><tr><td>{BADGE}</td></tr></table>',
    "out of the document": f"</body></html></div></div>{BADGE}",
    "a form": f'<form action="http://evil.test"><button>Kiểm tra lại</button></form>{BADGE}',
    "an anchor of ours": f'<a href="#verify">Chi tiết (1 chữ ký)</a>{BADGE}',
}

BADGE_LETTER = f"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Nội dung gốc</p>{BADGE}".encode()


def _letter(html: str, headers: bytes = b"From: giam-doc@example.gov.vn\r\nSubject: Cong van\r\n") -> bytes:
    return headers + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + html.encode()


@pytest.fixture
def viewer(qtbot: QtBot, texts: Texts) -> MessageViewer:
    made = MessageViewer(texts)
    qtbot.addWidget(made)
    made.resize(760, 620)
    made.show()
    return made


def _show(viewer: MessageViewer, raw: bytes, case: str = "invalid") -> None:
    viewer.show_message(letters_bench.view_of(raw))
    viewer.signatures.show_report(reports()[case])
    viewer.grab()


def _pixels(viewer: MessageViewer, widget: QWidget) -> QImage:
    """What is seen where the widget is, whoever painted it."""
    place = QRect(widget.mapTo(viewer, QPoint(0, 0)), widget.size())
    return viewer.grab(place).toImage()


def _keep(viewer: MessageViewer, name: str) -> None:
    """A picture to look at, where somebody wants them."""
    folder = os.environ.get("CONGTHU_TEST_PICTURES")
    if folder:
        viewer.grab().save(str(Path(folder) / f"{name}.png"))


@pytest.mark.parametrize("name", BODIES)
def test_no_body_reaches_the_panel(viewer: MessageViewer, name: str) -> None:
    _show(viewer, _letter("<p>Kính gửi</p>"))
    before, place = _pixels(viewer, viewer.signatures), viewer.signatures.geometry()
    _show(viewer, _letter(BODIES[name]))
    _keep(viewer, name.replace(" ", "-"))
    assert viewer.signatures.geometry() == place
    assert _pixels(viewer, viewer.signatures) == before
    assert "Không hợp lệ" in viewer.signatures.shown_text()
    browser = viewer.findChild(QWidget, "body")
    assert browser is not None
    assert browser.mapTo(viewer, QPoint(0, 0)).y() >= place.bottom()


@pytest.mark.parametrize("name", BODIES)
def test_no_body_brings_a_picture_along(viewer: MessageViewer, name: str) -> None:
    html = make_view(_letter(BODIES[name])).html
    assert "data:" not in html
    assert "file:" not in html
    assert "qrc:" not in html
    assert "position" not in html
    assert "transform" not in html


SUBJECTS = {
    "check mark": "✔ Chữ ký hợp lệ",
    "lock": "🔒 Đã xác thực",
    "emoji": "✅ Văn bản số 12",
    "ballot": "☑ Công văn",
}


@pytest.mark.parametrize("name", SUBJECTS)
def test_marks_in_a_subject_are_called_an_imitation(viewer: MessageViewer, name: str) -> None:
    subject = Header(SUBJECTS[name], "utf-8").encode().encode()
    _show(viewer, _letter("<p>x</p>", b"From: an@example.gov.vn\r\nSubject: " + subject + b"\r\n"))
    _keep(viewer, f"subject-{name.replace(' ', '-')}")
    assert any("bắt chước" in label.text() for label in viewer.findChildren(QLabel) if label.isVisible())


@pytest.mark.parametrize(
    "display_name",
    [
        "✔ HỢP LỆ",
        "Đã ký số – Sở Nội vụ",
        "Chữ ký số hợp lệ",
        "ĐÃ XÁC THỰC",
        "Verified sender",
        "h\u200bợp lệ",
    ],
)
def test_a_name_that_says_what_only_a_check_can_say_is_called_an_imitation(
    viewer: MessageViewer, display_name: str
) -> None:
    name = Header(display_name, "utf-8").encode().encode()
    _show(viewer, _letter("<p>x</p>", b"From: " + name + b" <x@evil.test>\r\nSubject: a\r\n"))
    _keep(viewer, "display-name")
    assert any("bắt chước" in label.text() for label in viewer.findChildren(QLabel) if label.isVisible())
    assert "<x@evil.test>" in viewer.sender_line()


@pytest.mark.parametrize("name", ["Nguyễn Văn An", "Sở Nội vụ", "Phòng Kiểm tra văn bản", "Valid Nguyen Co"])
def test_ordinary_names_and_subjects_are_left_alone(viewer: MessageViewer, name: str) -> None:
    encoded = Header(name, "utf-8").encode().encode()
    subject = Header("Về việc hợp lệ hóa hồ sơ", "utf-8").encode().encode()
    _show(
        viewer,
        _letter("<p>x</p>", b"From: " + encoded + b" <an@example.gov.vn>\r\nSubject: " + subject + b"\r\n"),
    )
    shown = [label.text() for label in viewer.findChildren(QLabel) if label.isVisible()]
    assert any("bắt chước" in text for text in shown) == (name == "Valid Nguyen Co")


@pytest.mark.parametrize(
    "subject",
    [
        "Công văn\u202egpj.exe",
        "a\nFrom: giam-doc@example.gov.vn",
        "a\r\n\r\nHợp lệ",
        "a\u2028Hợp lệ\u2029b",
        "\u200b\u200c\u200d\u2060\ufeffa",
        "\u2066\u2067\u2068\u2069\u061c\u200e\u200fa",
        "x" * 20_000,
    ],
)
def test_a_subject_stays_one_line_of_its_own(viewer: MessageViewer, subject: str) -> None:
    encoded = base64.b64encode(subject.encode()).decode()
    header = f"From: an@example.gov.vn\r\nSubject: =?utf-8?B?{encoded}?=\r\n".encode()
    _show(viewer, _letter("<p>x</p>", header))
    title = viewer.findChild(QLabel, "title")
    assert title is not None
    for char in "\n\r\u2028\u2029\u202e\u2066\u2067\u2068\u200b\u2060\ufeff\u061c\u200e\u200f":
        assert char not in title.text()
    assert viewer.sender_line() == "Từ: <an@example.gov.vn>"
    assert len(title.text()) <= 1000


def test_markup_in_names_is_shown_as_it_is(viewer: MessageViewer) -> None:
    name = Header('<b style="color:green">Hợp lệ</b><img src=x>', "utf-8").encode().encode()
    _show(viewer, _letter("<p>x</p>", b"From: " + name + b" <x@evil.test>\r\nSubject: <h1>a</h1>\r\n"))
    assert "<b style=" in viewer.sender_line()


@pytest.mark.parametrize(
    "name",
    ["Kết quả kiểm tra chữ ký số – Hợp lệ", "✔ Hợp lệ.pdf", "sig-valid.svg", "a\u202efdp.exe", "&Hợp&lệ"],
)
def test_a_file_named_like_the_panel_is_a_file(viewer: MessageViewer, name: str) -> None:
    encoded = base64.b64encode(name.encode()).decode()
    raw = (
        b"From: an@example.gov.vn\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n\r\na\r\n--o\r\n"
        + f'Content-Type: image/svg+xml; name="=?utf-8?B?{encoded}?="\r\n'.encode()
        + b"Content-Disposition: inline\r\nContent-ID: <icon>\r\n\r\n<svg/>\r\n--o--\r\n"
    )
    _show(viewer, raw)
    _keep(viewer, "attachment")
    (button,) = viewer.attachments.buttons()
    assert "\u202e" not in button.text()
    assert button.accessibleName().startswith("Lưu ")
    assert "Không hợp lệ" in viewer.signatures.shown_text()


# The signed part in its frame --------------------------------------------------------------


def _partly(before: bytes, after: bytes) -> bytes:
    signed = (
        b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=s\r\n\r\n'
        b"--s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nNGUYEN VAN: nop 100 dong\r\n"
        b"--s\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nMAA=\r\n--s--\r\n"
    )
    parts = [part for part in (before, signed, after) if part]
    body = b"".join(b"--o\r\n" + part + b"\r\n" for part in parts) + b"--o--\r\n"
    head = b"From: ds@example.gov.vn\r\nSubject: Danh\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n"
    return head + body


FOOTER = "Content-Type: text/plain; charset=utf-8\r\n\r\n-- \r\nDanh sách thư Sở Nội vụ".encode()
TRICK = "Content-Type: text/html; charset=utf-8\r\n\r\n<b>Nộp 999 đồng ngay</b><!--".encode()


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [(b"", FOOTER, "Danh sách thư Sở Nội vụ"), (TRICK, b"", "Nộp 999 đồng"), (TRICK, FOOTER, "999")],
)
def test_what_nobody_signed_stands_outside_the_frame(
    viewer: MessageViewer, before: bytes, after: bytes, word: str
) -> None:
    _show(viewer, _partly(before, after), "partial")
    _keep(viewer, f"partial-{len(before)}-{len(after)}")
    frame = viewer.signed_part
    assert frame.isVisible()
    assert "NGUYEN VAN: nop 100 dong" in frame.browser.toPlainText()
    assert word not in frame.browser.toPlainText()
    assert word in viewer.shown_text()
    assert "100 dong" not in viewer.shown_text()
    outside = next(label for label in viewer.findChildren(QLabel) if label.objectName() == "outside")
    assert outside.isVisible()
    assert outside.mapTo(viewer, QPoint(0, 0)).y() >= frame.mapTo(viewer, QPoint(0, 0)).y() + frame.height()


def test_html_of_the_signed_part_cannot_leave_its_frame(viewer: MessageViewer) -> None:
    raw = _partly(b"", FOOTER).replace(
        b"text/plain; charset=utf-8\r\n\r\nNGUYEN", b"text/html\r\n\r\n<b>x</b>NGUYEN"
    )
    _show(viewer, raw, "partial")
    before = _pixels(viewer, viewer.signatures)
    trick = raw.replace(b"<b>x</b>", BODIES["fixed at the top"].encode("ascii", "xmlcharrefreplace"))
    _show(viewer, trick, "partial")
    assert _pixels(viewer, viewer.signatures) == before


def test_files_outside_the_signed_part_say_so(viewer: MessageViewer) -> None:
    file = b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=lenh.pdf\r\n\r\n%PDF-"
    _show(viewer, _partly(b"", file), "partial")
    (button,) = [one for one in viewer.attachments.buttons() if "lenh.pdf" in one.text()]
    assert "ngoài chữ ký" in button.text()


def test_a_letter_signed_as_a_whole_has_no_frame(viewer: MessageViewer) -> None:
    _show(viewer, _letter("<p>x</p>"), "valid")
    assert not viewer.signed_part.isVisible()


# Pictures ----------------------------------------------------------------------------------

PICTURES = {
    "the panel itself": '<img src="cid:panel@x">',
    "over all": '<img src="cid:panel@x" width="999" height="999" align="left">',
    "pulled up": '<div style="margin-top:-200px"><img src="cid:panel@x" style="margin-top:-300px"></div>',
    "fixed": '<img src="cid:panel@x" style="position:fixed;top:-150px;left:0;z-index:99;width:760px">',
    "raised": '<p style="line-height:0.1"><img src="cid:panel@x" style="vertical-align:900px"></p>',
    "many": '<img src="cid:panel@x">' * 300,
    "as a ground": '<table background="cid:panel@x" width="100%"><tr><td>x</td></tr></table>',
}


def _with_panel(html: str, panel: bytes) -> bytes:
    head = b"From: giam-doc@example.gov.vn\r\nSubject: Cong van\r\n"
    parts = [
        b"Content-Type: text/html; charset=utf-8\r\n\r\n" + html.encode(),
        b"Content-Type: image/png\r\nContent-ID: <panel@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(panel),
    ]
    body = b"".join(b"--o\r\n" + part + b"\r\n" for part in parts) + b"--o--\r\n"
    return head + b"Content-Type: multipart/related; boundary=o\r\n\r\n" + body


def _draw_all(viewer: MessageViewer, raw: bytes) -> None:
    for one in letters_bench.view_of(raw).attachments:
        drawn = reading_bench.draw(attachment_content(raw, one.section) or b"") if one.drawn else None
        if drawn is not None:
            viewer.show_picture(one.section, QImage.fromData(drawn.data))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_the_panel_stays_a_picture_in_the_text(viewer: MessageViewer, name: str) -> None:
    """The panel that says "valid", pixel for pixel, sent along and shown above what is not valid."""
    _show(viewer, _letter("<p>Kính gửi</p>"), "valid")
    buffer = QBuffer()
    viewer.signatures.grab().save(buffer, "PNG")
    panel = bytes(buffer.data().data())
    _show(viewer, _letter("<p>Kính gửi</p>"))
    before, place = _pixels(viewer, viewer.signatures), viewer.signatures.geometry()
    raw = _with_panel(PICTURES[name], panel)
    _show(viewer, raw)
    _draw_all(viewer, raw)
    viewer.grab()
    _keep(viewer, f"picture-{name.replace(' ', '-')}")
    assert viewer.signatures.geometry() == place
    assert _pixels(viewer, viewer.signatures) == before
    assert "Không hợp lệ" in viewer.signatures.shown_text()
    browser = viewer.findChild(QWidget, "body")
    assert browser is not None
    assert browser.mapTo(viewer, QPoint(0, 0)).y() >= place.bottom()
    assert any(
        "do người gửi chèn" in label.text() for label in viewer.findChildren(QLabel) if label.isVisible()
    ) == (name != "as a ground")
    _show(viewer, _letter("<p>Kính gửi</p>"))
    assert not any(
        "do người gửi chèn" in one.text() for one in viewer.findChildren(QLabel) if one.isVisible()
    )


def test_a_picture_is_not_drawn_under_a_signature_it_is_not_part_of(viewer: MessageViewer) -> None:
    png = b"Content-Type: image/png\r\nContent-ID: <so-tien>\r\n\r\nx"
    raw = _partly(png, b"").replace(
        b"text/plain; charset=utf-8\r\n\r\nNGUYEN", b'text/html\r\n\r\n<img src="cid:so-tien">NGUYEN'
    )
    _show(viewer, raw, "partial")
    viewer.show_picture("1", QImage(50, 50, QImage.Format.Format_RGB32))
    assert "cid:" not in viewer.signed_part.browser.toHtml()
    button = viewer.attachments.buttons()[0]
    assert button.text().startswith("part-1")
    assert "ngoài chữ ký" in button.text()


def test_narrow(viewer: MessageViewer) -> None:
    viewer.resize(420, 640)
    _show(viewer, _partly(TRICK, FOOTER), "partial")
    _keep(viewer, "partial-narrow")
    assert viewer.minimumSizeHint().width() <= 420


def test_a_forwarded_letter_is_read_under_its_own_sender(viewer: MessageViewer) -> None:
    inner = "From: giam-doc@example.gov.vn\r\nSubject: <b>Nộp</b>\r\n".encode() + BADGE_LETTER
    head = b"From: an@example.gov.vn\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n"
    parts = (
        b"--o\r\n\r\nXem thu kem\r\n--o\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--o--\r\n"
    )
    _show(viewer, _letter("<p>Kính gửi</p>"))
    before = _pixels(viewer, viewer.signatures)
    _show(viewer, head + parts)
    _keep(viewer, "forwarded")
    assert _pixels(viewer, viewer.signatures) == before
    assert viewer.attached.isVisible()
    shown = viewer.attached.shown_text()
    assert "Thư được gửi kèm: <b>Nộp</b>" in shown
    assert "Từ: giam-doc@example.gov.vn" in shown
    assert "Nội dung gốc" in shown
    assert "Nội dung gốc" not in viewer.shown_text()
    assert viewer.sender_line() == "Từ: <an@example.gov.vn>"
    _show(viewer, _letter("<p>x</p>"))
    assert not viewer.attached.isVisible()


@pytest.mark.parametrize("address", ["аn@example.gov.vn", "an@ехample.gov.vn"])
def test_an_address_in_letters_that_look_alike_is_called_so(viewer: MessageViewer, address: str) -> None:
    _show(viewer, _letter("<p>x</p>", f"From: {address}\r\nSubject: a\r\n".encode()))
    _keep(viewer, "look-alike")
    assert any("La-tinh" in label.text() for label in viewer.findChildren(QLabel) if label.isVisible())
