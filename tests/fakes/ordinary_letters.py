"""Ordinary letters of an office: nothing is wrong with any of them, and no two kinds are alike."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from client.model.account import Identity, MailboxKind, Role
from client.model.address import MailAddress
from tests.fakes.sheets import seal_image

VIET_NAM = timezone(timedelta(hours=7))
OFFICE = "Sở Nội vụ"
STAFF = Identity(
    MailAddress("ntlan.snv@tphcm.gov.vn", "Nguyễn Thị Lan"),
    "Chuyên viên", "Phòng Cải cách hành chính, Sở Nội vụ", "028 3829 1234",
)  # fmt: skip
LEADER = Identity(
    MailAddress("phquan.snv@tphcm.gov.vn", "Phạm Hồng Quân"),
    "Phó Giám đốc", "Ban Giám đốc Sở Nội vụ", "028 3829 1234", role=Role.LEADER,
)  # fmt: skip
CLERK = Identity(
    MailAddress("dthanh.snv@tphcm.gov.vn", "Đỗ Thị Hạnh"),
    "Văn thư", "Văn phòng Sở Nội vụ", "028 3829 1234", role=Role.CLERK,
)  # fmt: skip
AGENCY = Identity(
    MailAddress("snv@tphcm.gov.vn", "Sở Nội vụ TP. Hồ Chí Minh"),
    "", OFFICE, "028 3829 1234", MailboxKind.AGENCY, Role.CLERK,
)  # fmt: skip
OFFICES = {
    "Sở Tư pháp": "stp@tphcm.gov.vn", "Sở Tài chính": "stc@tphcm.gov.vn", "Sở Y tế": "syt@tphcm.gov.vn",
    "Sở Công Thương": "sct@tphcm.gov.vn", "Sở Xây dựng": "sxd@tphcm.gov.vn", "Sở Du lịch": "sdl@tphcm.gov.vn",
    "Sở Khoa học và Công nghệ": "skhcn@tphcm.gov.vn", "Thanh tra Thành phố": "thanhtra@tphcm.gov.vn",
}  # fmt: skip
COLLEAGUES = ("tvminh.snv@tphcm.gov.vn", "dthanh.snv@tphcm.gov.vn", "ptnga.snv@tphcm.gov.vn")
OUTSIDE_STAFF = ("lhnam.stp@tphcm.gov.vn", "nvbinh.stc@tphcm.gov.vn", "ttha.ubndsaigon@tphcm.gov.vn")
PEOPLE = ("nguyenvanhoa1975@gmail.com", "tran.thi.be@yahoo.com", "ketoan@thienphuc.com.vn")
ABSTRACTS = (
    "Về việc lấy ý kiến dự thảo Kế hoạch chuyển đổi số năm 2027",
    "Về việc cử công chức tham dự lớp bồi dưỡng nghiệp vụ văn thư, lưu trữ",
    "Về việc báo cáo kết quả cải cách hành chính quý IV năm 2026",
    "Về việc thành lập Tổ giúp việc triển khai hồ sơ công việc điện tử",
    "Về việc rà soát danh mục vị trí việc làm của các cơ quan chuyên môn",
    "Về việc tổ chức Hội nghị triển khai nhiệm vụ công tác năm 2027",
)
SENTENCES = (
    "Đề nghị các phòng gửi ý kiến trước 16 giờ 00 ngày 27/11/2026.",
    "Cuộc họp dự kiến kéo dài 90 phút tại Phòng họp số 2, lầu 3.",
    "Số liệu lấy theo báo cáo quý III, tăng 12,5% so với cùng kỳ.",
    "Liên hệ anh Nam, điện thoại 028 3822 1234, nếu cần trao đổi thêm.",
    "Tài liệu họp đã có trên hệ thống quản lý văn bản.",
    "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư.",
    "Phần mềm sẽ bảo trì từ 22 giờ đến 23 giờ tối thứ Sáu.",
    "Nhờ chị xem giúp và cho ý kiến; nếu không có gì thay đổi thì giữ nguyên lịch.",
    "Biểu mẫu tại Phụ lục II ban hành kèm theo Quyết định số 15/QĐ-UBND đã gửi trên QLVB.",
    "Lưu ý: mật khẩu họp trực tuyến sẽ thông báo riêng qua điện thoại.",
    "File đính kèm của thư trước đã hết hạn tải, Phòng sẽ gửi lại khi có yêu cầu.",
    "Số tài khoản: 031012345678 tại Kho bạc Nhà nước.",
    "Anh chị chuẩn bị bàn, ghế, nước uống, v.v… giúp Phòng; nếu thiếu thì gọi em...",
    "______________________",
    "Bản giấy không cần gửi kèm; hồ sơ gốc lưu tại Văn phòng Sở.",
    "Mẫu theo Phụ lục III Nghị định số 30/2020/NĐ-CP của Chính phủ.",
    "Đơn vị nào chưa có ý kiến xem như thống nhất.",
    "Cuộc họp khẩn hôm qua đã có thông báo kết luận.",
    "Quy định bảo vệ bí mật nhà nước đề nghị phổ biến lại cho công chức; hồ sơ mật không gửi qua thư này.",
    "Link họp: https://hop.tphcm.gov.vn/j/0912345678",
    "1/ Họp giao ban: 8g00.  2/ Tiếp dân: 14g00.",
    "P/s: thư này gửi lần 2 do thư trước bị lỗi font.",
)
SIGNERS = (
    ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Phạm Hồng Quân"),
    ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Phạm Hồng Quân"),
    ("TM. BAN CHỈ ĐẠO", "KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "Phạm Hồng Quân"),
    ("PHÓ GIÁM ĐỐC PHỤ TRÁCH", "Phạm Hồng Quân"),
)
File = tuple[str, str, bytes]


@dataclass
class Letter:
    """One of them, as it lies in the outbox."""

    kind: str
    sender: Identity
    to: Sequence[str]
    subject: str
    body: str
    files: list[File] = field(default_factory=list)
    cc: Sequence[str] = ()
    reply: bool = False
    forwarded: EmailMessage | None = None
    html: str = ""
    moment: datetime = datetime(2026, 11, 23, tzinfo=VIET_NAM)

    def raw(self) -> bytes:
        """The message."""
        message = EmailMessage(policy=SMTP)
        message["From"] = formataddr((self.sender.address.display_name, self.sender.address.addr_spec))
        message["To"] = ", ".join(self.to)
        if self.cc:
            message["Cc"] = ", ".join(self.cc)
        message["Subject"] = self.subject
        message["Date"] = format_datetime(self.moment)
        message["Message-ID"] = f"<{random.Random(self.body).getrandbits(64):x}@tphcm.gov.vn>"  # noqa: S311 - no secret
        if self.reply:
            message["In-Reply-To"] = "<truoc@tphcm.gov.vn>"
        message.set_content(self.body, charset="utf-8", cte="base64")
        if self.html:
            message.add_alternative(self.html, subtype="html", charset="utf-8", cte="base64")
            alternative = message.get_payload()
            assert isinstance(alternative, list)
            rich = alternative[1]
            assert isinstance(rich, EmailMessage)
            rich.add_related(seal_image(), "image", "png", cid="<logo@snv>", filename="image001.png")
        for name, media_type, content in self.files:
            main, _, sub = media_type.partition("/")
            message.add_attachment(content, maintype=main, subtype=sub, filename=name)
        if self.forwarded is not None:
            message.add_attachment(self.forwarded)
        return message.as_bytes()
