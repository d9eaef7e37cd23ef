"""What stands in place of a list without rows: why there are none, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from client.config.catalogue import Text
from client.model.search import EVERYWHERE, parse_query
from client.services.desk import MailDesk
from client.ui import theme
from client.ui.models import MessageListModel
from client.ui.texts import Texts
from client.ui.widgets import Notice


class ListNotice(Notice):
    """Speaks of the empty list of a model."""

    account_wanted = Signal()
    """The user wants to add the first account."""
    search_widened = Signal(str)
    """What was looked for, now in every mailbox."""
    filter_left = Signal()
    """The user wants to see what the filters leave out."""

    def __init__(
        self, desk: MailDesk, texts: Texts, model: MessageListModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._texts, self._model = desk, texts, model
        self._wider, self._typed, self._is_filtered = "", "", False
        self.button.clicked.connect(self._press)

    def explain(
        self,
        progress: tuple[int, int] | None,
        typed: str = "",
        *,
        is_searching: bool,
        is_unreached: bool,
        is_filtered: bool = False,
    ) -> None:
        """Tell why no row is listed.

        ``typed`` is what is searched for. ``is_unreached``: an account has said that it could not be
        synchronised. ``is_filtered``: filters leave mail out.
        """
        self._wider, self._typed, self._is_filtered = "", typed, False
        if not self._desk.accounts():
            advice = self.tr("Hãy thêm tài khoản thư công vụ để bắt đầu.")
            offer = self.tr("Thêm tài khoản…") if self._desk.account_desk().may_change else ""
            self.say("account", Text(self.tr("Chưa có tài khoản"), advice), offer=offer)
        elif is_searching:
            self.say("search", Text(self.tr("Đang tìm…")), theme.ACCENT)
        elif is_filtered:
            self._is_filtered = True
            title = self.tr("Không có thư nào qua được bộ lọc")
            self.say("search", Text(title), offer=self.tr("Bỏ bộ lọc"))
        elif self._is_search():
            self._say_not_found()
        elif progress is not None:
            done, total = map(self._texts.count, progress)
            counted = self.tr("{done}/{total} thư").format(done=done, total=total)
            self.say("sync", Text(self.tr("Đang tải danh sách thư…"), counted), theme.ACCENT)
        elif self._model.mailbox_id:
            self.say("inbox", Text(self.tr("Thư mục này chưa có thư")))
        elif is_unreached:
            advice = self.tr("Dòng trạng thái ở cuối cửa sổ cho biết lý do.")
            self.say("sig-warning", Text(self.tr("Chưa nhận được thư mục nào"), advice), theme.CAUTION)
        else:
            self.say("sync", Text(self.tr("Đang kết nối…")), theme.ACCENT)

    def _is_search(self) -> bool:
        return not parse_query(self._typed).is_empty

    def _say_not_found(self) -> None:
        query = self._typed
        where, name = parse_query(query).mailbox, self._name()
        title = self.tr("Không có kết quả")
        if name and not where:
            title = self.tr("Không có kết quả trong {mailbox}").format(mailbox=name)
        if where != EVERYWHERE:
            self._wider = f"{query} {self.tr('trong:tất-cả')}"
        offer = self.tr("Tìm trong mọi thư mục") if self._wider else ""
        self.say("search", Text(title, self.tr("Thử ít từ hơn; không cần gõ dấu.")), offer=offer)

    def _name(self) -> str:
        for account in self._desk.accounts():
            for one in self._desk.mailboxes(account.account_id):
                if one.mailbox_id == self._model.mailbox_id:
                    return self._texts.mailbox(one)
        return ""

    def _press(self) -> None:
        if self._is_filtered:
            self.filter_left.emit()
        elif self._wider:
            self.search_widened.emit(self._wider)
        else:
            self.account_wanted.emit()
