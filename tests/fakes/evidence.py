"""A signed letter with a signed and time-stamped PDF, and the evidence on it, all made on the spot."""

from __future__ import annotations

from base64 import encodebytes
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from reportlab.lib.pdfencrypt import StandardEncryption

from client.crypto import cms
from client.crypto.pades_signing import sign_pdf
from client.crypto.timestamps import Timestamper
from client.mime import builder
from client.model.evidence import Entry, Gathered, digest_of
from client.model.secret import Secret
from client.model.verdict import Profile
from client.services import evidence_bundle
from client.services.gathering import verify_and_gather
from client.services.requests import TrustSources, VerifyRequest
from client.store.database import Database, open_ledger
from client.store.evidence import EvidenceLog
from client.store.evidence_files import EvidenceFiles
from tests.fakes.pdf import DECISION, make_pdf
from tests.fakes.pki import Holder, OfficePki
from tests.fakes.signing import encrypted_pdf, key_of

ADDRESS = "an@example.gov.vn"


class EvidenceRoom:
    """A folder with trust, a ledger and blobs; ``raw`` is the letter, ``request`` asks to judge it."""

    def __init__(self, folder: Path, pki: OfficePki) -> None:
        self.folder, self.pki = folder, pki
        for name in ("trust", "crls"):
            (folder / name).mkdir(parents=True)
        (folder / "trust" / "root.pem").write_bytes(pki.root.certificate_pem)
        (folder / "trust" / "issuing.pem").write_bytes(pki.issuing.certificate_pem)
        self.write_crls(pki.crls())
        self.raw = signed_letter(pki)
        self.sources = TrustSources(
            (folder / "trust" / "root.pem",), (folder / "crls",), (folder / "trust" / "issuing.pem",)
        )
        self.ledger: Database = open_ledger(folder / "ledger.db")
        self.log = EvidenceLog(self.ledger)
        self.files = EvidenceFiles(folder / "evidence")

    def write_crls(self, crls: tuple[bytes, ...]) -> None:
        """What the engine fetched last."""
        for number, content in enumerate(crls):
            (self.folder / "crls" / f"{number}.crl").write_bytes(content)

    def request(self, raw: bytes | None = None, at: datetime | None = None) -> VerifyRequest:
        """To judge the letter, or these bytes, now."""
        path = self.folder / "letter.eml"
        path.write_bytes(self.raw if raw is None else raw)
        return VerifyRequest(path, self.sources, at or self.pki.now, name=evidence_bundle.MESSAGE)

    def record(self, raw: bytes | None = None, at: datetime | None = None) -> Gathered:
        """Judge and keep."""
        request = self.request(raw, at)
        found = verify_and_gather(request)
        for _, content in found.blobs:
            self.files.put(content)
        record = replace(found.record, policy_id="hcm", stored=True)
        self.log.record(
            found.sha256,
            Entry(report=found.report, record=record),
            software="Công Thư 1",
            policy="2026.1",
            at=request.at,
        )
        return found

    def bundle(self, raw: bytes | None = None) -> bytes:
        """What is handed over."""
        return self.collected(raw).packed()

    def collected(self, raw: bytes | None = None) -> evidence_bundle.Collected:
        """The same before it is packed."""
        content = self.raw if raw is None else raw
        return evidence_bundle.collect(
            self.log, self.files, digest_of(content), content, software="Công Thư 1", at=self.pki.now
        )

    def close(self) -> None:
        """Let go of the ledger."""
        self.ledger.close()


def signed_letter(
    pki: OfficePki, *, changed: bool = False, signer: Holder | None = None, password: str = ""
) -> bytes:
    """S/MIME around text and a PDF of level B-T; ``changed`` alters a word after the signing.

    ``password`` encrypts the PDF.
    """
    key = key_of(signer or pki.person("Nguyễn Văn An", ADDRESS))
    stamper = Timestamper(("http://tsa.test",), pki.post_timestamp)
    bare = encrypted_pdf(StandardEncryption(password, "owner", strength=128)) if password else None
    pdf = sign_pdf(
        bare or make_pdf(DECISION),
        key,
        profile=Profile.B_T,
        timestamper=stamper,
        signing_time=pki.now,
        password=Secret(password) if password else None,
    )
    encoded = encodebytes(pdf).replace(b"\n", b"\r\n")
    entity = (
        b"Content-Type: multipart/mixed; boundary=o\r\n\r\n"
        b"--o\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nKinh gui Uy ban\r\n"
        b"--o\r\nContent-Type: application/pdf; name=quyet-dinh.pdf\r\n"
        b"Content-Disposition: attachment; filename=quyet-dinh.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + encoded + b"--o--\r\n"
    )
    headers = (
        b"Received: from mx.example.gov.vn by imap.example.gov.vn; Mon, 23 Nov 2026 08:00:00 +0700\r\n"
        b"Authentication-Results: mx.example.gov.vn; dkim=pass header.d=example.gov.vn\r\n"
        b"From: Nguyen Van An <" + ADDRESS.encode() + b">\r\nTo: vanthu@example.gov.vn\r\n"
        b"Subject: QD 12\r\nMessage-ID: <12@example.gov.vn>\r\nDate: Mon, 23 Nov 2026 08:00:00 +0700\r\n"
    )
    raw = builder.assemble_signed(headers, entity, cms.sign_mail(entity, key, pki.now))
    return raw.replace(b"Kinh gui Uy ban", b"Kinh gui ai do.", 1) if changed else raw
