from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from client.errors import WorkshopLost
from client.model.change import FieldChange
from client.model.verdict import (
    Display,
    Indication,
    Reason,
    SignatureFormat,
    SignatureVerdict,
    SignerKind,
    SubIndication,
    VerificationReport,
    indication_of,
)
from client.ui.signature_panel import SignaturePanel
from client.ui.texts import Texts
from tests.fakes.desk_samples import document_verdict, reports, signer, verdict

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def panel(qtbot: QtBot, texts: Texts) -> SignaturePanel:
    made = SignaturePanel(texts)
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize("case", list(reports()))
def test_state_is_said_in_words_for_every_case(panel: SignaturePanel, texts: Texts, case: str) -> None:
    report = reports()[case]
    panel.show_report(report)
    assert texts.display(report.display) in panel.shown_text()


def test_running_check_says_nothing_about_validity(panel: SignaturePanel) -> None:
    panel.show_report(reports()["valid"])
    panel.show_running()
    assert "Đang kiểm tra chữ ký…" in panel.shown_text()
    assert "Hợp lệ" not in panel.shown_text()


def test_failed_check_is_never_no_signature(panel: SignaturePanel, texts: Texts) -> None:
    panel.show_failure(WorkshopLost(reason="process-ended"))
    assert texts.display(Display.UNKNOWN) in panel.shown_text()
    assert texts.display(Display.NONE) not in panel.shown_text()


def test_worst_signature_stands_first_and_leads(panel: SignaturePanel, texts: Texts) -> None:
    panel.show_report(reports()["invalid"])
    text = panel.shown_text()
    assert text.index("1245-QĐ-SNV.signed.pdf – Không hợp lệ") < text.index("Thư – Hợp lệ")
    assert text.index(texts.reason(Reason.CHANGED_AFTER_SIGNING).title) < text.index("Người ký")


def test_claimed_time_and_timestamp_are_told_apart(panel: SignaturePanel) -> None:
    panel.show_report(VerificationReport("", Indication.TOTAL_PASSED, signatures=(document_verdict(),)))
    assert "Thời gian do máy người ký khai: " in panel.shown_text()
    assert "Dấu thời gian: " in panel.shown_text()
    panel.show_report(VerificationReport("", Indication.TOTAL_PASSED, signatures=(verdict(),)))
    assert "Dấu thời gian: không có" in panel.shown_text()


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_sentence(panel: SignaturePanel, reason: Reason) -> None:
    bad = verdict(Indication.TOTAL_FAILED, reason)
    panel.show_report(VerificationReport("", Indication.TOTAL_FAILED, signatures=(bad,)))
    assert reason.value not in panel.shown_text()


def test_a_name_in_a_certificate_cannot_paint(panel: SignaturePanel) -> None:
    painter = replace(signer(), name='<h1 style="color:green">Hợp lệ</h1>')
    panel.show_report(VerificationReport("", Indication.TOTAL_PASSED, signatures=(verdict(signer=painter),)))
    labels = [label for label in panel.findChildren(QLabel) if "<h1" in label.text()]
    assert labels
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)


def test_sender_that_does_not_match_is_spelled_out(panel: SignaturePanel) -> None:
    panel.show_report(reports()["stranger"])
    assert "KHÔNG khớp" in panel.shown_text()


def test_changes_after_signing_are_said_in_words(panel: SignaturePanel, texts: Texts) -> None:
    changed = replace(document_verdict(), changes_after_signing=("changed-after-signing", "HoTen"))
    panel.show_report(replace(reports()["valid"], signatures=(changed,)))
    shown = panel.shown_text()
    assert texts.change("changed-after-signing") in shown
    assert "ô “HoTen” của biểu mẫu" in shown
    assert "changed-after-signing" not in shown


def test_a_changed_field_is_shown_with_what_was_signed_and_what_stands_there(panel: SignaturePanel) -> None:
    fields = (FieldChange("SoTien", "1.000", "9.000"), FieldChange("GhiChu", "", "", looks=True))
    changed = replace(document_verdict(), changes_after_signing=("SoTien", "GhiChu"), changed_fields=fields)
    panel.show_report(replace(reports()["valid"], signatures=(changed,)))
    assert "Ô “SoTien”: khi ký là “1.000”, nay là “9.000”" in panel.shown_text()
    assert "Ô “GhiChu”: nhìn khác bản đã ký; giá trị ghi trong tệp vẫn là “(trống)”" in panel.shown_text()


def test_signatures_of_a_document_stand_in_the_order_of_signing(panel: SignaturePanel) -> None:
    seal = replace(signer(), name="Sở Nội vụ", kind=SignerKind.SEAL)
    second = replace(document_verdict(), order=2, section="2", where="cv.pdf: S2", signer=seal)
    first = replace(document_verdict(), order=1, section="2", where="cv.pdf: S1", signer=signer())
    broken = verdict(Indication.TOTAL_FAILED, Reason.DOCUMENT_ALTERED)
    panel.show_report(
        replace(reports()["valid"], signatures=(second, first, replace(broken, section="3", where="x.pdf")))
    )
    shown = panel.shown_text()
    assert shown.index("x.pdf") < shown.index("1. Người ký: ") < shown.index("2. Cơ quan: Sở Nội vụ")


@pytest.mark.parametrize("sub", SubIndication, ids=str)
def test_each_sub_indication_is_said_in_words_with_what_to_do(
    panel: SignaturePanel, texts: Texts, sub: SubIndication
) -> None:
    found = SignatureVerdict(SignatureFormat.CADES, indication_of(sub), sub)
    panel.show_report(VerificationReport("", found.indication, signatures=(found,)))
    text = texts.text("sub_indication", sub.value)
    lines = panel.shown_text().splitlines()
    assert lines[:3] == [texts.display(found.display), text.title, text.action]
    assert f"• {text.title} – {text.action}" in lines
    assert any(sub.value in line and text.title in line for line in lines if line.startswith("Kỹ thuật"))


def test_a_counter_signature_says_whose_signature_it_confirms(panel: SignaturePanel) -> None:
    counter = replace(verdict(), countersigns="Nguyễn Văn An", reasons=(Reason.COUNTER_SIGNATURE,))
    panel.show_report(VerificationReport("", Indication.TOTAL_PASSED, signatures=(verdict(), counter)))
    assert "Xác nhận lên chữ ký của: Nguyễn Văn An" in panel.shown_text()


def test_the_signer_is_named_with_the_certificates_address(panel: SignaturePanel) -> None:
    report = reports()["valid"]
    who = replace(signer("Nguyễn Văn\u202e An", "an@hcm.example"), name="Nguyễn Văn\u202e An")
    panel.show_report(replace(report, signatures=(replace(report.signatures[0], signer=who),)))
    assert "Nguyễn Văn An <an@hcm.example>" in panel.shown_text()
    assert "\u202e" not in panel.shown_text()


def test_other_addresses_of_the_message_are_named(panel: SignaturePanel) -> None:
    report = reports()["valid"]
    assert report.identity is not None
    identity = replace(report.identity, sender="thu-ky@hcm.example", reply_to=("x@evil.test",))
    panel.show_report(replace(report, identity=identity, reasons=(Reason.REPLY_TO_DIFFERS,)))
    shown = panel.shown_text()
    assert "(Sender): thu-ky@hcm.example" in shown
    assert "(Reply-To): x@evil.test" in shown


def test_a_signature_of_an_attached_message_is_said_to_be_that_messages(panel: SignaturePanel) -> None:
    report = reports()["valid"]
    attached = replace(report.signatures[0], where="chuyen-tiep.eml: message")
    panel.show_report(replace(report, signatures=(attached,), reasons=(Reason.FORWARDED_SIGNED,)))
    assert "Thư gửi kèm “chuyen-tiep.eml” (không phải thư này)" in panel.shown_text()
