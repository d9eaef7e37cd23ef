"""What may happen to a signed PDF: none of it is red, none of it is called a change of the document."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, append_signature_field

from client.config.paths import resources_dir
from client.crypto.appearance import make_stamp
from client.crypto.keys import SigningKey
from client.crypto.pades_extension import extend
from client.crypto.pades_signing import sign_pdf
from client.crypto.pades_validation import verify_pdf
from client.crypto.timestamps import Timestamper
from client.model.signing import Appearance, SigningRole
from client.model.verdict import Coverage, Display, Indication, Profile, Reason, SignerKind
from tests.fakes.pki import OfficePki
from tests.fakes.signing import certify, key_of
from tests.fakes.tampering import edited, fill, form_pdf, says, sign

DEMO = resources_dir() / "demo"
DECISION = DEMO / "documents" / "qd-512-snv-to-giup-viec.pdf"
CHANGES = {
    Reason.CHANGED_AFTER_SIGNING,
    Reason.NOTES_AFTER_SIGNING,
    Reason.LOOKS_DIFFERENT,
    Reason.FORM_CHANGED_AFTER_SIGNING,
}


@dataclass(frozen=True)
class Office:
    pki: OfficePki
    person: SigningKey
    seal: SigningKey

    @property
    def stamper(self) -> Timestamper:
        return Timestamper(("http://tsa.test",), self.pki.post_timestamp)

    def sign(self, pdf: bytes, role: SigningRole, image: Path, profile: Profile = Profile.B_T) -> bytes:
        key = self.person if role is SigningRole.APPROVE else self.seal
        stamp = make_stamp(pdf, Appearance(role, image.read_bytes()), None, self.pki.now)
        return sign_pdf(
            pdf, key, profile=profile, timestamper=self.stamper, signing_time=self.pki.now, stamp=stamp
        )


@pytest.fixture(scope="module")
def office() -> Office:
    pki = OfficePki()
    person = key_of(pki.person("Nguyễn Thị Lan", "lan@example.gov.vn"))
    return Office(pki, person, key_of(pki.seal("Sở Nội vụ", "snv@example.gov.vn")))


def approved(office: Office) -> bytes:
    return office.sign(DECISION.read_bytes(), SigningRole.APPROVE, DEMO / "stamps" / "chu-ky-ntlan.snv.png")


def second_signature(office: Office) -> bytes:
    return sign(
        sign(form_pdf(), office.person), office.seal, "S2", box=(300, 110, 370, 170), look=says(b"ky")
    )


def seal_after_person(office: Office) -> bytes:
    return office.sign(approved(office), SigningRole.ISSUE, DEMO / "stamps" / "con-dau-snv.png")


def long_term_data(office: Office) -> bytes:
    return extend(seal_after_person(office), office.pki.demand(), office.stamper, Profile.B_LTA)


def twice_extended(office: Office) -> bytes:
    return extend(long_term_data(office), office.pki.demand(), office.stamper, Profile.B_LTA)


def waiting_field_signed(office: Office) -> bytes:
    """The empty field shows a frame, which the signature replaces."""

    def prepare(writer: IncrementalPdfFileWriter) -> None:
        append_signature_field(writer, SigFieldSpec("S2", box=(80, 200, 260, 260)))

    first = sign(edited(form_pdf(), prepare), office.person)
    output = io.BytesIO()
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    signer = PdfSigner(
        PdfSignatureMetadata(field_name="S2", md_algorithm="sha256"), office.seal.pyhanko_signer
    )
    signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(first)), output=output)
    return output.getvalue()


def certified_then_unseen(office: Office) -> bytes:
    return sign(certify(form_pdf(), office.person, MDPPerm.FILL_FORMS), office.seal, "S2", box=None)


PERMITTED: dict[str, Callable[[Office], bytes]] = {
    "second signature": second_signature,
    "seal after the person": seal_after_person,
    "long-term data": long_term_data,
    "extended twice": twice_extended,
    "waiting field signed": waiting_field_signed,
    "certified, then signed unseen": certified_then_unseen,
}


@pytest.mark.parametrize("make", PERMITTED.values(), ids=list(PERMITTED))
def test_a_permitted_update_is_no_change_of_the_document(
    make: Callable[[Office], bytes], office: Office
) -> None:
    report = verify_pdf(make(office), office.pki.demand())
    assert report.indication is Indication.TOTAL_PASSED
    for verdict in report.signatures:
        assert verdict.display in (Display.VALID, Display.WARNING)
        assert not CHANGES & set(verdict.reasons), (verdict.where, verdict.reasons, verdict.changed_places)
        assert verdict.changed_fields == ()
        assert verdict.coverage in (Coverage.WHOLE, Coverage.WHOLE_WITH_LATER_UPDATES)


def test_a_seal_after_the_person_is_told_in_that_order_and_plainly_valid(office: Office) -> None:
    report = verify_pdf(seal_after_person(office), office.pki.demand())
    assert report.display is Display.VALID
    kinds = [(one.order, one.signer.kind) for one in report.signatures if one.signer is not None]
    assert kinds == [(1, SignerKind.PERSONAL), (2, SignerKind.SEAL)]


def test_a_form_that_may_be_filled_is_a_warning_with_both_values_and_not_red(office: Office) -> None:
    certified = certify(form_pdf(), office.person, MDPPerm.FILL_FORMS)
    filled = edited(certified, lambda writer: fill(writer, "GhiChu", "da nhan"))
    (verdict,) = verify_pdf(filled, office.pki.demand()).signatures
    assert verdict.display is Display.WARNING
    (change,) = verdict.changed_fields
    assert (change.name, change.before, change.after, change.looks) == ("GhiChu", "", "da nhan", True)
    assert change.page == 1
