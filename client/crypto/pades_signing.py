"""PAdES signatures (EN 319 142-1), always as an incremental update."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession

from client.crypto.keys import SigningKey
from client.crypto.pdf_files import PDF_ERRORS, open_for_update
from client.crypto.timestamps import Timestamper
from client.errors import MalformedDocument, SigningRefused, TimestampUnavailable
from client.model.verdict import Profile

_FIELD = "ChuKy"


class _TimedSigner(PdfSigner):
    """pyHanko's signer with our clock instead of the system's."""

    def __init__(self, *args: Any, signing_time: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self._signing_time = signing_time

    def init_signing_session(self, *args: Any, **options: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **options)
        session.system_time = self._signing_time
        return session


def sign_pdf(
    pdf: bytes,
    key: SigningKey,
    *,
    profile: Profile,
    timestamper: Timestamper | None,
    signing_time: datetime,
    reason: str = "",
    location: str = "",
    name: str = "",
) -> bytes:
    """Append a signature and leave every byte of ``pdf`` where it is.

    Raises `MalformedDocument`, `DocumentEncrypted`, `SigningRefused` (an earlier signer forbids
    changes, or the profile is not made here) and `TimestampUnavailable`; never falls back to B-B.
    """
    if profile not in {Profile.B_B, Profile.B_T}:
        raise SigningRefused(reason="profile-not-supported")
    if profile is Profile.B_T and timestamper is None:
        raise TimestampUnavailable(url="")
    writer = open_for_update(pdf, name)
    output = io.BytesIO()
    try:
        signer = _TimedSigner(
            PdfSignatureMetadata(
                field_name=_free_name(writer),
                subfilter=SigSeedSubFilter.PADES,
                md_algorithm="sha256",
                reason=reason or None,
                location=location or None,
            ),
            signer=key.pyhanko_signer,
            timestamper=timestamper if profile is Profile.B_T else None,
            signing_time=signing_time,
        )
        signer.sign_pdf(writer, output=output)
    except SigningError as error:
        raise SigningRefused(reason="document-forbids-signing") from error
    except PDF_ERRORS as error:
        raise MalformedDocument(name=name, reason="corrupt") from error
    return output.getvalue()


def _free_name(writer: Any) -> str:
    taken = {field_name for field_name, _, _ in enumerate_sig_fields(writer)}
    number = 1
    while f"{_FIELD}{number}" in taken:
        number += 1
    return f"{_FIELD}{number}"
