"""Who writes the ordinary letters of an office: every kind in turn, each time in other words."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP

from client.model.account import Identity, MailboxKind
from client.sandbox.signatures import StorySigner
from tests.fakes.office import rels, zipped
from tests.fakes.ordinary_letters import (
    ABSTRACTS,
    AGENCY,
    CLERK,
    COLLEAGUES,
    LEADER,
    OFFICES,
    OUTSIDE_STAFF,
    PEOPLE,
    SENTENCES,
    SIGNERS,
    STAFF,
    VIET_NAM,
    File,
    Letter,
)
from tests.fakes.ordinary_papers import Paper, docx_of, pdf_of, xlsx_of
from tests.fakes.sheets import seal_image


class Writer:
    """Makes letters one after the other; the same seed makes the same letters."""

    def __init__(self, signer: StorySigner, born: datetime, seed: int = 41) -> None:
        self._signer, self._draw = signer, random.Random(seed)  # noqa: S311 - no secret is drawn
        self._today = born.astimezone(VIET_NAM).date()
        self._signed: dict[tuple[str, int], tuple[Paper, bytes]] = {}
        self._gazette = b""

    def letters(self, count: int) -> Iterator[Letter]:
        """``count`` letters, every kind as often as any other."""
        kinds: tuple[Callable[[], Letter], ...] = (
            self.letter_of_the_office, self.invitation, self.report_with_table, self.draft_for_the_leader,
            self.decision, self.passed_on_whole, self.answer_in_thread, self.scan, self.to_a_citizen,
            self.many_offices, self.in_english, self.plain_note, self.short_answer, self.packed_files,
            self.with_logo, self.round_of_opinion, self.paper_to_a_colleague, self.to_a_firm, self.photos,
            self.decision_with_annex, self.receipt_note, self.copied_forward, self.grounds_enclosed,
            self.paper_of_others, self.gazette, self.wards_letter, self.short_note, self.slides,
        )  # fmt: skip
        for number in range(count):
            yield kinds[number % len(kinds)]()

    def letter_of_the_office(self) -> Letter:
        paper, pdf = self._paper("CV")
        to = [OFFICES[one] for one in paper.to]
        return self._official("công văn", paper, pdf, to)

    def invitation(self) -> Letter:
        paper, pdf = self._paper("GM")
        return self._official("giấy mời", paper, pdf, [OFFICES[one] for one in paper.to])

    def decision(self) -> Letter:
        paper, pdf = self._paper("QĐ")
        return self._official("quyết định", paper, pdf, self._some(tuple(OFFICES.values()), 1, 3))

    def decision_with_annex(self) -> Letter:
        """The annexes in the same file, a table for convenience beside it."""
        paper, pdf = self._paper("KH", annexes=2)
        letter = self._official("kế hoạch, phụ lục", paper, pdf, self._some(tuple(OFFICES.values()), 2, 5))
        letter.body = f"Phụ lục I, Phụ lục II ở cuối văn bản.\n{letter.body}"
        letter.files.append(self._table("Danh sach don vi.xlsx"))
        return letter

    def many_offices(self) -> Letter:
        paper, pdf = self._paper("TB")
        wards = [f"ubndphuong{number}@tphcm.gov.vn" for number in range(self._draw.randint(8, 30))]
        letter = self._official("nhiều cơ quan", paper, pdf, list(OFFICES.values()))
        letter.cc = wards
        return letter

    def report_with_table(self) -> Letter:
        how = self._draw.choice(("kèm bảng tính", "01 file đính kèm", "biểu tổng hợp trong tệp kèm theo"))
        body = f"Kính gửi anh/chị,\n\nPhòng CCHC gửi báo cáo số liệu quý IV, {how}.\n"
        names = ("Biểu số liệu Q4.xlsx", "bao cao thang 11 (chinh sua lan 2).xlsx", "TK_2026.xlsx")
        return self._personal(
            "báo cáo, bảng tính",
            STAFF,
            self._some(OUTSIDE_STAFF, 1, 2),
            "Báo cáo số liệu quý IV",
            body,
            [self._table(self._draw.choice(names))],
        )

    def draft_for_the_leader(self) -> Letter:
        paper = self._made("TTr", draft=True)
        name = self._draw.choice(
            ("Dự thảo Tờ trình.docx", "To trinh (trinh PGD).docx", "2026.11.20_ToTrinh_v3.docx")
        )
        body = "Kính trình anh xem xét dự thảo Tờ trình đính kèm.\n"
        return self._personal(
            "tờ trình, dự thảo",
            STAFF,
            ["phquan.snv@tphcm.gov.vn"],
            paper.abstract.replace("Về việc", "Trình dự thảo về việc"),
            body,
            [self._word(name, docx_of(paper, self._draw))],
        )

    def passed_on_whole(self) -> Letter:
        inner = EmailMessage(policy=SMTP)
        inner["From"], inner["To"] = "nvbinh.stc@tphcm.gov.vn", STAFF.address.addr_spec
        paper, pdf = self._paper("CV")
        inner["Subject"] = f"[{paper.number}] {paper.abstract}"
        inner.set_content("Sở Tài chính gửi văn bản.\n\nNguyễn Văn Bình\nSở Tài chính")
        inner.add_attachment(pdf, maintype="application", subtype="pdf", filename=f"{paper.name}.pdf")
        body = "Chuyển chị thư của Sở Tài chính để phối hợp xử lý.\n"
        letter = self._personal(
            "chuyển tiếp .eml", STAFF, self._some(COLLEAGUES, 1, 2), f"Fwd: {inner['Subject']}", body
        )
        letter.forwarded = inner
        return letter

    def copied_forward(self) -> Letter:
        """An unsigned note passed on as text."""
        quoted = (
            "---------- Forwarded message ---------\nFrom: Trần Văn Minh <tvminh.snv@tphcm.gov.vn>\n"
            "Date: 20/11/2026\nSubject: Lịch trực\nTo: <ntlan.snv@tphcm.gov.vn>\n\nTuần sau trực như cũ.\n"
        )
        letter = self._personal(
            "chuyển tiếp dạng chép",
            STAFF,
            self._some(COLLEAGUES, 1, 1),
            "Fwd: Lịch trực",
            "Gửi chị lịch trực để biết.\n",
        )
        letter.body += f"\n{quoted}"
        return letter

    def answer_in_thread(self) -> Letter:
        mark = self._draw.choice(
            (
                "Vào T6, 20 thg 11, 2026 lúc 09:12 Lê Hoàng Nam <lhnam.stp@tphcm.gov.vn> đã viết:",
                "Vào lúc 10:02 20/11/2026, Lê Hoàng Nam đã viết:",
                "From: Lê Hoàng Nam <lhnam.stp@tphcm.gov.vn>\nSent: Friday, November 20, 2026 9:12 AM",
                "Vào Th 6, 20 thg 11, 2026 vào lúc 09:12 Lê Hoàng Nam <\nlhnam.stp@tphcm.gov.vn> đã viết:",
                "On Fri, Nov 20, 2026 at 9:12 AM Lê Hoàng Nam <lhnam.stp@tphcm.gov.vn> wrote:",
                "-----Original Message-----\nFrom: Lê Hoàng Nam\nSent: Friday, November 20, 2026 9:12 AM",
                "________________________________\nTừ: Lê Hoàng Nam <lhnam.stp@tphcm.gov.vn>\n"
                "Đã gửi: 20 Tháng Mười Một 2026",
            )
        )
        quoted = "\n".join(
            f"> {line}"
            for line in (
                "Chị Lan ơi,",
                "Em gửi kèm 03 tệp và phụ lục IV, chị xem file đính kèm giúp em.",
                "Ngày ….. tháng 11 em qua lấy bản giấy.",
            )
        )
        said = self._draw.choice(
            ("đã nhận đủ, cảm ơn anh", "phòng mình thống nhất nhé", "chị xem rồi, không có ý kiến thêm")
        )
        body = f"Anh Nam ơi, {said}.\n\n{mark}\n{quoted}\n"
        return Letter(
            "trả lời trong chuỗi",
            STAFF,
            ["lhnam.stp@tphcm.gov.vn"],
            f"{self._draw.choice(('Re', 'RE', 'TL'))}: Góp ý dự thảo",
            body,
            reply=True,
            moment=self._moment(),
        )

    def short_answer(self) -> Letter:
        body = self._draw.choice(
            (
                "Đồng ý.\n",
                "Duyệt.\n\nQuân\n",
                "OK em, chuyển văn thư phát hành.\n",
                "Anh đã xem, trình ký chính thức nhé.\n",
            )
        )
        return Letter(
            "lãnh đạo trả lời",
            LEADER,
            self._some(COLLEAGUES, 1, 1),
            "Re: Trình dự thảo Kế hoạch",
            body,
            reply=True,
            moment=self._moment(),
        )

    def scan(self) -> Letter:
        name = self._draw.choice(
            ("Scan0012.pdf", "img20261120_101512.pdf", "CMND va bang cap.pdf", "bien ban ban giao.pdf")
        )
        body = "Gửi chị bản scan biên bản bàn giao để lưu hồ sơ.\n"
        return self._personal(
            "bản quét",
            STAFF,
            self._some(COLLEAGUES + OUTSIDE_STAFF, 1, 1),
            "Bản scan biên bản bàn giao",
            body,
            [(name, "application/pdf", pdf_of(self._made("TB"), self._draw, scan=True))],
        )

    def to_a_citizen(self) -> Letter:
        body = "Kính gửi Ông/Bà,\n\nSở Nội vụ đã nhận được đơn của Ông/Bà và sẽ trả lời trong 15 ngày.\n"
        copies = self._draw.choice(((), (), ("tvminh.snv@tphcm.gov.vn",)))
        return self._personal(
            "công dân",
            self._draw.choice((AGENCY, STAFF)),
            [self._draw.choice(PEOPLE[:2])],
            "Tiếp nhận đơn kiến nghị của Ông/Bà",
            body,
            cc=copies,
        )

    def grounds_enclosed(self) -> Letter:
        """A letter of today, and beside it what it rests on: an old paper of somebody else's, as printed."""
        paper, pdf = self._paper("CV")
        letter = self._official("kèm văn bản căn cứ", paper, pdf, [OFFICES[one] for one in paper.to])
        other = replace(
            self._made("QĐ"), office="VĂN PHÒNG CHÍNH PHỦ", number="451/QĐ-VPCP", day=date(2025, 3, 4)
        )
        letter.files.append(("451_QD-VPCP.pdf", "application/pdf", pdf_of(other, self._draw)))
        return letter

    def paper_of_others(self) -> Letter:
        """Somebody asks a colleague elsewhere about what a third office wrote."""
        other = replace(
            self._made("CV"),
            office="SỞ TÀI CHÍNH",
            number="3112/STC-HCSN",
            to=("Sở Nội vụ",),
            signatory=("TL. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG", "Nguyễn Văn Bình"),
        )
        body = "Anh Nam ơi, nhờ anh xem công văn của Sở Tài chính (tệp kèm theo) và cho ý kiến giúp em.\n"
        return self._personal(
            "văn bản nơi khác",
            STAFF,
            self._some(OUTSIDE_STAFF + COLLEAGUES, 1, 1),
            "Nhờ anh chị xem giúp công văn của Sở Tài chính",
            body,
            [("3112-STC-HCSN.pdf", "application/pdf", pdf_of(other, self._draw))],
            day=other.day,
        )

    def gazette(self) -> Letter:
        """A legal document as the gazette publishes it, under the publisher's seal alone."""
        other = replace(
            self._made("QĐ"),
            office="THỦ TƯỚNG CHÍNH PHỦ",
            number="28/2018/QĐ-TTg",
            abstract="Về việc gửi, nhận văn bản điện tử giữa các cơ quan trong hệ thống hành chính nhà nước",
            day=date(2018, 7, 12),
            signatory=("THỦ TƯỚNG", "Nguyễn Xuân Phúc"),
        )
        signed_at = datetime(2026, 10, 5, 9, tzinfo=VIET_NAM)
        if not self._gazette:
            self._gazette = self._signer.document(
                pdf_of(other, self._draw), "con-dau-stp", signed_at, stamped=True
            )
        sender = self._draw.choice((AGENCY, STAFF))
        body = "Gửi Quyết định số 28/2018/QĐ-TTg của Thủ tướng Chính phủ để các đơn vị nghiên cứu.\n"
        return self._personal(
            "công báo",
            sender,
            self._some(tuple(OFFICES.values()), 1, 2),
            "Quyết định số 28/2018/QĐ-TTg về việc gửi, nhận văn bản điện tử",
            body,
            [("28-2018-QD-TTg.signed.pdf", "application/pdf", self._gazette)],
        )

    def wards_letter(self) -> Letter:
        """A circular to every ward: the document names the group, the letter the mailboxes."""
        paper, pdf = self._paper("CV", to=("Ủy ban nhân dân các phường, xã, đặc khu",))
        wards = [f"ubndphuong{number}@tphcm.gov.vn" for number in range(self._draw.randint(8, 160))]
        return self._official("gửi các phường", paper, pdf, wards)

    def short_note(self) -> Letter:
        """Two words and a file, as people in a hurry write."""
        words = self._draw.choice(
            (
                "Em gửi anh danh sách ạ.\n",
                "Gửi chị file nhé, cảm ơn chị.\n",
                "A xem giúp e danh sách trong file ạ\n",
            )
        )
        letter = self._personal(
            "vài chữ", STAFF, self._some(COLLEAGUES, 1, 1), "Danh sách", words, [self._table("DS.xlsx")]
        )
        letter.body = f"{words}\n{self._block(STAFF)}\n"
        return letter

    def slides(self) -> Letter:
        content = zipped(
            {
                "[Content_Types].xml": "<Types/>",
                "ppt/presentation.xml": '<p:presentation xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"/>',
                "_rels/.rels": rels(("rId1", "officeDocument", "ppt/presentation.xml")),
            }
        )
        kind = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
        return self._personal(
            "trình chiếu",
            STAFF,
            self._some(OUTSIDE_STAFF, 1, 2),
            "Bài trình bày tại Hội nghị",
            "Em gửi anh chị bài trình bày (1 file đính kèm).\n",
            [("Bai trinh bay.pptx", kind, content)],
        )

    def to_a_firm(self) -> Letter:
        body = "Kính gửi Quý công ty,\n\nĐề nghị Quý công ty báo giá thiết bị theo danh mục kèm theo.\n"
        return self._personal(
            "doanh nghiệp",
            STAFF,
            [PEOPLE[2]],
            "Đề nghị báo giá thiết bị",
            body,
            [self._table("Danh muc thiet bi.xlsx")],
            ["tvminh.snv@tphcm.gov.vn"],
        )

    def in_english(self) -> Letter:
        body = (
            "Dear Ms. Tanaka,\n\nThank you for your message. Please find attached the agenda.\n"
            "We look forward to welcoming your delegation.\n\nBest regards,\n"
        )
        return self._personal(
            "tiếng Anh",
            STAFF,
            ["tanaka@city.osaka.example.jp"],
            self._draw.choice(("Agenda of the meeting on 27 November", "Working visit – draft programme")),
            body,
            [self._word("Agenda.docx", docx_of(self._made("KH", draft=True), self._draw))],
        )

    def plain_note(self) -> Letter:
        return self._personal(
            "không tệp",
            self._draw.choice((STAFF, LEADER, CLERK)),
            self._some(COLLEAGUES, 1, 3),
            self._draw.choice(("Lịch họp giao ban", "Nhắc nộp báo cáo tuần 48", "Đăng ký xe ngày 25/11")),
            "Chào anh chị,\n",
        )

    def packed_files(self) -> Letter:
        packed = zipped(
            {
                "Dự thảo.docx": docx_of(self._made("KH", draft=True), self._draw),
                "Số liệu.xlsx": xlsx_of([["Đơn vị", "Số"], ["A", "3"]]),
            }
        )
        return self._personal(
            "tệp nén",
            STAFF,
            self._some(OUTSIDE_STAFF, 1, 1),
            "Tài liệu họp ngày 27/11",
            "Gửi anh tài liệu họp, gửi kèm 2 tệp trong file nén.\n",
            [(self._draw.choice(("Tai lieu hop.zip", "TaiLieu.zip")), "application/zip", packed)],
        )

    def with_logo(self) -> Letter:
        letter = self._personal(
            "HTML có biểu trưng",
            STAFF,
            self._some(OUTSIDE_STAFF, 1, 2),
            "Xác nhận tham dự họp",
            "Phòng CCHC xác nhận cử 02 người tham dự.\n",
        )
        lines = "".join(f"<p>{line}</p>" for line in letter.body.split("\n"))
        letter.html = f'<html><body>{lines}<img src="cid:logo@snv"></body></html>'
        return letter

    def round_of_opinion(self) -> Letter:
        paper = self._made("KH", draft=True)
        body = "Kính gửi các phòng,\n\nGửi các phòng dự thảo Kế hoạch để góp ý, đính kèm 1 tệp.\n"
        return self._personal(
            "lấy ý kiến",
            STAFF,
            self._some(COLLEAGUES, 2, 3),
            "Lấy ý kiến dự thảo Kế hoạch",
            body,
            [self._word("Du thao KH 2027.docx", docx_of(paper, self._draw))],
        )

    def paper_to_a_colleague(self) -> Letter:
        paper, pdf = self._paper("QĐ")
        body = f"Gửi chị Quyết định số {paper.number} để triển khai.\n"
        return self._personal(
            "văn bản cho đồng nghiệp",
            CLERK,
            self._some(COLLEAGUES, 1, 2),
            f"{paper.number} {paper.abstract}",
            body,
            [(f"{paper.name}.pdf", "application/pdf", pdf)],
            day=paper.day,
        )

    def photos(self) -> Letter:
        files = [
            (f"IMG_{self._draw.randint(1000, 9999)}.png", "image/png", seal_image())
            for _ in range(self._draw.randint(1, 4))
        ]
        return self._personal(
            "ảnh",
            STAFF,
            self._some(COLLEAGUES, 1, 1),
            "Ảnh hội nghị",
            "Gửi anh mấy tấm ảnh hội nghị hôm qua.\n",
            files,
        )

    def receipt_note(self) -> Letter:
        body = "Sở Nội vụ đã nhận được văn bản của Quý cơ quan và chuyển phòng chuyên môn xử lý.\n"
        return self._personal(
            "báo nhận",
            AGENCY,
            [self._draw.choice(list(OFFICES.values()))],
            "Đã nhận văn bản số 112/STC-HCSN",
            body,
        )

    def _official(self, kind: str, paper: Paper, pdf: bytes, to: list[str]) -> Letter:
        subject = self._draw.choice(
            (
                f"[{paper.number}] {paper.abstract}",
                paper.abstract.replace("Về việc", "V/v"),
                f"{paper.number} {paper.abstract.removeprefix('Về việc ')}",
                f"Sở Nội vụ gửi văn bản số {paper.number} {paper.abstract[:1].lower()}{paper.abstract[1:]}",
            )
        )
        told = f"{paper.abstract[:1].lower()}{paper.abstract[1:]}"
        body = f"Kính gửi Quý cơ quan,\n\nSở Nội vụ gửi Quý cơ quan văn bản số {paper.number} {told}.\n"
        name = self._draw.choice(
            (f"{paper.name}.pdf", f"{paper.name}_signed.pdf", f"{paper.name.replace('Đ', 'D')}.signed.pdf")
        )
        return self._personal(
            kind, AGENCY, to, subject, body, [(name, "application/pdf", pdf)], day=paper.day
        )

    def _personal(
        self,
        kind: str,
        sender: Identity,
        to: Sequence[str],
        subject: str,
        body: str,
        files: Sequence[File] = (),
        cc: Sequence[str] = (),
        day: date | None = None,
    ) -> Letter:
        chosen = self._draw.sample(SENTENCES, self._draw.randint(1, 3))
        if not files:
            chosen = [one for one in chosen if "đính kèm" not in one]
        text = f"{body}\n" + "\n".join(chosen) + f"\n\n{self._block(sender)}\n"
        return Letter(kind, sender, to, subject, text, list(files), cc, moment=self._moment(day))

    def _block(self, sender: Identity) -> str:
        name, title, unit, phone = sender.address.display_name, sender.title, sender.unit, sender.phone
        if sender.kind is MailboxKind.AGENCY:
            return self._draw.choice(
                (
                    f"--\n{name}\nĐịa chỉ: 159 Pasteur\nĐiện thoại: {phone}",
                    f"Trân trọng./.\n\n{name.upper()}\nĐT: {phone}",
                )
            )
        return self._draw.choice(
            (
                f"--\n{name}\n{title}, {unit}\nĐiện thoại: {phone}",
                f"Trân trọng,\n{name}\n{title}\n{unit}\nĐT: {phone}",
                f"{name} ({title})\n{unit} | {phone}",
                f"{name} - {title}\n{unit.replace('Phòng Cải cách hành chính', 'P.CCHC')} - {phone}",
            )
        )

    def _paper(self, kind: str, annexes: int = 0, to: tuple[str, ...] = ()) -> tuple[Paper, bytes]:
        """A signed one; each is made once."""
        key = (f"{kind}{annexes}{to}", self._draw.randrange(12))
        if key not in self._signed:
            paper = self._made(kind, annexes=annexes)
            paper = replace(paper, to=to) if to else paper
            pdf = pdf_of(paper, self._draw)
            signed_at = datetime(paper.day.year, paper.day.month, paper.day.day, 9, tzinfo=VIET_NAM)
            for minutes, label in enumerate(("phquan.snv", "con-dau-snv")):
                pdf = self._signer.document(
                    pdf, label, signed_at + timedelta(minutes=20 * minutes), stamped=True
                )
            self._signed[key] = (paper, pdf)
        return self._signed[key]

    def _made(self, kind: str, *, draft: bool = False, annexes: int = 0) -> Paper:
        number = f"{self._draw.randint(1, 2400):02}/{'SNV-CCHC' if kind == 'CV' else f'{kind}-SNV'}"
        to = (
            self._some(tuple(OFFICES), 1, 3)
            if kind in {"CV", "GM"}
            else ["Ủy ban nhân dân Thành phố"]
            if kind == "TTr"
            else []
        )
        group = ("Các sở, ban, ngành Thành phố", "UBND các phường, xã, đặc khu")
        distribution = {
            "QĐ": ("Như Điều 3", "Giám đốc (để báo cáo)"),
            "CV": ("Như trên", "Các Phó Giám đốc"),
        }.get(kind, group)
        day = self._today - timedelta(days=self._draw.randint(1, 25))
        return Paper(
            kind,
            "" if draft else number,
            day,
            self._draw.choice(ABSTRACTS),
            tuple(to),
            distribution,
            self._draw.choice(SIGNERS),
            draft=draft,
            annexes=annexes,
        )

    def _table(self, name: str) -> File:
        rows = [["Đơn vị", "Hồ sơ", "Ghi chú"]] + [
            [f"Phường {row}", str(self._draw.randint(1, 900)), ""] for row in range(12)
        ]
        return (name, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_of(rows))

    @staticmethod
    def _word(name: str, content: bytes) -> File:
        return (name, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", content)

    def _some(self, those: Sequence[str], least: int, most: int) -> list[str]:
        return self._draw.sample(list(those), self._draw.randint(least, most))

    def _moment(self, day: date | None = None) -> datetime:
        day = day or self._today - timedelta(days=self._draw.randint(1, 25))
        return datetime(day.year, day.month, day.day, self._draw.randint(10, 17), 30, tzinfo=VIET_NAM)
