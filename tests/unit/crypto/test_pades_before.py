"""A document is looked at before it is signed."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec
from reportlab.lib.pdfencrypt import StandardEncryption

from client.crypto.keys import SigningKey
from client.crypto.pades_before import Standing, earlier_signatures, outlook
from client.crypto.pades_signing import sign_pdf
from client.errors import DocumentEncrypted, MalformedDocument
from client.model.secret import Secret
from client.model.verdict import Profile, Reason
from tests.fakes.pdf import Placed, make_pdf
from tests.fakes.pki import OfficePki
from tests.fakes.signing import encrypted_pdf, key_of, with_field

PAGE = make_pdf([Placed("Quyết định")])


@pytest.fixture(scope="module")
def person(pki: OfficePki) -> SigningKey:
    return key_of(pki.person("Nguyễn Văn An", "an@example.gov.vn"))


@pytest.fixture(scope="module")
def signed(pki: OfficePki, person: SigningKey) -> bytes:
    return sign_pdf(PAGE, person, profile=Profile.B_B, timestamper=None, signing_time=pki.now)


def _with_metadata(xmp: bytes) -> bytes:
    """An update written by hand: pyHanko would put metadata of its own in its place."""
    catalog = b"1 0 obj\n<</Type/Catalog/Pages 2 0 R/Metadata 99 0 R>>\nendobj\n"
    stream = b"<</Type/Metadata/Subtype/XML/Length %d>>stream\n%s\nendstream" % (len(xmp), xmp)
    places = (len(PAGE), len(PAGE) + len(catalog))
    body = catalog + b"99 0 obj\n" + stream + b"\nendobj\n"
    table = b"xref\n1 1\n%010d 00000 n \n99 1\n%010d 00000 n \n" % places
    start = PAGE.rpartition(b"startxref\n")[2].split()[0]
    trailer = b"trailer\n<</Size 100/Root 1 0 R/Prev %s>>\nstartxref\n%d\n%%%%EOF\n"
    return PAGE + body + table + trailer % (start, len(PAGE) + len(body))


def _with_page_changed(signed: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 200 200 re f"))
    writer.update_container(page)
    output = io.BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call] # pyHanko has no types here
    return output.getvalue()


def test_a_plain_document_offers_nothing_and_stands_in_nobody_s_way(pki: OfficePki) -> None:
    assert earlier_signatures(PAGE, pki.demand()).standing is Standing.UNSIGNED
    seen = outlook(PAGE)
    assert (seen.encrypted, seen.hybrid, seen.pdf_a, seen.fields, seen.offered_field) == (
        False,
        False,
        "",
        (),
        "",
    )


def test_a_sound_signature_is_built_upon(pki: OfficePki, signed: bytes) -> None:
    found = earlier_signatures(signed, pki.demand())
    assert (found.standing, found.reasons) == (Standing.SOUND, ())


def test_an_altered_document_is_broken_and_the_signer_named(pki: OfficePki, signed: bytes) -> None:
    altered = signed.replace(b"/MediaBox[0 0 595", b"/MediaBox[0 0 599")
    found = earlier_signatures(altered, pki.demand())
    assert (found.standing, found.signer) == (Standing.BROKEN, "Nguyễn Văn An")
    assert found.reasons[0] is Reason.DOCUMENT_ALTERED


def test_a_page_repainted_after_signing_is_broken(pki: OfficePki, signed: bytes) -> None:
    assert earlier_signatures(_with_page_changed(signed), pki.demand()).standing is Standing.BROKEN


def test_what_cannot_be_judged_is_for_a_person_to_decide(pki: OfficePki, signed: bytes) -> None:
    unknown = replace(pki.demand(), trust=OfficePki(pki.now).trust())
    found = earlier_signatures(signed, unknown)
    assert (found.standing, found.reasons[0]) == (Standing.DOUBTFUL, Reason.UNTRUSTED_ISSUER)
    offline = earlier_signatures(signed, pki.demand(crls=()))
    assert (offline.standing, offline.reasons[0]) == (Standing.DOUBTFUL, Reason.REVOCATION_UNKNOWN)


def test_one_waiting_field_is_offered_and_two_are_a_choice(pki: OfficePki, person: SigningKey) -> None:
    one = with_field(PAGE, SigFieldSpec("Giám đốc", box=(10, 10, 90, 60)))
    assert outlook(one).offered_field == "Giám đốc"
    two = with_field(one, SigFieldSpec("Kế toán"))
    assert (outlook(two).offered_field, len(outlook(two).fields)) == ("", 2)
    signed = sign_pdf(
        two, person, profile=Profile.B_B, timestamper=None, signing_time=pki.now, field_name="Kế toán"
    )
    assert outlook(signed).offered_field == "Giám đốc"


@pytest.mark.parametrize(
    ("xmp", "claim"),
    [
        (b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>", "PDF/A-2b"),
        (b'<rdf:Description pdfaid:part="1" pdfaid:conformance="A"/>', "PDF/A-1a"),
        (b"<pdfaid:part> 4 </pdfaid:part>", "PDF/A-4"),
        (b"<x>nothing</x>", ""),
        (b"<pdfaid:part>none", ""),
    ],
)
def test_a_claim_to_be_an_archive_file_is_seen(xmp: bytes, claim: str) -> None:
    assert outlook(_with_metadata(xmp)).pdf_a == claim


def test_an_encrypted_document_says_so_once_it_is_open() -> None:
    pdf = encrypted_pdf(StandardEncryption("mat khau", "chu", strength=128))
    assert outlook(pdf, password=Secret("mat khau")).encrypted
    with pytest.raises(DocumentEncrypted):
        outlook(pdf)
    with pytest.raises(MalformedDocument):
        outlook(b"%PDF-1.7 nothing more")
