"""`congthu check` on what people must never be able to hurt it with: as a command, on real files.

Every letter has to be answered within 30 seconds, with the contract's exit code, in bounded memory, and
with what could not be read listed as not checked, never as fine.
"""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import struct
import subprocess
import sys
import threading
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import archive
from tests.fakes.office import compound, docx, paragraph, run, zipped
from tests.fakes.pdf import DECISION, Placed, make_pdf

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="wait4 tells the memory")

SECONDS = 30
MEGABYTES = 700
"""What a letter may cost at most; a letter of some hundred megabytes is allowed thrice its size more."""
BLOCK = "\r\n\r\nNguyễn Văn An\r\nChuyên viên, Sở Nội vụ\r\nĐT: 028 3829 0000\r\n"
SEND, BLOCKED, CONFIRM, UNREADABLE = 0, 1, 2, 3
MEASURED = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[2:])
_, status, usage = os.wait4(process.pid, 0)
with open(sys.argv[1], "w") as file:
    file.write(str(usage.ru_maxrss))
sys.exit(os.waitstatus_to_exitcode(status) % 256)
"""
"""A small process in between: a child begins with the peak of whoever forks it, and a test run is large."""
EXE = b"MZ\x90\0" + bytes(80)


@dataclass(frozen=True)
class Answer:
    """What the command said, and what it cost."""

    code: int
    told: dict[str, Any]
    megabytes: float
    complaints: str

    @property
    def codes(self) -> set[str]:
        """Rules that are broken."""
        return {one["code"] for one in self.told.get("findings", [])}

    @property
    def unchecked(self) -> set[str]:
        """Why something could not be checked."""
        return {one["reason"] for one in self.told.get("unchecked", [])}


def _end(process: subprocess.Popen[bytes]) -> None:
    """The command with the process in between."""
    if sys.platform != "win32":
        os.killpg(process.pid, signal.SIGKILL)


def check(raw: bytes | Iterable[bytes], folder: Path, *arguments: str) -> Answer:
    """Run the command on a file of its own; it is killed after `SECONDS`."""
    letter, out, errors = folder / "thu.eml", folder / "out.json", folder / "err.txt"
    with letter.open("wb") as file:
        file.writelines([raw] if isinstance(raw, bytes) else raw)
    peak = folder / "peak.txt"
    command = [sys.executable, "-c", MEASURED, str(peak)]
    command += [sys.executable, "-m", "client", "check", "--json", str(letter), *arguments]
    environment = {**os.environ, "XDG_DATA_HOME": str(folder / "data")}
    with out.open("wb") as told, errors.open("wb") as complaints:
        process = subprocess.Popen(
            command, stdout=told, stderr=complaints, env=environment, start_new_session=True
        )
        late = threading.Timer(SECONDS, _end, [process])
        late.start()
        process.wait()
        late.cancel()
    assert process.returncode != -9, f"no answer after {SECONDS} s"
    answer = json.loads(out.read_text("utf-8"))
    return Answer(process.returncode, answer, int(peak.read_text()) / 1024, errors.read_text("utf-8"))


def head(subject: str = "Gui tai lieu hop") -> bytes:
    return (
        "From: an.snv@tphcm.gov.vn\r\nTo: binh.stp@tphcm.gov.vn\r\nMessage-ID: <a@tphcm.gov.vn>\r\n"
        f"Date: Mon, 23 Nov 2026 08:00:00 +0700\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
    ).encode()


def plain(body: str, subject: str = "Gui tai lieu hop") -> bytes:
    text = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}{BLOCK}"
    return head(subject) + text.encode()


def letter(*files: tuple[str, bytes], body: str = "Kính gửi anh, tài liệu gửi kèm.") -> bytes:
    text = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}{BLOCK}"
    parts = [text.encode()]
    for name, content in files:
        told = f'Content-Type: application/octet-stream; name="{name}"\r\n'
        told += (
            f'Content-Disposition: attachment; filename="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        )
        parts.append(told.encode() + base64.encodebytes(content))
    whole = b"".join(b"--cut\r\n" + part + b"\r\n" for part in parts)
    return head() + b'Content-Type: multipart/mixed; boundary="cut"\r\n\r\n' + whole + b"--cut--\r\n"


def zeros_zip(size: int) -> bytes:
    """A ZIP of one file of ``size`` zeros, made without holding them."""
    packer, crc, packed = zlib.compressobj(9, zlib.DEFLATED, -15), 0, []
    piece = bytes(1 << 20)
    for _ in range(size >> 20):
        packed.append(packer.compress(piece))
        crc = zlib.crc32(piece, crc)
    packed.append(packer.flush())
    data = b"".join(packed)
    fields = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x5B17, crc, len(data), size, 5, 0)
    local = b"PK\x03\x04" + fields + b"a.txt"
    central = b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, 0) + b"a.txt"
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, len(central), len(local) + len(data), 0)
    return local + data + central + end


def lying_zip(claimed: int) -> bytes:
    """A small ZIP whose directory says that a file in it is of this size."""
    content = bytearray(zipped({"a.txt": b"x" * 100}))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.find(mark)
        content[at + place : at + place + 4] = struct.pack("<I", claimed)
    return bytes(content)


def many_entries(count: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for number in range(count):
            made.writestr(zipfile.ZipInfo(f"{number}.txt"), b"")
    return buffer.getvalue()


def nested(depth: int, inner: bytes) -> bytes:
    for _ in range(depth):
        inner = zipped({"a.zip": inner})
    return inner


def entity_docx(doctype: str) -> bytes:
    whole = docx(paragraph(run("&a9;")))
    with zipfile.ZipFile(io.BytesIO(whole)) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    start, found, rest = parts["word/document.xml"].partition(b"<w:document")
    parts["word/document.xml"] = start + doctype.encode() + found + rest
    return zipped(parts)


def laughs() -> bytes:
    lines = ['<!ENTITY a0 "ha ha ha ha ha ha ha ha ha ha">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    return entity_docx(f"<!DOCTYPE w:document [{''.join(lines)}]>")


def encrypted_pdf() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("mat-khau", "chu"))
    canvas.drawString(100, 700, "x")
    canvas.save()
    return buffer.getvalue()


def locked_zip() -> bytes:
    out = bytearray(zipped({"a.txt": b"x"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        out[out.find(mark) + place] |= 1
    return bytes(out)


LOCKED = {
    "a.zip": locked_zip(),
    "b.7z": archive.seven_zip([("a.txt", 5)], method=b"\x06\xf1\x07\x01"),
    "c.rar": archive.rar5(("a.txt", b"x"), encrypted=True),
    "d.rar": archive.rar4(encrypted_names=True),
    "e.pdf": encrypted_pdf(),
    "f.docx": compound({"EncryptionInfo": bytes(64), "EncryptedPackage": bytes(5000)}),
}


@pytest.mark.parametrize(
    ("name", "content", "reasons"),
    [
        ("bom.zip", lambda: zeros_zip(1 << 30), {"archive-too-large"}),
        (
            "bom-long-nhau.zip",
            lambda: zipped({f"{n}.zip": zeros_zip(64 << 20) for n in range(12)}),
            {"archive-too-large"},
        ),
        ("khai-1gb.zip", lambda: lying_zip(1 << 30), {"archive-too-large", "corrupt"}),
        ("khai-4gb.zip", lambda: lying_zip(0xFFFFFFFE), {"archive-too-large", "corrupt"}),
        ("long-nhau.zip", lambda: nested(60, zipped({"x.exe": EXE})), {"archive-too-deep"}),
        ("dung-chung.zip", lambda: archive.overlapping_zip(5000), {"corrupt", "archive-too-large"}),
        ("mot-tram-nghin.zip", lambda: many_entries(100_000), {"archive-too-large"}),
        ("bom.gz", lambda: archive.gzipped(bytes(256 << 20)), {"archive-too-large"}),
        ("cuoi.docx", laughs, {"xml-doctype"}),
        (
            "ben-ngoai.docx",
            lambda: entity_docx('<!DOCTYPE w:document [<!ENTITY a9 SYSTEM "file:///etc/passwd">]>'),
            {"xml-doctype"},
        ),
        ("khong-chu.pdf", lambda: make_pdf([], picture=True), {"scanned"}),
        ("cut.pdf", lambda: make_pdf(DECISION)[:400], {"corrupt"}),
        ("rac.bin", lambda: bytes(range(256)) * 40, {"unsupported-format"}),
    ],
)
def test_what_explodes_hides_or_lies_is_answered_and_said_not_to_be_checked(
    tmp_path: Path, name: str, content: Callable[[], bytes], reasons: set[str]
) -> None:
    answer = check(letter((name, content())), tmp_path)
    assert answer.code in {SEND, CONFIRM}, answer
    assert answer.unchecked & reasons, answer.told
    assert "root:" not in json.dumps(answer.told)
    assert answer.megabytes < MEGABYTES


def test_everything_with_a_password_is_told_file_by_file(tmp_path: Path) -> None:
    answer = check(letter(*LOCKED.items()), tmp_path)
    assert answer.code == SEND, answer
    places = {one["location"] for one in answer.told["unchecked"]}
    named = {
        one["location"] for one in answer.told["findings"] if one["code"] == "attachment-encrypted-archive"
    }
    assert places >= {f"attachment:{name}" for name in LOCKED}
    assert named >= {f"attachment:{name}" for name in LOCKED}


def test_two_hundred_megabytes_are_weighed_and_not_multiplied(tmp_path: Path) -> None:
    line = base64.b64encode(bytes(57)) + b"\r\n"

    def pieces() -> Iterable[bytes]:
        start, _, end = letter(("to.bin", b"X")).partition(base64.b64encode(b"X"))
        yield start
        for _ in range(200 * 1024 * 1024 // 57 // 10_000 + 1):
            yield line * 10_000
        yield end

    answer = check(pieces(), tmp_path)
    size = (tmp_path / "thu.eml").stat().st_size / 1e6
    assert size > 270
    assert answer.code == SEND, answer
    assert "attachment-too-large" in answer.codes
    assert "unsupported-format" in answer.unchecked
    assert answer.megabytes < MEGABYTES + 3 * size


@pytest.mark.parametrize(
    ("name", "content", "code", "rule"),
    [
        ("bao-cao\u202efdp.exe", EXE, BLOCKED, "attachment-executable"),
        ("bao-cao\u202efdp.txt", b"x", CONFIRM, "attachment-bidi-or-control"),
        ("CON.pdf", EXE, BLOCKED, "attachment-executable"),
        ("bao-cao.pdf          .exe", EXE, BLOCKED, "attachment-double-extension"),
        ("a" * 4000 + ".pdf", make_pdf(DECISION), SEND, "attachment-name-convention"),
        ("../../etc/passwd", b"x", SEND, "attachment-name-convention"),
        (unicodedata.normalize("NFD", "Báo cáo.txt"), b"x", SEND, "attachment-name-convention"),
    ],
)
def test_a_name_that_deceives_is_seen(
    tmp_path: Path, name: str, content: bytes, code: int, rule: str
) -> None:
    answer = check(letter((name, content)), tmp_path)
    assert answer.code == code, answer
    assert rule in answer.codes


def test_a_stamp_in_the_depths_blocks_and_no_name_is_told(tmp_path: Path) -> None:
    secret = make_pdf([Placed("TUYỆT MẬT", 120, 715)])
    answer = check(letter(("ke-hoach-x.zip", zipped({"b/c.zip": zipped({"mat.pdf": secret})}))), tmp_path)
    assert answer.code == BLOCKED
    assert "state-secret-marking" in answer.codes
    assert "ke-hoach-x" not in json.dumps(answer.told)


def test_d_with_a_stroke_of_another_kind_is_the_same_letter(tmp_path: Path) -> None:
    """U+00D0, as old keyboards write it, for U+0110."""
    answer = check(plain("Kính gửi anh.\r\n\r\nÐỘ MẬT: TỐI MẬT"), tmp_path)
    assert answer.code == BLOCKED
    whole = docx("".join(paragraph(run(line)) for line in (
        "ỦY BAN NHÂN DÂN THÀNH PHỐ HỒ CHÍ MINH", "SỞ NỘI VỤ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Ðộc lập - Tự do - Hạnh phúc", "Số: 15/QÐ-SNV", "QUYẾT ÐỊNH", "Về việc mời họp",
    )))  # fmt: skip
    assert "doc-number-format" not in check(letter(("qd.docx", whole)), tmp_path).codes


def test_old_and_new_letters_in_one_text_are_told(tmp_path: Path) -> None:
    mixed = "§Ò nghÞ c¸c ®¬n vÞ b¸o c¸o kÕt qu¶ thùc hiÖn nhiÖm vô n¨m 2026 vÒ Së, ®óng thêi h¹n ®· giao."
    answer = check(plain(f"Kính gửi các đơn vị,\r\n\r\n{mixed}"), tmp_path)
    assert answer.code == SEND
    assert "non-unicode-encoding" in answer.codes


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"\0" * 100_000,
        b"%PDF-1.7 khong phai thu",
        "chỉ là một đoạn văn\n\nkhông có đầu thư".encode(),
        b"Subject: x\r\n\r\nx",
        head().replace(b"From: an.snv@tphcm.gov.vn\r\n", b"") + b"\r\nx",
        b"From: a@tphcm.gov.vn\r\nFrom: b@tphcm.gov.vn\r\n" + head()[28:] + b"\r\nx",
        head() + b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n' * 3000,
    ],
    ids=["empty", "newline", "zeros", "pdf", "prose", "no-from", "no-sender", "two-from", "endless"],
)
def test_what_is_no_letter_of_one_sender_is_unreadable(tmp_path: Path, raw: bytes) -> None:
    answer = check(raw, tmp_path)
    assert answer.code == UNREADABLE, answer
    assert answer.told["error"] == "malformed-message"


def test_a_folder_and_a_file_that_is_not_there_are_unreadable(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.eml"):
        done = subprocess.run(
            [sys.executable, "-m", "client", "check", "--json", str(path)], capture_output=True, check=False
        )
        assert (done.returncode, json.loads(done.stdout)["error"]) == (UNREADABLE, "malformed-message")


def test_mailbox_and_role_decide(tmp_path: Path) -> None:
    raw = letter(("qd-15.pdf", make_pdf(DECISION)), body="Kính gửi anh, gửi kèm quyết định.")
    personal = check(raw, tmp_path, "--mailbox", "personal", "--role", "staff")
    agency = check(raw, tmp_path, "--mailbox", "agency", "--role", "clerk")
    assert {"issued-doc-unsigned"} <= personal.codes & agency.codes
    assert (personal.code, agency.code) == (SEND, CONFIRM)
    assert "agency-mailbox-not-clerk" in check(raw, tmp_path, "--mailbox", "agency", "--role", "staff").codes
