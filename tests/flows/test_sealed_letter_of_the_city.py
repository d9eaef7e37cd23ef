"""The training city's encrypted letter, from the server to the reader's eyes and nowhere else."""

from __future__ import annotations

import base64

from client.app import Installation, OpenOffice
from client.cli.waiting import EventWaiter
from client.model.verdict import Display, Reason
from client.sandbox.city import City
from client.services.office import Office
from client.services.requests import KeyUse

LAN = "ntlan.snv@tphcm.gov.vn"
SUBJECT = "Thông tin nhân sự để chị tham khảo"
INSIDE = "dự kiến phân công nhân sự của tổ"
PATIENCE = 60


def _find(desk: Office) -> tuple[int, int] | None:
    account = next(one for one in desk.accounts() if one.identity.address.addr_spec == LAN)
    for mailbox in desk.mailboxes(account.account_id):
        rows = desk.rows(mailbox.mailbox_id, desk.row_ids(mailbox.mailbox_id))
        found = next((number for number, row in rows.items() if row.subject == SUBJECT), None)
        if found is not None:
            return mailbox.mailbox_id, found
    return None


def test_it_is_opened_with_her_key_verified_and_kept_nowhere(city: City, installation: Installation) -> None:
    with OpenOffice(installation) as desk:
        waiter = EventWaiter(desk)
        desk.sync_now()
        place = waiter.until(lambda: _find(desk), PATIENCE, "letter")
        closed = desk.open_message(*place).result(PATIENCE)
        assert closed.encryption is not None
        assert INSIDE not in closed.text
        report = desk.verification().verify(*place).result(PATIENCE)
        assert (report.display, report.reasons) == (Display.UNKNOWN, (Reason.MESSAGE_ENCRYPTED,))
        account = next(one for one in desk.accounts() if one.identity.address.addr_spec == LAN)
        assert account.personal_key is not None
        secret = next(one for one in city.info.mailboxes if one.address == LAN).key_password
        letters = desk.signing().letters()
        opened = letters.open(desk.raw_message(*place), KeyUse(account.personal_key, secret)).result(PATIENCE)
        assert opened.report.display is Display.VALID
        assert INSIDE in opened.view.text
        answer = desk.reply_draft(*place, reply_all=True).result(PATIENCE)
        desk.save_draft(answer)
        assert INSIDE not in answer.body
    word = INSIDE.encode()
    traces = [word, *(base64.b64encode(b"x" * at + word)[4:-4] for at in range(3))]
    kept = [path for path in installation.paths.data.rglob("*") if path.is_file()]
    assert kept
    for path in kept:
        content = path.read_bytes()
        assert not any(trace in content for trace in traces), path
