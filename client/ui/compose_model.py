"""What the compose window decides, without Qt: fields → draft, report → button, finding → place."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from client.model.account import Account, KeyRef, MailboxKind
from client.model.address import MailAddress, parse_addresses
from client.model.finding import CheckReport, Finding, Gate, Severity
from client.model.outgoing import Draft, DraftAttachment

NO_DOCUMENT = ""
DOCUMENT_TYPES: tuple[tuple[str, str], ...] = (
    ("CV", "Công văn"),
    ("GM", "Giấy mời"),
    ("TB", "Thông báo"),
    ("BC", "Báo cáo"),
    ("KH", "Kế hoạch"),
    ("TTr", "Tờ trình"),
    ("QĐ", "Quyết định (cá biệt)"),
    ("NQ", "Nghị quyết (cá biệt)"),
    ("CT", "Chỉ thị"),
    ("QC", "Quy chế"),
    ("QyĐ", "Quy định"),
    ("TC", "Thông cáo"),
    ("HD", "Hướng dẫn"),
    ("CTr", "Chương trình"),
    ("PA", "Phương án"),
    ("ĐA", "Đề án"),
    ("DA", "Dự án"),
    ("BB", "Biên bản"),
    ("HĐ", "Hợp đồng"),
    ("CĐ", "Công điện"),
    ("BGN", "Bản ghi nhớ"),
    ("BTT", "Bản thỏa thuận"),
    ("GUQ", "Giấy ủy quyền"),
    ("GGT", "Giấy giới thiệu"),
    ("GNP", "Giấy nghỉ phép"),
    ("PG", "Phiếu gửi"),
    ("PC", "Phiếu chuyển"),
    ("PB", "Phiếu báo"),
    ("ThC", "Thư công"),
)
"""The 29 types of Art. 7 Decree 30/2020 with the codes of its Appendix III.

Những loại hay gửi qua thư đứng trước. Công văn and thư công have no code there; theirs are ours.
"""

MIN_REASON_WORDS = 3
MAX_FILE_BYTES = 100 * 1024 * 1024
"""Far above any server's limit; a file beyond it would only fill memory."""

_BASE64_GROWTH = 1.37  # base64 with line breaks (regulation.md rule 46)
_SEPARATORS = re.compile(r"[;\n]+")
_ATOM = r"[^\s@<>()\[\],;:\\\"]+"
_ADDR_SPEC = re.compile(rf"^{_ATOM}@[^\s@<>()\[\],;:\\\".]+(?:\.[^\s@<>()\[\],;:\\\".]+)+$")


@dataclass(frozen=True, slots=True)
class AddressField:
    """What an address line holds."""

    addresses: tuple[MailAddress, ...] = ()
    invalid: tuple[str, ...] = ()
    """Pieces that are no address, as typed."""


class SendKind(StrEnum):
    """What pressing the send button would do."""

    SEND = "send"
    SIGN_AND_SEND = "sign-and-send"
    NEEDS_REASON = "needs-reason"
    BLOCKED = "blocked"
    NO_RECIPIENT = "no-recipient"
    INVALID_RECIPIENT = "invalid-recipient"


@dataclass(frozen=True, slots=True)
class SendFace:
    """The send button as a value; ``count`` is the number of blocking findings."""

    kind: SendKind
    count: int = 0

    @property
    def enabled(self) -> bool:
        """Whether pressing it leads anywhere."""
        return self.kind in {SendKind.SEND, SendKind.SIGN_AND_SEND, SendKind.NEEDS_REASON}


class Place(StrEnum):
    """Where in the compose window a finding points."""

    FROM = "from"
    TO = "to"
    CC = "cc"
    BCC = "bcc"
    SUBJECT = "subject"
    BODY = "body"
    ATTACHMENTS = "attachment"
    DOCUMENT_TYPE = "document-type"
    NOWHERE = ""


@dataclass(frozen=True, slots=True)
class JumpTarget:
    """A place, and for attachments which one and on which page (0 = not told)."""

    place: Place
    name: str = ""
    page: int = 0
    top: float = 0.0
    """How far down the page, as a share of its height."""


@dataclass(frozen=True, slots=True)
class SigningPlan:
    """What the signing step is about to sign."""

    documents: tuple[str, ...]
    message: bool

    @property
    def needed(self) -> bool:
        """Whether there is anything to sign at all."""
        return bool(self.documents) or self.message


def split_addresses(text: str) -> AddressField:
    """Read an address line; commas, semicolons and line breaks separate, names may be quoted."""
    addresses: list[MailAddress] = []
    invalid: list[str] = []
    for piece in _split_outside_quotes(text):
        found = parse_addresses([piece])
        if len(found) == 1 and is_addr_spec(found[0].addr_spec):
            addresses.append(found[0])
        else:
            invalid.append(piece)
    return AddressField(tuple(dict.fromkeys(addresses)), tuple(invalid))


def last_piece(text: str) -> str:
    """What is being typed at the end of an address line; no separator within a quoted name begins it."""
    quoted = False
    for at in range(len(text) - 1, -1, -1):
        if text[at] == '"':
            quoted = not quoted
        elif text[at] in ",;\n" and not quoted:
            return text[at + 1 :].strip()
    return text.strip()


def with_last_piece(text: str, address: str) -> str:
    """The line with ``address`` in place of what was being typed, ready for the next one."""
    piece = last_piece(text)
    head = text.rstrip()[: len(text.rstrip()) - len(piece)].rstrip()
    return f"{head} {address}, ".lstrip()


def is_addr_spec(text: str) -> bool:
    """Whether ``text`` is ``local@domain.tld`` as people type it (a subset of RFC 5322 section 3.4.1)."""
    local = text.rpartition("@")[0]
    dotted = local.startswith(".") or local.endswith(".") or ".." in local
    return bool(_ADDR_SPEC.match(text)) and not dotted


def join_addresses(addresses: Iterable[MailAddress]) -> str:
    """The line `split_addresses` reads back."""
    return ", ".join(str(address) for address in addresses)


def signing_plan(draft: Draft) -> SigningPlan:
    """The documents marked for a signature, and whether the message is signed too."""
    return SigningPlan(tuple(one.name for one in draft.attachments if one.sign), draft.sign_message)


def send_face(draft: Draft, report: CheckReport | None, invalid: tuple[str, ...] = ()) -> SendFace:
    """What the send button says; a missing report promises nothing, the final check decides."""
    if report is not None and report.gate is Gate.BLOCKED:
        return SendFace(SendKind.BLOCKED, len(findings_of(report, Severity.BLOCK)))
    if invalid:
        return SendFace(SendKind.INVALID_RECIPIENT, len(invalid))
    if not draft.recipients:
        return SendFace(SendKind.NO_RECIPIENT)
    if report is not None and report.gate is Gate.CONFIRM:
        return SendFace(SendKind.NEEDS_REASON, len(findings_of(report, Severity.CONFIRM)))
    return SendFace(SendKind.SIGN_AND_SEND if signing_plan(draft).needed else SendKind.SEND)


def findings_of(report: CheckReport, severity: Severity) -> tuple[Finding, ...]:
    """The findings of exactly this severity."""
    return tuple(finding for finding in report.findings if finding.severity is severity)


def sorted_findings(report: CheckReport) -> tuple[Finding, ...]:
    """Worst first, otherwise in the order the rules gave them."""
    return tuple(sorted(report.findings, key=lambda finding: -finding.severity))


def jump_target(location: str) -> JumpTarget:
    """The place a finding's ``location`` names."""
    kind, _, rest = location.partition(":")
    if kind == "attachment":
        name, _, where = rest.partition("#page=")
        page, _, rest = where.partition("&")
        share = re.fullmatch(r"top=(0(?:\.\d+)?|1(?:\.0+)?)", rest)
        top = float(share[1]) if share else 0.0
        return JumpTarget(Place.ATTACHMENTS, name, int(page) if page.isdigit() else 0, top)
    try:
        return JumpTarget(Place(kind))
    except ValueError:
        return JumpTarget(Place.NOWHERE)


def is_reason_enough(text: str) -> bool:
    """Whether a reason for an override says something: at least `MIN_REASON_WORDS` words with letters."""
    return sum(any(char.isalpha() for char in word) for word in text.split()) >= MIN_REASON_WORDS


def has_content(draft: Draft, pristine: Draft) -> bool:
    """Whether closing without saving would lose something the author put in."""
    return draft != pristine and bool(
        draft.recipients or draft.subject.strip() or draft.body.strip() or draft.attachments
    )


def is_pdf(name: str, media_type: str) -> bool:
    """Whether the file can carry a PAdES signature, going by its name and type."""
    return media_type == "application/pdf" or name.lower().endswith(".pdf")


def looks_signed(content: bytes) -> bool:
    """Whether a PDF seems to carry a signature already: a hint for the default, not a judgement."""
    return b"/ByteRange" in content


def make_attachment(name: str, content: bytes, document_type: str, taken: Iterable[str]) -> DraftAttachment:
    """A file as an attachment: a name of its own in the letter, and the sign mark's default."""
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    attachment = DraftAttachment(unique_name(name, taken), media_type, content)
    return replace(attachment, sign=default_sign(attachment, document_type))


def default_sign(attachment: DraftAttachment, document_type: str) -> bool:
    """PDFs of an administrative document are signed unless somebody has signed them before."""
    if document_type == NO_DOCUMENT or not is_pdf(attachment.name, attachment.media_type):
        return False
    return not looks_signed(attachment.content)


def unique_name(name: str, taken: Iterable[str]) -> str:
    """``name``, or ``name (2)`` where a letter holds that name already."""
    used = {one.casefold() for one in taken}
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        stem, suffix = name, ""
    candidate, number = name, 1
    while candidate.casefold() in used:
        number += 1
        candidate = f"{stem} ({number}){dot}{suffix}"
    return candidate


def transfer_size(attachments: Iterable[DraftAttachment]) -> int:
    """Bytes the attachments take on the wire, about."""
    return round(sum(len(one.content) for one in attachments) * _BASE64_GROWTH)


def common_length(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    shorter = min(len(one), len(other))
    return next((n for n in range(shorter) if one[n] != other[n]), shorter)


def size_text(size: int) -> str:
    """``size`` bytes as people read it, with a decimal comma as in Vietnamese."""
    if size < 1024:
        return f"{size} B"
    if size < 1024 * 1024:
        return f"{size / 1024:.0f} KB"
    return f"{size / (1024 * 1024):.1f} MB".replace(".", ",")


def default_key(account: Account) -> KeyRef | None:
    """The seal for the agency's mailbox, the person's key otherwise; whichever there is."""
    ordered = (account.personal_key, account.seal_key)
    if account.identity.kind is MailboxKind.AGENCY:
        ordered = (account.seal_key, account.personal_key)
    return next((key for key in ordered if key is not None), None)


def _split_outside_quotes(text: str) -> list[str]:
    pieces: list[str] = []
    current, quoted = "", False
    for char in _SEPARATORS.sub(",", text):
        if char == '"':
            quoted = not quoted
        if char == "," and not quoted:
            pieces.append(current)
            current = ""
        else:
            current += char
    return [piece.strip() for piece in (*pieces, current) if piece.strip()]
