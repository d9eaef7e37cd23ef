"""Pictures in the text of a letter: after the words, within the window, and kept where somebody wants to."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from client.mime.view import attachment_content
from client.model.message import AttachedMessage, AttachmentInfo, Envelope, MessageView, SignedPart
from client.model.picture import MOST_PIXELS_SHOWN, DrawnPicture
from client.services import letters_bench, reading_bench
from client.ui import dialogs
from client.ui.bridge import Bridge
from client.ui.message_view import MessageViewer
from client.ui.picture_flow import PictureFlow
from client.ui.reader import Reader
from client.ui.safe_browser import SafeBrowser
from client.ui.texts import Texts
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_samples import INBOX

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
RED = QColor(200, 30, 30)


def picture(width: int = 60, height: int = 40, kind: str = "PNG") -> DrawnPicture:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(buffer, kind)
    return DrawnPicture(width, height, buffer.getvalue())


def image(width: int, height: int) -> QImage:
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(RED)
    return made


def info(section: str, name: str = "a.png", *, drawn: bool = True) -> AttachmentInfo:
    return AttachmentInfo(section, name, "image/png", 10, drawn=drawn)


def view(html: str, *files: AttachmentInfo, **more: object) -> MessageView:
    return MessageView(Envelope(subject="Thư"), html, "chữ", files, **more)  # type: ignore[arg-type] # the test names fields


@pytest.fixture
def browser(qtbot: QtBot) -> SafeBrowser:
    made = SafeBrowser()
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show()
    return made


@pytest.fixture
def viewer(qtbot: QtBot, texts: Texts) -> MessageViewer:
    made = MessageViewer(texts)
    qtbot.addWidget(made)
    made.resize(760, 620)
    made.show()
    return made


def sizes(browser: SafeBrowser) -> list[tuple[int, int]]:
    document, found = browser.document(), []
    block = document.begin()
    while block.isValid():
        pieces = block.begin()
        while not pieces.atEnd():
            shape = pieces.fragment().charFormat()
            if shape.isImageFormat():
                size = shape.toImageFormat()
                found += [(round(size.width()), round(size.height()))] * pieces.fragment().length()
            pieces += 1
        block = block.next()
    return found


def red_pixels(widget: QWidget) -> int:
    seen = widget.grab().toImage()
    return sum(
        seen.pixelColor(x, y) == RED for x in range(0, seen.width(), 4) for y in range(0, seen.height(), 4)
    )


# In the page -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attributes", "natural", "shown"),
    [
        ("", (60, 40), (60, 40)),
        ('width="30"', (60, 40), (30, 20)),
        ('height="20"', (60, 40), (30, 20)),
        ('width="100" height="20"', (60, 40), (100, 20)),
        ('width="0" height="-5"', (60, 40), (60, 40)),
    ],
)
def test_a_picture_is_as_large_as_its_letter_asks(
    browser: SafeBrowser, attributes: str, natural: tuple[int, int], shown: tuple[int, int]
) -> None:
    browser.show_page(f'<p>a</p><p><img src="cid:2" {attributes}></p>')
    browser.show_picture("2", image(*natural))
    assert sizes(browser) == [shown]
    assert red_pixels(browser) > 0


@pytest.mark.parametrize("attributes", ["", 'width="900" height="300"', 'width="999"'])
def test_a_wide_picture_keeps_within_the_window_as_that_changes(
    browser: SafeBrowser, attributes: str
) -> None:
    browser.show_page(f'<img src="cid:2" {attributes}>')
    browser.show_picture("2", image(3000, 1000))
    for width in (500, 240, 700):
        browser.resize(width, 400)
        browser.grab()
        ((across, down),) = sizes(browser)
        assert across <= browser.viewport().width()
        assert across > browser.viewport().width() - 60
        assert down == pytest.approx(across / 3, abs=2)
        assert browser.horizontalScrollBar().maximum() == 0


def test_pictures_side_by_side_keep_within_the_window_too(browser: SafeBrowser) -> None:
    cells = "".join(f'<td><img src="cid:{at}" width="700"></td>' for at in (2, 3, 4))
    browser.show_page(f'<table><tr>{cells}</tr></table><p><img src="cid:5"></p>')
    for section in "2345":
        browser.show_picture(section, image(900, 300))
    assert browser.horizontalScrollBar().maximum() == 0
    assert sizes(browser)[0][0] > 100
    assert sizes(browser)[3][0] > 400


def test_room_is_kept_for_a_picture_whose_size_is_known(browser: SafeBrowser) -> None:
    browser.show_page('<img src="cid:2" width="100" height="50">')
    assert sizes(browser) == [(100, 50)]
    browser.show_page('<img src="cid:2">')
    assert sizes(browser) == [(1, 1)]


@pytest.mark.parametrize("before", ["<p>a</p>", "<p>a</p>\n", "<ul><li>a</li></ul>", "<h1>a</h1><span>"])
def test_a_picture_below_a_paragraph_stands_below_it(browser: SafeBrowser, before: str) -> None:
    browser.show_page(f'{before}<img src="cid:2"><p>b</p>')
    lines = browser.document().toRawText().replace("\u200b", "").split("\u2029")
    assert [line for line in lines if line] == ["a", "\ufffc", "b"]


def test_a_picture_within_a_line_stays_in_it(browser: SafeBrowser) -> None:
    browser.show_page('<p>a <b></b><img src="cid:2"> b</p>')
    assert browser.document().toRawText() == "a \ufffc b"


def test_a_picture_that_cannot_be_drawn_leaves_a_mark(browser: SafeBrowser) -> None:
    browser.show_page('<img src="cid:2">')
    browser.show_picture("2", None)
    assert sizes(browser) == [(24, 24)]


def test_a_picture_that_was_not_asked_for_is_not_kept(browser: SafeBrowser) -> None:
    browser.show_page('<p>a</p><img src="cid:2">')
    browser.show_picture("3", image(9, 9))
    browser.show_page('<img src="cid:3">')
    assert red_pixels(browser) == 0


def test_another_letter_never_shows_the_last_ones_picture(browser: SafeBrowser) -> None:
    browser.show_page('<img src="cid:2">')
    browser.show_picture("2", image(60, 40))
    browser.forget_pictures()
    browser.show_page('<img src="cid:2">')
    assert sizes(browser) == [(1, 1)]
    assert red_pixels(browser) == 0


def test_who_has_read_on_keeps_the_line(browser: SafeBrowser) -> None:
    browser.show_page('<img src="cid:2">' + "".join(f"<p>dòng {at}</p>" for at in range(200)))
    browser.verticalScrollBar().setValue(900)
    before = browser.cursorForPosition(QPoint(2, 30)).block().text()
    browser.show_picture("2", image(300, 500))
    assert browser.cursorForPosition(QPoint(2, 30)).block().text() == before
    assert browser.verticalScrollBar().value() > 1200


def test_the_picture_under_the_pointer_can_be_kept(browser: SafeBrowser) -> None:
    browser.show_page('<p>a</p><p><img src="cid:2.1"></p>')
    browser.show_picture("2.1", image(200, 100))
    browser.grab()
    box = browser.document().documentLayout().blockBoundingRect(browser.document().lastBlock())
    inside = (box.topLeft() + QPointF(20, 20)).toPoint()
    assert browser.picture_at(inside) == "2.1"
    assert browser.picture_at(QPoint(300, 390)) == ""


# In the pane -------------------------------------------------------------------------------


def test_pictures_are_behind_one_button_and_files_beside_it(qtbot: QtBot, viewer: MessageViewer) -> None:
    viewer.show_message(view('<img src="cid:2">', info("2", "a & b.png"), info("3", "c.pdf", drawn=False)))
    file, pictures = viewer.attachments.buttons()
    assert file.text().startswith("c.pdf")
    assert pictures.text() == "Ảnh trong thư (1)"
    (action,) = pictures.menu().actions()
    assert action.text() == "a && b.png · 10 B"
    with qtbot.waitSignal(viewer.save_requested) as told:
        action.trigger()
    assert told.args == ["2"]


def test_a_letter_with_pictures_alone_speaks_of_no_files(viewer: MessageViewer) -> None:
    viewer.show_message(view('<img src="cid:2">', info("2")))
    assert viewer.attachments.isVisible()
    assert [one.text() for one in viewer.attachments.buttons()] == ["Ảnh trong thư (1)"]
    assert not viewer.attachments._title.isVisible()


def test_what_cannot_be_drawn_is_a_file(viewer: MessageViewer) -> None:
    viewer.show_message(view('<img src="cid:2"><img src="cid:3">', info("2", "a.wmf"), info("3", "b.png")))
    viewer.show_picture("2", None)
    viewer.show_picture("3", image(9, 9))
    assert [one.text() for one in viewer.attachments.buttons()] == ["a.wmf · 10 B", "Ảnh trong thư (1)"]


def test_the_frame_and_attached_letters_show_theirs(viewer: MessageViewer) -> None:
    nested = AttachedMessage("4", Envelope(), "x", '<img src="cid:4/msg:2">', (info("4/msg:2"),))
    shown = view("", info("2.1"), signed_part=SignedPart("2", '<img src="cid:2.1">', "x"), attached=(nested,))
    viewer.show_message(shown)
    for section in ("2.1", "4/msg:2"):
        viewer.show_picture(section, image(60, 40))
    assert red_pixels(viewer.signed_part.browser) > 0
    (attached,) = viewer.attached.browsers()
    assert sizes(attached) == [(60, 40)]
    assert red_pixels(viewer._browser) == 0


def test_pictures_outlive_a_look_at_another_reading_of_the_text(viewer: MessageViewer) -> None:
    viewer.show_message(view('<img src="cid:2">', info("2"), legacy_encoding="tcvn3", converted_text="chữ"))
    viewer.show_picture("2", image(60, 40))
    viewer.convert_button.click()
    assert red_pixels(viewer._browser) == 0
    viewer.convert_button.click()
    assert red_pixels(viewer._browser) > 0


# One after the other -----------------------------------------------------------------------


class Asked:
    """Answers in its own time."""

    def __init__(self) -> None:
        self.futures: dict[str, Future[DrawnPicture | None]] = {}

    def __call__(self, section: str) -> Future[DrawnPicture | None]:
        return self.futures.setdefault(section, Future())


@pytest.fixture
def flow(viewer: MessageViewer) -> PictureFlow:
    return PictureFlow(Bridge(viewer), viewer)


def settle(qtbot: QtBot, what: Callable[[], bool]) -> None:
    qtbot.waitUntil(what, timeout=3000)


def test_one_picture_is_in_work_at_a_time(qtbot: QtBot, viewer: MessageViewer, flow: PictureFlow) -> None:
    letter = view('<img src="cid:2"><img src="cid:3">', info("2"), info("9", drawn=False), info("3"))
    viewer.show_message(letter)
    asked = Asked()
    flow.start(letter, asked)
    assert list(asked.futures) == ["2"]
    asked.futures["2"].set_result(picture(kind="JPEG"))
    settle(qtbot, lambda: list(asked.futures) == ["2", "3"])
    asked.futures["3"].set_exception(OSError())
    settle(qtbot, lambda: [one.text() for one in viewer.attachments.buttons()][-1] == "Ảnh trong thư (1)")
    assert sizes(viewer._browser) == [(60, 40), (24, 24)]


def test_a_picture_of_the_letter_before_is_dropped(
    qtbot: QtBot, viewer: MessageViewer, flow: PictureFlow
) -> None:
    letter = view('<img src="cid:2"><img src="cid:3">', info("2"), info("3"))
    viewer.show_message(letter)
    first, second = Asked(), Asked()
    flow.start(letter, first)
    flow.start(letter, second)
    first.futures["2"].set_result(picture())
    second.futures["2"].set_result(None)
    settle(qtbot, lambda: "3" in second.futures)
    assert sizes(viewer._browser)[0] == (24, 24)
    assert list(first.futures) == ["2"]


def test_pictures_beyond_the_budget_are_files_and_nobody_decodes_them(
    qtbot: QtBot, viewer: MessageViewer, flow: PictureFlow
) -> None:
    letter = view("".join(f'<img src="cid:{at}">' for at in "234"), info("2"), info("3"), info("4"))
    viewer.show_message(letter)
    asked = Asked()
    flow.start(letter, asked)
    asked.futures["2"].set_result(replace(picture(), width=MOST_PIXELS_SHOWN + 1))
    settle(qtbot, lambda: len(viewer.attachments.buttons()) == 3)
    assert list(asked.futures) == ["2"]


@pytest.mark.parametrize("data", [b"", b"x", b"<svg/>", b"\x89PNG\r\n\x1a\nxx", b"GIF89a"])
def test_bytes_that_are_no_picture_of_ours_are_a_file(
    qtbot: QtBot, viewer: MessageViewer, flow: PictureFlow, data: bytes
) -> None:
    letter = view('<img src="cid:2">', info("2"))
    viewer.show_message(letter)
    asked = Asked()
    flow.start(letter, asked)
    asked.futures["2"].set_result(DrawnPicture(1, 1, data))
    settle(qtbot, lambda: viewer.attachments.buttons()[0].text().startswith("a.png"))


# In the reader -----------------------------------------------------------------------------


def test_text_and_verdict_come_first_and_another_letter_stops_it(
    qtbot: QtBot, desk: FakeDesk, texts: Texts, viewer: MessageViewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = view('<p>chữ</p><img src="cid:2"><img src="cid:3">', info("2", "so-do.png"), info("3"))
    monkeypatch.setattr(desk, "open_message", lambda *_: desk.answer("open_message", lambda: letter))
    desk.reading_room.pictures["2"] = picture()
    reader = Reader(desk, texts, viewer, Bridge(viewer))
    reader.open(INBOX, 200)
    settle(qtbot, lambda: desk.count("picture") == 2)
    names = [call[0] for call in desk.calls]
    assert names.index("open_message") < names.index("verify") < names.index("picture")
    settle(qtbot, lambda: sizes(viewer._browser) == [(60, 40), (24, 24)])
    named: list[str] = []
    monkeypatch.setattr(dialogs, "ask_save_path", lambda _, name: named.append(name))
    reader.save_attachment("2")
    assert named == ["so-do.png"]
    reader.open(INBOX, 0)
    assert reader.pictures._waiting == []


def test_a_real_letter_from_its_bytes_to_the_screen(
    qtbot: QtBot, viewer: MessageViewer, flow: PictureFlow
) -> None:
    coded = base64.encodebytes(picture(400, 100).data)
    raw = (
        b"From: a@x.vn\r\nContent-Type: multipart/related; boundary=r\r\n\r\n--r\r\n"
        b'Content-Type: text/html\r\n\r\n<p>So do:</p><img src="cid:s@x" width=200>\r\n--r\r\n'
        b"Content-Type: image/png; name=so-do.png\r\nContent-ID: <s@x>\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + coded + b"--r--\r\n"
    )
    letter = letters_bench.view_of(raw)
    viewer.show_message(letter)

    def ask(section: str) -> Future[DrawnPicture | None]:
        future: Future[DrawnPicture | None] = Future()
        future.set_result(reading_bench.draw(attachment_content(raw, section) or b""))
        return future

    flow.start(letter, ask)
    settle(qtbot, lambda: sizes(viewer._browser) == [(200, 50)])
    assert red_pixels(viewer._browser) > 100
    assert [one.text() for one in viewer.findChildren(QToolButton, "pictures")] == ["Ảnh trong thư (1)"]
