"""A hundred signatures on one SoftHSM session, beside bare pyHanko in the same run.

Figures are printed, never asserted: ``bash installer/dev.sh bench``.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pkcs11
import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.pkcs11 import PKCS11Signer
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from client.model.account import KeyRef
from client.model.secret import Secret
from client.model.verdict import Profile
from client.services import signing
from client.services.key_room import key_room
from client.services.requests import KeyUse, SigningTerms, TrustSources
from tests.fakes.pdf import make_pdf
from tests.fakes.pki import Holder, OfficePki
from tests.fakes.softhsm import SoftHsm, SoftToken, why_no_softhsm

pytestmark = pytest.mark.bench
PIN = "123456"


@pytest.fixture(scope="module")
def pki() -> OfficePki:
    return OfficePki(datetime.now(UTC).replace(microsecond=0))


@pytest.fixture(scope="module")
def an(pki: OfficePki) -> Holder:
    return pki.person("Nguyễn Văn An", "an@sothu.example")


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory, an: Holder) -> Iterator[SoftToken]:
    if reason := why_no_softhsm():
        pytest.skip(reason)
    with SoftHsm.start(tmp_path_factory.mktemp("bench")) as hsm:
        made = hsm.add_token("Bench", PIN)
        made.put(an, b"\x01", "Ky so")
        yield made


@pytest.fixture(scope="module")
def terms(pki: OfficePki, tmp_path_factory: pytest.TempPathFactory) -> SigningTerms:
    folder = tmp_path_factory.mktemp("trust")
    (folder / "root.pem").write_bytes(pki.root.certificate_pem)
    for number, crl in enumerate(pki.crls()):
        (folder / f"{number}.crl").write_bytes(crl)
    sources = TrustSources((folder / "root.pem",), tuple(sorted(folder.glob("*.crl"))))
    return SigningTerms(sources, pki.now, Profile.B_B)


def test_a_hundred_documents_with_one_login(
    request: pytest.FixtureRequest, token: SoftToken, an: Holder, pki: OfficePki, terms: SigningTerms
) -> None:
    # In the whole test run it only has to work; the figures are for who asks for them.
    count = 100 if "bench" in request.config.option.markexpr else 3
    pdf = make_pdf([])
    use = KeyUse(KeyRef("pkcs11", f"serial={token.serial};id=%01"), Secret(PIN))
    key_room().hold(use)
    library = pkcs11.lib(str(Path(token.driver).resolve()))
    slot = next(one for one in library.get_tokens() if one.serial.decode() == token.serial)
    whole, alone = [], []
    try:
        with slot.open() as session, key_room().lend(use) as key:
            chain = [x509.Certificate.load(an.chain_der[0])]
            bare, ours = PKCS11Signer(session, cert_id=b"\x01", ca_chain=chain), key.pyhanko_signer
            for _ in range(count):
                theirs = timed(lambda: peer_validate(peer_sign(bare, pdf), pki))
                whole.append((theirs, timed(lambda: signing.sign_document(pdf, use, terms))))
                alone.append((timed(lambda: peer_sign(bare, pdf)), timed(lambda: peer_sign(ours, pdf))))
    finally:
        key_room().release()
    print(f"\n{count} one-page PDFs, RSA-2048 in SoftHSM, one login; seconds in all")
    tell("bare PKCS11Signer + validation, ours sign + self-verify", whole)
    tell("in pyHanko's PdfSigner: bare PKCS11Signer, our signer", alone)


def tell(what: str, pairs: list[tuple[float, float]]) -> None:
    theirs, ours = (sum(column) for column in zip(*pairs, strict=True))
    print(f"  {what}: {theirs:.2f} s, {ours:.2f} s: {ours / theirs:.2f}×")


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peer_sign(signer: Signer, pdf: bytes) -> bytes:
    output = io.BytesIO()
    metadata = PdfSignatureMetadata(
        field_name="Sig1", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    PdfSigner(metadata, signer=signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=output)
    return output.getvalue()


def peer_validate(signed: bytes, pki: OfficePki) -> None:
    trust = pki.trust()
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in trust.anchors],
        crls=list(trust.crls),
        allow_fetching=False,
        revocation_mode="hard-fail",
        moment=pki.now,
    )
    reader = PdfFileReader(io.BytesIO(signed))
    status = validate_pdf_signature(reader.embedded_signatures[0], context)
    assert status.bottom_line
