"""PAdES signatures (EN 319 142-1), always as an incremental update."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession

from client.crypto.keys import SigningKey
from client.crypto.pades_permissions import FieldDemands, demands_of, refuse_if_forbidden
from client.crypto.pades_stamp import Drawn, style_of
from client.crypto.pdf_files import PDF_ERRORS, open_for_update
from client.crypto.timestamps import Timestamper
from client.errors import MalformedDocument, SigningRefused, TimestampUnavailable
from client.model.secret import Secret
from client.model.verdict import Profile

_FIELD = "ChuKy"
_BESIDES = 2560
"""Bytes: the signature value (1024 for the longest keys in use), attributes, and some to spare."""


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
    stamp: Drawn | None = None,
    password: Secret | None = None,
    field_name: str = "",
) -> bytes:
    """Append a signature and leave every byte of ``pdf`` where it is.

    B-LT and B-LTA begin as B-T: `client.crypto.pades_extension.extend` takes them further. An empty
    field of the document is used where ``field_name`` names it; then ``stamp`` is drawn into the
    field's own box. ``password`` opens an encrypted document, which stays encrypted.

    Raises `MalformedDocument`, `DocumentEncrypted`, `SigningRefused` (an earlier signer forbids it,
    or the field asks for what we do not give) and `TimestampUnavailable`; never falls back to B-B.
    """
    stamped = profile is not Profile.B_B
    if stamped and timestamper is None:
        raise TimestampUnavailable(url="", reason="no-timestamp-authority")
    terms = _Terms(key, timestamper if stamped else None, signing_time, reason, location, stamp, field_name)
    try:
        return _sign(open_for_update(pdf, name, password), terms)
    except _TooSmall:
        # The authority's tokens are larger than any seen so far; now their size is known.
        return _sign(open_for_update(pdf, name, password), terms)
    except PDF_ERRORS as error:
        raise MalformedDocument(name=name, reason="corrupt") from error


class _TooSmall(Exception):
    """The place kept free in the file does not hold the signature with its time-stamp."""


@dataclass(frozen=True)
class _Terms:
    key: SigningKey
    timestamper: Timestamper | None
    signing_time: datetime
    reason: str
    location: str
    stamp: Drawn | None
    field_name: str


def _sign(writer: IncrementalPdfFileWriter, terms: _Terms) -> bytes:
    chosen = terms.field_name or free_name(writer)
    drawn_anew = terms.stamp is not None and not terms.field_name
    refuse_if_forbidden(writer.prev, chosen, adds_drawing=drawn_anew)
    demands = _demands(writer, terms)
    signer = _TimedSigner(
        PdfSignatureMetadata(
            field_name=chosen,
            subfilter=SigSeedSubFilter.PADES,
            md_algorithm=demands.digest,
            reason=terms.reason or None,
            location=terms.location or None,
        ),
        signer=terms.key.pyhanko_signer,
        timestamper=terms.timestamper,
        stamp_style=style_of(terms.stamp),
        new_field_spec=_new_field(chosen, terms.stamp) if not terms.field_name else None,
        signing_time=terms.signing_time,
    )
    room = terms.timestamper.room if terms.timestamper else 0
    output = io.BytesIO()
    try:
        signer.sign_pdf(
            writer,
            output=output,
            existing_fields_only=bool(terms.field_name),
            bytes_reserved=_room_for(writer, terms),
        )
    except SigningError as error:
        if terms.timestamper is not None and terms.timestamper.room > room:
            raise _TooSmall from error
        raise SigningRefused(reason="document-forbids-signing") from error
    return output.getvalue()


def _room_for(writer: IncrementalPdfFileWriter, terms: _Terms) -> int | None:
    """Hexadecimal digits to keep free; None has pyHanko build a whole signature to measure it.

    The certificates are known, the rest is a signature value, names and digests.
    """
    handler = writer.security_handler
    if handler is not None and handler.pdf_mac_enabled:
        return None
    key = terms.key
    certificates = len(key.certificate_der) + sum(len(one.dump()) for one in key.pyhanko_signer.cert_registry)
    token = terms.timestamper.room if terms.timestamper else 0
    return 2 * (certificates + len(key.certificate_der) + _BESIDES + token)


def _demands(writer: IncrementalPdfFileWriter, terms: _Terms) -> FieldDemands:
    name = terms.field_name
    if not name:
        return FieldDemands()
    demands = demands_of(writer.prev, name, terms.key.pyhanko_signer.signing_cert, terms.reason)
    if demands.timestamp and terms.timestamper is None:
        raise SigningRefused(reason="field-demands-timestamp", field=name)
    return demands


def free_name(writer: IncrementalPdfFileWriter, stem: str = _FIELD) -> str:
    """A field name that the document does not use yet."""
    taken = {field_name for field_name, _, _ in enumerate_sig_fields(writer)}
    number = 1
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def _new_field(name: str, stamp: Drawn | None) -> SigFieldSpec | None:
    if stamp is None:
        return None
    return SigFieldSpec(name, on_page=stamp.page_index, box=stamp.box)  # type: ignore[arg-type] # fractions of a point are fine
