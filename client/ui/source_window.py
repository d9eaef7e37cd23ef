"""The bytes of a letter as text, to read only; a long one from its beginning."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from client.ui.texts import Texts
from client.ui.widgets import open_at, plain_label

MOST_BYTES = 512 * 1024
_KEPT = frozenset("\n\t")


class SourceWindow(QDialog):
    """Shows what no letter can turn around: characters that are not seen stand there as marks."""

    def __init__(self, raw: bytes, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Mã nguồn thư"))
        open_at(self, 860, 640)
        self.note = plain_label(self, self._note(len(raw), texts), wrap=True)
        self.note.setVisible(len(raw) > MOST_BYTES)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName(self.windowTitle())
        self.text.setPlainText(as_text(raw[:MOST_BYTES]))
        close = QPushButton(self.tr("Đóng"), self)
        buttons = QDialogButtonBox(self)
        buttons.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.note)
        column.addWidget(self.text, 1)
        column.addWidget(buttons)

    def _note(self, size: int, texts: Texts) -> str:
        said = self.tr("Chỉ hiện {shown} đầu của {size}; dùng “Lưu thư…” để có toàn bộ, đúng từng byte.")
        return said.format(shown=texts.size(MOST_BYTES), size=texts.size(size))


def as_text(raw: bytes) -> str:
    """Bytes as characters; what is not seen, or would turn the line around, becomes a mark."""
    text = raw.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one if one in _KEPT or one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
