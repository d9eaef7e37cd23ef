from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

from client.model.account import Account, Endpoint, Identity, MailboxKind
from client.model.address import MailAddress
from client.model.finding import Finding, Severity
from client.model.outgoing import Draft, DraftAttachment
from client.services.fixes import mended, undone
from client.services.new_draft import new_draft, sender_block

TCVN3 = "KÝnh göi ®ång chÝ, ®Ò nghÞ cho ý kiÕn vÒ b¸o c¸o."


def account(name: str, address: str, kind: MailboxKind = MailboxKind.PERSONAL) -> Account:
    identity = Identity(MailAddress(address, name), "Chuyên viên", "Sở Nội vụ", kind=kind)
    return Account(name, identity, Endpoint("i", 993), Endpoint("s", 465), address)


PRIVATE = account("Nguyễn Văn An", "an@gmail.com")
OWN = account("An", "an.snv@tphcm.gov.vn")
AGENCY = account("Sở Nội vụ", "snv@tphcm.gov.vn", MailboxKind.AGENCY)
ACCOUNTS = (PRIVATE, OWN, AGENCY)


def draft(**given: object) -> Draft:
    base = Draft("d", PRIVATE.account_id, "<1@x>", PRIVATE.identity.address)
    return replace(base, **given)  # type: ignore[arg-type] # field names are the test's business


def finding(fix: str, location: str = "body", attachment: int = 0, **mend: str) -> Finding:
    return Finding("rule", Severity.WARN, location, (), fix, attachment, tuple(mend.items()))


def people(*addresses: str) -> tuple[MailAddress, ...]:
    return tuple(MailAddress(one) for one in addresses)


def pdf(name: str) -> DraftAttachment:
    return DraftAttachment(name, "application/pdf", b"%PDF- /ByteRange")


def test_recipients_outside_go_to_bcc_and_keep_their_names() -> None:
    citizen = MailAddress("dan@gmail.com", "Bà Lê")
    letter = draft(to=(*people("stp@tphcm.gov.vn"), citizen), cc=people("x@yahoo.com"))
    found = mended(letter, finding("move-to-bcc", "cc", addresses="dan@gmail.com x@yahoo.com"))
    assert found is not None
    assert (found.to, found.cc, found.bcc) == (
        people("stp@tphcm.gov.vn"),
        (),
        (citizen, *people("x@yahoo.com")),
    )


def test_a_mistyped_domain_is_exchanged_for_the_one_it_resembles() -> None:
    letter = draft(cc=(MailAddress("stp@tphcm.gov.com", "STP"),))
    found = mended(
        letter, finding("replace-recipient", "cc", old="stp@tphcm.gov.com", new="stp@tphcm.gov.vn")
    )
    assert found is not None
    assert found.cc == (MailAddress("stp@tphcm.gov.vn", "STP"),)


def test_another_mailbox_brings_its_own_sender_block() -> None:
    letter = replace(new_draft(PRIVATE), subject="x")
    found = mended(letter, finding("switch-identity", "from", domains="tphcm.gov.vn gov.vn"), ACCOUNTS)
    assert found is not None
    assert (found.account_id, found.sender) == (OWN.account_id, OWN.identity.address)
    assert sender_block(OWN) in found.body
    assert "gmail" not in found.body
    agency = mended(letter, finding("switch-identity", "from", kind="agency"), ACCOUNTS)
    assert agency is not None
    assert agency.account_id == AGENCY.account_id


def test_without_another_mailbox_there_is_no_remedy() -> None:
    assert mended(draft(), finding("switch-identity", "from", domains="gov.vn"), (PRIVATE,)) is None
    assert mended(draft(), finding("switch-identity", "from"), ACCOUNTS) is None


def test_a_sender_block_is_put_at_the_end() -> None:
    found = mended(draft(body="Kính gửi anh.\n\n"), finding("insert-sender-block"), ACCOUNTS)
    assert found is not None
    assert found.body == f"Kính gửi anh.\n\n{sender_block(PRIVATE)}"


def test_the_abstract_becomes_the_subject() -> None:
    found = mended(draft(), finding("use-abstract-as-subject", "subject", subject="[15/QĐ-SNV] Về việc"))
    assert found is not None
    assert found.subject == "[15/QĐ-SNV] Về việc"


def test_old_encodings_become_unicode_and_what_is_unicode_stays() -> None:
    body = f"{TCVN3}\n--\nLê Hà\n> Cá và cả đàn"
    found = mended(draft(body=body), finding("convert-to-unicode", encoding="tcvn3"))
    assert found is not None
    assert found.body == "Kính gửi đồng chí, đề nghị cho ý kiến về báo cáo.\n--\nLê Hà\n> Cá và cả đàn"


def test_letters_are_composed() -> None:
    body = unicodedata.normalize("NFD", "Kính gửi")
    found = mended(draft(body=body), finding("compose-unicode"))
    assert found is not None
    assert found.body == "Kính gửi"
    assert mended(draft(body="Kính gửi"), finding("compose-unicode")) is None


def test_a_file_gets_a_plain_name_and_keeps_every_byte() -> None:
    letter = draft(attachments=(pdf("Báo cáo.pdf"), pdf("b.pdf")))
    found = mended(letter, finding("rename-attachment", "attachment:Báo cáo.pdf", 1, name="Bao-cao.pdf"))
    assert found is not None
    assert [one.name for one in found.attachments] == ["Bao-cao.pdf", "b.pdf"]
    assert found.attachments[0].content is letter.attachments[0].content
    taken = finding("rename-attachment", "attachment:Báo cáo.pdf", 1, name="b.pdf")
    assert mended(letter, taken) is None


def test_what_lies_inside_an_attachment_is_not_renamed_but_its_carrier_can_be_removed() -> None:
    letter = draft(attachments=(pdf("a.zip"), pdf("b.pdf")))
    inside = "attachment:a.zip › x.exe"
    assert mended(letter, finding("rename-attachment", inside, 1, name="x")) is None
    found = mended(letter, finding("remove-attachment", inside, 1))
    assert found is not None
    assert [one.name for one in found.attachments] == ["b.pdf"]


def test_an_urgent_document_makes_the_letter_urgent() -> None:
    found = mended(draft(), finding("set-priority", "attachment:a.pdf#page=1", 1, urgency="HỎA TỐC"))
    assert found is not None
    assert (found.urgent, found.urgency) == (True, "HỎA TỐC")


def test_a_remedy_is_undone_alone_and_not_over_later_words() -> None:
    before = draft(subject="a", body="b")
    after = replace(before, subject="[15/QĐ-SNV] a")
    assert undone(replace(after, body="c"), before, after) == replace(before, body="c")
    assert undone(replace(after, subject="z"), before, after) is None


@pytest.mark.parametrize("fix", ["", "edit-body", "shrink-attachments", "request-handover"])
def test_what_only_a_person_can_do_has_no_remedy(fix: str) -> None:
    assert mended(draft(body="x"), finding(fix), ACCOUNTS) is None
