"""A received message with a secrecy marking: of its words nothing is in list, index or pane."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.mime import builder
from client.model import legacy
from client.model.address import MailAddress
from client.model.mailbox import RemoteMailbox, SpecialUse
from client.model.outgoing import Draft, DraftAttachment
from client.model.search import parse_query
from client.model.text import fold
from client.net.session import FetchedHeader
from client.sandbox.letters import load_letters
from client.services.incident import Incident, incident_form
from client.services.indexing import read_everything, read_message
from client.services.letters_bench import view_of
from client.services.marked import words_are_marked
from client.services.sync_rows import header_record
from client.store.database import Database, open_cache, open_ledger
from client.store.finding import Scope, find_rows
from client.store.messages import MessageStore
from client.store.numbers import MailboxNumbers
from tests.fakes.pdf import DECISION, Placed, make_pdf
from tests.unit.mime.test_words_of_letters import twice

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
CANARY = "hoangsaomai"
INBOX = 1
SENDER = MailAddress("gui@tphcm.gov.vn", f"Ông {CANARY}")


def plain_draft() -> Draft:
    to = (MailAddress("nhan@tphcm.gov.vn"),)
    return Draft("d", "a", "<1@x>", SENDER, to, subject=f"Về {CANARY}", body=f"Nội dung {CANARY}")


def raw(item: Draft) -> bytes:
    return builder.assemble(builder.build_headers(item, NOW), builder.build_entity(item))


def with_page(*first: Placed) -> tuple[DraftAttachment, ...]:
    pdf = make_pdf([*first, *DECISION, Placed(CANARY, 100, 560)])
    return (DraftAttachment("a.pdf", "application/pdf", pdf),)


IN_BODY = replace(plain_draft(), body=f"TUYỆT MẬT\n{CANARY}")
IN_SUBJECT = replace(plain_draft(), subject=f"[MẬT] {CANARY}")
IN_FILE = replace(plain_draft(), attachments=with_page(Placed("TỐI MẬT", 60, 800)))
IN_LETTER = replace(plain_draft(), attachments=(DraftAttachment("thu.eml", "message/rfc822", raw(IN_BODY)),))
MARKED = [IN_BODY, IN_SUBJECT, IN_FILE, IN_LETTER]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Database]:
    opened = open_cache(tmp_path / "cache.db")
    yield opened
    opened.close()


@pytest.fixture
def store(cache: Database, tmp_path: Path) -> Iterator[MessageStore]:
    ledger = open_ledger(tmp_path / "ledger.db")
    made = MessageStore(cache, "an", MailboxNumbers(ledger))
    made.upsert_mailboxes([RemoteMailbox(b"INBOX", "INBOX", SpecialUse.INBOX)])
    yield made
    ledger.close()


@pytest.mark.parametrize("item", MARKED)
def test_no_word_of_it_is_found_in_the_index(item: Draft) -> None:
    read = read_everything(raw(item))
    assert (read.body, read.files, read.is_whole) == ("", "", True)


@pytest.mark.parametrize("item", [IN_BODY, IN_SUBJECT])
def test_the_engine_which_opens_no_file_indexes_nothing_either(item: Draft) -> None:
    assert read_message(raw(item)).body == ""


def test_what_is_not_marked_is_indexed_as_ever() -> None:
    item = replace(
        plain_draft(), body=f"{CANARY}: bảo mật thông tin, BÍ MẬT kinh doanh", attachments=with_page()
    )
    read = read_everything(raw(item))
    assert CANARY in read.body
    assert CANARY in read.files


def add(store: MessageStore, item: Draft) -> int:
    message = raw(item)
    header = message.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    record = header_record(FetchedHeader(1, frozenset(), NOW, len(message), header))
    (row_id,) = store.insert(INBOX, [record])
    store.set_text(row_id, read_everything(message))
    return row_id


def test_a_marked_subject_is_in_no_file_of_the_cache(store: MessageStore, tmp_path: Path) -> None:
    add(store, replace(IN_SUBJECT, sender=MailAddress("gui@tphcm.gov.vn")))
    files = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert [one.name for one in files if CANARY.encode() in one.read_bytes()] == []


@pytest.mark.parametrize("item", MARKED)
def test_the_list_and_the_search_show_no_word_of_it(
    store: MessageStore, cache: Database, item: Draft
) -> None:
    row_id = add(store, item)
    assert cache.rows("SELECT subject, sender_name FROM message WHERE row_id = ?", (row_id,)) == [("", "")]
    assert list(find_rows(cache.rows, parse_query(CANARY), Scope(), 10)) == []


def test_an_ordinary_message_is_listed_and_found(store: MessageStore, cache: Database) -> None:
    row_id = add(store, plain_draft())
    assert list(find_rows(cache.rows, parse_query(CANARY), Scope(), 10)) == [row_id]


@pytest.mark.parametrize("item", [IN_BODY, IN_SUBJECT])
def test_the_pane_gets_who_and_when_and_nothing_else(item: Draft) -> None:
    view = view_of(raw(item))
    assert view.frozen
    assert CANARY not in repr(view)
    assert [one.addr_spec for one in view.envelope.from_] == ["gui@tphcm.gov.vn"]
    assert view.envelope.date is not None


def test_an_ordinary_message_is_not_frozen() -> None:
    assert not view_of(raw(plain_draft())).frozen


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("T Ố I   M Ậ T", True),
        ("độ mật: tuyệt mật", True),
        ("TỐI M\u200bẬT", True),  # copied from a web page
        ("T\u00adỐI MẬT\ufeff", True),
        ("Chế độ bảo mật", False),
        ("BẢO\nMẬT", False),
        ("MẬT KHẨU", False),
        ("mật", False),
    ],
)
def test_only_a_marking_is_one(text: str, marked: bool) -> None:
    assert words_are_marked(text=text) is marked


def tcvn3(text: str) -> str:
    codes = {letter: code for code, letter in legacy._FROM_TCVN3.items()}
    return text.translate({ord(letter): code for letter, code in codes.items()}).translate(
        {ord(letter): codes.get(letter.lower(), letter) for letter in map(str.upper, codes)}
    )


def vni(text: str) -> str:
    codes = {letter: code for code, letter in legacy._FROM_VNI.items()}
    return "".join(codes.get(letter, letter) for letter in text)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("TèI MËT", True),
        ("tèi mËt", True),
        ("tuyÖt mËt", True),
        ("T è I   M Ë T", True),
        ("TOÁI MAÄT", True),
        ("§é mËt: tèi mËt", True),
        ("(mËt)", True),
        (twice("TỐI MẬT"), True),
        ("b¶o mËt", False),
        ("b¶o\nmËt", False),
        ("mËt\nkhÈu", False),
        ("Giữ bí mật\nmật", False),
        ("Ong lµm mËt", False),
        ("Maät ong röøng", False),
    ],
)
@pytest.mark.parametrize("around", ["", "Kính gửi Sở Nội vụ", "KÝnh göi Së Néi vô, ®Ò nghÞ"])
def test_a_marking_in_an_old_encoding_is_one(text: str, marked: bool, around: str) -> None:
    assert words_are_marked(text=f"{around}\n{text}\n{around}") is marked
    assert "\n" in text or words_are_marked(f"Re: {text}") is marked


@pytest.mark.parametrize("item", [IN_BODY, IN_SUBJECT])
@pytest.mark.parametrize("write", [tcvn3, vni])
def test_a_letter_in_an_old_encoding_is_frozen_as_one_in_unicode(
    store: MessageStore, cache: Database, item: Draft, write: Callable[[str], str]
) -> None:
    old = replace(item, subject=write(item.subject), body=write(item.body))
    assert old != item
    assert view_of(raw(old)).frozen
    row_id = add(store, old)
    assert cache.rows("SELECT subject, sender_name FROM message WHERE row_id = ?", (row_id,)) == [("", "")]
    assert list(find_rows(cache.rows, parse_query(CANARY), Scope(), 10)) == []


def test_two_thousand_ordinary_letters_in_old_encodings_are_not_frozen() -> None:
    data = Path(__file__).parents[2] / "data"
    lines = [one.split("\t")[0] for one in (data / "search/golden.tsv").read_text("utf-8").splitlines()]
    lines += [line for one in load_letters() for line in one.body.splitlines()]
    lines += ["Bảo mật thông tin", "bí mật kinh doanh", "Mật khẩu thư", "chế độ bảo", "mật mã", "Cơ mật viện"]
    lines = [one for one in lines if not words_are_marked(text=one)]
    drawn = random.Random(1)  # noqa: S311 - no secret is drawn
    for number in range(2000):
        text = "\n".join(drawn.choices(lines, k=12))
        write = (tcvn3, vni, str)[number % 3]
        assert not words_are_marked(write(drawn.choice(lines)), write(text)), text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_incident_report_holds_no_content(language: str) -> None:
    form = incident_form(Incident("an@x.vn", "gui@tphcm.gov.vn", NOW, NOW, "ab" * 32), language)
    assert CANARY not in fold(form)
    for told in ("an@x.vn", "gui@tphcm.gov.vn", "ab" * 32, "25/11/2026"):
        assert told in form


def test_a_marking_in_an_attached_message_freezes_the_one_on_show() -> None:
    view = view_of(raw(IN_LETTER))
    assert view.frozen
    assert view.attached == ()
