from __future__ import annotations

from dataclasses import replace

import pytest

from client.model.address import MailAddress
from client.model.finding import CheckReport, Finding, Severity
from client.model.outgoing import Draft, DraftAttachment
from client.ui import compose_model as model

DRAFT = Draft("d", "an", "<d@x>", MailAddress("a@x.vn"), to=(MailAddress("b@x.vn"),), sign_message=False)


def report(*severities: Severity) -> CheckReport:
    return CheckReport(tuple(Finding(f"rule-{one.word}", one) for one in severities), "hcm", "1")


def test_there_are_29_document_types_with_codes_of_their_own() -> None:
    assert len(model.DOCUMENT_TYPES) == 29
    assert len({code for code, _ in model.DOCUMENT_TYPES}) == 29


def test_commas_semicolons_and_quoted_names_are_read() -> None:
    field = model.split_addresses('"Trần, Bích" <b@x.vn>; c@x.vn, sai@, khong')
    assert [one.addr_spec for one in field.addresses] == ["b@x.vn", "c@x.vn"]
    assert field.addresses[0].display_name == "Trần, Bích"
    assert field.invalid == ("sai@", "khong")


def test_addresses_survive_the_line_they_are_written_to() -> None:
    addresses = (MailAddress("b@x.vn", "Trần, Bích"), MailAddress("c@x.vn"))
    assert model.split_addresses(model.join_addresses(addresses)).addresses == addresses


@pytest.mark.parametrize(
    ("severities", "kind", "count"),
    [
        ((), model.SendKind.SEND, 0),
        ((Severity.WARN,), model.SendKind.SEND, 0),
        ((Severity.CONFIRM, Severity.INFO), model.SendKind.NEEDS_REASON, 1),
        ((Severity.BLOCK, Severity.BLOCK, Severity.CONFIRM), model.SendKind.BLOCKED, 2),
    ],
)
def test_the_worst_finding_names_the_send_button(
    severities: tuple[Severity, ...], kind: model.SendKind, count: int
) -> None:
    assert model.send_face(DRAFT, report(*severities)) == model.SendFace(kind, count)


def test_signing_and_missing_or_wrong_recipients_show_on_the_button() -> None:
    assert model.send_face(replace(DRAFT, sign_message=True), None).kind is model.SendKind.SIGN_AND_SEND
    assert not model.send_face(replace(DRAFT, to=()), None).enabled
    assert model.send_face(DRAFT, None, ("sai@",)).kind is model.SendKind.INVALID_RECIPIENT


def test_a_location_leads_to_its_field_and_a_strange_one_nowhere() -> None:
    assert model.jump_target("subject").place is model.Place.SUBJECT
    assert model.jump_target("attachment:a:b.pdf#page=3") == model.JumpTarget(
        model.Place.ATTACHMENTS, "a:b.pdf", 3
    )
    assert model.jump_target("elsewhere").place is model.Place.NOWHERE


def test_a_reason_needs_three_words() -> None:
    assert not model.is_reason_enough("ok ... !!")
    assert model.is_reason_enough("Lãnh đạo đồng ý")


def test_pdfs_of_a_document_are_signed_unless_signed_before() -> None:
    plain = DraftAttachment("a.pdf", "application/pdf", b"%PDF-1.7")
    assert model.default_sign(plain, "CV")
    assert not model.default_sign(plain, model.NO_DOCUMENT)
    assert not model.default_sign(replace(plain, content=b"%PDF /ByteRange [0 1 2 3]"), "CV")
    assert not model.default_sign(replace(plain, name="a.docx", media_type="application/x"), "CV")


def test_a_second_file_of_the_same_name_gets_a_number() -> None:
    assert model.unique_name("a.pdf", ["A.pdf", "a (2).pdf"]) == "a (3).pdf"


def test_an_untouched_reply_has_nothing_to_lose() -> None:
    assert not model.has_content(DRAFT, DRAFT)
    assert model.has_content(replace(DRAFT, subject="x"), DRAFT)
