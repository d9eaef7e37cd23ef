"""Which of the 29 document types goes along: recognised from what is attached, corrected by the author."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from client.model.outgoing import DocumentSystem
from client.model.register import RegisterEntry
from client.model.text import fold
from client.ui.compose_model import DOCUMENT_TYPES, NO_DOCUMENT
from client.ui.texts import Texts

_FOLDED = Qt.ItemDataRole.UserRole + 1


class DocumentPicker(QWidget):
    """A list that is filtered by typing, marks or none; below it what was read of the document."""

    changed = Signal()
    """The type or the word on the document system is another."""
    chosen = Signal()
    """The author chose the type by hand."""

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._documents: tuple[RegisterEntry, ...] = ()
        self._by_hand = False
        self.types = QComboBox()
        self.types.setAccessibleName(self.tr("Loại văn bản"))
        self.types.setEditable(True)
        self.types.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.types.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.types.setMinimumContentsLength(16)
        self._fill()
        self.system = QComboBox()
        self.system.setAccessibleName(self.tr("Gửi qua hệ thống quản lý văn bản"))
        self.system.setToolTip(
            self.tr(
                "Thư điện tử không thay hệ thống quản lý văn bản (QLVB); lựa chọn này được ghi lại khi gửi."
            )
        )
        for word, system in (
            (self.tr("QLVB: chưa ghi"), DocumentSystem.UNSAID),
            (self.tr("Đã gửi qua QLVB"), DocumentSystem.SENT),
            (self.tr("Sẽ gửi qua QLVB"), DocumentSystem.TO_BE_SENT),
        ):
            self.system.addItem(word, system.value)
        self.read = QLabel()
        self.read.setObjectName("muted")
        self.read.setWordWrap(True)
        self.read.setTextFormat(Qt.TextFormat.PlainText)
        self.use_read = QToolButton()
        self.use_read.setObjectName("link")
        self._lay_out()
        self.types.activated.connect(self._on_choice)
        line = self.types.lineEdit()
        if line is not None:
            line.editingFinished.connect(self._settle)
        self.system.currentIndexChanged.connect(self.changed)
        self.use_read.clicked.connect(self._follow)
        self._show()

    def document_type(self) -> str:
        """The code chosen or recognised, ``""`` for no document."""
        return self.types.currentData() or NO_DOCUMENT

    def document_system(self) -> DocumentSystem:
        """What the author says of the other channel; nothing where there is no document."""
        return DocumentSystem(self.system.currentData()) if self.document_type() else DocumentSystem.UNSAID

    def is_chosen(self) -> bool:
        """Whether the author chose, so that recognition keeps its hands off."""
        return self._by_hand

    def show_draft(self, code: str, system: DocumentSystem, *, by_hand: bool) -> None:
        """Show what a draft says."""
        self._by_hand = by_hand
        for box, value in ((self.types, code), (self.system, system.value)):
            box.blockSignals(True)
            box.setCurrentIndex(max(0, box.findData(value)))
            box.blockSignals(False)
        self._show()

    def recognise(self, documents: Iterable[RegisterEntry]) -> None:
        """What was read of the attachments; the type follows unless the author chose one."""
        self._documents = tuple(documents)
        if not self._by_hand and self._recognised() != self.document_type():
            self._follow()
        self._show()

    def _recognised(self) -> str:
        """The type of the first document that has one: it is what the letter is about."""
        known = (one.type_code for one in self._documents)
        return next((code for code in known if self.types.findData(code) > 0), NO_DOCUMENT)

    def _follow(self) -> None:
        self._by_hand = False
        self.types.blockSignals(True)
        self.types.setCurrentIndex(max(0, self.types.findData(self._recognised())))
        self.types.blockSignals(False)
        self._show()
        self.changed.emit()

    def _on_choice(self) -> None:
        self._by_hand = True
        self._show()
        self.chosen.emit()
        self.changed.emit()

    def _settle(self) -> None:
        """What is typed and no type's name goes back to what was chosen."""
        typed = fold(self.types.currentText().strip())
        found = [n for n in range(self.types.count()) if typed and typed in self.types.itemData(n, _FOLDED)]
        exact = [n for n in found if fold(self.types.itemText(n)) == typed]
        place = exact[0] if exact else found[0] if len(found) == 1 else self.types.currentIndex()
        was = self.types.currentIndex()
        self.types.setCurrentIndex(place)
        self.types.setEditText(self.types.itemText(place))
        if place != was:
            self._on_choice()

    def _show(self) -> None:
        code = self.document_type()
        self.system.setVisible(bool(code))
        lines = [self._line(one) for one in self._documents[:3]]
        if len(self._documents) > len(lines):
            lines.append(self.tr("và {n} văn bản khác").format(n=len(self._documents) - len(lines)))
        self.read.setText("\n".join(lines))
        self.read.setVisible(bool(lines))
        recognised = self._recognised()
        differs = self._by_hand and bool(self._documents) and recognised != code
        self.use_read.setVisible(differs)
        name = self._texts.document_type(recognised) if recognised else self.types.itemText(0)
        self.use_read.setText(self.tr("Dùng loại đọc được: {type}").format(type=name))

    def _line(self, document: RegisterEntry) -> str:
        number = document.number or self.tr("chưa có số")
        day = document.issued_date
        parts = [self._texts.document_type(document.type_code), number, f"{day:%d/%m/%Y}" if day else ""]
        head = ", ".join(part for part in parts if part)
        return self.tr("Đọc được: {what}").format(
            what=f"{head} – {document.subject}" if document.subject else head
        )

    def _fill(self) -> None:
        named = [(NO_DOCUMENT, self.tr("Không phải văn bản"))]
        named += [(code, self._texts.document_type(code)) for code, _ in DOCUMENT_TYPES]
        for code, name in named:
            self.types.addItem(name, code)
            self.types.setItemData(self.types.count() - 1, fold(f"{name} {code}"), _FOLDED)
        completer = _FoldingCompleter(self.types.model(), self.types)
        completer.activated.connect(self._on_completed)
        self.types.setCompleter(completer)

    def _on_completed(self, name: str) -> None:
        place = self.types.findText(name)
        if place >= 0:
            self.types.setCurrentIndex(place)
            self._on_choice()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.types, 2)
        line.addWidget(self.system, 1)
        line.addWidget(self.use_read)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(line)
        layout.addWidget(self.read)
        self.setFocusProxy(self.types)


class _FoldingCompleter(QCompleter):
    """Finds ``Tờ trình`` by ``to tri``, and by its abbreviation."""

    def __init__(self, model: object, parent: QWidget) -> None:
        super().__init__(model, parent)  # type: ignore[call-overload] # a combo's model, as Qt types it
        self.setCompletionRole(_FOLDED)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)

    def splitPath(self, path: str) -> list[str]:  # noqa: N802 - Qt's name
        """Qt: what is looked for."""
        return [fold(path)]

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:  # noqa: N802 - Qt's name
        """Qt: what is put into the line."""
        return str(index.data(Qt.ItemDataRole.DisplayRole))
