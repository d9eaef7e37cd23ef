"""The tree on the left: accounts, their mailboxes with unread counts, outbox and local drafts."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QModelIndex, QObject, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFont,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import QAbstractItemView, QToolTip, QTreeView, QWidget

from client.model.account import MailboxKind
from client.model.mailbox import Mailbox, SpecialUse
from client.services.desk import MailDesk
from client.ui import theme
from client.ui.row_drag import ROWS_TYPE, mailbox_in
from client.ui.texts import Texts

MAILBOX_ROLE = int(Qt.ItemDataRole.UserRole) + 1
ACCOUNT_ROLE = int(Qt.ItemDataRole.UserRole) + 2
_USE_ROLE = int(Qt.ItemDataRole.UserRole) + 3
OUTBOX = -1
DRAFTS = -2
"""Stand where a mailbox's number would, for the outbox and the drafts on this computer."""

_ROW_HEIGHT = 28


class MailboxTreeModel(QStandardItemModel):
    """Accounts, mailboxes and the outbox; counts change in place so that the selection stays."""

    def __init__(self, desk: MailDesk, texts: Texts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._texts = texts
        self._items: dict[int, QStandardItem] = {}
        self._make_local()

    def load(self) -> None:
        """Read accounts and mailboxes again."""
        boxes = {
            account.account_id: self._desk.mailboxes(account.account_id) for account in self._desk.accounts()
        }
        numbers = [mailbox.mailbox_id for some in boxes.values() for mailbox in some]
        if numbers != list(self._items) or not self.rowCount():
            self._rebuild(boxes)
        for some in boxes.values():
            for mailbox in some:
                self._name(self._items[mailbox.mailbox_id], mailbox)

    def show_outbox_count(self, pending: int) -> None:
        """Write the number of messages that wait or need a decision behind the outbox."""
        self._set_count(self._outbox, self.tr("Thư chờ gửi"), pending)

    def show_drafts_count(self, count: int) -> None:
        """Write the number of drafts on this computer behind their line."""
        self._set_count(self._drafts, self.tr("Bản nháp trên máy"), count)

    def index_of(self, mailbox_id: int) -> QModelIndex:
        """Where a mailbox (or `OUTBOX`, `DRAFTS`) stands; invalid when it is not there."""
        local = {OUTBOX: self._outbox, DRAFTS: self._drafts}
        item = local.get(mailbox_id) or self._items.get(mailbox_id)
        return item.index() if item is not None else QModelIndex()

    def use_of(self, mailbox_id: int) -> SpecialUse:
        """What a mailbox is for, from what is listed already."""
        return SpecialUse(self.index_of(mailbox_id).data(_USE_ROLE) or "")

    def first_inbox(self) -> QModelIndex:
        """The first account's INBOX, or its first mailbox; invalid when there is none."""
        return next(iter(self._items.values())).index() if self._items else QModelIndex()

    def _rebuild(self, boxes: dict[str, tuple[Mailbox, ...]]) -> None:
        self._items = {}
        self.clear()
        root = self.invisibleRootItem()
        for account in self._desk.accounts():
            agency = account.identity.kind is MailboxKind.AGENCY
            top = self._item(
                self._texts.account(account), "agency" if agency else "account", 0, account.account_id
            )
            top.setToolTip(account.identity.address.addr_spec)
            top.setSelectable(False)
            for mailbox in boxes[account.account_id]:
                icon = mailbox.special_use.value or "folder"
                item = self._item("", icon, mailbox.mailbox_id, account.account_id)
                item.setData(mailbox.special_use.value, _USE_ROLE)
                self._items[mailbox.mailbox_id] = item
                top.appendRow(item)
            root.appendRow(top)
        self._make_local()
        root.appendRow(self._outbox)
        root.appendRow(self._drafts)

    def _make_local(self) -> None:
        self._outbox = self._item(self.tr("Thư chờ gửi"), "outbox", OUTBOX, "")
        self._drafts = self._item(self.tr("Bản nháp trên máy"), "drafts", DRAFTS, "")

    def _item(self, name: str, icon: str, mailbox_id: int, account_id: str) -> QStandardItem:
        item = QStandardItem(theme.icon(icon, theme.MUTED), name)
        item.setEditable(False)
        item.setSizeHint(QSize(0, _ROW_HEIGHT))
        item.setData(mailbox_id, MAILBOX_ROLE)
        item.setData(account_id, ACCOUNT_ROLE)
        return item

    def _name(self, item: QStandardItem, mailbox: Mailbox) -> None:
        counted = 0 if mailbox.special_use in {SpecialUse.SENT, SpecialUse.TRASH} else mailbox.unread
        self._set_count(item, self._texts.mailbox(mailbox), counted)
        item.setToolTip(self.tr("{total} thư, {unread} chưa đọc").format(
            total=mailbox.total, unread=mailbox.unread
        ))  # fmt: skip

    def _set_count(self, item: QStandardItem, name: str, count: int) -> None:
        text = f"{name}  ({count})" if count else name
        if item.text() != text:
            item.setText(text)
            font = QFont(item.font())
            font.setBold(bool(count))
            item.setFont(font)


class MailboxTree(QTreeView):
    """Shows `MailboxTreeModel`; tells which mailbox was chosen."""

    chosen = Signal(int)
    """A mailbox's number, or `OUTBOX`, or `DRAFTS`."""
    dropped = Signal(int)
    """The mailbox that the messages chosen in the list were dropped onto."""

    def __init__(self, model: MailboxTreeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(14)
        self.setRootIsDecorated(False)
        self.setExpandsOnDoubleClick(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(self.tr("Tài khoản và thư mục"))
        self.setMinimumWidth(150)
        self.setAcceptDrops(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        model.rowsInserted.connect(self.expandAll)
        self.expandAll()
        self.selectionModel().currentChanged.connect(self._tell)

    def choose(self, mailbox_id: int) -> None:
        """Select a mailbox as if it had been clicked."""
        index = self._model.index_of(mailbox_id)
        if index.isValid():
            self.setCurrentIndex(index)

    def account_id(self) -> str:
        """The account of the chosen mailbox, ``""`` for the lines that belong to none."""
        return str(self.currentIndex().data(ACCOUNT_ROLE) or "")

    def refusal(self, data: QMimeData, target: QModelIndex) -> str | None:
        """Why messages cannot be dropped there; ``""`` where nothing need be said, None where they can."""
        source = self._model.index_of(mailbox_in(data))
        target_id = target.data(MAILBOX_ROLE) or 0
        if not source.isValid() or target_id <= 0 or target_id == source.data(MAILBOX_ROLE):
            return ""
        if source.data(ACCOUNT_ROLE) != target.data(ACCOUNT_ROLE):
            return self.tr("Chỉ di chuyển được giữa các thư mục của cùng một hộp thư.")
        return None

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: something is dragged in; messages may be."""
        event.setAccepted(event.mimeData().hasFormat(ROWS_TYPE))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: above a folder; one that does not take them says why."""
        spot = event.position().toPoint()
        why = self.refusal(event.mimeData(), self.indexAt(spot))
        event.setAccepted(why is None)
        QToolTip.showText(self.viewport().mapToGlobal(spot), why or "", self)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: let go above a folder."""
        QToolTip.hideText()
        target = self.indexAt(event.position().toPoint())
        is_taken = self.refusal(event.mimeData(), target) is None
        event.setAccepted(is_taken)
        if is_taken:
            self.dropped.emit(target.data(MAILBOX_ROLE))

    def _tell(self, current: QModelIndex) -> None:
        mailbox_id = current.data(MAILBOX_ROLE)
        if mailbox_id:
            self.chosen.emit(mailbox_id)
