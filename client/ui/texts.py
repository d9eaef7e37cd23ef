"""Words for values: the catalogue's texts by code, and dates, sizes and states as people read them."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from client.config.catalogue import Catalogue, Text
from client.config.policy import Policy
from client.config.verdict_words import field_line, leading_text, sub_indication_text, verdict_texts
from client.errors import ClientError, SigningRefused
from client.model.account import Account, MailboxKind
from client.model.change import FieldChange
from client.model.finding import Finding, Severity, Unchecked
from client.model.mailbox import Mailbox, SpecialUse
from client.model.outgoing import Situation
from client.model.verdict import (
    Coverage,
    Display,
    Reason,
    RevocationEvidence,
    SignatureVerdict,
    SignerKind,
    VerificationReport,
)
from client.services.policy_keeper import InstalledPolicy
from client.ui.compose_model import DOCUMENT_TYPES

_UNITS = ("B", "KB", "MB", "GB")


class Texts:
    """All words that depend on a code. Needs the running application's translator for its own few."""

    def __init__(
        self,
        catalogue: Catalogue,
        policy: Policy | None = None,
        policy_found: InstalledPolicy | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._policy = policy
        self.policy_found = policy_found
        """How the policy in use came to be, where it is an installed one."""
        self._known = catalogue.families()

    @property
    def language(self) -> str:
        """``vi`` or ``en``."""
        return self._catalogue.language

    @property
    def policy(self) -> Policy | None:
        """The policy whose words are spoken, where one was given."""
        return self._policy

    def error(self, error: BaseException) -> Text:
        """What happened and what to do; a fault of the program says that it is one."""
        if isinstance(error, SigningRefused):
            reason = str(error.params.get("reason", ""))
            if reason in self._known.get("reason", ()):
                return self.text("reason", reason)
        if isinstance(error, ClientError):
            return self.text("error", error.code, **error.params)
        what = QCoreApplication.translate("Texts", "Chương trình gặp lỗi không lường trước.")
        then = QCoreApplication.translate(
            "Texts", "Việc vừa làm có thể chưa xong. Hãy thử lại; nếu lỗi lặp lại, báo bộ phận hỗ trợ."
        )
        return Text(what, then)

    def error_lines(self, error: BaseException) -> str:
        """What happened, and what to do in a line of its own."""
        text = self.error(error)
        return f"{text.title}\n{text.action}".strip()

    def knows(self, family: str, code: str) -> bool:
        """Whether there are words for a code in this family."""
        return code in self._known.get(family, ())

    def text(self, family: str, code: str, **params: object) -> Text:
        """A catalogue text; for a code without one, a plain sentence with the code in it."""
        if code in self._known.get(family, ()):
            return self._catalogue.text(family, code, **params)
        return Text(QCoreApplication.translate("Texts", "Mã: {code}").format(code=code))

    def reason(self, reason: Reason) -> Text:
        """Why a signature is judged so, and what to do."""
        return self.text("reason", reason.value)

    def verdict(self, verdict: SignatureVerdict) -> tuple[Text, ...]:
        """Why one signature is judged so, each with what to do."""
        return verdict_texts(self._catalogue, verdict)

    def sub_indication(self, verdict: SignatureVerdict) -> Text:
        """The sub-indication of EN 319 102-1 in words."""
        return sub_indication_text(self._catalogue, verdict)

    def leading(self, report: VerificationReport) -> Text | None:
        """What to say of a file or message first; None where nothing has to be said."""
        return leading_text(self._catalogue, report)

    def change(self, code: str) -> str:
        """What happened to a document after a signature: words for a code, or the form field's name."""
        if self.knows("change", code):
            return self.text("change", code).title
        return QCoreApplication.translate("Texts", "ô “{name}” của biểu mẫu").format(name=code)

    def field_change(self, change: FieldChange) -> str:
        """A form field with what was signed and what stands there now."""
        return field_line(self._catalogue, change)

    def finding(self, finding: Finding) -> Text:
        """A rule's finding: what it says and how to mend it."""
        if self._policy is None:
            return self.text("finding", finding.code, **dict(finding.params))
        return Text(
            self._policy.text(finding.code, self.language, finding.params),
            self._policy.fix_text(finding.code, self.language, finding.params),
        )

    def basis(self, code: str) -> str:
        """The legal basis of a rule as the policy cites it, ``""`` without one."""
        return self._policy.basis(code) if self._policy is not None else ""

    def document_type(self, code: str) -> str:
        """A document type's name; the code itself where the policy does not know it."""
        if self._policy is not None and code in self._policy.document_types:
            return self._policy.document_type_name(code, self.language)
        return dict(DOCUMENT_TYPES).get(code, code)

    def provenance(self, code: str) -> tuple[str, ...]:
        """Where a rule's basis was read, and that some of it was not."""
        return self._policy.provenance(code) if self._policy is not None else ()

    def unchecked(self, unchecked: Unchecked) -> Text:
        """What could not be read, and why."""
        return self.text("unchecked", unchecked.reason, location=unchecked.location)

    def display(self, display: Display) -> str:
        """The word for a signature's state."""
        return self.text("display", display.value).title

    def severity(self, severity: Severity) -> str:
        """The word for how much a finding weighs."""
        return self.text("severity", severity.word).title

    def coverage(self, coverage: Coverage) -> str:
        """How much a signature covers."""
        return self.text("coverage", coverage.value).title

    def outbox_state(self, situation: Situation) -> str:
        """Where an outgoing message is."""
        return self.text("outbox", situation.value).title

    def mailbox(self, mailbox: Mailbox) -> str:
        """The name people know a mailbox by; its own name where it has no special use."""
        use = mailbox.special_use
        return self.text("mailbox", use.value).title if use is not SpecialUse.NONE else mailbox.name

    def account(self, account: Account) -> str:
        """An account's line in the tree."""
        address = account.identity.address
        name = address.display_name or address.addr_spec
        if account.identity.kind is MailboxKind.AGENCY:
            return QCoreApplication.translate("Texts", "{name} (hộp thư cơ quan)").format(name=name)
        return name

    def signer_kind(self, kind: SignerKind) -> str:
        """Whose certificate it is."""
        if kind is SignerKind.SEAL:
            return QCoreApplication.translate("Texts", "Chữ ký số của cơ quan, tổ chức")
        return QCoreApplication.translate("Texts", "Chữ ký số của cá nhân")

    def revocation(self, source: str) -> str:
        """What the revocation answer rests on."""
        return {
            "crl": QCoreApplication.translate("Texts", "danh sách thu hồi (CRL)"),
            "ocsp": QCoreApplication.translate("Texts", "trả lời trực tuyến (OCSP)"),
            "ignored": QCoreApplication.translate("Texts", "không kiểm tra"),
        }.get(source, QCoreApplication.translate("Texts", "chưa có thông tin"))

    def revocation_age(self, evidence: RevocationEvidence) -> str:
        """What the answer rests on, from when it is and how long it holds."""
        source = self.revocation(evidence.source)
        if evidence.as_of is None:
            return source
        if evidence.next_update is None:
            words = QCoreApplication.translate("Texts", "{source} ngày {when}")
            return words.format(source=source, when=self.when(evidence.as_of))
        words = QCoreApplication.translate("Texts", "{source} ngày {when}, còn hiệu lực đến {until}")
        return words.format(
            source=source, when=self.when(evidence.as_of), until=self.when(evidence.next_update)
        )

    def when(self, moment: datetime | None) -> str:
        """``23/11/2026 15:30`` in local time, a dash for no time."""
        return moment.astimezone().strftime("%d/%m/%Y %H:%M") if moment is not None else "–"

    def day(self, moment: datetime) -> str:
        """``23/11/2026`` in local time."""
        return moment.astimezone().strftime("%d/%m/%Y")

    def short_when(self, moment: datetime, now: datetime) -> str:
        """``15:30`` for today, ``23/11`` for this year, ``23/11/2025`` before, in local time."""
        local, today = moment.astimezone(), now.astimezone()
        # Without strftime, which takes as long as all the rest of a row: lists say this thousands of times.
        if local.date() == today.date():
            return f"{local.hour:02}:{local.minute:02}"
        day = f"{local.day:02}/{local.month:02}"
        return day if local.year == today.year else f"{day}/{local.year:04}"

    def count(self, number: int) -> str:
        """A whole number in groups of three, ``1 250``."""
        return f"{number:,}".replace(",", "\u00a0")

    def size(self, count: int) -> str:
        """A size in bytes as ``470,8 KB`` (``470.8 KB`` in English)."""
        value, unit = float(count), _UNITS[0]
        for unit in _UNITS:
            if value < 1024 or unit == _UNITS[-1]:
                break
            value /= 1024
        number = f"{value:.0f}" if unit == "B" or value >= 100 else f"{value:.1f}"
        return f"{number if self.language == 'en' else number.replace('.', ',')} {unit}"
