"""Where a stranger's HTML is shown: it fetches nothing and opens nothing by itself."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt, QUrl, Signal
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

from client.ui import theme

_PAGE = "body { font-size: 10.5pt; } a { color: %s; } blockquote { color: #566373; margin-left: 12px; }"


class SafeBrowser(QTextBrowser):
    """Shows sanitised HTML; refuses every resource and opens no link by itself."""

    link_clicked = Signal(str)
    """The real target of a link the user activated."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setUndoRedoEnabled(False)
        self.setObjectName("body")
        self._no_picture = QImage(1, 1, QImage.Format.Format_ARGB32)
        self._no_picture.fill(Qt.GlobalColor.transparent)
        self.setAccessibleName(self.tr("Nội dung thư"))
        self.document().setDefaultStyleSheet(_PAGE.replace("%s", theme.ACCENT))
        self.document().setDocumentMargin(12)
        self.anchorClicked.connect(lambda url: self.link_clicked.emit(url.toString()))

    def loadResource(self, type: int, name: QUrl | str) -> object:  # noqa: N802 - Qt's names
        """Qt: nothing is ever loaded, neither from the network nor from this computer."""
        if type == QTextDocument.ResourceType.ImageResource.value:
            return self._no_picture  # an empty answer would have Qt try the file system
        return QByteArray()

    def setSource(self, *_: object) -> None:  # noqa: N802 - Qt's name
        """Qt: there is no source to go to."""
