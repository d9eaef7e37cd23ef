"""The meeting a message invites to, as plain text between header and body, with the three answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from client.model.invitation import Attendance, Invitation, InvitationKind
from client.ui import theme
from client.ui.texts import Texts
from client.ui.widgets import plain_label

_NAMES_SHOWN = 8


class InvitationCard(QFrame):
    """What, when, where and who; an answer is a letter that the user still sends."""

    answered = Signal(object)
    """The `Attendance` chosen."""

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self.setObjectName("strip")
        self._title = plain_label(self, wrap=True)
        self._title.setStyleSheet("font-weight: 600;")
        self._lines = plain_label(self, wrap=True)
        self.buttons = {
            Attendance.ACCEPTED: QPushButton(self.tr("Chấp nhận"), self),
            Attendance.TENTATIVE: QPushButton(self.tr("Có thể dự"), self),
            Attendance.DECLINED: QPushButton(self.tr("Từ chối"), self),
        }
        self._answer = plain_label(self, wrap=True)
        self._build()
        self.setAccessibleName(self.tr("Thư mời họp"))
        self.hide()

    def show_invitation(self, invitation: Invitation | None) -> None:
        """Show the meeting; None hides the card."""
        self.setVisible(invitation is not None)
        self.show_answer(None)
        if invitation is None:
            return
        summary = invitation.summary or self.tr("(không có tiêu đề)")
        self._title.setText(f"{self._kind(invitation.kind)}: {summary}")
        self._lines.setText("\n".join(self._facts(invitation)))
        for button in self.buttons.values():
            button.setVisible(invitation.wants_answer)

    def shown_text(self) -> str:
        """Everything the card says."""
        return "\n".join(filter(None, (one.text() for one in (self._title, self._answer, self._lines))))

    def show_answer(self, sent: tuple[Attendance, datetime] | None) -> None:
        """What was answered and when; None where no answer has been sent."""
        self._answer.setVisible(sent is not None)
        answer = self.buttons[sent[0]].text() if sent is not None else ""
        when = self._texts.when(sent[1]) if sent is not None else ""
        said = self.tr("Đã trả lời: {answer}, lúc {when}").format(answer=answer, when=when)
        self._answer.setText(said if sent is not None else "")

    def _facts(self, invitation: Invitation) -> list[str]:
        facts = [self.tr("Thời gian: {when}").format(when=self._when(invitation))]
        if invitation.repeats:
            facts.append(self.tr("Cuộc họp lặp lại; đây là lần đầu."))
        if invitation.location:
            facts.append(self.tr("Địa điểm: {place}").format(place=invitation.location))
        if invitation.organizer is not None:
            facts.append(self.tr("Người mời: {who}").format(who=invitation.organizer))
        if invitation.attendees:
            facts.append(self.tr("Được mời: {who}").format(who=self._attendees(invitation)))
        if invitation.more:
            facts.append(self.tr("Còn {count} cuộc họp khác trong tệp lịch.").format(count=invitation.more))
        return facts

    def _attendees(self, invitation: Invitation) -> str:
        words = {
            Attendance.ACCEPTED: self.tr("chấp nhận"),
            Attendance.TENTATIVE: self.tr("có thể dự"),
            Attendance.DECLINED: self.tr("từ chối"),
        }
        shown = [
            str(one.address) + (f" ({words[one.answer]})" if one.answer is not None else "")
            for one in invitation.attendees[:_NAMES_SHOWN]
        ]
        left = len(invitation.attendees) - len(shown)
        return "; ".join([*shown, *([self.tr("và {count} người nữa").format(count=left)] if left else [])])

    def _when(self, invitation: Invitation) -> str:
        start, end = invitation.start, invitation.end
        if start is None:
            return self.tr("không ghi")
        if invitation.all_day:
            last = max(start, (end or start) - timedelta(days=1))
            days = dict.fromkeys((self._texts.day(start), self._texts.day(last)))
            return self.tr("cả ngày {days}").format(days=" – ".join(days))
        if end is None or end <= start:
            return self._texts.when(start)
        return f"{self._texts.when(start)} – {self._texts.when(end)}"

    def _kind(self, kind: InvitationKind) -> str:
        return {
            InvitationKind.REQUEST: self.tr("Thư mời họp"),
            InvitationKind.CANCEL: self.tr("Cuộc họp đã hủy"),
            InvitationKind.REPLY: self.tr("Trả lời thư mời"),
            InvitationKind.PUBLISH: self.tr("Lịch họp"),
            InvitationKind.ADD: self.tr("Thêm một buổi họp"),
            InvitationKind.COUNTER: self.tr("Đề nghị đổi giờ họp"),
            InvitationKind.DECLINECOUNTER: self.tr("Giữ nguyên giờ họp, không đổi như đề nghị"),
            InvitationKind.REFRESH: self.tr("Xin gửi lại thư mời"),
        }[kind]

    def _build(self) -> None:
        icon = QLabel(self)
        icon.setPixmap(theme.pixmap("waiting", theme.ACCENT, 18, self.devicePixelRatioF()))
        head = QHBoxLayout()
        head.setSpacing(theme.SPACE)
        head.addWidget(icon)
        head.addWidget(self._title, 1)
        row = QHBoxLayout()
        row.setContentsMargins(26, 2, 0, 0)
        for attendance, button in self.buttons.items():
            button.clicked.connect(partial(self.answered.emit, attendance))
            row.addWidget(button)
        row.addStretch(1)
        for label in (self._answer, self._lines):
            label.setContentsMargins(26, 0, 0, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 8, 12, 8)
        layout.setSpacing(3)
        layout.addLayout(head)
        layout.addLayout(row)  # before a list of guests that may be long
        layout.addWidget(self._answer)
        layout.addWidget(self._lines)
