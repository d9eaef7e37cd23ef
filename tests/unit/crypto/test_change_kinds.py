# mypy: disable-error-code="no-untyped-call"
# pyHanko has no types where these files are built.

from __future__ import annotations

import io

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from client.crypto.change_kinds import kinds_of_change
from client.crypto.keys import SigningKey
from client.crypto.object_digests import Digests
from client.crypto.pades_extension import extend
from client.crypto.pades_signing import sign_pdf
from client.crypto.pades_validation import verify_pdf
from client.crypto.pages import pages_changed, pages_touched
from client.crypto.timestamps import Timestamper
from client.model.change import ChangeKind
from client.model.verdict import Coverage, Display, Indication, Profile
from tests.fakes.pki import OfficePki
from tests.fakes.signing import key_of
from tests.fakes.tampering import (
    annotation,
    edited,
    field_of,
    fill,
    form_pdf,
    name,
    page_of,
    picture,
    says,
)


@pytest.fixture(scope="module")
def lasting(pki: OfficePki) -> bytes:
    """Signed, time-stamped, with validation data and an archive time-stamp."""
    key: SigningKey = key_of(pki.person("Nguyễn Văn An", "an@example.gov.vn"))
    stamper = Timestamper(("http://tsa.test",), pki.post_timestamp)
    pdf = sign_pdf(
        form_pdf(page=b"/Group<</S/Transparency/CS null>>"),
        key,
        profile=Profile.B_T,
        timestamper=stamper,
        signing_time=pki.now,
    )
    return extend(pdf, pki.demand(), stamper, Profile.B_LTA)


def read(pdf: bytes) -> PdfFileReader:
    return PdfFileReader(io.BytesIO(pdf))


def overwritten(writer: IncrementalPdfFileWriter) -> None:
    """Other software begins its validation data anew; pyHanko's rules object to that."""
    writer.root[name("/DSS")] = writer.add_object(generic.DictionaryObject())
    writer.update_root()


def test_a_null_is_the_same_as_a_null() -> None:
    one, other = (generic.ArrayObject([generic.NullObject(), generic.NumberObject(1)]) for _ in "12")
    assert Digests().of(one) == Digests().of(other)
    assert Digests().of(one) != Digests().of(generic.ArrayObject([generic.NumberObject(1)]))


def test_pages_with_a_null_are_not_taken_for_changed(lasting: bytes) -> None:
    noted = edited(lasting, lambda w: annotation(w, "/Text", (1, 1, 9, 9), "da xem"))
    assert not pages_changed(read(noted), 1)
    assert pages_touched(read(noted), 1) == (0,)


def test_validation_data_that_is_begun_anew_is_no_change_of_the_document(
    lasting: bytes, pki: OfficePki
) -> None:
    (verdict,) = verify_pdf(edited(lasting, overwritten), pki.demand()).signatures
    assert verdict.indication is Indication.TOTAL_PASSED
    assert verdict.coverage is Coverage.WHOLE_WITH_LATER_UPDATES
    assert verdict.changes_after_signing == ()


@pytest.mark.parametrize("what", ["note", "look of the signature", "page", "form"])
def test_nothing_hides_behind_new_validation_data(what: str, lasting: bytes, pki: OfficePki) -> None:
    def edit(writer: IncrementalPdfFileWriter) -> None:
        overwritten(writer)
        if what == "note":
            annotation(writer, "/Text", (1, 1, 9, 9), "da xem")
        elif what == "form":
            fill(writer, "SoTien", "9")
        elif what == "page":
            page = page_of(writer)
            page[name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=b"0 0 9 9 re f"))
            writer.update_container(page)
        else:
            field = field_of(writer, "ChuKy1")
            field[name("/AP")] = generic.DictionaryObject({name("/N"): picture(writer, says(b"x"))})
            writer.update_container(field)

    (verdict,) = verify_pdf(edited(lasting, edit), pki.demand()).signatures
    # A form may be filled after a signature that forbids nothing; it is told with both values.
    told = (Display.WARNING,) if what == "form" else (Display.UNKNOWN, Display.INVALID)
    assert verdict.display in told
    assert verdict.changes_after_signing


def test_a_time_stamp_nobody_sees_is_long_term_data(lasting: bytes) -> None:
    assert set(kinds_of_change(read(lasting), 1)) <= {ChangeKind.VALIDATION_DATA, ChangeKind.METADATA}
