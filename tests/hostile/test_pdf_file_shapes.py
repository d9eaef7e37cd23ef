"""Signed PDFs of every build: what can be judged is, what cannot is said, and nothing hides a signature."""
# mypy: disable-error-code="no-untyped-call"
# pyHanko has no types where these files are built.

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper
from reportlab.lib.pdfencrypt import StandardEncryption

from client.crypto.keys import SigningKey
from client.crypto.pades_extension import extend
from client.crypto.pades_signing import sign_pdf
from client.crypto.pades_validation import verify_pdf
from client.crypto.timestamps import Timestamper
from client.model.secret import Secret
from client.model.verdict import Coverage, Display, Indication, Profile, Reason
from tests.fakes.pdf import DECISION, make_pdf
from tests.fakes.pki import OfficePki
from tests.fakes.signing import encrypted_pdf
from tests.fakes.tampering import edited, fill, form_pdf, name, sign


@pytest.fixture(scope="module")
def signed(key: SigningKey) -> bytes:
    return sign(form_pdf(), key)


# Junk around the file ---------------------------------------------------------------------------

MAIL = b"Content-Type: application/pdf\r\n\r\n"


def test_data_before_the_pdf_that_was_signed_with_it_is_said(key: SigningKey, pki: OfficePki) -> None:
    junk = MAIL + shifted(make_pdf(DECISION), len(MAIL))
    signed = sign_pdf(junk, key, profile=Profile.B_B, timestamper=None, signing_time=pki.now)
    report = verify_pdf(signed, pki.demand())
    assert report.indication is Indication.TOTAL_PASSED
    assert Reason.LEADING_DATA in report.reasons
    assert report.display is Display.WARNING


def shifted(pdf: bytes, by: int) -> bytes:
    """The same file with offsets counted from ``by`` bytes before it."""
    head, mark, rest = pdf.partition(b"xref\n0")
    rest = re.sub(rb"(\d{10}) 00000 n", lambda m: b"%010d 00000 n" % (int(m[1]) + by), rest)
    rest = re.sub(rb"startxref\n(\d+)", lambda m: b"startxref\n%d" % (int(m[1]) + by), rest)
    return head + mark + rest


def test_data_put_before_the_pdf_afterwards_is_said_and_the_signature_still_judged(
    signed: bytes, pki: OfficePki
) -> None:
    """Gateways do that; a reader looks for the header in the first 1,024 bytes."""
    report = verify_pdf(MAIL + signed, pki.demand())
    assert report.indication is Indication.TOTAL_PASSED
    assert Reason.LEADING_DATA in report.reasons
    assert report.display is Display.WARNING


def test_a_header_beyond_the_first_kilobyte_is_no_pdf(signed: bytes, pki: OfficePki) -> None:
    report = verify_pdf(b" " * 2000 + signed, pki.demand())
    assert (report.indication, report.unreadable) == (Indication.INDETERMINATE, True)


@pytest.mark.parametrize("junk", [b"junk", b"\n%PDF-1.7\n", b"\x00" * 10 + b"x", b"<html></html>"])
def test_data_after_the_end_is_said(junk: bytes, signed: bytes, pki: OfficePki) -> None:
    report = verify_pdf(signed + junk, pki.demand())
    assert report.display is Display.WARNING
    assert Reason.TRAILING_DATA in report.signatures[0].reasons


@pytest.mark.parametrize("blank", [b"\n", b"\r\n\r\n", b"\x00\x00", b" "])
def test_blanks_after_the_end_are_nothing(blank: bytes, signed: bytes, pki: OfficePki) -> None:
    assert Reason.TRAILING_DATA not in verify_pdf(signed + blank, pki.demand()).signatures[0].reasons


# Builds -----------------------------------------------------------------------------------------


def hybrid() -> bytes:
    """A table, and a stream beside it (ISO 32000-1 section 7.5.8.4), as word processors write both."""
    pdf = form_pdf()
    at = pdf.rindex(b"xref\n0")
    size = int(pdf[at:].split()[2])
    entry = size.to_bytes(2, "big")
    stream = (
        b"%d 0 obj\n<</Type/XRef/Size %d/W[1 2 1]/Index[%d 1]/Length 4>>stream\n%s\nendstream\nendobj\n"
        % (
            size,
            size + 1,
            size,
            b"\x00" + entry + b"\x00",
        )
    )
    head, table = pdf[:at] + stream, pdf[at:]
    table = table.replace(b"/Root 1 0 R", b"/Root 1 0 R/XRefStm %d" % at)
    return head + table.replace(b"startxref\n%d" % at, b"startxref\n%d" % len(head))


def test_a_hybrid_file_is_judged_and_recorded_as_such(key: SigningKey, pki: OfficePki) -> None:
    report = verify_pdf(sign(hybrid(), key), pki.demand())
    assert report.indication is Indication.TOTAL_PASSED
    assert Reason.HYBRID_XREF in report.reasons


@pytest.mark.parametrize("packed", [False, True], ids=["xref stream", "object streams"])
def test_files_of_the_newer_build_are_judged(packed: bool, key: SigningKey, pki: OfficePki) -> None:
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(form_pdf())))
    writer.stream_xrefs = True
    if packed:
        box = writer.prepare_object_stream()
        note = generic.DictionaryObject({name("/Ghi"): generic.TextStringObject("chu")})
        writer.root[name("/Rieng")] = writer.add_object(note, obj_stream=box)
    output = io.BytesIO()
    writer.write(output)
    signed = sign(output.getvalue(), key)
    assert verify_pdf(signed, pki.demand()).indication is Indication.TOTAL_PASSED
    filled = edited(signed, lambda w: fill(w, "GhiChu", "x"))
    (verdict,) = verify_pdf(filled, pki.demand()).signatures
    assert [change.name for change in verdict.changed_fields] == ["GhiChu"]


def linearised() -> bytes:
    """The table of the first page in front, the other behind (ISO 32000-1 annex F)."""
    bodies = re.findall(rb"\d+ 0 obj\n.*?\nendobj\n", form_pdf(), re.DOTALL)
    first, rest = bodies[2:], bodies[:2]
    head, front, back = b"%PDF-1.7\n", 0, 0
    for _ in range(3):
        hint = b"99 0 obj\n<</Linearized 1/L %010d/N 1/O 3/E 0/T %010d>>\nendobj\n" % (0, back)
        trailer = b"trailer\n<</Size 100/Root 1 0 R/Prev %010d>>\nstartxref\n0\n%%%%EOF\n" % back
        at = len(head) + len(hint) + len(_table(first, 0)) + len(trailer)
        front = len(head) + len(hint)
        begin = head + hint + _table(first, at) + trailer + b"".join(first)
        back = len(begin) + sum(map(len, rest))
        whole = begin + b"".join(rest) + _table(rest, len(begin))
    return whole + b"trailer\n<</Size 100>>\nstartxref\n%d\n%%%%EOF\n" % front


def _table(bodies: list[bytes], start: int) -> bytes:
    lines, at = [b"xref\n"], start
    for body in bodies:
        lines.append(b"%d 1\n%010d 00000 n \n" % (int(body.split()[0]), at))
        at += len(body)
    return b"".join(lines)


def test_a_linearised_file_is_judged(key: SigningKey, pki: OfficePki) -> None:
    signed = sign(linearised(), key)
    report = verify_pdf(signed, pki.demand())
    assert (report.indication, report.coverage) == (Indication.TOTAL_PASSED, Coverage.WHOLE)
    (verdict,) = verify_pdf(edited(signed, lambda w: fill(w, "GhiChu", "x")), pki.demand()).signatures
    assert [change.name for change in verdict.changed_fields] == ["GhiChu"]


def test_many_updates_before_the_signature_belong_to_it(key: SigningKey, pki: OfficePki) -> None:
    pdf = form_pdf()
    for number in range(5):
        text = f"lan {number}"
        pdf = edited(pdf, partial(fill, field="GhiChu", value=text))
    (verdict,) = verify_pdf(sign(pdf, key), pki.demand()).signatures
    assert (verdict.coverage, verdict.changed_fields) == (Coverage.WHOLE, ())


def test_fifty_one_signatures_are_all_judged_in_their_order(key: SigningKey, pki: OfficePki) -> None:
    pdf = make_pdf(DECISION)
    for number in range(51):
        pdf = sign(pdf, key, f"K{number:02}", box=None)
    report = verify_pdf(pdf, pki.demand())
    assert [one.where for one in report.signatures] == [f"K{number:02}" for number in range(51)]
    assert [one.order for one in report.signatures] == list(range(1, 52))
    assert report.indication is Indication.TOTAL_PASSED


# Fields -----------------------------------------------------------------------------------------


def test_a_signature_that_is_not_seen_on_any_page_counts(key: SigningKey, pki: OfficePki) -> None:
    assert len(verify_pdf(sign(form_pdf(), key, box=None), pki.demand()).signatures) == 1


def _field(writer: IncrementalPdfFileWriter, at: int) -> Any:
    fields = writer.root["/AcroForm"]["/Fields"]
    return fields[at]


def _no_widget(writer: IncrementalPdfFileWriter) -> None:
    field = _field(writer, -1)
    for entry in ("/Type", "/Subtype", "/Rect", "/P", "/AP", "/F"):
        field.pop(name(entry), None)
    writer.update_container(field)


def test_a_signature_field_without_a_widget_is_found(signed: bytes, pki: OfficePki) -> None:
    report = verify_pdf(edited(signed, _no_widget), pki.demand())
    assert len(report.signatures) == 1
    assert report.display in (Display.UNKNOWN, Display.INVALID)


def _beside(value: Callable[[IncrementalPdfFileWriter], Any], **more: Any) -> Callable[..., None]:
    """One more signature field with that value."""

    def edit(writer: IncrementalPdfFileWriter) -> None:
        field = {
            name("/FT"): name("/Sig"),
            name("/T"): generic.TextStringObject("Hong"),
            name("/V"): value(writer),
        }
        field |= {name(f"/{entry}"): one for entry, one in more.items()}
        form = writer.root["/AcroForm"]
        reference = writer.add_object(generic.DictionaryObject(field))
        form[name("/Fields")] = generic.ArrayObject([*form["/Fields"], reference])
        writer.update_container(form)

    return edit


def _signature(**entries: Any) -> Callable[[IncrementalPdfFileWriter], Any]:
    def make(writer: IncrementalPdfFileWriter) -> Any:
        made = {name("/Type"): name("/Sig")} | {name(f"/{key}"): value for key, value in entries.items()}
        return writer.add_object(generic.DictionaryObject(made))

    return make


def _loop(writer: IncrementalPdfFileWriter) -> None:
    """A field that is its own child."""
    form = writer.root["/AcroForm"]
    field = generic.DictionaryObject({name("/T"): generic.TextStringObject("Vong")})
    reference = writer.add_object(field)
    field[name("/Kids")] = generic.ArrayObject([reference])
    form[name("/Fields")] = generic.ArrayObject([reference, *form["/Fields"]])
    writer.update_container(form)


RANGE = generic.ArrayObject([generic.NumberObject(n) for n in (0, 1, 2, 3)])
BROKEN: dict[str, Callable[[IncrementalPdfFileWriter], None]] = {
    "empty dictionary": _beside(_signature()),
    "a number": _beside(lambda _: generic.NumberObject(1)),
    "text": _beside(lambda _: generic.TextStringObject("Nguyen Van An")),
    "contents no CMS": _beside(_signature(Contents=generic.ByteStringObject(b"x"), ByteRange=RANGE)),
    "contents empty": _beside(_signature(Contents=generic.ByteStringObject(b""), ByteRange=RANGE)),
    "contents a list": _beside(_signature(Contents=generic.ArrayObject(), ByteRange=RANGE)),
}


@pytest.mark.parametrize("edit", BROKEN.values(), ids=list(BROKEN))
def test_a_signature_that_cannot_be_read_is_told_and_hides_no_other(
    edit: Callable[[IncrementalPdfFileWriter], None], signed: bytes, pki: OfficePki
) -> None:
    report = verify_pdf(edited(signed, edit), pki.demand())
    told = {one.where: one for one in report.signatures}
    assert set(told) == {"ChuKy1", "Hong"}
    assert told["Hong"].reasons[0] in (Reason.SIGNATURE_UNREADABLE, Reason.SIGNATURE_MALFORMED)
    assert told["ChuKy1"].signer is not None
    assert report.display in (Display.UNKNOWN, Display.INVALID)


def test_a_form_that_turns_in_circles_hides_no_signature(signed: bytes, pki: OfficePki) -> None:
    report = verify_pdf(edited(signed, _loop), pki.demand())
    assert "ChuKy1" in {one.where for one in report.signatures}
    assert report.display in (Display.UNKNOWN, Display.INVALID)


@pytest.mark.parametrize("nameless", [True, False])
def test_a_signed_field_without_a_name_or_a_number_is_not_passed_over(
    nameless: bool, signed: bytes, pki: OfficePki
) -> None:
    def edit(writer: IncrementalPdfFileWriter) -> None:
        form = writer.root["/AcroForm"]
        old = _field(writer, -1)
        field = generic.DictionaryObject({entry: old.raw_get(entry) for entry in old})
        if nameless:
            del field["/T"]
        kept = list(form["/Fields"])[:-1]
        form[name("/Fields")] = generic.ArrayObject([*kept, writer.add_object(field) if nameless else field])
        writer.update_container(form)

    report = verify_pdf(edited(signed, edit), pki.demand())
    assert len(report.signatures) == 1
    assert report.display in (Display.UNKNOWN, Display.INVALID)


def test_an_empty_field_is_no_signature_and_is_said(pki: OfficePki) -> None:
    waiting = edited(form_pdf(), lambda w: append_signature_field(w, SigFieldSpec("Cho", box=(1, 1, 90, 90))))
    report = verify_pdf(waiting, pki.demand())
    assert (report.indication, report.display) == (Indication.NONE, Display.NONE)
    assert report.reasons == (Reason.UNSIGNED_FIELDS,)


def test_an_empty_field_beside_a_signature_changes_nothing_for_it(key: SigningKey, pki: OfficePki) -> None:
    waiting = edited(form_pdf(), lambda w: append_signature_field(w, SigFieldSpec("Cho", box=(1, 1, 90, 90))))
    report = verify_pdf(sign(waiting, key), pki.demand())
    assert [one.where for one in report.signatures] == ["ChuKy1"]
    assert report.indication is Indication.TOTAL_PASSED
    assert Reason.UNSIGNED_FIELDS in report.reasons


def test_a_file_made_to_stall_the_comparison_is_left_undecided_at_once(
    key: SigningKey, pki: OfficePki
) -> None:
    """12,000 fields under three signatures: minutes for the rules, for which nobody waits."""
    field = b"<</FT/Tx/T(F%d)>>"
    count = 12_000
    numbers = b" ".join(b"%d 0 R" % (13 + at) for at in range(count))
    pdf = form_pdf(fields=numbers, more=[field % at for at in range(count)])
    for number in range(3):
        pdf = sign(pdf, key, f"K{number}", box=None)
    report = verify_pdf(pdf, pki.demand())
    assert report.display is Display.UNKNOWN
    assert Reason.CHECK_NOT_RUN in report.signatures[0].reasons
    assert report.signatures[-1].coverage is Coverage.WHOLE


# Time-stamps alone ------------------------------------------------------------------------------


def time_stamped(pki: OfficePki) -> bytes:
    output = io.BytesIO()
    stamper = Timestamper(("http://tsa.test",), pki.post_timestamp)
    PdfTimeStamper(stamper).timestamp_pdf(
        IncrementalPdfFileWriter(io.BytesIO(form_pdf())), "sha256", output=output
    )
    return output.getvalue()


def test_a_time_stamp_alone_is_no_signature_and_its_time_is_told(pki: OfficePki) -> None:
    report = verify_pdf(time_stamped(pki), pki.demand())
    assert report.indication is Indication.NONE
    assert Reason.TIMESTAMP_ALONE in report.reasons
    assert report.document_timestamps == (pki.now,)


def test_a_file_changed_after_its_time_stamp_is_not_let_pass(pki: OfficePki) -> None:
    def edit(writer: IncrementalPdfFileWriter) -> None:
        writer.root[name("/OpenAction")] = generic.DictionaryObject()
        writer.update_root()

    changed = edited(time_stamped(pki), edit)
    report = verify_pdf(changed, pki.demand())
    assert report.indication is Indication.INDETERMINATE
    assert Reason.TIMESTAMP_INVALID in report.reasons
    assert report.document_timestamps == ()


# Files inside, other forms -----------------------------------------------------------------------


def carrying(inner: bytes, *, portfolio: bool = False) -> bytes:
    more = [
        b"<</Type/EmbeddedFile/Length %d>>stream\n%s\nendstream" % (len(inner), inner),
        b"<</Type/Filespec/F(trong.pdf)/EF<</F 13 0 R>>>>",
    ]
    view = b"/Collection<</View/T>>" if portfolio else b""
    return form_pdf(catalog=b"/Names<</EmbeddedFiles<</Names[(trong.pdf) 14 0 R]>>>>" + view, more=more)


@pytest.mark.parametrize("portfolio", [False, True], ids=["attached", "portfolio"])
def test_signatures_of_a_file_inside_are_never_the_outer_file_s(
    portfolio: bool, signed: bytes, key: SigningKey, pki: OfficePki
) -> None:
    said = Reason.PORTFOLIO if portfolio else Reason.EMBEDDED_FILES
    outer = verify_pdf(carrying(signed, portfolio=portfolio), pki.demand())
    assert outer.signatures == ()
    assert outer.display in (Display.NONE, Display.UNKNOWN)
    both = verify_pdf(sign(carrying(signed, portfolio=portfolio), key, "Ngoai"), pki.demand())
    assert [one.where for one in both.signatures] == ["Ngoai"]
    assert both.indication is Indication.TOTAL_PASSED
    assert said in both.reasons


def test_an_xfa_form_is_said_and_not_plainly_valid(key: SigningKey, pki: OfficePki) -> None:
    def add(writer: IncrementalPdfFileWriter) -> None:
        form = writer.root["/AcroForm"]
        form[name("/XFA")] = writer.add_object(generic.StreamObject(stream_data=b"<xdp/>"))
        writer.update_container(form)

    report = verify_pdf(sign(edited(form_pdf(), add), key), pki.demand())
    assert Reason.XFA_FORM in report.reasons
    assert report.display is Display.WARNING


# Encryption -------------------------------------------------------------------------------------


def protected(key: SigningKey, pki: OfficePki, user: str) -> bytes:
    pdf = encrypted_pdf(StandardEncryption(user, ownerPassword="chu", strength=128))
    return sign_pdf(
        pdf,
        key,
        profile=Profile.B_B,
        timestamper=None,
        signing_time=pki.now,
        password=Secret(user) if user else None,
    )


def test_a_file_for_its_owner_only_opens_by_itself(key: SigningKey, pki: OfficePki) -> None:
    assert verify_pdf(protected(key, pki, ""), pki.demand()).indication is Indication.TOTAL_PASSED


def test_an_encrypted_file_asks_for_its_password_and_is_judged_with_it(
    key: SigningKey, pki: OfficePki
) -> None:
    pdf = protected(key, pki, "mo")
    for password in (None, Secret("sai")):
        report = verify_pdf(pdf, pki.demand(), password=password)
        assert report.reasons == (Reason.DOCUMENT_ENCRYPTED,)
        assert report.indication is Indication.INDETERMINATE
    assert verify_pdf(pdf, pki.demand(), password=Secret("mo")).indication is Indication.TOTAL_PASSED


def test_long_term_data_of_an_encrypted_file_is_permitted(key: SigningKey, pki: OfficePki) -> None:
    pdf = sign_pdf(
        encrypted_pdf(StandardEncryption("mo", ownerPassword="chu", strength=128)),
        key,
        profile=Profile.B_T,
        timestamper=Timestamper(("http://tsa.test",), pki.post_timestamp),
        signing_time=pki.now,
        password=Secret("mo"),
    )
    stamper = Timestamper(("http://tsa.test",), pki.post_timestamp)
    longer = extend(pdf, pki.demand(), stamper, Profile.B_LTA, password=Secret("mo"))
    report = verify_pdf(longer, pki.demand(), password=Secret("mo"))
    assert report.display is Display.VALID, report.signatures[0].reasons
    assert report.document_timestamps


def test_two_signatures_of_an_encrypted_file_are_compared_like_any_other(
    key: SigningKey, pki: OfficePki
) -> None:
    """The signature's own bytes are the one string of such a file that nothing encrypts."""
    writer, plain = copy_into_new_writer(PdfFileReader(io.BytesIO(form_pdf()))), io.BytesIO()
    writer.encrypt(owner_pass="chu", user_pass="")
    writer.write(plain)
    pdf = plain.getvalue()
    for field, box in (("ChuKy1", (80, 110, 200, 170)), ("ChuKy2", (380, 110, 500, 170))):
        update, output = IncrementalPdfFileWriter(io.BytesIO(pdf)), io.BytesIO()
        update.encrypt("")
        terms = PdfSignatureMetadata(
            field_name=field, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"
        )
        PdfSigner(terms, key.pyhanko_signer, new_field_spec=SigFieldSpec(field, box=box)).sign_pdf(
            update, output=output
        )
        pdf = output.getvalue()
    report = verify_pdf(pdf, pki.demand())
    assert [one.indication for one in report.signatures] == [Indication.TOTAL_PASSED] * 2
    assert all(Reason.LOOKS_NOT_COMPARED not in one.reasons for one in report.signatures)


def test_a_form_that_readers_may_fill_in_is_not_signed(key: SigningKey, pki: OfficePki) -> None:
    rights = (
        b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/ByteRange[0 9 20 9]/Contents<00>>>"
    )
    form = form_pdf(catalog=b"/Perms<</UR3 13 0 R>>", more=[rights])
    assert verify_pdf(form, pki.demand()).indication is Indication.NONE
    assert verify_pdf(sign(form, key), pki.demand()).indication is Indication.TOTAL_PASSED
    lost = form_pdf(catalog=b"/Perms<</UR3 13 0 R/DocMDP 14 0 R>>", more=[rights, rights])
    assert verify_pdf(lost, pki.demand()).indication is Indication.INDETERMINATE
