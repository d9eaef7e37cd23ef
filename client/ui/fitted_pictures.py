"""The pictures of one page of HTML: as large as the letter asks for, and never wider than the window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextCursor, QTextDocument, QTextFormat, QTextImageFormat

_CID = "cid:"
_NARROWEST = 40
_ATTEMPTS = 6
"""Steps to the width at which the pictures of a table's row stand side by side."""
_HIGHEST = 8000


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a picture stands in the document, and the size its letter asks for; 0: none."""

    position: int
    section: str
    width: float
    height: float
    in_table: bool


class FittedPictures:
    """Belongs to one document, which is not edited but here."""

    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        self._images: dict[str, QImage] = {}
        self._places: list[_Place] = []
        self._nothing = QImage(1, 1, QImage.Format.Format_ARGB32)
        self._nothing.fill(Qt.GlobalColor.transparent)

    def find(self) -> None:
        """A new page was set: see what pictures it has."""
        self._places = list(self._found())

    def wants(self, section: str) -> bool:
        """Whether the page shows this picture."""
        return any(one.section == section for one in self._places)

    def has_places(self) -> bool:
        """Whether the page shows any."""
        return bool(self._places)

    def has(self, section: str) -> bool:
        """Whether it has come."""
        return section in self._images

    def image(self, section: str) -> QImage:
        """The picture, or one without extent that is invisible."""
        return self._images.get(section, self._nothing)

    def all(self) -> dict[str, QImage]:
        """Those that have come."""
        return dict(self._images)

    def add(self, section: str, image: QImage) -> None:
        """The picture has come; `fit` puts it in its place."""
        self._images[section] = image
        self._document.addResource(
            QTextDocument.ResourceType.ImageResource.value, QUrl(f"{_CID}{section}"), image
        )

    def forget(self) -> None:
        """Let go of all of them."""
        self._images.clear()
        self._places = []

    def fit(self, width: int) -> None:
        """Size every picture for a page ``width`` pixels wide."""
        if not self._places:
            return
        room = max(_NARROWEST, width - 2 * round(self._document.documentMargin()) - 1)
        self._size_all(room, room)
        if not any(one.in_table for one in self._places) or self._document.size().width() <= width:
            return
        fits, too_wide = _NARROWEST, room
        for _ in range(_ATTEMPTS):
            middle = (fits + too_wide) // 2
            self._size_all(room, middle)
            fits, too_wide = (middle, too_wide) if self._document.size().width() <= width else (fits, middle)
        self._size_all(room, fits)

    def _size_all(self, room: int, cell: int) -> None:
        cursor = QTextCursor(self._document)
        cursor.beginEditBlock()
        for place in self._places:
            cursor.setPosition(place.position)
            cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor)
            shape = cursor.charFormat().toImageFormat()
            if shape.isValid():
                across, down = self._size(place, cell if place.in_table else room)
                shape.setWidth(across)
                shape.setHeight(down)
                cursor.setCharFormat(shape)
        cursor.endEditBlock()

    def _size(self, place: _Place, widest: int) -> tuple[float, float]:
        image = self._images.get(place.section)
        if image is None and not (place.width and place.height):
            return 1.0, 1.0
        natural_width, natural_height = (image.width(), image.height()) if image is not None else (1, 1)
        across, down = place.width, place.height
        if not across:
            across = down * natural_width / natural_height if down else natural_width
        if not down:
            down = across * natural_height / natural_width
        scale = min(1.0, widest / across, _HIGHEST / down)
        return max(1.0, across * scale), max(1.0, down * scale)

    def _found(self) -> Iterator[_Place]:
        block = self._document.begin()
        while block.isValid():
            pieces = block.begin()
            while not pieces.atEnd():
                piece = pieces.fragment()
                shape = piece.charFormat()
                if shape.isImageFormat() and shape.objectType() == QTextFormat.ObjectTypes.ImageObject.value:
                    in_table = QTextCursor(block).currentTable() is not None
                    yield from _places(piece.position(), piece.length(), shape.toImageFormat(), in_table)
                pieces += 1
            block = block.next()


def _places(position: int, length: int, shape: QTextImageFormat, in_table: bool) -> Iterator[_Place]:
    """Pictures of one name that follow each other are one fragment."""
    if shape.name().startswith(_CID):
        width, height = max(0.0, shape.width()), max(0.0, shape.height())
        for at in range(length):
            yield _Place(position + at, shape.name().removeprefix(_CID), width, height, in_table)
