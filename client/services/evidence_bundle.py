"""The evidence on one message as a ZIP to hand over: what its files are called and what they say.

``evidence.json`` names every other file with its digest and holds the rows of the evidence log that
speak of the message; ``evidence.sha256`` is the digest of ``evidence.json`` as ``sha256sum`` writes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from client.documents.stored_zip import pack
from client.errors import StorageFailed
from client.model.evidence import Record, digest_of
from client.store.evidence import EvidenceLog, EvidenceRow
from client.store.evidence_files import EvidenceFiles

FORMAT = "congthu-evidence/1"
MANIFEST, SUMS, SEAL, README = "evidence.json", "evidence.sha256", "evidence.tst", "readme.txt"
MESSAGE = "message.eml"
"""What the judged message is called in reports and in the bundle."""
_ENDINGS = {"certificate": "cer", "crl": "crl", "ocsp": "ocsp", "timestamp": "tst"}


@dataclass(frozen=True, slots=True)
class BundledFile:
    """One file of a bundle."""

    name: str
    kind: str
    """``message``, ``certificate``, ``crl``, ``ocsp``, ``timestamp`` or ``text``."""
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class BundledRow:
    """A row of the evidence log, as it was hashed; `client.model.evidence.row_hash` over the first seven."""

    evidence_id: int
    recorded_at: str
    subject_sha256: str
    entry: str
    software: str
    policy: str
    previous_hash: str
    row_hash: str

    def hashed(self) -> tuple[object, ...]:
        """What the hash is made of."""
        return (
            self.evidence_id,
            self.recorded_at,
            self.subject_sha256,
            self.entry,
            self.software,
            self.policy,
            self.previous_hash,
        )


@dataclass(frozen=True, slots=True)
class Link:
    """A row about something else: its place in the chain, not what it says."""

    evidence_id: int
    row_hash: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """``evidence.json``."""

    format: str
    exported_at: datetime
    software: str
    subject_sha256: str
    rows: tuple[BundledRow, ...]
    links: tuple[Link, ...]
    """Every other row between the first and the last of ``rows``."""
    head: Link
    """The newest row of the log when this was exported."""
    files: tuple[BundledFile, ...]


@dataclass(frozen=True, slots=True)
class Collected:
    """A bundle before it is packed: whoever seals it needs its manifest first."""

    manifest: bytes
    contents: dict[str, bytes]

    def packed(self, seal: bytes = b"") -> bytes:
        """The ZIP; ``seal`` is a time-stamp token over the manifest (`client.crypto.seals`)."""
        sealed = {SEAL: seal} if seal else {}
        head = {MANIFEST: self.manifest, SUMS: sums_of(self.manifest), **sealed}
        return pack({**head, **dict(sorted(self.contents.items()))})


def collect(
    log: EvidenceLog, files: EvidenceFiles, subject: str, raw: bytes, *, software: str, at: datetime
) -> Collected:
    """All about ``raw``; `StorageFailed` (``no-evidence``), `StoreCorrupt` for a spoiled blob."""
    rows = log.rows(subject)
    if not rows:
        raise StorageFailed(path="", reason="no-evidence")
    contents = {f"files/{MESSAGE}": raw, README: _readme().encode()}
    kinds = {f"files/{MESSAGE}": "message", README: "text"}
    for kind, digest in _named(rows):
        name = f"files/{digest}.{_ENDINGS[kind]}"
        contents[name], kinds[name] = files.get(digest), kind
    manifest = Manifest(
        FORMAT,
        at,
        software,
        subject,
        tuple(BundledRow(*row.hashed, row.row_hash) for row in rows),
        _links_between(log, rows),
        Link(*log.head()),
        tuple(
            BundledFile(name, kinds[name], len(contents[name]), digest_of(contents[name]))
            for name in sorted(contents)
        ),
    )
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"
    return Collected(text, contents)


def sums_of(manifest: bytes) -> bytes:
    """The content of ``evidence.sha256``."""
    return f"{digest_of(manifest)}  {MANIFEST}\n".encode("ascii")


def _links_between(log: EvidenceLog, rows: Sequence[EvidenceRow]) -> tuple[Link, ...]:
    own = {row.evidence_id for row in rows}
    chain = log.links(min(own), max(own))
    return tuple(Link(number, hashed) for number, hashed in chain if number not in own)


def _named(rows: Sequence[EvidenceRow]) -> list[tuple[str, str]]:
    """(kind, digest) of every blob the rows name."""
    found: dict[str, str] = {}
    for record in (row.entry.record for row in rows):
        found |= kinds_of(record) if record is not None else {}
    return sorted((kind, digest) for digest, kind in found.items())


def kinds_of(record: Record) -> dict[str, str]:
    """Kind of every blob a record names, by digest."""
    basis = record.basis
    named = {one.sha256: "certificate" for one in basis.certificates}
    named |= {one.sha256: one.kind for one in basis.revocations}
    return named | {one.sha256: "timestamp" for one in basis.timestamps}


def _readme() -> str:
    return (
        "HỒ SƠ BẰNG CHỨNG KIỂM TRA CHỮ KÝ SỐ\n"
        "Kiểm tra lại: congthu verify TỆP.zip\n"
        "Kiểm tra bằng tay: sha256sum -c evidence.sha256; mã băm SHA-256 của từng tệp ghi trong\n"
        "evidence.json. files/message.eml là thư nguyên bản từng byte.\n"
        "Chuỗi mã băm cho thấy một phần bị thay đổi; nó không chống được việc ai đó viết lại toàn bộ\n"
        "hồ sơ, trừ khi có dấu thời gian evidence.tst. Chữ ký của thư thì kiểm tra lại được độc lập.\n\n"
        "EVIDENCE OF A SIGNATURE VERIFICATION\n"
        "Check again: congthu verify FILE.zip\n"
        "By hand: sha256sum -c evidence.sha256; evidence.json has the SHA-256 of every file.\n"
        "files/message.eml is the message byte for byte.\n"
        "The chain of hashes shows that a part was changed; it does not show that the whole was written\n"
        "anew, unless there is a time-stamp evidence.tst. The message's signatures stand on their own.\n"
    )
