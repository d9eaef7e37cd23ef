"""What the outbox says about each message, and that only what is allowed can be pressed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from client.errors import OutboxConflict
from client.model.outgoing import (
    GIVEN_UP,
    LEGAL_TRANSITIONS,
    REFUSED_AT_HOUR,
    Draft,
    OutboxEntry,
    OutboxState,
    Situation,
    situation,
)
from client.ui.outbox_view import OutboxView
from client.ui.texts import Texts
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_samples import NOW, outbox_entry

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

SOON = NOW + timedelta(seconds=10)
ENTRIES = {
    Situation.SCHEDULED: replace(outbox_entry(1, OutboxState.SCHEDULED), not_before=NOW + timedelta(days=1)),
    Situation.PAUSED: replace(outbox_entry(1, OutboxState.QUEUED), not_before=SOON),
    Situation.QUEUED: outbox_entry(1, OutboxState.QUEUED),
    Situation.RETRYING: replace(
        outbox_entry(1, OutboxState.QUEUED, "server-busy", "451 4.7.1 Greylisting"), not_before=SOON
    ),
    Situation.SUBMITTING: outbox_entry(1, OutboxState.SUBMITTING),
    Situation.SUBMITTED: outbox_entry(1, OutboxState.SUBMITTED),
    Situation.UNFILED: outbox_entry(1, OutboxState.SUBMITTED, "sent-copy-missing"),
    Situation.FILED: outbox_entry(1, OutboxState.FILED),
    Situation.UNCERTAIN: outbox_entry(1, OutboxState.UNCERTAIN, "submission-interrupted"),
    Situation.REJECTED: outbox_entry(1, OutboxState.REJECTED, "recipient-refused", "550 5.1.1 no such user"),
    Situation.HELD: replace(
        outbox_entry(1, OutboxState.REJECTED, REFUSED_AT_HOUR), error_reason="certificate-revoked"
    ),
    Situation.RECEIPT_REFUSED: replace(
        outbox_entry(1, OutboxState.REJECTED, "sender-refused", "553 no sender"), mail_from="", draft_id=""
    ),
    Situation.CANCELLED: outbox_entry(1, OutboxState.CANCELLED),
    Situation.GIVEN_UP: outbox_entry(1, OutboxState.CANCELLED, GIVEN_UP),
}
BUTTONS = {
    Situation.SCHEDULED: {"Hủy gửi"},
    Situation.PAUSED: {"Hủy gửi"},
    Situation.QUEUED: {"Hủy gửi"},
    Situation.RETRYING: {"Gửi ngay", "Hủy gửi"},
    Situation.SUBMITTING: set(),
    Situation.SUBMITTED: set(),
    Situation.UNFILED: {"Lưu lại ngay"},
    Situation.FILED: {"Dọn thư đã xong"},
    Situation.UNCERTAIN: {"Thư này đã đến", "Gửi lại", "Không gửi lại"},
    Situation.REJECTED: {"Mở bản nháp", "Gửi lại", "Không gửi nữa"},
    Situation.HELD: {"Mở bản nháp", "Gửi lại", "Không gửi nữa"},
    Situation.RECEIPT_REFUSED: {"Gửi lại", "Không gửi nữa"},
    Situation.CANCELLED: {"Mở bản nháp", "Dọn thư đã xong"},
    Situation.GIVEN_UP: {"Mở bản nháp", "Dọn thư đã xong"},
}


def shown(qtbot: QtBot, desk: FakeDesk, texts: Texts, *entries: OutboxEntry) -> OutboxView:
    desk.entries = {one.outbox_id: one for one in entries}
    view = OutboxView(desk, texts)
    qtbot.addWidget(view)
    view.show()
    return view


def buttons(view: OutboxView) -> set[str]:
    found = view.details
    every = (found.arrived_button, found.draft_button, found.retry_button, found.cancel_button)
    return {one.text() for one in (*every, found.forget_button) if one.isVisible()}


@pytest.mark.parametrize("kind", Situation)
def test_every_situation_has_its_words_and_only_its_buttons(
    qtbot: QtBot, desk: FakeDesk, texts: Texts, kind: Situation
) -> None:
    entry = ENTRIES[kind]
    assert situation(entry) is kind
    view = shown(qtbot, desk, texts, entry)
    assert view.explanation().startswith(texts.outbox_state(kind))
    assert buttons(view) == BUTTONS[kind]
    assert ("Hủy gửi" in buttons(view)) <= (OutboxState.CANCELLED in LEGAL_TRANSITIONS[entry.state])
    assert "{" not in view.explanation()


def test_what_may_have_arrived_is_not_said_not_to_have_been_sent(
    qtbot: QtBot, desk: FakeDesk, texts: Texts
) -> None:
    view = shown(qtbot, desk, texts, ENTRIES[Situation.GIVEN_UP])
    assert "không được gửi;" not in view.explanation()
    assert "có thể đã nhận" in view.explanation()


def test_a_copy_that_is_missing_does_not_alarm_about_the_sending(
    qtbot: QtBot, desk: FakeDesk, texts: Texts
) -> None:
    view = shown(qtbot, desk, texts, ENTRIES[Situation.UNFILED])
    assert "không cần gửi lại" in view.explanation()
    assert desk.accounts()[0].imap.host in view.explanation()


def test_a_receipt_has_no_sender_and_no_draft(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
    receipt = replace(
        ENTRIES[Situation.REJECTED], mail_from="", draft_id="", subject="", error_code="authentication-failed"
    )
    view = shown(qtbot, desk, texts, receipt)
    assert desk.accounts()[0].user_name in view.explanation()
    assert "(không có tiêu đề)" in view.explanation()
    assert "Mở bản nháp" not in buttons(view)
    desk.entries[1] = replace(receipt, state=OutboxState.CANCELLED, error_code="")
    view.load()
    assert "bản nháp" not in view.explanation()


def test_the_draft_of_a_rejected_letter_is_opened(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
    draft = replace(desk.new_draft("an"), subject="Công văn 12")
    desk.save_draft(draft)
    view = shown(qtbot, desk, texts, replace(ENTRIES[Situation.REJECTED], draft_id=draft.draft_id))
    opened: list[Draft] = []
    view.draft_opened.connect(opened.append)
    view.details.draft_button.click()
    qtbot.waitUntil(lambda: opened == [draft], timeout=3000)


def test_finished_ones_are_cleared_and_what_waits_stays(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
    entries = [replace(one, outbox_id=number) for number, one in enumerate(ENTRIES.values(), 1)]
    view = shown(qtbot, desk, texts, *entries)
    view.details.forget_button.click()
    left = {situation(one) for one in desk.outbox()}
    assert left == set(Situation) - {Situation.FILED, Situation.CANCELLED, Situation.GIVEN_UP}
    assert not view.details.forget_button.isVisible()


def test_a_decision_that_comes_too_late_says_so(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
    view = shown(qtbot, desk, texts, ENTRIES[Situation.PAUSED])
    desk.failures["cancel"] = OutboxConflict(outbox_id=1, state="submitting", wanted="cancelled")
    view.details.cancel_button.click()
    assert "trạng thái khác" in view.explanation()


def test_enter_after_a_decision_presses_no_other_button(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
    finished = replace(ENTRIES[Situation.FILED], outbox_id=2)
    view = shown(qtbot, desk, texts, ENTRIES[Situation.PAUSED], finished)
    with qtbot.waitActive(view):
        view.activateWindow()
    view.details.cancel_button.setFocus()
    view.details.cancel_button.click()
    assert view.table.hasFocus()


def test_a_narrow_list_keeps_its_subjects_and_the_details_name_the_recipients(
    qtbot: QtBot, desk: FakeDesk, texts: Texts
) -> None:
    many = tuple(f"nguoi{number}@sothu.example" for number in range(500))
    view = shown(qtbot, desk, texts, replace(ENTRIES[Situation.QUEUED], rcpt_to=many))
    view.resize(500, 500)
    assert [view.table.isColumnHidden(column) for column in range(4)] == [False, False, True, True]
    assert view.table.columnWidth(1) > 150
    assert "nguoi4@sothu.example và 495 địa chỉ khác" in view.explanation()
    view.resize(1000, 500)
    assert not any(view.table.isColumnHidden(column) for column in range(4))


def test_only_who_was_refused_is_said_to_have_been(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
    people = ("an@x.example", "khong-co@x.example")
    refused = replace(
        ENTRIES[Situation.REJECTED], rcpt_to=people, error_text="550 5.1.1 unknown (khong-co@x.example)"
    )
    view = shown(qtbot, desk, texts, refused)
    (line,) = [one for one in view.explanation().splitlines() if "không nhận người nhận" in one]
    assert line.endswith("khong-co@x.example")
    assert "an@x.example" not in line


def sent_again(state: OutboxState) -> OutboxEntry:
    return replace(outbox_entry(2, state), draft_id="draft-1")


@pytest.mark.parametrize("state", [OutboxState.SCHEDULED, OutboxState.QUEUED, OutboxState.FILED])
def test_a_draft_that_was_sent_again_is_not_offered_by_the_old_entry(
    qtbot: QtBot, desk: FakeDesk, texts: Texts, state: OutboxState
) -> None:
    view = shown(qtbot, desk, texts, outbox_entry(1, OutboxState.CANCELLED), sent_again(state))
    view.table.selectRow(0)
    assert "Mở bản nháp" not in buttons(view)
    assert "bản nháp vẫn còn" not in view.explanation()
    assert "ở một dòng khác" in view.explanation()


def test_a_draft_that_came_back_twice_is_still_offered(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
    cancelled = OutboxState.CANCELLED
    view = shown(qtbot, desk, texts, outbox_entry(1, cancelled), sent_again(cancelled))
    view.table.selectRow(0)
    assert "Mở bản nháp" in buttons(view)


def test_a_receipt_the_server_did_not_take_waits_for_nobody(
    qtbot: QtBot, desk: FakeDesk, texts: Texts
) -> None:
    view = shown(qtbot, desk, texts, ENTRIES[Situation.RECEIPT_REFUSED])
    assert view.model.pending() == 0
    assert "thư gốc không bị ảnh hưởng" in view.explanation()
    assert "Sửa" not in view.explanation()
    assert view.details.forget_button.isHidden()


def test_one_that_waits_for_its_hour_is_listed_with_that_hour(
    qtbot: QtBot, desk: FakeDesk, texts: Texts
) -> None:
    desk.entries = {1: ENTRIES[Situation.SCHEDULED]}
    view = OutboxView(desk, texts)
    qtbot.addWidget(view)
    hour = texts.when(ENTRIES[Situation.SCHEDULED].not_before)
    assert view.model.headings()[3] == "Thời gian"
    assert view.model.index(0, 3).data() == f"sẽ gửi {hour}"
    desk.entries = {1: ENTRIES[Situation.QUEUED]}
    view.load()
    assert view.model.index(0, 3).data() == texts.when(ENTRIES[Situation.QUEUED].created_at)


def test_what_may_have_arrived_is_sent_again_only_after_a_question(
    qtbot: QtBot, desk: FakeDesk, texts: Texts
) -> None:
    desk.entries = {1: ENTRIES[Situation.UNCERTAIN]}
    view = OutboxView(desk, texts)
    qtbot.addWidget(view)
    view.show()
    view.details.retry_button.click()
    question = view.question
    assert question is not None
    assert "hai thư giống nhau" in question.text()
    question.reject()
    assert desk.count("retry") == 0
    view.details.retry_button.click()
    assert view.question is not None
    next(one for one in view.question.buttons() if one.text() == "Vẫn gửi lại").click()
    assert desk.entries[1].state is OutboxState.QUEUED


def test_what_was_refused_is_sent_again_without_a_question(
    qtbot: QtBot, desk: FakeDesk, texts: Texts
) -> None:
    desk.entries = {1: ENTRIES[Situation.REJECTED]}
    view = OutboxView(desk, texts)
    qtbot.addWidget(view)
    view.details.retry_button.click()
    assert view.question is None
    assert desk.entries[1].state is OutboxState.QUEUED
