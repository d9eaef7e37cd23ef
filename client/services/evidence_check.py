"""Is a bundle of evidence intact, and does the message in it still verify? Runs in the workshop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

import msgspec

from client.crypto.material import certificate_subject, material_for
from client.crypto.seals import SealVerdict, read_seal
from client.documents.stored_zip import unpack
from client.model.bundle import BundledAnchor, BundleProblem, BundleReport, FoundProblem, RecordedRow
from client.model.evidence import Entry, Record, digest_of, row_hash
from client.model.trust import VerificationDemand
from client.model.verdict import VerificationReport
from client.services.evidence_bundle import (
    FORMAT,
    MANIFEST,
    MESSAGE,
    SEAL,
    SUMS,
    BundledRow,
    Manifest,
    kinds_of,
    sums_of,
)
from client.services.requests import VerifyRequest
from client.services.trust_files import read_demand
from client.services.verification import verify_bytes
from client.store.evidence import decode_entry

_MESSAGE = f"files/{MESSAGE}"
_MOST_VERIFIED = 10
"""Rows verified again, the newest first: each costs what the first verification cost."""


def check_bundle(request: VerifyRequest) -> BundleReport:
    """Judge the bundle in ``request.path``; never raises for what is in it."""
    name = request.shown_name
    try:
        data = request.path.read_bytes()
    except OSError:
        return BundleReport(name, unreadable=True)
    found = unpack(data)
    manifest = _manifest(found.files)
    if MANIFEST not in found.files:
        return BundleReport(name, unreadable=True)
    if manifest is None:
        return BundleReport(name, problems=(FoundProblem(BundleProblem.MANIFEST_UNREADABLE, MANIFEST),))
    entries = tuple(_entry(row) for row in manifest.rows)
    problems = list(_problems(found.files, manifest, entries))
    head = [MANIFEST, SUMS, *([SEAL] if SEAL in found.files else [])]
    ordered = [*head, *sorted(found.files.keys() - set(head))]
    if not found.untouched or list(found.files) != ordered:
        problems.insert(0, FoundProblem(BundleProblem.CONTAINER_CHANGED))
    seal = _seal(found.files, request)
    if seal is not None and not seal.fits:
        problems.append(FoundProblem(BundleProblem.SEAL_INVALID, SEAL))
    report = BundleReport(
        name,
        manifest.subject_sha256,
        tuple(problems),
        len(manifest.files),
        tuple(_shown(row, entry) for row, entry in zip(manifest.rows, entries, strict=True)),
        exported_at=manifest.exported_at,
        sealed_at=seal.time if seal is not None else None,
    )
    return report if problems else _verified_again(report, entries, found.files, request)


def _seal(files: Mapping[str, bytes], request: VerifyRequest) -> SealVerdict | None:
    """By what this computer trusts now: a seal is worth nothing if whoever sealed chose its authority."""
    if SEAL not in files:
        return None
    demand = read_demand(request.sources, request.at, request.revocation)
    # Certificates and lists may come along: each is signed by its issuer, and no anchor is taken.
    certificates = tuple(content for name, content in files.items() if name.endswith(".cer"))
    lists = tuple(content for name, content in files.items() if name.endswith(".crl"))
    trust = replace(
        demand.trust,
        intermediates=(*demand.trust.intermediates, *certificates),
        crls=(*demand.trust.crls, *lists),
    )
    return read_seal(files[SEAL], files[MANIFEST], replace(demand, trust=trust))


def _manifest(files: Mapping[str, bytes]) -> Manifest | None:
    try:
        manifest = msgspec.json.decode(files.get(MANIFEST, b""), type=Manifest)
        _ = [datetime.fromisoformat(row.recorded_at) for row in manifest.rows]
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return manifest if manifest.format == FORMAT else None


def _entry(row: BundledRow) -> Entry | None:
    try:
        entry = decode_entry(row.entry)
    except (msgspec.MsgspecError, RecursionError):
        return None
    if entry.record is not None and entry.record.basis.at.tzinfo is None:
        return None  # written by no program of ours
    return entry


def _problems(
    files: Mapping[str, bytes], manifest: Manifest, entries: tuple[Entry | None, ...]
) -> Iterator[FoundProblem]:
    if files.get(SUMS) != sums_of(files[MANIFEST]):
        yield FoundProblem(BundleProblem.MANIFEST_CHANGED, MANIFEST)
    yield from _file_problems(files, manifest)
    yield from _chain_problems(manifest)
    yield from _row_problems(manifest, entries)


def _file_problems(files: Mapping[str, bytes], manifest: Manifest) -> Iterator[FoundProblem]:
    for one in manifest.files:
        content = files.get(one.name)
        if content is None:
            yield FoundProblem(BundleProblem.FILE_MISSING, one.name)
        elif digest_of(content) != one.sha256 or len(content) != one.size:
            yield FoundProblem(BundleProblem.FILE_CHANGED, one.name)
    named = {one.name for one in manifest.files}
    if len(named) != len(manifest.files):
        yield FoundProblem(BundleProblem.MANIFEST_CHANGED, MANIFEST)
    for name in files.keys() - named - {MANIFEST, SUMS, SEAL}:
        yield FoundProblem(BundleProblem.FILE_UNKNOWN, name)
    message = files.get(_MESSAGE, b"")
    if digest_of(message) != manifest.subject_sha256:
        yield FoundProblem(BundleProblem.MESSAGE_CHANGED, _MESSAGE)


def _chain_problems(manifest: Manifest) -> Iterator[FoundProblem]:
    """From the first row on each one holds the hash before it, and none is left out."""
    hashes = {link.evidence_id: link.row_hash for link in manifest.links}
    twice = hashes.keys() & {row.evidence_id for row in manifest.rows}
    hashes |= {row.evidence_id: row.row_hash for row in manifest.rows}
    numbers = [row.evidence_id for row in manifest.rows]
    if not numbers or numbers != sorted(set(numbers)) or twice:
        yield FoundProblem(BundleProblem.CHAIN_BROKEN, MANIFEST)
        return
    if len(manifest.links) + len(numbers) != numbers[-1] - numbers[0] + 1:
        # Counted first: what is written into numbers must not decide how long this takes.
        yield FoundProblem(BundleProblem.CHAIN_BROKEN, MANIFEST)
        return
    if set(hashes) != set(range(numbers[0], numbers[-1] + 1)):
        yield FoundProblem(BundleProblem.CHAIN_BROKEN, MANIFEST)
    for row in manifest.rows:
        if row_hash(row.hashed()) != row.row_hash:
            yield FoundProblem(BundleProblem.ROW_CHANGED, str(row.evidence_id))
        before = hashes.get(row.evidence_id - 1, row.previous_hash if row.evidence_id > 1 else "")
        if row.previous_hash != before:
            yield FoundProblem(BundleProblem.CHAIN_BROKEN, str(row.evidence_id))
    head = manifest.head
    if head.evidence_id < numbers[-1] or hashes.get(head.evidence_id, head.row_hash) != head.row_hash:
        yield FoundProblem(BundleProblem.CHAIN_BROKEN, str(head.evidence_id))


def _row_problems(manifest: Manifest, entries: tuple[Entry | None, ...]) -> Iterator[FoundProblem]:
    kept = {one.sha256: one.kind for one in manifest.files}
    before = ""
    for number, (row, entry) in enumerate(zip(manifest.rows, entries, strict=True), 1):
        place = str(row.evidence_id)
        if row.subject_sha256 != manifest.subject_sha256:
            yield FoundProblem(BundleProblem.ROW_FOREIGN, place)
        if entry is None:
            yield FoundProblem(BundleProblem.ROW_CHANGED, place)
            continue
        if entry.nth and (entry.nth, entry.before) != (number, before):
            yield FoundProblem(BundleProblem.CHAIN_BROKEN, place)
        before = row.row_hash
        if entry.record is not None:
            for digest, kind in kinds_of(entry.record).items():
                if kept.get(digest) != kind:
                    yield FoundProblem(BundleProblem.MATERIAL_MISSING, f"{place}: {digest}")


def _shown(row: BundledRow, entry: Entry | None) -> RecordedRow:
    return RecordedRow(
        row.evidence_id,
        datetime.fromisoformat(row.recorded_at),
        entry.report if entry is not None else None,
        row.software,
        row.policy,
        (entry.sent.reason or "received") if entry is not None and entry.sent is not None else "",
    )


def _verified_again(
    report: BundleReport,
    entries: tuple[Entry | None, ...],
    files: Mapping[str, bytes],
    request: VerifyRequest,
) -> BundleReport:
    """Only ever for a bundle whose hashes all hold."""
    blobs = {digest_of(content): content for content in files.values()}
    message = files[_MESSAGE]
    rows = list(report.rows)
    judged = [number for number, one in enumerate(entries) if one and one.record and one.report]
    for number in judged[-_MOST_VERIFIED:]:
        entry = entries[number]
        if entry is None or entry.record is None or entry.report is None:
            continue
        if not entry.record.password or request.password is not None:
            again = _again(message, entry.record, blobs, request, entry.report.path)
            rows[number] = replace(rows[number], agrees=again == entry.report)
    newest = entries[judged[-1]] if judged else None
    if newest is None or newest.record is None:
        return replace(report, rows=tuple(rows))
    own = frozenset(read_demand(request.sources, request.at).trust.anchors)
    here = _again(message, newest.record, blobs, request, report.path, trusted=own)
    anchors = tuple(_anchors(newest.record, blobs, own))
    return replace(report, rows=tuple(rows), here=here, anchors=anchors)


def _again(
    message: bytes,
    record: Record,
    blobs: dict[str, bytes],
    request: VerifyRequest,
    name: str,
    *,
    trusted: frozenset[bytes] | None = None,
) -> VerificationReport:
    trust = material_for(record.basis, blobs)
    if trusted is not None:
        # A bundle is no reason to trust the anchors it brings along.
        trust = replace(trust, anchors=tuple(one for one in trust.anchors if one in trusted))
    demand = VerificationDemand(trust, record.basis.at, record.basis.revocation)
    return verify_bytes(message, replace(request, name=name), demand)


def _anchors(record: Record, blobs: dict[str, bytes], own: frozenset[bytes]) -> Iterator[BundledAnchor]:
    for one in record.basis.certificates:
        if one.trusted:
            der = blobs[one.sha256]
            try:
                name = certificate_subject(der)
            except (ValueError, TypeError, KeyError):
                name = ""
            yield BundledAnchor(one.sha256, name, der in own)
