"""Attacks on certified PDFs (Rohlmann, Mladenov, Mainka, Schwenk: "Breaking the Specification: PDF
Certification", IEEE S&P 2021): annotations where P=3 allows them, signatures where P=2 does.

A certification allows more than its signer meant; no row may come out as valid or as unchanged.
"""
# mypy: disable-error-code="no-untyped-call"
# pyHanko has no types where these files are built.

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, append_signature_field

from client.crypto.keys import SigningKey
from client.crypto.pades_validation import verify_pdf
from client.model.verdict import Display, Indication, Reason, SignatureVerdict
from tests.fakes.pki import OfficePki
from tests.fakes.signing import key_of
from tests.fakes.tampering import (
    TEXT_BOX,
    Edit,
    annotation,
    edited,
    fill,
    form_pdf,
    name,
    numbers,
    page_of,
    picture,
    says,
    sign,
)


@pytest.fixture(scope="module")
def insider(pki: OfficePki) -> SigningKey:
    """Another trusted signer: trust alone must not carry a sneaky signature."""
    return key_of(pki.person("Lê Văn Cường", "cuong@example.gov.vn"))


def certification(pdf: bytes, pki: OfficePki, field: str = "ChuKy1") -> SignatureVerdict:
    return next(one for one in verify_pdf(pdf, pki.demand()).signatures if one.where == field)


# EAA: evil annotations ---------------------------------------------------------------------------

OVER = says(b"Hop dong so 99/2026")
EAA: dict[str, Edit] = {
    "FreeText over the text": lambda w: annotation(w, "/FreeText", TEXT_BOX, "so 99", OVER),
    "Stamp over the text": lambda w: annotation(w, "/Stamp", TEXT_BOX, "", OVER),
    "Redact over the text": lambda w: annotation(w, "/Redact", TEXT_BOX, "", OVER),
    "Square over the text": lambda w: annotation(w, "/Square", TEXT_BOX, "", OVER, IC=numbers(1, 1, 1)),
    "Ink over the text": lambda w: annotation(w, "/Ink", TEXT_BOX, "", OVER),
    "Highlight with a look of its own": lambda w: annotation(w, "/Highlight", TEXT_BOX, "", OVER),
    "Text note with a look of its own": lambda w: annotation(w, "/Text", TEXT_BOX, "da xem", OVER),
    "Link that opens another place": lambda w: annotation(w, "/Link", TEXT_BOX, ""),
    "FileAttachment": lambda w: annotation(w, "/FileAttachment", (10, 10, 30, 30), "phu luc"),
    "hidden note": lambda w: annotation(w, "/FreeText", TEXT_BOX, "", OVER, OC=generic.NullObject()),
    "Widget without a field": lambda w: annotation(w, "/Widget", TEXT_BOX, "", OVER),
}


@pytest.mark.parametrize("permit", list(MDPPerm), ids=lambda one: f"P{one.value}")
@pytest.mark.parametrize("edit", EAA.values(), ids=list(EAA))
def test_an_evil_annotation_is_never_valid(
    edit: Edit, permit: MDPPerm, key: SigningKey, pki: OfficePki
) -> None:
    certified = sign(form_pdf(), key, permit=permit)
    assert certification(certified, pki).indication is Indication.TOTAL_PASSED
    verdict = certification(edited(certified, edit), pki)
    assert verdict.display in (Display.UNKNOWN, Display.INVALID)
    assert {Reason.NOTES_AFTER_SIGNING, Reason.CHANGED_AFTER_SIGNING} & set(verdict.reasons)


def test_a_note_that_was_signed_and_says_something_else_now_is_never_valid(
    key: SigningKey, pki: OfficePki
) -> None:
    noted = edited(form_pdf(), lambda w: annotation(w, "/FreeText", TEXT_BOX, "so 12", says(b"so 12")))
    certified = sign(noted, key, permit=MDPPerm.ANNOTATE)

    def rewrite(writer: IncrementalPdfFileWriter) -> None:
        notes = page_of(writer)["/Annots"]
        note = next(notes[at] for at in range(len(notes)) if notes[at]["/Subtype"] == "/FreeText")
        note[name("/AP")] = generic.DictionaryObject({name("/N"): picture(writer, OVER, (420, 30))})
        writer.update_container(note)

    verdict = certification(edited(certified, rewrite), pki)
    assert verdict.display is Display.UNKNOWN
    assert {Reason.NOTES_AFTER_SIGNING, Reason.LOOKS_DIFFERENT} <= set(verdict.reasons)


# SSA: sneaky signatures --------------------------------------------------------------------------

Sneak = Callable[[bytes, SigningKey], bytes]
SSA: dict[str, Sneak] = {
    "over the text": partial(sign, field="S2", box=TEXT_BOX, look=says(b"Hop dong so 99/2026")),
    "over the amount": partial(sign, field="S2", box=(80, 560, 280, 590), look=says(b"9.000.000.000")),
    "over the whole page": partial(sign, field="S2", box=(0, 0, 595, 842), look=says(b"Hop dong khac")),
    "beside the text, with text": partial(sign, field="S2", box=(300, 560, 500, 590), look=says(b"x 1.000")),
}


@pytest.mark.parametrize("permit", list(MDPPerm), ids=lambda one: f"P{one.value}")
@pytest.mark.parametrize("sneak", SSA.values(), ids=list(SSA))
def test_a_sneaky_signature_on_a_certified_document_is_never_valid(
    sneak: Sneak, permit: MDPPerm, key: SigningKey, insider: SigningKey, pki: OfficePki
) -> None:
    certified = sign(form_pdf(), key, permit=permit)
    try:
        attacked = sneak(certified, insider)
    except Exception:  # noqa: BLE001 - the library refuses to sign against P=1; by hand then
        attacked = edited(certified, lambda w: append_signature_field(w, SigFieldSpec("S2", box=TEXT_BOX)))
    verdict = certification(attacked, pki)
    assert verdict.display in (Display.UNKNOWN, Display.INVALID)


@pytest.mark.parametrize("sneak", list(SSA.values())[:3], ids=list(SSA)[:3])
def test_a_signature_that_hides_text_is_told_with_its_place(
    sneak: Sneak, key: SigningKey, insider: SigningKey, pki: OfficePki
) -> None:
    verdict = certification(sneak(sign(form_pdf(), key), insider), pki)
    assert verdict.display is Display.WARNING
    assert Reason.LOOKS_DIFFERENT in verdict.reasons
    assert verdict.changed_places


def test_an_empty_field_that_is_signed_with_another_text_is_told(
    key: SigningKey, insider: SigningKey, pki: OfficePki
) -> None:
    """The place was there when the document was certified; what it hides was to be read."""
    waiting = edited(form_pdf(), lambda w: append_signature_field(w, SigFieldSpec("S2", box=TEXT_BOX)))
    certified = sign(waiting, key, permit=MDPPerm.FILL_FORMS)
    attacked = sign_existing(certified, insider, "S2", says(b"Hop dong so 99/2026"))
    verdict = certification(attacked, pki)
    assert verdict.display in (Display.WARNING, Display.UNKNOWN)
    assert Reason.LOOKS_DIFFERENT in verdict.reasons


def sign_existing(pdf: bytes, key: SigningKey, field: str, look: bytes) -> bytes:
    import io

    from pyhanko.pdf_utils.content import RawContent
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
    from pyhanko.stamp import StaticStampStyle

    terms = PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    style = StaticStampStyle(background=RawContent(look), border_width=0)
    output = io.BytesIO()
    signer = PdfSigner(terms, key.pyhanko_signer, stamp_style=style)
    signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=output)
    return output.getvalue()


# Locked fields -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lock", "allowed"),
    [
        (FieldMDPSpec(FieldMDPAction.ALL), False),
        (FieldMDPSpec(FieldMDPAction.INCLUDE, ["SoTien"]), False),
        (FieldMDPSpec(FieldMDPAction.EXCLUDE, ["SoTien"]), True),
        (FieldMDPSpec(FieldMDPAction.INCLUDE, ["GhiChu"]), True),
    ],
    ids=["all", "included", "excluded", "another"],
)
def test_a_field_that_was_locked_by_the_signer_stays_locked(
    lock: FieldMDPSpec, allowed: bool, key: SigningKey, pki: OfficePki
) -> None:
    spec = SigFieldSpec("ChuKy1", box=(380, 110, 500, 170), field_mdp_spec=lock)
    prepared = edited(form_pdf(), lambda w: append_signature_field(w, spec))
    signed = sign_existing(prepared, key, "ChuKy1", says(b"da ky"))
    verdict = certification(edited(signed, lambda w: fill(w, "SoTien", "9.000.000")), pki)
    assert Reason.FORM_CHANGED_AFTER_SIGNING in verdict.reasons
    assert (verdict.changed_fields[0].before, verdict.changed_fields[0].after) == ("1.000.000", "9.000.000")
    assert verdict.display is (Display.WARNING if allowed else Display.UNKNOWN)
