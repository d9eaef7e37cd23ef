"""Sample mail of a made-up department, for the fake desk: every name here is invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from client.model.account import Account, Endpoint, Identity, KeyRef, MailboxKind, Role
from client.model.address import MailAddress
from client.model.mailbox import Mailbox, MessageRow, SpecialUse
from client.model.message import AttachmentInfo, Envelope, MessageView
from client.model.outgoing import OutboxEntry, OutboxState
from client.model.verdict import (
    Coverage,
    IdentityMatch,
    Indication,
    Reason,
    RevocationEvidence,
    SignatureFormat,
    SignatureVerdict,
    SignerInfo,
    SignerKind,
    SubIndication,
    VerificationReport,
)

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
INBOX = 1
EMPTY = 5
OWN_ADDRESS = "an.nguyen@sonoivu.hcm.example"

_PEOPLE = (
    ("Trần Thị Bích Hường", "huong.tran@sonoivu.hcm.example", "Sở Nội vụ"),
    ("Lê Quốc Đạt", "dat.le@sotaichinh.hcm.example", "Sở Tài chính"),
    ("Phạm Ngọc Ẩn", "an.pham@ubnd-q3.hcm.example", "Ủy ban nhân dân Quận 3"),
    ("Văn thư Sở Xây dựng", "vanthu@soxaydung.hcm.example", "Sở Xây dựng"),
    ("Đỗ Thùy Dương", "duong.do@sogddt.hcm.example", "Sở Giáo dục và Đào tạo"),
    ("", "thongbao@vpub.hcm.example", "Văn phòng Ủy ban nhân dân Thành phố"),
)
_SUBJECTS = (
    "V/v báo cáo kết quả cải cách hành chính quý III năm 2026",
    "Giấy mời họp giao ban tuần 48",
    "Tờ trình về việc bổ sung biên chế năm 2027",
    "Quyết định số 1245/QĐ-SNV về việc điều động viên chức",
    "Xin ý kiến dự thảo Kế hoạch chuyển đổi số giai đoạn 2026–2030",
    "Đề nghị cung cấp số liệu cán bộ, công chức, viên chức tính đến ngày 31 tháng 10 năm 2026",
    "Thông báo lịch trực lễ và phân công nhiệm vụ bảo đảm an toàn thông tin",
    "Re: Phối hợp rà soát thủ tục hành chính",
)


def accounts() -> tuple[Account, ...]:
    """A personal account with a key and the agency's mailbox."""
    imap, smtp = Endpoint("imap.hcm.example", 993), Endpoint("smtp.hcm.example", 465)
    own = Identity(
        MailAddress(OWN_ADDRESS, "Nguyễn Văn An"),
        "Chuyên viên",
        "Phòng Tổ chức, Sở Nội vụ",
        "028 3829 0000",
    )
    agency = Identity(
        MailAddress("vanthu@sonoivu.hcm.example", "Sở Nội vụ"),
        unit="Sở Nội vụ",
        kind=MailboxKind.AGENCY,
        role=Role.CLERK,
    )
    return (
        Account("an", own, imap, smtp, OWN_ADDRESS, personal_key=KeyRef("p12", "an.p12")),
        Account("vanthu", agency, imap, smtp, "vanthu", seal_key=KeyRef("p12", "sonoivu.p12")),
    )


def mailboxes() -> tuple[Mailbox, ...]:
    """Six mailboxes of the personal account and two of the agency's."""
    names = (
        ("an", "INBOX", SpecialUse.INBOX),
        ("an", "Sent", SpecialUse.SENT),
        ("an", "Drafts", SpecialUse.DRAFTS),
        ("an", "Trash", SpecialUse.TRASH),
        ("an", "Kế hoạch năm 2026", SpecialUse.NONE),
        ("an", "Văn bản đến/Quý III", SpecialUse.NONE),
        ("vanthu", "INBOX", SpecialUse.INBOX),
        ("vanthu", "Sent", SpecialUse.SENT),
    )
    return tuple(
        Mailbox(number, account, name.encode(), name, use)
        for number, (account, name, use) in enumerate(names, start=1)
    )


def message_row(row_id: int, mailbox_id: int = INBOX) -> MessageRow:
    """Row ``row_id``; a higher number is newer."""
    name, address, _ = _PEOPLE[row_id % len(_PEOPLE)]
    return MessageRow(
        row_id=row_id,
        mailbox_id=mailbox_id,
        uid=row_id,
        subject=_SUBJECTS[row_id % len(_SUBJECTS)],
        sender_name=name,
        sender_address=address,
        recipients=OWN_ADDRESS,
        received_at=NOW - timedelta(minutes=37 * (200 - row_id)),
        size=18_000 + row_id * 311,
        seen=row_id % 3 != 0,
        flagged=row_id % 17 == 0,
        answered=row_id % 8 == 7,
        has_attachment=row_id % 4 != 1,
        signed_shape=row_id % 5 != 1,
        message_id=f"<{row_id}@hcm.example>",
        body_path="" if row_id % 2 else f"objects/{row_id}.eml",
    )


def message_view(row: MessageRow) -> MessageView:
    """What the workshop would have made of the row."""
    sender = MailAddress(row.sender_address, row.sender_name)
    envelope = Envelope(
        subject=row.subject,
        date=row.received_at,
        from_=(sender,),
        to=(MailAddress(OWN_ADDRESS, "Nguyễn Văn An"),),
        cc=(MailAddress("vanthu@sonoivu.hcm.example", "Văn thư Sở Nội vụ"),),
        message_id=row.message_id,
        from_count=1,
    )
    attachments = (
        (
            AttachmentInfo("2", "1245-QĐ-SNV.signed.pdf", "application/pdf", 482_113),
            AttachmentInfo("3", "Phụ lục kèm theo.docx", "application/msword", 38_912),
        )
        if row.has_attachment
        else ()
    )
    html = (
        "<p>Kính gửi: Đồng chí Nguyễn Văn An,</p>"
        "<p>Thực hiện chỉ đạo của Ủy ban nhân dân Thành phố, Sở Nội vụ đề nghị các phòng chuyên môn rà soát, "
        "hoàn thiện hồ sơ và gửi về <b>Văn phòng Sở</b> trước <b>17 giờ ngày 28/11/2026</b>.</p>"
        "<ul><li>Báo cáo kết quả thực hiện;</li><li>Danh sách cán bộ, công chức;</li></ul>"
        '<p>Chi tiết xem tại <a href="https://congvan.hcm.example/1245">cổng thông tin</a>.</p>'
        "<p>Trân trọng./.</p>"
    )
    return MessageView(
        envelope=envelope,
        html=html if row.row_id % 2 == 0 else "",
        text=(
            "Kính gửi: Đồng chí Nguyễn Văn An,\n\n"
            "Đề nghị đồng chí cho ý kiến trước ngày 28/11/2026.\n\nTrân trọng./."
        ),
        attachments=attachments,
        blocked_remote=3 if row.row_id % 6 == 2 else 0,
    )


def signer(name: str = "Trần Thị Bích Hường", email: str = "huong.tran@sonoivu.hcm.example") -> SignerInfo:
    """A person of the made-up department with a certificate of a made-up authority."""
    return SignerInfo(
        name=name,
        organisation="Sở Nội vụ Thành phố Hồ Chí Minh",
        emails=(email,),
        serial="4F3A91C07712",
        issuer="CA tập huấn Thành phố",
        not_before=NOW - timedelta(days=200),
        not_after=NOW + timedelta(days=530),
    )


def verdict(
    indication: Indication = Indication.TOTAL_PASSED, *reasons: Reason, **changes: object
) -> SignatureVerdict:
    """A message signature that passed, unless told otherwise."""
    sound = SignatureVerdict(
        format=SignatureFormat.SMIME,
        indication=indication,
        where="message",
        signer=signer(),
        claimed_time=NOW - timedelta(minutes=12),
        revocation=RevocationEvidence("crl", NOW - timedelta(hours=5), NOW + timedelta(days=2)),
        coverage=Coverage.WHOLE,
        reasons=reasons,
    )
    return replace(sound, **changes)  # type: ignore[arg-type] # field names are the caller's business


def document_verdict(
    indication: Indication = Indication.TOTAL_PASSED, *reasons: Reason, **changes: object
) -> SignatureVerdict:
    """A time-stamped PDF signature with the agency's seal."""
    seal = replace(signer("Sở Nội vụ", "vanthu@sonoivu.hcm.example"), kind=SignerKind.SEAL)
    fields: dict[str, object] = {
        "format": SignatureFormat.PADES,
        "level": "B-T",
        "where": "1245-QĐ-SNV.signed.pdf",
        "signer": seal,
        "timestamp_time": NOW - timedelta(minutes=11),
    }
    return verdict(indication, *reasons, **(fields | changes))


def reports(
    name: str = "Trần Thị Bích Hường", address: str = "huong.tran@sonoivu.hcm.example"
) -> dict[str, VerificationReport]:
    """One report for each case the panel has to show, on a message that ``address`` sent."""
    passed, failed, unsure = Indication.TOTAL_PASSED, Indication.TOTAL_FAILED, Indication.INDETERMINATE
    own = verdict(signer=(who := signer(name or "Văn phòng", address)))
    match = IdentityMatch(address, (address,), matches=True)
    stranger = IdentityMatch(address, ("nguoi.khac@hcm.example",), matches=False)
    altered = document_verdict(
        failed, Reason.CHANGED_AFTER_SIGNING, coverage=Coverage.CHANGED_AFTER_SIGNING,
        sub_indication=SubIndication.FORMAT_FAILURE, changes_after_signing=("page-content",),
    )  # fmt: skip
    partly = verdict(passed, coverage=Coverage.PARTIAL, signer=who)
    untrusted = verdict(
        unsure, Reason.UNTRUSTED_ISSUER, sub_indication=SubIndication.NO_CERTIFICATE_CHAIN_FOUND, signer=who
    )
    return {
        "valid": VerificationReport("", passed, Coverage.WHOLE, (own, document_verdict()), match),
        "invalid": VerificationReport("", failed, Coverage.WHOLE, (own, altered), match),
        "partial": VerificationReport(
            "", unsure, Coverage.PARTIAL, (partly,), match, (Reason.PARTLY_SIGNED,)
        ),
        "unknown": VerificationReport("", unsure, Coverage.WHOLE, (untrusted,), match),
        "none": VerificationReport("", Indication.NONE),
        "stranger": VerificationReport(
            "", unsure, Coverage.WHOLE, (verdict(unsure, Reason.SIGNER_NOT_SENDER),), stranger,
            (Reason.SIGNER_NOT_SENDER,),
        ),
        "no-timestamp": VerificationReport(
            "", passed, Coverage.ATTACHMENTS,
            (document_verdict(passed, Reason.TIMESTAMP_MISSING, timestamp_time=None, level="B-B"),),
        ),
        "lost": VerificationReport("", unsure, reasons=(Reason.WORKSHOP_LOST,)),
    }  # fmt: skip


def outbox_entry(outbox_id: int, state: OutboxState, code: str = "", reply: str = "") -> OutboxEntry:
    """An entry in the given state."""
    return OutboxEntry(
        outbox_id=outbox_id,
        account_id="an",
        message_id=f"<out-{outbox_id}@hcm.example>",
        subject=_SUBJECTS[outbox_id % len(_SUBJECTS)],
        mail_from=OWN_ADDRESS,
        rcpt_to=("dat.le@sotaichinh.hcm.example", "an.pham@ubnd-q3.hcm.example"),
        sha256="0" * 64,
        size=512_000,
        state=state,
        created_at=NOW - timedelta(minutes=outbox_id * 9),
        attempts=1 if code else 0,
        error_code=code,
        error_text=reply,
        draft_id=f"draft-{outbox_id}",
    )


def outbox() -> tuple[OutboxEntry, ...]:
    """One entry for every state."""
    return (
        outbox_entry(1, OutboxState.UNCERTAIN, "connection-lost"),
        outbox_entry(2, OutboxState.REJECTED, "recipient-refused", "550 5.1.1 User unknown"),
        outbox_entry(3, OutboxState.QUEUED),
        outbox_entry(4, OutboxState.SUBMITTING),
        outbox_entry(5, OutboxState.SUBMITTED),
        outbox_entry(6, OutboxState.QUEUED, "server-busy", "451 4.3.0 Try again later"),
        outbox_entry(7, OutboxState.FILED),
        outbox_entry(8, OutboxState.CANCELLED),
    )
