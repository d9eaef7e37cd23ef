from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from concurrent.futures import Future
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from client.config.catalogue import Catalogue
from client.config.paths import resources_dir
from client.errors import SigningRefused, StorageFailed
from client.model.event import Event, EventKind
from client.model.finding import Severity
from client.model.mailbox import Mailbox, SpecialUse
from client.model.outgoing import Situation
from client.model.verdict import Coverage, Display
from client.ui import theme
from client.ui.application import FaultReporter, choose_font
from client.ui.bridge import Bridge, EventRelay
from client.ui.texts import Texts

ROOT = Path(__file__).resolve().parents[2]


def unexpected(answer: object) -> None:
    raise AssertionError(answer)


def test_result_from_another_thread_arrives_on_the_window_s_thread(qtbot: QtBot) -> None:
    bridge, future, seen = Bridge(), Future[int](), list[tuple[int, bool]]()
    here = QThread.currentThread()
    bridge.watch(future, lambda n: seen.append((n, QThread.currentThread() is here)), unexpected)
    worker = threading.Thread(target=future.set_result, args=(7,))
    worker.start()
    worker.join()
    assert seen == []
    qtbot.waitUntil(lambda: seen == [(7, True)])


def test_error_goes_to_the_other_callback(qtbot: QtBot) -> None:
    bridge, future, seen = Bridge(), Future[int](), list[BaseException]()
    bridge.watch(future, unexpected, seen.append)
    error = SigningRefused(reason="signer-not-sender")
    future.set_exception(error)
    qtbot.waitUntil(lambda: seen == [error])


def test_answer_for_a_closed_window_is_dropped(qtbot: QtBot) -> None:
    owner = QObject()
    bridge, future = Bridge(owner), Future[int]()
    bridge.watch(future, unexpected, unexpected)
    with qtbot.waitSignal(bridge.destroyed):
        owner.deleteLater()
    future.set_result(1)


def test_binding_keeps_its_references(qapp: QApplication) -> None:
    """PySide6 6.12.0 lost one reference to True with each emit(): an abort after some hundred of them."""
    relay = EventRelay()
    before = sys.getrefcount(True)
    for _ in range(100):
        relay.arrived.emit(None)
    assert before - sys.getrefcount(True) < 50


def test_event_from_another_thread_reaches_the_relay(qtbot: QtBot) -> None:
    relay = EventRelay()
    event = Event(EventKind.OUTBOX, "an", 3)
    with qtbot.waitSignal(relay.arrived) as told:
        worker = threading.Thread(target=relay.listen, args=(event,))
        worker.start()
        worker.join()
    assert told.args == [event]


def test_every_state_has_words(texts: Texts) -> None:
    words = [texts.display(one) for one in Display]
    words += [texts.severity(one) for one in Severity]
    words += [texts.coverage(one) for one in Coverage]
    words += [texts.outbox_state(one) for one in Situation]
    assert all(words)
    assert not [word for word in words if word.startswith("Mã:")]


@pytest.mark.parametrize("use", list(SpecialUse))
def test_every_mailbox_has_a_name(texts: Texts, use: SpecialUse) -> None:
    name = texts.mailbox(Mailbox(1, "an", b"X", "Riêng", use))
    assert name == "Riêng" if use is SpecialUse.NONE else not name.startswith("Mã:")


def test_refused_signature_is_told_by_its_reason(texts: Texts) -> None:
    told = texts.error(SigningRefused(reason="certificate-expired"))
    assert told == texts.text("reason", "certificate-expired")


def test_fault_of_the_program_is_not_dressed_up(texts: Texts) -> None:
    assert "KeyError" not in texts.error(KeyError("x")).title
    assert texts.error(KeyError("x")).action


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_unexpected_fault_shows_one_honest_box(qtbot: QtBot, qapp: QApplication) -> None:
    reporter = FaultReporter(qapp)
    for _ in range(3):
        reporter.take(ValueError, ValueError("geheim"), None)

    def boxes() -> list[QMessageBox]:
        return [one for one in qapp.topLevelWidgets() if isinstance(one, QMessageBox) and one.isVisible()]

    qtbot.waitUntil(lambda: len(boxes()) == 1)
    assert "ValueError" in boxes()[0].text()
    assert "geheim" not in boxes()[0].text()
    boxes()[0].close()


def test_every_icon_can_be_drawn(qapp: QApplication) -> None:
    for path in (resources_dir() / "icons").glob("*.svg"):
        picture = theme.pixmap(path.stem).toImage()
        painted = any(picture.pixelColor(x, y).alpha() for x in range(16) for y in range(16))
        assert painted, path.stem


def test_chosen_font_exists(qapp: QApplication) -> None:
    assert choose_font().family()


@pytest.mark.parametrize("background", [theme.SURFACE, theme.BACKGROUND, theme.SELECTION])
@pytest.mark.parametrize("ink", [theme.TEXT, theme.MUTED, theme.ACCENT, theme.GOOD, theme.BAD, theme.DOUBT])
def test_text_is_readable_on_its_background(ink: str, background: str) -> None:
    assert contrast(ink, background) >= 4.5


@pytest.mark.parametrize("style", [*map(theme.display_style, Display), *map(theme.severity_style, Severity)])
def test_state_colours_are_readable(style: tuple[str, str, str]) -> None:
    ink, background, icon = style
    assert contrast(ink, background) >= 4.5
    assert (resources_dir() / "icons" / f"{icon}.svg").is_file()


def contrast(one: str, other: str) -> float:
    """WCAG 2.1 contrast ratio of two ``#rrggbb`` colours."""

    def luminance(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_no_english_string_is_unfinished_or_missing(tmp_path: Path) -> None:
    tool = shutil.which("pyside6-lupdate", path=str(Path(sys.executable).parent))
    assert tool
    copy = tmp_path / "congthu_en.ts"
    shutil.copy(resources_dir() / "i18n" / "congthu_en.ts", copy)
    sources = sorted(map(str, (ROOT / "client" / "ui").glob("*.py")))
    subprocess.run([tool, *sources, "-locations", "none", "-ts", str(copy)], check=True, capture_output=True)
    unfinished = [
        message.findtext("source")
        for message in ET.parse(copy).getroot().iter("message")  # noqa: S314 - our own file
        if (found := message.find("translation")) is None
        or found.get("type") == "unfinished"
        or not found.text
    ]
    assert unfinished == []


def test_the_reason_of_an_error_is_said_in_words(texts: Texts) -> None:
    said = texts.error(StorageFailed(path="thu.db", reason="access"))
    assert "access" not in f"{said.title} {said.action}"
    words = Catalogue.load(resources_dir()).reason("access")
    assert words in f"{said.title} {said.action}"
