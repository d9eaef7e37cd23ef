"""Signing PDFs: the drawing on the page, fields that wait, passwords, and what an earlier signer forbids."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    SigSeedValFlags,
    SigSeedValueSpec,
    append_signature_field,
)
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from client.crypto.keys import SigningKey
from client.crypto.pades_permissions import EmptyField, empty_fields
from client.crypto.pades_signing import sign_pdf
from client.crypto.pades_validation import verify_pdf
from client.crypto.pkcs12 import open_pkcs12
from client.crypto.timestamps import Timestamper
from client.errors import DocumentEncrypted, SigningRefused, TimestampUnavailable
from client.model.secret import Secret
from client.model.verdict import Coverage, Display, Indication, Profile
from tests.fakes.pki import Holder, OfficePki

BOX = (100.0, 200.0, 300.0, 260.0)


@dataclass(frozen=True)
class Drawing:
    """A stamp as the appearance makes it."""

    page_index: int
    box: tuple[float, float, float, float]
    drawing: bytes


@pytest.fixture(scope="module")
def person(pki: OfficePki) -> SigningKey:
    return _key(pki.person("Nguyễn Văn An", "an@example.gov.vn"))


@pytest.fixture(scope="module")
def chief(pki: OfficePki) -> SigningKey:
    return _key(pki.person("Trần Thị Bình", "binh@example.gov.vn"))


def _key(holder: Holder) -> SigningKey:
    return open_pkcs12(holder.pkcs12("bí mật"), Secret("bí mật"))


def _pdf(pages: int = 1, encrypt: StandardEncryption | None = None) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), encrypt=encrypt)
    for number in range(pages):
        canvas.drawString(100, 700, f"Trang {number + 1}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _red(width: float, height: float) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(width, height))
    canvas.setFillColorRGB(1, 0, 0)
    canvas.rect(0, 0, width, height, stroke=0, fill=1)
    canvas.save()
    return buffer.getvalue()


def _stamp(page_index: int = 0) -> Drawing:
    return Drawing(page_index, BOX, _red(200, 60))


def _with_field(pdf: bytes, spec: SigFieldSpec) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    append_signature_field(writer, spec)
    output = io.BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call] # pyHanko has no types here
    return output.getvalue()


def _certified(pdf: bytes, key: SigningKey, permission: MDPPerm, **more: Any) -> bytes:
    output = io.BytesIO()
    PdfSigner(
        PdfSignatureMetadata(
            field_name="ChungNhan",
            subfilter=SigSeedSubFilter.PADES,
            md_algorithm="sha256",
            certify=True,
            docmdp_permissions=permission,
            **more,
        ),
        signer=key.pyhanko_signer,
    ).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=output)
    return output.getvalue()


@pytest.fixture
def sign(pki: OfficePki, person: SigningKey) -> Callable[..., bytes]:
    def do(pdf: bytes, **more: Any) -> bytes:
        terms = {"profile": Profile.B_B, "timestamper": None, "signing_time": pki.now} | more
        signed = sign_pdf(pdf, terms.pop("key", person), **terms)
        assert signed.startswith(pdf), "a signature is appended; not a byte before it moves"
        return signed

    return do


def _pixel(pdf: bytes, page: int, x: float, y: float) -> tuple[int, ...]:
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    image = document[page].render(scale=1, may_draw_forms=True).to_pil().convert("RGB")
    height = image.height
    found: tuple[int, ...] = image.getpixel((int(x), int(height - y)))
    document.close()
    return found


def test_a_stamp_is_seen_in_its_box_and_nowhere_else(sign: Callable[..., bytes], pki: OfficePki) -> None:
    signed = sign(_pdf(2), stamp=_stamp(page_index=1))
    assert _pixel(signed, 1, 200, 230) == (255, 0, 0)
    assert _pixel(signed, 1, 101, 201) == (255, 0, 0)
    assert _pixel(signed, 1, 299, 259) == (255, 0, 0)
    assert _pixel(signed, 1, 305, 230) == (255, 255, 255)
    assert _pixel(signed, 0, 200, 230) == (255, 255, 255)
    assert verify_pdf(signed, pki.demand()).signatures[0].coverage is Coverage.WHOLE


def test_a_drawing_whose_page_does_not_begin_at_zero_is_moved_into_the_box(
    sign: Callable[..., bytes],
) -> None:
    drawing = _red(200, 60).replace(b"/MediaBox [ 0 0 200 60 ]", b"/MediaBox [ 9 9 189 59 ]")
    signed = sign(_pdf(), stamp=Drawing(0, BOX, drawing))
    assert _pixel(signed, 0, 110, 205) == (255, 0, 0)
    assert _pixel(signed, 0, 95, 195) == (255, 255, 255)


def test_without_a_stamp_nothing_is_drawn_into_a_waiting_field(sign: Callable[..., bytes]) -> None:
    waiting = _with_field(
        _pdf(), SigFieldSpec("KyTen", box=(100, 200, 300, 260), empty_field_appearance=True)
    )
    assert _pixel(waiting, 0, 200, 230) != (255, 255, 255)
    assert _pixel(sign(waiting, field_name="KyTen"), 0, 200, 230) == (255, 255, 255)


def test_two_signatures_have_two_names_and_both_hold(
    sign: Callable[..., bytes], pki: OfficePki, chief: SigningKey
) -> None:
    twice = sign(sign(_pdf(), stamp=_stamp()), key=chief)
    report = verify_pdf(twice, pki.demand())
    assert [one.where for one in report.signatures] == ["ChuKy1", "ChuKy2"]
    assert [one.signer.name for one in report.signatures if one.signer] == ["Nguyễn Văn An", "Trần Thị Bình"]
    assert report.indication is Indication.TOTAL_PASSED


def test_a_waiting_field_is_found_and_used(sign: Callable[..., bytes], pki: OfficePki) -> None:
    waiting = _with_field(_pdf(3), SigFieldSpec("Giám đốc", on_page=2, box=(300, 100, 100, 160)))
    assert empty_fields(waiting) == (EmptyField("Giám đốc", 3, (100.0, 100.0, 300.0, 160.0)),)
    signed = sign(waiting, field_name="Giám đốc", stamp=_stamp())
    assert _pixel(signed, 2, 200, 130) == (255, 0, 0)
    assert empty_fields(signed) == ()
    assert [one.where for one in verify_pdf(signed, pki.demand()).signatures] == ["Giám đốc"]


def test_a_field_that_is_not_there_or_not_empty_is_refused_with_the_reason(
    sign: Callable[..., bytes],
) -> None:
    signed = sign(_pdf())
    for field, reason in (("ChuKy1", "field-already-signed"), ("ChuKy9", "no-such-field")):
        with pytest.raises(SigningRefused) as refused:
            sign(signed, field_name=field)
        assert refused.value.params == {"reason": reason, "field": field}


@pytest.mark.parametrize("strength", [40, 128, 256])
def test_an_encrypted_document_is_signed_and_stays_encrypted(
    sign: Callable[..., bytes], pki: OfficePki, strength: int
) -> None:
    if strength == 256:
        pdf = _aes256("mật khẩu")
    else:
        pdf = _pdf(encrypt=StandardEncryption("mat khau", "chu", strength=strength))
    password = Secret("mật khẩu" if strength == 256 else "mat khau")
    signed = sign(pdf, password=password, stamp=_stamp())
    assert verify_pdf(signed, pki.demand()).indication is Indication.INDETERMINATE
    assert verify_pdf(signed, pki.demand(), password=password).indication is Indication.TOTAL_PASSED
    assert b"/Encrypt" in signed[len(pdf) :]


def _aes256(password: str) -> bytes:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.pdf_utils.writer import copy_into_new_writer

    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(_pdf())))
    writer.encrypt("chủ", password)  # type: ignore[no-untyped-call] # pyHanko has no types here
    output = io.BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call] # pyHanko has no types here
    return output.getvalue()


def test_a_document_only_its_owner_locked_opens_without_a_password(
    sign: Callable[..., bytes], pki: OfficePki
) -> None:
    pdf = _pdf(encrypt=StandardEncryption("", "chu", strength=128))
    assert verify_pdf(sign(pdf), pki.demand()).indication is Indication.TOTAL_PASSED


def test_a_missing_and_a_wrong_password_are_told_apart(sign: Callable[..., bytes]) -> None:
    pdf = _pdf(encrypt=StandardEncryption("mat khau", "chu", strength=128))
    for password, reason in ((None, "password-needed"), (Secret("sai"), "password-wrong")):
        with pytest.raises(DocumentEncrypted) as refused:
            sign(pdf, password=password, name="van-ban.pdf")
        assert refused.value.params == {"name": "van-ban.pdf", "reason": reason}


def test_a_certified_document_names_the_signer_who_forbids_it(
    sign: Callable[..., bytes], chief: SigningKey
) -> None:
    certified = _certified(_pdf(), chief, MDPPerm.NO_CHANGES)
    with pytest.raises(SigningRefused) as refused:
        sign(certified)
    assert refused.value.params["reason"] == "document-certified"
    assert refused.value.params["signer"] == "Trần Thị Bình"
    assert refused.value.params["date"]


@pytest.mark.parametrize("permission", [MDPPerm.FILL_FORMS, MDPPerm.ANNOTATE])
def test_a_certification_that_allows_signatures_keeps_valid(
    sign: Callable[..., bytes], pki: OfficePki, chief: SigningKey, permission: MDPPerm
) -> None:
    waiting = _with_field(_pdf(), SigFieldSpec("Ký tên", box=(100, 200, 300, 260)))
    certified = _certified(waiting, chief, permission)
    signed = sign(sign(certified), field_name="Ký tên", stamp=_stamp())
    report = verify_pdf(signed, pki.demand())
    assert [one.indication for one in report.signatures] == [Indication.TOTAL_PASSED] * 3
    assert _pixel(signed, 0, 200, 230) == (255, 0, 0)


def test_nothing_new_is_drawn_over_what_somebody_certified(
    sign: Callable[..., bytes], chief: SigningKey
) -> None:
    with pytest.raises(SigningRefused) as refused:
        sign(_certified(_pdf(), chief, MDPPerm.FILL_FORMS), stamp=_stamp())
    assert refused.value.params["reason"] == "certified-no-new-drawing"
    assert refused.value.params["signer"] == "Trần Thị Bình"


def test_a_signer_who_locked_the_document_on_signing_forbids_the_next(
    sign: Callable[..., bytes], chief: SigningKey
) -> None:
    nothing = FieldMDPSpec(FieldMDPAction.INCLUDE, fields=[])
    last = SigFieldSpec("Cuối", doc_mdp_update_value=MDPPerm.NO_CHANGES, field_mdp_spec=nothing)
    locked = sign(_with_field(_pdf(), last), key=chief, field_name="Cuối")
    with pytest.raises(SigningRefused) as refused:
        sign(locked)
    assert refused.value.params["reason"] == "document-certified"
    assert refused.value.params["signer"] == "Trần Thị Bình"


def test_a_field_another_signer_locked_is_refused_and_other_fields_are_not(
    sign: Callable[..., bytes], pki: OfficePki, chief: SigningKey
) -> None:
    pdf = _with_field(_pdf(), SigFieldSpec("Khác"))
    pdf = _with_field(pdf, SigFieldSpec("Tự do"))
    lock = FieldMDPSpec(FieldMDPAction.INCLUDE, fields=["Khác"])
    locked = sign(
        _with_field(pdf, SigFieldSpec("Trưởng phòng", field_mdp_spec=lock)),
        key=chief,
        field_name="Trưởng phòng",
    )
    with pytest.raises(SigningRefused) as refused:
        sign(locked, field_name="Khác")
    assert refused.value.params["reason"] == "field-locked"
    assert refused.value.params["signer"] == "Trần Thị Bình"
    report = verify_pdf(sign(locked, field_name="Tự do"), pki.demand())
    assert [one.indication for one in report.signatures] == [Indication.TOTAL_PASSED] * 2


@pytest.mark.parametrize("action", [FieldMDPAction.ALL, FieldMDPAction.EXCLUDE])
def test_a_signer_who_locked_all_fields_is_named(
    sign: Callable[..., bytes], pki: OfficePki, chief: SigningKey, action: FieldMDPAction
) -> None:
    lock = FieldMDPSpec(action, fields=[] if action is FieldMDPAction.ALL else ["Hai"])
    waiting = _with_field(_with_field(_pdf(), SigFieldSpec("Một", field_mdp_spec=lock)), SigFieldSpec("Hai"))
    locked = sign(waiting, key=chief, field_name="Một")
    with pytest.raises(SigningRefused) as refused:
        sign(locked)
    assert refused.value.params["reason"] == "field-locked"
    assert refused.value.params["signer"] == "Trần Thị Bình"
    if action is FieldMDPAction.EXCLUDE:
        report = verify_pdf(sign(locked, field_name="Hai"), pki.demand())
        assert [one.indication for one in report.signatures] == [Indication.TOTAL_PASSED] * 2


def _seeded(**seeds: Any) -> bytes:
    return _with_field(_pdf(), SigFieldSpec("Ô", seed_value_dict=SigSeedValueSpec(**seeds)))


def test_the_digest_a_field_demands_is_used(sign: Callable[..., bytes], pki: OfficePki) -> None:
    waiting = _seeded(flags=SigSeedValFlags.DIGEST_METHOD, digest_methods=["sha384", "sha512"])
    signed = sign(waiting, field_name="Ô")
    from pyhanko.pdf_utils.reader import PdfFileReader

    (embedded,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    assert embedded.md_algorithm == "sha384"
    assert verify_pdf(signed, pki.demand()).display is Display.WARNING


@pytest.mark.parametrize(
    ("seeds", "reason"),
    [
        ({"flags": SigSeedValFlags.DIGEST_METHOD, "digest_methods": ["ripemd160"]}, "field-demands-digest"),
        (
            {
                "flags": SigSeedValFlags.SUBFILTER,
                "subfilters": [SigSeedSubFilter.ADOBE_PKCS7_DETACHED, SigSeedSubFilter.PADES],
            },
            "field-demands-format",
        ),
        ({"flags": SigSeedValFlags.ADD_REV_INFO, "add_rev_info": True}, "field-demands-revocation"),
        ({"timestamp_required": True, "timestamp_server_url": "http://la.test"}, "field-demands-timestamp"),
        ({"flags": SigSeedValFlags.REASONS, "reasons": ["Phê duyệt"]}, "field-demands-reason"),
    ],
)
def test_what_a_field_demands_in_vain_is_said(sign: Callable[..., bytes], seeds: Any, reason: str) -> None:
    with pytest.raises(SigningRefused) as refused:
        sign(_seeded(**seeds), field_name="Ô")
    assert refused.value.params == {"reason": reason, "field": "Ô"}


def test_a_field_that_wants_a_time_stamp_gets_ours_and_not_from_the_address_it_names(
    sign: Callable[..., bytes], pki: OfficePki
) -> None:
    waiting = _seeded(timestamp_required=True, timestamp_server_url="http://la.test")
    pki.timestamp_requests.clear()
    stamper = Timestamper(("http://tsa.test",), pki.post_timestamp)
    signed = sign(waiting, field_name="Ô", profile=Profile.B_T, timestamper=stamper)
    assert set(pki.timestamp_requests) == {"http://tsa.test"}
    assert verify_pdf(signed, pki.demand()).display is Display.VALID


def test_long_term_profiles_begin_with_a_time_stamp_and_never_without(
    sign: Callable[..., bytes], pki: OfficePki
) -> None:
    for profile in (Profile.B_T, Profile.B_LT, Profile.B_LTA):
        with pytest.raises(TimestampUnavailable):
            sign(_pdf(), profile=profile)
        stamper = Timestamper(("http://tsa.test",), pki.post_timestamp)
        report = verify_pdf(sign(_pdf(), profile=profile, timestamper=stamper), pki.demand())
        assert report.signatures[0].level == "B-T"


def test_a_token_larger_than_expected_still_fits(sign: Callable[..., bytes], pki: OfficePki) -> None:
    stamper = Timestamper(("http://tsa.test",), pki.post_timestamp)
    stamper.room = 100
    signed = sign(_pdf(), profile=Profile.B_T, timestamper=stamper)
    assert verify_pdf(signed, pki.demand()).display is Display.VALID
    pki.timestamp_requests.clear()
    sign(_pdf(), profile=Profile.B_T, timestamper=stamper)
    assert len(pki.timestamp_requests) == 1, "the second document of a batch knows the size"
