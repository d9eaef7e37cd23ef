"""What is said about one message on its way, and the buttons for what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from client.config.catalogue import Text
from client.model.outgoing import OutboxEntry, OutboxState, Situation, refused_recipients, situation
from client.services.desk import MailDesk
from client.ui.flow import FlowLayout
from client.ui.texts import Texts
from client.ui.widgets import plain_label

_BACK = frozenset({OutboxState.REJECTED, OutboxState.CANCELLED})
"""Did not leave: the draft may be written on."""
_MAY_RETRY = frozenset(
    {
        Situation.REJECTED,
        Situation.RECEIPT_REFUSED,
        Situation.HELD,
        Situation.UNCERTAIN,
        Situation.RETRYING,
        Situation.UNFILED,
    }
)
_MAY_CANCEL = frozenset(
    {OutboxState.SCHEDULED, OutboxState.QUEUED, OutboxState.REJECTED, OutboxState.UNCERTAIN}
)

_NAMED = 5


class OutboxDetails(QFrame):
    """Only what is allowed in the entry's state has a button."""

    wanted = Signal(str)
    """``retry``, ``cancel``, ``confirm``, ``draft`` or ``forget``."""

    def __init__(self, desk: MailDesk, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._texts = desk, texts
        self._title = plain_label(self, wrap=True)
        self._title.setStyleSheet("font-weight: 600;")
        self._to = plain_label(self, wrap=True)
        self._to.setObjectName("muted")
        self._text = plain_label(self, wrap=True)
        self._reply = plain_label(self, wrap=True)
        self._reply.setObjectName("muted")
        self.arrived_button = QPushButton(self.tr("Thư này đã đến"), self)
        self.draft_button = QPushButton(self.tr("Mở bản nháp"), self)
        self.retry_button = QPushButton(self)
        self.cancel_button = QPushButton(self)
        self.forget_button = QPushButton(self.tr("Dọn thư đã xong"), self)
        self.forget_button.setToolTip(self.tr("Bỏ thư đã gửi và thư đã hủy khỏi danh sách này"))
        self._build()

    def explanation(self) -> str:
        """What is said."""
        said = (self._title, self._to, self._text, self._reply)
        return "\n".join(filter(None, (one.text() for one in said)))

    def show_entry(self, entry: OutboxEntry | None, *, finished: bool) -> None:
        """Speak of ``entry``; ``finished``: there are entries that may be taken off the list."""
        self.forget_button.setVisible(finished)
        for button in (self.arrived_button, self.draft_button, self.retry_button, self.cancel_button):
            button.setVisible(False)
        if entry is None:
            return
        now = situation(entry)
        self._offer(entry, now)
        subject = " ".join(entry.subject.split()) or self.tr("(không có tiêu đề)")
        self._title.setText(f"{self._texts.outbox_state(now)}: {subject}")
        self._to.setText(self._addressed(entry))
        error = self._error(entry)
        # What cannot be known is said once; why it broke off adds nothing to it.
        happened = "" if now is Situation.UNCERTAIN else error.title
        self._text.setText("\n".join(filter(None, (happened, self._explain(entry, now) or error.action))))
        reply = self.tr("Máy chủ trả lời: {reply}").format(reply=entry.error_text)
        self._reply.setText(reply if entry.error_text else "")
        self._reply.setVisible(bool(entry.error_text))

    def complain(self, text: Text) -> None:
        """Say why nothing was done."""
        self._text.setText(text.whole)

    def _offer(self, entry: OutboxEntry, now: Situation) -> None:
        retry = {Situation.RETRYING: self.tr("Gửi ngay"), Situation.UNFILED: self.tr("Lưu lại ngay")}
        self.retry_button.setText(retry.get(now, self.tr("Gửi lại")))
        cancel = {Situation.UNCERTAIN: self.tr("Không gửi lại"), Situation.REJECTED: self.tr("Không gửi nữa")}
        cancel |= dict.fromkeys((Situation.HELD, Situation.RECEIPT_REFUSED), cancel[Situation.REJECTED])
        self.cancel_button.setText(cancel.get(now, self.tr("Hủy gửi")))
        self.retry_button.setVisible(now in _MAY_RETRY)
        self.arrived_button.setVisible(entry.state is OutboxState.UNCERTAIN)
        self.cancel_button.setVisible(entry.state in _MAY_CANCEL)
        may_open = entry.state in _BACK and bool(entry.draft_id)
        self.draft_button.setVisible(may_open and not self._is_out_again(entry))

    def _is_out_again(self, entry: OutboxEntry) -> bool:
        """Its draft was sent once more: what would be opened is on its way, or has arrived."""
        return any(
            one.draft_id == entry.draft_id and one.outbox_id != entry.outbox_id and one.state not in _BACK
            for one in self._desk.outbox()
        )

    def _addressed(self, entry: OutboxEntry) -> str:
        """To whom and when; not all of five hundred."""
        to, when = ", ".join(entry.rcpt_to[:_NAMED]), self._texts.when(entry.created_at)
        if (more := len(entry.rcpt_to) - _NAMED) > 0:
            to = self.tr("{recipients} và {more} địa chỉ khác").format(recipients=to, more=more)
        return self.tr("Đến: {recipients} · {when}").format(recipients=to, when=when)

    def _error(self, entry: OutboxEntry) -> Text:
        if not entry.error_code:
            return Text("")
        accounts = self._desk.accounts()
        account = next((one for one in accounts if one.account_id == entry.account_id), None)
        server = None
        if account is not None:
            server = account.imap if entry.state is OutboxState.SUBMITTED else account.smtp
        return self._texts.text(
            "error",
            entry.error_code,
            host=server.host if server is not None else "",
            port=server.port if server is not None else "",
            # A receipt leaves without a sender (RFC 8098).
            user=account.user_name if account is not None else entry.mail_from,
            recipient=", ".join(refused_recipients(entry)),
            reply=entry.error_text,
            reason=entry.error_reason,
            size=self._texts.size(entry.size),
        )

    def _explain(self, entry: OutboxEntry, now: Situation) -> str:
        when = self._texts.when(entry.not_before) if entry.not_before is not None else ""
        match now:
            case Situation.UNCERTAIN:
                return self.tr(
                    "Việc gửi bị ngắt đúng lúc chờ máy chủ trả lời nên không biết "
                    "máy chủ đã nhận thư hay chưa. "
                    "Chương trình vẫn tìm trong Thư đã gửi và các báo phát, nhưng không tự gửi lại để tránh "
                    "gửi hai lần. "
                    "Hãy hỏi người nhận: nếu thư đã đến, chọn “Thư này đã đến”; nếu chưa, chọn “Gửi lại”."
                )
            case Situation.SCHEDULED:
                return self.tr(
                    "Hẹn gửi lúc {when}, khi chương trình đang chạy. "
                    "Đến giờ, thư được đối chiếu lại với quy tắc và chứng thư số rồi mới gửi."
                ).format(when=when)
            case Situation.RETRYING:
                return self.tr("Sẽ tự gửi lại, không sớm hơn {when}.").format(when=when) if when else ""
            case Situation.UNFILED:
                return self.tr(
                    "Máy chủ đã nhận thư, không cần gửi lại. Chỉ việc lưu bản sao vào Thư đã gửi là "
                    "chưa xong; chương trình tự thử lại."
                )
            case Situation.CANCELLED if entry.draft_id and self._is_out_again(entry):
                return self.tr("Lần gửi này đã hủy; thư được gửi lại ở một dòng khác.")
            case Situation.RECEIPT_REFUSED:
                return self.tr("Máy chủ không nhận xác nhận đã đọc; thư gốc không bị ảnh hưởng.")
            case Situation.CANCELLED if entry.draft_id:
                return self.tr("Thư không được gửi; bản nháp vẫn còn.")
            case Situation.CANCELLED:
                return self.tr("Thư không được gửi.")
            case _:
                return self._explain_progress(now)

    def _explain_progress(self, now: Situation) -> str:
        return {
            Situation.PAUSED: self.tr("Sẽ tự gửi sau ít giây; lúc này còn hủy được."),
            Situation.QUEUED: self.tr("Sẽ tự gửi khi kết nối được với máy chủ."),
            Situation.SUBMITTING: self.tr("Đang chuyển cho máy chủ; lúc này không hủy được."),
            Situation.SUBMITTED: self.tr("Máy chủ đã nhận thư; chỉ còn lưu bản sao vào Thư đã gửi."),
        }.get(now, "")

    def _build(self) -> None:
        self.setObjectName("strip")
        lines = QVBoxLayout(self)
        lines.setContentsMargins(16, 10, 16, 12)
        for label in (self._title, self._to, self._text, self._reply):
            lines.addWidget(label)
        row = FlowLayout()
        for button, action in (
            (self.arrived_button, "confirm"),
            (self.draft_button, "draft"),
            (self.retry_button, "retry"),
            (self.cancel_button, "cancel"),
            (self.forget_button, "forget"),
        ):
            button.clicked.connect(lambda _=False, name=action: self.wanted.emit(name))
            row.addWidget(button)
        lines.addLayout(row)
