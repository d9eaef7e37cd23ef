from __future__ import annotations

from pathlib import Path

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from client.cli.output import Printer
from client.cli.signed_revision import write_revisions
from client.config.catalogue import Catalogue
from client.config.paths import resources_dir
from client.crypto import cms, smime
from client.crypto.keys import SigningKey
from client.crypto.pades_validation import verify_pdf
from client.errors import MalformedDocument
from client.model.verdict import SignerKind, VerificationReport
from client.services.signed_versions import document, signed_version
from client.services.tasks import ImmediateLane
from tests.fakes.pki import OfficePki
from tests.fakes.signing import key_of
from tests.fakes.tampering import edited, fill, form_pdf, sign


@pytest.fixture(scope="module")
def key(pki: OfficePki) -> SigningKey:
    return key_of(pki.person("Nguyễn Văn An", "an@example.gov.vn"))


@pytest.fixture(scope="module")
def versions(key: SigningKey, pki: OfficePki) -> tuple[bytes, bytes, bytes]:
    """Signed by a person, sealed by the office, filled in afterwards."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        fill(writer, "GhiChu", "da xem")

    seal = key_of(pki.seal("Sở Nội vụ", "snv@example.gov.vn"))
    first = sign(form_pdf(), key)
    second = sign(first, seal, "ConDau", box=(300, 110, 370, 170))
    return first, second, edited(second, change)


def as_mail(pdf: bytes) -> bytes:
    from base64 import encodebytes

    return (
        b"From: an@example.gov.vn\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n"
        b"--o\r\nContent-Type: text/plain\r\n\r\nxem tep\r\n--o\r\nContent-Type: application/pdf\r\n"
        b'Content-Disposition: attachment; filename="cv.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        + encodebytes(pdf).replace(b"\n", b"\r\n")
        + b"--o--\r\n"
    )


def test_the_signed_version_is_what_the_signer_left_bit_for_bit(
    versions: tuple[bytes, bytes, bytes], pki: OfficePki, tmp_path: Path
) -> None:
    first, second, now = versions
    (tmp_path / "cv.pdf").write_bytes(now)
    report = verify_pdf(now, pki.demand())
    found = [signed_version(tmp_path / "cv.pdf", "", one.revision_bytes) for one in report.signatures]
    assert found == [first, second]
    assert [one.order for one in report.signatures] == [1, 2]
    kinds = [one.signer.kind for one in report.signatures if one.signer is not None]
    assert kinds == [SignerKind.PERSONAL, SignerKind.SEAL]


@pytest.mark.parametrize("opaque", [False, True])
def test_it_is_found_in_a_message_too(
    opaque: bool, versions: tuple[bytes, bytes, bytes], key: SigningKey, pki: OfficePki, tmp_path: Path
) -> None:
    raw = as_mail(versions[2])
    if opaque:
        raw = opaque_mail(raw, key, pki)
    (tmp_path / "thu.eml").write_bytes(raw)
    report = smime.verify_message(raw, pki.demand())
    (one,) = [verdict for verdict in report.signatures if verdict.where == "cv.pdf: ConDau"]
    assert signed_version(tmp_path / "thu.eml", one.section, one.revision_bytes) == versions[1]


def opaque_mail(entity: bytes, key: SigningKey, pki: OfficePki) -> bytes:
    from base64 import encodebytes

    from asn1crypto import cms as asn1

    info = asn1.ContentInfo.load(cms.sign_mail(entity, key, pki.now))
    info["content"]["encap_content_info"] = {"content_type": "data", "content": entity}
    return (
        b"From: an@example.gov.vn\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n" + encodebytes(info.dump()).replace(b"\n", b"\r\n")
    )


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"1234")
    for wanted in (0, 5):
        with pytest.raises(MalformedDocument):
            signed_version(path, "", wanted)
    with pytest.raises(MalformedDocument):
        document(path, "9")
    with pytest.raises(MalformedDocument):
        document(tmp_path / "none.pdf")


def test_the_command_writes_a_file_for_each_signature(
    versions: tuple[bytes, bytes, bytes], pki: OfficePki, tmp_path: Path
) -> None:
    path = tmp_path / "cv số 1.pdf"
    path.write_bytes(versions[2])
    out = tmp_path / "ra"
    out.mkdir()
    report: VerificationReport = verify_pdf(versions[2], pki.demand())
    printer = Printer(Catalogue.load(resources_dir()), as_json=True)
    written = write_revisions(ImmediateLane(), report, path, out, printer)
    assert written == [str(out / "cv số 1_1_ChuKy1.pdf"), str(out / "cv số 1_2_ConDau.pdf")]
    assert [Path(one or "").read_bytes() for one in written] == list(versions[:2])
