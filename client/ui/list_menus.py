"""The menus under the right button: on the list what its messages can be asked, on a folder what it can."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu, QWidget

from client.model.mailbox import SpecialUse
from client.ui.actions import WindowActions
from client.ui.mail_actions import MailActions
from client.ui.mailbox_tree import MAILBOX_ROLE
from client.ui.workspace import Workspace

_ON_ONE = ("reply", "reply_all", "forward", "")
_ON_ALL = (
    "delete", "archive", "move", "junk", "not_junk", "", "star", "unstar", "mark_read", "mark_unread",
)  # fmt: skip
_ON_ONE_AFTER = ("", "print", "save_letter", "view_source")


class ListMenus(QObject):
    """Shows what is allowed now; the key for menus opens them as well."""

    def __init__(
        self, commands: WindowActions, workspace: Workspace, mail: MailActions, window: QWidget
    ) -> None:
        super().__init__(window)
        self._commands, self._workspace, self._mail = commands, workspace, mail
        self.menu: QMenu | None = None
        workspace.list.customContextMenuRequested.connect(self._show_for_list)
        workspace.tree.customContextMenuRequested.connect(self._show_for_folder)

    def list_menu(self) -> QMenu:
        """For the messages that are chosen."""
        menu = QMenu(self._workspace.list)
        _, row_ids = self._workspace.targets()
        one = len(row_ids) == 1
        for name in (*(_ON_ONE if one else ()), *_ON_ALL, *(_ON_ONE_AFTER if one else ())):
            if not name:
                menu.addSeparator()
            elif self._commands.actions[name].isEnabled():
                menu.addAction(self._commands.actions[name])
        return menu

    def folder_menu(self, mailbox_id: int) -> QMenu:
        """For a folder; empty where there is nothing to do with one."""
        menu = QMenu(self._workspace.tree)
        if mailbox_id <= 0:
            return menu
        self._add(menu, self.tr("Đánh dấu tất cả đã đọc"), lambda: self._mail.mark_all_read(mailbox_id))
        use = self._workspace.tree_model.use_of(mailbox_id)
        if use in {SpecialUse.TRASH, SpecialUse.JUNK}:
            trash = self.tr("Dọn sạch thùng rác…")
            text = trash if use is SpecialUse.TRASH else self.tr("Xóa hết thư rác…")
            self._add(menu, text, lambda: self._mail.empty(mailbox_id))
        menu.addSeparator()
        menu.addAction(self._commands.actions["sync"])
        return menu

    def _add(self, menu: QMenu, text: str, act: Callable[[], None]) -> None:
        menu.addAction(text).triggered.connect(lambda: act())

    def _show_for_list(self, spot: QPoint) -> None:
        view = self._workspace.list
        if not self._workspace.targets()[1]:
            return
        here = view.visualRect(view.currentIndex())
        # By the key Qt names the middle of the list, wherever the chosen row is.
        at = spot if view.indexAt(spot).isValid() else here.center()
        self._open(self.list_menu(), view.viewport().mapToGlobal(at))

    def _show_for_folder(self, spot: QPoint) -> None:
        tree = self._workspace.tree
        index = tree.indexAt(spot)
        mailbox_id = index.data(MAILBOX_ROLE) if index.isValid() else 0
        self._open(self.folder_menu(mailbox_id or 0), tree.viewport().mapToGlobal(spot))

    def _open(self, menu: QMenu, at: QPoint) -> None:
        if menu.isEmpty():
            menu.deleteLater()
            return
        self.menu = menu
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
