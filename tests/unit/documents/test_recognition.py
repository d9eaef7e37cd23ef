import sys
from pathlib import Path

import pytest

from client.documents import recognition
from client.documents.fields import read_document
from client.documents.pdf import read_pdf
from client.documents.recognition import Recogniser, lines_of, recognise
from tests.fakes.pdf import DECISION, Placed, make_pdf

HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"


def word(line: int, left: int, top: int, text: str, sure: float = 90.0) -> str:
    return f"5\t1\t1\t1\t{line}\t1\t{left}\t{top}\t100\t40\t{sure}\t{text}"


ANSWER = "\n".join(
    [
        HEAD,
        "1\t1\t0\t0\t0\t0\t0\t0\t1000\t2000\t-1\t",
        word(1, 100, 200, "HỎA"),
        word(1, 220, 205, "TỐC"),
        word(2, 100, 400, "~;", 12.0),
        word(3, 100, 600, "Số:"),
        word(3, 210, 600, '"15/QĐ-SNV'),
        "5\tnot\ta\trow",
        "",
    ]
)


def fake(folder: Path, program: str) -> Recogniser:
    """A program in Tesseract's place."""
    script = folder / "tesseract.py"
    script.write_text(program, encoding="utf-8")
    return Recogniser((sys.executable, str(script)), page_seconds=60)


def answering(folder: Path) -> Recogniser:
    (folder / "answer.tsv").write_text(ANSWER, encoding="utf-8")
    return fake(
        folder,
        "import sys, pathlib\n"
        "assert sys.stdin.buffer.read(2) == b'P5' and '-l' in sys.argv\n"
        "answer = pathlib.Path(__file__).with_name('answer.tsv').read_bytes()\n"
        "sys.stdout.buffer.write(answer)\n",
    )


def test_words_become_lines_with_their_place_and_noise_is_left_out() -> None:
    lines = list(lines_of(ANSWER, 3, 1000, 2000))
    assert [line.text for line in lines] == ["HỎA TỐC", 'Số: "15/QĐ-SNV']
    first = lines[0]
    assert (first.page, first.left, first.top, first.right, first.bottom) == (3, 0.1, 0.1, 0.32, 0.1225)


def test_a_scan_that_was_recognised_says_so_and_is_no_longer_unread(tmp_path: Path) -> None:
    content = make_pdf([Placed("Ký số: Sở Nội vụ")], picture=True)
    scan = read_pdf(content)
    assert (scan.scanned, scan.unread, scan.recognised) == (True, ("scanned-pages",), False)
    text = recognise(content, scan, answering(tmp_path))
    assert (text.scanned, text.unread, text.recognised) == (False, (), True)
    assert read_document(text).urgency_marking == "HỎA TỐC"


def test_pages_with_text_keep_it(tmp_path: Path) -> None:
    content = make_pdf(DECISION)
    text = read_pdf(content)
    assert recognise(content, text, answering(tmp_path)) == text


@pytest.mark.parametrize(
    ("program", "seconds", "unread"),
    [
        ("import sys; sys.exit(1)", 60, ("scanned-pages",)),
        ("import time; time.sleep(600)", 1, ("scanned-pages", "time-limit")),
    ],
)
def test_a_program_that_fails_or_hangs_leaves_the_scan_unread(
    tmp_path: Path, program: str, seconds: int, unread: tuple[str, ...]
) -> None:
    content = make_pdf([], picture=True)
    recogniser = Recogniser(fake(tmp_path, program).command, page_seconds=seconds)
    text = recognise(content, read_pdf(content), recogniser)
    assert (text.scanned, text.recognised, text.unread) == (True, False, unread)


def test_pages_beyond_the_limit_stay_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "MAX_PAGES", 1)
    content = make_pdf([], [], [], picture=True)
    text = recognise(content, read_pdf(content), answering(tmp_path))
    assert (text.scanned, text.recognised, text.unread) == (True, True, ("scanned-pages",))


def test_without_the_program_there_is_no_recogniser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.delenv("PROGRAMFILES", raising=False)
    assert recognition.find_recogniser() is None


def test_a_program_without_vietnamese_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: sys.executable)
    assert recognition.find_recogniser() is None
