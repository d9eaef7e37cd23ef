"""What the main window's signing menu opens; one window of each kind at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from client.config.catalogue import Text
from client.model.account import Account
from client.services.desk import MailDesk
from client.ui import dialogs
from client.ui.batch_window import BatchWindow
from client.ui.file_signing import Extension, FileSigning
from client.ui.key_settings import KeySettings
from client.ui.texts import Texts
from client.ui.trust_dialog import TrustDialog


class SigningCenter(QObject):
    """``account_id`` tells the account that is on show."""

    trust_changed = Signal()
    """Somebody is trusted, or is so no longer."""

    def __init__(self, desk: MailDesk, texts: Texts, account_id: Callable[[], str], window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._texts, self._account_id, self._window = desk, texts, account_id, window
        self.batch: BatchWindow | None = None
        self.file: FileSigning | None = None
        self.settings: KeySettings | None = None
        self.trust: TrustDialog | None = None

    def sign_file(self, path: Path | None = None) -> None:
        """Sign one document of the disk."""
        account = self._account()
        if account is None:
            return
        self.file = FileSigning(self._desk, self._texts, account, self._window)
        if path is None:
            self.file.choose()
        else:
            self.file.start(path)

    def sign_batch(self) -> None:
        """Sign many; a batch under way is brought to the front."""
        account = self._account()
        if account is None:
            return
        if self.batch is None:
            self.batch = BatchWindow(self._desk, self._texts, account)
            self.batch.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self.batch.destroyed.connect(self._forget_batch)
        self.batch.show()
        self.batch.raise_()
        self.batch.activateWindow()

    def extend(self) -> None:
        """Give the signatures of a PDF long-term data."""
        Extension(self._desk, self._texts, self._window).choose()

    def show_keys(self) -> None:
        """Certificates, images and drivers."""
        self.settings = KeySettings(self._desk, self._texts, self._account_id(), self._window)
        self.settings.open()

    def show_trust(self) -> None:
        """Whose signatures count."""
        self.trust = TrustDialog(self._desk, self._texts, self._window)
        self.trust.changed.connect(self.trust_changed)
        self.trust.finished.connect(self._forget_trust)
        self.trust.open()

    def close(self) -> None:
        """The main window goes: a batch is stopped, what it signed stays."""
        if self.batch is not None:
            self.batch.close()

    def _account(self) -> Account | None:
        wanted = self._account_id()
        account = next((one for one in self._desk.accounts() if one.account_id == wanted), None)
        if account is None:
            advice = self.tr("Hãy thêm tài khoản thư công vụ để bắt đầu.")
            dialogs.show_problem(self._window, Text(self.tr("Chưa có tài khoản"), advice))
        return account

    def _forget_trust(self) -> None:
        self.trust = None

    def _forget_batch(self) -> None:
        self.batch = None
