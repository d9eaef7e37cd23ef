"""The report as a PDF: its first page says all there is to do, and its words can be read by machines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest

from client.config.catalogue import LANGUAGES, Catalogue
from client.config.paths import resources_dir
from client.model.change import FieldChange
from client.model.evidence import (
    Basis,
    CertificateRole,
    Origin,
    PartDigest,
    Record,
    UsedCertificate,
    UsedRevocation,
)
from client.model.text import nfc
from client.model.trust import RevocationDemand
from client.model.verdict import (
    Coverage,
    IdentityMatch,
    Indication,
    Reason,
    RevocationEvidence,
    SignatureFormat,
    SignatureVerdict,
    SignerInfo,
    VerificationReport,
)
from client.services.report_content import ReportFacts
from client.services.report_pdf import as_pdf

AT = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
NAME = "Nguyễn Thị Ngọc Ẩn Ưỡng"
RECORD = Record(
    Basis(
        AT,
        RevocationDemand.REQUIRE,
        (UsedCertificate("cd" * 32, CertificateRole.ANCHOR, "CN=Gốc", "CN=Gốc", "1F", AT),),
        (UsedRevocation("ef" * 32, "crl", Origin.OFFICE, "CN=Gốc", AT - timedelta(days=9), AT),),
    ),
    10,
    (PartDigest("1.2", "application/pdf", "quyết định.pdf", 9, "12" * 32),),
    (("Authentication-Results", "mx; dkim=pass"),),
)
FACTS = ReportFacts("ab" * 32, 12345, AT, "Công Thư 1.0", "hcm 2026.1", "Thư về biên chế", RECORD)


def catalogue(language: str = "vi") -> Catalogue:
    return Catalogue.load(resources_dir(), language)


def report(name: str = NAME, signatures: int = 1) -> VerificationReport:
    verdict = SignatureVerdict(
        SignatureFormat.PADES,
        Indication.TOTAL_FAILED,
        where="quyết định.pdf: ChuKy1",
        signer=SignerInfo(name, "Sở Nội vụ", ("an@x.vn",), "1F", "CA"),
        claimed_time=AT - timedelta(days=1),
        revocation=RevocationEvidence("crl", AT - timedelta(days=9), AT - timedelta(days=2)),
        coverage=Coverage.CHANGED_AFTER_SIGNING,
        changed_fields=(FieldChange("HoTen", "An", name),),
        reasons=(Reason.DOCUMENT_ALTERED,),
    )
    identity = IdentityMatch("an@x.vn", ("an@x.vn",), matches=True)
    return VerificationReport(
        "a.pdf", Indication.TOTAL_FAILED, Coverage.WHOLE, (verdict,) * signatures, identity
    )


def pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    found = [nfc(page.get_textpage().get_text_range()) for page in document]
    document.close()
    return [" ".join(text.split()) for text in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_has_file_word_signer_time_and_what_to_do(language: str) -> None:
    words = catalogue(language)
    first, *details = pages(as_pdf(report(), FACTS, words))
    reason = words.text("reason", Reason.DOCUMENT_ALTERED.value)
    for said in (
        "Thư về biên chế",
        FACTS.sha256,
        words.text("display", "INVALID").title,
        reason.action.rstrip("."),
        NAME,
        words.text("report", "claimed").title,
        "23/11/2026 08:30:00 (+07:00)",
        "Công Thư 1.0 · hcm 2026.1",
    ):
        assert said in first
    assert words.text("report", "details").title in details[0]


def test_the_details_tell_age_of_the_lists_chain_and_digests() -> None:
    details = " ".join(pages(as_pdf(report(), FACTS, catalogue()))[1:])
    assert "CRL ngày 15/11/2026 08:30:00 (+07:00), đã hết hiệu lực từ 22/11/2026" in details
    assert "còn hiệu lực đến 24/11/2026 08:30:00" in details
    assert "Gốc được tin cậy" in details
    assert details.replace(" ", "").count("cd" * 32) == 1
    assert "HoTen”: khi ký là “An”, nay là “Nguyễn" in details
    assert "không được ký" in details


def test_many_signatures_leave_the_first_page_one_page() -> None:
    found = pages(as_pdf(report(signatures=60), FACTS, catalogue()))
    assert "… và 52 chữ ký nữa" in found[0]
    assert "hcm 2026.1" in found[0]
    assert "Chi tiết từng chữ ký" in found[1]
    assert "60. quyết định.pdf" in " ".join(found)


@pytest.mark.parametrize(
    "name",
    [
        "<b>Hợp lệ</b><br/>&nbsp;<a href='http://x'>x</a>",
        "An\u202eneddih\u200b\u0007",
        "x" * 100_000,
        "日本 😀 \ud800",
        "<para><font size=99>",
        "&#8238; &amp; <",
    ],
)
def test_a_name_cannot_paint_break_or_fill_the_report(name: str) -> None:
    pdf = as_pdf(report(name), FACTS, catalogue())
    found = pages(pdf)
    assert len(found) < 8
    assert "\u202e" not in "".join(found)
    assert b"/URI" not in pdf
    if name.startswith("<b>"):
        assert "<b>Hợp lệ</b><br/>" in found[0]


def test_the_same_report_is_the_same_file() -> None:
    assert as_pdf(report(), FACTS, catalogue()) == as_pdf(report(), FACTS, catalogue())


def test_an_unsigned_message_has_one_page() -> None:
    plain = VerificationReport("a.eml", Indication.NONE)
    found = pages(as_pdf(plain, replace(FACTS, record=None), catalogue()))
    assert len(found) == 1
    assert catalogue().text("display", "NONE").title in found[0]
