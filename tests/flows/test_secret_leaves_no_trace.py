"""A letter with a secrecy marking, written in the real window on the real office: afterwards its words are in
no file of the data folder, no log and no index, and nothing has left."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from client.app import Installation, engine_setup, office_setup
from client.config.catalogue import Catalogue
from client.config.logs import start_log
from client.config.paths import resources_dir
from client.errors import SendingBlocked
from client.model.address import MailAddress
from client.model.outgoing import Draft, DraftAttachment
from client.sandbox.city import City
from client.services.desk import SendRequest
from client.services.engine_link import EngineLink
from client.services.office import Office
from client.services.tasks import WorkshopLane
from client.ui.compose_window import ComposeWindow
from client.ui.texts import Texts
from tests.fakes.engines import silent

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

CANARY = "trongdongngoclu"
LAN = "ntlan.snv@tphcm.gov.vn"


@pytest.fixture
def desk(installation: Installation) -> Iterator[Office]:
    """The workshop is a process of its own with a log of its own, as in use."""
    lane = WorkshopLane(logs=installation.paths.logs)
    office = Office(office_setup(installation), lane, EngineLink(engine_setup(installation), silent))
    yield office
    office.close()


def traces(folder: Path) -> list[str]:
    return sorted(
        one.name for one in folder.rglob("*") if one.is_file() and CANARY.encode() in one.read_bytes()
    )


def letter(desk: Office) -> Draft:
    account = next(one for one in desk.accounts() if one.user_name == LAN)
    empty = desk.new_draft(account.account_id)
    to = (MailAddress("lhnam.stp@tphcm.gov.vn"),)
    return replace(empty, to=to, subject=f"Gửi {CANARY}", body=f"{CANARY}\n{empty.body}", sign_message=False)


def test_what_was_saved_before_the_marking_goes_on_the_author_s_word(
    qtbot: QtBot, city: City, installation: Installation, desk: Office
) -> None:
    start_log(installation.paths.logs, "window")
    data = installation.paths.data
    texts = Texts(Catalogue.load(resources_dir()), office_setup(installation).policy)
    draft = letter(desk)
    account = next(one for one in desk.accounts() if one.account_id == draft.account_id)
    window = ComposeWindow(desk, texts, draft, account)
    qtbot.addWidget(window, before_close_func=lambda one: setattr(one, "_may_close", True))
    window.show()
    with qtbot.waitSignal(window.check.reported, timeout=60_000):
        window.check.check_now()
    window.save()
    assert traces(data)  # still an ordinary letter

    file = DraftAttachment(f"{CANARY}.txt", "text/plain", f"TUYỆT MẬT\n{CANARY}".encode())
    window.form.files.set_attachments((file,))
    with qtbot.waitSignal(window.check.reported, timeout=60_000):
        window.form.body.appendPlainText(f"sửa thêm {CANARY}2")
    assert window.secrets.active
    assert CANARY not in window.windowTitle()
    assert not window.send_button.isEnabled()
    window.save()
    with pytest.raises(SendingBlocked):
        desk.send(SendRequest(window.draft())).result(60)
    assert window.secrets.purge()
    logging.shutdown()

    assert traces(data) == []
    assert desk.outbox() == ()
    assert desk.drafts(draft.account_id) == ()
    window.form.files.close_reader()


def test_a_letter_that_was_marked_from_the_start_is_never_written(
    qtbot: QtBot, city: City, installation: Installation, desk: Office
) -> None:
    texts = Texts(Catalogue.load(resources_dir()), office_setup(installation).policy)
    draft = replace(letter(desk), subject=f"[MẬT] {CANARY}")
    account = next(one for one in desk.accounts() if one.account_id == draft.account_id)
    window = ComposeWindow(desk, texts, draft, account)
    qtbot.addWidget(window, before_close_func=lambda one: setattr(one, "_may_close", True))
    window.show()
    with qtbot.waitSignal(window.check.reported, timeout=60_000):
        window.form.body.appendPlainText("thêm")
    qtbot.wait(3500)  # longer than an ordinary letter waits for its saving
    assert traces(installation.paths.data) == []
    window.form.files.close_reader()
