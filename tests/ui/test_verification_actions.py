from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from client.model.verdict import Display
from client.ui.verification_actions import Judged, Offer, VerificationActions
from tests.fakes.desk_samples import reports

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def row(qtbot: QtBot) -> VerificationActions:
    made = VerificationActions()
    qtbot.addWidget(made)
    return made


def judged(case: str, row_id: int = 7) -> Judged:
    return Judged(1, row_id, reports()[case])


def bad(one: Judged) -> bool:
    return one.report.display is Display.INVALID


def test_only_what_fits_the_judgement_is_offered(row: VerificationActions) -> None:
    row.offer(Offer("return", "Trả lại văn bản…", bad, lambda _: None))
    assert row.isHidden()
    row.show_for(judged("valid"))
    assert row.isHidden()
    row.show_for(judged("invalid"))
    assert not row.isHidden()
    row.clear()
    assert row.isHidden()


def test_an_offer_is_done_for_the_message_on_show_now(row: VerificationActions) -> None:
    asked: list[int] = []
    row.offer(Offer("report", "Báo cáo…", lambda _: True, lambda one: asked.append(one.row_id)))
    row.show_for(judged("valid", 7))
    row.show_for(judged("invalid", 8))
    row.button("report").click()
    assert asked == [8]


def test_a_narrow_row_goes_on_in_the_next_line(qtbot: QtBot, row: VerificationActions) -> None:
    for number in range(5):
        row.offer(Offer(str(number), "Xuất hồ sơ bằng chứng…", lambda _: True, lambda _: None))
    row.show_for(judged("valid"))
    row.resize(1400, row.heightForWidth(1400))
    row.show()
    assert len({row.button(str(number)).y() for number in range(5)}) == 1
    row.resize(320, row.heightForWidth(320))
    qtbot.waitUntil(lambda: len({row.button(str(number)).y() for number in range(5)}) == 5)
    assert all(row.button(str(number)).geometry().right() < 320 for number in range(5))
