"""A refused policy file is told across the window: which file, why, what holds meanwhile, what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from client.config.paths import resources_dir
from client.config.policy_layers import stacked
from client.errors import ClientError, PolicyRefused, PolicySignatureInvalid
from client.model.policy_state import Instead, PolicyProblem
from client.services.policy_keeper import InstalledPolicy
from client.ui.shell import open_shell
from tests.fakes.desk import FakeDesk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "does not support raise")


def found(*problems: tuple[ClientError, Instead]) -> InstalledPolicy:
    return InstalledPolicy(stacked([]), problems=tuple(PolicyProblem(*one) for one in problems))


def test_nothing_is_said_where_nothing_was_refused(qtbot: QtBot, desk: FakeDesk, tmp_path: Path) -> None:
    for state in (None, found()):
        window = open_shell(desk, resources_dir(), policy_found=state, state_file=tmp_path / "window.ini")
        qtbot.addWidget(window)
        assert window.policy_notice.text() == ""


def test_a_refused_file_is_told_in_both_languages(qtbot: QtBot, desk: FakeDesk, tmp_path: Path) -> None:
    state = found(
        (PolicySignatureInvalid(path="/etc/congthu/policy.toml", reason="policy-altered"), Instead.PREVIOUS),
        (
            PolicyRefused(
                path="policy.toml", key="rules.subject-empty.enabled", reason="policy-only-operator"
            ),
            Instead.LOWER,
        ),
    )
    window = open_shell(desk, resources_dir(), policy_found=state, state_file=tmp_path / "window.ini")
    qtbot.addWidget(window)
    said = window.policy_notice.text()
    assert "/etc/congthu/policy.toml: nội dung bị sửa sau khi ký. Đang dùng bản đúng gần nhất." in said
    assert "mục rules.subject-empty.enabled" in said
    assert "Xin lại tệp chính sách" in said
    window.language_chosen.emit("en")
    qtbot.waitUntil(lambda: "The last good one is in use." in window.policy_notice.text())
    window.language_chosen.emit("vi")  # the application is the other tests' too
    qtbot.waitUntil(lambda: "Đang dùng bản đúng gần nhất." in window.policy_notice.text())
