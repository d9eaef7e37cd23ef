"""The revocation data at hand: each source with its age, and why the last attempt came to nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtWidgets import QHBoxLayout, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from client.errors import ClientError
from client.model.revocation import RevocationState
from client.services.desk import MailDesk
from client.ui.texts import Texts
from client.ui.widgets import card_list, plain_label


def _utc_now() -> datetime:
    return datetime.now(UTC)


class RevocationList(QWidget):
    """Read anew by `load`; asking the servers is the engine's work."""

    def __init__(
        self,
        desk: MailDesk,
        texts: Texts,
        parent: QWidget | None = None,
        *,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        super().__init__(parent)
        self._desk, self._texts, self._clock = desk, texts, clock
        self.list = card_list(self, self.tr("Danh sách thu hồi"))
        self.state = plain_label(self, wrap=True)
        self.state.setObjectName("muted")
        self.refresh_button = QPushButton(self.tr("Tải lại ngay"), self)
        self.refresh_button.clicked.connect(self._refresh)
        line = QHBoxLayout()
        line.addWidget(self.refresh_button)
        line.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.state)
        layout.addLayout(line)
        self.load()

    def load(self) -> None:
        """Show what the ledger knows now."""
        states = self._desk.trust().revocation_data()
        self.list.clear()
        for one in states:
            self.list.addItem(QListWidgetItem("\n".join(self._lines(one))))
        nothing = self.tr("Chưa có nguồn danh sách thu hồi nào: chính sách chưa nêu địa chỉ nào.")
        self.state.setText("" if states else nothing)
        self.refresh_button.setEnabled(bool(states))

    def _lines(self, one: RevocationState) -> list[str]:
        kind = self.tr("trả lời OCSP") if one.want.is_ocsp else "CRL"
        lines = [" · ".join(filter(None, (kind, one.want.issuer))), one.want.url, self._age(one)]
        if one.error_code:
            family, code = ("detail", one.error_reason) if one.error_reason else ("error", one.error_code)
            why = self._texts.text(family, code).title
            lines.append("▲ " + self.tr("lần tải gần nhất: {why}").format(why=why))
        return lines

    def _age(self, one: RevocationState) -> str:
        if one.this_update is None:
            return self.tr("chưa tải được")
        when, until = self._texts.when(one.this_update), self._texts.when(one.next_update)
        if one.next_update is not None and one.next_update < self._clock():
            return self.tr("ngày {when}, đã hết hạn lúc {until}").format(when=when, until=until)
        return self.tr("ngày {when}, còn hiệu lực đến {until}").format(when=when, until=until)

    def _refresh(self) -> None:
        try:
            self._desk.trust().refresh_revocation()
        except ClientError as error:
            self.state.setText(self._texts.error_lines(error))
            return
        self.state.setText(self.tr("Đang tải danh sách thu hồi…"))
