"""The strip below a message: its attachments, each with a button that saves it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from client.model.message import AttachmentInfo
from client.ui import theme
from client.ui.texts import Texts
from client.ui.widgets import plain_label, plain_tooltip, pretty_scroll

_LONGEST_NAME = 34


class AttachmentBar(QFrame):
    """Name and size of every attachment; nothing is opened from here, only saved."""

    save_requested = Signal(str)
    """Section of the attachment."""

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._shown: tuple[AttachmentInfo, ...] = ()
        self.setObjectName("strip")
        self._row = QWidget(self)
        self._row.setObjectName("attachments")
        self._row_layout = QHBoxLayout(self._row)
        self._row_layout.setContentsMargins(0, 0, 0, 0)
        self._row_layout.setSpacing(6)
        self._row_layout.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self._title = plain_label(self)
        self._title.setObjectName("muted")
        self._scroll = pretty_scroll(self._row, self)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its buttons take the focus
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 4, 8, 4)
        layout.setSpacing(theme.SPACE)
        layout.addWidget(self._title)
        layout.addWidget(self._scroll, 1)
        self.setAccessibleName(self.tr("Tệp đính kèm"))

    def show_attachments(self, attachments: tuple[AttachmentInfo, ...]) -> None:
        """List these attachments; without any, the strip is hidden.

        Pictures that the letter shows are behind one button.
        """
        self._shown = attachments
        listed = [one for one in attachments if not one.drawn]
        drawn = [one for one in attachments if one.drawn]
        while (item := self._row_layout.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.setParent(None)
                old.deleteLater()
        for attachment in listed:
            self._row_layout.addWidget(self._button(attachment))
        if drawn:
            self._row_layout.addWidget(self._pictures_button(drawn))
        self._title.setText(self.tr("{count} tệp đính kèm").format(count=len(listed)))
        self._title.setVisible(bool(listed))
        self._fit()
        self.setVisible(bool(attachments))

    def list_picture(self, section: str) -> None:
        """A picture cannot be drawn: it is listed as any other file."""
        if any(one.section == section and one.drawn for one in self._shown):
            self.show_attachments(
                tuple(replace(one, drawn=one.drawn and one.section != section) for one in self._shown)
            )

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: a row that does not fit needs room for its scroll bar."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        needed = self._row.sizeHint()
        bar = 14 if needed.width() > self._scroll.width() else 2
        self._scroll.setFixedHeight(needed.height() + bar)

    def buttons(self) -> list[QToolButton]:
        """The buttons on show, in the message's order."""
        return self._row.findChildren(QToolButton)

    def _pictures_button(self, pictures: list[AttachmentInfo]) -> QToolButton:
        button = QToolButton(self._row)
        button.setObjectName("pictures")
        button.setText(self.tr("Ảnh trong thư ({count})").format(count=len(pictures)))
        button.setToolTip(self.tr("Lưu một ảnh đang hiện trong thư"))
        button.setAccessibleName(button.toolTip())
        button.setStyleSheet(
            f"QToolButton {{ background: {theme.SURFACE}; border: 1px solid {theme.LINE};"
            " padding-right: 18px }"
            "QToolButton::menu-indicator { subcontrol-origin: padding; subcontrol-position: center right;"
            " right: 5px; }"
        )
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for one in pictures:
            name = one.name if len(one.name) <= _LONGEST_NAME else f"{one.name[:18]}…{one.name[-14:]}"
            action = menu.addAction(f"{name} · {self._texts.size(one.size)}".replace("&", "&&"))
            action.triggered.connect(partial(self._save, one.section))
        button.setMenu(menu)
        return button

    def _save(self, section: str, _: bool = False) -> None:
        self.save_requested.emit(section)

    def _button(self, attachment: AttachmentInfo) -> QToolButton:
        name, size = attachment.name or self.tr("(không tên)"), self._texts.size(attachment.size)
        button = QToolButton(self._row)
        button.setIcon(theme.icon("save", theme.ACCENT))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        shown = name if len(name) <= _LONGEST_NAME else f"{name[:18]}…{name[-14:]}"
        outside = f" · {self.tr('ngoài chữ ký')}" if attachment.unsigned else ""
        button.setText(f"{shown} · {size}{outside}".replace("&", "&&"))
        what = self.tr("Lưu {name} ({size}, {kind})").format(name=name, size=size, kind=attachment.media_type)
        what += outside
        button.setToolTip(plain_tooltip(what))
        button.setAccessibleName(what)
        button.setStyleSheet(
            f"QToolButton {{ background: {theme.SURFACE}; border: 1px solid {theme.LINE}; }}"
        )
        button.clicked.connect(partial(self.save_requested.emit, attachment.section))
        return button
