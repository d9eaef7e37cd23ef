from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QByteArray, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from client.errors import ConnectionLost
from client.model.address import MailAddress
from client.model.invitation import Attendance, Invitation, InvitationKind
from client.model.message import AttachmentInfo, Envelope, MessageView
from client.ui.message_view import MessageViewer
from client.ui.safe_browser import SafeBrowser
from client.ui.texts import Texts

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def viewer(qtbot: QtBot, texts: Texts) -> MessageViewer:
    made = MessageViewer(texts)
    qtbot.addWidget(made)
    return made


def view(html: str = "", text: str = "", **fields: object) -> MessageView:
    envelope = Envelope(subject="Công văn", from_=(MailAddress("a@hcm.example", "Sở Nội vụ"),), from_count=1)
    return MessageView(**({"envelope": envelope, "html": html, "text": text} | fields))  # type: ignore[arg-type] # the test names fields


def test_sender_address_stands_beside_the_name(viewer: MessageViewer) -> None:
    viewer.show_message(view(text="xin chào"))
    assert viewer.sender_line() == "Từ: Sở Nội vụ <a@hcm.example>"


def test_a_name_that_is_an_address_does_not_hide_the_real_one(viewer: MessageViewer) -> None:
    forged = Envelope(from_=(MailAddress("x@evil.example", "giamdoc@hcm.example"),), from_count=1)
    viewer.show_message(view(text="…", envelope=forged))
    assert "<x@evil.example>" in viewer.sender_line()


@pytest.mark.parametrize(
    "target", ["https://hcm.example/a.png", "file:///etc/passwd", "data:image/png;base64,AAAA", "cid:1"]
)
def test_no_resource_is_ever_loaded(qtbot: QtBot, target: str) -> None:
    browser = SafeBrowser()
    qtbot.addWidget(browser)
    loaded = browser.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl(target))
    assert isinstance(loaded, QImage)
    assert (loaded.width(), loaded.height(), loaded.pixelColor(0, 0).alpha()) == (1, 1, 0)
    sheet = browser.loadResource(QTextDocument.ResourceType.StyleSheetResource.value, QUrl(target))
    assert sheet == QByteArray()
    browser.setHtml(f'<p>chữ</p><img src="{target}"><link rel="stylesheet" href="{target}">')
    browser.grab()
    assert "chữ" in browser.toPlainText()


def test_plain_text_is_shown_as_it_is(viewer: MessageViewer) -> None:
    viewer.show_message(view(text="1 < 2 <b>đậm</b>\n  lùi"))
    assert viewer.shown_text() == "1 < 2 <b>đậm</b>\n  lùi"


def test_link_is_told_with_its_real_target_and_not_followed(qtbot: QtBot, viewer: MessageViewer) -> None:
    viewer.show_message(view(html='<a href="https://evil.example/">https://hcm.example</a>'))
    browser = viewer.findChild(SafeBrowser)
    assert isinstance(browser, SafeBrowser)
    with qtbot.waitSignal(viewer.link_clicked) as told:
        browser.anchorClicked.emit(QUrl("https://evil.example/"))
    assert told.args == ["https://evil.example/"]
    assert "https://hcm.example" in viewer.shown_text()


def test_blocked_remote_content_is_announced(viewer: MessageViewer) -> None:
    viewer.show_message(view(text="a", blocked_remote=2))
    assert not viewer._remote.isHidden()
    viewer.show_message(view(text="a"))
    assert viewer._remote.isHidden()


def test_an_old_encoding_can_be_read_and_left_again(viewer: MessageViewer) -> None:
    viewer.show_message(
        view(html="<p>KÝnh göi</p>", legacy_encoding="tcvn3", converted_text="Kính gửi <b>Sở</b>")
    )
    assert "TCVN3" in viewer.head.people["warning"].text()
    assert viewer.shown_text() == "KÝnh göi"
    viewer.convert_button.click()
    assert viewer.shown_text() == "Kính gửi <b>Sở</b>"
    viewer.convert_button.click()
    assert viewer.shown_text() == "KÝnh göi"
    viewer.convert_button.click()
    viewer.show_message(view(text="chữ Unicode"))
    assert viewer.shown_text() == "chữ Unicode"
    assert viewer.convert_button.isHidden()


def test_the_subject_is_read_by_the_same_table(viewer: MessageViewer) -> None:
    old = Envelope(subject="Tê tr×nh vÒ ®Êt", from_count=1)
    viewer.show_message(view(text="KÝnh", envelope=old, legacy_encoding="tcvn3", converted_text="Kính"))
    assert viewer.head.subject.text() == "Tê tr×nh vÒ ®Êt"
    viewer.convert_button.click()
    assert viewer.head.subject.text() == "Tờ trình về đất"
    viewer.convert_button.click()
    assert viewer.head.subject.text() == "Tê tr×nh vÒ ®Êt"


@pytest.mark.parametrize("subject", ["Báo cáo tuần (phông cũ)", "Báo cáo", "Re: hello", "Đề án"])
@pytest.mark.parametrize("encoding", ["tcvn3", "vni", "utf-8"])
def test_a_subject_in_unicode_stays_as_it_is(viewer: MessageViewer, subject: str, encoding: str) -> None:
    envelope = Envelope(subject=subject, from_count=1)
    viewer.show_message(view(text="KÝnh", envelope=envelope, legacy_encoding=encoding, converted_text="Kính"))
    viewer.convert_button.click()
    assert viewer.head.subject.text() == subject


@pytest.mark.parametrize(
    ("subject", "encoding", "read"),
    [("B¸o c¸o tuÇn", "tcvn3", "Báo cáo tuần"), ("Danh s¸ch", "tcvn3", "Danh sách"),
     ("TèI MËT", "tcvn3", "TốI MậT"), ("TOÁI MAÄT", "vni", "TỐI MẬT"), ("Baùo caùo", "vni", "Báo cáo")],
)  # fmt: skip
def test_a_short_subject_is_read_as_well(
    viewer: MessageViewer, subject: str, encoding: str, read: str
) -> None:
    envelope = Envelope(subject=subject, from_count=1)
    viewer.show_message(view(text="KÝnh", envelope=envelope, legacy_encoding=encoding, converted_text="Kính"))
    viewer.convert_button.click()
    assert viewer.head.subject.text() == read


def test_a_file_in_yenc_is_explained_and_is_no_other_fault(viewer: MessageViewer) -> None:
    viewer.show_message(view(text="a", defects=("yenc",)))
    assert "yEnc" in viewer.head.people["warning"].text()
    assert "lỗi định dạng" not in viewer.head.people["warning"].text()


def test_a_file_that_lies_elsewhere_is_explained_and_is_no_fault_of_form(viewer: MessageViewer) -> None:
    viewer.show_message(view(text="a", defects=("external-body",)))
    assert "không tự tải" in viewer.head.people["warning"].text()
    assert "lỗi định dạng" not in viewer.head.people["warning"].text()


def test_what_was_encoded_twice_is_said_and_can_be_read(viewer: MessageViewer) -> None:
    viewer.show_message(view(text="Viá»‡t", legacy_encoding="utf-8", converted_text="Việt"))
    assert "hai lần" in viewer.head.people["warning"].text()
    viewer.convert_button.click()
    assert viewer.shown_text() == "Việt"


def test_several_senders_are_a_warning(viewer: MessageViewer) -> None:
    viewer.show_message(view(text="a", envelope=Envelope(from_count=2)))
    assert "nhiều người gửi" in viewer.head.people["warning"].text()


def test_each_attachment_can_be_saved(qtbot: QtBot, viewer: MessageViewer) -> None:
    files = (
        AttachmentInfo("2", "a.pdf", "application/pdf", 10),
        AttachmentInfo("3", "b & c.docx", "x/y", 2048),
    )
    viewer.show_message(view(text="a", attachments=files))
    buttons = viewer.attachments.buttons()
    assert [button.text() for button in buttons] == ["a.pdf · 10 B", "b && c.docx · 2,0 KB"]
    with qtbot.waitSignal(viewer.save_requested) as told:
        buttons[1].click()
    assert told.args == ["3"]


def test_unreachable_message_says_what_to_do(viewer: MessageViewer, texts: Texts) -> None:
    error = ConnectionLost(host="imap.hcm.example", port=993)
    viewer.show_error(error)
    assert viewer.shown_text() == texts.error(error).title


def invited(**fields: object) -> Invitation:
    start = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)
    given = {"kind": InvitationKind.REQUEST, "uid": "1", "summary": "Họp giao ban", "start": start} | fields
    return Invitation(**given)  # type: ignore[arg-type] # the test names fields


def test_an_invitation_is_shown_with_its_answers(viewer: MessageViewer) -> None:
    organiser = MailAddress("snv@hcm.example", "Sở Nội vụ")
    viewer.show_message(view(text="…", invitation=invited(organizer=organiser, location="<b>Phòng 2</b>")))
    said = viewer.invitation.shown_text()
    assert "Thư mời họp: Họp giao ban" in said
    assert "<b>Phòng 2</b>" in said
    chosen: list[object] = []
    viewer.invitation.answered.connect(chosen.append)
    viewer.invitation.buttons[Attendance.DECLINED].click()
    assert chosen == [Attendance.DECLINED]


def test_a_cancelled_meeting_has_no_answers_and_a_letter_without_one_no_card(viewer: MessageViewer) -> None:
    viewer.show_message(view(text="…", invitation=invited(kind=InvitationKind.CANCEL)))
    assert "Cuộc họp đã hủy" in viewer.invitation.shown_text()
    assert all(button.isHidden() for button in viewer.invitation.buttons.values())
    viewer.show_message(view(text="…"))
    assert viewer.invitation.isHidden()


def test_another_sender_stands_in_a_line_of_its_own(viewer: MessageViewer) -> None:
    boss, secretary = MailAddress("a@hcm.example"), MailAddress("thu-ky@hcm.example", "Thư ký")
    viewer.show_message(view(text="…", envelope=Envelope(from_=(boss,), sender=(secretary,), from_count=1)))
    shown = [label.text() for label in viewer.findChildren(QLabel)]
    assert "Gửi bởi (Sender): Thư ký <thu-ky@hcm.example>" in shown
