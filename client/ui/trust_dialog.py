"""Whose signatures count on this computer: the list of anchors, where each came from, and the record."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QListWidgetItem,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from client.config.catalogue import Text
from client.errors import ClientError
from client.model.anchor import CertificateRole, TrustAct, TrustEntry, TrustOrigin
from client.services.desk import MailDesk
from client.services.trust_desk import TrustedRow
from client.ui import dialogs
from client.ui.anchor_import import AnchorImport
from client.ui.bridge import Bridge
from client.ui.certificate_dialog import CertificateDialog
from client.ui.revocation_list import RevocationList
from client.ui.texts import Texts
from client.ui.widgets import card_list, open_at, plain_label


class TrustDialog(QDialog):
    """Empty at first: nobody's signature is valid before somebody responsible says whom to trust."""

    changed = Signal()
    """Somebody is trusted, or is so no longer."""

    def __init__(self, desk: MailDesk, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._texts = desk, texts
        self._bridge = Bridge(self)
        self._rows: tuple[TrustedRow, ...] = ()
        self._news = ""
        self.importing: AnchorImport | None = None
        self.setWindowTitle(self.tr("Tổ chức chứng thực được tin cậy"))
        open_at(self, 640, 520)
        self.list = card_list(self, self.tr("Chứng thư số được tin cậy"))
        self.list.currentRowChanged.connect(lambda _: self._allow())
        self.record = card_list(self, self.tr("Nhật ký tin cậy"))
        self.state = plain_label(self, wrap=True)
        self.state.setObjectName("muted")
        self.import_button = QPushButton(self.tr("Nhập chứng thư số gốc…"), self)
        self.show_button = QPushButton(self.tr("Xem"), self)
        self.remove_button = QPushButton(self.tr("Bỏ tin cậy…"), self)
        self.import_button.clicked.connect(self._choose)
        self.show_button.clicked.connect(self._show_details)
        self.remove_button.clicked.connect(self._ask_removal)
        self._build()
        self.finished.connect(self.deleteLater)
        self.load()

    def load(self) -> None:
        """Read list and record again."""
        self._bridge.watch(self._desk.trust().trusted(), self._show_rows, self._fail)
        self.record.clear()
        for entry in reversed(self._desk.trust().record()):
            self.record.addItem(QListWidgetItem(self._entry_line(entry)))

    def import_file(self, path: Path) -> None:
        """Begin the import of a file."""
        self.importing = AnchorImport(self._desk, self._texts, path, self)
        self.importing.added.connect(self._added)
        self.importing.open()

    def remove_chosen(self) -> None:
        """Trust the chosen certificate no longer."""
        row = self._chosen()
        if row is None:
            return
        try:
            self._desk.trust().remove(row.certificate.sha256)
        except ClientError as error:
            self._fail(error)
        self.changed.emit()
        self.load()

    def _build(self) -> None:
        what = self.tr(
            "Chữ ký số chỉ được kết luận là hợp lệ khi chứng thư số của người ký dẫn về một chứng thư số "
            "gốc trong danh sách này. Gốc đến từ chính sách của cơ quan, hoặc do bạn nhập và đối chiếu "
            "dấu vân tay."
        )
        page = QWidget(self)
        line = QHBoxLayout()
        for button in (self.import_button, self.show_button, self.remove_button):
            line.addWidget(button)
        line.addStretch(1)
        first = QVBoxLayout(page)
        first.addWidget(self.list, 1)
        first.addWidget(self.state)
        first.addLayout(line)
        tabs = QTabWidget(self)
        tabs.addTab(page, self.tr("Đang tin cậy"))
        self.revocation = RevocationList(self._desk, self._texts, self)
        tabs.addTab(self.revocation, self.tr("Danh sách thu hồi"))
        tabs.addTab(self.record, self.tr("Nhật ký"))
        buttons = QDialogButtonBox()
        close = buttons.addButton(self.tr("Đóng"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setDefault(True)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(plain_label(self, what, wrap=True))
        layout.addWidget(tabs, 1)
        layout.addWidget(buttons)
        self._allow()

    def _show_rows(self, rows: tuple[TrustedRow, ...]) -> None:
        self._rows = rows
        self.list.clear()
        for row in rows:
            self.list.addItem(QListWidgetItem(self._line(row)))
        if not rows:
            self.state.setText(
                self.tr("Chưa tin cậy tổ chức nào: mọi chữ ký số nhận được sẽ là “chưa kết luận”.")
            )
        else:
            self.state.setText(self._news)
        self.list.setCurrentRow(0 if rows else -1)
        self._allow()

    def _line(self, row: TrustedRow) -> str:
        one, details = row.certificate, row.details
        names = dict(details.subject)
        kind = self.tr("gốc") if one.role is CertificateRole.ANCHOR else self.tr("trung gian")
        valid = self.tr("hiệu lực đến {when}").format(when=self._texts.when(details.not_after))
        lines = [names.get("CN") or names.get("O") or details.serial]
        lines.append(f"{kind} · {valid} · {self._source(row)}")
        if row.problem:
            lines.append("▲ " + self._texts.text("detail", row.problem).title)
        return "\n".join(lines)

    def _source(self, row: TrustedRow) -> str:
        one = row.certificate
        if one.origin is TrustOrigin.POLICY:
            return self.tr("theo chính sách của cơ quan")
        return self.tr("{who} nhập ngày {when}").format(who=one.added_by, when=self._texts.when(one.added_at))

    def _entry_line(self, entry: TrustEntry) -> str:
        one = entry.certificate
        act = self.tr("thêm") if entry.act is TrustAct.ADD else self.tr("bỏ")
        kind = self.tr("gốc") if one.role is CertificateRole.ANCHOR else self.tr("trung gian")
        place = self.tr("dòng lệnh") if one.origin is TrustOrigin.COMMAND else self.tr("cửa sổ")
        head = f"{self._texts.when(entry.at)} · {entry.actor} · {act} ({kind}, {place})"
        return "\n".join(part for part in (head, one.note, f"SHA-256 {one.sha256[:16]}…") if part)

    def _allow(self) -> None:
        row = self._chosen()
        self.show_button.setEnabled(row is not None)
        self.remove_button.setEnabled(row is not None and row.certificate.origin is not TrustOrigin.POLICY)

    def _chosen(self) -> TrustedRow | None:
        row = self.list.currentRow()
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def _choose(self) -> None:
        kinds = self.tr("Chứng thư số (*.pem *.crt *.cer *.der *.p7b *.p7c);;Mọi tệp (*)")
        chosen, _ = QFileDialog.getOpenFileName(self, self.import_button.text(), str(Path.home()), kinds)
        if chosen:
            self.import_file(Path(chosen))

    def _added(self, helpers: int) -> None:
        kept = self.tr("Đã giữ kèm {count} chứng thư số trung gian.").format(count=helpers)
        self._news = kept if helpers else ""
        self.changed.emit()
        self.load()

    def _show_details(self) -> None:
        row = self._chosen()
        if row is not None:
            CertificateDialog(self._desk, self._texts, row.certificate.der, self).open()

    def _ask_removal(self) -> None:
        row = self._chosen()
        if row is None:
            return
        title = self.tr("Bỏ tin cậy chứng thư số này?")
        advice = self.tr(
            "{name}\n\nChữ ký dựa vào nó sẽ trở lại “chưa kết luận”. "
            "Nhật ký vẫn giữ việc đã tin cậy và đã bỏ."
        )
        name = dict(row.details.subject).get("CN", row.details.serial)
        dialogs.ask_deletion(self, Text(title, advice.replace("{name}", name)), self.remove_chosen)

    def _fail(self, error: BaseException) -> None:
        self.state.setText(self._texts.error_lines(error))
