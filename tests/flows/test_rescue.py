"""Drafts and unsent messages come out of a ledger that cannot be opened any more."""

from __future__ import annotations

import argparse
import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.cli import doctor
from client.cli.output import Printer
from client.config.catalogue import Catalogue
from client.config.paths import Paths, resources_dir
from client.errors import StorageFailed
from client.mime.view import make_view
from client.model.address import MailAddress
from client.model.outgoing import Draft, DraftAttachment, OutboxState, OutgoingMessage
from client.services.rescue import rescue
from client.store.database import open_ledger
from client.store.drafts import Drafts
from client.store.outbox import Outbox

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PAGE = 4096
AN, BINH = MailAddress("an@x.vn", "An"), MailAddress("binh@x.vn", "Bình")


def raw(number: int) -> bytes:
    return b"Message-ID: <%d@x>\r\nSubject: thu %d\r\n\r\n" % (number, number) + b"noi dung\r\n" * 400


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """30 messages, one of them sent; 20 drafts, one with a file. The newest are in the log alone."""
    path = tmp_path / "data" / "ledger.db"
    database = open_ledger(path)
    outbox, drafts = Outbox(database, lambda: NOW), Drafts(database, lambda: NOW)
    for number in range(30):
        outbox.enqueue(
            OutgoingMessage("an", f"<{number}@x>", "an@x.vn", ("b@x.vn",), raw(number), f"Thư {number}/QĐ")
        )
    database.run("UPDATE outbox SET state = ? WHERE outbox_id = 1", (str(OutboxState.FILED),))
    for number in range(20):
        drafts.save(
            Draft(
                f"d{number}",
                "an",
                f"<d{number}@x>",
                AN,
                (BINH,),
                bcc=(AN,),
                subject=f"Nháp {number}",
                body="lời " * 900,
            )
        )
    drafts.save(Draft("whole", "an", "<w@x>", AN, (BINH,), subject="Tờ trình", attachments=(FILE,)))
    kept = path.with_name("ledger.db-wal").read_bytes()
    database.close()
    path.with_name("ledger.db-wal").unlink(missing_ok=True)
    assert kept
    return path


FILE = DraftAttachment("Phụ lục.pdf", "application/pdf", b"%PDF-1.7 phu luc")


def test_all_of_a_whole_ledger_comes_out_and_nothing_in_it_changes(ledger: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in ledger.parent.iterdir()}
    done = rescue(ledger, tmp_path / "out", lambda: NOW)
    assert {path.name: path.read_bytes() for path in ledger.parent.iterdir()} == before
    assert (len(done.files), done.is_whole) == (29 + 21, True)
    assert (tmp_path / "out" / "outbox-002-queued Thư 1-QĐ.eml").read_bytes() == raw(1)
    view = make_view((tmp_path / "out" / "draft-021 Tờ trình.eml").read_bytes())
    assert (view.envelope.subject, [one.name for one in view.attachments]) == ("Tờ trình", ["Phụ lục.pdf"])


def test_what_stands_on_whole_pages_comes_out_of_a_damaged_one(ledger: Path, tmp_path: Path) -> None:
    size, most = ledger.stat().st_size, 0
    whole = ledger.read_bytes()
    draw = random.Random(3)  # noqa: S311 - no secret is drawn
    for page in draw.sample(range(1, size // PAGE), 10):
        ledger.write_bytes(whole[: page * PAGE] + draw.randbytes(PAGE) + whole[(page + 1) * PAGE :])
        done = rescue(ledger, tmp_path / str(page), lambda: NOW)
        most = max(most, 50 - len(done.files))
        assert not done.is_whole or len(done.files) == 50
        for path in done.files:
            if path.name.startswith("outbox"):
                assert path.read_bytes() in {raw(number) for number in range(30)}
    assert most < 50


def test_a_bad_address_costs_no_words(ledger: Path, tmp_path: Path) -> None:
    database = open_ledger(ledger)
    drafts = Drafts(database, lambda: NOW)
    odd = replace(drafts.list("an")[0], draft_id="odd", to=(MailAddress("chưa xong"),), subject="Dở dang")
    drafts.save(odd)
    database.close()
    rescue(ledger, tmp_path / "out", lambda: NOW)
    (found,) = (tmp_path / "out").glob("*Dở dang.eml")
    assert make_view(found.read_bytes()).envelope.subject == "Dở dang"


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 400])
def test_what_is_no_database_gives_nothing(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(content)
    assert rescue(path, tmp_path / "out", lambda: NOW).files == ()


def test_a_ledger_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed):
        rescue(tmp_path / "none.db", tmp_path / "out", lambda: NOW)


def test_the_command_says_how_many_files_there_are(
    ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger.write_bytes(ledger.read_bytes()[: -3 * PAGE])
    arguments = argparse.Namespace(data=Paths(ledger.parent).data, zip=None, rescue=tmp_path / "out")
    printer = Printer(Catalogue.load(resources_dir()), as_json=True)
    assert doctor.run(arguments, printer) == 1
    assert '"check": "rescue"' in capsys.readouterr().out.replace('":"', '": "')
    assert list((tmp_path / "out").glob("*.eml"))
