"""Optical recognition of scanned pages by Tesseract, where that is installed; the one child process here.

Nothing in this package calls it: whoever checks a document asks for it, and its text says where it is from.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pypdfium2

from client.documents.pdf import opened_pdf
from client.model.document import DocumentText, ScannedPage, TextLine
from client.model.wording import squeeze

MAX_PAGES = 10
"""Pages of one document; head and stamps are on the first."""
PAGE_SECONDS = 60.0
DOTS_PER_INCH = 300
MAX_PIXELS = 40_000_000

_START_SECONDS = 20.0
_SURE_ENOUGH = 30.0
"""Words Tesseract itself trusts less (of 100) are noise of stamps and folds."""
_LANGUAGE = "vie"
_FIELDS = 12
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""On Windows a child without a console would open one."""


@dataclass(frozen=True, slots=True)
class Recogniser:
    """An installed Tesseract that knows Vietnamese."""

    command: tuple[str, ...]
    page_seconds: float = PAGE_SECONDS


def find_recogniser() -> Recogniser | None:
    """Tesseract on this computer, None where it or its Vietnamese is missing. Never raises."""
    program = shutil.which("tesseract") or _usual_place()
    if not program:
        return None
    try:
        languages = _run((program, "--list-langs"), b"", _START_SECONDS)
    except subprocess.TimeoutExpired:
        return None
    return Recogniser((program,)) if languages is not None and _LANGUAGE in languages.split() else None


def _usual_place() -> str:
    """Its installer for Windows leaves the search path as it is."""
    program = Path(os.environ.get("PROGRAMFILES", ""), "Tesseract-OCR", "tesseract.exe")
    return str(program) if program.is_absolute() and program.is_file() else ""


def recognise(content: bytes, text: DocumentText, recogniser: Recogniser) -> DocumentText:
    """``text`` of the PDF in ``content`` with the lines of its scanned pages, as far as they can be read.

    ``unread`` keeps ``scanned-pages`` while a scan is left, and tells ``time-limit``. Raises
    `DocumentEncrypted` and `MalformedDocument` as `read_pdf` does.
    """
    wanted = text.scans[:MAX_PAGES]
    lines: dict[int, list[TextLine]] = {}
    stopped = False
    with opened_pdf(content) as document:
        for scan in wanted:
            try:
                found = _read_page(document, scan, recogniser)
            except subprocess.TimeoutExpired:
                stopped = True
                break
            if found is not None:
                lines[scan.page] = found
    return _with_lines(text, lines, stopped=stopped)


def _with_lines(text: DocumentText, lines: dict[int, list[TextLine]], *, stopped: bool) -> DocumentText:
    left = tuple(scan for scan in text.scans if scan.page not in lines)
    codes = [code for code in text.unread if left or code != "scanned-pages"]
    codes += ["time-limit"] if stopped and "time-limit" not in codes else []
    kept = [line for line in text.lines if line.page not in lines]
    read = [line for page in lines.values() for line in page]
    return replace(
        text,
        lines=tuple(sorted([*kept, *read], key=lambda line: line.page)),
        scanned=any(scan.page == 1 for scan in left) or 2 * len(left) > text.pages,
        unread=tuple(codes),
        recognised=bool(read) or text.recognised,
    )


def _read_page(
    document: pypdfium2.PdfDocument, scan: ScannedPage, recogniser: Recogniser
) -> list[TextLine] | None:
    """The page's lines, None where the program failed."""
    page = document[scan.page - 1]
    try:
        picture, width, height = _picture(page)
    finally:
        page.close()
    command = (*recogniser.command, "stdin", "stdout", "-l", _LANGUAGE, "--dpi", str(DOTS_PER_INCH), "tsv")
    answer = _run(command, picture, recogniser.page_seconds)
    return None if answer is None else list(lines_of(answer, scan.page, width, height))


def _picture(page: pypdfium2.PdfPage) -> tuple[bytes, int, int]:
    """The page in grey as a PGM, and its size in pixels."""
    points = page.get_width() * page.get_height()
    scale = min(DOTS_PER_INCH / 72, (MAX_PIXELS / max(points, 1.0)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        width, height, stride = bitmap.width, bitmap.height, bitmap.stride
        data = bytes(bitmap.buffer)
    finally:
        bitmap.close()
    rows = data if stride == width else b"".join(data[y * stride : y * stride + width] for y in range(height))
    return b"P5\n%d %d\n255\n" % (width, height) + rows, width, height


def lines_of(answer: str, page: int, width: int, height: int) -> Iterator[TextLine]:
    """The lines in Tesseract's table of words, without those it is not sure of."""
    rows: dict[tuple[str, ...], list[tuple[tuple[int, ...], str]]] = {}
    for cells in csv.reader(answer.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        if len(cells) < _FIELDS or cells[0] != "5":
            continue
        try:
            box, sure = tuple(int(cell) for cell in cells[6:10]), float(cells[10])
        except ValueError:
            continue
        if sure >= _SURE_ENOUGH and cells[11].strip():
            rows.setdefault(tuple(cells[2:5]), []).append((box, cells[11]))
    for words in rows.values():
        yield _line(words, page, max(1, width), max(1, height))


def _line(words: Sequence[tuple[tuple[int, ...], str]], page: int, width: int, height: int) -> TextLine:
    left = min(box[0] for box, _ in words)
    top = min(box[1] for box, _ in words)
    right = max(box[0] + box[2] for box, _ in words)
    bottom = max(box[1] + box[3] for box, _ in words)
    return TextLine(
        page,
        squeeze(" ".join(word for _, word in words)),
        round(top / height, 4),
        round(left / width, 4),
        round(right / width, 4),
        round(bottom / height, 4),
    )


def _run(command: Sequence[str], data: bytes, seconds: float) -> str | None:
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - a program of the administrator's and a fixed line, no shell
            list(command),
            input=data,
            capture_output=True,
            timeout=seconds,
            check=False,
            env=environment,
            creationflags=_NO_WINDOW,
        )
    except OSError:
        return None
    # The list of languages comes on either stream, by version.
    answer = done.stdout or done.stderr
    return answer.decode("utf-8", "replace") if done.returncode == 0 else None
