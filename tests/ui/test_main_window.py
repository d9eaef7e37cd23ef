from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QTableView, QWidget
from pytestqt.qtbot import QtBot

from client.config.catalogue import Catalogue
from client.config.paths import resources_dir
from client.errors import ConnectionLost, StorageFull, StoreCorrupt
from client.model.address import MailAddress
from client.model.event import Event, EventKind
from client.model.invitation import Attendance, Invitation, InvitationKind
from client.model.mailbox import Related, SpecialUse
from client.model.message import Envelope, MessageView
from client.model.outgoing import Draft, OutboxState
from client.model.search import MOST_FOUND
from client.model.verdict import Display
from client.ui import dialogs
from client.ui.account_wizard import AccountWizard
from client.ui.drafts_view import DraftsView
from client.ui.mailbox_tree import DRAFTS, OUTBOX
from client.ui.main_window import MainWindow
from client.ui.texts import Texts
from client.ui.translations import Translations
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_samples import EMPTY, INBOX, message_row, reports

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@dataclass
class Stage:
    """A window on a fake desk, and what it asked to be opened for writing."""

    qtbot: QtBot
    desk: FakeDesk
    texts: Texts
    state_file: Path
    drafts: list[Draft] = field(default_factory=list)
    windows: list[MainWindow] = field(default_factory=list)

    def open(self, *, is_demo: bool = False) -> MainWindow:
        window = MainWindow(
            self.desk, self.texts, compose=self.drafts.append, is_demo=is_demo, state_file=self.state_file
        )
        self.qtbot.addWidget(window)
        self.windows.append(window)
        window.show()
        return window

    def settled(self, what: object) -> None:
        """Wait until a condition of the window holds."""
        assert callable(what)
        self.qtbot.waitUntil(what, timeout=3000)


@pytest.fixture
def stage(qtbot: QtBot, desk: FakeDesk, texts: Texts, tmp_path: Path) -> Stage:
    return Stage(qtbot, desk, texts, tmp_path / "window.ini")


def panel_text(window: MainWindow) -> str:
    return window.workspace.viewer.signatures.shown_text()


def test_window_opens_on_the_first_inbox(stage: Stage) -> None:
    window = stage.open()
    assert window.workspace.list_model.mailbox_id == INBOX
    assert window.workspace.viewer.shown_text() == "Chưa chọn thư"
    assert not window.commands.actions["reply"].isEnabled()


def test_chosen_message_is_shown_verified_and_marked_as_read(stage: Stage) -> None:
    window = stage.open()
    window.workspace.list.choose(198)
    stage.settled(lambda: stage.texts.display(Display.WARNING) in panel_text(window))
    assert ("mark_seen", INBOX, 198, True) in stage.desk.calls
    assert stage.desk.count("verify") == 1
    assert window.commands.actions["reply"].isEnabled()


def test_late_answers_for_another_message_are_dropped(stage: Stage) -> None:
    window = stage.open()
    stage.desk.verified.verdicts = {200: reports()["invalid"], 199: reports()["valid"]}
    stage.desk.hold = True
    window.workspace.list.choose(200)
    stage.desk.release()
    stage.settled(lambda: stage.desk.count("verify") == 1)
    window.workspace.list.choose(199)
    stage.desk.release(1)  # the message, before the verdict on the one left behind
    stage.settled(lambda: stage.desk.count("verify") == 2)
    stage.desk.release()
    stage.settled(lambda: stage.texts.display(Display.VALID) in panel_text(window))
    assert "KHÔNG" not in panel_text(window)
    assert stage.texts.display(Display.INVALID) not in panel_text(window)


def test_opening_and_checking_are_said_while_they_last(stage: Stage) -> None:
    window = stage.open()
    stage.desk.hold = True
    window.workspace.list.choose(200)
    assert window.workspace.viewer.shown_text() == "Đang tải thư…"
    stage.desk.release()
    stage.settled(lambda: "Đang kiểm tra chữ ký…" in panel_text(window))
    stage.desk.release()
    stage.settled(lambda: stage.texts.display(Display.VALID) in panel_text(window))


def test_unreachable_message_leaves_the_window_usable(stage: Stage) -> None:
    window = stage.open()
    error = ConnectionLost(host="imap.hcm.example", port=993)
    stage.desk.failures["open_message"] = error
    window.workspace.list.choose(200)
    stage.settled(lambda: window.workspace.viewer.shown_text() == stage.texts.error(error).title)
    assert stage.desk.count("mark_seen") == 0
    window.workspace.list.choose(199)
    stage.settled(lambda: "Đề nghị đồng chí" in window.workspace.viewer.shown_text())


def test_search_filters_and_says_when_nothing_is_found(stage: Stage) -> None:
    window = stage.open()
    window.commands.search.setText("dieu dong")
    stage.settled(lambda: window.workspace.list_model.rowCount() == 25)
    line = window.workspace.pane.count.line
    assert (line.isVisibleTo(window), line.text()) == (True, "Tìm thấy 25 thư")
    window.commands.search.setText("không có từ này")
    stage.settled(lambda: window.workspace.pane.notice.title().startswith("Không có kết quả"))
    window.commands.search.clear()
    stage.settled(lambda: window.workspace.list_model.rowCount() == 200)
    assert not line.isVisibleTo(window)


def test_only_the_answer_to_what_was_typed_last_is_listed(stage: Stage) -> None:
    window = stage.open()
    stage.desk.hold_finding = True
    window.workspace.search("dieu dong")
    window.workspace.search("không có từ này")
    assert window.workspace.list_model.rowCount() == 200  # what is there stays until something is found
    line = window.workspace.pane.count.line
    stage.settled(lambda: line.isVisibleTo(window) and line.text() == "Đang tìm…")
    assert [query for _, _, query in (call for call in stage.desk.calls if call[0] == "find")][-2:] == [
        "dieu dong",
        "không có từ này",
    ]
    stage.desk.release_finding()  # the first question's answer, which fits 25 letters, comes last
    stage.settled(lambda: window.workspace.pane.notice.title().startswith("Không có kết quả"))
    assert window.workspace.list_model.rowCount() == 0


def test_mail_that_comes_during_a_search_does_not_drop_it(stage: Stage) -> None:
    window = stage.open()
    stage.desk.hold_finding = True
    window.workspace.search("dieu dong")
    window.workspace.take(Event(EventKind.MESSAGES, "", INBOX))
    window.workspace._refresh_rows()
    stage.settled(lambda: not window.workspace.pace.is_waiting)
    stage.desk.hold_finding = False
    stage.desk.release_finding()
    stage.settled(lambda: window.workspace.list_model.rowCount() == 25)
    asked = [call[2] for call in stage.desk.calls if call[0] == "find"]
    assert asked[-2:] == ["dieu dong"] * 2  # once more, for what came meanwhile


def test_a_folder_chosen_during_a_search_is_searched_for_what_was_typed(stage: Stage) -> None:
    window = stage.open()
    stage.desk.hold_finding = True
    window.workspace.search("dieu dong")
    other = EMPTY
    window.workspace.tree.setCurrentIndex(window.workspace.tree_model.index_of(other))
    assert window.workspace.pane.notice.title() == "Đang tìm…"
    assert stage.desk.calls[-1] == ("find", other, "dieu dong")
    stage.desk.release_finding()
    stage.settled(lambda: window.workspace.pane.notice.title().startswith("Không có kết quả"))


def test_an_answer_that_cannot_be_listed_is_told(stage: Stage) -> None:
    window = stage.open()
    stage.desk.failures["rows"] = StoreCorrupt(path="cache.db")
    window.workspace.search("dieu dong")
    title = stage.texts.error(StoreCorrupt(path="cache.db")).title
    stage.settled(lambda: window.workspace.pane.notice.title() == title)
    window.workspace.search("dieu")
    stage.settled(lambda: window.workspace.list_model.rowCount() > 0)


def test_an_answer_comes_too_late_for_another_folder(stage: Stage) -> None:
    window = stage.open()
    stage.desk.hold_finding = True
    window.workspace.search("dieu dong")
    window.workspace.search("")
    stage.desk.release_finding()
    QApplication.processEvents()  # delivers what was answered
    assert window.workspace.list_model.rowCount() == 200


def test_a_search_that_finds_more_than_is_listed_says_so(stage: Stage) -> None:
    window = stage.open()
    count = window.workspace.pane.count
    count.say(MOST_FOUND, is_search=True)
    assert count.line.text().startswith("Có từ 2\u00a0000 thư trở lên")


@pytest.mark.parametrize("found", [0, 3])
def test_a_date_that_is_none_is_told_above_the_list(stage: Stage, found: int) -> None:
    window = stage.open()
    said = window.workspace.pane.count
    window.workspace.list_model.show_mailbox(INBOX, "trước:hôm-qua họp", range(found))
    window.workspace.pane.show_state()
    assert said.line.isVisibleTo(window)
    assert "“trước:hôm-qua” không phải ngày" in said.line.text()


@pytest.mark.parametrize("query", ["từ:", "có: "])
def test_an_operator_without_a_value_is_no_search(stage: Stage, query: str) -> None:
    window = stage.open()
    said = window.workspace.pane.count
    window.workspace.list_model.show_mailbox(INBOX, query, range(60_000))
    window.workspace.pane.show_state()
    assert not said.line.isVisibleTo(window)


def test_what_is_not_found_in_a_folder_can_be_looked_for_in_all(stage: Stage) -> None:
    window = stage.open()
    window.commands.search.setText("không có từ này")
    notice = window.workspace.pane.notice
    stage.settled(lambda: notice.title() == "Không có kết quả trong Hộp thư đến")
    assert notice.button.text() == "Tìm trong mọi thư mục"
    notice.button.click()
    assert window.commands.search.text() == "không có từ này trong:tất-cả"
    stage.settled(lambda: notice.title() == "Không có kết quả")
    assert notice.button.isHidden()


def test_before_any_folder_is_known_the_window_says_that_it_connects(stage: Stage) -> None:
    boxes, stage.desk.mailbox_list = stage.desk.mailbox_list, ()
    window = stage.open()
    notice = window.workspace.pane.notice
    assert (notice.title(), window.status.line()) == ("Đang kết nối…", "Đang kết nối…")
    stage.desk.emit(Event(EventKind.ACCOUNT_PROBLEM, "an", code="connection-lost"))
    stage.settled(lambda: notice.title() == "Chưa nhận được thư mục nào")
    stage.desk.mailbox_list = boxes
    stage.desk.emit(Event(EventKind.MAILBOXES, "an"))
    stage.settled(lambda: window.workspace.list.isVisible())


def test_empty_folder_says_so_and_a_first_sync_shows_how_far_it_is(stage: Stage) -> None:
    window = stage.open()
    window.workspace.tree.choose(EMPTY)
    assert window.workspace.pane.notice.title() == "Thư mục này chưa có thư"
    stage.desk.emit(Event(EventKind.PROGRESS, "an", EMPTY, 1250, 9936))
    stage.settled(lambda: window.workspace.pane.notice.title() == "Đang tải danh sách thư…")
    assert "1\u00a0250/9\u00a0936" in window.status.line()


def test_without_an_account_the_window_says_what_to_do(stage: Stage) -> None:
    stage.desk.account_list = ()
    window = stage.open()
    assert window.workspace.pane.notice.title() == "Chưa có tài khoản"
    window.commands.actions["compose"].trigger()
    assert stage.drafts == []


def test_new_mail_appears_once_for_a_burst_of_events(stage: Stage) -> None:
    window = stage.open()
    rows = stage.desk.message_rows[INBOX]
    stage.desk.message_rows[INBOX] = {201: message_row(201)} | rows
    for _ in range(50):
        stage.desk.emit(Event(EventKind.MESSAGES, "an", INBOX))
    stage.settled(lambda: window.workspace.list_model.row_id(0) == 201)


def test_account_problem_is_shown_with_its_next_step(stage: Stage) -> None:
    window = stage.open()
    params = (("host", "imap.hcm.example"), ("user", "vanthu"))
    stage.desk.emit(Event(EventKind.ACCOUNT_PROBLEM, "vanthu", code="authentication-failed", params=params))
    stage.settled(lambda: "imap.hcm.example" in window.status.line())
    with stage.qtbot.waitSignal(window.status.problem_clicked) as told:
        window.status.summary.click()
    assert told.args[0].action
    stage.desk.emit(Event(EventKind.ACCOUNT_OK, "vanthu"))
    stage.settled(lambda: "Đã đồng bộ" in window.status.line())


@pytest.mark.parametrize(
    ("action", "subject"), [("reply", "Re: "), ("reply_all", "Re: "), ("forward", "Fwd: "), ("compose", "")]
)
def test_writing_opens_a_draft(stage: Stage, action: str, subject: str) -> None:
    window = stage.open()
    window.workspace.list.choose(200)
    window.commands.actions[action].trigger()
    stage.settled(lambda: len(stage.drafts) == 1)
    assert stage.drafts[0].subject.startswith(subject)
    assert stage.drafts[0].account_id == "an"


def test_answering_an_invitation_opens_a_draft_that_carries_the_answer(stage: Stage) -> None:
    window = stage.open()
    window.workspace.list.choose(200)
    window.workspace.viewer.invitation.answered.emit(Attendance.ACCEPTED)
    stage.settled(lambda: len(stage.drafts) == 1)
    assert stage.drafts[0].calendar
    assert ("answer_draft", INBOX, 200, Attendance.ACCEPTED) in stage.desk.calls


@pytest.mark.parametrize("use", [SpecialUse.SENT, SpecialUse.INBOX])
def test_an_invitation_that_was_answered_says_so(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, use: SpecialUse
) -> None:
    invitation = Invitation(InvitationKind.REQUEST, "u", "Họp giao ban", MailAddress("snv@x.vn"))
    view = MessageView(Envelope(subject="Họp"), "", "Mời họp", invitation=invitation)
    monkeypatch.setattr(stage.desk, "open_message", lambda *_: stage.desk.answer("open", lambda: view))
    box = next(one.mailbox_id for one in stage.desk.mailboxes("an") if one.special_use is use)
    old = replace(message_row(5, box), subject="Chấp nhận: Họp giao ban")
    new = replace(message_row(6, box), subject="Từ chối: Họp giao ban")
    stage.desk.relatives[200] = Related((old, new))
    window = stage.open()
    window.workspace.list.choose(200)
    card = window.workspace.viewer.invitation
    stage.settled(lambda: "Họp giao ban" in card.shown_text())
    said = f"Đã trả lời: Từ chối, lúc {stage.texts.when(new.received_at)}"
    assert (said in card.shown_text()) == (use is SpecialUse.SENT)
    card.show_invitation(invitation)
    assert "Đã trả lời" not in card.shown_text()


def test_keys_are_those_outlook_users_know(stage: Stage) -> None:
    keys = {name: action.shortcut().toString() for name, action in stage.open().commands.actions.items()}
    expected = {
        "compose": "Ctrl+N", "reply": "Ctrl+R", "reply_all": "Ctrl+Shift+R", "forward": "Ctrl+F",
        "sync": "F9", "search": "Ctrl+E", "mark_read": "Ctrl+Q", "mark_unread": "Ctrl+U", "next_pane": "F6",
        "reader": "F8", "inbox": "Ctrl+Shift+I", "outbox": "Ctrl+Shift+O",
    }  # fmt: skip
    assert {name: keys[name] for name in expected} == expected


def test_outbox_takes_the_place_of_the_list(stage: Stage) -> None:
    window = stage.open()
    window.workspace.tree.choose(OUTBOX)
    assert window.workspace.outbox.isVisible()
    window.commands.actions["inbox"].trigger()
    assert window.workspace.list.isVisible()


def test_attachment_is_saved_where_the_user_said(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    window = stage.open()
    window.workspace.list.choose(200)
    stage.settled(lambda: bool(window.workspace.viewer.attachments.buttons()))
    target = tmp_path / "a.pdf"
    monkeypatch.setattr(dialogs, "ask_save_path", lambda parent, name: target)
    window.workspace.viewer.attachments.buttons()[0].click()
    stage.settled(target.exists)
    assert target.read_bytes() == b"%PDF-1.7 sample"


def test_full_disk_is_told_when_an_attachment_is_saved(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    window = stage.open()
    window.workspace.list.choose(200)
    stage.settled(lambda: bool(window.workspace.viewer.attachments.buttons()))
    monkeypatch.setattr(dialogs, "ask_save_path", lambda parent, name: tmp_path / "a.pdf")
    stage.desk.failures["save_file"] = StorageFull(path="a.pdf")
    window.workspace.viewer.attachments.buttons()[0].click()
    stage.settled(lambda: bool(window.findChildren(QMessageBox)))
    box = window.findChildren(QMessageBox)[0]
    assert stage.texts.error(StorageFull(path="a.pdf")).title in box.text()
    box.close()


def test_link_is_opened_only_after_a_yes(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    asked: list[str] = []
    monkeypatch.setattr(
        "client.ui.reader.QDesktopServices.openUrl", lambda url: opened.append(url.toString())
    )

    def refuse(parent: QWidget, target: str) -> bool:
        asked.append(target)
        return False

    window = stage.open()
    monkeypatch.setattr(dialogs, "ask_open_link", refuse)
    window.workspace.viewer.link_clicked.emit("https://evil.example/")
    assert (asked, opened) == (["https://evil.example/"], [])
    monkeypatch.setattr(dialogs, "ask_open_link", lambda parent, target: True)
    window.workspace.viewer.link_clicked.emit("https://hcm.example/")
    window.workspace.viewer.link_clicked.emit("file:///etc/passwd")
    assert opened == ["https://hcm.example/"]


def test_demo_is_never_taken_for_the_real_thing(stage: Stage) -> None:
    demo = stage.open(is_demo=True)
    assert any("MÔI TRƯỜNG TẬP HUẤN" in label.text() for label in demo.findChildren(QLabel))
    assert "TẬP HUẤN" in demo.windowTitle()
    real = stage.open()
    assert not any("TẬP HUẤN" in label.text() for label in real.findChildren(QLabel))


def test_layout_is_remembered_in_the_given_file_only(stage: Stage) -> None:
    window = stage.open()
    window.resize(780, 560)
    window.close()
    kept = QSettings(str(stage.state_file), QSettings.Format.IniFormat)
    assert set(kept.allKeys()) == {"geometry", "panes", "columns"}
    assert stage.open().size() == window.size()


def test_language_changes_at_once_and_the_message_stays(stage: Stage, qapp: object) -> None:
    window = stage.open()
    window.workspace.list.choose(200)
    stage.settled(lambda: stage.texts.display(Display.VALID) in panel_text(window))
    translations = Translations(qapp, resources_dir())  # type: ignore[arg-type] # pytest-qt's application
    assert translations.use("en")
    params = (("host", "no-such-host"), ("user", "an"))
    stage.desk.emit(Event(EventKind.ACCOUNT_PROBLEM, "an", code="authentication-failed", params=params))
    stage.settled(lambda: "no-such-host" in window.status.line())
    try:
        window.rebuild(Texts(Catalogue.load(resources_dir(), "en"), stage.texts.policy))
        assert window.commands.actions["compose"].text() == "Compose"
        stage.settled(lambda: "Valid" in panel_text(window))
        assert window.workspace.list.current_row_id() == 200
        assert "no-such-host" in window.status.line()
        assert "Máy chủ" not in window.status.line()
        stage.desk.emit(Event(EventKind.ACCOUNT_OK, "an"))
        stage.settled(lambda: "Synchronised" in window.status.line())
    finally:
        translations.use("vi")


def test_uncertain_message_is_explained_and_decided_by_the_user(stage: Stage) -> None:
    window = stage.open()
    window.workspace.tree.choose(OUTBOX)
    outbox = window.workspace.outbox
    assert "không tự gửi lại" in outbox.explanation()
    assert outbox.details.arrived_button.isVisible()
    outbox.details.arrived_button.click()
    assert stage.desk.entries[1].state is OutboxState.SUBMITTED
    assert not outbox.details.arrived_button.isVisible()


def test_message_being_submitted_cannot_be_cancelled(stage: Stage) -> None:
    window = stage.open()
    window.workspace.tree.choose(OUTBOX)
    outbox = window.workspace.outbox
    outbox.table.selectRow(3)
    assert not outbox.details.cancel_button.isVisible()
    outbox.table.selectRow(1)
    assert "550 5.1.1" in outbox.explanation()
    outbox.details.retry_button.click()
    assert stage.desk.entries[2].state is OutboxState.QUEUED


def test_empty_outbox_says_so(stage: Stage) -> None:
    stage.desk.entries.clear()
    window = stage.open()
    window.workspace.tree.choose(OUTBOX)
    assert window.workspace.outbox.model.rowCount() == 0
    assert not window.workspace.outbox.table.isVisible()


def stored(desk: FakeDesk, draft_id: str, subject: str) -> Draft:
    draft = replace(desk.new_draft("an"), draft_id=draft_id, subject=subject)
    desk.stored_drafts[draft_id] = draft
    return draft


def test_local_drafts_are_listed_and_enter_goes_on_writing(stage: Stage) -> None:
    stored(stage.desk, "one", "Tờ trình dở dang")
    wanted = stored(stage.desk, "two", "Báo cáo <b>tháng</b> 11")
    window = stage.open()
    assert window.workspace.tree_model.index_of(DRAFTS).data() == "Bản nháp trên máy  (2)"
    window.commands.actions["drafts"].trigger()
    view = window.workspace.drafts
    assert view.isVisible()
    assert view.model.index(0, 1).data() == "Báo cáo <b>tháng</b> 11"
    view.table.setFocus()
    QTest.keyClick(view.table, Qt.Key.Key_Return)
    stage.qtbot.waitUntil(lambda: stage.drafts == [wanted])
    QTest.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=centre(view.table, 1))
    QTest.mouseDClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=centre(view.table, 1))
    stage.qtbot.waitUntil(lambda: [draft.draft_id for draft in stage.drafts] == ["two", "one"])


def test_a_draft_is_thrown_away_only_after_a_yes(stage: Stage) -> None:
    stored(stage.desk, "one", "Tờ trình dở dang")
    window = stage.open()
    window.workspace.tree.choose(DRAFTS)
    view = window.workspace.drafts
    view.delete_button.click()
    assert view.question is not None
    view.question.reject()
    assert stage.desk.count("delete_draft") == 0
    view.delete_button.click()
    assert view.question is not None
    press(view.question, "Xóa")
    assert stage.desk.stored_drafts == {}
    assert window.workspace.tree_model.index_of(DRAFTS).data() == "Bản nháp trên máy"


def test_a_draft_that_cannot_be_deleted_stays_in_the_list_and_the_reason_is_said(stage: Stage) -> None:
    stored(stage.desk, "one", "Tờ trình dở dang")
    window = stage.open()
    view = window.workspace.drafts
    stage.desk.failures["delete_draft"] = StorageFull(path="ledger.db")
    view.delete_button.click()
    assert view.question is not None
    press(view.question, "Xóa")
    assert view.model.rowCount() == 1
    problem = window.findChildren(QMessageBox)[-1]
    assert stage.texts.error(StorageFull(path="ledger.db")).title in problem.text()


def press(box: QMessageBox, label: str) -> None:
    next(button for button in box.buttons() if button.text() == label).click()


def centre(table: QTableView, row: int) -> QPoint:
    return table.visualRect(table.model().index(row, 1)).center()


def test_one_line_speaks_for_all_accounts_and_names_those_with_a_problem(stage: Stage) -> None:
    window = stage.open()
    for account_id in ("an", "vanthu"):
        stage.desk.emit(Event(EventKind.ACCOUNT_OK, account_id))
    stage.settled(lambda: window.status.line().startswith("Đã đồng bộ "))
    names = [stage.texts.account(account) for account in stage.desk.accounts()]
    for account_id in ("an", "vanthu"):
        stage.desk.emit(Event(EventKind.ACCOUNT_PROBLEM, account_id, code="connection-lost"))
    stage.settled(lambda: window.status.line().startswith("Ngoại tuyến"))
    with stage.qtbot.waitSignal(window.status.problem_clicked) as told:
        window.status.summary.click()
    assert all(name in told.args[0].action for name in names)
    stage.desk.emit(Event(EventKind.ACCOUNT_OK, "an"))
    stage.settled(lambda: window.status.line().startswith(names[1]))
    window.commands.actions["sync"].trigger()
    stage.desk.emit(Event(EventKind.ACCOUNT_OK, "vanthu"))
    stage.settled(lambda: window.status.line() == "Đang kết nối…")


def test_the_message_on_show_is_deleted_starred_and_brought_back(stage: Stage) -> None:
    window = stage.open()
    assert not window.commands.actions["delete"].isEnabled()
    row_id = window.workspace.list_model.row_id(0)
    window.workspace.list.choose(row_id)
    mailbox_id = window.workspace.list_model.mailbox_id
    for name in ("delete", "archive", "star", "unstar", "undo"):
        window.commands.actions[name].trigger()
    assert stage.desk.changed.calls == [
        ("delete", mailbox_id, (row_id,)),
        ("archive", mailbox_id, (row_id,)),
        ("star", mailbox_id, (row_id,)),
        ("unstar", mailbox_id, (row_id,)),
        ("take_back", 4),
    ]


def test_in_the_trash_a_question_comes_first(stage: Stage) -> None:
    window = stage.open()
    row_id = window.workspace.list_model.row_id(0)
    window.workspace.list.choose(row_id)
    mailbox_id = window.workspace.list_model.mailbox_id
    stage.desk.changed.final.add(mailbox_id)
    window.commands.actions["delete"].trigger()
    assert stage.desk.changed.calls == []
    question = window._mail.question
    assert question is not None
    press(question, "Xóa")
    assert stage.desk.changed.calls == [("delete", mailbox_id, (row_id,))]


@pytest.mark.parametrize("width", [1366, 1280, 1024, 900])
def test_the_search_field_stays_in_sight_on_a_narrow_screen(
    qtbot: QtBot, desk: FakeDesk, texts: Texts, tmp_path: Path, width: int
) -> None:
    window = MainWindow(desk, texts, compose=lambda _: None, is_demo=True, state_file=tmp_path / "w.ini")
    qtbot.addWidget(window)
    window.resize(width, 640)
    window.show()
    search = window.commands.search
    qtbot.waitUntil(lambda: search.isVisible() and search.mapTo(window, search.rect().topRight()).x() < width)


def test_without_an_account_the_first_step_is_offered(stage: Stage, qtbot: QtBot) -> None:
    stage.desk.account_list = ()
    window = stage.open()
    notice = window.workspace.pane.notice
    assert notice.button.text() == "Thêm tài khoản…"

    def open_wizards() -> list[AccountWizard]:
        return [one for one in window.findChildren(AccountWizard) if one.isVisible()]

    notice.button.click()
    (wizard,) = open_wizards()
    qtbot.waitUntil(lambda: wizard.focusWidget() is wizard.address)
    wizard.reject()
    qtbot.waitUntil(lambda: not open_wizards())
    window.commands.actions["compose"].trigger()
    assert len(open_wizards()) == 1
    assert not stage.drafts


def test_where_accounts_are_fixed_none_is_offered(stage: Stage) -> None:
    stage.desk.account_list = ()
    stage.desk.accounts_kept.may_change = False
    window = stage.open()
    assert window.workspace.pane.notice.button.isHidden()
    window.commands.actions["compose"].trigger()
    assert not window.findChildren(AccountWizard)


def test_a_letter_taken_back_is_among_the_drafts_at_once(stage: Stage) -> None:
    window = stage.open()
    draft = stored(stage.desk, "one", "Tờ trình gửi vội")
    entry = next(one for one in stage.desk.outbox() if one.state is OutboxState.QUEUED)
    soon = entry.created_at + timedelta(seconds=10)
    stage.desk.entries[entry.outbox_id] = replace(entry, draft_id=draft.draft_id, not_before=soon)
    assert window.workspace.drafts.model.rowCount() == 0
    window.letter_queued(entry.outbox_id)
    window.undo_send.button.click()
    assert window.workspace.drafts.model.rowCount() == 1
    assert window.workspace.tree_model.index_of(DRAFTS).data() == "Bản nháp trên máy  (1)"


def test_the_keyboard_begins_in_the_list_and_goes_along(stage: Stage, qtbot: QtBot) -> None:
    window = stage.open()
    work = window.workspace
    assert window.focusWidget() is work.list
    window.commands.actions["outbox"].trigger()
    assert window.focusWidget() is work.outbox.table
    stage.desk.stored_drafts["one"] = replace(stage.desk.new_draft("an"), draft_id="one")
    work.refresh_drafts()
    window.commands.actions["drafts"].trigger()
    assert window.focusWidget() is work.drafts.table
    window.commands.actions["inbox"].trigger()
    assert window.focusWidget() is work.list
    work.tree.setFocus()
    window.commands.actions["outbox"].trigger()
    assert window.focusWidget() is work.tree


def test_the_keyboard_begins_with_the_folders_where_there_is_no_mail(stage: Stage, qtbot: QtBot) -> None:
    stage.desk.message_rows.clear()
    window = stage.open()
    qtbot.waitUntil(window.isVisible)
    assert window.focusWidget() is window.workspace.tree
    window.commands.actions["outbox"].trigger()
    window.workspace.outbox.table.setFocus()
    window.commands.actions["inbox"].trigger()
    assert window.focusWidget() is window.workspace.tree


def test_what_the_search_field_says_is_not_cut(stage: Stage) -> None:
    search = stage.open().commands.search
    said = search.fontMetrics().horizontalAdvance(search.placeholderText())
    assert search.sizeHint().width() >= said + 30
    assert search.maximumWidth() >= said + 30
    assert search.minimumWidth() <= 150


def test_narrow_drafts_keep_their_subjects(stage: Stage) -> None:
    stage.desk.stored_drafts["one"] = replace(stage.desk.new_draft("an"), draft_id="one")
    view = DraftsView(stage.desk, stage.texts)
    stage.qtbot.addWidget(view)
    view.resize(804, 500)
    view.show()
    view.load()
    assert [view.table.isColumnHidden(column) for column in range(5)] == [True, False, False, False, False]
    assert view.table.columnWidth(1) > 200
    view.resize(500, 500)
    assert view.table.isColumnHidden(2)
    view.resize(1146, 500)
    assert not any(view.table.isColumnHidden(column) for column in range(5))
