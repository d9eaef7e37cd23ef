"""The report of a received message with a secrecy marking: when, from whom; never what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

_FORMS = {
    "vi": (
        "PHIẾU BÁO SỰ CỐ: THƯ ĐẾN CÓ DẤU CHỈ ĐỘ MẬT\n"
        "(Phiếu này không ghi nội dung, tiêu đề hay tên tệp của thư.)\n\n"
        "Hộp thư nhận: {mailbox}\n"
        "Địa chỉ gửi ghi trên thư: {sender}\n"
        "Thời gian thư ghi: {date}\n"
        "Thời gian phát hiện: {found}\n"
        "Mã băm SHA-256 của thư: {sha256}\n\n"
        "Đã làm trên máy này: không hiển thị, không lập chỉ mục, không cho trả lời hoặc chuyển tiếp.\n"
        "Việc tiếp theo (đánh dấu khi xong):\n"
        "[ ] Báo người đứng đầu đơn vị\n"
        "[ ] Báo cơ quan quản lý hệ thống và đơn vị gửi để gỡ bỏ\n"
        "[ ] Đơn vị có thẩm quyền đánh giá việc lộ, mất\n\n"
        "Người lập phiếu: ………………………………    Ký tên: ………………………………\n"
    ),
    "en": (
        "INCIDENT REPORT: A RECEIVED MESSAGE WITH A SECRECY MARKING\n"
        "(This report holds no content, subject or file name of the message.)\n\n"
        "Receiving mailbox: {mailbox}\n"
        "Sender address stated: {sender}\n"
        "Date stated: {date}\n"
        "Found: {found}\n"
        "SHA-256 of the message: {sha256}\n\n"
        "Done on this computer: not shown, not indexed, no answer or forwarding.\n"
        "To be done (tick when done):\n"
        "[ ] Tell the head of the unit\n"
        "[ ] Tell the operator of the system and the sending unit, so that it is removed\n"
        "[ ] The competent body assesses the leak\n\n"
        "Reported by: ………………………………    Signature: ………………………………\n"
    ),
}


@dataclass(frozen=True, slots=True)
class Incident:
    """What may be told of such a message."""

    mailbox: str
    sender: str
    """Addr-spec as the message states it; a display name could carry words."""
    date: datetime | None
    found: datetime
    sha256: str


def incident_form(incident: Incident, language: str) -> str:
    """The report as text to be filled in and signed by hand."""
    when = "%d/%m/%Y %H:%M"
    return _FORMS["en" if language == "en" else "vi"].format(
        mailbox=incident.mailbox,
        sender=incident.sender or "–",
        date=incident.date.astimezone().strftime(when) if incident.date else "–",
        found=incident.found.astimezone().strftime(when),
        sha256=incident.sha256,
    )
