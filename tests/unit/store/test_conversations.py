"""Messages joined by what they answer, across mailboxes, and by the document they are about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.model.mailbox import RemoteMailbox, SpecialUse
from client.store.conversations import MOST_MESSAGES
from client.store.database import open_cache, open_ledger
from client.store.links import MOST_REFERENCES, links_of
from client.store.messages import MessageStore
from client.store.numbers import MailboxNumbers
from client.store.operations import Operations
from client.store.reading import MessageReader
from client.store.rows import HeaderRecord

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Stage:
    def __init__(self, folder: Path) -> None:
        self.ledger = open_ledger(folder / "ledger.db")
        self.cache = open_cache(folder / "cache.db")
        self.store = MessageStore(self.cache, "an", MailboxNumbers(self.ledger))
        uses = ((b"INBOX", SpecialUse.INBOX), (b"Sent", SpecialUse.SENT))
        mailboxes = [RemoteMailbox(name, name.decode(), use) for name, use in uses]
        numbers = self.store.upsert_mailboxes(mailboxes)
        self.inbox, self.sent = numbers[b"INBOX"], numbers[b"Sent"]
        self.reader = MessageReader(folder / "cache.db", "an", Operations(self.ledger, "an", lambda: NOW))
        self.uid = 0

    def add(self, mailbox_id: int, message_id: str, *references: str, subject: str = "") -> int:
        self.uid += 1
        record = HeaderRecord(
            self.uid, NOW + timedelta(minutes=self.uid), frozenset(), 10, subject,
            message_id=f"<{message_id}>", references=tuple(f"<{one}>" for one in references),
        )  # fmt: skip
        (number,) = self.store.insert(mailbox_id, [record])
        return number

    def talk(self, row_id: int) -> list[int]:
        return [one.row_id for one in self.reader.conversation(row_id)]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.reader.close()
    made.cache.close()
    made.ledger.close()


def test_a_conversation_goes_over_inbox_and_sent_in_the_order_of_time(stage: Stage) -> None:
    asked = stage.add(stage.inbox, "a")
    answered = stage.add(stage.sent, "b", "a")
    thanked = stage.add(stage.inbox, "c", "b")  # In-Reply-To alone names the last one only
    other = stage.add(stage.inbox, "d")
    assert stage.talk(asked) == stage.talk(thanked) == [asked, answered, thanked]
    assert stage.talk(other) == [other]


def test_two_answers_to_a_letter_that_is_not_here_belong_together(stage: Stage) -> None:
    one, two = stage.add(stage.inbox, "x", "gone"), stage.add(stage.inbox, "y", "gone")
    assert stage.talk(one) == [one, two]


def test_the_same_subject_joins_nothing(stage: Stage) -> None:
    one = stage.add(stage.inbox, "x", subject="Re: Báo cáo")
    stage.add(stage.inbox, "y", subject="Re: Báo cáo")
    assert stage.talk(one) == [one]


def test_a_copy_in_another_mailbox_is_not_a_second_message(stage: Stage) -> None:
    sent, inbox = stage.add(stage.sent, "a"), stage.add(stage.inbox, "a")
    assert stage.talk(inbox) == [inbox]
    assert stage.talk(sent) == [sent]


def test_what_went_from_the_server_is_not_part_of_it(stage: Stage) -> None:
    one, two = stage.add(stage.inbox, "a"), stage.add(stage.inbox, "b", "a")
    stage.store.unlink(stage.inbox, [2], NOW)
    assert stage.talk(one) == [one]
    stage.store.purge(NOW + timedelta(days=2))
    rows = stage.cache.rows("SELECT count(*) FROM message_link WHERE row_id = ?", (two,))
    assert rows == [(0,)]


def test_one_reference_in_every_message_ends_somewhere(stage: Stage) -> None:
    numbers = [stage.add(stage.inbox, f"m{n}", "everything") for n in range(MOST_MESSAGES + 50)]
    assert len(stage.talk(numbers[0])) <= 2 * MOST_MESSAGES
    assert len(links_of("<a>", [f"<{n}>" for n in range(1000)])) == MOST_REFERENCES + 1


def test_mail_about_the_same_document_is_found_beside_the_conversation(stage: Stage) -> None:
    first = stage.add(stage.inbox, "a", subject="Quyết định số 123/QĐ-UBND về biên chế")
    answer = stage.add(stage.sent, "b", "a", subject="Re: Quyết định số 123/QĐ-UBND về biên chế")
    reminder = stage.add(stage.inbox, "c", subject="Đôn đốc thực hiện 123/QĐ-UBND")
    stage.add(stage.inbox, "d", subject="Quyết định 1234/QĐ-UBND")
    related = stage.reader.related(first)
    assert [one.row_id for one in related.conversation] == [answer]
    assert (related.number, [one.row_id for one in related.same_document]) == ("123/QĐ-UBND", [reminder])
    plain = stage.reader.related(stage.add(stage.inbox, "e", subject="Lịch họp"))
    assert (plain.conversation, plain.number, plain.same_document) == ((), "", ())
