"""What stands where a letter has nothing to read, on the screen and on paper."""

from __future__ import annotations

from PySide6.QtCore import QObject

from client.model.message import MessageView


class EmptyLetter(QObject):
    """Says why there is nothing, in brackets: no sender wrote it."""

    def words(self, view: MessageView) -> str:
        """One line; ``""`` for a letter that is held back, of which nothing is said at all."""
        if view.frozen:
            return ""
        if view.encryption is not None and not view.encryption.opened:
            return self.tr("(nội dung được mã hóa)")
        if view.piece is not None:
            return self.tr("(một mảnh của thư, không đọc riêng được)")
        if view.signed_part is not None:
            return self.tr("(không có chữ nào ngoài phần có chữ ký)")
        return self.tr("(thư không có nội dung)")
