"""The widgets of the comparison window and how they lie; what they mean is in `comparison_window`."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from client.model.secret import Secret
from client.ui.comparison_canvas import DIFFERENT, LATER, ComparisonPane
from client.ui.comparison_changes import ChangeList
from client.ui.flow import FlowLayout
from client.ui.texts import Texts
from client.ui.widgets import heading_label, plain_label


class ComparisonForm(QWidget):
    """Fills the dialog it is given to."""

    password_given = Signal(object)
    """A `Secret` for an encrypted document."""

    def __init__(self, texts: Texts, dialog: QWidget) -> None:
        super().__init__(dialog)
        self.which = QComboBox(self)
        self.which.setAccessibleName(self.tr("Chữ ký được so sánh"))
        self.which.setMinimumContentsLength(24)
        self.which.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.back = self._tool("‹", self.tr("Trang trước"))
        self.forth = self._tool("›", self.tr("Trang sau"))
        self.smaller = self._tool("−", self.tr("Thu nhỏ"))
        self.larger = self._tool("+", self.tr("Phóng to"))
        self.page_label, self.zoom_label = plain_label(self), plain_label(self)
        self.alone = QCheckBox(self.tr("Chỉ xem bản đã ký"), self)
        self.save = QPushButton(self.tr("Lưu bản đã ký…"), self)
        self.signed = ComparisonPane(self.tr("Bản đã ký"), self)
        self.now = ComparisonPane(self.tr("Bản hiện nay"), self)
        self.now_side = self._side(self.tr("Bản hiện nay"), self.now)
        self.changes = ChangeList(texts, self)
        self.progress, self.progress_label = QProgressBar(self), plain_label(self, wrap=True)
        self.stop = QPushButton(self.tr("Dừng so sánh"), self)
        self.password, self.open_button = QLineEdit(self), QPushButton(self.tr("Mở tệp"), self)
        self._ask_line = QWidget(self)
        self._ask_label = plain_label(self._ask_line, wrap=True)
        self._build(dialog)
        self._scroll_together()
        self.show_progress(0, 0)
        self.ask_password(asked=False, again=False)

    def say(self, message: str) -> None:
        """Words in place of both pages."""
        for pane in (self.signed, self.now):
            pane.say(message)

    def show_page_number(self, page: int, pages: int, zoom: str) -> None:
        """Where the reader is."""
        self.page_label.setText(
            self.tr("Trang {page}/{pages}").format(page=page, pages=pages) if pages else ""
        )
        self.back.setEnabled(page > 1)
        self.forth.setEnabled(page < pages)
        self.zoom_label.setText(zoom)

    def show_progress(self, done: int, total: int) -> None:
        """How many pages have been compared; hidden when there is nothing to wait for."""
        running = done < total
        for widget in (self.progress, self.progress_label, self.stop):
            widget.setVisible(running)
        if running:
            self.progress.setRange(0, total)
            self.progress.setValue(done)
            text = self.tr("Đang so sánh: {done}/{total} trang có thể đã thay đổi")
            self.progress_label.setText(text.format(done=done, total=total))

    def ask_password(self, *, asked: bool, again: bool) -> None:
        """Ask for what opens an encrypted document, or ask no more."""
        self._ask_line.setVisible(asked)
        if asked:
            self._ask_label.setText(
                self.tr("Mật khẩu chưa đúng. Nhập lại mật khẩu mở tệp.")
                if again
                else self.tr("Tệp này có mật khẩu. Nhập mật khẩu mở tệp để so sánh.")
            )
            self.password.setFocus()

    def _tool(self, text: str, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("small")
        button.setText(text)
        button.setAccessibleName(name)
        button.setToolTip(name)
        return button

    def _build(self, dialog: QWidget) -> None:
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName(self.tr("Mật khẩu mở tệp"))
        self.password.returnPressed.connect(self._give_password)
        self.open_button.clicked.connect(self._give_password)
        for button in (self.save, self.stop, self.open_button):
            button.setAutoDefault(False)
        panes = QSplitter(Qt.Orientation.Horizontal, self)
        panes.addWidget(self._change_side())
        panes.addWidget(self._side(self.tr("Bản đã ký"), self.signed))
        panes.addWidget(self.now_side)
        panes.setSizes([260, 460, 460])
        panes.setChildrenCollapsible(False)
        for at, stretch in enumerate((0, 1, 1)):
            panes.setStretchFactor(at, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.which)
        column.addLayout(self._tools())
        column.addWidget(self._password_line())
        column.addWidget(panes, 1)
        whole = QVBoxLayout(dialog)
        whole.addWidget(self)

    def _tools(self) -> FlowLayout:
        row = FlowLayout(None, 10)
        for widgets in (
            (self.back, self.page_label, self.forth),
            (self.smaller, self.zoom_label, self.larger),
        ):
            group = QWidget(self)
            line = QHBoxLayout(group)
            line.setContentsMargins(0, 0, 0, 0)
            for widget in widgets:
                line.addWidget(widget)
            row.addWidget(group)
        for one in (self.alone, self.save):
            row.addWidget(one)
        return row

    def _password_line(self) -> QWidget:
        line = QHBoxLayout(self._ask_line)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._ask_label, 1)
        line.addWidget(self.password, 1)
        line.addWidget(self.open_button)
        return self._ask_line

    def _change_side(self) -> QWidget:
        side = QWidget(self)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(heading_label(self.tr("Thay đổi sau khi ký")))
        column.addWidget(self.changes, 1)
        for widget in (self.progress_label, self.progress, self.stop):
            column.addWidget(widget)
        for colour, style, text in (
            (DIFFERENT.name(), "solid", self.tr("nhìn khác bản đã ký")),
            (LATER.name(), "dashed", self.tr("chữ ký được đặt sau đó")),
        ):
            line = QHBoxLayout()
            sample = QLabel(side)
            sample.setFixedSize(22, 14)
            sample.setStyleSheet(f"border: 2px {style} {colour};")
            line.addWidget(sample)
            line.addWidget(plain_label(side, text, wrap=True), 1)
            column.addLayout(line)
        side.setMinimumWidth(180)
        return side

    def _side(self, title: str, pane: ComparisonPane) -> QWidget:
        side = QWidget(self)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(heading_label(title))
        column.addWidget(pane, 1)
        side.setMinimumWidth(160)
        return side

    def _scroll_together(self) -> None:
        for one, other in ((self.signed, self.now), (self.now, self.signed)):
            one.verticalScrollBar().valueChanged.connect(other.verticalScrollBar().setValue)
            one.horizontalScrollBar().valueChanged.connect(other.horizontalScrollBar().setValue)

    def _give_password(self) -> None:
        if self.password.text():
            secret = Secret(self.password.text())
            self.password.clear()
            self.password_given.emit(secret)
