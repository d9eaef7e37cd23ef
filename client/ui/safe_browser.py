"""Where a stranger's HTML is shown: it fetches nothing and opens nothing by itself."""

from __future__ import annotations

import re

from PySide6.QtCore import QByteArray, QPoint, QPointF, QUrl, Signal
from PySide6.QtGui import QContextMenuEvent, QImage, QResizeEvent, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

from client.ui import theme
from client.ui.fitted_pictures import FittedPictures

_PAGE = "body { font-size: 10.5pt; } a { color: %s; } blockquote { color: #566373; margin-left: 12px; }"
_CID = "cid:"
_BLOCK_THEN_PICTURE = re.compile(
    r"((?:</(?:p|div|h[1-6]|[uo]l|li|d[ltd]|blockquote|pre|center)>|<hr>))\s*+"
    r"(?=(?:\s|<(?:a|span|b|i|u|em|strong|font)\b[^<>]*+>)*+<img\b)"
)
"""Where Qt would put the picture on the last line of the paragraph before; an unseen letter starts one."""
_MISSING = 24
"""Pixels a side of what stands where a picture cannot be drawn."""


class SafeBrowser(QTextBrowser):
    """Shows sanitised HTML and the pictures it is given; refuses every resource, opens no link by itself."""

    link_clicked = Signal(str)
    """The real target of a link the user activated."""
    save_requested = Signal(str)
    """Section of the picture to save."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setUndoRedoEnabled(False)
        self.setObjectName("body")
        self._fitted = FittedPictures(self.document())
        self.setAccessibleName(self.tr("Nội dung thư"))
        self.document().setDefaultStyleSheet(_PAGE.replace("%s", theme.ACCENT))
        self.document().setDocumentMargin(12)
        self.anchorClicked.connect(lambda url: self.link_clicked.emit(url.toString()))

    def show_page(self, html: str) -> None:
        """Show sanitised HTML from its top; pictures at hand stay at hand."""
        self.setHtml(_BLOCK_THEN_PICTURE.sub("\\1\u200b", html))
        self._fitted.find()
        self._fit()
        self.moveCursor(self.textCursor().MoveOperation.Start)

    def show_picture(self, section: str, picture: QImage | None) -> None:
        """Put a picture in its place; None: a mark that there is one which cannot be drawn."""
        if not self._fitted.wants(section):
            return
        if picture is None:
            picture = theme.pixmap("attachment", theme.MUTED, _MISSING).toImage()
        top = self.cursorForPosition(QPoint(2, 2))
        before = self.cursorRect(top).top() if self.verticalScrollBar().value() else None
        self._fitted.add(section, picture)
        self._fit()
        if before is not None:
            # Whoever has read on already keeps the line they are at.
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.cursorRect(top).top() - before)

    def has_pictures(self) -> bool:
        """Whether the page shows any, drawn or not yet."""
        return self._fitted.has_places()

    def pictures(self) -> dict[str, QImage]:
        """Those that are drawn, by section."""
        return self._fitted.all()

    def forget_pictures(self) -> None:
        """Another letter is shown: its parts have the same numbers."""
        self._fitted.forget()

    def picture_at(self, place: QPoint) -> str:
        """Section of the picture under ``place`` of the viewport, ``""`` for none."""
        x, y = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        name = self.document().documentLayout().imageAt(QPointF(place.x() + x, place.y() + y))
        section = name.removeprefix(_CID)
        return section if name.startswith(_CID) and self._fitted.has(section) else ""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: the usual menu, and above a picture the way to keep it."""
        menu = self.createStandardContextMenu()
        section = self.picture_at(self.viewport().mapFromGlobal(event.globalPos()))
        if section:
            menu.addSeparator()
            menu.addAction(self.tr("Lưu ảnh…")).triggered.connect(lambda: self.save_requested.emit(section))
        menu.exec(event.globalPos())
        menu.deleteLater()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: pictures keep within the window."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def loadResource(self, type: int, name: QUrl | str) -> object:  # noqa: N802 - Qt's names
        """Qt: nothing is ever loaded, neither from the network nor from this computer."""
        if type == QTextDocument.ResourceType.ImageResource.value:
            text = name if isinstance(name, str) else name.toString()
            # An empty answer would have Qt try the file system.
            return self._fitted.image(text.removeprefix(_CID) if text.startswith(_CID) else "")
        return QByteArray()

    def setSource(self, *_: object) -> None:  # noqa: N802 - Qt's name
        """Qt: there is no source to go to."""

    def _fit(self) -> None:
        self._fitted.fit(self.viewport().width())
