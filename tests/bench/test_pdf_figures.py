"""Figures of signing PDFs: bare pyHanko as the peer in the same run, and memory for a 60 MB document.

They are printed, never asserted as times: run with ``bash installer/dev.sh bench``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.pdf import DECISION, make_large_pdf, make_pdf
from tests.fakes.pki import OfficePki

pytestmark = pytest.mark.bench
ROOT = Path(__file__).resolve().parents[2]
PROBE = Path(__file__).with_name("pdf_probe.py")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pdf")
    (made / "key.p12").write_bytes(OfficePki().person("Nguyễn Văn An", "an@example.gov.vn").pkcs12("bí mật"))
    (made / "page.pdf").write_bytes(make_pdf(DECISION))
    (made / "large.pdf").write_bytes(make_large_pdf(60_000_000))
    return made


def probe(what: str, folder: Path) -> list[float]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", str(PROBE), what, str(folder)]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return [float(figure) for figure in done.stdout.split()]


def test_signing_and_checking_a_page_beside_bare_signing(folder: Path) -> None:
    for _ in range(3):
        (peer,), (ours,) = probe("peer", folder), probe("ours", folder)
        figures = f"SimpleSigner alone {peer:.1f} ms, ours with self-check {ours:.1f} ms"
        print(f"B-B, one page: {figures}: {ours / peer:.2f}x")


def test_memory_for_a_large_document(folder: Path) -> None:
    before, signed, extended = probe("large", folder)
    print(
        f"60 MB: {before:.0f} MiB loaded, {signed:.0f} MiB signed and checked, {extended:.0f} MiB made B-LTA"
    )


def test_verifying_a_hundred_pages_with_three_signatures_beside_bare_pyhanko(folder: Path) -> None:
    bare, plain, drawn = probe("checked", folder)
    print(
        f"100 pages, three signatures: bare pyHanko {bare:.0f} ms, ours {plain:.0f} ms: {plain / bare:.2f}x"
    )
    print(f"with the touched pages drawn and compared: {drawn:.0f} ms: {drawn / bare:.2f}x")


def test_memory_for_verifying_a_large_document(folder: Path) -> None:
    probe("judged", folder)
    before, after, took = probe("judged", folder)
    print(
        f"60 MB, two signatures: {before:.0f} MiB loaded, {after:.0f} MiB verified and drawn, {took:.0f} ms"
    )
