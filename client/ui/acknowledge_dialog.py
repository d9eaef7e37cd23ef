"""The question for the reason, where a rule may be overridden."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from client.model.account import Role
from client.model.finding import Finding
from client.services.desk import Acknowledgement
from client.ui.compose_model import is_reason_enough
from client.ui.texts import Texts
from client.ui.warning_dialog import warnings_list


class AcknowledgeDialog(QDialog):
    """Lists what is overridden and asks why; an empty reason leads nowhere."""

    acknowledged = Signal(object)
    """An `Acknowledgement`."""

    def __init__(
        self,
        texts: Texts,
        findings: tuple[Finding, ...],
        role: Role,
        parent: QWidget | None = None,
        *,
        warnings: tuple[Finding, ...] = (),
        allowed: tuple[Role, ...] = tuple(Role),
    ) -> None:
        """``role`` is the account's own: the first answer to in what role it is decided; ``allowed`` are
        those whose reason the policy takes. Where the account's is none of them, nothing leads on.

        ``warnings`` need no reason; they are shown here so that one question is enough.
        """
        super().__init__(parent)
        self._findings, self._may = findings, role in allowed
        self.setWindowTitle(self.tr("Nêu lý do gửi"))
        self.setMinimumWidth(520)
        layout = QVBoxLayout(self)
        self._tell(layout, texts, warnings)
        self.role = self._roles(role, allowed)
        asked = QFormLayout()
        asked.addRow(self.tr("Quyết định với vai trò"), self.role)
        layout.addLayout(asked)
        self.reason = QPlainTextEdit()
        self.reason.setAccessibleName(self.tr("Lý do gửi"))
        self.reason.setPlaceholderText(self.tr("Ví dụ: Lãnh đạo Sở đã đồng ý gửi bản dự thảo để lấy ý kiến"))
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(84)
        self.reason.textChanged.connect(self._judge)
        layout.addWidget(self.reason)
        logged = _plain(
            self.tr("Lý do, vai trò, thời gian và tên bạn được ghi vào nhật ký. Cần ít nhất ba từ.")
        )
        logged.setObjectName("muted")
        layout.addWidget(logged)
        buttons = QDialogButtonBox()
        self.go_on = buttons.addButton(
            self.tr("Ghi lý do và tiếp tục"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        buttons.addButton(self.tr("Quay lại sửa"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self._judge()
        self.reason.setFocus()

    def _roles(self, own: Role, allowed: tuple[Role, ...]) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(self.tr("Quyết định với vai trò"))
        for one, word in (
            (Role.STAFF, self.tr("Chuyên viên, theo ý kiến của lãnh đạo")),
            (Role.LEADER, self.tr("Người có thẩm quyền")),
            (Role.CLERK, self.tr("Văn thư")),
        ):
            if one in allowed:
                box.addItem(word, one.value)
        box.setCurrentIndex(box.findData(own.value))
        return box

    def _tell(self, layout: QVBoxLayout, texts: Texts, warnings: tuple[Finding, ...]) -> None:
        layout.addWidget(_plain(self.tr("Thư chưa đúng các quy định sau. Muốn gửi phải nêu lý do:")))
        for finding in self._findings:
            layout.addWidget(_plain(f"•  {texts.finding(finding).title}"))
        if not self._may:
            refused = self.tr(
                "Chính sách của đơn vị không cho vai trò của tài khoản này nêu lý do gửi. "
                "Hãy sửa thư theo gợi ý, hoặc chuyển người có thẩm quyền gửi."
            )
            layout.addWidget(_plain(refused))
        if warnings:
            layout.addWidget(_plain(self.tr("Các điểm khác cần xem lại:")))
            layout.addWidget(warnings_list(texts, warnings))

    def _judge(self) -> None:
        self.go_on.setEnabled(self._may and is_reason_enough(self.reason.toPlainText()))

    def _accept(self) -> None:
        reason = " ".join(self.reason.toPlainText().split())
        if not self._may or not is_reason_enough(reason):
            return
        codes = tuple(dict.fromkeys(finding.code for finding in self._findings))
        self.accept()
        self.acknowledged.emit(Acknowledgement(codes, reason, self.role.currentData()))


def _plain(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
