"""One figure of signing PDFs, measured in a process of its own: ``pdf_probe.py WHAT FOLDER``.

``ours``: milliseconds of our signature and our check of it, B-B, one page. ``peer``: milliseconds of
bare pyHanko's SimpleSigner alone, in a process that has loaded nothing of ours. ``large``: peak resident
memory in MiB after a 60 MB document was read, signed, checked and, ``extended``, made B-LTA. ``checked``:
milliseconds of verifying 100 pages with three signatures: bare pyHanko, ours without drawing, ours with
it, in turn in one process. ``judged``: peak memory before and after a 60 MB document was verified.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

PASSWORD = "bí mật"
_ROUNDS = 25


def peak_mib() -> float:
    """The most this process ever had in memory."""
    for line in Path("/proc/self/status").read_text("utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def median_ms(work: Callable[[], object]) -> float:
    """Of many rounds, after one to warm up."""
    work()
    times = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def peer(folder: Path) -> str:
    """Bare pyHanko, as its documentation shows it."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner

    signer = SimpleSigner.load_pkcs12(  # type: ignore[no-untyped-call] # pyHanko has no types here
        str(folder / "key.p12"), passphrase=PASSWORD.encode()
    )
    assert signer is not None
    metadata = PdfSignatureMetadata(field_name="S", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    pdf = (folder / "page.pdf").read_bytes()

    def sign() -> None:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        PdfSigner(metadata, signer=signer).sign_pdf(writer, output=io.BytesIO())

    return f"{median_ms(sign):.2f}"


def ours(folder: Path) -> str:
    """What happens between "Ký" and the file."""
    from client.crypto.pades_signing import sign_pdf
    from client.crypto.pades_validation import verify_pdf
    from client.model.verdict import Indication, Profile
    from tests.fakes.pki import OfficePki
    from tests.fakes.signing import key_of

    pki = OfficePki()
    key, demand = key_of(pki.person("Nguyễn Văn An", "an@example.gov.vn")), pki.demand()
    pdf = (folder / "page.pdf").read_bytes()

    def sign_and_check() -> None:
        signed = sign_pdf(pdf, key, profile=Profile.B_B, timestamper=None, signing_time=demand.at)
        assert verify_pdf(signed, demand).indication is Indication.TOTAL_PASSED

    return f"{median_ms(sign_and_check):.2f}"


def large(folder: Path) -> str:
    """Input and output are both held, as the service holds them."""
    from client.crypto.pades_extension import extend
    from client.crypto.pades_signing import sign_pdf
    from client.crypto.pades_validation import verify_pdf
    from client.crypto.timestamps import Timestamper
    from client.model.verdict import Indication, Profile
    from tests.fakes.pki import OfficePki
    from tests.fakes.signing import key_of

    pki = OfficePki()
    key, demand = key_of(pki.person("Nguyễn Văn An", "an@example.gov.vn")), pki.demand()
    before = peak_mib()
    pdf = (folder / "large.pdf").read_bytes()
    signed = sign_pdf(pdf, key, profile=Profile.B_B, timestamper=None, signing_time=demand.at)
    assert verify_pdf(signed, demand).indication is Indication.TOTAL_PASSED
    after = peak_mib()
    del pdf
    stamper = Timestamper(("http://tsa.test",), pki.post_timestamp)
    extended = extend(signed, demand, stamper, Profile.B_LTA)
    assert extended.startswith(signed)
    return f"{before:.0f} {after:.0f} {peak_mib():.0f}"


def checked(folder: Path) -> str:
    """The same trust, the same revocation data, the same file; one after the other, so that load hits all."""
    import logging

    from asn1crypto import crl, x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    from client.crypto.pades_validation import verify_pdf
    from client.model.verdict import Indication
    from tests.fakes.pdf import DECISION, make_pdf
    from tests.fakes.pki import OfficePki
    from tests.fakes.signing import key_of
    from tests.fakes.tampering import sign

    logging.disable()
    pki = OfficePki()
    demand = pki.demand()
    pdf = make_pdf(*([DECISION] * 100))
    for number, box in enumerate(((380, 60, 500, 100), (300, 60, 370, 100), (80, 60, 160, 100))):
        key = key_of(pki.person(f"Người ký {number}", f"k{number}@example.gov.vn"))
        pdf = sign(pdf, key, f"K{number}", box=box, page=99)

    def bare() -> None:
        for embedded in PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures:
            context = ValidationContext(
                trust_roots=[x509.Certificate.load(one) for one in demand.trust.anchors],
                other_certs=[x509.Certificate.load(one) for one in demand.trust.intermediates],
                crls=[crl.CertificateList.load(one) for one in demand.trust.crls],
                allow_fetching=False,
                revocation_mode="require",
                moment=demand.at,
            )
            status = validate_pdf_signature(embedded, signer_validation_context=context)
            assert status.bottom_line

    def ours_(*, draw: bool) -> None:
        assert verify_pdf(pdf, demand, draw=draw).indication is Indication.TOTAL_PASSED

    works: tuple[Callable[[], None], ...] = (bare, partial(ours_, draw=False), partial(ours_, draw=True))
    times: list[list[float]] = [[], [], []]
    for at, work in ((at, work) for _ in range(_ROUNDS // 3) for at, work in enumerate(works)):
        start = time.process_time()
        work()
        times[at].append(1000 * (time.process_time() - start))
    return " ".join(f"{statistics.median(one):.2f}" for one in times)


def judged(folder: Path) -> str:
    """A large file with a later signature, so that both revisions are drawn; the file is made first."""
    from client.crypto.pades_validation import verify_pdf
    from client.model.verdict import Indication
    from tests.fakes.pki import OfficePki

    pki, target = OfficePki(), folder / "large-signed.pdf"
    if not target.is_file():
        from tests.fakes.signing import key_of
        from tests.fakes.tampering import sign

        key = key_of(pki.person("Nguyễn Văn An", "an@example.gov.vn"))
        once = sign((folder / "large.pdf").read_bytes(), key)
        target.write_bytes(sign(once, key, "S2", box=(80, 60, 160, 100)))
        return "0 0 0"
    before = peak_mib()
    pdf, start = target.read_bytes(), time.perf_counter()
    report = verify_pdf(pdf, pki.demand())
    # Another authority than the one that signed: everything but trust is judged.
    assert report.indication is Indication.INDETERMINATE
    return f"{before:.0f} {peak_mib():.0f} {1000 * (time.perf_counter() - start):.0f}"


if __name__ == "__main__":
    print(
        {"ours": ours, "peer": peer, "large": large, "checked": checked, "judged": judged}[sys.argv[1]](
            Path(sys.argv[2])
        )
    )
