"""Letters encrypted by OpenSSL, which nobody here wrote: what the product has to open."""

from __future__ import annotations

import subprocess
import tempfile
from base64 import encodebytes
from pathlib import Path

from tests.fakes.pki import Holder

ENTITY = (
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nM\xe1\xba\xadt kh\xe1\xba\xa9u h\xe1\xbb\x8dp: 4711\r\n"
)
HEADERS = b"From: an@example.gov.vn\r\nSubject: Thu\r\n"
SECRET_WORD = "4711"
"""What must never be seen outside an opened letter."""


def seal(
    entity: bytes,
    *readers: Holder,
    cipher: str = "aes-128-cbc",
    options: tuple[str, ...] = (),
    by_key_id: bool = False,
) -> bytes:
    """The CMS (DER) of ``entity`` for these readers; a GCM ``cipher`` makes AuthEnvelopedData.

    ``options`` belong to each reader's key (``-keyopt`` of openssl cms); ``by_key_id`` names the
    readers by their subject key identifier.
    """
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder)
        (where / "in").write_bytes(entity)
        command = ["openssl", "cms", "-encrypt", "-binary", "-outform", "DER", f"-{cipher}"]
        command += ["-in", "in", "-out", "out", *(["-keyid"] if by_key_id else [])]
        for number, reader in enumerate(readers):
            (where / f"{number}.pem").write_bytes(reader.certificate_pem)
            command += ["-recip", f"{number}.pem", *(word for one in options for word in ("-keyopt", one))]
        subprocess.run(command, cwd=where, check=True, capture_output=True)
        return (where / "out").read_bytes()


def sealed_entity(der: bytes, *, authenticated: bool = False) -> bytes:
    """The MIME entity that carries a sealed one (RFC 8551 section 3.3)."""
    kind = b"authEnveloped-data" if authenticated else b"enveloped-data"
    return (
        b"Content-Type: application/pkcs7-mime; smime-type=" + kind + b"; name=smime.p7m\r\n"
        b"Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=smime.p7m\r\n\r\n"
        + encodebytes(der).replace(b"\n", b"\r\n")
    )


def sealed_mail(
    der: bytes,
    headers: bytes = b"From: an@example.gov.vn\r\nSubject: Thu\r\n",
    *,
    authenticated: bool = False,
) -> bytes:
    """A whole message."""
    return headers + b"MIME-Version: 1.0\r\n" + sealed_entity(der, authenticated=authenticated)
