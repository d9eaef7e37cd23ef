"""The strip of attached files: name, size, and for a PDF whether it is to be signed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from client.model.outgoing import DraftAttachment
from client.ui.bridge import Bridge
from client.ui.compose_model import MAX_FILE_BYTES, default_sign, is_pdf, make_attachment, transfer_size
from client.ui.signing_options import chosen_role, fill_roles
from client.ui.texts import Texts
from client.ui.widgets import ElidedLabel

_ROWS_SHOWN, _ROW_HEIGHT = 3, 31


class FileTooBig(Exception):
    """A file nobody can send by mail."""


class AttachmentStrip(QFrame):
    """Holds the letter's attachments as values; reads files away from the window's thread."""

    changed = Signal()
    reading_failed = Signal(str)
    """The sentence to show: which file could not be attached, and why."""

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self._texts = texts
        self._bridge = Bridge(self)
        # A file may lie on a slow network drive.
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="attach")
        self._files: tuple[DraftAttachment, ...] = ()
        self._chosen_by_hand: set[str] = set()
        self._document_type = ""
        self.reading = 0
        self.add_button = QPushButton(self.tr("Thêm tệp đính kèm…"))
        self.add_button.clicked.connect(self.choose_files)
        self.total = QLabel()
        self.total.setObjectName("muted")
        self._list = QWidget()
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(2)
        self._rows.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._build()
        self.set_attachments(())

    def attachments(self) -> tuple[DraftAttachment, ...]:
        """The files as the letter would carry them now."""
        return self._files

    def set_attachments(self, files: tuple[DraftAttachment, ...]) -> None:
        """Show these files; their sign marks are kept as they are."""
        self._files = files
        self._chosen_by_hand = {one.name for one in files if one.sign}
        self._show()

    def set_document_type(self, code: str) -> None:
        """PDFs nobody decided on by hand follow the document type."""
        self._document_type = code
        self._files = tuple(
            one if one.name in self._chosen_by_hand else replace(one, sign=default_sign(one, code))
            for one in self._files
        )
        self._show()

    def choose_files(self) -> None:
        """Ask for files without stopping the window."""
        dialog = QFileDialog(self, self.tr("Chọn tệp đính kèm"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.add_files([Path(name) for name in names]))
        dialog.open()

    def add_files(self, paths: list[Path]) -> None:
        """Read the files and attach them, one after the other."""
        for path in paths:
            self.reading += 1
            self._bridge.watch(
                self._reader.submit(_read, path), self._on_read(path.name), self._on_failure(path.name)
            )
        self._show_total()

    def focus_file(self, name: str) -> None:
        """Put the keyboard on the file's row, or on the add button for a file that is missing."""
        for button in self._list.findChildren(QToolButton):
            if button.property("file") == name:
                button.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        self.add_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_reader(self) -> None:
        """Let go of the reading thread."""
        self._reader.shutdown(wait=False, cancel_futures=True)

    def _build(self) -> None:
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its rows take the focus
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidget(self._list)
        foot = QHBoxLayout()
        foot.addWidget(self.add_button)
        foot.addWidget(self.total, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.addWidget(self._scroll)
        layout.addLayout(foot)

    def _on_read(self, name: str) -> Callable[[bytes], None]:
        def attach(content: bytes) -> None:
            self.reading -= 1
            taken = [one.name for one in self._files]
            self._files += (make_attachment(name, content, self._document_type, taken),)
            self._show()
            self.changed.emit()

        return attach

    def _on_failure(self, name: str) -> Callable[[BaseException], None]:
        def tell(error: BaseException) -> None:
            self.reading -= 1
            self._show_total()
            if isinstance(error, FileTooBig):
                limit = self._texts.size(MAX_FILE_BYTES)
                why = self.tr("Tệp vượt quá {limit}, không gửi được qua thư.").format(limit=limit)
            else:
                why = self.tr("Không đọc được tệp. Kiểm tra tệp còn đó và bạn có quyền mở.")
            self.reading_failed.emit(self.tr("Chưa đính kèm “{name}”. {why}").format(name=name, why=why))

        return tell

    def _show(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for file in self._files:
            self._rows.addWidget(self._row(file))
        self._scroll.setVisible(bool(self._files))
        shown = min(len(self._files), _ROWS_SHOWN)
        self._scroll.setFixedHeight(shown * (_ROW_HEIGHT + self._rows.spacing()))
        self._show_total()

    def _show_total(self) -> None:
        if self.reading:
            self.total.setText(self.tr("Đang đọc tệp…"))
        elif not self._files:
            self.total.setText(self.tr("Chưa có tệp. Có thể kéo tệp thả vào đây."))
        else:
            size = self._texts.size(transfer_size(self._files))
            self.total.setText(
                self.tr("{n} tệp, khoảng {size} khi gửi").format(n=len(self._files), size=size)
            )

    def _row(self, file: DraftAttachment) -> QWidget:
        row = QWidget()
        row.setMinimumHeight(_ROW_HEIGHT)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        name = ElidedLabel()
        name.show_text(f"{file.name}  ({self._texts.size(len(file.content))})")
        name.setMinimumWidth(60)
        line.addWidget(name, 1)
        if is_pdf(file.name, file.media_type):
            sign = QCheckBox(self.tr("Ký số tệp này"))
            sign.setChecked(file.sign)
            sign.setAccessibleName(self.tr("Ký số {name}").format(name=file.name))
            sign.toggled.connect(lambda on: self._mark(file.name, on))
            line.addWidget(sign)
            line.addWidget(self._role_box(file, sign))
        remove = QToolButton()
        remove.setText(self.tr("Gỡ"))
        remove.setAccessibleName(self.tr("Gỡ {name}").format(name=file.name))
        remove.setObjectName("small")
        remove.setProperty("file", file.name)
        remove.clicked.connect(lambda: self._remove(file.name))
        line.addWidget(remove)
        return row

    def _role_box(self, file: DraftAttachment, sign: QCheckBox) -> QComboBox:
        box = QComboBox()
        box.addItem(self.tr("Theo vai trò của tôi"), "usual")
        fill_roles(box)
        box.setCurrentIndex(0 if file.role is None else box.findData(file.role.value))
        box.setAccessibleName(self.tr("Ký {name} để").format(name=file.name))
        box.setToolTip(self.tr("Việc ký với tệp này; xem trước vị trí khi ký"))
        box.setVisible(file.sign)
        sign.toggled.connect(box.setVisible)
        box.currentIndexChanged.connect(lambda _: self._set_role(file.name, box))
        return box

    def _set_role(self, name: str, box: QComboBox) -> None:
        role = None if box.currentData() == "usual" else chosen_role(box)
        self._files = tuple(replace(one, role=role) if one.name == name else one for one in self._files)
        self.changed.emit()

    def _mark(self, name: str, on: bool) -> None:
        self._chosen_by_hand.add(name)
        self._files = tuple(replace(one, sign=on) if one.name == name else one for one in self._files)
        self.changed.emit()

    def _remove(self, name: str) -> None:
        self._files = tuple(one for one in self._files if one.name != name)
        self._chosen_by_hand.discard(name)
        self._show()
        self.changed.emit()


def _read(path: Path) -> bytes:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise FileTooBig
    return path.read_bytes()
