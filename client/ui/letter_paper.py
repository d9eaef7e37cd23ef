"""The letter on show on paper, as a PDF, as a file, and as its bytes; nothing is fetched for any of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QMarginsF, QObject
from PySide6.QtGui import QPageLayout, QPageSize
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrintPreviewDialog
from PySide6.QtWidgets import QWidget

from client.config.catalogue import Text
from client.errors import ClientError
from client.mime.headers import safe_filename
from client.services.desk import MailDesk
from client.ui import dialogs
from client.ui.bridge import Bridge
from client.ui.letter_sheet import LetterSheet, SheetDocument
from client.ui.reader import Reader, Shown
from client.ui.source_window import SourceWindow
from client.ui.texts import Texts
from client.ui.widgets import open_at

NAMES = ("print", "print_preview", "save_pdf", "save_letter", "view_source")
_MARGIN_MM = 18.0
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_LONGEST_NAME = 80
_SLIM = "QToolBar QToolButton { padding: 3px 1px; }"
"""Otherwise Qt's own bar is longer than the window, and what falls off it is the button that prints."""


class LetterPaper(QObject):
    """Works with what the reader shows at this moment, and with nothing of a letter that is held back."""

    def __init__(self, desk: MailDesk, texts: Texts, reader: Reader, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._texts, self._reader, self._window = desk, texts, reader, window
        self._sheet = LetterSheet(texts, self)
        self._bridge = Bridge(self)
        self.source: SourceWindow | None = None
        self.preview: QPrintPreviewDialog | None = None
        self._printer: QPrinter | None = None
        """Kept for as long as a dialog works with it: Qt does not."""

    def act(self, name: str) -> None:
        """Do what the action of that name says."""
        shown = self._reader.shown_letter()
        if shown is None:
            return
        if shown.view.frozen:
            text = Text(
                self.tr("Thư này bị giữ lại vì có dấu chỉ độ mật."),
                self.tr("Không in, lưu hay xem mã nguồn của thư trên máy này."),
            )
            dialogs.show_problem(self._window, text)
            return
        acts: dict[str, Callable[[Shown], None]] = {
            "print": self._print,
            "print_preview": self._preview,
            "save_pdf": self._save_pdf,
            "save_letter": self._save,
            "view_source": self._show_source,
        }
        acts[name](shown)

    def document(self, shown: Shown) -> SheetDocument:
        """What is printed."""
        now = datetime.now().astimezone()
        return self._sheet.document(shown.view, shown.report, shown.pictures, now)

    def write_pdf(self, shown: Shown, path: Path) -> None:
        """The same as a PDF file."""
        printer = _printer()
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(path))
        printer.setDocName(shown.view.envelope.subject)
        self._paint(shown, printer)

    def _paint(self, shown: Shown, printer: QPrinter) -> None:
        document = self.document(shown)
        # In the window's pixels, which its fonts and pictures are measured in; printing scales them all.
        page = printer.pageRect(QPrinter.Unit.Inch).size()
        document.setPageSize(page * self._window.logicalDpiX())
        document.pictures.fit(round(document.pageSize().width()))
        document.print_(printer)

    def _print(self, shown: Shown) -> None:
        self._printer = printer = _printer()
        dialog = QPrintDialog(printer, self._window)
        dialog.setWindowTitle(self.tr("In thư"))
        dialog.accepted.connect(lambda: self._paint(shown, printer))
        dialog.finished.connect(dialog.deleteLater)
        dialog.setModal(True)
        dialog.show()

    def _preview(self, shown: Shown) -> None:
        self._printer = printer = _printer()
        self.preview = preview = QPrintPreviewDialog(printer, self._window)
        preview.setWindowTitle(self.tr("Xem trước khi in"))
        preview.setStyleSheet(_SLIM)
        open_at(preview, 900, 720)
        preview.paintRequested.connect(lambda printer: self._paint(shown, printer))
        preview.finished.connect(self._end_preview)
        preview.open()

    def _end_preview(self) -> None:
        if self.preview is not None:
            self.preview.deleteLater()
            self.preview = None

    def _save_pdf(self, shown: Shown) -> None:
        name = f"{file_name(shown.view.envelope.subject)}.pdf"
        path = dialogs.ask_save_path(self._window, name, self.tr("Lưu bản in thành PDF"), "PDF (*.pdf)")
        if path is not None:
            self.write_pdf(shown, _with_ending(path, ".pdf"))

    def _save(self, shown: Shown) -> None:
        name = f"{file_name(shown.view.envelope.subject)}.eml"
        path = dialogs.ask_save_path(self._window, name, self.tr("Lưu thư"), self.tr("Thư điện tử (*.eml)"))
        if path is not None:
            target = _with_ending(path, ".eml")
            self._with_bytes(shown, lambda raw: self._desk.save_file(target, raw))

    def _show_source(self, shown: Shown) -> None:
        def show(raw: bytes) -> None:
            self.source = SourceWindow(raw, self._texts, self._window)
            self.source.open()

        self._with_bytes(shown, show)

    def _with_bytes(self, shown: Shown, use: Callable[[bytes], None]) -> None:
        def guarded(raw: bytes) -> None:
            try:
                use(raw)
            except ClientError as error:
                self._complain(error)

        self._bridge.watch(self._desk.source(shown.mailbox_id, shown.row_id), guarded, self._complain)

    def _complain(self, error: BaseException) -> None:
        dialogs.show_problem(self._window, self._texts.error(error))


def file_name(subject: str) -> str:
    """A subject as a file may be called on every system."""
    name = " ".join(_UNFIT.sub(" ", subject).split())[:_LONGEST_NAME].strip(" .")
    return safe_filename(name) or "thu"


def _with_ending(path: Path, ending: str) -> Path:
    return path if path.suffix.lower() == ending else path.with_name(f"{path.name}{ending}")


def _printer() -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    printer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            margins,
            QPageLayout.Unit.Millimeter,
        )
    )
    return printer
