"""The committed PDFs: their text is there, in Vietnamese, and small."""

from __future__ import annotations

import subprocess
import unicodedata
from pathlib import Path

import pytest

from client.config.paths import resources_dir

DOCUMENTS = sorted((resources_dir() / "demo" / "documents").glob("*.pdf"))


def text_of(path: Path) -> str:
    run = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True)
    return unicodedata.normalize("NFC", run.stdout.decode("utf-8"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_document_carries_the_national_title_and_stays_small(path: Path) -> None:
    text = text_of(path)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Độc lập - Tự do - Hạnh phúc" in text
    assert path.stat().st_size < 60_000


def test_a_document_has_the_parts_the_decree_asks_for() -> None:
    text = text_of(resources_dir() / "demo" / "documents" / "cv-1204-snv-lay-y-kien.pdf")
    for part in (
        "Số: 1204/SNV-CCHC",
        "Thành phố Hồ Chí Minh, ngày 16 tháng 11 năm 2026",
        "V/v lấy ý kiến dự thảo Quy chế",
        "Kính gửi:",
        "Nơi nhận:",
        "KT. GIÁM ĐỐC",
        "Phạm Hồng Quân",
    ):
        assert part in text
