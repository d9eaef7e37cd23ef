"""The batch window's face: table and preview above, and below them the key, the progress or the result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from client.model.account import KeyRef
from client.model.batch import BatchItem, ItemState, count
from client.model.finding import Severity
from client.model.signing import SigningRole
from client.services.desk import MailDesk
from client.ui.batch_model import BatchModel
from client.ui.key_picker import KeyPicker
from client.ui.notice_bar import NoticeBar
from client.ui.page_preview import PagePreview
from client.ui.pin_prompt import PinPrompt
from client.ui.signing_options import AdvancedBox, RoleForm
from client.ui.signing_task import DocumentChoice
from client.ui.signing_words import mismatch
from client.ui.texts import Texts
from client.ui.widgets import PlainTable, elided_tooltip, plain_label


class BatchView(QWidget):
    """Widgets and their words; `BatchWindow` decides."""

    def __init__(
        self,
        desk: MailDesk,
        texts: Texts,
        model: BatchModel,
        preferred: KeyRef | None,
        role: SigningRole | None,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._waiting = False
        self._count, self._again = 0, False
        self.notice, self.advice = NoticeBar(self), NoticeBar(self)
        self.table = PlainTable(model, self.tr("Các tệp cần ký"), (250, 170, 190), stretched=1)
        # What went wrong and what to do about it is read whole, on as many lines as it takes.
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.preview = PagePreview(desk, texts, self)
        self.preview.set_movable(False)
        self.roles = RoleForm(self)
        self.roles.show_choice(DocumentChoice(role))
        self.keys = KeyPicker(desk, texts, preferred, self)
        self.pin = PinPrompt(texts, self)
        self.advanced = AdvancedBox(desk.signing().time_stampers(), parent=self)
        self.add_button = QPushButton(self.tr("Thêm tệp…"), self)
        self.remove_button = QPushButton(self.tr("Gỡ khỏi danh sách"), self)
        self.folder_button = QPushButton(self.tr("Nơi lưu…"), self)
        self.folder = plain_label(
            self, self.tr("Tệp đã ký nằm cạnh tệp gốc, tên có thêm “-da-ky”."), wrap=True
        )
        self.folder.setObjectName("muted")
        self.go_on = QPushButton(self)
        self.progress = QProgressBar(self)
        self.current = plain_label(self)
        self.left = QLabel(self)
        self.cancel_button = QPushButton(self.tr("Dừng"), self)
        self.summary = plain_label(self, wrap=True)
        self.open_button = QPushButton(self.tr("Mở thư mục"), self)
        self.retry_button = QPushButton(self.tr("Thử lại tệp lỗi"), self)
        self.resume_button = QPushButton(self.tr("Ký tiếp"), self)
        self.keys.changed.connect(self._on_key)
        self.pin.changed.connect(self._refresh)
        self.detail = plain_label(self, wrap=True)
        self.detail.setObjectName("muted")
        self._pages: tuple[QWidget, ...] = ()
        self._lay_out()
        self._on_key()

    def show_folder(self, folder: Path) -> None:
        """Say where signed files go."""
        self.folder.setText(self.tr("Tệp đã ký được lưu vào {folder}").format(folder=folder))

    def show_count(self, number: int, *, again: bool) -> None:
        """Say how many would be signed now."""
        self._count, self._again = number, again
        self._refresh()

    def set_waiting(self, waiting: bool) -> None:
        """The key is being opened."""
        self._waiting = waiting
        self.keys.setEnabled(not waiting)
        self._refresh()

    def show_setup(self, *, again: bool = False) -> None:
        """Ask for the key; what was chosen before a batch began cannot be changed in its middle."""
        self._turn_to(0)
        for widget in (self.add_button, self.remove_button, self.folder_button, self.roles, self.advanced):
            widget.setEnabled(not again)

    def show_running(self) -> None:
        """Show the progress bar."""
        for widget in (self.add_button, self.remove_button):
            widget.setEnabled(False)
        self._turn_to(1)
        self.cancel_button.setFocus()

    def show_progress(self, done: int, total: int, current: str, left: timedelta | None) -> None:
        """One bar for all documents."""
        self.progress.setRange(0, max(total, 1))
        self.progress.setValue(done)
        self.progress.setFormat(self.tr("{done}/{total} tệp").format(done=done, total=total))
        self.current.setText(self.tr("Đang ký {name}").format(name=current) if current else "")
        self.left.setText(self._left_text(left))

    def show_result(self, items: Sequence[BatchItem]) -> None:
        """Say what became of all of them."""
        signed, failed = count(items, ItemState.SIGNED), count(items, ItemState.FAILED)
        skipped, stopped = count(items, ItemState.SKIPPED), count(items, ItemState.STOPPED)
        parts = [self.tr("Đã ký {n} tệp").format(n=signed)]
        if failed:
            parts.append(self.tr("lỗi {n}").format(n=failed))
        if skipped:
            parts.append(self.tr("bỏ qua {n}").format(n=skipped))
        if stopped:
            parts.append(self.tr("chưa ký {n}").format(n=stopped))
        self.summary.setText(", ".join(parts) + ".")
        self.open_button.setVisible(signed > 0)
        self.retry_button.setVisible(failed > 0)
        self.resume_button.setVisible(stopped > 0)
        self._turn_to(2)
        shown = (self.resume_button, self.retry_button, self.open_button)
        next((one for one in shown if not one.isHidden()), self.table).setFocus()

    def _left_text(self, left: timedelta | None) -> str:
        if left is None:
            return ""
        seconds = max(1, round(left.total_seconds()))
        if seconds < 60:
            return self.tr("còn khoảng {n} giây").format(n=seconds)
        return self.tr("còn khoảng {n} phút").format(n=round(seconds / 60))

    def _on_key(self) -> None:
        chosen = self.keys.choice()
        if self.pin.choice() != chosen:
            self.pin.show_key(chosen)
            if chosen is not None and chosen.signer is not None:
                self.preview.set_signer(chosen.signer.name)
        self.advise()
        self._refresh()

    def advise(self) -> None:
        """Say when the act and the certificate do not go together."""
        chosen, role = self.keys.choice(), self.roles.choice().role
        signer = chosen.signer if chosen is not None else None
        what, more = mismatch(() if role is None else (role,), signer)
        if what:
            self.advice.show_notice(Severity.WARN, what, more)
        else:
            self.advice.clear()

    def _refresh(self) -> None:
        word = self.tr("Ký tiếp {n} tệp") if self._again else self.tr("Ký {n} tệp")
        waiting = self.tr("Đang mở…")
        self.go_on.setText(waiting if self._waiting else word.format(n=self._count))
        blocked = self._waiting or self.preview.needs_password or bool(self.roles.choice().lacks)
        self.go_on.setEnabled(self._count > 0 and not blocked and self.pin.ready)

    def _lay_out(self) -> None:
        top = QSplitter(self)
        top.addWidget(self._list())
        top.addWidget(self.preview)
        top.setSizes([640, 440])
        top.setChildrenCollapsible(False)
        top.setStretchFactor(0, 1)
        self._pages = (self._setup(), self._running(), self._result())
        column = QVBoxLayout(self)
        column.addWidget(self.notice)
        column.addWidget(self.advice)
        column.addWidget(top, 1)
        for page in self._pages:
            column.addWidget(page)
        self._turn_to(0)

    def _turn_to(self, number: int) -> None:
        """Only the page in use takes room: the table and the preview get the rest."""
        for at, page in enumerate(self._pages):
            page.setVisible(at == number)

    def _list(self) -> QWidget:
        side = QWidget(self)
        line = QHBoxLayout()
        for widget in (self.add_button, self.remove_button):
            widget.setAutoDefault(False)
            line.addWidget(widget)
        hint = QLabel(self.tr("Có thể kéo tệp thả vào đây. Bỏ dấu chọn để không ký một tệp."), side)
        hint.setObjectName("muted")
        hint.setWordWrap(True)
        line.addWidget(hint, 1)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(line)
        column.addWidget(self.table, 1)
        column.addWidget(self.detail)
        return side

    def _setup(self) -> QWidget:
        page = QWidget(self)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self.keys)
        left.addWidget(self.pin)
        left.addStretch(1)
        right.addWidget(self.roles)
        place = QHBoxLayout()
        place.addWidget(self.folder, 1)
        place.addWidget(self.folder_button)
        right.addLayout(place)
        right.addWidget(self.advanced)
        right.addStretch(1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.go_on)
        self.go_on.setDefault(True)
        right.addLayout(foot)
        columns = QHBoxLayout(page)
        columns.setContentsMargins(0, 4, 0, 0)
        columns.setSpacing(16)
        columns.addLayout(left, 1)
        columns.addLayout(right, 1)
        return page

    def _running(self) -> QWidget:
        page = QWidget(self)
        line = QHBoxLayout()
        elided_tooltip(self.current)
        line.addWidget(self.current, 1)
        line.addWidget(self.left)
        line.addWidget(self.cancel_button)
        column = QVBoxLayout(page)
        column.addWidget(self.progress)
        column.addLayout(line)
        self.progress.setAccessibleName(self.tr("Tiến độ ký"))
        return page

    def _result(self) -> QWidget:
        page = QWidget(self)
        line = QHBoxLayout(page)
        line.addWidget(self.summary, 1)
        for button in (self.open_button, self.retry_button, self.resume_button):
            line.addWidget(button)
        return page
