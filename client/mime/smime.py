"""Which S/MIME shape a message has. Structure only: nothing here judges a signature.

Two shapes speak for a whole message (RFC 8551 section 3.5): multipart/signed at the root with
exactly two parts, and application/pkcs7-mime signed-data at the root. Any other place where a
signature stands is PARTIAL, whatever it looks like ("Johnny, you are fired", USENIX Security 2019).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from client.mime.line_ends import with_line_feeds
from client.mime.parser import part_content
from client.mime.words import clean
from client.model.message import BodyPart, ParsedMessage

SIGNATURE_TYPES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
ENVELOPE_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})

_AMBIGUOUS = frozenset(
    {
        "boundary-repeated",
        "boundary-not-closed",
        "boundary-guessed",
        "header-line-skipped",
        "content-type-repeated",
        "content-transfer-encoding-repeated",
    }
)
"""Defects that two readers may understand in two ways; a signature must not rest on them."""

_OID_PREFIX = bytes.fromhex("06092a864886f70d0107")
_OID_AUTH_ENVELOPED = bytes.fromhex("060b2a864886f70d0109100117")
_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*"')
_BOUNDARY = re.compile(rb";\s*boundary\s*(?:\*[0-9*]*\s*)?=", re.IGNORECASE)
_CLAIM = re.compile(rb"(?=.*pkcs7)(?:multipart/signed|application/)", re.IGNORECASE | re.DOTALL)
_BARE_LF = re.compile(rb"(?<!\r)\n")


class ShapeKind(StrEnum):
    """What a message is made of as far as S/MIME goes."""

    NONE = "none"
    DETACHED = "detached"
    """multipart/signed at the root: ``signed_entity`` and ``signature_der``."""
    OPAQUE = "opaque"
    """signed-data at the root: ``signature_der`` holds the content as well."""
    ENCRYPTED = "encrypted"
    PARTIAL = "partial"
    """Something inside is signed, the message as a whole is not."""
    MALFORMED = "malformed"
    """Claims to be signed or encrypted at the root and is not built so."""


@dataclass(frozen=True, slots=True)
class SmimeShape:
    """The shape, with the exact bytes the signature covers."""

    kind: ShapeKind
    signed_entity: bytes = b""
    signature_der: bytes = b""
    micalg: str = ""
    envelope_der: bytes = b""
    """What ENCRYPTED has to be opened."""
    section: str = ""
    """Where PARTIAL stands in the message; ``""`` for the root as everywhere."""


def find_shape(raw: bytes, parsed: ParsedMessage) -> SmimeShape:
    """The shape of the whole message; PARTIAL carries the first signature found inside."""
    root = parsed.root
    if root.content_type == "multipart/signed" and _claims_smime(root):
        return _detached(raw, parsed)
    if root.content_type in ENVELOPE_TYPES:
        return _enveloped(raw, parsed)
    if _claims_beside(parsed):
        return SmimeShape(ShapeKind.MALFORMED)
    found = (_inner(raw, part) for part in own_parts(root))
    return next((shape for shape in found if shape is not None), SmimeShape(ShapeKind.NONE))


def own_parts(root: BodyPart) -> Iterator[BodyPart]:
    """Every part but what stands in an attached message: that is somebody else's, and so is its signature."""
    stack = [root]
    while stack:
        part = stack.pop()
        yield part
        if not part.content_type.startswith("message/"):
            stack.extend(reversed(part.children))


def hides_encrypted_part(raw: bytes, parsed: ParsedMessage) -> bool:
    """Whether something encrypted stands beside other parts (EFAIL, USENIX Security 2018).

    Such a part is never opened in place: whatever stands around it could carry its text away. A file
    that was encrypted under a name of its own is an attachment like any other.
    """
    if parsed.root.content_type in ENVELOPE_TYPES:
        return False
    return any(
        part.content_type in ENVELOPE_TYPES and _is_unnamed(part) and _is_envelope(part_content(raw, part))
        for part in own_parts(parsed.root)
    )


def _claims_smime(part: BodyPart) -> bool:
    protocol = part.parameter("protocol").strip().lower()
    return protocol in SIGNATURE_TYPES or any(
        child.content_type in SIGNATURE_TYPES for child in part.children
    )


def _claims_beside(parsed: ParsedMessage) -> bool:
    """Whether a second Content-Type field, which other readers go by, says that the message is signed."""
    written = [one.value for one in parsed.headers if one.name.lower() == "content-type"]
    return len(written) > 1 and any(_CLAIM.match(value) for value in written)


def _detached(raw: bytes, parsed: ParsedMessage) -> SmimeShape:
    root = parsed.root
    if (
        not _unambiguous(parsed)
        or len(root.children) != 2
        or root.children[1].content_type not in SIGNATURE_TYPES
    ):
        return SmimeShape(ShapeKind.MALFORMED, micalg=root.parameter("micalg"))
    return _pair(raw, root, ShapeKind.DETACHED)


def _unambiguous(parsed: ParsedMessage) -> bool:
    """Whether every reader takes the same bytes for the signed part."""
    if parsed.incomplete or not _AMBIGUOUS.isdisjoint(parsed.defects):
        return False
    written = [one.value for one in parsed.headers if one.name.lower() == "content-type"]
    # Of two boundaries one reader takes the first, another the last or the RFC 2231 form.
    return all(len(_BOUNDARY.findall(_QUOTED.sub(b'""', value))) <= 1 for value in written)


def _pair(raw: bytes, part: BodyPart, kind: ShapeKind) -> SmimeShape:
    content, signature = part.children[0], part.children[1]
    lines = with_line_feeds(raw)
    entity = lines[content.header_start : content.end]
    if _written_with_lf(lines):
        entity = _BARE_LF.sub(b"\r\n", entity)
    return SmimeShape(kind, entity, part_content(raw, signature), part.parameter("micalg").strip().lower())


def _written_with_lf(raw: bytes) -> bool:
    """A file saved with LF line ends throughout was signed with CRLF (RFC 8551 section 3.1.1)."""
    first = raw.find(b"\n")
    return first >= 0 and raw[max(0, first - 1) : first] != b"\r"


def _enveloped(raw: bytes, parsed: ParsedMessage) -> SmimeShape:
    der = part_content(raw, parsed.root)
    kind = _content_info(der)
    if kind == "signed-data" and _unambiguous(parsed):
        return SmimeShape(ShapeKind.OPAQUE, signature_der=der)
    if kind in ("enveloped-data", "auth-enveloped-data"):
        return SmimeShape(ShapeKind.ENCRYPTED, envelope_der=der)
    return SmimeShape(ShapeKind.MALFORMED)


def _is_envelope(der: bytes) -> bool:
    return _content_info(der) in ("enveloped-data", "auth-enveloped-data")


def _is_unnamed(part: BodyPart) -> bool:
    return clean(part.original_filename).lower() in ("", "smime.p7m", "smime.p7s")


def _content_info(der: bytes) -> str:
    """What CMS says of itself (RFC 5652 section 3); the header's smime-type is only a hint."""
    head = der[:32]
    at = head.find(_OID_PREFIX)
    if 2 <= at <= 8 and len(head) > at + len(_OID_PREFIX):
        number = head[at + len(_OID_PREFIX)]
        return {2: "signed-data", 3: "enveloped-data"}.get(number, "other")
    return "auth-enveloped-data" if _OID_AUTH_ENVELOPED in head else "other"


def _inner(raw: bytes, part: BodyPart) -> SmimeShape | None:
    if part.content_type == "multipart/signed" and _claims_smime(part):
        sound = len(part.children) == 2 and part.children[1].content_type in SIGNATURE_TYPES
        shape = _pair(raw, part, ShapeKind.PARTIAL) if sound else SmimeShape(ShapeKind.PARTIAL)
        return replace(shape, section=part.section)
    if part.content_type in ENVELOPE_TYPES | SIGNATURE_TYPES and _is_unnamed(part):
        der = part_content(raw, part)
        if part.content_type in ENVELOPE_TYPES and _content_info(der) != "signed-data":
            return None
        return SmimeShape(ShapeKind.PARTIAL, signature_der=der, section=part.section)
    return None
