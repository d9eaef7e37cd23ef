"""Import of an anchor: nothing is trusted before the fingerprint from elsewhere agrees."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from client.errors import TrustRefused
from client.model.anchor import Candidate, CertificateRole, TrustAct, TrustedCertificate, TrustOrigin
from client.model.certificate import CertificateDetails
from client.services.trust_desk import TrustedRow
from client.ui.anchor_import import AnchorImport
from client.ui.texts import Texts
from client.ui.trust_dialog import TrustDialog
from tests.fakes.desk import FakeDesk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
PRINT = "0123456789ABCDEF" * 4


def candidate(
    name: str,
    role: CertificateRole | None = CertificateRole.ANCHOR,
    problem: str = "",
    sha256: str = PRINT,
) -> Candidate:
    subject = (("C", "VN"), ("CN", name))
    start, end = NOW - timedelta(days=900), NOW + timedelta(days=2000)
    details = CertificateDetails(subject, subject, "1F", start, end, key="RSA 4096", sha256=sha256)
    return Candidate(name.encode(), details, role, problem)


ROOT = candidate("Cơ quan chứng thực số chuyên dùng Chính phủ")
HELPER = candidate(
    "CA phục vụ các cơ quan nhà nước", CertificateRole.INTERMEDIATE, "issuer-not-trusted", "AA" * 32
)
OLD = candidate("Gốc cũ", CertificateRole.ANCHOR, "authority-expired", "BB" * 32)


def importing(desk: FakeDesk, texts: Texts, qtbot: QtBot, *offer: Candidate) -> AnchorImport:
    desk.trusting.offer = offer
    dialog = AnchorImport(desk, texts, Path("/van-thu/goc.p7b"))
    qtbot.addWidget(dialog)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.waitUntil(lambda: dialog.list.count() == len(offer))
    return dialog


def test_nothing_can_be_pressed_before_the_fingerprint_agrees(
    desk: FakeDesk, texts: Texts, qtbot: QtBot
) -> None:
    dialog = importing(desk, texts, qtbot, HELPER, ROOT)
    assert dialog.chosen == ROOT
    for entered, words in [
        ("", "Chưa nhập"),
        (PRINT[:16], "Chưa đủ"),
        (PRINT[:40], "SHA-1"),
        ("đúng", "không phải"),
        ("CC" * 32, "KHÔNG KHỚP"),
        ("AA" * 32, "KHÔNG KHỚP"),
    ]:
        dialog.entry.setPlainText(entered)
        assert not dialog.add_button.isEnabled()
        assert words in dialog.match.text()
    dialog._add()
    assert desk.trusting.rows == []
    dialog.entry.setPlainText(" ".join(PRINT.lower()[at : at + 4] for at in range(0, 64, 4)))
    assert dialog.add_button.isEnabled()
    with qtbot.waitSignal(dialog.added) as told:
        dialog.add_button.click()
    assert told.args == [1]
    assert [row.certificate.role.value for row in desk.trusting.rows] == ["anchor", "intermediate"]


def test_the_files_own_fingerprint_is_shown_but_cannot_be_copied(
    desk: FakeDesk, texts: Texts, qtbot: QtBot
) -> None:
    dialog = importing(desk, texts, qtbot, ROOT)
    label = dialog.findChild(QLabel, "fingerprint")
    assert label is not None
    assert label.text().split() == [PRINT[at : at + 4] for at in range(0, 64, 4)]
    assert label.textInteractionFlags() == Qt.TextInteractionFlag.NoTextInteraction


@pytest.mark.parametrize("one", [HELPER, OLD])
def test_what_may_not_be_an_anchor_is_explained_and_cannot_be_added(
    desk: FakeDesk, texts: Texts, qtbot: QtBot, one: Candidate
) -> None:
    dialog = importing(desk, texts, qtbot, one)
    item = dialog.list.item(0)
    assert item is not None
    assert texts.text("detail", one.problem).title in item.text()
    dialog.entry.setPlainText(one.details.sha256)
    assert not dialog.add_button.isEnabled()


def test_a_file_without_certificates_is_said(desk: FakeDesk, texts: Texts, qtbot: QtBot) -> None:
    desk.trusting.failure = TrustRefused(reason="no-certificate")
    dialog = AnchorImport(desk, texts, Path("/a.pdf"))
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: "không có chứng thư số nào đọc được" in dialog.state.text())
    assert not dialog.add_button.isEnabled()


def test_the_list_says_where_each_came_from_and_the_policys_stay(
    desk: FakeDesk, texts: Texts, qtbot: QtBot
) -> None:
    own = TrustedCertificate(
        ROOT.der, PRINT, CertificateRole.ANCHOR, TrustOrigin.WIZARD, NOW, "lan", "goc.p7b"
    )
    theirs = TrustedCertificate(OLD.der, "BB" * 32, CertificateRole.ANCHOR, TrustOrigin.POLICY, note="Gốc")
    desk.trusting.rows = [
        TrustedRow(theirs, OLD.details, "authority-expired"),
        TrustedRow(own, ROOT.details),
    ]
    dialog = TrustDialog(desk, texts)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: dialog.list.count() == 2)
    lines = [dialog.list.item(row).text() for row in range(2)]
    assert "theo chính sách" in lines[0]
    assert "đã hết hạn" in lines[0]
    assert "lan nhập ngày" in lines[1]
    dialog.list.setCurrentRow(0)
    assert not dialog.remove_button.isEnabled()
    dialog.list.setCurrentRow(1)
    assert dialog.remove_button.isEnabled()
    dialog.remove_chosen()
    qtbot.waitUntil(lambda: dialog.list.count() == 1)
    assert [entry.act for entry in desk.trusting.lines] == [TrustAct.REMOVE]
    assert dialog.record.count() == 1


def test_an_empty_list_says_what_that_means(desk: FakeDesk, texts: Texts, qtbot: QtBot) -> None:
    dialog = TrustDialog(desk, texts)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: "Chưa tin cậy tổ chức nào" in dialog.state.text())


def test_an_import_from_the_list_ends_in_the_list(desk: FakeDesk, texts: Texts, qtbot: QtBot) -> None:
    dialog = TrustDialog(desk, texts)
    qtbot.addWidget(dialog)
    desk.trusting.offer = (ROOT, HELPER)
    dialog.import_file(Path("/goc.pem"))
    importing = dialog.importing
    assert importing is not None
    qtbot.waitUntil(lambda: importing.list.count() == 2)
    importing.entry.setPlainText(PRINT)
    importing.add_button.click()
    qtbot.waitUntil(lambda: dialog.list.count() == 2)
    assert "trung gian" in dialog.state.text()


def test_every_part_of_the_holders_name_can_be_read(desk: FakeDesk, texts: Texts, qtbot: QtBot) -> None:
    names = (("C", "VN"), ("O", "Công Thư DEMO - chỉ dùng để diễn tập"), ("OU", "Phòng"), ("CN", "Gốc " * 40))
    one = replace(ROOT, details=replace(ROOT.details, subject=names, issuer=names))
    dialog = importing(desk, texts, qtbot, one)
    dialog.show()
    labels = [label for label in dialog.findChildren(QLabel) if label.isVisible() and label.text()]
    assert any("CN = Gốc" in label.text() for label in labels)
    qtbot.waitUntil(
        lambda: all(
            label.height() >= (label.heightForWidth(label.width()) if label.wordWrap() else 0)
            for label in labels
        )
    )
    assert dialog.height() < dialog.screen().availableGeometry().height()
