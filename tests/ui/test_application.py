"""The application as a process: what ends it."""

from __future__ import annotations

import os
import subprocess
import sys

from client.config.paths import resources_dir

INTERRUPTED = """
import signal, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from client.ui.application import make_application

class Window(QWidget):
    def closeEvent(self, event):
        print("asked")
        event.accept()

app = make_application([], Path(sys.argv[1]))
window = Window()
window.show()
QTimer.singleShot(0, lambda: signal.raise_signal(signal.SIGINT))
sys.exit(app.exec())
"""


def test_an_interrupt_closes_the_windows_as_the_mouse_would() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(resources_dir())],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"}, cwd=resources_dir().parent,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.strip()) == (0, "asked"), done.stderr
