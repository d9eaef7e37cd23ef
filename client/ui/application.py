"""The Qt application: fonts that have every Vietnamese letter, and a last resort for faults of our own."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QMessageBox

from client.config.catalogue import Text
from client.ui import dialogs, theme

_log = logging.getLogger(__name__)
_INTERRUPT_POLL_MS = 300
_FAMILIES = ("Segoe UI", "Noto Sans", "Liberation Sans", "Arial")
"""In the order tried; all carry the whole Vietnamese alphabet."""


class FaultReporter(QObject):
    """Shows faults of the program itself, on whatever thread they happen; never dies in silence."""

    _happened = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._box: QMessageBox | None = None
        self._happened.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Become the hook for exceptions nobody caught."""
        sys.excepthook = self.take
        threading.excepthook = self._take_thread

    def take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Log the fault with its trace, tell the user; the program goes on."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _log.critical("unexpected fault", exc_info=(kind, error, trace))
        self._happened.emit(kind.__name__)

    def _take_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self.take(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def _show(self, name: str) -> None:
        if self._box is not None:  # one box at a time: a fault in a paint event would open hundreds
            return
        title = self.tr("Chương trình gặp lỗi không lường trước ({name}).").format(name=name)
        advice = self.tr(
            "Việc vừa làm có thể chưa xong. Thư đã vào hàng chờ gửi và bản nháp đã lưu vẫn còn. "
            "Chi tiết đã ghi vào nhật ký; hãy báo bộ phận hỗ trợ nếu lỗi lặp lại."
        )
        self._box = dialogs.show_problem(None, Text(title, advice))
        self._box.finished.connect(self._closed)

    def _closed(self, _: int) -> None:
        self._box = None


def make_application(arguments: Sequence[str], resources: Path) -> QApplication:
    """The one `QApplication`, with fonts, theme and the hook for faults."""
    app = QApplication(list(arguments))
    app.setApplicationName("CongThu")
    app.setApplicationDisplayName("Công Thư")
    for font_file in sorted((resources / "fonts").glob("*.[to]tf")):
        QFontDatabase.addApplicationFont(str(font_file))
    app.setFont(choose_font())
    theme.apply_theme(app)
    app.setWindowIcon(theme.icon("app", theme.ACCENT))
    FaultReporter(app).install()
    _close_on_interrupt(app)
    return app


def _close_on_interrupt(app: QApplication) -> None:
    """Ctrl+C in the terminal closes the windows as the mouse would.

    Python runs its handler only between its own instructions; a timer lets it have some.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    signal.signal(signal.SIGINT, lambda *_: app.closeAllWindows())
    timer = QTimer(app)
    timer.timeout.connect(lambda: None)
    timer.start(_INTERRUPT_POLL_MS)


def choose_font() -> QFont:
    """The first installed family of the list; Qt's own choice where there is none."""
    present = set(QFontDatabase.families())
    family = next((name for name in _FAMILIES if name in present), "")
    font = QFont(family) if family else QFont()
    font.setPointSizeF(10.0)
    return font
