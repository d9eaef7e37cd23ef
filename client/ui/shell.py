"""Joins the main window with the windows in which letters are written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from client.config.catalogue import Catalogue, Text
from client.config.policy import Policy
from client.model.outgoing import Draft
from client.services.desk import MailDesk
from client.services.meeting_answers import answered_anew, answers_the_same
from client.services.policy_keeper import InstalledPolicy
from client.ui import dialogs
from client.ui.compose_window import ComposeWindow
from client.ui.main_window import MainWindow
from client.ui.texts import Texts
from client.ui.translations import Translations


def open_shell(
    desk: MailDesk,
    resources: Path,
    *,
    policy: Policy | None = None,
    policy_found: InstalledPolicy | None = None,
    language: str = "vi",
    is_demo: bool = False,
    state_file: Path,
    remember_language: Callable[[str], None] | None = None,
    reopen: Callable[[], None] = lambda: None,
) -> MainWindow:
    """Make and show the main window.

    ``remember_language`` is told when the user picks another; ``reopen`` is called when the accounts
    changed and no letter is open.
    """
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise TypeError(app)
    shell = _Shell(app, desk, resources, policy, policy_found, remember_language)
    shell.reopen = reopen
    return shell.open(language, is_demo=is_demo, state_file=state_file)


class _Shell(QObject):
    def __init__(
        self,
        app: QApplication,
        desk: MailDesk,
        resources: Path,
        policy: Policy | None,
        policy_found: InstalledPolicy | None,
        remember_language: Callable[[str], None] | None,
    ) -> None:
        super().__init__(app)
        self._desk = desk
        self._resources = resources
        self._policy = policy
        self._policy_found = policy_found
        self._remember_language = remember_language
        self._translations = Translations(app, resources)
        self._letters: dict[str, ComposeWindow] = {}
        self.reopen: Callable[[], None] = lambda: None

    def open(self, language: str, *, is_demo: bool, state_file: Path) -> MainWindow:
        self._texts = self._speak(language)
        self._window = MainWindow(
            self._desk, self._texts, compose=self._compose, is_demo=is_demo, state_file=state_file
        )
        self._window.language_chosen.connect(self._change_language)
        self._window.accounts_changed.connect(self._accounts_changed)
        self._window.show()
        if not self._desk.accounts() and self._desk.account_desk().may_change:
            self._window.add_account()
        return self._window

    def _accounts_changed(self) -> None:
        if not self._letters:
            self.reopen()
            return
        title = self.tr("Tài khoản đã được lưu")
        advice = self.tr("Hãy gửi hoặc đóng các thư đang soạn, rồi mở lại chương trình để dùng.")
        dialogs.show_problem(self._window, Text(title, advice))

    def _speak(self, language: str) -> Texts:
        spoken = language if self._translations.use(language) else "vi"
        return Texts(Catalogue.load(self._resources, spoken), self._policy, self._policy_found)

    def _change_language(self, language: str) -> None:
        self._texts = self._speak(language)
        self._window.rebuild(self._texts)
        if self._remember_language is not None:
            self._remember_language(language)

    def _open_answer(self, draft: Draft) -> ComposeWindow | None:
        """The window of another answer to the same invitation: it takes this one over, and one leaves."""
        for letter in self._letters.values():
            if answers_the_same(letter.draft(), draft) and not letter.flow.active:
                letter.form.apply(answered_anew(letter.draft(), draft))
                return letter
        return None

    def _compose(self, draft: Draft) -> None:
        open_already = self._letters.get(draft.draft_id) or self._open_answer(draft)
        if open_already is not None:
            open_already.raise_()
            open_already.activateWindow()
            return
        account = next(one for one in self._desk.accounts() if one.account_id == draft.account_id)
        letter = ComposeWindow(self._desk, self._texts, draft, account)
        letter.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        letter.sent.connect(self._window.letter_queued)
        letter.stored.connect(lambda: self._window.workspace.refresh_drafts())
        self._window.workspace.drafts_read.connect(letter.server.look)
        letter.destroyed.connect(lambda _=None, key=draft.draft_id: self._letters.pop(key, None))
        self._letters[draft.draft_id] = letter
        letter.show()
