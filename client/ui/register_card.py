"""The documents that came with a message, as the register of incoming documents asks for them."""

from __future__ import annotations

import csv
import io
import json
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from client.model.register import ENTRY_FIELDS, ReceivedDocument, ReceivedMessage, entry_values
from client.ui import theme
from client.ui.texts import Texts
from client.ui.widgets import plain_label

_SHOWN = tuple(name for name in ENTRY_FIELDS if name not in {"ordinal", "language"})


class RegisterCard(QFrame):
    """One line, that opens into the fields; what was not read is said, never left out."""

    export_requested = Signal(str, bytes)
    """A file name to suggest, and the content."""

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._documents: tuple[ReceivedDocument, ...] = ()
        self.setObjectName("strip")
        self.setAccessibleName(self.tr("Văn bản đến"))
        self._title = plain_label(self, wrap=True)
        self._title.setStyleSheet("font-weight: 600;")
        self.alarm = plain_label(self, wrap=True)
        self.alarm.setStyleSheet(f"color: {theme.CAUTION}; font-weight: 600;")
        self.more = QToolButton(self)
        self.more.setObjectName("link")
        self.more.setCheckable(True)
        self.choice = QComboBox(self)
        self.choice.setAccessibleName(self.tr("Văn bản trong thư"))
        self._fields = QWidget(self)
        self.values: dict[str, QLabel] = {}
        self.copy_all = QPushButton(self.tr("Chép tất cả"), self)
        self.save_csv = QPushButton(self.tr("Xuất CSV…"), self)
        self.save_json = QPushButton(self.tr("Xuất JSON…"), self)
        self._build()
        self.more.toggled.connect(self._open)
        self.choice.currentIndexChanged.connect(self._show_one)
        self.copy_all.clicked.connect(self._copy_all)
        self.save_csv.clicked.connect(lambda: self.export_requested.emit("van-ban-den.csv", self.as_csv()))
        self.save_json.clicked.connect(lambda: self.export_requested.emit("van-ban-den.json", self.as_json()))
        self.clear()

    def clear(self) -> None:
        """No message, or none with a document."""
        self._documents = ()
        self.hide()

    def show_message(self, message: ReceivedMessage) -> None:
        """Show its documents; without any the card is not there."""
        self._documents = message.documents
        self.setVisible(bool(self._documents))
        if not self._documents:
            return
        self.choice.blockSignals(True)
        self.choice.clear()
        for one in self._documents:
            self.choice.addItem(one.entry.number or one.entry.file_name)
        self.choice.blockSignals(False)
        self.choice.setVisible(len(self._documents) > 1)
        self.more.setChecked(False)
        self._open(False)
        self._show_one(0)

    def as_csv(self) -> bytes:
        """All documents, one a line; with a byte order mark, so that spreadsheets read the marks."""
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, ["file_name", *ENTRY_FIELDS], lineterminator="\r\n")
        writer.writeheader()
        writer.writerows({name: _inert(value) for name, value in row.items()} for row in self._rows())
        return b"\xef\xbb\xbf" + buffer.getvalue().encode()

    def as_json(self) -> bytes:
        """All documents as a list of objects."""
        return json.dumps(self._rows(), ensure_ascii=False, indent=1).encode()

    def _rows(self) -> list[dict[str, str]]:
        return [{"file_name": one.entry.file_name, **entry_values(one.entry)} for one in self._documents]

    def _show_one(self, index: int) -> None:
        if not 0 <= index < len(self._documents):
            return
        document = self._documents[index]
        entry = document.entry
        day = entry.issued_date
        parts = (entry.type_name, entry.number, f"{day:%d/%m/%Y}" if day else "", entry.organ_name)
        told = ", ".join(part for part in parts if part) or entry.file_name
        self._title.setText(self.tr("Văn bản đến: {what}").format(what=told))
        shown = entry_values(entry)
        shown["issued_date"] = f"{day:%d/%m/%Y}" if day else ""
        shown["arrival_date"] = self._texts.when(entry.arrival_date) if entry.arrival_date else ""
        shown["due_date"] = f"{entry.due_date:%d/%m/%Y}" if entry.due_date else ""
        for name, label in self.values.items():
            label.setText(shown[name] or self._unread(name))
            label.setObjectName("" if shown[name] else "muted")
            label.style().polish(label)
        self.alarm.setText(self._alarm(document))
        self.alarm.setVisible(document.earlier is not None)

    def _unread(self, name: str) -> str:
        return self.tr("không ghi") if name in {"priority", "due_date"} else self.tr("chưa đọc được")

    def _alarm(self, document: ReceivedDocument) -> str:
        earlier = document.earlier
        if earlier is None:
            return ""
        text = self.tr(
            "Số {number} của cùng cơ quan đã có trong một thư khác ngày {when}, nội dung tệp khác. "
            "Đối chiếu hai bản trước khi vào sổ."
        )
        return text.format(number=earlier.number, when=self._texts.when(earlier.seen_at))

    def _open(self, is_open: bool) -> None:
        self.more.setText(self.tr("Thu gọn") if is_open else self.tr("Thông tin đăng ký"))
        self._fields.setVisible(is_open)

    def _copy(self, name: str) -> None:
        index = max(0, self.choice.currentIndex())
        if index < len(self._documents):
            QGuiApplication.clipboard().setText(entry_values(self._documents[index].entry)[name])

    def _copy_all(self) -> None:
        index = max(0, self.choice.currentIndex())
        if index < len(self._documents):
            values = entry_values(self._documents[index].entry)
            lines = [f"{label}\t{values[name]}" for name, label in self._labels().items()]
            QGuiApplication.clipboard().setText("\n".join(lines))

    def _labels(self) -> dict[str, str]:
        """The fields' names as the register has them."""
        named = {
            "type_name": self.tr("Tên loại"),
            "code_number": self.tr("Số"),
            "code_notation": self.tr("Ký hiệu"),
            "issued_date": self.tr("Ngày văn bản"),
            "organ_name": self.tr("Cơ quan ban hành"),
            "subject": self.tr("Trích yếu"),
            "page_amount": self.tr("Số trang"),
            "arrival_date": self.tr("Ngày đến"),
            "signer_position": self.tr("Chức vụ người ký"),
            "signer_name": self.tr("Người ký"),
            "priority": self.tr("Mức độ khẩn"),
            "to_places": self.tr("Nơi nhận"),
            "due_date": self.tr("Hạn trả lời"),
        }
        return {name: named[name] for name in _SHOWN}

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.choice)
        head.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop)
        grid = QGridLayout()
        grid.setContentsMargins(0, 4, 0, 2)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for row, (name, words) in enumerate(self._labels().items()):
            label, value = plain_label(self, words), plain_label(self, wrap=True)
            label.setObjectName("muted")
            copy = QToolButton(self)
            copy.setText(self.tr("Chép"))
            copy.setObjectName("link")
            copy.setStyleSheet("padding: 0 5px;")
            copy.setAccessibleName(self.tr("Chép {what}").format(what=words))
            copy.clicked.connect(partial(self._copy, name))
            self.values[name] = value
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(copy, row, 2, Qt.AlignmentFlag.AlignTop)
        buttons = QHBoxLayout()
        for button in (self.copy_all, self.save_csv, self.save_json):
            buttons.addWidget(button)
        buttons.addStretch(1)
        inside = QVBoxLayout(self._fields)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addLayout(grid)
        inside.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 4, 12, 4)
        layout.setSpacing(3)
        layout.addLayout(head)
        layout.addWidget(self.alarm)
        layout.addWidget(self._fields)


def _inert(value: str) -> str:
    """A cell that spreadsheets would run as a formula is text: what is in it was written by strangers."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
