"""`congthu verify --report`: the result as a file for people to keep, HTML or PDF by its name."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from pathlib import Path

from client import __version__
from client.config.catalogue import Catalogue
from client.model.bundle import BundleReport
from client.model.evidence import Record
from client.model.verdict import VerificationReport
from client.services.report_content import ReportFacts
from client.services.written_report import KINDS, write_up
from client.store.atomic import write_atomically


def report_problem(written: Path | None, paths: list[Path]) -> str:
    """Why the report cannot be written there, in both languages; ``""`` where it can."""
    if written is None or (written.is_dir() and len({path.name for path in paths}) == len(paths)):
        return ""
    if written.is_dir() or len(paths) > 1:
        return "--report: nhiều tệp cần một thư mục, tên khác nhau · many inputs: a folder, other names"
    if written.suffix.lower() not in KINDS:
        return "--report: tệp .html hoặc .pdf · an .html or .pdf file"
    if written.absolute() == paths[0].absolute():
        return "--report: sẽ ghi đè lên tệp được kiểm tra · would overwrite the input"
    return ""


def write_report(
    written: Path,
    path: Path,
    report: VerificationReport,
    basis: Record | BundleReport | None,
    at: datetime,
    catalogue: Catalogue,
) -> Path:
    """Write it; into a folder as HTML beside the other reports. ``basis``: what the verdict rests on."""
    target = written / f"{path.name}.html" if written.is_dir() else written
    try:
        content = path.read_bytes()
    except OSError:
        content = b""  # the report says that it could not be read
    facts = ReportFacts(
        sha256(content).hexdigest(),
        len(content),
        at,
        f"Công Thư {__version__}",
        bundle=basis if isinstance(basis, BundleReport) else None,
        record=basis if isinstance(basis, Record) else None,
    )
    write_atomically(target, write_up(target.suffix, report, facts, catalogue))
    return target
