"""PDFs as other people's programs prepare, certify and lock them."""

from __future__ import annotations

import io

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import TimeStamper
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from client.crypto.keys import SigningKey
from client.crypto.pkcs12 import open_pkcs12
from client.model.secret import Secret
from tests.fakes.pki import Holder


def key_of(holder: Holder) -> SigningKey:
    """The holder's key, as a key file gives it."""
    return open_pkcs12(holder.pkcs12("bí mật"), Secret("bí mật"))


def with_field(pdf: bytes, spec: SigFieldSpec) -> bytes:
    """The same document with an empty signature field."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    append_signature_field(writer, spec)
    output = io.BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call] # pyHanko has no types here
    return output.getvalue()


def certify(pdf: bytes, key: SigningKey, permission: MDPPerm, stamper: TimeStamper | None = None) -> bytes:
    """A certification signature (ISO 32000-2 section 12.8.2.2) with what it still permits."""
    metadata = PdfSignatureMetadata(
        field_name="ChungNhan",
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        certify=True,
        docmdp_permissions=permission,
    )
    output = io.BytesIO()
    signer = PdfSigner(metadata, signer=key.pyhanko_signer, timestamper=stamper)
    signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=output)
    return output.getvalue()


def encrypted_pdf(encryption: StandardEncryption) -> bytes:
    """One page under a password."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), encrypt=encryption)
    canvas.drawString(100, 700, "Trang 1")
    canvas.save()
    return buffer.getvalue()
