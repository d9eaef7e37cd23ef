"""The override log, read from outside."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import apsw

from client.config.paths import Paths
from client.store.database import open_ledger
from client.store.overrides import Override, OverrideLog
from tests.fakes.commands import Command


def written(data: Path) -> Paths:
    paths = Paths(data)
    ledger = open_ledger(paths.ledger)
    log = OverrideLog(ledger)
    for day, rule in ((24, "subject-empty"), (25, "recipient-free-mail")):
        moment = datetime(2026, 11, day, 3, 0, tzinfo=UTC)
        log.append(
            Override(
                moment, "an", "leader", f"<{day}@x>", "ab" * 32, (rule,), "Giám đốc đồng ý",
                "an@tphcm.gov.vn", ("cd" * 32,), "hcm 2026.1",
            )
        )  # fmt: skip
    ledger.close()
    return paths


def test_the_log_is_listed_and_said_to_be_whole(congthu: Command, tmp_path: Path) -> None:
    written(tmp_path)
    done = congthu("overrides", "--json", "--data", tmp_path)
    assert done.code == 0
    first, _, end = done.objects
    assert (first["user"], first["role"], first["reason"]) == ("an@tphcm.gov.vn", "leader", "Giám đốc đồng ý")
    assert (first["rules"], first["policy"], first["attachments"]) == (
        ["subject-empty"],
        "hcm 2026.1",
        ["cd" * 32],
    )
    assert end == {"entries": 2, "intact": True, "first_broken": None}
    assert "nguyên vẹn" in congthu("overrides", "--data", tmp_path).out


def test_it_can_be_narrowed_by_day_and_rule(congthu: Command, tmp_path: Path) -> None:
    written(tmp_path)
    late = congthu("overrides", "--json", "--data", tmp_path, "--since", "2026-11-25")
    assert [one.get("message_id") for one in late.objects[:-1]] == ["<25@x>"]
    one_rule = congthu("overrides", "--json", "--data", tmp_path, "--rule", "subject-empty")
    assert one_rule.objects[-1]["entries"] == 1
    assert congthu("overrides", "--data", tmp_path, "--since", "hôm qua").code == 3


def test_a_log_that_was_changed_is_said_to_be(congthu: Command, tmp_path: Path) -> None:
    paths = written(tmp_path)
    connection = apsw.Connection(str(paths.ledger))
    connection.execute("DROP TRIGGER override_log_no_update")
    connection.execute("UPDATE override_log SET reason = 'khác' WHERE override_id = 1")
    connection.close()
    done = congthu("overrides", "--json", "--data", tmp_path)
    assert (done.code, done.objects[-1]["first_broken"]) == (1, 1)


def test_without_a_log_there_is_nothing_to_say(congthu: Command, tmp_path: Path) -> None:
    done = congthu("overrides", "--json", "--data", tmp_path)
    assert (done.code, done.only["entries"]) == (0, 0)
    assert list(tmp_path.iterdir()) == []


def test_doctor_says_whether_the_log_is_whole(congthu: Command, tmp_path: Path) -> None:
    paths = written(tmp_path)

    def told() -> tuple[bool, str]:
        shown = {one["check"]: one for one in congthu("doctor", "--json", "--data", tmp_path).objects}
        return shown["override log"]["ok"], shown["override log"]["detail"]

    assert told() == (True, "2")
    connection = apsw.Connection(str(paths.ledger))
    connection.execute("DROP TRIGGER override_log_no_update")
    connection.execute("UPDATE override_log SET role = 'staff' WHERE override_id = 2")
    connection.close()
    assert told() == (False, "! 2")
