"""For some seconds a letter that was sent can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from client.errors import OutboxConflict
from client.model.outgoing import Draft, OutboxState
from client.ui.texts import Texts
from client.ui.undo_send import UndoSend
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_samples import NOW

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


class Stage:
    def __init__(self, qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
        self.desk = desk
        self.reopened: list[Draft] = []
        self.draft = replace(desk.new_draft("an"), subject="Công văn 12")
        desk.save_draft(self.draft)
        self.entry = next(one for one in desk.outbox() if one.state is OutboxState.QUEUED)
        desk.entries[self.entry.outbox_id] = replace(
            self.entry,
            subject="Công văn 12",
            draft_id=self.draft.draft_id,
            not_before=NOW + timedelta(seconds=10),
        )
        self.bar = UndoSend(desk, texts, self.reopened.append)
        qtbot.addWidget(self.bar)
        self.bar.offer(self.entry.outbox_id, 10.0)


@pytest.fixture
def stage(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> Stage:
    return Stage(qtbot, desk, texts)


def test_the_letter_comes_back_for_writing(stage: Stage, qtbot: QtBot) -> None:
    assert "Công văn 12" in stage.bar.text()
    assert "10 giây" in stage.bar.text()
    stage.bar.button.click()
    qtbot.waitUntil(lambda: len(stage.reopened) == 1, timeout=3000)
    assert stage.reopened[0].draft_id == stage.draft.draft_id
    assert stage.desk.entries[stage.entry.outbox_id].state is OutboxState.CANCELLED
    assert stage.bar.text() == ""


def test_what_has_left_meanwhile_is_said_and_not_opened(stage: Stage, qtbot: QtBot) -> None:
    stage.desk.failures["cancel"] = OutboxConflict(outbox_id=1, state="submitting", wanted="cancelled")
    stage.bar.button.click()
    assert stage.reopened == []
    assert stage.bar.text() == ""


def test_a_letter_that_does_not_wait_is_not_spoken_of(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
    bar = UndoSend(desk, texts, lambda _: None)
    qtbot.addWidget(bar)
    filed = next(one for one in desk.outbox() if one.state is OutboxState.FILED)
    bar.offer(filed.outbox_id, 10.0)
    assert bar.text() == ""


def test_a_second_letter_does_not_take_the_way_back_from_the_first(stage: Stage, qtbot: QtBot) -> None:
    second = replace(stage.desk.new_draft("an"), subject="Công văn 13")
    stage.desk.save_draft(second)
    first = stage.desk.entries[stage.entry.outbox_id]
    entry = replace(first, outbox_id=77, subject="Công văn 13", draft_id=second.draft_id)
    stage.desk.entries[77] = entry
    stage.bar.offer(77, 10.0)
    assert "Công văn 13" in stage.bar.text()
    assert "còn 1 thư" in stage.bar.text()
    stage.bar.button.click()
    assert "Công văn 12" in stage.bar.text()
    stage.bar.button.click()
    qtbot.waitUntil(lambda: len(stage.reopened) == 2)
    assert [one.draft_id for one in stage.reopened] == [second.draft_id, stage.draft.draft_id]
    assert stage.bar.text() == ""


def test_a_pause_that_is_over_leaves_the_line(stage: Stage) -> None:
    stage.bar._waiting = [(entry, 0.0) for entry, _ in stage.bar._waiting]
    stage.bar._say()
    assert stage.bar.text() == ""
