from __future__ import annotations

import itertools
import random
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.model.mailbox import RemoteMailbox, SpecialUse
from client.model.search import parse_query
from client.model.text import fold
from client.store import finding, messages, vocabulary
from client.store.database import Database, open_cache, open_ledger
from client.store.inserting import insert_rows
from client.store.messages import MessageStore
from client.store.numbers import MailboxNumbers
from client.store.operations import Operations
from client.store.reading import MessageReader
from client.store.rows import HeaderRecord, StoredBody
from client.store.search import IndexedText
from client.store.words import document_numbers

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Desk:
    """An account's cache; messages are put in by their words and found by their numbers."""

    def __init__(self, folder: Path) -> None:
        self.ledger = open_ledger(folder / "ledger.db")
        self.cache: Database = open_cache(folder / "cache.db")
        self.store = MessageStore(self.cache, "an", MailboxNumbers(self.ledger))
        self.reader = MessageReader(folder / "cache.db", "an", Operations(self.ledger, "an", lambda: NOW))
        numbers = self.store.upsert_mailboxes(
            [
                RemoteMailbox(b"INBOX", "INBOX", SpecialUse.INBOX),
                RemoteMailbox(b"Sent", "Thư đã gửi", SpecialUse.SENT),
                RemoteMailbox(b"a/b", "Dự án/Cầu đường"),
            ]
        )
        self.inbox, self.sent, self.roads = numbers[b"INBOX"], numbers[b"Sent"], numbers[b"a/b"]
        self.uid = 0

    def add(
        self,
        subject: str = "",
        body: str | None = None,
        files: str = "",
        *,
        mailbox: int = 0,
        days: int = 0,
        sender: str = "",
        to: str = "",
        signed: bool = False,
        flags: frozenset[str] = frozenset(),
    ) -> int:
        self.uid += 1
        record = HeaderRecord(
            self.uid, NOW + timedelta(days=days, minutes=self.uid), flags, 100, subject=subject,
            sender_name=sender, sender_address="x@x.vn", recipients=to, message_id=f"<{self.uid}@x>",
            signed_shape=signed,
        )  # fmt: skip
        (row_id,) = self.store.insert(mailbox or self.inbox, [record])
        if body is not None:
            text = IndexedText(body, files)
            self.store.set_bodies([StoredBody(row_id, f"objects/{row_id}.eml", bool(files), text)])
        return row_id

    def find(self, query: str) -> list[int]:
        return list(self.reader.row_ids(self.inbox, query))

    def entries(self) -> tuple[int, int]:
        """Rows in the two indexes."""
        counts = [
            self.cache.rows(f"SELECT count(*) FROM {name}_docsize")[0][0]  # noqa: S608 - constants
            for name in ("message_text", "message_marks")
        ]
        return counts[0], counts[1]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.reader.close()
    desk.cache.close()
    desk.ledger.close()


GOLDEN = [
    ("Quyết định", ["quyet dinh", "Quyết định", "QUYẾT ĐỊNH", "quyêt đinh", "quyet"]),
    ("Đường Nguyễn Huệ", ["duong", "Đường", "nguyen hue", "ĐƯỜNG NGUYỄN HUỆ", "đuong"]),
    ("Ủy ban nhân dân", ["uy ban", "Uỷ ban", "ỦY BAN", "nhan dan"]),
    ("Thư thủy lợi", ["thuỷ lợi", "thủy lợi", "thuy loi"]),
    ("Quyết định 123/QĐ-UBND", ["123/QĐ-UBND", "123/qd-ubnd", "123", "qd-ubnd", "123/QĐ", "123/qd-ub"]),
    ("Kế hoạch năm 2026", ["2026", "năm 2026", "ke hoach 2026"]),
    ("Công văn 1204/SNV-TCBC", ["1204", "1204/snv", "snv-tcbc"]),
    ("Ðường dây nóng", ["đường dây", "duong day"]),
    ("Gửi chị Yến", ["yen", "Yến", "yến"]),
    ("Ký số hàng loạt", ["ký số", "ky so", "loạ"]),
]


@pytest.mark.parametrize(("subject", "typed"), [(s, q) for s, queries in GOLDEN for q in queries])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_what_is_typed_in_vietnam_finds_it(desk: Desk, subject: str, typed: str, form: str) -> None:
    wanted = desk.add(unicodedata.normalize("NFD" if form == "NFC" else "NFC", subject))
    desk.add("Thư khác không liên can")
    assert desk.find(unicodedata.normalize(form, typed)) == [wanted]  # type: ignore[arg-type] # two literals


def test_a_search_finds_what_reading_everything_finds(desk: Desk) -> None:
    draw = random.Random(20261124)  # noqa: S311 - no secret is drawn
    syllables = ["quyết", "quyệt", "quyet", "định", "đinh", "dinh", "đường", "duong", "dương", "hòa", "hoà",
                 "thủy", "thuỷ", "123", "12", "ubnd", "qđ"]  # fmt: skip
    texts = {}
    for _ in range(120):
        subject, body = (" ".join(draw.choices(syllables, k=4)) for _ in range(2))
        texts[desk.add(subject, body)] = set(f"{fold(subject)} {fold(body)}".split())
    for _ in range(60):
        typed = draw.choices(syllables, k=draw.randint(1, 3))
        expected = {row_id for row_id, words in texts.items() if words >= {fold(word) for word in typed}}
        assert set(desk.find(" ".join(typed) + " ")) == expected, typed


def test_a_number_is_whole(desk: Desk) -> None:
    wanted = desk.add("Quyết định 123/QĐ-UBND")
    desk.add("Quyết định 1123/QĐ-UBND")
    desk.add("Quyết định 123/QĐ-SNV và 9/TB-UBND")
    assert desk.find("123/QĐ-UBND") == [wanted]
    assert desk.find("số:123/QĐ-UBND") == [wanted]


def test_a_number_is_looked_for_among_numbers(desk: Desk) -> None:
    inside = desk.add("Giấy mời", "Căn cứ Quyết định số 41/2011/QĐ-UBND ngày 01/02/2011.")
    desk.add("Phòng họp 41, lúc 8 giờ ngày 24/11/2026")
    assert desk.find("số:41") == [inside]
    assert desk.find("số:41/2011") == [inside]
    assert desk.find("số:24") == []


def test_numbers_do_not_join_into_a_new_one() -> None:
    assert document_numbers("12/QĐ-UBND 34/TB") == "12/qd-ubnd zz 34/tb"
    assert document_numbers("15-QĐ/TU, 23/SNV-TCHC.") == "15-qd/tu zz 23/snv-tchc"
    assert document_numbers("24/11/2026 http://x.vn/1/a a1/b") == ""


def test_messages_with_the_very_marks_come_first(desk: Desk) -> None:
    with_marks = desk.add("Hội nghị quyết toán", "quyết định đầu tư")
    without = desk.add("quyet dinh", days=1)
    other_marks = desk.add("Họp", "quyệt đinh", days=2)
    assert desk.find("quyết định") == [with_marks, other_marks, without]
    assert desk.find("quyet dinh") == [other_marks, without, with_marks]


def test_the_place_of_the_tone_mark_is_no_difference(desk: Desk) -> None:
    old = desk.add("hòa giải")
    desk.add("hoa giai", days=1)
    assert desk.find("hoà giải")[0] == old


def test_body_and_attachments_are_searched(desk: Desk) -> None:
    wanted = desk.add("Thư", "Kính gửi các phòng ban", "Báo cáo quý I.docx\nSố liệu giải ngân")
    desk.add("Thư", "khác", "")
    for typed in ("phong ban", "báo cáo", "giai ngan", "docx", "tệp:bao-cao", "có:đính kèm phòng"):
        assert desk.find(typed) == [wanted], typed


def test_text_that_comes_later_takes_the_place_of_the_earlier(desk: Desk) -> None:
    row_id = desk.add("Thư", "cũ", "")
    desk.store.set_text(row_id, IndexedText("mới", "tệp"))
    assert (desk.find("cũ"), desk.find("mới")) == ([], [row_id])
    assert desk.entries() == (1, 1)


def test_letters_that_are_written_together_are_one_piece_of_index(desk: Desk) -> None:
    """Each piece is merged with others later, which is most of the work there is."""
    rows = [desk.add(f"Thư {number}") for number in range(3)]

    def pieces() -> set[int]:
        return {row[0] for row in desk.cache.rows("SELECT segid FROM message_text_idx")}

    before = pieces()
    bodies = [StoredBody(row, f"objects/{row}.eml", False, IndexedText(f"nội dung {row}")) for row in rows]
    desk.store.set_bodies(bodies)
    assert len(pieces() - before) == 1
    assert sorted(desk.find("noi dung ")) == rows
    place = desk.store.locate(rows[1])
    assert place is not None
    assert place.body_path == f"objects/{rows[1]}.eml"


def test_the_pieces_of_the_index_are_put_together(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MERGED_AT_ONCE", 1)
    rows = [desk.add(f"Thư số {number}", f"nội dung {number}") for number in range(40)]

    def pieces() -> list[int]:
        questions = ("SELECT segid FROM message_text_idx", "SELECT segid FROM message_marks_idx")
        return [len(set(desk.cache.rows(one))) for one in questions]

    before = pieces()
    desk.store.gather_index(lambda: True)
    assert pieces() == before
    assert min(before) > 1
    desk.store.gather_index(lambda: False)
    assert pieces() == [1, 1]
    assert sorted(desk.find("noi dung ")) == sorted(desk.find("nội dung ")) == rows


def test_operators_hold_together(desk: Desk) -> None:
    wanted = desk.add("Họp", sender="Nguyễn Văn An", to="Bình <b@x.vn>", days=5, signed=True)
    desk.add("Họp", sender="Bình", to="An <b@x.vn>", days=5, signed=True)
    desk.add("Họp", sender="Nguyễn Văn An", to="Bình <b@x.vn>", days=9, signed=True)
    assert desk.find("từ:an đến:bình trước:10/3/2026 sau:5/3/2026 có:chữ-ký họp") == [wanted]
    assert len(desk.find("từ:x.vn")) == 3


def test_unread_and_flagged(desk: Desk) -> None:
    unread = desk.add("một")
    flagged = desk.add("hai", flags=frozenset({"\\Seen", "\\Flagged"}))
    assert desk.find("có:chưa-đọc") == [unread]
    assert desk.find("có:sao") == [flagged]


def test_another_mailbox_is_searched_by_name_or_role(desk: Desk) -> None:
    here = desk.add("họp")
    sent = desk.add("họp", mailbox=desk.sent, days=1)
    roads = desk.add("họp", mailbox=desk.roads, days=2)
    assert desk.find("họp") == [here]
    assert desk.find('trong:"Thư đã gửi" họp') == [sent]
    assert desk.find("in:sent họp") == [sent]
    assert desk.find('trong:"cau duong"') == [roads]
    assert desk.find("trong:cầu-đường") == [roads]
    assert desk.find("trong:Dự-án/Cầu-đường họp") == [roads]
    assert desk.find("trong:Dự án/Cầu-đường họp") == [roads]
    assert desk.find("trong:tất-cả họp") == [roads, sent, here]
    assert desk.find("trong:nowhere họp") == []
    assert set(desk.reader.rows([here, sent, roads])) == {here, sent, roads}


@pytest.mark.parametrize(
    "typed",
    ['"', "a OR b", "NEAR(a b)", "-x", "subject:*", "^a", "{a}", "a AND", "(", "*", "'; DROP TABLE message"],
)
def test_nothing_typed_is_syntax_of_the_index(desk: Desk, typed: str) -> None:
    desk.add("thư")
    desk.find(typed)


def test_the_index_goes_with_its_rows(desk: Desk) -> None:
    desk.add("một")
    desk.add("hai", mailbox=desk.sent)
    desk.store.unlink(desk.inbox, [1], NOW)
    assert desk.find("một") == []
    assert desk.entries() == (2, 2)
    desk.store.purge(NOW + timedelta(days=1))
    assert desk.entries() == (1, 1)
    desk.store.upsert_mailboxes([RemoteMailbox(b"INBOX", "INBOX", SpecialUse.INBOX)])
    assert desk.find("hai") == []
    desk.store.purge(datetime.now(UTC) + timedelta(days=1))
    assert desk.entries() == (0, 0)


def test_a_message_told_twice_is_indexed_once(desk: Desk) -> None:
    record = HeaderRecord(1, NOW, frozenset(), 1, subject="một")
    first = desk.store.insert(desk.inbox, [record])
    assert desk.store.insert(desk.inbox, [record]) == first
    assert desk.entries() == (1, 1)


def test_what_is_rolled_back_is_not_found(desk: Desk) -> None:
    class Stopped(Exception):
        pass

    def insert_and_stop() -> None:
        with desk.cache.transaction():
            insert_rows(
                desk.cache, desk.inbox, [HeaderRecord(9, NOW, frozenset(), 1, subject="lạc")], index=True
            )
            raise Stopped

    with pytest.raises(Stopped):
        insert_and_stop()
    assert desk.find("lạc") == []
    assert desk.entries() == (0, 0)


def test_what_waits_for_the_workshop_is_told(desk: Desk) -> None:
    row_id = desk.add("một")
    desk.store.set_bodies([StoredBody(row_id, "a.eml", True, IndexedText("x", "a.pdf", is_whole=False))])
    assert desk.reader.without_text(5) == [(row_id, desk.inbox, "a.eml")]
    desk.store.set_text(row_id, IndexedText("x", "a.pdf và nội dung"))
    assert desk.reader.without_text(5) == []


def test_rows_of_a_first_look_are_found_once_their_headers_are_indexed(desk: Desk) -> None:
    records = [HeaderRecord(uid, NOW, frozenset(), 1, subject=f"Tờ trình {uid}") for uid in range(50, 1250)]
    numbers = desk.store.insert(desk.inbox, records, index_later=True)
    assert len(set(numbers)) == 1200
    assert list(desk.reader.row_ids(desk.inbox, "to trinh")) == []
    assert len(desk.reader.row_ids(desk.inbox)) == 1200
    indexed = 0
    while count := desk.store.index_headers(desk.inbox):
        indexed += count
    assert indexed == 1200
    assert sorted(desk.reader.row_ids(desk.inbox, "to trinh")) == sorted(numbers)


def test_a_body_that_comes_before_the_index_is_indexed_once(desk: Desk) -> None:
    (row,) = desk.store.insert(
        desk.inbox, [HeaderRecord(7, NOW, frozenset(), 1, subject="họp")], index_later=True
    )
    desk.store.set_bodies([StoredBody(row, "objects/x", False, IndexedText("nội dung"))])
    assert desk.store.index_headers(desk.inbox) == 0
    assert list(desk.reader.row_ids(desk.inbox, "noi dung")) == [row]
    assert list(desk.reader.row_ids(desk.inbox, "hop")) == [row]


def test_numbers_are_never_given_twice(desk: Desk) -> None:
    first = desk.store.insert(desk.inbox, [HeaderRecord(7, NOW, frozenset(), 1)])
    desk.store.unlink(desk.inbox, [7], NOW)
    desk.store.purge(NOW + timedelta(days=9))
    again = desk.store.insert(
        desk.inbox, [HeaderRecord(8, NOW, frozenset(), 1), HeaderRecord(8, NOW, frozenset(), 1)]
    )
    assert again == [first[0] + 1] * 2


@pytest.mark.parametrize("places", [1, 3])
def test_a_large_mailbox_is_searched_as_a_small_one_is(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, places: int
) -> None:
    """The ways through the index differ with how frequent a word is; what comes out must not."""
    draw = random.Random(20261126)  # noqa: S311 - no secret is drawn
    syllables = ["quyết", "quyệt", "quyet", "định", "dinh", "hiếm", "hiem", "họp"]
    often = [60, 3, 30, 40, 60, 1, 1, 25]
    rows: dict[int, tuple[int, list[str]]] = {}
    boxes = (desk.inbox, desk.sent, desk.roads)[:places]
    for _ in range(400):
        words, day = draw.choices(syllables, often, k=4), draw.randint(0, 9)
        box = draw.choices(boxes, (80, 15, 5)[:places])[0]
        rows[desk.add(" ".join(words), days=day, mailbox=box)] = (day * 1440 + desk.uid, words)
    typed = ["quyết ", "quyet ", "quyệt ", "hiếm ", "quyết định ", "hiem dinh ", "hie", "quy", "quyết hiếm "]
    for newest, limit in itertools.product((5, 40, 10_000), (1, 7, 120, 2000)):
        monkeypatch.setattr(finding, "_NEWEST", newest)
        monkeypatch.setattr(finding, "_BUCKET_BITS", 2)
        monkeypatch.setattr(finding, "_FEW", 4)
        for query in typed:
            wanted = query.split()
            hits = [row for row, (_, words) in rows.items() if _has_all(words, wanted, query[-1] != " ")]
            marked = {word for word in wanted if not word.isascii()}
            hits.sort(key=lambda row: (marked <= set(rows[row][1]), rows[row][0]), reverse=True)
            found = desk.reader.search(parse_query(query), desk.inbox if places == 1 else 0, limit)
            assert list(found) == hits[:limit], (newest, limit, query)


def _has_all(words: list[str], wanted: list[str], is_begun: bool) -> bool:
    folded = {fold(word) for word in words}
    if is_begun:
        return any(word.startswith(wanted[0]) for word in folded)
    return {fold(word) for word in wanted} <= folded


def test_a_row_on_its_way_into_a_large_mailbox_is_found_in_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_NEWEST", 5)
    for _ in range(40):
        desk.add("họp giao ban", mailbox=desk.sent)
    moved = desk.add("họp giao ban")
    place = desk.reader.locate(moved)
    assert place is not None
    assert moved not in desk.reader.search(parse_query("họp "), desk.sent)
    Operations(desk.ledger, "an", lambda: NOW).move(place, b"Sent")
    assert moved in desk.reader.search(parse_query("họp "), desk.sent)
    assert moved not in desk.reader.search(parse_query("họp "), desk.inbox)


@pytest.mark.parametrize("named", [10, 400])
def test_a_beginning_of_very_many_words_is_found_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, named: int
) -> None:
    monkeypatch.setattr(vocabulary, "_MOST", named)
    rows = [desk.add(f"ban{chr(97 + n // 10)}{chr(97 + n % 10)}") for n in range(60)]
    assert sorted(desk.find("ban")) == rows
