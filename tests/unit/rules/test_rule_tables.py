import io
import tomllib
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from client.config.paths import resources_dir
from client.config.policy import Policy, load_policy
from client.documents.fields import read_document
from client.documents.sniff import sniff
from client.model.account import Identity, MailboxKind
from client.model.address import MailAddress
from client.model.document import DocumentText, TextLine
from client.model.filekind import FileKind
from client.model.verdict import (
    Coverage,
    Indication,
    Reason,
    SignatureFormat,
    SignatureVerdict,
    SignerInfo,
    SubIndication,
)
from client.rules.context import CheckContext, CheckedAttachment
from client.rules.engine import run_rules
from client.services.checking import _why_unread

DATA = Path(__file__).parents[2] / "data" / "rules"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
CLEAN_BODY = "Kính mời anh chị dự họp.\n\nNguyễn Văn An\nChuyên viên, Sở Nội vụ\nĐT: 028 3829 0000"


def rows() -> list[Any]:
    found = []
    for path in sorted(DATA.glob("*.toml")):
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["row"]:
            found.append(pytest.param(row, id=f"{path.stem}: {row['name']}"))
    return found


@pytest.mark.parametrize("row", rows())
def test_row(row: dict[str, Any], tmp_path: Path) -> None:
    policy = policy_of(row.get("policy", {}), tmp_path)
    report = run_rules(context_of(row), policy)
    words = {finding.code: finding.severity.word for finding in report.findings}
    expected = {entry.partition("=")[0]: entry.partition("=")[2] for entry in row["expect"]}
    assert set(words) == set(expected)
    for code, severity in expected.items():
        assert not severity or words[code] == severity
    assert {item.reason for item in report.unchecked} == set(row.get("unchecked", []))
    for finding in report.findings:
        for language in ("vi", "en"):
            assert "…" not in policy.text(finding.code, language, finding.params)
            assert "…" not in policy.fix_text(finding.code, language, finding.params)


def test_every_rule_has_rows_that_fire_and_traps_that_do_not() -> None:
    fired: dict[str, int] = {}
    for param in rows():
        for entry in param.values[0]["expect"]:
            code = entry.partition("=")[0]
            fired[code] = fired.get(code, 0) + 1
    shipped = tomllib.loads((resources_dir() / "rules" / "policy.toml").read_text(encoding="utf-8"))["rules"]
    assert {code: count for code, count in fired.items() if count < 2} == {}
    assert set(fired) == set(shipped)


def policy_of(raw: dict[str, Any], folder: Path) -> Policy:
    lines = ['id = "test"', 'version = "1"']
    for key, rules in raw.items():
        for name, value in rules.items():
            if key == "rules":
                lines += [f"[rules.{name}]"]
                for field, inner in value.items():
                    if field == "params":
                        lines += [
                            f"params.{param} = {msgspec.json.encode(v).decode()}"
                            for param, v in inner.items()
                        ]
                    else:
                        lines += [f"{field} = {msgspec.json.encode(inner).decode()}"]
            else:
                lines += [f"[{key}]", f"{name} = {msgspec.json.encode(value).decode()}"]
    path = folder / "policy.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return load_policy(path)


def context_of(row: dict[str, Any]) -> CheckContext:
    message = row.get("message", {})
    sender = MailAddress(message.get("from", "an@tphcm.gov.vn"), message.get("name", "Nguyễn Văn An"))
    kind = MailboxKind(message.get("mailbox", "personal"))
    return CheckContext(
        identity=Identity(sender, unit=message.get("unit", "Sở Nội vụ"), kind=kind),
        sender=sender,
        from_count=message.get("from_count", 1),
        to=addresses(message.get("to", ["binh@tphcm.gov.vn"])),
        cc=addresses(message.get("cc", [])),
        bcc=addresses(message.get("bcc", [])),
        subject=message.get("subject", "Mời họp giao ban"),
        body_text=message.get("body", CLEAN_BODY),
        is_reply=message.get("reply", False),
        attachments=tuple(attachment_of(raw) for raw in row.get("attachment", [])),
        document_type=message.get("document_type", ""),
        size_limit=message.get("size_limit"),
        now=NOW,
        signing_planned=message.get("signing", True),
    )


def addresses(texts: list[str]) -> tuple[MailAddress, ...]:
    return tuple(MailAddress(text) for text in texts)


def attachment_of(raw: dict[str, Any]) -> CheckedAttachment:
    name, text = raw["name"], None
    content = bytes.fromhex(raw.get("hex", "")) or raw.get("text", "").encode()
    if "members" in raw:
        content = zip_of(raw["members"])
    kind = sniff(content, name)
    if "lines" in raw:
        kind = FileKind("application/pdf", "pdf")
        text = DocumentText(
            tuple(TextLine(1, line) for line in raw["lines"]), scanned=raw.get("scanned", False)
        )
    return CheckedAttachment(
        name=name,
        size=raw.get("size", len(content)),
        kind=kind,
        text=text,
        document=read_document(text) if text else None,
        signatures=(verdict_of(raw["signature"]),) if "signature" in raw else (),
        unread=_why_unread(kind) if "members" in raw else "",
        sign=raw.get("sign", False),
        inline=raw.get("inline", False),
        forwarded=raw.get("forwarded", False),
    )


def zip_of(names: list[str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


def verdict_of(raw: dict[str, Any]) -> SignatureVerdict:
    return SignatureVerdict(
        SignatureFormat.PADES,
        Indication(raw["indication"]),
        SubIndication(raw["sub"]) if "sub" in raw else None,
        signer=SignerInfo("Trần Thị Bình", not_after=raw.get("not_after")),
        claimed_time=raw.get("claimed"),
        timestamp_time=raw.get("trusted"),
        coverage=Coverage(raw.get("coverage", "whole")),
        reasons=tuple(Reason(reason) for reason in raw.get("reasons", [])),
    )
