from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from client.errors import StorageFull
from client.model.outgoing import Draft
from client.model.returning import LetterKind
from client.model.verdict import Display
from client.services.verification_desk import PastResult
from client.ui import dialogs, theme
from client.ui.main_window import MainWindow
from client.ui.texts import Texts
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_samples import INBOX, NOW, reports

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


class Stage:
    """The main window with one message judged."""

    def __init__(self, qtbot: QtBot, desk: FakeDesk, texts: Texts, folder: Path) -> None:
        self.qtbot, self.desk = qtbot, desk
        self.drafts: list[Draft] = []
        self.window = MainWindow(
            desk, texts, compose=self.drafts.append, is_demo=False, state_file=folder / "window.ini"
        )
        qtbot.addWidget(self.window)
        self.window.show()
        self.row = self.window.workspace.viewer.verification
        self.work = self.window.workspace.work

    def judge(self, case: str) -> None:
        self.desk.verified.verdicts[200] = reports()[case]
        self.window.workspace.list.choose(200)
        word = self.window.workspace.viewer.signatures
        wanted = reports()[case].display
        self.wait(lambda: self.texts_of(wanted) in word.shown_text())

    def texts_of(self, display: Display) -> str:
        return self.window._texts.display(display)

    def wait(self, what: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(what, timeout=3000)

    def offered(self) -> set[str]:
        rare = {name for name in ("report", "evidence") if self.row.entry(name).isVisible()}
        assert self.row.more.isHidden() is not bool(rare)
        return rare | {name for name in ("return", "acknowledge") if not self.row.button(name).isHidden()}


@pytest.fixture
def stage(qtbot: QtBot, desk: FakeDesk, texts: Texts, tmp_path: Path) -> Stage:
    return Stage(qtbot, desk, texts, tmp_path)


@pytest.mark.parametrize(
    ("case", "offered"),
    [
        ("valid", {"report", "evidence", "acknowledge"}),
        ("invalid", {"report", "evidence", "return"}),
        ("stranger", {"report", "evidence", "return"}),
        ("lost", {"report", "evidence"}),
        ("none", set()),
    ],
)
def test_what_is_offered_fits_the_judgement(stage: Stage, case: str, offered: set[str]) -> None:
    stage.judge(case)
    assert stage.offered() == offered


def test_a_report_is_written_where_asked_and_opened(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    monkeypatch.setattr(dialogs, "ask_save_path", lambda *_: tmp_path / "kq")
    stage.judge("invalid")
    stage.row.entry("report").trigger()
    target = tmp_path / "kq.pdf"
    stage.wait(lambda: opened == [str(target)])
    assert ("write_report", INBOX, 200, target, "vi") in stage.desk.calls


@pytest.mark.parametrize("sealed", [False, True])
def test_evidence_goes_where_asked_and_how_to_check_it_is_said(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sealed: bool
) -> None:
    monkeypatch.setattr(dialogs, "ask_save_path", lambda *_: tmp_path / "ho-so.zip")
    monkeypatch.setattr(dialogs, "ask_seal", lambda _: sealed)
    stage.judge("valid")
    stage.row.entry("evidence").trigger()
    stage.wait(lambda: stage.work.notice is not None)
    assert stage.work.notice is not None
    assert "congthu verify ho-so.zip" in stage.work.notice.text()
    asked = ("export_evidence", INBOX, 200, tmp_path / "ho-so.zip", *(["sealed"] if sealed else []))
    assert asked in stage.desk.calls


def test_a_full_disk_is_said(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogs, "ask_save_path", lambda *_: tmp_path / "x.zip")
    stage.judge("valid")
    monkeypatch.setattr(dialogs, "ask_seal", lambda _: False)
    stage.desk.failures["export_evidence"] = StorageFull(path=str(tmp_path))
    stage.row.entry("evidence").trigger()
    stage.wait(lambda: stage.work.notice is not None)


def test_nothing_happens_when_the_user_changes_their_mind(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialogs, "ask_save_path", lambda *_: None)
    stage.judge("invalid")
    stage.row.entry("report").trigger()
    stage.row.entry("evidence").trigger()
    assert not stage.desk.count("write_report")
    assert not stage.desk.count("export_evidence")


def test_one_click_drafts_the_return_letter(stage: Stage) -> None:
    stage.judge("invalid")
    stage.row.button("return").click()
    stage.wait(lambda: len(stage.drafts) == 1)
    assert ("letter_draft", INBOX, 200, LetterKind.RETURN) in stage.desk.calls


def test_no_letter_opens_where_the_check_of_now_gives_no_ground(stage: Stage) -> None:
    stage.judge("invalid")
    stage.desk.verified.grounds = False
    stage.row.button("return").click()
    stage.wait(lambda: stage.work.notice is not None)
    assert stage.drafts == []


def test_the_last_result_is_told_in_words_while_checking_and_never_in_green(stage: Stage) -> None:
    stage.desk.verified.past[200] = PastResult(NOW, reports()["valid"])
    stage.desk.hold = True
    stage.window.workspace.list.choose(200)
    stage.desk.release()  # the message; its check goes on
    panel = stage.window.workspace.viewer.signatures
    stage.wait(lambda: "Kết quả lần trước" in panel.shown_text())
    green = theme.display_style(Display.VALID)[0]
    assert stage.texts_of(Display.VALID) in panel.shown_text()
    assert "Đang kiểm tra" in panel.shown_text()
    assert green not in panel.styleSheet()
    assert stage.row.isHidden()
    stage.desk.release()
    stage.wait(lambda: "Kết quả lần trước" not in panel.shown_text())
