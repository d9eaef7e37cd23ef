"""Everything the user can ask of the main window: tool bar, menus and shortcuts from one table."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from client.ui import mail_actions, theme
from client.ui.search_box import SearchBox

_NEEDS_MESSAGE = ("reply", "reply_all", "forward", "verify", "mark_read", "mark_unread", *mail_actions.NAMES)


_SAID_BY_THEIR_ICON = frozenset({"reply_all", "forward", "delete"})
_NARROW = 1060
"""In pixels: below it the search field would fall off the tool bar beside all the words."""


class _ToolBar(QToolBar):
    """Drops a few words where there is no room, so that the search stays in sight."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.shrinking: list[QToolButton] = []

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: wider or narrower."""
        style = Qt.ToolButtonStyle
        wanted = style.ToolButtonIconOnly if self.width() < _NARROW else style.ToolButtonTextBesideIcon
        for button in self.shrinking:
            if button.toolButtonStyle() is not wanted:
                button.setToolButtonStyle(wanted)
        super().resizeEvent(event)


class WindowActions(QObject):
    """The actions by name; ``triggered`` tells the name of the one that was used."""

    triggered = Signal(str)
    language_chosen = Signal(str)

    def __init__(self, window: QMainWindow, language: str) -> None:
        super().__init__(window)
        self._window = window
        self.actions: dict[str, QAction] = {}
        self.search = SearchBox(window)
        self._make_actions()
        self.toolbar = self._make_toolbar()
        self._make_menus(language)
        self.allow_message(False)

    def allow_message(self, chosen: bool) -> None:
        """Enable what needs a message on show."""
        for name in _NEEDS_MESSAGE:
            self.actions[name].setEnabled(chosen)

    def remove(self) -> None:
        """Take everything out of the window again."""
        self._window.removeToolBar(self.toolbar)
        self._window.menuBar().clear()
        for action in self.actions.values():
            self._window.removeAction(action)
        self.toolbar.deleteLater()
        self.deleteLater()

    def _make_actions(self) -> None:
        table: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
            ("compose", self.tr("Soạn thư"), "compose", ("Ctrl+N",)),
            ("sync", self.tr("Gửi/Nhận"), "sync", ("F9", "F5")),
            ("reply", self.tr("Trả lời"), "reply", ("Ctrl+R",)),
            ("reply_all", self.tr("Trả lời tất cả"), "reply-all", ("Ctrl+Shift+R",)),
            ("forward", self.tr("Chuyển tiếp"), "forward", ("Ctrl+F",)),
            ("verify", self.tr("Kiểm tra chữ ký"), "verify", ()),
            ("delete", self.tr("Xóa"), "trash", ("Del",)),
            ("archive", self.tr("Lưu trữ"), "archive", ()),
            ("star", self.tr("Gắn sao"), "flag", ()),
            ("unstar", self.tr("Bỏ sao"), "", ()),
            ("undo", self.tr("Hoàn tác xóa, lưu trữ"), "", ("Ctrl+Z",)),
            ("mark_read", self.tr("Đánh dấu đã đọc"), "", ("Ctrl+Q",)),
            ("mark_unread", self.tr("Đánh dấu chưa đọc"), "", ("Ctrl+U",)),
            ("search", self.tr("Tìm kiếm"), "search", ("Ctrl+E", "F3")),
            ("inbox", self.tr("Hộp thư đến"), "inbox", ("Ctrl+Shift+I",)),
            ("outbox", self.tr("Thư chờ gửi"), "outbox", ("Ctrl+Shift+O",)),
            ("operations", self.tr("Thay đổi chưa gửi lên máy chủ…"), "", ()),
            ("drafts", self.tr("Bản nháp trên máy"), "drafts", ("Ctrl+Shift+D",)),
            ("next_pane", self.tr("Chuyển ngăn"), "", ("F6",)),
            ("reader", self.tr("Ẩn/hiện ngăn đọc"), "", ("F8",)),
            ("sign_file", self.tr("Ký tài liệu…"), "signed", ("Ctrl+Shift+S",)),
            ("sign_batch", self.tr("Ký nhiều tệp…"), "", ()),
            ("extend", self.tr("Gia hạn chữ ký…"), "", ()),
            ("my_keys", self.tr("Chứng thư số của tôi"), "", ()),
            ("trust", self.tr("Tổ chức chứng thực được tin cậy…"), "", ()),
            ("about", self.tr("Giới thiệu"), "info", ()),
            ("accounts", self.tr("Tài khoản thư…"), "account", ()),
            ("close", self.tr("Đóng"), "", ()),
        )
        for name, text, icon, keys in table:
            action = QAction(text, self)
            if icon:
                action.setIcon(theme.icon(icon, "#ffffff" if name == "compose" else theme.TEXT))
                action.setIconVisibleInMenu(False)
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.setToolTip(f"{text} ({keys[0]})" if keys else text)
            action.triggered.connect(lambda _=False, name=name: self.triggered.emit(name))
            self._window.addAction(action)
            self.actions[name] = action

    def _make_toolbar(self) -> QToolBar:
        bar = _ToolBar(self.tr("Thanh công cụ"), self._window)
        bar.setObjectName("main-toolbar")
        bar.setMovable(False)
        bar.setIconSize(QSize(20, 20))
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        for group in (("compose", "sync"), ("reply", "reply_all", "forward"), ("delete",), ("verify",)):
            for name in group:
                bar.addAction(self.actions[name])
                button = bar.widgetForAction(self.actions[name])
                if not isinstance(button, QToolButton):
                    continue
                if name == "compose":
                    button.setObjectName("primary")
                elif name in _SAID_BY_THEIR_ICON:
                    bar.shrinking.append(button)
            bar.addSeparator()
        space = QWidget(bar)
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(space)
        self.search.setMinimumWidth(150)
        self.search.setMaximumWidth(240)
        bar.addWidget(self.search)
        self._window.addToolBar(bar)
        return bar

    def _make_menus(self, language: str) -> None:
        bar = self._window.menuBar()
        self._fill(bar.addMenu(self.tr("&Tệp")), ("compose", "sync", "", "accounts", "", "close"))
        self._fill(
            bar.addMenu(self.tr("Th&ư")),
            (
                "reply",
                "reply_all",
                "forward",
                "",
                "delete",
                "archive",
                "undo",
                "",
                "star",
                "unstar",
                "mark_read",
                "mark_unread",
                "",
                "verify",
            ),
        )
        self._fill(
            bar.addMenu(self.tr("&Ký số")),
            ("sign_file", "sign_batch", "extend", "", "verify", "", "my_keys", "trust"),
        )
        self.view = bar.addMenu(self.tr("&Xem"))
        self._fill(
            self.view,
            ("inbox", "outbox", "drafts", "operations", "", "search", "next_pane", "reader"),
        )
        languages = bar.addMenu(self.tr("&Ngôn ngữ"))
        group = QActionGroup(self)
        for code, name in (("vi", "Tiếng Việt"), ("en", "English")):
            action = group.addAction(name)
            action.setCheckable(True)
            action.setChecked(code == language)
            action.triggered.connect(lambda _=False, code=code: self.language_chosen.emit(code))
            languages.addAction(action)
        self._fill(bar.addMenu(self.tr("Trợ &giúp")), ("about",))

    def _fill(self, menu: QMenu, names: tuple[str, ...]) -> None:
        for name in names:
            if name:
                menu.addAction(self.actions[name])
            else:
                menu.addSeparator()
