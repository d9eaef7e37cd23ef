"""Whether a signed part was only written down in another way by a server on its path.

Servers that take messages apart (Exchange among them) write a part anew: other encoding, other line
ends. Its signature breaks as if somebody had altered it. Header fields of such a server prove nothing,
since whoever alters a message can add them; but where the signature does fit another way of writing
the very same content, that content is proven to be what was signed, and the difference is the server's.
"""

from __future__ import annotations

import re
from base64 import encodebytes
from collections.abc import Iterator
from dataclasses import replace
from quopri import encodestring

from client.crypto import cms
from client.crypto.keys import Purpose
from client.mime import parser
from client.mime.smime import SIGNATURE_TYPES, SmimeShape, own_parts
from client.model.message import ParsedMessage
from client.model.trust import VerificationDemand
from client.model.verdict import Coverage, Indication, Reason, SignatureVerdict, SubIndication

_ENCODING = re.compile(rb"^(content-transfer-encoding[ \t]*:[ \t]*)[^\r\n]*", re.IGNORECASE | re.MULTILINE)
_LONGEST = 2_000_000
"""Bytes; a larger part is not written anew for a guess."""
_MOST_TRIED = 40_000_000
"""Bytes in all, for a message of many parts."""


def note_conversion(
    verdict: SignatureVerdict, shape: SmimeShape, demand: VerificationDemand
) -> SignatureVerdict:
    """The verdict, or "converted by a server" where another writing of the same content fits it.

    Never valid: what came is not byte for byte what was signed.
    """
    if Reason.DOCUMENT_ALTERED not in verdict.reasons or len(shape.signed_entity) > _LONGEST:
        return verdict
    for written in other_writings(shape.signed_entity):
        found = cms.verify_detached(
            written, shape.signature_der, demand, purpose=Purpose.MAIL, where=verdict.where
        )
        if found and all(one.indication is Indication.TOTAL_PASSED for one in found):
            return _converted(found[0], Coverage.WHOLE)
    return verdict


def _converted(verdict: SignatureVerdict, coverage: Coverage) -> SignatureVerdict:
    return replace(
        verdict,
        indication=Indication.INDETERMINATE,
        sub_indication=SubIndication.FORMAT_FAILURE,
        coverage=coverage,
        reasons=(Reason.SERVER_CONVERTED, *verdict.reasons),
    )


def find_signed_part(
    raw: bytes, parsed: ParsedMessage, der: bytes, demand: VerificationDemand
) -> SignatureVerdict | None:
    """A detached signature whose frame a server took apart: the one part beside it that it does fit."""
    left = _MOST_TRIED
    for part in own_parts(parsed.root):
        entity = raw[part.header_start : part.end]
        if part is parsed.root or part.content_type in SIGNATURE_TYPES or len(entity) > _LONGEST:
            continue
        for written in (entity, *other_writings(entity)):
            left -= len(written)
            if left < 0:
                return None
            found = cms.verify_detached(written, der, demand, purpose=Purpose.MAIL, where="message")
            if found and all(one.indication is Indication.TOTAL_PASSED for one in found):
                return _converted(found[0], Coverage.PARTIAL)
    return None


def other_writings(entity: bytes) -> Iterator[bytes]:
    """Other ways to write the same content: last line end, transfer encoding."""
    yield entity + b"\r\n"
    if entity.endswith(b"\r\n"):
        yield entity.removesuffix(b"\r\n")
    parsed = parser.parse_message(entity)
    head, body = entity[: parsed.root.body_start], parser.part_content(entity, parsed.root)
    if parsed.root.children or not _ENCODING.search(head):
        return
    text = re.sub(rb"\r?\n", b"\r\n", body)
    for name, written in (
        (b"8bit", text),
        (b"7bit", text),
        (b"quoted-printable", encodestring(text.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")),
        (b"base64", encodebytes(body).replace(b"\n", b"\r\n")),
        (b"base64", encodebytes(text).replace(b"\n", b"\r\n")),
    ):
        anew = _ENCODING.sub(rb"\g<1>" + name, head) + written
        yield anew
        yield anew.removesuffix(b"\r\n")
