"""Offers under the signature panel: see the signed version, compare, keep it; open an encrypted file."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from client.model.secret import Secret
from client.model.verdict import Reason, SignatureVerdict
from client.services.desk import MailDesk
from client.ui.comparison_window import ComparisonWindow, comparable
from client.ui.signature_panel import in_order
from client.ui.texts import Texts
from client.ui.verification_actions import Judged, Offer, VerificationActions


class ComparisonFlow(QObject):
    """``verify_with`` judges the message on show again, with the password of its encrypted files."""

    def __init__(
        self,
        desk: MailDesk,
        texts: Texts,
        actions: VerificationActions,
        verify_with: Callable[[Secret], None],
    ) -> None:
        super().__init__(actions)
        self._desk, self._texts, self._verify_with = desk, texts, verify_with
        self._parent: QWidget = actions
        self.window: ComparisonWindow | None = None
        """The newest one, while it is open."""
        actions.offer(
            Offer(
                "compare",
                self.tr("So sánh với bản đã ký…"),
                _has_updates,
                self.compare,
                self.tr("Đặt bản đã ký cạnh bản hiện nay, đánh dấu những chỗ khác nhau."),
            )
        )
        actions.offer(
            Offer(
                "signed-version",
                self.tr("Mở bản đã ký…"),
                lambda judged: bool(comparable(judged.report.signatures)),
                lambda judged: self.compare(judged, alone=True),
                self.tr("Xem hoặc lưu văn bản đúng như lúc người ký đã ký."),
            )
        )
        actions.offer(
            Offer(
                "document-password",
                self.tr("Nhập mật khẩu tệp…"),
                _is_locked,
                lambda _: self._ask_password(),
                self.tr("Mở tệp PDF có mật khẩu để kiểm tra chữ ký bên trong."),
            )
        )

    def compare(self, judged: Judged, *, alone: bool = False) -> ComparisonWindow:
        """Open the window at the signature whose document changed most."""
        signatures = in_order(judged.report.signatures)
        place = (judged.mailbox_id, judged.row_id)
        window = ComparisonWindow(self._desk, self._texts, place, signatures, self._parent.window())
        window.begin(_worth_seeing(comparable(signatures)), alone=alone)
        window.show()
        self.window = window
        window.destroyed.connect(self._forget)
        return window

    def _forget(self) -> None:
        self.window = None

    def _ask_password(self) -> None:
        title, label = self.tr("Tệp có mật khẩu"), self.tr("Mật khẩu mở tệp PDF:")
        text, given = QInputDialog.getText(self._parent, title, label, QLineEdit.EchoMode.Password)
        if given and text:
            self._verify_with(Secret(text))


def _has_updates(judged: Judged) -> bool:
    return any(
        one.changes_after_signing or one.changed_places for one in comparable(judged.report.signatures)
    )


def _is_locked(judged: Judged) -> bool:
    return Reason.DOCUMENT_ENCRYPTED in judged.report.reasons


def _worth_seeing(verdicts: list[SignatureVerdict]) -> SignatureVerdict | None:
    changed = [one for one in verdicts if one.changed_places or one.changes_after_signing]
    return next(iter(changed or verdicts), None)
