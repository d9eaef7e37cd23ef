"""What is said of a draft and the mail server: quiet words, for nothing waits for it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from client.errors import MessageTooLarge, QuotaExceeded
from client.model.server_draft import DraftStanding, Standing


class DraftWords(QObject):
    """One line for each standing; of a marking no more than that a rule keeps the draft here."""

    def line(self, told: DraftStanding | None) -> str:
        """For the list of drafts."""
        if told is None:
            return self.tr("Chỉ trên máy này")
        return {
            Standing.HERE_ONLY: self.tr("Chỉ trên máy này"),
            Standing.WAITING: self.tr("Chờ tải lên"),
            Standing.UPLOADED: self.tr("Đã lưu cả trên máy chủ"),
            Standing.MARKED: self.tr("Chỉ trên máy này: quy tắc bảo mật không cho lưu trên máy chủ"),
            Standing.UNREAD: self.tr("Chỉ trên máy này: có tệp chưa đọc được để kiểm tra"),
            Standing.UNCHECKED: self.tr("Chỉ trên máy này: chưa kiểm tra được"),
            Standing.FAILED: self.tr("Chưa tải lên được, sẽ tự thử lại"),
            Standing.PARKED: self._parked(told.error_code),
            Standing.GONE: self.tr("Bản trên máy chủ đã bị xóa hoặc thay ở nơi khác; bản này vẫn còn"),
            Standing.CHANGED: self.tr("Bản trên máy chủ đã bị sửa ở nơi khác; giữ cả hai bản"),
        }[told.standing]

    def advice(self, told: DraftStanding | None) -> str:
        """What the author should know while writing; ``""`` where there is nothing to do or to wonder at."""
        if told is None:
            return ""
        if told.standing is Standing.GONE:
            return self.tr("Bản này chỉ được tải lên lại sau khi bạn sửa tiếp.")
        if told.standing is Standing.CHANGED:
            return self.tr("Xem bản kia trong thư mục thư nháp rồi xóa bản không cần.")
        return self.tr("Bản trên máy này vẫn được lưu.") if told.standing is Standing.PARKED else ""

    def _parked(self, code: str) -> str:
        if code == MessageTooLarge.code:
            return self.tr("Chỉ trên máy này: lớn hơn mức máy chủ nhận")
        if code == QuotaExceeded.code:
            return self.tr("Chỉ trên máy này: hộp thư trên máy chủ đã đầy")
        return self.tr("Chỉ trên máy này: máy chủ không nhận")
