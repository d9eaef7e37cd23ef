"""`congthu check`: the gate's exit codes and the keys of its JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.commands import Command

FINDING_KEYS = {"code", "severity", "message", "location", "fix", "basis", "provenance"}
SENDER_BLOCK = (
    "--\r\nNguyễn Thị Lan\r\nChuyên viên\r\nPhòng Cải cách hành chính, Sở Nội vụ\r\n"
    "Điện thoại: 028 3829 1234\r\nThư điện tử: ntlan.snv@tphcm.gov.vn\r\n"
)


def letter(subject: str = "Lịch họp tuần 48", body: str = "Kính gửi anh Nam.", extra: str = "") -> bytes:
    return (
        "From: Nguyễn Thị Lan <ntlan.snv@tphcm.gov.vn>\r\nTo: lhnam.stp@tphcm.gov.vn\r\n"
        f"Subject: {subject}\r\nMessage-ID: <a@tphcm.gov.vn>\r\nDate: Mon, 23 Nov 2026 08:00:00 +0700\r\n"
        f"{extra}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n\r\n{SENDER_BLOCK}"
    ).encode()


def with_program() -> bytes:
    head, _, body = letter().partition(b"MIME-Version")
    text = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + body.partition(b"\r\n\r\n")[2]
    program = b'Content-Type: application/octet-stream; name="cai-dat.exe"\r\n\r\nMZ\x90\r\n'
    parts = b"--q\r\n" + text + b"\r\n--q\r\n" + program + b"--q--\r\n"
    return head + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n" + parts


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "thu.eml"


def test_a_letter_in_order_may_be_sent(congthu: Command, path: Path) -> None:
    path.write_bytes(letter())
    done = congthu("check", "--json", path)
    assert (done.code, done.only["gate"]) == (0, "send"), done.out
    assert set(done.only) == {"gate", "policy", "findings", "unchecked"}
    assert set(done.only["policy"]) == {"id", "version"}
    assert all(one["severity"] in {"info", "warn"} for one in done.only["findings"])


def test_a_program_blocks_and_the_finding_says_where_and_what_to_do(congthu: Command, path: Path) -> None:
    path.write_bytes(with_program())
    done = congthu("check", "--json", path)
    assert (done.code, done.only["gate"]) == (1, "blocked")
    finding = next(one for one in done.only["findings"] if one["code"] == "attachment-executable")
    assert set(finding) == FINDING_KEYS
    assert finding["severity"] == "block"
    assert "cai-dat.exe" in finding["message"] + finding["location"]
    assert finding["fix"]
    assert finding["basis"]
    people = congthu("check", path)
    assert people.code == 1
    assert finding["message"] in people.out
    assert finding["fix"] in people.out


def test_exit_two_asks_for_a_reason(congthu: Command, path: Path, tmp_path: Path) -> None:
    path.write_bytes(letter(subject=""))
    done = congthu("check", "--json", path)
    assert (done.code, done.only["gate"]) == (2, "confirm"), done.out
    policy = tmp_path / "policy.toml"
    policy.write_text('id = "snv"\nversion = "2"\n[rules.subject-empty]\nseverity = "block"\n', "utf-8")
    tightened = congthu("check", "--json", "--policy", policy, path)
    assert (tightened.code, tightened.only["policy"]) == (1, {"id": "snv", "version": "2"})


def test_a_policy_that_cannot_be_read_stops_before_any_judgement(
    congthu: Command, path: Path, tmp_path: Path
) -> None:
    path.write_bytes(letter())
    wrong = tmp_path / "policy.toml"
    wrong.write_text('id = "snv"\nversion = "2"\n[rules.subject-emty]\nseverity = "warn"\n', "utf-8")
    done = congthu("check", "--json", "--policy", wrong, path)
    assert (done.code, done.only["error"]) == (3, "config-invalid")
    assert "subject-empty" in str(done.only["params"]["suggestion"])
    absent = congthu("check", "--json", "--policy", tmp_path / "absent.toml", path)
    assert (absent.code, "error" in absent.only) == (3, True)


@pytest.mark.parametrize("content", [None, b"", b"chi la mot doan van\n\nkhong phai thu: dau\n"])
def test_what_is_no_message_is_unreadable(congthu: Command, path: Path, content: bytes | None) -> None:
    if content is not None:
        path.write_bytes(content)
    done = congthu("check", "--json", path)
    assert (done.code, done.only["error"]) == (3, "malformed-message")
    assert "malformed-message" in congthu("check", path).err


def test_the_answer_can_be_had_in_english(congthu: Command, path: Path) -> None:
    path.write_bytes(with_program())
    vietnamese, english = (congthu("check", "--json", "--language", one, path).only for one in ("vi", "en"))
    assert [one["code"] for one in vietnamese["findings"]] == [one["code"] for one in english["findings"]]
    assert vietnamese["findings"][0]["message"] != english["findings"][0]["message"]
