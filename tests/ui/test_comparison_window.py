from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QWidget
from pytestqt.qtbot import QtBot
from reportlab.lib.pdfencrypt import StandardEncryption

from client.crypto import smime
from client.crypto.pades_extension import extend
from client.crypto.pades_signing import sign_pdf
from client.crypto.timestamps import Timestamper
from client.model.secret import Secret
from client.model.verdict import Profile, Reason, VerificationReport
from client.ui import dialogs
from client.ui.comparison_flow import ComparisonFlow
from client.ui.comparison_window import ComparisonWindow
from client.ui.texts import Texts
from client.ui.verification_actions import Judged, VerificationActions
from tests.fakes.desk import FakeDesk
from tests.fakes.pki import OfficePki
from tests.fakes.signing import encrypted_pdf, key_of
from tests.fakes.tampering import edited, fill, form_pdf, says, sign
from tests.unit.services.test_signed_versions import as_mail

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
PLACE = (1, 7)


@pytest.fixture(scope="module")
def versions(pki: OfficePki) -> tuple[bytes, bytes]:
    """As the person left it, and sealed and filled in afterwards."""
    key = key_of(pki.person("Nguyễn Văn An", "an@example.gov.vn"))
    seal = key_of(pki.seal("Sở Nội vụ", "snv@example.gov.vn"))
    first = sign(form_pdf(), key, look=says(b"An"))
    sealed = sign(first, seal, "ConDau", box=(300, 110, 370, 170), look=says(b"SNV"))
    return first, edited(sealed, lambda writer: fill(writer, "SoTien", "9.000.000"))


@pytest.fixture
def desk(versions: tuple[bytes, bytes], tmp_path: Path) -> FakeDesk:
    made = FakeDesk()
    made.verified.compared.files[PLACE[1]] = tmp_path / "thu.eml"
    (tmp_path / "thu.eml").write_bytes(as_mail(versions[1]))
    return made


def report_on(desk: FakeDesk, pki: OfficePki) -> VerificationReport:
    return smime.verify_message(desk.verified.compared.files[PLACE[1]].read_bytes(), pki.demand())


@pytest.fixture
def window(desk: FakeDesk, pki: OfficePki, texts: Texts, qtbot: QtBot) -> ComparisonWindow:
    report = report_on(desk, pki)
    made = ComparisonWindow(desk, texts, PLACE, report.signatures)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.resize(1180, 760)
    made.show()
    return made


def settled(window: ComparisonWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.form.now.sheet.minimumWidth() > 0 and window.form.stop.isHidden())


def test_both_versions_are_shown_and_what_differs_is_listed(window: ComparisonWindow, qtbot: QtBot) -> None:
    window.begin()
    settled(window, qtbot)
    assert window.form.page_label.text() == "Trang 1/1"
    lines = window.form.changes.lines()
    assert "Ô “SoTien”: khi ký là “1.000.000”, nay là “9.000.000”" in lines
    assert lines[-1] == "Trang 1, chỗ 1: nhìn khác bản đã ký"
    assert window.form.which.count() == 2
    assert window.form.which.itemText(0).startswith("1. Nguyễn Văn An – ")


def test_each_signature_is_compared_with_what_it_left(window: ComparisonWindow, qtbot: QtBot) -> None:
    window.begin()
    settled(window, qtbot)
    assert len(window.form.now.sheet._later) == 1
    window.form.which.setCurrentIndex(1)
    settled(window, qtbot)
    qtbot.waitUntil(lambda: window.form.now.sheet._later == ())
    assert any("SoTien" in line for line in window.form.changes.lines())


def test_a_click_on_a_change_leads_to_its_place(window: ComparisonWindow, qtbot: QtBot) -> None:
    window.begin()
    settled(window, qtbot)
    changes = window.form.changes
    changes.itemClicked.emit(changes.item(changes.count() - 1))
    qtbot.waitUntil(lambda: window.form.now.sheet._chosen is not None)
    chosen = window.form.now.sheet._chosen
    assert chosen is not None
    assert chosen == window.form.signed.sheet._chosen
    assert chosen.left == pytest.approx(85, abs=8)


def test_the_pages_scroll_and_zoom_together(window: ComparisonWindow, qtbot: QtBot) -> None:
    window.begin()
    settled(window, qtbot)
    for _ in range(3):
        window.form.larger.click()
    assert window.form.zoom_label.text() == "200 %"
    qtbot.waitUntil(lambda: window.form.signed.verticalScrollBar().maximum() > 100)
    window.form.signed.verticalScrollBar().setValue(77)
    window.form.signed.horizontalScrollBar().setValue(33)
    assert window.form.now.verticalScrollBar().value() == 77
    assert window.form.now.horizontalScrollBar().value() == 33
    window.form.now.zoomed.emit(-1)
    assert window.form.zoom_label.text() == "150 %"


def test_the_signed_version_alone_and_saved_bit_for_bit(
    window: ComparisonWindow,
    desk: FakeDesk,
    versions: tuple[bytes, bytes],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    names: list[str] = []

    def choose(parent: QWidget, name: str) -> Path:
        names.append(name)
        return tmp_path / "ra.pdf"

    monkeypatch.setattr(dialogs, "ask_save_path", choose)
    window.begin(alone=True)
    settled(window, qtbot)
    assert window.form.now_side.isHidden()
    window.form.save.click()
    qtbot.waitUntil(lambda: (tmp_path / "ra.pdf").is_file())
    assert (tmp_path / "ra.pdf").read_bytes() == versions[0]
    assert names == ["cv (bản đã ký 1).pdf"]


def test_comparing_many_pages_can_be_stopped(window: ComparisonWindow, desk: FakeDesk, qtbot: QtBot) -> None:
    desk.hold = True
    window.begin()
    desk.release(0)
    qtbot.waitUntil(lambda: not window.form.stop.isHidden())
    assert window.form.progress_label.text() == "Đang so sánh: 0/1 trang có thể đã thay đổi"
    window.form.stop.click()
    assert window.form.stop.isHidden()


def test_what_comes_late_is_dropped(window: ComparisonWindow, desk: FakeDesk, qtbot: QtBot) -> None:
    desk.hold = True
    window.begin()
    window.form.which.setCurrentIndex(1)
    desk.release(0)
    qtbot.wait(20)
    assert window.form.page_label.text() == ""
    desk.hold = False
    desk.release()
    settled(window, qtbot)
    assert window.form.page_label.text() == "Trang 1/1"


def test_an_encrypted_document_asks_for_its_password(
    pki: OfficePki, texts: Texts, qtbot: QtBot, tmp_path: Path
) -> None:
    key = key_of(pki.person("Nguyễn Văn An", "an@example.gov.vn"))
    stamper, secret = Timestamper(("http://tsa.test",), pki.post_timestamp), Secret("mo")
    pdf = sign_pdf(
        encrypted_pdf(StandardEncryption("mo", ownerPassword="chu", strength=128)),
        key,
        profile=Profile.B_T,
        timestamper=stamper,
        signing_time=pki.now,
        password=secret,
    )
    path = tmp_path / "thu.eml"
    path.write_bytes(as_mail(extend(pdf, pki.demand(), stamper, Profile.B_LTA, password=secret)))
    report = smime.verify_message(path.read_bytes(), replace(pki.demand(), password=secret))
    desk = FakeDesk()
    desk.verified.compared.files[PLACE[1]] = path
    window = ComparisonWindow(desk, texts, PLACE, report.signatures)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(window)
    window.show()
    window.begin()
    qtbot.waitUntil(lambda: window.form.password.isVisible())
    for word, says_again in (("sai", True), ("mo", False)):
        window.form.password.setText(word)
        window.form.open_button.click()
        if says_again:
            qtbot.waitUntil(lambda: "chưa đúng" in window.form._ask_label.text())
    settled(window, qtbot)
    assert not window.form.password.isVisible()
    assert window.form.changes.lines()[-1] != ""


def test_the_offers_fit_the_judgement(
    desk: FakeDesk, pki: OfficePki, texts: Texts, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Secret] = []
    row = VerificationActions()
    qtbot.addWidget(row)
    flow = ComparisonFlow(desk, texts, row, given.append)
    report = report_on(desk, pki)
    row.show_for(Judged(*PLACE, report))
    offered = {
        name: not row.button(name).isHidden() for name in ("compare", "signed-version", "document-password")
    }
    assert offered == {"compare": True, "signed-version": True, "document-password": False}
    row.button("compare").click()
    assert flow.window is not None
    qtbot.waitUntil(lambda: flow.window is not None and flow.window.form.changes.count() > 0)
    flow.window.close()
    qtbot.waitUntil(lambda: flow.window is None)
    locked = VerificationReport("", report.indication, reasons=(Reason.DOCUMENT_ENCRYPTED,))
    row.show_for(Judged(*PLACE, locked))
    assert row.button("compare").isHidden()
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("mo", True))
    row.button("document-password").click()
    assert [one.reveal() for one in given] == ["mo"]
