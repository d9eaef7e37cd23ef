import binascii
import pickle
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from client.config.paths import resources_dir
from client.config.policy_layers import builtin_policy
from client.crypto.pades_signing import sign_pdf
from client.crypto.pkcs12 import open_pkcs12
from client.errors import MalformedMessage
from client.mime import builder
from client.model.account import Identity, MailboxKind, Role
from client.model.address import MailAddress
from client.model.finding import CheckReport, Gate, Severity
from client.model.outgoing import Draft, DraftAttachment
from client.model.secret import Secret
from client.model.trust import TrustMaterial, VerificationDemand
from client.model.verdict import Profile
from client.services.checking import check_draft, check_message
from tests.fakes.ordinary_papers import xlsx_of
from tests.fakes.pdf import DECISION, Placed, make_pdf
from tests.fakes.pki import Holder, OfficePki

NOW = datetime(2026, 10, 7, 8, 0, tzinfo=UTC)
POLICY = builtin_policy(resources_dir())
DEMAND = VerificationDemand(TrustMaterial(), NOW)
ME = MailAddress("an@tphcm.gov.vn", "Nguyễn Văn An")
IDENTITY = Identity(ME, unit="Sở Nội vụ", kind=MailboxKind.AGENCY, role=Role.CLERK)
BODY = "Gửi kèm quyết định.\n\nNguyễn Văn An\nSở Nội vụ"


@pytest.fixture(scope="module")
def pki() -> OfficePki:
    return OfficePki(NOW)


def signed_by(holder: Holder, at: datetime) -> bytes:
    key = open_pkcs12(holder.pkcs12("mật khẩu"), Secret("mật khẩu"))
    return sign_pdf(make_pdf(DECISION), key, profile=Profile.B_B, timestamper=None, signing_time=at)


def draft(
    *attachments: DraftAttachment, body: str = BODY, subject: str = "Ban hành Quy chế làm việc"
) -> Draft:
    to = (MailAddress("binh@tphcm.gov.vn"),)
    return Draft("d", "a", "<1@tphcm.gov.vn>", ME, to, subject=subject, body=body, attachments=attachments)


def pdf(*extra: Placed, sign: bool = False) -> DraftAttachment:
    return DraftAttachment("15.pdf", "application/pdf", make_pdf([*DECISION, *extra]), sign)


def judged(item: Draft) -> CheckReport:
    report: CheckReport = pickle.loads(pickle.dumps(check_draft(item, IDENTITY, POLICY, NOW, DEMAND)))  # noqa: S301 - as through the workshop's pipe
    return report


def raw(item: Draft) -> bytes:
    return builder.assemble(builder.build_headers(item, NOW), builder.build_entity(item))


def codes(report: CheckReport) -> list[str]:
    """Of what asks for more than a glance."""
    return [finding.code for finding in report.findings if finding.severity > Severity.INFO]


def test_a_document_about_to_be_signed_may_go() -> None:
    report = judged(draft(pdf(sign=True)))
    assert (codes(report), report.unchecked, report.gate) == ([], (), Gate.SEND)


def test_the_same_document_unsigned_needs_a_reason_from_the_agency() -> None:
    report = judged(draft(pdf()))
    assert (codes(report), report.gate) == (["issued-doc-unsigned"], Gate.CONFIRM)
    assert report.findings[0].location.startswith("attachment:15.pdf#page=1&top=0.1")
    assert report.findings[0].attachment == 1


def test_a_stamped_document_is_blocked_at_its_page() -> None:
    report = judged(draft(pdf(Placed("TUYỆT MẬT", 120, 715), sign=True)))
    assert report.holds_secret
    assert (report.findings[0].location, report.findings[0].attachment) == ("attachment:#page=1", 1)


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (make_pdf([], picture=True), "quet.pdf", "scanned"),
        (b"%PDF-1.7 broken", "hong.pdf", "corrupt"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
            "cu.doc",
            "corrupt",
        ),
        (b"\x89PNG\r\n\x1a\n", "anh.png", "picture"),
    ],
)
def test_what_could_not_be_read_is_never_fine(content: bytes, name: str, reason: str) -> None:
    report = judged(draft(DraftAttachment(name, "application/octet-stream", content)))
    assert [(item.location, item.reason) for item in report.unchecked] == [(f"attachment:{name}", reason)]


def test_a_message_file_is_judged_like_the_draft_it_was() -> None:
    report = check_message(raw(draft(pdf())), IDENTITY, POLICY, NOW, DEMAND)
    assert codes(report) == ["issued-doc-unsigned"]
    assert codes(check_message(raw(draft(pdf(), subject="Re:")), None, POLICY, NOW, DEMAND)) == [
        "subject-empty",
        "issued-doc-unsigned",
    ]


def test_what_hides_in_a_forwarded_message_is_found() -> None:
    inner = raw(draft(DraftAttachment("a.exe", "application/octet-stream", b"MZ" + bytes(80))))
    report = judged(draft(DraftAttachment("thu.eml", "message/rfc822", inner)))
    assert [(item.code, item.location, item.attachment) for item in report.findings] == [
        ("attachment-executable", "attachment:thu.eml/a.exe", 1)
    ]


def test_what_stands_encoded_in_the_text_is_an_attachment_like_any_other() -> None:
    program = binascii.b2a_uu(b"MZ" + bytes(40), backtick=True)
    body = b"Kinh gui\r\n\r\nbegin 644 a.exe\r\n" + program.strip() + b"\r\n`\r\nend\r\n"
    head = b"From: a@tphcm.gov.vn\r\nTo: b@tphcm.gov.vn\r\nSubject: Bao cao\r\n\r\n"
    report = check_message(head + body, IDENTITY, POLICY, NOW, DEMAND)
    found = [(one.location, one.attachment) for one in report.findings if one.code == "attachment-executable"]
    assert found == [("attachment:a.exe", 1)]


@pytest.mark.parametrize("content", [b"", b"X: 1\r\n" * 5000 + b"\r\n"])
def test_half_a_message_does_not_pass(content: bytes) -> None:
    with pytest.raises(MalformedMessage):
        check_message(content, None, POLICY, NOW, DEMAND)


def test_a_signed_document_is_fine_until_its_signer_is_revoked(pki: OfficePki) -> None:
    holder = pki.person("Trần Thị Bình", "binh@tphcm.gov.vn")
    item = draft(DraftAttachment("15.pdf", "application/pdf", signed_by(holder, NOW)))
    fine = check_draft(item, IDENTITY, POLICY, NOW, pki.demand())
    assert (codes(fine), fine.unchecked) == (["missing-personal-or-seal", "no-timestamp"], ())
    pki.revoke(holder)
    revoked = check_draft(item, IDENTITY, POLICY, NOW, pki.demand())
    assert (codes(revoked)[0], revoked.gate) == ("cert-expired-or-revoked", Gate.BLOCKED)


def test_a_signature_nobody_can_judge_is_unchecked_and_an_altered_document_is_blocked(pki: OfficePki) -> None:
    signed = signed_by(pki.person("Trần Thị Bình", "binh@tphcm.gov.vn"), NOW)
    report = check_draft(draft(DraftAttachment("15.pdf", "", signed)), IDENTITY, POLICY, NOW, DEMAND)
    assert codes(report) == ["missing-personal-or-seal", "no-timestamp"]
    assert [item.reason for item in report.unchecked] == ["signature-undetermined"]
    altered = signed.replace(
        "15".encode("utf-16-be").hex().encode(), "16".encode("utf-16-be").hex().encode(), 1
    )
    assert altered != signed
    report = check_draft(draft(DraftAttachment("15.pdf", "", altered)), IDENTITY, POLICY, NOW, pki.demand())
    assert (codes(report)[0], report.gate) == ("signature-invalid", Gate.BLOCKED)


def test_an_office_file_counts_as_one_though_it_is_a_zip() -> None:
    """``Gửi kèm 03 tệp`` with a single workbook is two files short."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    table = DraftAttachment("so-lieu.xlsx", kind, xlsx_of([["Đơn vị", "Số"]]))
    counted = {
        one.code for one in judged(draft(table, body=BODY.replace("Gửi kèm", "Gửi kèm 03 tệp"))).findings
    }
    assert "attachment-count-mismatch" in counted
    assert "attachment-count-mismatch" not in {one.code for one in judged(draft(table)).findings}


def test_an_attached_letter_for_internal_use_does_not_go_outside() -> None:
    inner = raw(draft(body="LƯU HÀNH NỘI BỘ\n\nNội dung"))
    letter = draft(DraftAttachment("thu.eml", "message/rfc822", inner))
    outside = replace(letter, to=(MailAddress("an@congty.vn"),))
    codes = {one.code: one.severity for one in judged(outside).findings}
    assert codes["forward-internal-doc-external"] is Severity.CONFIRM
    assert "forward-internal-doc-external" not in {one.code for one in judged(letter).findings}
