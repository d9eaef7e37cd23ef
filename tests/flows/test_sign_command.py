"""The acts of Decree 30/2020 on the command line: approve, seal, annex, copy, extend; two signers."""

from __future__ import annotations

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from client.config.paths import resources_dir
from client.sandbox.city import City
from client.sandbox.info import DemoMailbox
from tests.fakes.commands import Command, Outcome

QUAN = "phquan.snv@tphcm.gov.vn"
ROOT = Path(__file__).resolve().parents[2]
HANH = "dthanh.snv@tphcm.gov.vn"
Sign = Callable[..., Outcome]


@pytest.fixture
def sign(congthu: Command, city: City, monkeypatch: pytest.MonkeyPatch) -> Sign:
    """`congthu sign --json` with somebody's key, the city's time-stamps and no profile but B-T."""

    def run(person: str, kind: str, *arguments: str | Path, seal: bool = False) -> Outcome:
        who = city.info.mailbox(person)
        key = who.seal_key if seal else who.personal_key
        monkeypatch.setenv("CONGTHU_KEY_PASSWORD", who.key_password.reveal())
        return congthu("sign", kind, "--json", *arguments, "--key", f"p12:{key}", "--tsa", city.info.tsa_url)

    return run


@pytest.fixture
def decision(tmp_path: Path) -> Path:
    """An unsigned decision of the Department of Home Affairs."""
    source = resources_dir() / "demo" / "documents" / "qd-512-snv-to-giup-viec.pdf"
    return Path(shutil.copy(source, tmp_path / "quyet-dinh.pdf"))


def images(city: City, person: str) -> DemoMailbox:
    return city.info.mailbox(person)


def test_a_person_approves_and_the_clerk_seals(
    congthu: Command, sign: Sign, city: City, trust: Path, decision: Path, tmp_path: Path
) -> None:
    hand, seal = images(city, QUAN).hand_image, images(city, HANH).seal_image
    assert hand is not None
    assert seal is not None
    early = sign(HANH, "pdf", decision, "--as", "phat-hanh", "--image", seal, seal=True)
    assert (early.code, early.only["params"]["reason"]) == (1, "personal-signature-missing")
    approved = sign(QUAN, "pdf", decision, "--as", "phe-duyet", "--image", hand)
    assert approved.code == 0, approved.out
    first = Path(approved.only["output"])
    issued = sign(HANH, "pdf", first, "--as", "phat-hanh", "--image", seal, seal=True)
    assert issued.code == 0, issued.out
    second = Path(issued.only["output"])
    assert second.read_bytes().startswith(first.read_bytes())
    judged = congthu("verify", "--json", "--trust", trust, "--crl", trust, second)
    assert (judged.code, judged.only["display"]) == (0, "VALID")
    kinds = [one["signer"]["kind"] for one in judged.only["signatures"]]
    assert kinds == ["personal", "seal"]
    late = sign(QUAN, "pdf", second, "--as", "phe-duyet", "--image", hand)
    assert late.only["params"]["reason"] == "seal-came-first"
    told = subprocess.run(["pdfsig", str(second)], capture_output=True, text=True, check=False).stdout
    assert told.count("Signature is Valid") == 2


def test_the_wrong_key_for_an_act_is_refused(sign: Sign, city: City, decision: Path) -> None:
    hand = images(city, QUAN).hand_image
    assert hand is not None
    for person, role, seal, reason in (
        (QUAN, "phat-hanh", False, "seal-key-needed"),
        (HANH, "phe-duyet", True, "personal-key-needed"),
    ):
        done = sign(person, "pdf", decision, "--as", role, "--image", hand, seal=seal)
        assert (done.code, done.only["params"]["reason"]) == (1, reason)
    assert [path.name for path in decision.parent.iterdir() if path.suffix == ".pdf"] == [decision.name]


@pytest.mark.parametrize(
    ("role", "more", "shown"),
    [
        ("phu-luc", ("--number", "15/QĐ-SNV"), "15/QĐ-SNV; "),
        ("sao-y", ("--office", "Sở Nội vụ"), "SAO Y"),
    ],
)
def test_annexes_and_copies_carry_their_line(
    sign: Sign, decision: Path, role: str, more: tuple[str, ...], shown: str
) -> None:
    done = sign(HANH, "pdf", decision, "--as", role, *more, seal=True)
    assert done.code == 0, done.out
    path = done.only["output"]
    text = subprocess.run(["pdftotext", "-l", "1", path, "-"], capture_output=True, text=True, check=True)
    assert shown in text.stdout
    assert "+07:00" in text.stdout


def test_a_place_can_be_named(sign: Sign, city: City, decision: Path) -> None:
    hand = images(city, QUAN).hand_image
    assert hand is not None
    arguments = ("--as", "phe-duyet", "--image", hand, "--page", "1", "--box")
    assert sign(QUAN, "pdf", decision, *arguments, "300,100,420,160").code == 0
    off = sign(QUAN, "pdf", decision, *arguments, "3000,100,4200,160")
    assert off.only["params"]["reason"] == "place-off-page"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--as", "phe-duyet"),
        ("--image", "x.png"),
        ("--as", "phu-luc"),
        ("--as", "phu-luc", "--number", " "),
        ("--as", "sao-y"),
        ("--as", "trich-sao", "--number", "15/QĐ-SNV"),
        ("--as", "phu-luc", "--number", "1/QĐ", "--page", "1"),
        ("--as", "phu-luc", "--number", "1/QĐ", "--box", "1,2,3,4"),
        ("--as", "khong-co"),
        ("--as", "phu-luc", "--number", "1/QĐ", "--page", "1", "--box", "5,6,1,2"),
    ],
)
def test_arguments_that_do_not_go_together_are_a_usage_error(
    sign: Sign, decision: Path, arguments: tuple[str, ...]
) -> None:
    assert sign(QUAN, "pdf", decision, *arguments).code == 3


def test_a_hand_signature_never_lands_over_another_persons_name(
    sign: Sign, city: City, decision: Path
) -> None:
    other = Path(
        shutil.copy(resources_dir() / "demo" / "documents" / "gm-64-stp-toa-dam.pdf", decision.parent)
    )
    hand = images(city, QUAN).hand_image
    assert hand is not None
    done = sign(QUAN, "pdf", other, "--as", "phe-duyet", "--image", hand)
    assert (done.code, done.only["params"]["reason"]) == (1, "no-place-found")
    chosen = ("--page", "1", "--box", "100,100,220,160")
    assert sign(QUAN, "pdf", other, "--as", "phe-duyet", "--image", hand, *chosen).code == 0


def test_nobody_signs_the_same_thing_twice(sign: Sign, decision: Path, tmp_path: Path) -> None:
    once = Path(sign(QUAN, "pdf", decision).only["output"])
    again = sign(QUAN, "pdf", once)
    assert (again.code, again.only["params"]["reason"]) == (1, "already-signed-by-key")
    table = tmp_path / "bang.xlsx"
    table.write_bytes(b"so lieu")
    first = Path(sign(QUAN, "file", table).only["output"]).read_bytes()
    second = sign(QUAN, "file", table)
    assert (second.code, second.only["params"]["reason"]) == (1, "already-signed-by-key")
    assert table.with_name("bang.xlsx.p7s").read_bytes() == first


@pytest.mark.parametrize("spelling", ["same", "dots", "link", "folder"])
def test_the_result_never_takes_the_place_of_the_source_or_of_what_is_no_file(
    sign: Sign, decision: Path, spelling: str
) -> None:
    before = decision.read_bytes()
    link = decision.with_name("lien-ket.pdf")
    link.symlink_to(decision)
    (decision.parent / "thu-muc").mkdir()
    target = {
        "same": decision,
        "dots": decision.parent / "thu-muc" / ".." / decision.name,
        "link": link,
        "folder": decision.parent / "thu-muc",
    }[spelling]
    assert sign(QUAN, "pdf", decision, "-o", target).code == 3
    assert decision.read_bytes() == before
    assert link.is_symlink()


def test_a_file_that_is_not_there_is_called_that(sign: Sign, decision: Path) -> None:
    done = sign(QUAN, "pdf", decision.with_name("khong-co.pdf"))
    assert (done.code, done.only["error"], done.only["params"]["reason"]) == (
        1,
        "storage-failed",
        "file-missing",
    )


def test_without_a_keyboard_the_missing_password_is_called_that(
    congthu: Command, city: City, decision: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    key = f"p12:{city.info.mailbox(QUAN).personal_key}"
    done = congthu("sign", "pdf", "--json", decision, "--key", key, "--profile", "B-B")
    assert (done.code, done.only["params"]["reason"]) == (3, "no-key-secret")


def test_ctrl_c_ends_a_signature_that_waits_for_its_time_stamp(
    city: City, decision: Path, tmp_path: Path
) -> None:
    """In a terminal the signal reaches every process of the command."""
    who = city.info.mailbox(QUAN)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(120)
        tsa = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        words = ("sign", "pdf", str(decision), "--key", f"p12:{who.personal_key}", "--tsa", tsa)
        environment = os.environ | {
            "CONGTHU_KEY_PASSWORD": who.key_password.reveal(),
            "XDG_DATA_HOME": str(tmp_path / "own"),
        }
        running = subprocess.Popen(
            [sys.executable, "-m", "client", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )
        try:
            asked, _ = silent.accept()
            with asked:
                os.kill(-running.pid, signal.SIGINT)
                _, err = running.communicate(timeout=120)
        finally:
            running.kill()
    assert running.returncode == 130, err
    assert "Traceback" not in err
    assert "Exception ignored" not in err
    assert sorted(path.name for path in decision.parent.iterdir() if path.is_file()) == [decision.name]


def test_a_signed_document_is_extended_for_the_archive(
    congthu: Command, sign: Sign, city: City, trust: Path, decision: Path
) -> None:
    signed = Path(sign(QUAN, "pdf", decision).only["output"])
    options = ("--trust", trust, "--crl", trust, "--tsa", city.info.tsa_url)
    done = congthu("extend", "--json", signed, *options)
    assert (done.code, done.only["profile"]) == (0, "B-LTA"), done.out
    target = Path(done.only["output"])
    assert target.read_bytes().startswith(signed.read_bytes())
    judged = congthu("verify", "--json", "--trust", trust, "--crl", trust, target)
    assert (judged.code, judged.only["signatures"][0]["level"]) == (0, "B-LTA")
    unsigned = congthu("extend", "--json", decision, *options)
    assert (unsigned.code, "error" in unsigned.only) == (1, True)
    assert congthu("extend", "--json", signed, "--trust", trust).code == 3


def test_a_signature_that_cannot_be_extended_now_is_kept_and_said(sign: Sign, decision: Path) -> None:
    """No CRL is given: nothing long-term can be put into the file, the signature itself stands."""
    done = sign(QUAN, "pdf", decision, "--profile", "B-LT")
    assert (done.code, done.only["signed"], done.only["profile"]) == (1, True, "B-T")
    assert Path(done.only["output"]).is_file()


def test_a_signature_is_made_for_the_archive_at_once(
    congthu: Command, sign: Sign, trust: Path, decision: Path
) -> None:
    done = sign(QUAN, "pdf", decision, "--profile", "B-LTA", "--trust", trust, "--crl", trust)
    assert (done.code, done.only["profile"]) == (0, "B-LTA")
    judged = congthu("verify", "--json", "--trust", trust, "--crl", trust, done.only["output"])
    assert judged.only["signatures"][0]["level"] == "B-LTA"


def test_a_second_signer_joins_the_first_beside_the_same_file(
    congthu: Command, sign: Sign, trust: Path, tmp_path: Path
) -> None:
    table = tmp_path / "bang.xlsx"
    table.write_bytes(b"so lieu")
    first = sign(QUAN, "file", table)
    second = sign(HANH, "file", table)
    assert (first.code, second.code) == (0, 0)
    assert first.only["output"] == second.only["output"]
    judged = congthu("verify", "--json", "--trust", trust, "--crl", trust, second.only["output"])
    names = [one["signer"]["name"] for one in judged.only["signatures"]]
    assert sorted(names) == ["Phạm Hồng Quân", "Đỗ Thị Hạnh"]
    table.write_bytes(b"so lieu khac")
    changed = sign(QUAN, "file", table)
    assert (changed.code, changed.only["params"]["reason"]) == (1, "earlier-signature-broken")


def test_many_files_are_signed_with_one_secret_and_a_wrong_one_stops_before_the_first(
    congthu: Command, sign: Sign, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [tmp_path / f"{number}.docx" for number in range(5)]
    for path in files:
        path.write_bytes(path.name.encode())
    done = sign(QUAN, "file", *files)
    assert (done.code, [one["signed"] for one in done.objects]) == (0, [True] * 5)
    key = city.info.mailbox(QUAN).personal_key
    monkeypatch.setenv("CONGTHU_KEY_PASSWORD", "sai")
    wrong = congthu("sign", "file", "--json", *files, "--key", f"p12:{key}", "--profile", "B-B")
    assert (wrong.code, wrong.only["error"]) == (1, "key-password-incorrect")


def test_an_image_unlike_the_decree_is_told_and_one_that_is_none_is_refused(
    congthu: Command, city: City, decision: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, red = city.info.mailbox(QUAN), images(city, HANH).seal_image
    assert red is not None
    monkeypatch.setenv("CONGTHU_KEY_PASSWORD", who.key_password.reveal())
    terms = ("--key", f"p12:{who.personal_key}", "--profile", "B-B", "--as", "phe-duyet", "--image")
    told = congthu("sign", "pdf", decision, *terms, red)
    assert (told.code, "không phải màu xanh" in told.out) == (0, True)
    none = tmp_path / "anh.png"
    none.write_bytes(b"khong phai anh")
    refused = congthu("sign", "pdf", "--json", decision, *terms, none)
    assert (refused.code, refused.only["error"]) == (1, "image-unusable")
