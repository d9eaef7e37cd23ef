"""From the press of "send" to the outbox: check, reason, key, send; each step may end in the letter again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from client.errors import TimestampUnavailable
from client.model.account import Account, Role
from client.model.finding import CheckReport, Finding, Gate, Severity
from client.model.outgoing import Draft
from client.model.secret import Secret
from client.services.desk import Acknowledgement, MailDesk, SendRequest
from client.ui.acknowledge_dialog import AcknowledgeDialog
from client.ui.bridge import Bridge
from client.ui.compose_model import findings_of, signing_plan
from client.ui.signing_dialog import SigningDialog
from client.ui.signing_errors import is_key_trouble
from client.ui.signing_task import SigningChoice, as_before, task_of
from client.ui.texts import Texts
from client.ui.timestamp_dialog import TimestampDialog
from client.ui.warning_dialog import Seen, WarningDialog, seen

UNDO_SECONDS = 10.0
"""How long a letter waits in the outbox before it leaves, so that it can be taken back."""


class SendFlow(QObject):
    """One attempt at a time; the letter is locked between `start` and one of the last three signals."""

    progress = Signal(str)
    reported = Signal(object)
    """The `CheckReport` of the final check."""
    sent = Signal(int)
    failed = Signal(object)
    """The error; nothing has been queued."""
    stopped = Signal()
    """The author turned back, or the rules do not let the letter go."""

    def __init__(self, desk: MailDesk, texts: Texts, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._texts, self._window = desk, texts, window
        self._bridge = Bridge(self)
        self._request: SendRequest | None = None
        self.dialog: QDialog | None = None
        self._kept: frozenset[Seen] = frozenset()

    @property
    def active(self) -> bool:
        """Whether an attempt is under way."""
        return self._request is not None

    def start(self, draft: Draft, not_before: datetime | None = None) -> None:
        """Begin with a fresh check of exactly this draft: an older answer opens no gate.

        With ``not_before`` the letter waits for that hour and is checked again then.
        """
        if self.active:
            return
        self._request = SendRequest(draft, undo_seconds=UNDO_SECONDS, not_before=not_before)
        self.progress.emit(self.tr("Đang kiểm tra lần cuối…"))
        self._bridge.watch(self._desk.check(draft), self._on_report, self._fail)

    def _on_report(self, report: CheckReport) -> None:
        self.reported.emit(report)
        match report.gate:
            case Gate.BLOCKED:
                self._stop()
            case Gate.CONFIRM:
                role = self._account().identity.role
                dialog = AcknowledgeDialog(
                    self._texts,
                    findings_of(report, Severity.CONFIRM),
                    role,
                    self._window,
                    warnings=findings_of(report, Severity.WARN),
                    allowed=self._texts.policy.confirm_roles if self._texts.policy else tuple(Role),
                )
                dialog.acknowledged.connect(self._on_reason)
                self._open(dialog)
            case Gate.SEND:
                self._show_warnings(findings_of(report, Severity.WARN))

    def _show_warnings(self, warnings: tuple[Finding, ...]) -> None:
        """Once: what was kept is not asked about again while it is about the same content."""
        if self._request is None:
            return
        now = seen(warnings, self._request.draft)
        if now <= self._kept:
            self._ask_for_key()
            return
        dialog = WarningDialog(self._texts, warnings, self._window)
        dialog.kept.connect(lambda: self._on_kept(now))
        self._open(dialog)

    def _on_kept(self, warnings: frozenset[Seen]) -> None:
        self._kept |= warnings
        self._ask_for_key()

    def _account(self) -> Account:
        """The account of the letter at hand."""
        account_id = self._request.draft.account_id if self._request is not None else ""
        return next(one for one in self._desk.accounts() if one.account_id == account_id)

    def _on_reason(self, acknowledgement: Acknowledgement) -> None:
        if self._request is not None:
            self._request = replace(self._request, acknowledgement=acknowledgement)
            self._ask_for_key()

    def _ask_for_key(self, error: BaseException | None = None) -> None:
        if self._request is None:
            return
        draft = self._request.draft
        if not signing_plan(draft).needed:
            self._send()
            return
        account = self._account()
        task = as_before(task_of(draft, account), self._request.appearances)
        dialog = SigningDialog(self._desk, self._texts, task, account, self._window)
        if error is not None:
            dialog.show_error(error)
        dialog.confirmed.connect(self._on_key)
        self._open(dialog)

    def _on_key(self, choice: SigningChoice) -> None:
        if self._request is not None:
            self._request = replace(
                self._request,
                key=choice.key,
                key_password=choice.secret,
                profile=choice.profile,
                tsa_urls=choice.tsa_urls,
                appearances=choice.appearances,
                document_passwords=choice.passwords,
            )
            self._send()

    def _send(self) -> None:
        if self._request is None:
            return
        signing = signing_plan(self._request.draft).needed
        self.progress.emit(
            self.tr("Đang ký số và xếp thư vào hàng chờ gửi…")
            if signing
            else self.tr("Đang xếp thư vào hàng chờ gửi…")
        )
        self._bridge.watch(self._desk.send(self._request), self._on_sent, self._on_send_error)

    def _on_sent(self, outbox_id: int) -> None:
        self._end()
        self.sent.emit(outbox_id)

    def _on_send_error(self, error: BaseException) -> None:
        if self._request is None:
            return
        if isinstance(error, TimestampUnavailable):
            known = self._desk.signing().time_stampers()
            dialog = TimestampDialog(self._texts, error, known, self._window)
            dialog.retry.connect(self._retry_timestamp)
            dialog.without.connect(self._send_without_timestamp)
            self._open(dialog)
        elif is_key_trouble(error):
            self._request = replace(self._request, key_password=Secret(""))
            self._ask_for_key(error)
        else:
            self._fail(error)

    def _retry_timestamp(self, url: str) -> None:
        if self._request is not None:
            self._request = replace(self._request, tsa_urls=(url,) if url else self._request.tsa_urls)
            self._send()

    def _send_without_timestamp(self) -> None:
        if self._request is not None:
            self._request = replace(self._request, allow_without_timestamp=True)
            self._send()

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.rejected.connect(self._stop)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _stop(self) -> None:
        self._end()
        self.stopped.emit()

    def _fail(self, error: BaseException) -> None:
        self._end()
        self.failed.emit(error)

    def _end(self) -> None:
        """Nothing of the key outlives the attempt."""
        if self._request is not None and self._request.key is not None:
            self._desk.signing().release_key()
        self._request = None
