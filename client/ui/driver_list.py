"""The drivers of signing tokens: known ones and the user's own, each with what became of trying it."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from client.errors import ClientError
from client.model.token import DriverReport
from client.services.desk import MailDesk
from client.ui import theme
from client.ui.bridge import Bridge
from client.ui.texts import Texts
from client.ui.widgets import plain_label


class DriverList(QWidget):
    """Tries each driver in the workshop; a driver that crashes costs its own line."""

    changed = Signal()
    """The user's own drivers are others than before."""
    failed = Signal(object)

    def __init__(self, desk: MailDesk, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._texts = desk, texts
        self._bridge = Bridge(self)
        self._reports: tuple[DriverReport, ...] = ()
        self._tried = False
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Phần mềm điều khiển thiết bị ký"))
        self.list.setWordWrap(True)
        self.list.setStyleSheet(theme.CARD_LIST)
        self.state = plain_label(self, wrap=True)
        self.state.setObjectName("muted")
        self.test_button = QPushButton(self.tr("Kiểm tra lại"), self)
        self.add_button = QPushButton(self.tr("Thêm…"), self)
        self.remove_button = QPushButton(self.tr("Gỡ"), self)
        self.test_button.clicked.connect(self.test)
        self.add_button.clicked.connect(self._choose)
        self.remove_button.clicked.connect(self._remove)
        self.list.currentRowChanged.connect(lambda _: self._allow())
        line = QHBoxLayout()
        for button in (self.test_button, self.add_button, self.remove_button):
            line.addWidget(button)
        line.addStretch(1)
        what = self.tr(
            "Thiết bị ký (USB token) cần phần mềm điều khiển của nhà sản xuất. Chương trình tự tìm những "
            "loại đã biết; loại khác thì thêm tệp thư viện PKCS#11 của nó ở đây."
        )
        layout = QVBoxLayout(self)
        layout.addWidget(plain_label(self, what, wrap=True))
        layout.addWidget(self.list, 1)
        layout.addWidget(self.state)
        layout.addLayout(line)
        self._allow()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: try the drivers when somebody first looks."""
        super().showEvent(event)
        if not self._tried:
            self.test()

    def test(self) -> None:
        """Try them all again."""
        self._tried = True
        self.test_button.setEnabled(False)
        self.state.setText(self.tr("Đang thử từng phần mềm điều khiển…"))
        self._bridge.watch(self._desk.signing().probe_drivers(), self._show, self._fail)

    def add(self, path: Path) -> None:
        """Ask this library for tokens from now on."""
        self._keep((*self._own(), path))

    def _own(self) -> tuple[Path, ...]:
        return self._desk.signing().own_drivers()

    def _remove(self) -> None:
        report = self._chosen()
        if report is not None:
            self._keep(tuple(path for path in self._own() if path != Path(report.path)))

    def _keep(self, paths: tuple[Path, ...]) -> None:
        try:
            self._desk.signing().set_own_drivers(tuple(dict.fromkeys(paths)))
        except ClientError as error:
            self.failed.emit(error)
            return
        self.test()
        self.changed.emit()

    def _show(self, reports: tuple[DriverReport, ...]) -> None:
        self.test_button.setEnabled(True)
        self._reports = reports
        self.list.clear()
        for report in reports:
            self.list.addItem(self._item(report))
        none = self.tr("Chưa tìm thấy phần mềm điều khiển nào. Cài phần mềm kèm theo thiết bị ký.")
        self.state.setText("" if reports else none)
        self._allow()

    def _item(self, report: DriverReport) -> QListWidgetItem:
        item = QListWidgetItem(f"{report.name}\n{report.path}\n{self._result(report)}")
        good = report.loaded and not report.problem
        item.setIcon(
            theme.icon("sig-valid" if good else "sig-warning", theme.GOOD if good else theme.CAUTION)
        )
        return item

    def _result(self, report: DriverReport) -> str:
        if report.problem:
            if not report.found:
                return self.tr("Không có tệp này.")
            text = self._texts.text("error", report.problem, path=report.path)
            return text.whole
        if not report.tokens:
            return self.tr("Dùng được; chưa có thiết bị nào được cắm.")
        labels = ", ".join(one.label.strip() or one.serial for one in report.tokens)
        return self.tr("Dùng được; thiết bị đang cắm: {labels}").format(labels=labels)

    def _fail(self, error: BaseException) -> None:
        self.test_button.setEnabled(True)
        words = self._texts.error(error)
        self.state.setText(words.whole)

    def _chosen(self) -> DriverReport | None:
        row = self.list.currentRow()
        return self._reports[row] if 0 <= row < len(self._reports) else None

    def _allow(self) -> None:
        report = self._chosen()
        self.remove_button.setEnabled(report is not None and Path(report.path) in self._own())

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Chọn tệp thư viện PKCS#11"))
        kind = "*.dll" if sys.platform == "win32" else "*.so *.so.* *.dylib"
        dialog.setNameFilters([f"PKCS#11 ({kind})", self.tr("Mọi tệp (*)")])
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.add(Path(name)))
        dialog.open()
