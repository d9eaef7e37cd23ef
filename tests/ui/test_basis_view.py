"""The "Căn cứ" page: which policy, whose, how far each basis was checked; searchable."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QLabel, QTreeWidgetItem
from pytestqt.qtbot import QtBot

import client
from client.config.catalogue import Catalogue
from client.config.paths import resources_dir
from client.config.policy_layers import Layer, LayerFile, builtin_policy, stacked
from client.model.policy_state import OperatorSignature
from client.services.policy_keeper import InstalledPolicy
from client.ui.about import AboutDialog
from client.ui.basis_view import BasisView
from client.ui.texts import Texts
from tests.fakes.policies import layer_text

CITY = layer_text(
    'issued_by = "Sở KH&CN"\nvalid_from = 2026-11-20\nvalid_until = 2027-11-20\nformats = ["pdf"]\n'
    '[rules.subject-empty]\nseverity = "warn"\n',
    policy_id="tphcm",
    version="2026.12",
)


def rows(view: BasisView) -> list[QTreeWidgetItem]:
    found = (view.tree.topLevelItem(number) for number in range(view.tree.topLevelItemCount()))
    return [row for row in found if row is not None]


def opened(qtbot: QtBot, found: InstalledPolicy | None = None) -> tuple[AboutDialog, BasisView, str]:
    policy = found.policy if found is not None else builtin_policy(resources_dir())
    dialog = AboutDialog(Texts(Catalogue.load(resources_dir()), policy, found))
    qtbot.addWidget(dialog)
    said = "\n".join(label.text() for label in dialog.findChildren(QLabel))
    return dialog, dialog.findChildren(BasisView)[0], said


@pytest.fixture
def installed() -> InstalledPolicy:
    signature = OperatorSignature("Vận Hành", "Sở KH&CN", "0A", datetime(2026, 11, 20, tzinfo=UTC))
    return InstalledPolicy(stacked([LayerFile(Layer.CITY, "policy.toml", CITY)]), signature)


def test_the_shipped_policy_says_that_it_is_nobodys_and_unread(qtbot: QtBot) -> None:
    _dialog, view, said = opened(qtbot)
    assert client.__version__ in said
    assert view.banner.text().startswith(
        "Quyết định 41/2011/QĐ-UBND: nội dung theo tóm tắt, chưa đối chiếu toàn văn"
    )
    assert "không có: đang dùng bản gốc" in said
    assert builtin_policy(resources_dir()).version in said


def test_whose_policy_it_is_since_when_and_which_layer_a_value_comes_from(
    qtbot: QtBot, installed: InstalledPolicy
) -> None:
    _dialog, view, said = opened(qtbot, installed)
    for wanted in (
        "tphcm 2026.12", "Sở KH&CN", "từ 20/11/2026 đến 20/11/2027",
        "đúng, của Vận Hành, Sở KH&CN, ngày 20/11/2026",
        "bản gốc → Thành phố (tphcm 2026.12)", "formats (Thành phố)",
    ):  # fmt: skip
        assert wanted in said
    view.search.setText("subject-empty")
    row = view.tree.currentItem()
    assert row is not None
    assert [row.text(column) for column in range(4)] == [
        "Chưa nhập tiêu đề thư.", "Cảnh báo", "đã đọc văn bản", "Thành phố",
    ]  # fmt: skip
    assert "severity: Thành phố" in view.detail.toPlainText()


def test_a_rule_is_found_and_told_in_full(qtbot: QtBot) -> None:
    _dialog, view, _said = opened(qtbot)
    assert view.tree.topLevelItemCount() == len(builtin_policy(resources_dir()).rules)
    view.search.setText("khoa con dau chi van thu")
    assert [row.text(1) for row in rows(view) if not row.isHidden()] == ["Chặn gửi"]
    told = view.detail.toPlainText()
    assert "[wrong-key-device-use]" in told
    assert "Điều 32.2" in told
    assert "• Nghị định 30/2020/NĐ-CP và các phụ lục – đã đọc văn bản" in told
    assert view.detail.isReadOnly()
    view.search.setText("không có quy tắc nào như vậy")
    assert view.detail.toPlainText() == "Không có quy tắc nào khớp."
    view.search.clear()
    assert view.detail.toPlainText() != "Không có quy tắc nào khớp."


def test_nothing_of_a_pattern_is_shown_as_a_placeholder(qtbot: QtBot) -> None:
    _dialog, view, _said = opened(qtbot)
    assert [row.text(0) for row in rows(view) if "{" in row.text(0)] == []
