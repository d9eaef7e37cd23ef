"""An altered letter of the city, from the verdict to a bundle that holds without the program's own data."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from client.app import Installation, OpenOffice
from client.cli.verify import EXIT_FAILED, EXIT_INDETERMINATE, EXIT_PASSED
from client.model.finding import Gate
from client.model.mailbox import SpecialUse
from client.model.returning import LetterKind
from client.model.verdict import Display, Reason
from client.sandbox.city import City
from client.services.desk import SendRequest
from client.services.office import Office
from tests.fakes.commands import Command

LAN = "ntlan.snv@tphcm.gov.vn"
ALTERED = "[156/TB-SNV] Thông báo kết luận giao ban tháng 11 (gửi lại)"
SOUND = "Phân công tổng hợp ý kiến góp ý dự thảo Quy chế"
PATIENCE = 60.0


@dataclass
class Desk:
    """Lan's mailbox in an office with its real processes."""

    office: Office

    def find(self, subject: str) -> tuple[int, int]:
        """Mailbox and row of a letter in her inbox, once it is there."""
        account = next(one for one in self.office.accounts() if one.identity.address.addr_spec == LAN)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for box in self.office.mailboxes(account.account_id):
                if box.special_use is SpecialUse.INBOX:
                    ids = self.office.row_ids(box.mailbox_id)
                    for number, row in self.office.rows(box.mailbox_id, ids).items():
                        if row.subject == subject:
                            return box.mailbox_id, number
            time.sleep(0.1)
        raise AssertionError(subject)

    def judge(self, place: tuple[int, int], display: Display) -> None:
        """Verify until the lists that the engine fetches are there to say so."""
        end = time.monotonic() + PATIENCE
        while (found := self.office.verification().verify(*place).result(PATIENCE).display) is not display:
            assert time.monotonic() < end, found
            time.sleep(0.1)


@pytest.fixture
def desk(installation: Installation) -> Iterator[Desk]:
    with OpenOffice(installation) as office:
        office.sync_now()
        yield Desk(office)


def test_an_altered_letter_leaves_as_evidence_that_says_so(
    desk: Desk, tmp_path: Path, congthu: Command, trust: Path
) -> None:
    place = desk.find(ALTERED)
    desk.judge(place, Display.INVALID)
    bundle = desk.office.verification().export_evidence(*place, tmp_path / "ho-so.zip").result(PATIENCE)
    said = congthu("verify", "--json", "--trust", trust, bundle)
    assert said.code == EXIT_FAILED
    evidence = said.only["evidence"]
    assert (evidence["intact"], evidence["problems"]) == (True, [])
    assert {row["verifies_again"] for row in evidence["rows"]} == {True}
    assert evidence["rows"][-1]["display"] == "INVALID"
    assert [anchor["trusted_here"] for anchor in evidence["anchors"]] == [True]
    assert Reason.DOCUMENT_ALTERED in {one for sign in said.only["signatures"] for one in sign["reasons"]}


def test_a_sound_letter_is_valid_from_its_evidence_alone_where_its_anchor_is_trusted(
    desk: Desk, tmp_path: Path, congthu: Command, trust: Path
) -> None:
    place = desk.find(SOUND)
    desk.judge(place, Display.VALID)
    bundle = desk.office.verification().export_evidence(*place, tmp_path / "ho-so.zip").result(PATIENCE)
    anchor_alone = tmp_path / "root.pem"
    anchor_alone.write_bytes((trust / "root.pem").read_bytes())
    # No CRL beside it: what proves the certificate good then is in the bundle.
    said = congthu("verify", "--json", "--trust", anchor_alone, bundle)
    assert (said.code, said.only["display"], said.only["evidence"]["intact"]) == (EXIT_PASSED, "VALID", True)
    nobody = congthu("verify", "--json", bundle)
    assert (nobody.code, nobody.only["display"]) == (EXIT_INDETERMINATE, "UNKNOWN")
    assert nobody.only["evidence"]["intact"]
    words = congthu("verify", "--trust", anchor_alone, bundle).out
    assert "Hồ sơ bằng chứng, theo mã băm: nguyên vẹn" in words
    assert "không loại trừ việc toàn bộ hồ sơ được viết lại" in words
    page = tmp_path / "kq.html"
    congthu("verify", "--trust", anchor_alone, "--report", page, bundle)
    assert "không loại trừ việc toàn bộ hồ sơ được viết lại" in page.read_text("utf-8")
    touched = bytearray(bundle.read_bytes())
    touched[len(touched) // 2] ^= 1
    bundle.write_bytes(touched)
    said = congthu("verify", "--json", "--trust", anchor_alone, bundle)
    assert (said.code, said.only["evidence"]["intact"]) == (EXIT_FAILED, False)
    assert said.only["reasons"][0] == Reason.EVIDENCE_ALTERED
    assert "ĐÃ BỊ THAY ĐỔI" in congthu("verify", "--trust", anchor_alone, bundle).out


def test_the_last_result_is_there_before_the_next_check(desk: Desk) -> None:
    place = desk.find(ALTERED)
    assert desk.office.verification().last(*place).result(PATIENCE) is None
    desk.judge(place, Display.INVALID)
    past = desk.office.verification().last(*place).result(PATIENCE)
    assert past is not None
    assert past.report.display is Display.INVALID


def test_the_altered_document_goes_back_by_a_letter_that_passes_the_rules(
    desk: Desk, tmp_path: Path, congthu: Command, trust: Path
) -> None:
    place = desk.find(ALTERED)
    verification = desk.office.verification()
    sheet = verification.write_report(*place, tmp_path / "bao-cao.pdf", "vi").result(PATIENCE)
    assert sheet.read_bytes().startswith(b"%PDF-")
    draft = verification.letter_draft(*place, LetterKind.RETURN).result(PATIENCE)
    assert draft is not None
    assert "156/TB-SNV" in draft.subject
    assert "mã not-intact" in draft.body
    draft = replace(draft, sign_message=False)
    checked = desk.office.check(draft).result(PATIENCE)
    assert (checked.gate, checked.unchecked) == (Gate.SEND, ())
    desk.office.send(SendRequest(draft)).result(PATIENCE)
    bundle = verification.export_evidence(*place, tmp_path / "ho-so.zip").result(PATIENCE)
    said = congthu("verify", "--json", "--trust", trust, bundle)
    assert said.only["evidence"]["intact"]
    assert "not-intact" in [row["sent_reason"] for row in said.only["evidence"]["rows"]]


def test_receipt_of_a_sound_letter_is_confirmed_by_a_letter_that_passes_the_rules(desk: Desk) -> None:
    place = desk.find(SOUND)
    desk.judge(place, Display.VALID)
    draft = desk.office.verification().letter_draft(*place, LetterKind.ACKNOWLEDGE).result(PATIENCE)
    assert draft is not None
    assert desk.office.check(replace(draft, sign_message=False)).result(PATIENCE).gate is Gate.SEND
    assert desk.office.verification().letter_draft(*place, LetterKind.RETURN).result(PATIENCE) is None


def test_it_support_lists_exports_and_checks_evidence_without_a_window(
    city: City, installation: Installation, tmp_path: Path, congthu: Command, trust: Path
) -> None:
    data = installation.paths.data
    with OpenOffice(installation) as office:
        office.sync_now()
        desk = Desk(office)
        desk.judge(desk.find(ALTERED), Display.INVALID)
        desk.judge(desk.find(SOUND), Display.VALID)
    rows = congthu("evidence", "--json", "list", "--data", data).objects
    assert {row["subject"]: row["display"] for row in rows} == {ALTERED: "INVALID", SOUND: "VALID"}
    assert all(row["stored"] for row in rows)
    named = next(row["message_id"] for row in rows if row["subject"] == SOUND)
    done = congthu("evidence", "--json", "export", named, "-o", tmp_path / "x.zip", "--data", data)
    assert done.code == 0
    said = congthu("verify", "--json", "--trust", trust, done.only["output"])
    assert (said.code, said.only["evidence"]["intact"]) == (EXIT_PASSED, True)
    assert said.only["evidence"]["sealed_at"] is None
    target = tmp_path / "sealed.zip"
    url = city.info.tsa_url
    assert congthu("evidence", "export", named, "-o", target, "--tsa", url, "--data", data).code == 0
    said = congthu("verify", "--json", "--trust", trust, "--crl", trust, target)
    assert said.only["evidence"]["sealed_at"] is not None
    both = congthu(
        "evidence", "--json", "export", *(row["sha256"] for row in rows), "-o", tmp_path, "--data", data
    )
    assert len({one["output"] for one in both.objects}) == 2
    assert congthu("evidence", "export", "no-such", "-o", tmp_path / "y.zip", "--data", data).code == 1
    assert congthu("evidence", "export", "--data", data).code == 3
    checked = congthu("evidence", "--json", "check", "--data", data)
    assert (checked.code, checked.only["broken"], checked.only["spoiled"]) == (0, None, [])
    spoiled = next(path for path in sorted(installation.paths.evidence.rglob("*")) if path.is_file())
    spoiled.write_bytes(spoiled.read_bytes() + b" ")
    checked = congthu("evidence", "--json", "check", "--data", data)
    assert checked.code == 1
    assert checked.only["spoiled"] == [spoiled.parent.name + spoiled.name]
