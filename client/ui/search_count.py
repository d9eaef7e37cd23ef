"""How many messages a search found, above their list."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from client.model.search import MOST_FOUND
from client.ui.texts import Texts


class SearchCount(QWidget):
    """The list with a line above it while it is searched."""

    def __init__(self, inside: QStackedWidget, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self.line = QLabel(self)
        self.line.setTextFormat(Qt.TextFormat.PlainText)
        self.line.setWordWrap(True)
        self.line.setContentsMargins(12, 6, 12, 6)
        self.line.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.line)
        layout.addWidget(inside, 1)

    def say_searching(self) -> None:
        """A search takes a while."""
        self.line.setText(self.tr("Đang tìm…"))
        self.line.show()

    def say(
        self, found: int, *, is_search: bool, is_filter: bool = False, misread: tuple[str, ...] = ()
    ) -> None:
        """Tell the number, that there may be more than are listed, and what was ``misread``.

        A filter alone lists all.
        """
        counted = self._texts.count(found)
        if is_filter:
            told = self.tr("Đang lọc: {count} thư").format(count=counted)
        elif found < MOST_FOUND:
            told = self.tr("Tìm thấy {count} thư").format(count=counted)
        else:
            told = self.tr(
                "Có từ {count} thư trở lên; đang hiện {count} thư đầu. Hãy gõ thêm từ để thu hẹp."
            ).format(count=counted)
        words = self.tr(
            "“{typed}” không phải ngày hay điều kiện đọc được, nên được tìm như từ ngữ trong thư "
            "(ngày: 24/11/2026, 11/2026 hoặc 2026)."
        )
        said = [told] if found else []
        said += [words.format(typed=one[:40]) for one in misread[:2]]
        self.line.setText(" ".join(said))
        self.line.setVisible(is_search and bool(said))
