"""Many documents signed with one PIN: the list, a look at each, the work, and what became of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from client.errors import TimestampUnavailable
from client.model.account import Account
from client.model.batch import BatchItem, ItemState
from client.model.finding import Severity
from client.model.secret import Secret
from client.services.desk import MailDesk
from client.services.requests import KeyUse
from client.services.signing_desk import BatchRun, SignOrder
from client.ui.batch_model import BatchModel, remaining
from client.ui.batch_view import BatchView
from client.ui.bridge import Bridge
from client.ui.compose_model import is_pdf
from client.ui.signing_task import targets_in, usual_key, usual_role
from client.ui.texts import Texts
from client.ui.timestamp_dialog import TimestampDialog
from client.ui.widgets import open_at


def _utc_now() -> datetime:
    return datetime.now(UTC)


class BatchWindow(QWidget):
    """Chooses and runs; what is on the screen is `BatchView`'s."""

    _moved = Signal(int, object)
    """Row and `BatchItem`, from whatever thread the batch works on."""

    def __init__(
        self,
        desk: MailDesk,
        texts: Texts,
        account: Account,
        parent: QWidget | None = None,
        *,
        clock: Callable[[], datetime] = _utc_now,
        open_folder: Callable[[Path], object] | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._desk, self._texts, self._account, self._clock = desk, texts, account, clock
        self._open_folder = open_folder or _show_folder
        self._bridge = Bridge(self)
        self._images = desk.signing().images(account.account_id)
        self._run: BatchRun | None = None
        self._rows_of_run: tuple[int, ...] = ()
        self._folder: Path | None = None
        self._order = SignOrder()
        self.dialog: TimestampDialog | None = None
        self._began = clock()
        self._base = 0
        self._resuming = False
        self.setWindowTitle(self.tr("Ký nhiều tệp"))
        self.setAcceptDrops(True)
        self.model = BatchModel(texts, self)
        role = usual_role(account)
        self.view = BatchView(desk, texts, self.model, usual_key(account, role), role, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self._moved.connect(self._on_item, Qt.ConnectionType.QueuedConnection)
        self._connect()
        open_at(self, 1120, 720)
        self._refresh()
        self.view.add_button.setFocus()

    def add_files(self, paths: list[Path]) -> None:
        """Put files on the list; folders are not walked."""
        if self._run is None:
            self.model.add([path for path in paths if path.is_file()])
            if self.view.table.currentIndex().row() < 0 and self.model.rowCount():
                self.view.table.selectRow(0)
                self.view.table.setFocus()
            self._refresh()

    def is_running(self) -> bool:
        """Whether documents are being signed now."""
        return self._run is not None and any(
            item.state is ItemState.SIGNING or item.state is ItemState.WAITING for item in self._run.items()
        )

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: a running batch is stopped first; what is done stays."""
        if self._run is not None and self.is_running():
            self._run.cancel()
        self.view.pin.clear()
        self._desk.signing().release_key()
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: take files from the desktop."""
        if event.mimeData().hasUrls() and self._run is None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: put what was dropped on the list."""
        urls = event.mimeData().urls()
        self.add_files([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])

    # Before -----------------------------------------------------------------------------------

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Chọn các tệp cần ký"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([self.tr("Văn bản PDF (*.pdf)"), self.tr("Mọi tệp (*)")])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.add_files([Path(name) for name in names]))
        dialog.open()

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Chọn nơi lưu tệp đã ký"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._set_folder)
        dialog.open()

    def _set_folder(self, name: str) -> None:
        self._folder = Path(name)
        self.view.show_folder(self._folder)

    def _on_row(self) -> None:
        row = self.model.row(self.view.table.currentIndex().row())
        self._show_detail()
        if row is None:
            self.view.preview.show_document(None, None)
            return
        if not is_pdf(row.source.name, ""):
            self.view.preview.show_document(None, None)
            self.view.preview.canvas.say(
                self.tr("Không phải PDF: chữ ký nằm trong tệp .p7s riêng, trên trang không thấy gì.")
            )
            return
        if row.state is ItemState.SIGNED and row.item is not None:
            self.view.preview.show_document(row.item.target, None)
            return
        self.view.preview.show_document(row.source, self.view.roles.choice().appearance(self._images))

    def _show_detail(self) -> None:
        row = self.model.row(self.view.table.currentIndex().row())
        words = self.model.words(row) if row is not None else None
        told = words.whole if words is not None and words.action else ""
        self.view.detail.setText(told)
        self.view.detail.setVisible(bool(told))

    def _on_box(self, row: int, wanted: bool) -> None:
        if self._run is not None and not wanted and row in self._rows_of_run:
            self._run.skip(self._rows_of_run.index(row))
        self._refresh()

    # The work ---------------------------------------------------------------------------------

    def _go(self) -> None:
        choice = self.view.keys.choice()
        if choice is None or not self.view.go_on.isEnabled():
            return
        secret = self.view.pin.take()
        self.view.notice.clear()
        self.view.pin.set_busy(True)
        self.view.set_waiting(True)
        use = KeyUse(choice.key, secret)
        if self._run is None:
            self._order = self._chosen_order()
        self._bridge.watch(self._desk.signing().hold_key(use), lambda _: self._start(use), self._on_key_error)

    def _on_key_error(self, error: BaseException) -> None:
        """Nothing was tried on any document: the first wrong PIN ends it here."""
        words = self._texts.error(error)
        self.view.pin.set_busy(False)
        self.view.set_waiting(False)
        nothing = self.tr("Chưa tệp nào được ký.") if self._run is None else ""
        self.view.notice.show_notice(Severity.BLOCK, words.title, f"{words.action} {nothing}".strip())
        self.view.keys.refresh()
        self._refresh()
        self.view.pin.take_focus()

    def _start(self, use: KeyUse) -> None:
        self.view.pin.set_busy(False)
        self.view.set_waiting(False)
        self.model.lock(True)
        self._began = self._clock()
        if self._run is not None and self._resuming:
            self._base = self._done()
            self._run.resume(use, self._order)
        elif self._run is not None:
            self._base = self._done()
            self._run.retry_failed(use, self._order)
        else:
            self._base = 0
            self._begin(use)
        self.view.show_running()
        self._show_progress()

    def _begin(self, use: KeyUse) -> None:
        rows = self.model.wanted()
        sources = [self.model.rows()[row].source for row in rows]
        files = list(zip(sources, targets_in(self._folder, sources), strict=True))
        self._rows_of_run = rows
        self._run = self._desk.signing().batch(
            files, use, self._order, lambda index, item: self._moved.emit(rows[index], item)
        )
        self._run.start()

    def _chosen_order(self) -> SignOrder:
        return SignOrder(
            self.view.advanced.profile(),
            self.view.advanced.tsa_urls(),
            appearance=self.view.roles.choice().appearance(self._images),
            document_password=self.view.preview.document_password() or Secret(""),
            user=self._account.identity.address.addr_spec,
        )

    def _on_item(self, row: int, item: BatchItem) -> None:
        self.model.take(row, item)
        if row == self.view.table.currentIndex().row():
            self._show_detail()
        if item.state is ItemState.SIGNING:
            self.view.table.scrollTo(self.model.index(row, 0))
        self._show_progress()
        if self._run is not None and not self.is_running():
            self._finish()

    def _show_progress(self) -> None:
        items = self._run.items() if self._run is not None else ()
        done = self._done()
        current = next((one.source.name for one in items if one.state is ItemState.SIGNING), "")
        left = remaining(done - self._base, len(items) - self._base, self._clock() - self._began)
        self.view.show_progress(done, len(items), current, left)

    def _done(self) -> int:
        items = self._run.items() if self._run is not None else ()
        return sum(not item.is_open for item in items)

    # Afterwards -------------------------------------------------------------------------------

    def _finish(self) -> None:
        if self._run is None:
            return
        self.model.lock(False)
        items = self._run.items()
        self.view.show_result(items)
        stopped = next((one for one in items if one.state is ItemState.STOPPED and one.code), None)
        if stopped is not None:
            words = self._texts.text("error", stopped.code, **dict(stopped.params))
            kept = self.tr("Các tệp đã ký vẫn còn nguyên; những tệp còn lại chưa bị thử.")
            self.view.notice.show_notice(Severity.BLOCK, words.title, f"{words.action} {kept}".strip())
            if stopped.code == TimestampUnavailable.code:
                self._ask_timestamp(TimestampUnavailable(**dict(stopped.params)))
        self._desk.signing().release_key()
        self._on_row()
        self.view.keys.refresh()
        self._refresh()

    def _ask_timestamp(self, error: TimestampUnavailable) -> None:
        """No authority answers: what is left waits for the user's word, for all of them at once."""
        dialog = TimestampDialog(self._texts, error, self._desk.signing().time_stampers(), self)
        dialog.retry.connect(lambda url: self._resume_with(url=url))
        dialog.without.connect(lambda: self._resume_with(without=True))
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    def _resume_with(self, *, url: str = "", without: bool = False) -> None:
        order = self._order
        self._order = replace(order, tsa_urls=(url,) if url else order.tsa_urls, without_timestamp=without)
        self._ask_again(resuming=True)

    def _ask_again(self, *, resuming: bool) -> None:
        """Going on needs the key anew: the token was out, or the key was let go of."""
        self._resuming = resuming
        self.view.show_setup(again=True)
        self._refresh()
        self.view.pin.take_focus()

    def _open_result(self) -> None:
        items = self._run.items() if self._run is not None else ()
        signed = next((one for one in items if one.state is ItemState.SIGNED), None)
        if signed is not None:
            self._open_folder(signed.target.parent)

    def _refresh(self) -> None:
        count = len(self.model.wanted()) if self._run is None else self._open_count()
        self.view.show_count(count, again=self._run is not None)

    def _open_count(self) -> int:
        items = self._run.items() if self._run is not None else ()
        wanted = ItemState.STOPPED if self._resuming else ItemState.FAILED
        return sum(item.state is wanted for item in items)

    def _on_role(self) -> None:
        choice = self.view.roles.choice()
        self.view.roles.show_choice(replace(choice, placement=None))
        self.view.advise()
        self._refresh()
        self._on_row()

    def _connect(self) -> None:
        view = self.view
        view.add_button.clicked.connect(self._choose)
        view.remove_button.clicked.connect(lambda: self._remove(view.table.currentIndex().row()))
        view.folder_button.clicked.connect(self._choose_folder)
        view.table.selectionModel().currentRowChanged.connect(lambda *_: self._on_row())
        view.roles.changed.connect(self._on_role)
        view.go_on.clicked.connect(self._go)
        view.pin.field.returnPressed.connect(self._go)
        view.cancel_button.clicked.connect(lambda: self._run.cancel() if self._run is not None else None)
        view.retry_button.clicked.connect(lambda: self._ask_again(resuming=False))
        view.resume_button.clicked.connect(lambda: self._ask_again(resuming=True))
        view.open_button.clicked.connect(self._open_result)
        self.model.toggled.connect(self._on_box)

    def _remove(self, row: int) -> None:
        if self._run is None:
            self.model.remove(row)
            self._on_row()
            self._refresh()


def _show_folder(folder: Path) -> bool:
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
