"""Adding and changing accounts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from client.errors import KeyringUnavailable
from client.model.account import Endpoint, Login, MailboxKind, Role
from client.model.discovery import Attempt, Discovery, DiscoverySource, FoundServers
from client.model.oauth import DeviceCode, SignInNeeded, Tokens
from client.model.secret import AccessToken, Secret
from client.ui.account_list import AccountList
from client.ui.account_wizard import AccountWizard
from client.ui.sign_in_dialog import SignInDialog
from client.ui.texts import Texts
from tests.fakes.desk import FakeDesk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
FOUND = FoundServers(DiscoverySource.SRV, Endpoint("imap.x.vn", 993), Endpoint("smtp.x.vn", 465), "an@x.vn")
CODE = DeviceCode(Secret("dev"), "BDWP-HQPK", "https://sso.x.vn/device", 600.0)
GRANTED = Tokens(AccessToken("access"), 3600.0, Secret("refresh"))
TRIED = (Attempt(DiscoverySource.SRV, "imap.x.vn:993", ok=True),)


@pytest.fixture
def wizard(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> AccountWizard:
    made = AccountWizard(desk, texts)
    qtbot.addWidget(made)
    made.address.setText(" an@x.vn ")
    made.name.setText("Nguyễn Văn An")
    made.password.setText("mật khẩu")
    return made


def test_address_and_password_are_enough(qtbot: QtBot, wizard: AccountWizard, desk: FakeDesk) -> None:
    desk.accounts_kept.answer = Discovery(FOUND, TRIED)
    wizard.ok.click()
    qtbot.waitUntil(lambda: wizard.pages.currentIndex() == 1, timeout=3000)
    assert "imap.x.vn:993" in wizard.state.text()
    assert desk.accounts_kept.kept == []
    wizard.unit.setText("Sở Nội vụ")
    wizard.kind.setCurrentIndex(1)
    wizard.role.setCurrentIndex(2)
    with qtbot.waitSignal(wizard.added):
        wizard.ok.click()
    ((account, password),) = desk.accounts_kept.kept
    assert password == Secret("mật khẩu")
    assert (account.identity.address.addr_spec, account.identity.unit) == ("an@x.vn", "Sở Nội vụ")
    assert (account.identity.kind, account.identity.role) == (MailboxKind.AGENCY, Role.CLERK)
    assert wizard.password.text() == ""


def test_what_was_tried_is_shown_and_servers_can_be_typed(
    qtbot: QtBot, wizard: AccountWizard, desk: FakeDesk
) -> None:
    lost = Attempt(
        DiscoverySource.PROBE,
        "imap.x.vn:993",
        ok=False,
        code="connection-lost",
        params=(("host", "imap.x.vn"),),
    )
    other = Attempt(DiscoverySource.SRV, "imap.evil.example:993", ok=False, code="another-domain")
    desk.accounts_kept.answer = Discovery(None, (other, lost))
    wizard.ok.click()
    qtbot.waitUntil(lambda: "Chưa tìm được" in wizard.state.text(), timeout=3000)
    assert "imap.evil.example:993" in wizard.tried.text()
    assert "tên miền khác" in wizard.tried.text()
    wizard.by_hand.click()
    assert wizard.servers.imap.host.text() == "imap.x.vn"
    desk.accounts_kept.answer = Discovery(FOUND, TRIED)
    wizard.ok.click()
    qtbot.waitUntil(lambda: wizard.pages.currentIndex() == 1, timeout=3000)
    plan = desk.accounts_kept.asked[-1][2]
    assert plan is not None
    assert plan.imap == (Endpoint("imap.x.vn", 993),)


@pytest.mark.parametrize(
    ("address", "password"), [("an", "p"), ("an@", "p"), ("a b@x.vn", "p"), ("an@x.vn", "")]
)
def test_nothing_is_asked_for_half_an_address(
    wizard: AccountWizard, desk: FakeDesk, address: str, password: str
) -> None:
    wizard.address.setText(address)
    wizard.password.setText(password)
    wizard.ok.click()
    assert desk.accounts_kept.asked == []
    assert "địa chỉ thư đầy đủ" in wizard.state.text()


def test_a_refused_password_is_called_so(qtbot: QtBot, wizard: AccountWizard, desk: FakeDesk) -> None:
    refused = Attempt(DiscoverySource.PROBE, "imap.x.vn:993", ok=False, code="authentication-failed")
    desk.accounts_kept.answer = Discovery(None, (refused,))
    wizard.ok.click()
    qtbot.waitUntil(lambda: "không nhận mật khẩu" in wizard.state.text(), timeout=3000)


def test_a_keyring_that_is_missing_is_said_and_the_wizard_stays(
    qtbot: QtBot, wizard: AccountWizard, desk: FakeDesk, texts: Texts
) -> None:
    desk.accounts_kept.answer = Discovery(FOUND, TRIED)
    desk.accounts_kept.failure = KeyringUnavailable(reason="NoKeyringError")
    wizard.ok.click()
    qtbot.waitUntil(lambda: wizard.pages.currentIndex() == 1, timeout=3000)
    wizard.ok.click()
    assert texts.error(KeyringUnavailable(reason="NoKeyringError")).title in wizard.state.text()
    assert wizard.password.text() == "mật khẩu"


def test_accounts_are_listed_and_changes_ask_for_a_new_opening(
    qtbot: QtBot, desk: FakeDesk, texts: Texts
) -> None:
    dialog = AccountList(desk, texts)
    qtbot.addWidget(dialog)
    assert dialog.list.count() == len(desk.accounts())
    account = desk.accounts()[0]
    with qtbot.waitSignal(dialog.changed):
        dialog.store(account, Secret("mới"))
    with qtbot.waitSignal(dialog.changed):
        dialog.drop(account)
    assert desk.accounts_kept.kept == [(account, Secret("mới"))]
    assert desk.accounts_kept.removed == [account.account_id]


def test_the_training_citys_accounts_stay(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
    desk.accounts_kept.may_change = False
    dialog = AccountList(desk, texts)
    qtbot.addWidget(dialog)
    assert not dialog.add_button.isEnabled()
    assert not dialog.remove_button.isEnabled()


def signing_in(wizard: AccountWizard, desk: FakeDesk) -> SignInDialog:
    desk.accounts_kept.sign_in_domain = "x.vn"
    desk.accounts_kept.answer = Discovery(FOUND, TRIED)
    wizard.password.clear()
    wizard.address.setText("an@x.vn")
    wizard.ok.click()
    return wizard.findChildren(SignInDialog)[-1]


def test_where_the_policy_says_so_people_sign_in_on_the_organisations_page(
    qtbot: QtBot, wizard: AccountWizard, desk: FakeDesk
) -> None:
    dialog = signing_in(wizard, desk)
    assert not wizard.form.isRowVisible(wizard.password)
    (sign_in,) = desk.accounts_kept.sign_ins
    sign_in.code.set_result(CODE)
    qtbot.waitUntil(lambda: dialog.code.text() == "BDWP-HQPK", timeout=3000)
    assert dialog.url.text() == "https://sso.x.vn/device"
    assert "10:00" in dialog.state.text()
    sign_in.granted.set_result(GRANTED)
    qtbot.waitUntil(lambda: wizard.pages.currentIndex() == 1, timeout=3000)
    assert desk.accounts_kept.asked == [("an@x.vn", AccessToken("access"), None)]
    with qtbot.waitSignal(wizard.added):
        wizard.ok.click()
    ((account, secret),) = desk.accounts_kept.kept
    assert account.login is Login.OAUTH
    assert secret == Secret("refresh")
    assert not sign_in.cancelled


def test_closing_the_code_ends_the_asking(qtbot: QtBot, wizard: AccountWizard, desk: FakeDesk) -> None:
    dialog = signing_in(wizard, desk)
    desk.accounts_kept.sign_ins[0].code.set_result(CODE)
    qtbot.waitUntil(lambda: dialog.code.text() != "", timeout=3000)
    dialog.reject()
    assert desk.accounts_kept.sign_ins[0].cancelled
    assert wizard.pages.currentIndex() == 0
    assert desk.accounts_kept.asked == []


@pytest.mark.parametrize("case", ["denied", "nothing-lasting"])
def test_a_code_that_came_to_nothing_can_be_asked_for_anew(
    qtbot: QtBot, wizard: AccountWizard, desk: FakeDesk, case: str
) -> None:
    dialog = signing_in(wizard, desk)
    first = desk.accounts_kept.sign_ins[0]
    first.code.set_result(CODE)
    if case == "denied":
        first.granted.set_exception(SignInNeeded(host="sso.x.vn", user="an@x.vn", reason="sign-in-denied"))
    else:
        first.granted.set_result(Tokens(AccessToken("access"), 60.0))
    qtbot.waitUntil(dialog.again_button.isVisible, timeout=3000)
    assert "từ chối" in dialog.step.text() or "không cấp phiên dùng lâu dài" in dialog.step.text()
    assert not dialog.code.isVisible()
    dialog.again_button.click()
    assert len(desk.accounts_kept.sign_ins) == 2
    assert not dialog.again_button.isVisible()


def test_an_account_that_signs_in_is_signed_in_again(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
    account = replace(desk.accounts()[0], login=Login.OAUTH)
    desk.accounts = lambda: (account,)  # type: ignore[method-assign] # the same desk with one such account
    desk.accounts_kept.sign_in_domain = account.identity.address.domain
    dialog = AccountList(desk, texts)
    qtbot.addWidget(dialog)
    assert dialog.password_button.text() == "Đăng nhập lại…"
    dialog.password_button.click()
    (sign_in,) = desk.accounts_kept.sign_ins
    sign_in.code.set_result(CODE)
    sign_in.granted.set_result(GRANTED)
    with qtbot.waitSignal(dialog.changed):
        pass
    assert desk.accounts_kept.kept == [(account, Secret("refresh"))]


def test_a_mail_server_that_does_not_take_the_sign_in_is_named(
    qtbot: QtBot, wizard: AccountWizard, desk: FakeDesk
) -> None:
    signing_in(wizard, desk)
    refused = Attempt(DiscoverySource.PROFILE, "imap.x.vn:993", ok=False, code="sign-in-needed")
    desk.accounts_kept.answer = Discovery(None, (refused,))
    (sign_in,) = desk.accounts_kept.sign_ins
    sign_in.code.set_result(CODE)
    sign_in.granted.set_result(GRANTED)
    qtbot.waitUntil(lambda: "không nhận phiên đăng nhập" in wizard.state.text(), timeout=3000)
    assert wizard.by_hand.isHidden()
    assert "imap.x.vn:993" in wizard.tried.text()
