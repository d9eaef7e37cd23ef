"""The line above one piece of a letter: which one it is, what is lacking, and the way to read the whole."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from client.model.piece import FoundPieces, Piece, PieceState
from client.ui import theme
from client.ui.widgets import plain_label

_MOST_NAMED = 12


class PieceBanner(QFrame):
    """Outside the message's own area, as the signature panel is."""

    join_requested = Signal()
    back_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pieces")
        self.setStyleSheet(f"QFrame#pieces {{ background: #eff1f4; border-bottom: 1px solid {theme.LINE}; }}")
        self._piece: Piece | None = None
        icon = QLabel(self)
        icon.setPixmap(theme.pixmap("info", theme.MUTED, 18, self.devicePixelRatioF()))
        self._text = plain_label(self, wrap=True)
        self.join_button = self._button(self.tr("Ghép và xem thư"))
        self.join_button.clicked.connect(self.join_requested)
        self.back_button = self._button(self.tr("Xem lại mảnh này"))
        self.back_button.clicked.connect(self.back_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 8, 5)
        row.setSpacing(theme.SPACE)
        row.addWidget(icon)
        row.addWidget(self._text, 1)
        row.addWidget(self.join_button)
        row.addWidget(self.back_button)
        self.hide()

    def show_piece(self, piece: Piece | None) -> None:
        """Say which piece the message is; None hides the line."""
        self._piece = piece
        self._say("" if piece is None else self.tr("Đang tìm các mảnh còn lại…"))
        self.setVisible(piece is not None)

    def show_found(self, found: FoundPieces) -> None:
        """Say what is known of the others."""
        if self._piece is not None:
            self._say(self._next_step(found), total=found.total, join=found.state is PieceState.COMPLETE)

    def show_joining(self) -> None:
        """The pieces are being put together."""
        self._say(self.tr("Đang ghép thư…"))

    def show_joined(self, total: int) -> None:
        """The whole letter is on show."""
        self._piece = None
        words = self.tr(
            "Thư này được ghép từ {count} mảnh để đọc lần này. Kết quả kiểm tra chữ ký số là của thư đã "
            "ghép; thư đã ghép không được lưu trên máy."
        )
        self._set(words.format(count=total))
        self.back_button.show()
        self.show()

    def text(self) -> str:
        """What is said now, ``""`` when hidden."""
        return "" if self.isHidden() else self._text.text()

    def _next_step(self, found: FoundPieces) -> str:
        if found.state is PieceState.COMPLETE:
            return self.tr("Đã có đủ các mảnh trên máy này.")
        if found.state is PieceState.DIFFERENT:
            return self.tr(
                "Các mảnh không khớp nhau nên không ghép. Đề nghị người gửi gửi lại trong một thư."
            )
        if found.state is PieceState.TOO_LARGE:
            return self.tr("Thư quá lớn hoặc quá nhiều mảnh nên không ghép. Đề nghị người gửi gửi cách khác.")
        if not found.missing:
            return self.tr("Chưa đủ mảnh để biết thư có bao nhiêu mảnh. Chờ các mảnh khác đến hộp thư này.")
        numbers = ", ".join(map(str, found.missing[:_MOST_NAMED]))
        numbers += "…" if len(found.missing) > _MOST_NAMED else ""
        return self.tr(
            "Còn thiếu mảnh {numbers} trên máy này. Nếu mảnh đó có trong hộp thư, mở nó một lần để tải về; "
            "nếu không, chờ thêm hoặc đề nghị người gửi gửi lại trong một thư."
        ).format(numbers=numbers)

    def _say(self, step: str, total: int = 0, *, join: bool = False) -> None:
        which = ""
        if self._piece is not None:
            total = self._piece.total or total
            which = (
                self.tr("Đây là mảnh {number}/{total} của một thư bị chia nhỏ khi gửi.")
                if total
                else self.tr("Đây là mảnh {number} của một thư bị chia nhỏ khi gửi.")
            ).format(number=self._piece.number, total=total)
        self._set(f"{which} {step}".strip())
        self.join_button.setVisible(join)

    def _set(self, text: str) -> None:
        self._text.setText(text)
        self.setAccessibleName(text)
        self.join_button.hide()
        self.back_button.hide()

    def _button(self, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("small")
        button.setText(text)
        return button
