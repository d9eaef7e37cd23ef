from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.sandbox.maildir import MaildirFolder

WHEN = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)


def test_a_message_comes_back_byte_for_byte(tmp_path: Path) -> None:
    content = b"bare\nline feeds, \r\n CRLF, \x00 and \xff"
    folder = MaildirFolder(tmp_path)
    stored = folder.add(content, WHEN, "SF")
    assert folder.read(stored) == content
    assert (stored.uid, stored.received, stored.flags) == (1, WHEN, "FS")


def test_uids_and_flags_outlive_the_process(tmp_path: Path) -> None:
    first = MaildirFolder(tmp_path)
    first.add(b"one", WHEN, "")
    first.set_flags(first.add(b"two", WHEN, ""), "S")
    second = MaildirFolder(tmp_path)
    assert [(one.uid, one.flags) for one in second.messages()] == [(1, ""), (2, "S")]
    assert second.uidvalidity == first.uidvalidity


def test_the_uid_of_a_removed_message_is_not_given_again(tmp_path: Path) -> None:
    first = MaildirFolder(tmp_path)
    first.remove(first.add(b"one", WHEN, ""))
    assert MaildirFolder(tmp_path).add(b"two", WHEN, "").uid == 2


def test_a_lost_state_file_does_not_bring_uids_back(tmp_path: Path) -> None:
    first = MaildirFolder(tmp_path)
    first.add(b"one", WHEN, "")
    (tmp_path / "congthu-mailbox.json").unlink()
    assert MaildirFolder(tmp_path).uidnext == 2


def test_a_removed_message_cannot_be_read(tmp_path: Path) -> None:
    folder = MaildirFolder(tmp_path)
    stored = folder.add(b"one", WHEN, "")
    folder.remove(stored)
    with pytest.raises(FileNotFoundError):
        folder.read(stored)
