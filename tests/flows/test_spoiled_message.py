"""The disk has changed a kept message: it is fetched anew, and nobody is told that its sender changed it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from client.app import Installation, OpenOffice
from client.cli.waiting import EventWaiter
from client.model.mailbox import SpecialUse
from client.model.verdict import Display
from client.services.office import Office

NAM = "lhnam.stp@tphcm.gov.vn"
PATIENCE = 60


def signed_letter(desk: Office) -> tuple[int, int] | None:
    """One that is kept here and whose signature is good."""
    account = next(one for one in desk.accounts() if one.identity.address.addr_spec == NAM)
    for box in desk.mailboxes(account.account_id):
        if box.special_use is not SpecialUse.INBOX:
            continue
        for row_id, row in desk.rows(box.mailbox_id, desk.row_ids(box.mailbox_id)).items():
            if row.body_path and row.signed_shape:
                report = desk.verification().verify(box.mailbox_id, row_id).result(PATIENCE)
                if report.display is Display.VALID:
                    return box.mailbox_id, row_id
    return None


def kept(data: Path) -> list[Path]:
    return [one for one in data.glob("accounts/*/objects/*/*") if one.suffix != ".tmp"]


def change(path: Path) -> None:
    """One octet in the middle, as a failing disk or another program does."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


@pytest.mark.parametrize("encrypt", [False, True])
@pytest.mark.parametrize("spoil", [change, cut, Path.unlink])
def test_it_is_fetched_anew(installation: Installation, encrypt: bool, spoil: Callable[[Path], None]) -> None:
    settings = replace(installation.settings, encrypt=encrypt)
    with OpenOffice(replace(installation, settings=settings)) as desk:
        waiter = EventWaiter(desk)
        desk.sync_now()
        place = waiter.until(lambda: signed_letter(desk), PATIENCE, "letter")
        before = desk.open_message(*place).result(PATIENCE)
        raw = desk.raw_message(*place).result(PATIENCE)
        for path in kept(installation.paths.data):
            spoil(path)
        assert desk.verification().verify(*place).result(PATIENCE).display is Display.VALID
        assert desk.raw_message(*place).result(PATIENCE) == raw
        assert desk.open_message(*place).result(PATIENCE) == before
