"""One file of the disk signed, or its signatures given long-term data: choose, sign, say where it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QProgressDialog, QWidget

from client.errors import TimestampUnavailable
from client.model.account import Account
from client.model.secret import Secret
from client.model.verdict import Profile
from client.services.desk import MailDesk
from client.services.requests import KeyUse
from client.services.signing_desk import SignOrder
from client.ui import dialogs
from client.ui.bridge import Bridge
from client.ui.compose_model import is_pdf
from client.ui.signing_dialog import SigningDialog
from client.ui.signing_errors import is_key_trouble
from client.ui.signing_task import SigningChoice, as_before, file_task, signed_name
from client.ui.texts import Texts
from client.ui.timestamp_dialog import TimestampDialog


class FileSigning(QObject):
    """One file at a time; nothing is written before the signature has been verified."""

    done = Signal(object)
    """Path of the signed file."""
    stopped = Signal()

    def __init__(self, desk: MailDesk, texts: Texts, account: Account, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._texts, self._account, self._window = desk, texts, account, window
        self._bridge = Bridge(self)
        self._path = Path()
        self._choice: SigningChoice | None = None
        self._order = SignOrder()
        self._wait: QProgressDialog | None = None
        self.dialog: QDialog | None = None
        self.box: QMessageBox | None = None

    def choose(self) -> None:
        """Ask which file."""
        dialog = _file_dialog(self._window, self.tr("Chọn tài liệu cần ký"))
        dialog.setNameFilters([self.tr("Văn bản PDF (*.pdf)"), self.tr("Mọi tệp (*)")])
        dialog.fileSelected.connect(lambda name: self.start(Path(name)))
        dialog.open()

    def start(self, path: Path) -> None:
        """Begin with this file."""
        self._path, self._order = path, SignOrder()
        self._ask()

    def _ask(self, error: BaseException | None = None) -> None:
        look = self._order.appearance
        before = () if look is None else ((self._path.name, look),)
        task = as_before(file_task(self._path, self._account), before)
        dialog = SigningDialog(self._desk, self._texts, task, self._account, self._window)
        if error is not None:
            dialog.show_error(error)
        dialog.confirmed.connect(self._on_choice)
        self._open(dialog)

    def _on_choice(self, choice: SigningChoice) -> None:
        self._choice = choice
        appearance = dict(choice.appearances).get(self._path.name)
        password = dict(choice.passwords).get(self._path.name, Secret(""))
        user = self._account.identity.address.addr_spec
        self._order = SignOrder(choice.profile, choice.tsa_urls, False, appearance, password, user)
        self._sign()

    def _sign(self) -> None:
        if self._choice is None:
            return
        self._wait = _busy(self._window, self.tr("Đang ký {name}…").format(name=self._path.name))
        target = signed_name(self._path, pdf=is_pdf(self._path.name, ""))
        use = KeyUse(self._choice.key, self._choice.secret)
        future = self._desk.signing().sign_file(self._path, target, use, self._order)
        self._bridge.watch(future, self._on_signed, self._on_error)

    def _on_signed(self, path: Path) -> None:
        self._end()
        title = self.tr("Đã ký và kiểm tra lại chữ ký. Tệp đã ký:")
        self.box = show_result(self._window, f"{title}\n{path}", path)
        self.done.emit(path)

    def _on_error(self, error: BaseException) -> None:
        self._hide_wait()
        if isinstance(error, TimestampUnavailable):
            known = self._desk.signing().time_stampers()
            dialog = TimestampDialog(self._texts, error, known, self._window)
            dialog.retry.connect(self._retry)
            dialog.without.connect(self._without)
            self._open(dialog)
        elif is_key_trouble(error):
            self._choice = None
            self._ask(error)
        else:
            self._end()
            dialogs.show_problem(self._window, self._texts.error(error))
            self.stopped.emit()

    def _retry(self, url: str) -> None:
        self._order = replace(self._order, tsa_urls=(url,) if url else self._order.tsa_urls)
        self._sign()

    def _without(self) -> None:
        self._order = replace(self._order, without_timestamp=True)
        self._sign()

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.rejected.connect(self._stop)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _stop(self) -> None:
        self._end()
        self.stopped.emit()

    def _end(self) -> None:
        """Nothing of the key outlives the attempt."""
        self._choice = None
        self._hide_wait()
        self._desk.signing().release_key()

    def _hide_wait(self) -> None:
        if self._wait is not None:
            self._wait.close()
            self._wait.deleteLater()
            self._wait = None


class Extension(QObject):
    """Gia hạn: long-term data for the signatures of a PDF, also one that others have signed."""

    done = Signal(object)
    """Path of the extended file."""

    def __init__(self, desk: MailDesk, texts: Texts, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._texts, self._window = desk, texts, window
        self._bridge = Bridge(self)
        self.box: QMessageBox | None = None
        self._wait: QProgressDialog | None = None

    def choose(self) -> None:
        """Ask which file."""
        dialog = _file_dialog(self._window, self.tr("Chọn PDF đã ký cần gia hạn chữ ký"))
        dialog.setNameFilters([self.tr("Văn bản PDF (*.pdf)")])
        dialog.fileSelected.connect(lambda name: self.start(Path(name)))
        dialog.open()

    def start(self, path: Path) -> None:
        """Say what it does, then do it."""
        what = self.tr(
            "Gia hạn chữ ký thêm vào tệp dữ liệu chứng thực và một dấu thời gian lưu trữ, để chữ ký "
            "còn kiểm tra được sau khi chứng thư số hết hạn. "
            "Nội dung và các chữ ký giữ nguyên; kết quả là một tệp mới."
        )
        box = QMessageBox(self._window)
        box.setWindowTitle(self.tr("Gia hạn chữ ký"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(f"{path.name}\n\n{what}")
        go_on = box.addButton(self.tr("Gia hạn"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(self.tr("Hủy"), QMessageBox.ButtonRole.RejectRole)
        go_on.clicked.connect(lambda: self._extend(path))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.box = box
        box.open()

    def _extend(self, path: Path) -> None:
        self._wait = _busy(self._window, self.tr("Đang gia hạn chữ ký của {name}…").format(name=path.name))
        target = signed_name(path, pdf=True, mark="gia-han")
        self._bridge.watch(
            self._desk.signing().extend(path, target, Profile.B_LTA), self._on_done, self._on_error
        )

    def _on_done(self, path: Path) -> None:
        self._hide_wait()
        title = self.tr("Đã gia hạn và kiểm tra lại chữ ký. Tệp mới:")
        self.box = show_result(self._window, f"{title}\n{path}", path)
        self.done.emit(path)

    def _on_error(self, error: BaseException) -> None:
        self._hide_wait()
        self.box = dialogs.show_problem(self._window, self._texts.error(error))

    def _hide_wait(self) -> None:
        if self._wait is not None:
            self._wait.close()
            self._wait.deleteLater()
            self._wait = None


def show_result(
    parent: QWidget, text: str, path: Path, open_folder: Callable[[Path], object] | None = None
) -> QMessageBox:
    """Say where the new file is, and offer its folder."""
    show = open_folder or (lambda folder: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))
    box = QMessageBox(parent)
    box.setWindowTitle(QCoreApplication.translate("FileSigning", "Ký số"))
    box.setIcon(QMessageBox.Icon.Information)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    folder = box.addButton(
        QCoreApplication.translate("FileSigning", "Mở thư mục"), QMessageBox.ButtonRole.ActionRole
    )
    close = box.addButton(
        QCoreApplication.translate("FileSigning", "Đóng"), QMessageBox.ButtonRole.AcceptRole
    )
    box.setDefaultButton(close)
    folder.clicked.connect(lambda: show(path.parent))
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
    return box


def _file_dialog(parent: QWidget, title: str) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog


def _busy(parent: QWidget, text: str) -> QProgressDialog:
    wait = QProgressDialog(text, "", 0, 0, parent)
    wait.setCancelButton(None)
    wait.setWindowTitle(QCoreApplication.translate("FileSigning", "Ký số"))
    wait.setWindowModality(Qt.WindowModality.WindowModal)
    wait.setMinimumDuration(300)
    wait.setValue(0)
    return wait
