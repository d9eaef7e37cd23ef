"""What the rules ask of a finished message besides its words: fields, character sets, its own signature."""

from __future__ import annotations

from collections.abc import Iterator

from client.crypto.cms import signed_content, verify_detached, verify_opaque
from client.crypto.keys import Purpose
from client.mime import parser
from client.mime.headers import decode_header
from client.mime.smime import ShapeKind, SmimeShape, find_shape
from client.model.message import ParsedMessage
from client.model.text import is_decomposed
from client.model.trust import VerificationDemand
from client.model.verdict import SignatureVerdict

_ASKED = frozenset(
    {
        "auto-submitted",
        "importance",
        "list-unsubscribe",
        "priority",
        "x-autoforward",
        "x-congthu-urgency",
        "x-ms-exchange-generated-message-source",
        "x-priority",
    }
)
_HIGH = ("high", "urgent", "1", "2")
_DECLARED = ("text/plain", "text/html")


def unwrapped(raw: bytes, parsed: ParsedMessage) -> tuple[bytes, ParsedMessage]:
    """The entity that an opaque signature wraps: the rules are not to be passed by signing.

    The fields of the outer message stay what the message is sent under.
    """
    shape = find_shape(raw, parsed)
    content = signed_content(shape.signature_der) if shape.kind is ShapeKind.OPAQUE else b""
    return (content, parser.parse_message(content)) if content else (raw, parsed)


def is_encrypted(raw: bytes, parsed: ParsedMessage) -> bool:
    """Nothing in it can be read here."""
    return find_shape(raw, parsed).kind is ShapeKind.ENCRYPTED


def asked_headers(parsed: ParsedMessage) -> tuple[tuple[str, str], ...]:
    """The fields that rules look at, decoded."""
    found = ((field.name.lower(), field.value) for field in parsed.headers)
    return tuple((name, decode_header(value)) for name, value in found if name in _ASKED)


def is_urgent(headers: tuple[tuple[str, str], ...]) -> bool:
    """Marked as of high importance, in any of the ways programs do it."""
    marks = {name: value.strip().lower() for name, value in headers}
    if marks.get("x-congthu-urgency"):
        return True
    return any(marks.get(name, "").startswith(_HIGH) for name in ("importance", "priority", "x-priority"))


def charsets(raw: bytes, parsed: ParsedMessage) -> tuple[str, ...]:
    """Of the text shown; a part that is plain ASCII is the same in all of them."""
    parts = (part for part in parser.body_parts(parsed) if part is not None)
    shown = (part for part in parts if part.content_type in _DECLARED)
    return tuple(part.charset or "us-ascii" for part in shown if not parser.part_content(raw, part).isascii())


def raw_headers(parsed: ParsedMessage) -> str:
    """``utf-8`` or ``unknown`` where a field holds bytes beyond ASCII (RFC 2047, RFC 6532)."""
    values = [field.value for field in parsed.headers if not field.value.isascii()]
    if not values:
        return ""
    return "utf-8" if all(_is_utf8(value) for value in values) else "unknown"


def decomposed_parts(raw: bytes, parsed: ParsedMessage) -> Iterator[str]:
    """``body`` where its letters came in the combining form; reading has composed them since."""
    for part in parser.body_parts(parsed):
        if part is None or part.charset.lower() not in {"utf-8", "utf8"}:
            continue
        if is_decomposed(parser.part_content(raw, part).decode("utf-8", "replace")):
            yield "body"
            return


def message_signers(raw: bytes, parsed: ParsedMessage, demand: VerificationDemand) -> tuple[str, ...]:
    """Addresses in the certificates that sign the message as a whole, be they trusted or not."""
    shape = find_shape(raw, parsed)
    found: list[str] = []
    for verdict in _verdicts(shape, demand):
        found += verdict.signer.emails if verdict.signer else ()
    return tuple(dict.fromkeys(found))


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _verdicts(shape: SmimeShape, demand: VerificationDemand) -> tuple[SignatureVerdict, ...]:
    match shape.kind:
        case ShapeKind.DETACHED if shape.signature_der and shape.signed_entity:
            return verify_detached(
                shape.signed_entity, shape.signature_der, demand, purpose=Purpose.MAIL, where="message"
            )
        case ShapeKind.OPAQUE:
            return verify_opaque(shape.signature_der, demand, purpose=Purpose.MAIL, where="message")[1]
        case _:
            return ()
