"""Cases for the rules as data: a row of TOML becomes the context they see (tests/data/rules/README.md)."""

from __future__ import annotations

import hashlib
import io
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from client.config.policy import Policy
from client.config.policy_layers import Layer, load_policy
from client.documents.fields import read_document
from client.documents.reading import read_file
from client.model.account import Identity, MailboxKind, Role
from client.model.address import MailAddress, parse_addresses
from client.model.document import DocumentText, PageLayout, ScannedPage, TextLine, Trait
from client.model.filekind import ArchiveMember, FileKind
from client.model.signing import SigningRole
from client.model.verdict import (
    Coverage,
    Indication,
    Reason,
    SignatureFormat,
    SignatureVerdict,
    SignerInfo,
    SignerKind,
    SubIndication,
)
from client.rules.context import (
    CheckContext,
    CheckedAttachment,
    SentDocument,
    SignatureMark,
    SourceMessage,
    Surroundings,
)
from client.services.checking_reading import open_message

DATA = Path(__file__).parents[1] / "data" / "rules"
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""A Monday morning."""
CLEAN_BODY = "Kính mời anh chị dự họp.\n\nNguyễn Văn An\nChuyên viên, Sở Nội vụ\nĐT: 028 3829 0000"
_TYPES = {
    "QĐ": "QUYẾT ĐỊNH",
    "TTr": "TỜ TRÌNH",
    "BC": "BÁO CÁO",
    "TB": "THÔNG BÁO",
    "KH": "KẾ HOẠCH",
    "GM": "GIẤY MỜI",
    "CV": "",
}
_KINDS = {
    "pdf": FileKind("application/pdf", "pdf"),
    "docx": FileKind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xlsx": FileKind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "rtf": FileKind("application/rtf", "rtf"),
    "odt": FileKind("application/vnd.oasis.opendocument.text", "odt"),
}


def rows() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row of every file, with a name of its own."""
    for path in sorted(DATA.glob("*.toml")):
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["row"]:
            yield f"{path.stem}: {row['name']}", row


def policy_of(raw: dict[str, Any], folder: Path) -> Policy:
    """The shipped policy with a row's ``policy`` laid over it."""
    path = folder / "policy.toml"
    path.write_bytes(layer_of(raw))
    return load_policy(path, layer=Layer.CITY)


def layer_of(raw: dict[str, Any]) -> bytes:
    """A row's ``policy`` as a file."""
    return "\n".join(['id = "test"', 'version = "1"', *_toml(raw, "")]).encode()


def _toml(table: dict[str, Any], prefix: str) -> Iterator[str]:
    plain = {key: value for key, value in table.items() if not isinstance(value, dict)}
    if prefix and plain:
        yield f"[{prefix}]"
    for key, value in plain.items():
        yield f"{_key(key)} = {_value(value)}"
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _toml(value, f"{prefix}.{_key(key)}" if prefix else _key(key))


def _key(key: str) -> str:
    return msgspec.json.encode(key).decode()


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_value(one) for one in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items()) + "}"
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return msgspec.json.encode(value).decode()


def context_of(row: dict[str, Any]) -> CheckContext:
    """What a row describes; what it leaves out is a clean letter from Sở Nội vụ."""
    message = row.get("message", {})
    sender = MailAddress(message.get("from", "an.snv@tphcm.gov.vn"), message.get("name", "Nguyễn Văn An"))
    kind = MailboxKind(message.get("mailbox", "personal"))
    role = Role(message.get("role", "clerk" if kind is MailboxKind.AGENCY else "staff"))
    return CheckContext(
        identity=Identity(sender, unit=message.get("unit", "Sở Nội vụ"), kind=kind, role=role),
        sender=sender,
        from_count=message.get("from_count", 1),
        to=addresses(message.get("to", ["binh.stp@tphcm.gov.vn"])),
        cc=addresses(message.get("cc", [])),
        bcc=addresses(message.get("bcc", [])),
        subject=message.get("subject", "Mời họp giao ban"),
        body_text=message.get("body", CLEAN_BODY),
        is_reply=message.get("reply", False),
        attachments=tuple(
            item
            for number, raw in enumerate(row.get("attachment", []), 1)
            for item in attachments_of(raw, number)
        ),
        document_type=message.get("document_type", ""),
        size_limit=message.get("size_limit"),
        now=message.get("now", NOW),
        signing_planned=message.get("signing", True),
        headers=tuple((name, value) for name, value in message.get("headers", {}).items()),
        is_urgent=message.get("urgent", False),
        charsets=tuple(message.get("charsets", [])),
        raw_headers=message.get("raw_headers", ""),
        decomposed=tuple(message.get("decomposed", [])),
        message_signers=tuple(message.get("signers", [])),
        around=_around(row.get("around", {})),
    )


def addresses(texts: list[str] | dict[str, Any]) -> tuple[MailAddress, ...]:
    """A list of addresses, or ``{count, domain}`` for many."""
    if isinstance(texts, dict):
        made = range(texts["count"])
        return tuple(MailAddress(f"{texts.get('local', 'nguoi')}{n}@{texts['domain']}") for n in made)
    return parse_addresses(texts)


def _around(raw: dict[str, Any]) -> Surroundings:
    source = raw.get("source")
    return Surroundings(
        user=raw.get("user", ""),
        recent_external=raw.get("recent_external", 0),
        recent_messages=raw.get("recent_messages", 0),
        source=SourceMessage(**{**source, "addresses": tuple(source.get("addresses", ()))})
        if source
        else None,
        sent=tuple(SentDocument(one["number"], one["on"], one["sha256"]) for one in raw.get("sent", [])),
        forward_targets=tuple(raw.get("forward_targets", [])),
        listed=frozenset(raw["listed"]) if "listed" in raw else None,
    )


def attachments_of(raw: dict[str, Any], number: int) -> tuple[CheckedAttachment, ...]:
    """The attachment of a row, and what lies in it where it is given as bytes."""
    if "lines" in raw or "doc" in raw or "text_of" in raw:
        return (_document_of(raw, number),)
    content = bytes.fromhex(raw.get("hex", "")) or raw.get("text", "").encode()
    if "members" in raw:
        content = zip_of(raw["members"])
    read = read_file(content, raw["name"], open_message)
    found = [
        CheckedAttachment(
            name=file.path,
            size=len(file.content) if place == 0 else 0,
            kind=_kind(raw, file.kind) if place == 0 else file.kind,
            text=file.text,
            document=file.document,
            unread=file.unread,
            nested=place > 0,
            number=number,
            sha256=hashlib.sha256(file.content).hexdigest(),
        )
        for place, file in enumerate(read)
    ]
    found[0] = _with_marks(replace(found[0], size=raw.get("size", found[0].size)), raw)
    return tuple(found)


def _document_of(raw: dict[str, Any], number: int) -> CheckedAttachment:
    written = raw.get("text_of", {})
    lines = raw["lines"] if "lines" in raw else list(document_lines(**raw["doc"])) if "doc" in raw else []
    text = DocumentText(
        tuple(TextLine(1, line) for line in lines)
        + tuple(TextLine(2, line) for line in raw.get("page2", [])),
        scanned=raw.get("scanned", False),
        scans=tuple(ScannedPage(n, *scan) for n, scan in enumerate(written.get("scans", []), 1)),
        legacy=written.get("legacy", ""),
        decomposed=written.get("decomposed", False),
        traits=frozenset(Trait(one) for one in written.get("traits", [])),
        last_modified_by=written.get("last_modified_by", ""),
        format_version=written.get("format_version", ""),
        layout=PageLayout(**written["layout"]) if "layout" in written else None,
        unread=tuple(written.get("unread", [])),
    )
    kind = _KINDS[raw.get("kind", "pdf")]
    bare = CheckedAttachment(
        name=raw["name"],
        size=raw.get("size", 1000),
        kind=_kind(raw, kind),
        text=text,
        document=read_document(text),
        nested=raw.get("nested", False),
        number=number,
        sha256=raw.get("sha256", f"{number:064x}"),
    )
    return _with_marks(bare, raw)


def _kind(raw: dict[str, Any], kind: FileKind) -> FileKind:
    found = replace(kind, **raw.get("filekind", {}))
    if "member_list" in raw:
        found = replace(found, members=tuple(ArchiveMember(**one) for one in raw["member_list"]))
    return found


def _with_marks(attachment: CheckedAttachment, raw: dict[str, Any]) -> CheckedAttachment:
    signatures = [*raw.get("signatures", []), *([raw["signature"]] if "signature" in raw else [])]
    return replace(
        attachment,
        signatures=tuple(verdict_of(one, n) for n, one in enumerate(signatures, 1)),
        marks=tuple(
            SignatureMark(**{"page_width": 595, "page_height": 842, **one}) for one in raw.get("marks", [])
        ),
        unread=tuple(raw.get("unread", attachment.unread)),
        sign=raw.get("sign", False),
        role=SigningRole(raw["role"]) if "role" in raw else None,
        inline=raw.get("inline", False),
        forwarded=raw.get("forwarded", False),
    )


def document_lines(
    number: str = "15/QĐ-SNV",
    heading: str | None = None,
    abstract: str = "Về việc mời họp giao ban",
    date: str = "ngày 23 tháng 11 năm 2026",
    to: tuple[str, ...] = (),
    distribution: tuple[str, ...] = ("Như Điều 3", "Lưu: VT, TCHC"),
    top: tuple[str, ...] = (),
    body: tuple[str, ...] = (),
    signatory: tuple[str, ...] = ("GIÁM ĐỐC", "Phạm Hồng Quân"),
    without: tuple[str, ...] = (),
    office: str = "SỞ NỘI VỤ",
) -> Iterator[str]:
    """The first page of a document in the form of Decree 30/2020; ``without`` names the parts left out."""
    kind = number.partition("/")[2].partition("-")[0]
    heading = _TYPES.get(kind, "") if heading is None else heading
    yield from top
    if "body" not in without:
        yield from ("ỦY BAN NHÂN DÂN THÀNH PHỐ HỒ CHÍ MINH", office)
    if "title" not in without:
        yield from ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
    yield from ([f"Số: {number}"] if number else [])
    if not heading and "vv" not in without:
        yield f"V/v {abstract.removeprefix('Về việc ')}"
    yield f"Thành phố Hồ Chí Minh, {date}"
    if heading:
        yield from (heading, abstract)
    if to:
        yield from (f"Kính gửi: {to[0]}",) if len(to) == 1 else ("Kính gửi:", *(f"- {one};" for one in to))
    yield from body or (
        "Theo chương trình công tác, Sở Nội vụ tổ chức họp giao ban vào sáng thứ Hai hằng tuần.",
    )
    if "distribution" not in without:
        yield from ("Nơi nhận:", *(f"- {one};" for one in distribution))
    yield from signatory


def zip_of(names: list[str]) -> bytes:
    """A ZIP with these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


def verdict_of(raw: dict[str, Any], number: int = 1) -> SignatureVerdict:
    """A verdict; personal and sound where the row says nothing else."""
    seal = raw.get("seal", False)
    return SignatureVerdict(
        SignatureFormat.PADES,
        Indication(raw.get("indication", "TOTAL-PASSED")),
        SubIndication(raw["sub"]) if "sub" in raw else None,
        level=raw.get("level", "B-T"),
        where=raw.get("where", f"Signature{number}"),
        signer=SignerInfo(
            raw.get("signer", "Sở Nội vụ" if seal else "Phạm Hồng Quân"),
            organisation=raw.get("organisation", "Sở Nội vụ"),
            emails=tuple(raw.get("emails", [])),
            serial=raw.get("serial", "0A"),
            issuer=raw.get("issuer", ""),
            kind=SignerKind.SEAL if seal else SignerKind.PERSONAL,
            not_after=raw.get("not_after"),
        ),
        claimed_time=raw.get("claimed"),
        timestamp_time=raw.get(
            "trusted", NOW if raw.get("level", "B-T") != "B-B" and "not_after" not in raw else None
        ),
        coverage=Coverage(raw.get("coverage", "whole")),
        order=raw.get("order", 0),
        reasons=tuple(Reason(reason) for reason in raw.get("reasons", [])),
    )


__all__ = ["CLEAN_BODY", "DATA", "NOW", "context_of", "document_lines", "policy_of", "rows"]
