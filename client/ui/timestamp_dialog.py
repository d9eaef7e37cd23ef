"""No time-stamp authority answered: the user decides, the program does not."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from client.ui.texts import Texts
from client.ui.widgets import plain_label


class TimestampDialog(QDialog):
    """Wait and try again, ask another authority, sign without, or leave it."""

    retry = Signal(str)
    """The authority to ask; ``""`` for those asked before."""
    without = Signal()

    def __init__(
        self,
        texts: Texts,
        error: BaseException,
        tsa_urls: tuple[str, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Không lấy được dấu thời gian"))
        self.setMinimumWidth(520)
        words = texts.error(error)
        layout = QVBoxLayout(self)
        layout.addWidget(plain_label(self, words.title, wrap=True))
        layout.addWidget(plain_label(self, words.action, wrap=True))
        note = self.tr(
            "Ký không có dấu thời gian thì thời điểm ký chỉ là giờ máy của bạn, "
            "và chữ ký có thể không kiểm tra được sau khi chứng thư số hết hạn. Chưa có gì được ký hay gửi."
        )
        layout.addWidget(plain_label(self, note, wrap=True))
        self.tsa = QComboBox(self)
        self.tsa.setAccessibleName(self.tr("Nơi cấp dấu thời gian"))
        self.tsa.addItem(self.tr("Hỏi lại các nơi đã hỏi"), "")
        for url in tsa_urls:
            self.tsa.addItem(self.tr("Chỉ hỏi {url}").format(url=url), url)
        self.tsa.setVisible(len(tsa_urls) > 1)
        layout.addWidget(self.tsa)
        self._add_buttons(layout)

    def _add_buttons(self, layout: QVBoxLayout) -> None:
        buttons = QDialogButtonBox()
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.again = buttons.addButton(self.tr("Chờ và thử lại"), role)
        self.again.setDefault(True)
        self.bare = buttons.addButton(self.tr("Ký không có dấu thời gian"), role)
        self.bare.setAutoDefault(False)
        self.stop = buttons.addButton(self.tr("Hủy"), QDialogButtonBox.ButtonRole.RejectRole)
        self.stop.setAutoDefault(False)
        self.again.clicked.connect(self._retry)
        self.bare.clicked.connect(self._go_without)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    def _retry(self) -> None:
        self.accept()
        self.retry.emit(str(self.tsa.currentData() or ""))

    def _go_without(self) -> None:
        self.accept()
        self.without.emit()
