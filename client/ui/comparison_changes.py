"""The list of what changed after a signature: a line for each, a click leads to its page."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from client.model.change import ChangedPlace
from client.model.verdict import SignatureVerdict
from client.ui.texts import Texts

_PLACE = Qt.ItemDataRole.UserRole


class ChangeList(QListWidget):
    """Kinds of change and form fields as judged; places as they are found page by page."""

    chosen = Signal(int, object)
    """A page (0 where there is none) and the `ChangedPlace` on it, or None."""

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._places: set[ChangedPlace] = set()
        self.setWordWrap(True)
        self.setAccessibleName(self.tr("Các thay đổi sau khi ký"))
        self.itemActivated.connect(self._choose)
        self.itemClicked.connect(self._choose)

    def show_verdict(self, verdict: SignatureVerdict) -> None:
        """What the judgement says of this signature."""
        self.clear()
        self._places.clear()
        fields = {one.name for one in verdict.changed_fields}
        for code in verdict.changes_after_signing:
            if code not in fields:
                words = self._texts.change(code)
                self._add(words[:1].upper() + words[1:], 0, None)
        for change in verdict.changed_fields:
            self._add(self._texts.field_change(change), change.page, None)

    def add_place(self, place: ChangedPlace) -> None:
        """A place that looks different; one that is listed already is not listed again."""
        if place in self._places:
            return
        self._places.add(place)
        number = sum(one.page == place.page for one in self._places)
        if place.right <= place.left:
            text = self.tr("Trang {page}: chỉ có trong một trong hai bản").format(page=place.page)
        else:
            text = self.tr("Trang {page}, chỗ {number}: nhìn khác bản đã ký").format(
                page=place.page, number=number
            )
        self._add(text, place.page, place)

    def add_line(self, text: str, page: int) -> None:
        """Something else worth a line; ``page`` 0 leads nowhere."""
        self._add(text, page, None)

    def lines(self) -> list[str]:
        """What is listed, for tests."""
        return [self.item(row).text() for row in range(self.count())]

    def _add(self, text: str, page: int, place: ChangedPlace | None) -> None:
        item = QListWidgetItem(text, self)
        item.setData(_PLACE, (page, place))
        if not page:
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsSelectable)

    def _choose(self, item: QListWidgetItem) -> None:
        page, place = item.data(_PLACE)
        if page:
            self.chosen.emit(page, place)
