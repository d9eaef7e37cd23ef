"""The written report: nothing of the judged file can speak in its place."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from client.config.catalogue import LANGUAGES, Catalogue
from client.config.paths import resources_dir
from client.model.change import ChangedPlace
from client.model.verdict import (
    Coverage,
    IdentityMatch,
    Indication,
    Reason,
    SignatureFormat,
    SignatureVerdict,
    SignerInfo,
    SubIndication,
    VerificationReport,
)
from client.services.report_content import ReportFacts
from client.services.verification_report import as_html

AT = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
FACTS = ReportFacts("ab" * 32, 12345, AT, "Công Thư 1.0")
HOSTILE = '<img src=x onerror=alert(1)>"\u202eAn'


class Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def report(indication: Indication, *reasons: Reason) -> VerificationReport:
    signer = SignerInfo(HOSTILE, HOSTILE, (HOSTILE,), "1F", HOSTILE)
    verdict = SignatureVerdict(
        SignatureFormat.PADES, indication, SubIndication.HASH_FAILURE, "B-T", HOSTILE, signer, AT,
        coverage=Coverage.CHANGED_AFTER_SIGNING, changes_after_signing=(HOSTILE,),
        changed_places=(ChangedPlace(2, 10, 20, 30, 40),), reasons=reasons,
    )  # fmt: skip
    identity = IdentityMatch(HOSTILE, (HOSTILE,), matches=False)
    return VerificationReport(HOSTILE, indication, Coverage.WHOLE, (verdict,), identity)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_strangers_words_are_text_and_nothing_is_loaded(language: str) -> None:
    catalogue = Catalogue.load(resources_dir(), language)
    html = as_html(report(Indication.TOTAL_FAILED, Reason.DOCUMENT_ALTERED), FACTS, catalogue)
    read = Reader(html)
    assert not read.tags & {"img", "script", "a", "link", "iframe"}
    assert "\u202e" not in html
    assert "http://" not in html


def test_the_result_its_reason_and_what_to_do_come_before_the_details() -> None:
    catalogue = Catalogue.load(resources_dir(), "vi")
    html = as_html(report(Indication.TOTAL_FAILED, Reason.DOCUMENT_ALTERED), FACTS, catalogue)
    reason = catalogue.text("reason", "document-altered")
    text = Reader(html).text
    first, _, rest = text.partition("Chi tiết từng chữ ký")
    assert catalogue.text("display", "INVALID").title in first
    assert reason.title.rstrip(".") in first
    assert reason.action.rstrip(".") in first
    assert "24/11/2026 08:30:00 (+07:00)" in first
    assert "HASH_FAILURE" in rest
    assert "trang 2 (10, 20, 30, 40 pt)" in rest


def test_an_unsigned_file_has_no_details() -> None:
    catalogue = Catalogue.load(resources_dir(), "vi")
    html = as_html(VerificationReport("a.eml", Indication.NONE), FACTS, catalogue)
    assert "Chi tiết" not in html
    assert catalogue.text("display", "NONE").title in html
