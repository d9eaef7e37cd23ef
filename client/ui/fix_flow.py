"""The remedy of a finding on the press of a button: done on the draft, said, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QObject, Signal

from client.model.finding import Finding
from client.model.outgoing import Draft, DraftAttachment
from client.services.desk import MailDesk
from client.services.fixes import BY_HAND, IN_WORKSHOP, attachment_of, mended, replaced, undone
from client.services.office_conversion import CONVERTIBLE
from client.ui.bridge import Bridge
from client.ui.compose_model import unique_name


class FixFlow(QObject):
    """One remedy at a time; what it changed can be taken back as long as nobody wrote over it."""

    changed = Signal(object)
    """The `Draft` to show from now on."""
    said = Signal(str)
    """What was done."""
    working = Signal(bool)
    """A file is being made."""
    failed = Signal(object)
    files_wanted = Signal()
    """The author is to choose files."""

    def __init__(self, desk: MailDesk, draft: Callable[[], Draft], parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._draft = desk, draft
        self._bridge = Bridge(self)
        self._past: list[tuple[Draft, Draft]] = []
        self.busy = False
        self.fresh = False
        """The last thing that happened to the letter was a remedy: Ctrl+Z means that one."""
        desk.checks().remedies()  # asked early: the workshop looks for the programs

    def label(self, finding: Finding) -> str:
        """What the finding's button says, ``""`` where it has none."""
        draft = self._draft()
        if finding.fix in BY_HAND:
            return fix_label(finding, draft)
        if finding.fix in IN_WORKSHOP:
            can = finding.fix in self._desk.checks().remedies() and self._has_file(draft, finding)
            return fix_label(finding, draft) if can else ""
        after = mended(draft, finding, self._desk.accounts())
        return "" if after is None else fix_label(finding, after)

    def run(self, finding: Finding) -> None:
        """Do it; the letter may have changed since the finding was made, then nothing happens."""
        draft = self._draft()
        if self.busy:
            return
        if finding.fix in BY_HAND:
            self.files_wanted.emit()
        elif finding.fix in IN_WORKSHOP:
            self.busy = True
            self.working.emit(True)
            self._bridge.watch(
                self._desk.checks().make(draft, finding),
                lambda made: self._put(finding, draft, made),
                self._fail,
            )
        else:
            after = mended(draft, finding, self._desk.accounts())
            if after is not None:
                self._take(finding, draft, after)

    def undo(self) -> bool:
        """Take the last remedy back; False where there is none, or its words were written over."""
        while self._past:
            before, after = self._past.pop()
            back = undone(self._draft(), before, after)
            if back is not None:
                self.fresh = False
                self.changed.emit(back)
                return True
        return False

    def _has_file(self, draft: Draft, finding: Finding) -> bool:
        if finding.fix == "attach-original":
            return bool(draft.in_reply_to)
        attachment = attachment_of(draft, finding)
        if attachment is None:
            return False
        if finding.fix == "correct-number":
            return bool(finding.mended_with("digit"))
        return attachment.name.rpartition(".")[2].lower() in CONVERTIBLE

    def _put(self, finding: Finding, asked: Draft, made: DraftAttachment) -> None:
        self._rest()
        draft, old = self._draft(), attachment_of(asked, finding)
        others = [one.name for one in draft.attachments if one is not old]
        made = replace(made, name=unique_name(made.name, others))
        if finding.fix == "attach-original":
            after = replace(draft, attachments=(*draft.attachments, made))
        else:
            after = replaced(draft, old, made) if old is not None else draft
        if after != draft:
            self._take(finding, draft, after)

    def _take(self, finding: Finding, before: Draft, after: Draft) -> None:
        self._past.append((before, after))
        self.changed.emit(after)
        self.fresh = True
        self.said.emit(fix_label(finding, after))

    def _fail(self, error: BaseException) -> None:
        self._rest()
        self.failed.emit(error)

    def _rest(self) -> None:
        self.busy = False
        self.working.emit(False)


def fix_label(finding: Finding, after: Draft) -> str:
    """The button's words; ``after`` is the draft as the remedy leaves it."""
    words = {
        "replace-recipient": QCoreApplication.translate("FixFlow", "Đổi thành {new}"),
        "add-recipient": QCoreApplication.translate("FixFlow", "Thêm {address}"),
        "move-to-bcc": QCoreApplication.translate("FixFlow", "Chuyển sang Bcc"),
        "switch-identity": QCoreApplication.translate("FixFlow", "Gửi từ {sender}"),
        "insert-sender-block": QCoreApplication.translate("FixFlow", "Chèn khối người gửi"),
        "use-abstract-as-subject": QCoreApplication.translate("FixFlow", "Dùng trích yếu làm tiêu đề"),
        "convert-to-unicode": QCoreApplication.translate("FixFlow", "Chuyển sang Unicode"),
        "compose-unicode": QCoreApplication.translate("FixFlow", "Chuyển sang dựng sẵn (NFC)"),
        "remove-attachment": QCoreApplication.translate("FixFlow", "Gỡ tệp này"),
        "rename-attachment": QCoreApplication.translate("FixFlow", "Đổi tên thành {name}"),
        "sign-attachment": QCoreApplication.translate("FixFlow", "Ký số tệp này"),
        "set-priority": QCoreApplication.translate("FixFlow", "Đặt mức ưu tiên cao"),
        "drop-quote": QCoreApplication.translate("FixFlow", "Bỏ phần trích dẫn"),
        "convert-to-pdf": QCoreApplication.translate("FixFlow", "Xuất thành PDF"),
        "correct-number": QCoreApplication.translate("FixFlow", "Sửa số thành 0{digit}/…"),
        "attach-original": QCoreApplication.translate("FixFlow", "Đính kèm thư gốc (.eml)"),
        "add-attachment": QCoreApplication.translate("FixFlow", "Chọn tệp…"),
    }
    text = words.get(finding.fix, "")
    if finding.code == "subject-no-number":
        text = QCoreApplication.translate("FixFlow", "Ghi số lên đầu tiêu đề")
    values = {"sender": after.sender.addr_spec if after.sender else "", **dict(finding.mend)}
    return text.format_map({key: _short(value) for key, value in values.items()})


def _short(value: str, most: int = 40) -> str:
    return value if len(value) <= most else f"{value[: most - 1]}…"
