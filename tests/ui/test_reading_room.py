"""Whatever is known about a letter, its text stays readable on a small screen and no word is cut off."""

from __future__ import annotations

import gc
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from client.model.address import MailAddress
from client.model.invitation import Attendance, Attendee, Invitation, InvitationKind
from client.model.mailbox import Related
from client.model.message import AttachmentInfo, Envelope, MessageView
from client.model.register import ReceivedDocument, ReceivedMessage, RegisterEntry
from client.ui.bounded import BoundedArea
from client.ui.message_view import MessageViewer
from client.ui.texts import Texts
from client.ui.verification_actions import Judged, Offer
from client.ui.widgets import ElidedLabel
from tests.fakes.desk_samples import message_row, reports

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
AT_1280X720 = (678, 593)
NARROWEST = 320


def people(count: int) -> tuple[MailAddress, ...]:
    return tuple(MailAddress(f"can-bo-{n}@tphcm.gov.vn", f"Nguyễn Thị Ngọc Lan {n}") for n in range(count))


def letter(invitation: Invitation | None = None) -> MessageView:
    envelope = Envelope(
        subject="[1204/SNV-CCHC] Lấy ý kiến dự thảo Quy chế sử dụng hộp thư điện tử công vụ",
        from_=(MailAddress("snv@tphcm.gov.vn", "Sở Nội vụ TP. Hồ Chí Minh"),),
        from_count=1,
        to=people(12),
        cc=people(4),
    )
    pdf = AttachmentInfo("2", "1204_SNV-CCHC_ban-chuyen-tiep.pdf", "application/pdf", 118_000)
    return MessageView(
        envelope, "", "Kính gửi Quý cơ quan,\n" * 20, invitation=invitation, attachments=(pdf,)
    )


@pytest.fixture
def viewer(qtbot: QtBot, texts: Texts) -> MessageViewer:
    made = MessageViewer(texts)
    qtbot.addWidget(made)
    for name in ("So sánh với bản đã ký…", "Mở bản đã ký…", "Trả lại văn bản…"):
        made.verification.offer(Offer(name, name, lambda _: True, lambda _: None))
    made.verification.offer(Offer("report", "Báo cáo…", lambda _: True, lambda _: None, is_rare=True))
    return made


def show_everything(
    viewer: MessageViewer, size: tuple[int, int], invitation: Invitation | None = None
) -> None:
    viewer.resize(*size)
    viewer.show()
    viewer.show_message(letter(invitation))
    viewer.signatures.show_report(reports()["invalid"])
    viewer.verification.show_for(Judged(1, 1, reports()["invalid"]))
    viewer.related.show_related(Related((message_row(1), message_row(2))))
    entry = RegisterEntry(1, "1204.pdf", "0" * 64, type_name="Công văn", organ_name="SỞ NỘI VỤ")
    viewer.register.show_message(ReceivedMessage(documents=(ReceivedDocument(entry),)))


def body_share(viewer: MessageViewer) -> float:
    return viewer._browser.height() / viewer.height()


def test_two_fifths_of_the_pane_are_the_letter_itself(qtbot: QtBot, viewer: MessageViewer) -> None:
    show_everything(viewer, AT_1280X720)
    qtbot.waitUntil(lambda: viewer.register.height() > 0 and body_share(viewer) >= 0.4, timeout=2000)


def test_a_meeting_with_many_guests_leaves_room_for_the_letter(qtbot: QtBot, viewer: MessageViewer) -> None:
    guests = tuple(Attendee(one, Attendance.ACCEPTED) for one in people(30))
    meeting = Invitation(
        InvitationKind.REQUEST,
        "1",
        "Họp giao ban",
        start=datetime(2026, 11, 27, 8, tzinfo=UTC),
        attendees=guests,
        organizer=people(1)[0],
    )
    show_everything(viewer, (400, 560), meeting)
    viewer.register.more.setChecked(True)
    cards = viewer.findChild(BoundedArea)
    assert isinstance(cards, BoundedArea)
    inside = viewer.register.parentWidget()
    assert inside is not None
    qtbot.waitUntil(lambda: inside.height() > 0.4 * viewer.height())  # it would not have fitted
    assert cards.height() <= 0.4 * viewer.height() + 1
    qtbot.waitUntil(lambda: viewer._browser.height() >= 60)
    viewer.register.more.setChecked(False)
    qtbot.waitUntil(lambda: not viewer.invitation.visibleRegion().isEmpty())
    cards.ensureWidgetVisible(viewer.invitation.buttons[Attendance.ACCEPTED])
    assert not viewer.invitation.buttons[Attendance.ACCEPTED].visibleRegion().isEmpty()
    assert cards.viewport().height() == cards.height()


@pytest.mark.parametrize("case", list(reports()))
@pytest.mark.parametrize("width", [NARROWEST, 422, 678])
def test_no_sentence_of_the_verdict_is_cut_off(
    qtbot: QtBot, viewer: MessageViewer, case: str, width: int
) -> None:
    show_everything(viewer, (width, 593))
    viewer.signatures.show_report(reports()[case])
    labels = [one for one in viewer.signatures.findChildren(QLabel) if one.isVisible() and one.text()]
    qtbot.waitUntil(
        lambda: all(one.height() >= one.heightForWidth(one.width()) for one in labels), timeout=2000
    )
    assert viewer.signatures.width() <= width


def test_the_sender_is_never_shortened_and_recipients_open_on_request(
    qtbot: QtBot, viewer: MessageViewer
) -> None:
    show_everything(viewer, AT_1280X720)
    assert viewer.sender_line() == "Từ: Sở Nội vụ TP. Hồ Chí Minh <snv@tphcm.gov.vn>"
    brief = viewer.head.brief
    qtbot.waitUntil(lambda: brief.text().endswith("…"))
    assert "can-bo-11@tphcm.gov.vn" in brief.full_text
    assert not viewer.head.more.isHidden()
    viewer.head.more.click()
    assert brief.isHidden()
    assert "can-bo-11@tphcm.gov.vn" in viewer.head.people["to"].text()
    assert not viewer.head.people["to"].isHidden()


def test_a_short_list_of_recipients_needs_no_button(qtbot: QtBot, viewer: MessageViewer) -> None:
    viewer.resize(*AT_1280X720)
    viewer.show()
    viewer.show_message(
        MessageView(Envelope(subject="a", from_=people(1), to=people(1), from_count=1), "", "chữ")
    )
    qtbot.waitUntil(lambda: viewer.head.more.isHidden())


def test_a_cut_line_keeps_the_whole_for_the_screen_reader_and_shows_no_markup(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.show_text("<b>Lan</b> " * 10)
    assert label.text().endswith("…")
    assert label.accessibleName() == "<b>Lan</b> " * 10
    assert "<b>" not in label.toolTip()


def test_details_are_scrolled_within_their_share(qtbot: QtBot, viewer: MessageViewer) -> None:
    show_everything(viewer, (678, 420))
    viewer.signatures._toggle.setChecked(True)
    assert viewer.signatures._scroll.maximumHeight() <= 0.35 * 420 + 1


def test_tab_goes_through_the_pane_from_the_top_down(viewer: MessageViewer) -> None:
    show_everything(viewer, AT_1280X720)
    for _ in range(2):  # buttons are made anew with every letter
        show_everything(viewer, AT_1280X720)
    walked: list[QWidget] = []
    here: QWidget = viewer.head.more
    while here not in walked:
        if here.isVisibleTo(viewer) and here.focusPolicy() & Qt.FocusPolicy.TabFocus:
            walked.append(here)
        following = here.nextInFocusChain()
        assert following is not None
        here = following
        if here is viewer.head.more:
            break
    heights = [one.mapTo(viewer, one.rect().center()).y() for one in walked]
    assert len(walked) >= 8
    assert heights == sorted(heights)
    assert all(one.accessibleName() or getattr(one, "text", str)() for one in walked)


def test_a_pane_that_is_thrown_away_dies_in_silence(qtbot: QtBot, texts: Texts) -> None:
    for _ in range(3):
        made = MessageViewer(texts)
        made.resize(*AT_1280X720)
        made.show()
        made.show_message(letter())
        del made
        gc.collect()
        QApplication.processEvents()  # pytest-qt fails the test for an exception in an event
