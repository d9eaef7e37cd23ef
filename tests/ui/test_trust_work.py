"""The offers under the panel for trust's sake, and the line that tells of a verdict that changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from client.model.event import Event, EventKind
from client.model.revocation import RevocationState, SourceOrigin, Want
from client.model.verdict import (
    Coverage,
    Indication,
    Reason,
    SignatureFormat,
    SignatureVerdict,
    VerificationReport,
)
from client.ui.main_window import MainWindow
from client.ui.revocation_list import RevocationList
from client.ui.texts import Texts
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_samples import INBOX

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
CRL = Want("http://crl.example.vn/a.crl", issuer="CA phục vụ", origin=SourceOrigin.POLICY)


def unknown(reason: Reason) -> VerificationReport:
    verdict = SignatureVerdict(SignatureFormat.SMIME, Indication.INDETERMINATE, reasons=(reason,))
    return VerificationReport("", Indication.INDETERMINATE, Coverage.WHOLE, (verdict,))


def state(**more: object) -> RevocationState:
    return RevocationState(CRL, NOW, **more)  # type: ignore[arg-type] # handed through


@pytest.fixture
def window(desk: FakeDesk, texts: Texts, qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    made = MainWindow(desk, texts, compose=lambda _: None, is_demo=False, state_file=tmp_path / "w.ini")
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.workspace.list_model.rowCount() > 0)
    yield made
    made.close()


def opened(window: MainWindow, qtbot: QtBot, row: int) -> None:
    window.workspace.list.choose(row)
    qtbot.waitUntil(lambda: window.workspace.reader.current[1] == row)
    qtbot.waitUntil(lambda: not window.workspace.viewer.signatures.isHidden())


@pytest.mark.parametrize(
    ("reason", "name"),
    [
        (Reason.REVOCATION_UNKNOWN, "refresh-revocation"),
        (Reason.REVOCATION_STALE, "refresh-revocation"),
        (Reason.UNTRUSTED_ISSUER, "import-anchor"),
    ],
)
def test_each_lack_has_its_offer(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot, reason: Reason, name: str
) -> None:
    desk.verification().verdicts[200] = unknown(reason)
    opened(window, qtbot, 200)
    actions = window.workspace.viewer.verification
    qtbot.waitUntil(lambda: not actions.button(name).isHidden())
    other = {"refresh-revocation": "import-anchor", "import-anchor": "refresh-revocation"}[name]
    assert actions.button(other).isHidden()


def test_fetching_again_says_how_it_went(window: MainWindow, desk: FakeDesk, qtbot: QtBot) -> None:
    desk.trusting.states = (state(),)
    work = window.trust_work
    work.refresh()
    assert desk.trusting.refreshed == 1
    assert "Đang tải" in work.notice.text()
    desk.emit(Event(EventKind.REVOCATION, code="failed", params=(("reason", "service-unreachable"),)))
    qtbot.waitUntil(lambda: "Chưa tải được danh sách thu hồi" in work.notice.text())
    work.notice.button.click()
    assert work.isHidden()
    desk.emit(Event(EventKind.REVOCATION, code="failed", params=(("reason", "service-busy"),)))
    qtbot.wait(20)
    assert work.isHidden()  # nobody asked


def test_without_a_source_it_says_whom_it_lacks(window: MainWindow) -> None:
    window.trust_work.refresh()
    assert "Chưa có nguồn" in window.trust_work.notice.text()


def verdict(row: int, now: str = "VALID") -> Event:
    params = (("mailbox", str(INBOX)), ("subject", "Tờ trình <b>"), ("before", "UNKNOWN"))
    return Event(EventKind.VERDICT, subject_id=row, code=now, params=params)


def test_a_changed_verdict_is_told_and_a_click_opens_the_message(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot
) -> None:
    opened(window, qtbot, 200)
    desk.emit(verdict(190))
    desk.emit(verdict(180, "INVALID"))
    work = window.trust_work
    qtbot.waitUntil(lambda: "Còn 1 thư khác" in work.notice.text())
    assert "“Tờ trình <b>”" in work.notice.text()
    work.notice.button.click()
    qtbot.waitUntil(lambda: window.workspace.reader.current == (INBOX, 180))
    assert "Còn" not in work.notice.text()
    work.notice.button.click()
    qtbot.waitUntil(lambda: window.workspace.reader.current == (INBOX, 190))
    assert work.isHidden()


def test_the_message_on_show_is_judged_again_at_once(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot
) -> None:
    desk.verification().verdicts[200] = unknown(Reason.REVOCATION_UNKNOWN)
    opened(window, qtbot, 200)
    panel = window.workspace.viewer.signatures
    qtbot.waitUntil(lambda: "CHƯA" in panel.shown_text().upper())
    before = len([one for one in desk.calls if "verify" in str(one[0])])
    desk.emit(verdict(200))
    qtbot.waitUntil(lambda: len([one for one in desk.calls if "verify" in str(one[0])]) > before)
    assert window.trust_work.isHidden()


def test_every_source_is_shown_with_its_age(desk: FakeDesk, texts: Texts, qtbot: QtBot) -> None:
    day = timedelta(days=1)
    desk.trusting.states = (
        state(this_update=NOW - day, next_update=NOW + day),
        state(this_update=NOW - 9 * day, next_update=NOW - 2 * day),
        state(error_code="not-used", error_reason="list-signature-wrong"),
    )
    shown = RevocationList(desk, texts, clock=lambda: NOW)
    qtbot.addWidget(shown)
    lines = [shown.list.item(row).text() for row in range(3)]
    assert "còn hiệu lực đến" in lines[0]
    assert "đã hết hạn lúc" in lines[1]
    assert "chưa tải được" in lines[2]
    assert "không do đúng tổ chức chứng thực ký" in lines[2]
    assert all("CA phục vụ" in line for line in lines)


def test_the_open_list_follows_what_comes_in(window: MainWindow, desk: FakeDesk, qtbot: QtBot) -> None:
    desk.trusting.states = (state(),)
    window.signing.show_trust()
    dialog = window.signing.trust
    assert dialog is not None
    dialog.revocation.refresh_button.click()
    assert "Đang tải" in dialog.revocation.state.text()
    desk.trusting.states = (state(this_update=NOW, next_update=NOW + timedelta(days=999)),)
    desk.emit(Event(EventKind.REVOCATION, code="renewed"))
    qtbot.waitUntil(lambda: "còn hiệu lực đến" in dialog.revocation.list.item(0).text())
    assert dialog.revocation.state.text() == ""
    dialog.reject()
    assert window.signing.trust is None
    desk.emit(Event(EventKind.REVOCATION, code="renewed"))
    qtbot.wait(20)
