"""What follows from the judgement on show: a report, the evidence, a letter to the sender."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget

from client.config.catalogue import Text
from client.model.outgoing import Draft
from client.model.returning import LetterKind, letter_kinds
from client.model.verdict import Display
from client.services.desk import MailDesk
from client.ui import dialogs
from client.ui.bridge import Bridge
from client.ui.texts import Texts
from client.ui.verification_actions import Judged, Offer, VerificationActions

T = TypeVar("T")


class VerificationWork(QObject):
    """Offers itself in the row under the panel; everything is verified anew before it is written."""

    draft_ready = Signal(object)
    """A `Draft` to the sender, to be opened for writing."""

    def __init__(
        self, desk: MailDesk, texts: Texts, actions: VerificationActions, bridge: Bridge, window: QWidget
    ) -> None:
        super().__init__(window)
        self._desk, self._texts, self._bridge, self._window = desk, texts, bridge, window
        self.notice: QMessageBox | None = None
        for offer in self._offers():
            actions.offer(offer)

    def _offers(self) -> tuple[Offer, ...]:
        basis = self.tr(
            "Căn cứ: Nghị định 30/2020/NĐ-CP, Điều 21 khoản 2 (đã đọc bản chuyển đổi của Nghị định, "
            "chưa đối chiếu với bản Công báo)."
        )
        return (
            Offer(
                "report",
                self.tr("Báo cáo…"),
                _is_signed,
                self._ask_report,
                self.tr("Lưu kết quả kiểm tra thành tệp PDF hoặc HTML"),
                is_rare=True,
            ),
            Offer(
                "evidence",
                self.tr("Xuất hồ sơ bằng chứng…"),
                _is_signed,
                self._ask_evidence,
                self.tr(
                    "Thư, chứng thư số, thông tin thu hồi và kết quả trong một tệp ZIP kiểm tra lại được"
                ),
                is_rare=True,
            ),
            self._letter(LetterKind.RETURN, self.tr("Trả lại văn bản…"), basis),
            self._letter(LetterKind.ACKNOWLEDGE, self.tr("Báo đã nhận…"), basis),
        )

    def _letter(self, kind: LetterKind, text: str, tip: str) -> Offer:
        return Offer(
            kind.value,
            text,
            lambda one: kind in letter_kinds(one.report),
            lambda one: self._write(one, kind),
            tip,
        )

    def _ask_report(self, judged: Judged) -> None:
        title, kinds = self.tr("Lưu báo cáo kiểm tra"), self.tr("PDF (*.pdf);;Trang web (*.html)")
        target = dialogs.ask_save_path(self._window, "bao-cao-kiem-tra-chu-ky.pdf", title, kinds)
        if target is None:
            return
        if target.suffix.lower() not in {".pdf", ".html", ".htm"}:
            target = target.with_name(f"{target.name}.pdf")
        desk = self._desk.verification()
        future = desk.write_report(
            judged.mailbox_id, judged.row_id, target, self._texts.language, judged.password
        )
        self._watch(future, _open)

    def _ask_evidence(self, judged: Judged) -> None:
        title, kinds = self.tr("Lưu hồ sơ bằng chứng"), self.tr("Hồ sơ bằng chứng (*.zip)")
        target = dialogs.ask_save_path(self._window, "ho-so-bang-chung.zip", title, kinds)
        if target is None:
            return
        if target.suffix.lower() != ".zip":
            target = target.with_name(f"{target.name}.zip")
        seal = bool(self._desk.signing().time_stampers()) and dialogs.ask_seal(self._window)
        desk = self._desk.verification()
        future = desk.export_evidence(judged.mailbox_id, judged.row_id, target, judged.password, seal=seal)
        self._watch(future, self._exported)

    def _exported(self, path: Path) -> None:
        text = Text(
            self.tr("Đã xuất hồ sơ bằng chứng: {name}").format(name=path.name),
            self.tr("Người nhận kiểm tra lại bằng lệnh: congthu verify {name}").format(name=path.name),
        )
        self.notice = dialogs.show_note(self._window, text)

    def _write(self, judged: Judged, kind: LetterKind) -> None:
        desk = self._desk.verification()

        def opened(draft: Draft | None) -> None:
            if draft is not None:
                self.draft_ready.emit(draft)
                return
            text = Text(
                self.tr("Kiểm tra lại cho kết quả khác, không còn lý do để viết thư này."),
                self.tr("Xem kết quả mới trên bảng chữ ký số rồi quyết định."),
            )
            self.notice = dialogs.show_note(self._window, text)

        self._watch(desk.letter_draft(judged.mailbox_id, judged.row_id, kind, judged.password), opened)

    def _watch(self, future: Future[T], done: Callable[[T], None]) -> None:
        self._bridge.watch(future, done, self._complain)

    def _complain(self, error: BaseException) -> None:
        self.notice = dialogs.show_problem(self._window, self._texts.error(error))


def _is_signed(judged: Judged) -> bool:
    return judged.report.display is not Display.NONE


def _open(path: Path) -> None:
    """Our own file, in the program the computer has for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
