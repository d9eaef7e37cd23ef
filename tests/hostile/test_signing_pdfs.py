"""PDFs of every make are signed and extended without a byte of them being moved, or refused in words."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from pyhanko.sign.fields import SigFieldSpec
from reportlab.lib.pdfencrypt import StandardEncryption

from client.crypto.keys import SigningKey
from client.crypto.pades_before import outlook
from client.crypto.pades_extension import extend
from client.crypto.pades_signing import sign_pdf
from client.crypto.pades_validation import verify_pdf
from client.crypto.timestamps import Timestamper
from client.errors import MalformedDocument, StorageFailed, StorageFull
from client.model.verdict import Indication, Profile, Reason
from client.services import extending
from client.services.requests import SigningTerms, TrustSources
from tests.fakes.pdf import DECISION, make_pdf
from tests.fakes.pki import OfficePki
from tests.fakes.signing import encrypted_pdf, key_of, with_field


@pytest.fixture(scope="module")
def pki() -> OfficePki:
    return OfficePki(datetime.now(UTC).replace(microsecond=0))


@pytest.fixture(scope="module")
def person(pki: OfficePki) -> SigningKey:
    return key_of(pki.person("Nguyễn Văn An", "an@example.gov.vn"))


@pytest.fixture
def stamper(pki: OfficePki) -> Timestamper:
    return Timestamper(("http://tsa.test",), pki.post_timestamp)


def hybrid_pdf() -> bytes:
    """As Word writes them: a table for old readers, and a stream that lists one more object (7.5.8.4)."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(
        (
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/PieceInfo 4 0 R>>",
            b"<</Hidden true>>",
        ),
        1,
    ):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    stream = len(out)
    rows = b"\x01" + places[3].to_bytes(2, "big") + b"\x00"
    out += (
        b"5 0 obj\n<</Type/XRef/Size 6/W[1 2 1]/Index[4 1]/Length 4>>stream\n%s\nendstream\nendobj\n" % rows
    )
    table = len(out)
    out += b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % one for one in places[:3])
    out += b"trailer\n<</Size 6/Root 1 0 R/XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n" % (stream, table)
    return bytes(out)


MAKES = {
    "plain": make_pdf(DECISION),
    "hybrid": hybrid_pdf(),
    "owner's password": encrypted_pdf(StandardEncryption("", "chu", strength=128)),
    "waiting field": with_field(make_pdf(DECISION), SigFieldSpec("Ký", box=(10, 10, 90, 60))),
    "nothing after the end": make_pdf(DECISION).rstrip(b"\n"),
    "junk after the end": make_pdf(DECISION) + b"\0" * 700,
}


@pytest.mark.parametrize("make", MAKES)
def test_every_step_only_appends(make: str, pki: OfficePki, person: SigningKey, stamper: Timestamper) -> None:
    pdf = MAKES[make]
    signed = sign_pdf(pdf, person, profile=Profile.B_T, timestamper=stamper, signing_time=pki.now)
    assert signed.startswith(pdf)
    assert verify_pdf(signed, pki.demand()).indication is Indication.TOTAL_PASSED
    again = sign_pdf(signed, person, profile=Profile.B_B, timestamper=None, signing_time=pki.now)
    assert again.startswith(signed)
    later = pki.now + timedelta(hours=2)
    extended = extend(signed, pki.demand(later, crls=pki.crls(later)), stamper, Profile.B_LTA)
    assert extended.startswith(signed)
    assert verify_pdf(extended, pki.demand(later)).signatures[0].level == "B-LTA"


def test_a_document_with_something_before_it_is_refused(person: SigningKey) -> None:
    """Every offset in it is wrong; guessing would give different readers different documents."""
    with pytest.raises(MalformedDocument) as refused:
        sign_pdf(
            b"HTTP/1.1 200 OK\n" + MAKES["plain"],
            person,
            profile=Profile.B_B,
            timestamper=None,
            signing_time=datetime.now(UTC),
        )
    assert refused.value.params["reason"] == "corrupt"


def test_a_hybrid_document_is_told_before_and_after(pki: OfficePki, person: SigningKey) -> None:
    assert outlook(MAKES["hybrid"]).hybrid
    signed = sign_pdf(MAKES["hybrid"], person, profile=Profile.B_B, timestamper=None, signing_time=pki.now)
    assert Reason.HYBRID_XREF in verify_pdf(signed, pki.demand()).reasons


@pytest.fixture
def waiting(
    pki: OfficePki, person: SigningKey, stamper: Timestamper, tmp_path: Path
) -> tuple[Path, SigningTerms]:
    """A signed file and how it is to be extended, from folders as the client has them."""
    for name, content in (
        ("trust/root.pem", pki.root.certificate_pem),
        ("crl/root.crl", pki.crls(pki.now + timedelta(minutes=1))[0]),
        ("crl/issuing.crl", pki.crls(pki.now + timedelta(minutes=1))[1]),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    path = tmp_path / "thư mục" / "công văn.pdf"
    path.parent.mkdir()
    path.write_bytes(
        sign_pdf(make_pdf(DECISION), person, profile=Profile.B_T, timestamper=stamper, signing_time=pki.now)
    )
    sources = TrustSources((tmp_path / "trust",), (tmp_path / "crl",))
    return path, SigningTerms(sources, pki.now + timedelta(hours=1), Profile.B_LT)


def test_a_file_is_extended_in_place(waiting: tuple[Path, SigningTerms], pki: OfficePki) -> None:
    path, terms = waiting
    before = path.read_bytes()
    extending.extend_file(path, terms)
    assert path.read_bytes().startswith(before)
    assert verify_pdf(path.read_bytes(), pki.demand()).signatures[0].level == "B-LT"
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_full_disk_leaves_the_file_as_it_was(
    waiting: tuple[Path, SigningTerms], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, terms = waiting
    before = path.read_bytes()

    def full(handle: int) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull):
        extending.extend_file(path, terms)
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name], "no half file is left"


def test_what_somebody_else_wrote_meanwhile_stays(
    waiting: tuple[Path, SigningTerms], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, terms = waiting
    work = extending.extend_document

    def slow(*asked: object) -> bytes:
        path.write_bytes(b"another version")
        return work(*asked)  # type: ignore[arg-type] # handed through

    monkeypatch.setattr(extending, "extend_document", slow)
    with pytest.raises(StorageFailed) as failed:
        extending.extend_file(path, terms)
    assert failed.value.params["reason"] == "changed-meanwhile"
    assert path.read_bytes() == b"another version"


def test_a_file_that_is_gone_is_said_to_be(waiting: tuple[Path, SigningTerms]) -> None:
    path, terms = waiting
    path.unlink()
    with pytest.raises(StorageFailed):
        extending.extend_file(path, terms)
