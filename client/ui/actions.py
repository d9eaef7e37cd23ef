"""Everything the user can ask of the main window: tool bar, menus and shortcuts from one table."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from client.model.mailbox import SpecialUse
from client.ui import letter_paper, mail_actions, theme
from client.ui.search_box import SearchBox

_NEEDS_LETTER = ("reply", "reply_all", "forward", "verify", *letter_paper.NAMES)
"""One on show."""

_SAID_BY_THEIR_ICON = frozenset({"reply_all", "forward", "delete", "move"})
_NARROW = 1060
"""In pixels: below it the search field would fall off the tool bar beside all the words."""
_FILE_MENU = (
    "compose", "sync", "", "save_letter", "save_pdf", "print_preview", "print", "", "accounts", "", "close",
)  # fmt: skip
_MAIL_MENU = (
    "reply", "reply_all", "forward", "", "delete", "delete_forever", "archive", "move", "junk", "not_junk",
    "undo", "", "star", "unstar", "mark_read", "mark_unread", "select_all", "", "verify", "view_source",
)  # fmt: skip
_VIEW_MENU = (
    "inbox", "outbox", "drafts", "operations", "", "search", "next_unread", "previous_unread", "",
    "next_pane", "reader",
)  # fmt: skip


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
        self.allow(0, SpecialUse.NONE)

    def allow(self, count: int, use: SpecialUse) -> None:
        """Enable what can be done with so many chosen messages in a mailbox of that use."""
        for name in _NEEDS_LETTER:
            self.actions[name].setEnabled(count == 1)
        for name in mail_actions.NAMES:
            self.actions[name].setEnabled(count > 0)
        for name, fits in (("junk", use is not SpecialUse.JUNK), ("not_junk", use is SpecialUse.JUNK)):
            self.actions[name].setEnabled(count > 0 and fits)
            self.actions[name].setVisible(fits)

    def remove(self) -> None:
        """Take everything out of the window again."""
        self._window.removeToolBar(self.toolbar)
        self._window.menuBar().clear()
        for action in self.actions.values():
            self._window.removeAction(action)
        self.toolbar.deleteLater()
        self.deleteLater()

    def _table(self) -> tuple[tuple[str, str, str, tuple[str, ...]], ...]:
        """Name, words, icon and keys; the help page on keys is made of it, too."""
        return (
            ("compose", self.tr("Soạn thư"), "compose", ("Ctrl+N",)),
            ("sync", self.tr("Gửi/Nhận"), "sync", ("F9", "F5")),
            ("reply", self.tr("Trả lời"), "reply", ("Ctrl+R",)),
            ("reply_all", self.tr("Trả lời tất cả"), "reply-all", ("Ctrl+Shift+R",)),
            ("forward", self.tr("Chuyển tiếp"), "forward", ("Ctrl+F",)),
            ("verify", self.tr("Kiểm tra chữ ký"), "verify", ()),
            ("delete", self.tr("Xóa"), "trash", ("Del",)),
            ("delete_forever", self.tr("Xóa hẳn…"), "", ("Shift+Del",)),
            ("archive", self.tr("Lưu trữ"), "archive", ()),
            ("move", self.tr("Di chuyển tới…"), "move", ("Ctrl+Shift+V",)),
            ("junk", self.tr("Thư rác"), "junk", ()),
            ("not_junk", self.tr("Không phải thư rác"), "inbox", ()),
            ("star", self.tr("Gắn sao"), "flag", ()),
            ("unstar", self.tr("Bỏ sao"), "", ()),
            ("undo", self.tr("Hoàn tác"), "", ("Ctrl+Z",)),
            ("mark_read", self.tr("Đánh dấu đã đọc"), "", ("Ctrl+Q",)),
            ("mark_unread", self.tr("Đánh dấu chưa đọc"), "", ("Ctrl+U",)),
            ("select_all", self.tr("Chọn tất cả trong danh sách"), "", ()),
            ("print", self.tr("In…"), "", ("Ctrl+P",)),
            ("print_preview", self.tr("Xem trước khi in…"), "", ()),
            ("save_pdf", self.tr("Lưu bản in thành PDF…"), "", ()),
            ("save_letter", self.tr("Lưu thư…"), "save", ()),
            ("view_source", self.tr("Xem mã nguồn thư"), "", ()),
            ("search", self.tr("Tìm kiếm"), "search", ("Ctrl+E", "F3")),
            ("next_unread", self.tr("Thư chưa đọc tiếp theo"), "", ("Ctrl+.",)),
            ("previous_unread", self.tr("Thư chưa đọc trước"), "", ("Ctrl+,",)),
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
            ("shortcuts", self.tr("Phím tắt"), "", ("F1",)),
            ("about", self.tr("Giới thiệu"), "info", ()),
            ("accounts", self.tr("Tài khoản thư…"), "account", ()),
            ("close", self.tr("Đóng"), "", ()),
        )

    def _make_actions(self) -> None:
        for name, text, icon, keys in self._table():
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
        for group in (
            ("compose", "sync"),
            ("reply", "reply_all", "forward"),
            ("delete", "move"),
            ("verify",),
        ):
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
        self.search.setMaximumWidth(320)
        bar.addWidget(self.search)
        self._window.addToolBar(bar)
        return bar

    def _make_menus(self, language: str) -> None:
        bar = self._window.menuBar()
        self._fill(bar.addMenu(self.tr("&Tệp")), _FILE_MENU)
        self._fill(bar.addMenu(self.tr("Th&ư")), _MAIL_MENU)
        self._fill(
            bar.addMenu(self.tr("&Ký số")),
            ("sign_file", "sign_batch", "extend", "", "verify", "", "my_keys", "trust"),
        )
        self.view = bar.addMenu(self.tr("&Xem"))
        self._fill(self.view, _VIEW_MENU)
        languages = bar.addMenu(self.tr("&Ngôn ngữ"))
        group = QActionGroup(self)
        for code, name in (("vi", "Tiếng Việt"), ("en", "English")):
            action = group.addAction(name)
            action.setCheckable(True)
            action.setChecked(code == language)
            action.triggered.connect(lambda _=False, code=code: self.language_chosen.emit(code))
            languages.addAction(action)
        self._fill(bar.addMenu(self.tr("Trợ &giúp")), ("shortcuts", "", "about"))

    def _fill(self, menu: QMenu, names: tuple[str, ...]) -> None:
        for name in names:
            if name:
                menu.addAction(self.actions[name])
            else:
                menu.addSeparator()
