"""Import of a trust anchor: what the file holds, and the fingerprint that has to be compared.

There is no "OK" to press through: the fingerprint comes from somewhere else, is typed or pasted by
the user, and the program compares. The one of the file cannot be copied from here.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from client.model.anchor import Candidate, CertificateRole, FingerprintMatch, compare_fingerprint, grouped
from client.services.desk import MailDesk
from client.ui import theme
from client.ui.bridge import Bridge
from client.ui.texts import Texts
from client.ui.widgets import heading_label, open_at, plain_label, pretty_scroll

_INKS = {FingerprintMatch.EQUAL: theme.GOOD, FingerprintMatch.EMPTY: theme.MUTED}
_LINE_GROUPS = 8
_HIGHEST_LIST = 150


class AnchorImport(QDialog):
    """Reads the file in the workshop, shows what is in it, adds one anchor whose fingerprint agrees."""

    added = Signal(int)
    """An anchor is trusted now; the number of intermediates kept beside it."""

    def __init__(self, desk: MailDesk, texts: Texts, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._texts, self._path = desk, texts, path
        self._bridge = Bridge(self)
        self._offered: tuple[Candidate, ...] = ()
        self.setWindowTitle(self.tr("Nhập chứng thư số gốc"))
        self.setMinimumWidth(560)
        open_at(self, 600, 640)
        self.state = plain_label(self, self.tr("Đang đọc tệp…"), wrap=True)
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Chứng thư số trong tệp"))
        self.list.setStyleSheet(theme.CARD_LIST)
        self.list.setWordWrap(True)
        self.list.setFixedHeight(_HIGHEST_LIST)
        self.list.currentRowChanged.connect(lambda _: self._show_chosen())
        self._details = QWidget(self)
        self._form, self._print = QFormLayout(self._details), QFormLayout()
        self._form.setContentsMargins(0, 0, 0, 0)
        for form in (self._form, self._print):
            form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.entry = QPlainTextEdit(self)
        self.entry.setAccessibleName(self.tr("Dấu vân tay SHA-256 biết từ nguồn khác"))
        self.entry.setTabChangesFocus(True)
        self.entry.setFixedHeight(self.fontMetrics().height() * 3 + 12)
        self.entry.setPlaceholderText("AB12 CD34 …")
        self.entry.textChanged.connect(self._compare)
        self.match = plain_label(self, wrap=True)
        self._build()
        self._bridge.watch(desk.trust().read_file(path), self._show_offer, self._fail)

    @property
    def chosen(self) -> Candidate | None:
        """The certificate the fingerprint is compared with."""
        row = self.list.currentRow()
        return self._offered[row] if 0 <= row < len(self._offered) else None

    def _build(self) -> None:
        advice = self.tr(
            "Lấy dấu vân tay SHA-256 từ giấy tờ, trang chính thức của tổ chức chứng thực hoặc bộ phận "
            "hỗ trợ – không lấy từ thư hay tệp vừa nhận. Nhập hoặc dán vào đây; chương trình sẽ so sánh."
        )
        buttons = QDialogButtonBox()
        self.add_button = buttons.addButton(
            self.tr("Tin cậy chứng thư số này"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.add_button.setEnabled(False)
        self.add_button.clicked.connect(self._add)
        cancel = buttons.addButton(self.tr("Hủy"), QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setDefault(True)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(plain_label(self, self.tr("Tệp: {name}").format(name=self._path.name), wrap=True))
        layout.addWidget(self.state)
        layout.addWidget(self.list)
        layout.addWidget(pretty_scroll(self._details, self), 1)  # long names are scrolled, never cut
        layout.addLayout(self._print)
        layout.addSpacing(theme.SPACE)
        layout.addWidget(heading_label(self.tr("Dấu vân tay biết từ nguồn khác")))
        layout.addWidget(plain_label(self, advice, wrap=True))
        layout.addWidget(self.entry)
        layout.addWidget(self.match)
        layout.addWidget(buttons)
        self.finished.connect(self.deleteLater)

    def _show_offer(self, offered: tuple[Candidate, ...]) -> None:
        self._offered = offered
        for one in offered:
            self.list.addItem(QListWidgetItem(self._line(one)))
        usable = [one for one in offered if _usable(one)]
        if usable:
            self.state.setText(
                self.tr("Tệp có {count} chứng thư số. Chọn chứng thư số gốc cần tin cậy.").format(
                    count=len(offered)
                )
            )
        else:
            self.state.setText(self.tr("Trong tệp không có chứng thư số gốc nào dùng được."))
        rows = sum(self.list.sizeHintForRow(row) for row in range(self.list.count()))
        self.list.setFixedHeight(min(rows + 2 * self.list.frameWidth() + 4, _HIGHEST_LIST))
        first = next((row for row, one in enumerate(offered) if _usable(one)), 0)
        self.list.setCurrentRow(first)
        self.entry.setEnabled(bool(usable))
        self.entry.setFocus()

    def _line(self, one: Candidate) -> str:
        kinds = {
            CertificateRole.ANCHOR: self.tr("gốc"),
            CertificateRole.INTERMEDIATE: self.tr("trung gian – được giữ kèm khi gốc của nó được tin cậy"),
        }
        said = [kinds[one.role]] if one.role is not None else []
        # An intermediate in the anchor's own file waits for that anchor only.
        if one.problem and not (one.problem == "issuer-not-trusted" and any(map(_usable, self._offered))):
            said.append(self._texts.text("detail", one.problem).title)
        said += [self._texts.text("detail", code).title for code in one.cautions]
        return f"{_name(one)}\n{'; '.join(said)}"

    def _show_chosen(self) -> None:
        for form in (self._form, self._print):
            while form.rowCount():
                form.removeRow(0)
        one = self.chosen
        if one is None:
            return
        details = one.details
        valid = self.tr("từ {start} đến {end}").format(
            start=self._texts.when(details.not_before), end=self._texts.when(details.not_after)
        )
        groups = grouped(details.sha256).split(" ")
        shown = "\n".join(
            " ".join(groups[at : at + _LINE_GROUPS]) for at in range(0, len(groups), _LINE_GROUPS)
        )
        for name, value in (
            (self.tr("Chủ chứng thư số"), _joined(details.subject)),
            (self.tr("Tổ chức cấp"), _joined(details.issuer)),
            (self.tr("Thời hạn"), valid),
            (self.tr("Khóa"), details.key),
            (self.tr("Dấu vân tay SHA-256"), shown),
        ):
            label = plain_label(self, value, wrap=True)
            label.setAccessibleName(name)
            if value is shown:
                # To be compared, not copied into the field below.
                label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
                label.setObjectName("fingerprint")
            (self._print if value is shown else self._form).addRow(QLabel(name), label)
        self._compare()

    def _compare(self) -> None:
        one = self.chosen
        if one is None:
            return
        match = compare_fingerprint(self.entry.toPlainText(), one.details.sha256)
        self.match.setText(self._words(match))
        self.match.setStyleSheet(f"color: {_INKS.get(match, theme.BAD)}; font-weight: 600;")
        self.add_button.setEnabled(match is FingerprintMatch.EQUAL and _usable(one))

    def _words(self, match: FingerprintMatch) -> str:
        return {
            FingerprintMatch.EMPTY: self.tr("Chưa nhập dấu vân tay."),
            FingerprintMatch.INCOMPLETE: self.tr("Chưa đủ 64 ký tự; phải so sánh toàn bộ dấu vân tay."),
            FingerprintMatch.SHA1: self.tr(
                "Đây là dấu vân tay SHA-1 (40 ký tự), không còn đủ an toàn; cần SHA-256."
            ),
            FingerprintMatch.UNREADABLE: self.tr("Đây không phải dấu vân tay SHA-256 (64 ký tự 0–9, A–F)."),
            FingerprintMatch.DIFFERENT: self.tr(
                "KHÔNG KHỚP. Đừng tin cậy chứng thư số này; hãy báo bộ phận hỗ trợ."
            ),
            FingerprintMatch.EQUAL: self.tr("Khớp toàn bộ 64 ký tự."),
        }[match]

    def _add(self) -> None:
        one = self.chosen
        if one is None or not self.add_button.isEnabled():
            return
        self.add_button.setEnabled(False)
        entered = self.entry.toPlainText()
        future = self._desk.trust().add_anchor(self._offered, one, entered, self._path.name)
        self._bridge.watch(future, self._done, self._fail)

    def _done(self, helpers: int) -> None:
        self.added.emit(helpers)
        self.accept()

    def _fail(self, error: BaseException) -> None:
        self.state.setText(self._texts.error_lines(error))
        self.entry.setEnabled(bool(self._offered))
        self.list.setVisible(bool(self._offered))


def _usable(one: Candidate) -> bool:
    return one.role is CertificateRole.ANCHOR and not one.problem


def _name(one: Candidate) -> str:
    names = dict(one.details.subject)
    return names.get("CN") or names.get("O") or one.details.serial


def _joined(names: tuple[tuple[str, str], ...]) -> str:
    return "\n".join(f"{kind} = {value}" for kind, value in names)
