"""What is said of an order on mail: before it, while it lasts, and when it is done."""

from __future__ import annotations

from PySide6.QtCore import QObject

from client.config.catalogue import Text
from client.services.changes_desk import MailAct
from client.ui.texts import Texts

GOING = frozenset(
    {MailAct.DELETE, MailAct.DELETE_FOREVER, MailAct.ARCHIVE, MailAct.MOVE, MailAct.JUNK, MailAct.NOT_JUNK}
)
"""After these a message is no longer where it was."""
_ROLE = {
    MailAct.DELETE: "trash",
    MailAct.ARCHIVE: "archive",
    MailAct.JUNK: "junk",
    MailAct.NOT_JUNK: "inbox",
}


class ChangeWords(QObject):
    """Sentences, whole, with their counts in them."""

    def __init__(self, texts: Texts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts = texts

    def done(self, act: MailAct, count: int, target: str = "") -> str:
        """One sentence; ``target`` is the name of the mailbox where `MailAct.MOVE` went."""
        one = count == 1
        words = {
            MailAct.DELETE_FOREVER: self.tr("Đã xóa hẳn thư.") if one else self.tr("Đã xóa hẳn {count} thư."),
            MailAct.STAR: self.tr("Đã gắn sao thư.") if one else self.tr("Đã gắn sao {count} thư."),
            MailAct.UNSTAR: self.tr("Đã bỏ sao thư.") if one else self.tr("Đã bỏ sao {count} thư."),
            MailAct.MARK_READ: (
                self.tr("Đã đánh dấu thư là đã đọc.")
                if one
                else self.tr("Đã đánh dấu {count} thư là đã đọc.")
            ),
            MailAct.MARK_UNREAD: (
                self.tr("Đã đánh dấu thư là chưa đọc.")
                if one
                else self.tr("Đã đánh dấu {count} thư là chưa đọc.")
            ),
        }
        moved = (
            self.tr("Đã chuyển thư tới {mailbox}.")
            if one
            else self.tr("Đã chuyển {count} thư tới {mailbox}.")
        )
        role = _ROLE.get(act)
        mailbox = self._texts.text("mailbox", role).title if role else target
        return words.get(act, moved).format(count=self._texts.count(count), mailbox=mailbox)

    def under_way(self, finished: int, total: int) -> str:
        """How far a long order is."""
        counted = {"done": self._texts.count(finished), "total": self._texts.count(total)}
        return self.tr("Đang xử lý {done}/{total} thư… Vẫn dùng tiếp cửa sổ được.").format(**counted)

    def nothing_changed(self, act: MailAct) -> str:
        """The order concerned nothing, for example what was read already."""
        return (
            self.tr("Không có thư nào để chuyển.")
            if act in GOING
            else self.tr("Không có thư nào cần đánh dấu.")
        )

    def taken_back(self, count: int, wanted: int) -> str:
        """How much of an order was undone; what the server has deleted for good does not come back."""
        if not count:
            return self.tr("Không hoàn tác được: máy chủ đã làm xong việc này.")
        if count < wanted:
            counted = {"count": self._texts.count(count), "total": self._texts.count(wanted)}
            return self.tr("Đã hoàn tác {count}/{total} thư; số còn lại máy chủ đã xử lý xong.").format(
                **counted
            )
        return self.tr("Đã hoàn tác.") if count == 1 else self.tr("Đã hoàn tác {count} thư.").format(
            count=self._texts.count(count)
        )  # fmt: skip

    def question(self, count: int, *, mixed: bool) -> Text:
        """Before something is deleted for good."""
        if mixed:
            title = self.tr("Xóa {count} thư? Trong đó có thư đã ở thùng rác.")
        else:
            title = self.tr("Xóa hẳn thư này?") if count == 1 else self.tr("Xóa hẳn {count} thư?")
        return Text(
            title.format(count=self._texts.count(count)),
            self.tr("Thư trong thùng rác đã xóa thì không lấy lại được."),
        )

    def forever(self, count: int) -> Text:
        """Before something is deleted that would otherwise go to the trash."""
        title = self.tr("Xóa hẳn thư này?") if count == 1 else self.tr("Xóa hẳn {count} thư?")
        advice = self.tr("Thư không qua thùng rác và không lấy lại được.")
        return Text(title.format(count=self._texts.count(count)), advice)

    def emptying(self, mailbox: str, count: int) -> Text:
        """Before a whole mailbox is emptied."""
        title = self.tr("Xóa hẳn cả {count} thư trong {mailbox}?")
        advice = self.tr("Thư bị xóa cả trên máy chủ và không lấy lại được.")
        return Text(title.format(count=self._texts.count(count), mailbox=mailbox), advice)
