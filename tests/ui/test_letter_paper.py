"""A letter on paper, as a PDF, as a file and as its bytes: nothing is fetched, nothing is changed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QComboBox, QMessageBox, QToolButton
from pytestqt.qtbot import QtBot

from client.errors import MessageFrozen, StorageFull
from client.model.encryption import Encryption
from client.model.message import AttachmentInfo, MessageView
from client.model.verdict import Indication, Reason, VerificationReport
from client.ui import dialogs, theme
from client.ui.letter_paper import LetterPaper, file_name
from client.ui.main_window import MainWindow
from client.ui.reader import Shown
from client.ui.source_window import MOST_BYTES, as_text
from client.ui.texts import Texts
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_samples import INBOX, message_row, message_view, reports

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def window(qtbot: QtBot, desk: FakeDesk, texts: Texts, tmp_path: Path) -> MainWindow:
    made = MainWindow(desk, texts, compose=lambda _: None, is_demo=False, state_file=tmp_path / "w.ini")
    qtbot.addWidget(made)
    made.show()
    made.workspace.list.choose(200)
    qtbot.waitUntil(lambda: made.workspace.reader.shown_letter() is not None)
    qtbot.waitUntil(lambda: shown_by(made).report is not None)
    return made


@pytest.fixture
def themed(window: MainWindow, qapp: QApplication) -> Iterator[None]:
    before = qapp.styleSheet(), qapp.style().objectName(), qapp.palette()
    theme.apply_theme(qapp)
    yield
    qapp.setStyleSheet(before[0])
    qapp.setStyle(before[1])
    qapp.setPalette(before[2])


def shown_by(window: MainWindow) -> Shown:
    shown = window.workspace.reader.shown_letter()
    assert shown is not None
    return shown


def paper(window: MainWindow) -> LetterPaper:
    return window._paper


def words_of(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    pages = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    document.close()
    return unicodedata.normalize("NFC", " ".join(" ".join(pages).split()))


def printed(
    window: MainWindow, folder: Path, view: MessageView, report: VerificationReport | None = None
) -> str:
    paper(window).write_pdf(Shown(INBOX, 200, view, report, {}), folder / "p.pdf")
    return words_of(folder / "p.pdf")


def test_the_pdf_has_the_head_the_verdict_in_words_the_text_and_the_files(
    window: MainWindow, tmp_path: Path, texts: Texts
) -> None:
    shown = shown_by(window)
    paper(window).write_pdf(shown, tmp_path / "letter.pdf")
    said = words_of(tmp_path / "letter.pdf")
    assert shown.report is not None
    signer = shown.report.signatures[0].signer
    assert signer is not None
    for wanted in (
        shown.view.envelope.subject,
        shown.view.envelope.from_[0].addr_spec,
        "Phiếu kiểm tra chữ ký số",
        signer.name,
        shown.view.attachments[0].name,
        "Bản in không có giá trị thay chữ ký số",
    ):
        assert wanted in said
    assert f"Phiếu kiểm tra chữ ký số {texts.display(shown.report.display)}" in said


@pytest.mark.parametrize("name", ["invalid", "partial", "unknown", "stranger"])
def test_a_bad_verdict_is_on_paper_with_its_reasons(
    window: MainWindow, tmp_path: Path, texts: Texts, name: str
) -> None:
    report = reports()[name]
    said = printed(window, tmp_path, message_view(message_row(200)), report)
    assert texts.display(report.display) in said
    reasons = [one.title for verdict in report.signatures for one in texts.verdict(verdict)]
    reasons += [texts.reason(one).title for one in report.reasons]
    assert all(" ".join(reason.split()) in said for reason in reasons)
    assert reasons


def test_what_was_not_checked_is_said_to_be_unchecked(window: MainWindow, tmp_path: Path) -> None:
    said = printed(window, tmp_path, message_view(message_row(200)))
    assert "Chưa kiểm tra chữ ký số của thư này." in said


def test_what_the_sender_wrote_stands_below_a_line_that_says_so(window: MainWindow, tmp_path: Path) -> None:
    view = replace(message_view(message_row(200)), html="<h2>Phiếu kiểm tra chữ ký số</h2><b>Hợp lệ</b>")
    said = printed(window, tmp_path, view, reports()["invalid"])
    assert said.index("NỘI DUNG DO NGƯỜI GỬI VIẾT") < said.rindex("Phiếu kiểm tra chữ ký số Hợp lệ")


def test_markup_in_a_name_stays_text(window: MainWindow, tmp_path: Path) -> None:
    view = message_view(message_row(200))
    view = replace(
        view,
        envelope=replace(view.envelope, subject='<img src="x">A <b>B</b>'),
        attachments=(AttachmentInfo("2", "<i>c</i>.pdf", "application/pdf", 1),),
    )
    said = printed(window, tmp_path, view)
    assert '<img src="x">A <b>B</b>' in said
    assert "<i>c</i>.pdf" in said


def test_nothing_is_loaded_for_paper(window: MainWindow, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    red = QImage(64, 64, QImage.Format.Format_RGB32)
    red.fill(QColor("#ff0000"))
    red.save(str(secret))
    page = f'<img src="{secret}"><img src="file://{secret}"><img src="cid:2"><p>x</p>'
    view = replace(message_view(message_row(200)), html=page)
    blue = QImage(64, 64, QImage.Format.Format_RGB32)
    blue.fill(QColor("#0000ff"))
    shown = Shown(INBOX, 200, view, None, {"2": blue})
    paper(window).write_pdf(shown, tmp_path / "p.pdf")
    document = pypdfium2.PdfDocument(tmp_path / "p.pdf")
    colours = {tuple(one[1]) for one in document[0].render().to_pil().convert("RGB").getcolors(1 << 24)}
    document.close()
    assert any(blue > 200 and red < 60 for red, _, blue in colours)
    assert not any(red > 200 and blue < 60 and green < 60 for red, green, blue in colours)


def test_what_is_wrong_and_what_to_do_are_two_sentences(window: MainWindow, tmp_path: Path) -> None:
    shown = shown_by(window)
    text = window._paper._sheet._texts.reason(Reason.CHANGED_AFTER_SIGNING)
    report = VerificationReport("", Indication.TOTAL_FAILED, reasons=(Reason.CHANGED_AFTER_SIGNING,))
    assert f"{text.title}. {text.action}" in printed(window, tmp_path, shown.view, report)


def test_a_letter_without_anything_to_read_says_so_on_paper(window: MainWindow, tmp_path: Path) -> None:
    view = replace(shown_by(window).view, html="", text="")
    assert "(thư không có nội dung)" in printed(window, tmp_path, view)
    sealed = replace(view, encryption=Encryption("AES-256-GCM"))
    assert "(nội dung được mã hóa)" in printed(window, tmp_path, sealed)


def test_the_preview_shows_the_letter_and_goes_again(window: MainWindow, qtbot: QtBot) -> None:
    window.commands.actions["print_preview"].trigger()
    preview = paper(window).preview
    assert preview is not None
    qtbot.waitUntil(preview.isVisible)
    assert preview.printer() is not None
    preview.reject()
    assert paper(window).preview is None


def test_the_button_that_prints_does_not_fall_off_the_preview(
    window: MainWindow, qtbot: QtBot, themed: None
) -> None:
    window.commands.actions["print_preview"].trigger()
    preview = paper(window).preview
    assert preview is not None
    preview.resize(784, 600)  # as much as there is on a screen of 800
    buttons = [one for one in preview.findChildren(QToolButton) if one.defaultAction() is not None]
    qtbot.waitUntil(lambda: len(buttons) > 10 and all(one.isVisible() for one in buttons))
    zoom = preview.findChild(QComboBox)
    assert zoom is not None
    field = zoom.lineEdit()
    assert field is not None
    assert field.sizeHint().height() <= field.height()
    preview.reject()


def test_a_letter_is_kept_byte_for_byte(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = b"Subject: =?x?=\r\n\r\n\xff\x00 two  spaces \r\nend"
    desk.sources[200] = raw
    names: list[str] = []

    def ask(_parent: object, name: str, *_: object) -> Path:
        names.append(name)
        return tmp_path / "kept"

    monkeypatch.setattr(dialogs, "ask_save_path", ask)
    window.commands.actions["save_letter"].trigger()
    qtbot.waitUntil((tmp_path / "kept.eml").exists)
    assert (tmp_path / "kept.eml").read_bytes() == raw
    assert names[0].endswith(".eml")


def test_a_full_disk_is_told(
    window: MainWindow,
    desk: FakeDesk,
    qtbot: QtBot,
    tmp_path: Path,
    texts: Texts,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk.failures["save_file"] = StorageFull(path="a.eml")
    monkeypatch.setattr(dialogs, "ask_save_path", lambda *_: tmp_path / "a.eml")
    window.commands.actions["save_letter"].trigger()
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)))
    box = window.findChildren(QMessageBox)[0]
    assert texts.error(StorageFull(path="a.eml")).title in box.text()
    box.close()


def test_the_source_is_shown_from_its_beginning_and_cannot_be_changed(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot
) -> None:
    desk.sources[200] = b"X-Long: " + b"a" * MOST_BYTES + b"END"
    window.commands.actions["view_source"].trigger()
    qtbot.waitUntil(lambda: paper(window).source is not None)
    source = paper(window).source
    assert source is not None
    assert source.text.isReadOnly()
    assert source.text.toPlainText().startswith("X-Long: aaa")
    assert "END" not in source.text.toPlainText()
    assert "512 KB" in source.note.text()
    source.reject()


def test_nothing_in_a_source_turns_the_line_around_or_hides() -> None:
    raw = "Tên: a\u202egpj.exe\u200b\x1b[2J\r\nTiếng Việt\t1".encode() + b"\xff"
    assert as_text(raw) == "Tên: a\ufffdgpj.exe\ufffd\ufffd[2J\nTiếng Việt\t1\ufffd"


@pytest.mark.parametrize("name", ["print", "print_preview", "save_pdf", "save_letter", "view_source"])
def test_a_letter_that_is_held_back_leaves_by_none_of_these_ways(
    window: MainWindow, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(dialogs, "ask_save_path", lambda *some: asked.append(some))
    window.workspace.reader._view = replace(shown_by(window).view, frozen=True)
    window.commands.actions[name].trigger()
    (box,) = window.findChildren(QMessageBox)
    assert "dấu chỉ độ mật" in box.text()
    box.close()
    assert asked == []
    assert desk.count("source") == 0
    assert paper(window).preview is None


def test_what_the_desk_holds_back_is_not_shown_as_source(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot, texts: Texts
) -> None:
    desk.failures["source"] = MessageFrozen()
    window.commands.actions["view_source"].trigger()
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)))
    box = window.findChildren(QMessageBox)[0]
    assert texts.error(MessageFrozen()).title in box.text()
    box.close()
    assert paper(window).source is None


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("V/v báo cáo: quý III?", "V v báo cáo quý III"),
        ("  ..\\..\\x ", "x"),
        ("", "thu"),
        ("a" * 300, "a" * 80),
    ],
)
def test_a_subject_becomes_a_file_name_for_every_system(subject: str, name: str) -> None:
    assert file_name(subject) == name


def test_the_help_page_names_every_key_of_the_table(window: MainWindow, qtbot: QtBot) -> None:
    from client.ui.shortcuts_dialog import ShortcutsDialog

    dialog = ShortcutsDialog(window.commands.actions, window)
    qtbot.addWidget(dialog)
    listed = dict(dialog.model.entries)
    for action in window.commands.actions.values():
        if action.shortcuts():
            assert action.shortcut().toString() in listed[action.text()]
    assert listed["Xóa hẳn…"] == "Shift+Del"
    assert listed["In…"] == "Ctrl+P"
