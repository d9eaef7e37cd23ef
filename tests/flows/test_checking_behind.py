"""After the first look at a mailbox the list says what is known of signatures, with no letter opened."""

from __future__ import annotations

from client.app import Installation, OpenOffice
from client.cli.waiting import EventWaiter
from client.model.event import Event, EventKind
from client.model.mailbox import SpecialUse
from client.model.verdict import Display
from client.sandbox.letters import load_letters
from client.services.office import Office

PATIENCE_S = 90


def words_by_subject(desk: Office) -> dict[str, Display | None]:
    """What the list would say of the letters in all inboxes."""
    found: dict[str, Display | None] = {}
    for account in desk.accounts():
        for box in desk.mailboxes(account.account_id):
            if box.special_use is SpecialUse.INBOX:
                rows = tuple(desk.rows(box.mailbox_id, desk.row_ids(box.mailbox_id)).values())
                words = desk.verification().overview().words(rows)
                found |= {row.subject: words.get(row.row_id) for row in rows}
    return found


def expected() -> dict[str, Display]:
    """What each letter with a signature is to be called, by its subject where that is no other's."""
    letters = load_letters()
    subjects = [one.subject for one in letters]
    return {
        one.subject: one.expected
        for one in letters
        if subjects.count(one.subject) == 1 and (one.key or any(a.sign for a in one.attachments))
    }


def all_known(desk: Office, waiter: EventWaiter) -> dict[str, Display | None]:
    wanted = expected()

    def look() -> dict[str, Display | None] | None:
        found = {subject: word for subject, word in words_by_subject(desk).items() if subject in wanted}
        return found if len(found) > 10 and None not in found.values() else None

    return waiter.until(look, PATIENCE_S, "verdicts")


def test_the_list_knows_every_letter_after_the_first_look(installation: Installation) -> None:
    events: list[Event] = []
    with OpenOffice(installation) as desk:
        waiter = EventWaiter(desk)
        desk.subscribe(events.append)
        desk.work_behind()
        found = all_known(desk, waiter)
        wanted = expected()
        assert found == {subject: wanted[subject] for subject in found}
        assert {Display.VALID, Display.INVALID} <= set(found.values())
        judged = [one for one in events if one.kind is EventKind.JUDGED and one.subject_id]
        assert judged
    # A second start knows them at once, and verifies none of them again.
    events.clear()
    with OpenOffice(installation) as desk:
        waiter = EventWaiter(desk)
        desk.subscribe(events.append)
        desk.work_behind()
        assert all_known(desk, waiter) == found
        assert not [one for one in events if one.kind is EventKind.JUDGED and one.subject_id]
