"""What a judgement wants for trust's sake, lists or an authority, and the news of verdicts that changed."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from client.errors import ClientError
from client.model.event import Event, EventKind
from client.model.finding import Severity
from client.model.verdict import Display, Reason
from client.services.desk import MailDesk
from client.ui.notice_bar import NoticeBar
from client.ui.signing_center import SigningCenter
from client.ui.texts import Texts
from client.ui.verification_actions import Judged, Offer
from client.ui.workspace import Workspace

_LACKING = frozenset({Reason.REVOCATION_UNKNOWN, Reason.REVOCATION_STALE})
_WEIGHT = {Display.VALID: Severity.INFO, Display.INVALID: Severity.BLOCK}


class TrustWork(QWidget):
    """Two offers under the panel, and a line across the window when a waiting message has its verdict."""

    def __init__(
        self, desk: MailDesk, texts: Texts, workspace: Workspace, signing: SigningCenter, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._desk, self._texts, self._workspace, self._signing = desk, texts, workspace, signing
        self._news: dict[tuple[int, int], Event] = {}
        self._asked = False
        self.notice = NoticeBar(self)
        self.notice.pressed.connect(self._pressed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.notice)
        self.hide()
        actions = workspace.viewer.verification
        actions.offer(self._refresh_offer())
        actions.offer(self._import_offer())
        signing.trust_changed.connect(workspace.reader.verify)

    def take(self, event: Event) -> None:
        """An event of the engine or of the office."""
        if event.kind is EventKind.VERDICT:
            self._take_verdict(event)
        elif event.kind is EventKind.REVOCATION and event.code:
            if self._signing.trust is not None:
                self._signing.trust.revocation.load()
            if self._asked:
                self._take_answer(event)

    def refresh(self) -> None:
        """Fetch the revocation lists now, and say how it went."""
        try:
            self._desk.trust().refresh_revocation()
            states = self._desk.trust().revocation_data()
        except ClientError as error:
            words = self._texts.error(error)
            self._say(Severity.WARN, words.title, words.action)
            return
        self._asked = bool(states)
        if states:
            self._say(Severity.INFO, self.tr("Đang tải danh sách thu hồi…"))
        else:
            nothing = self.tr("Chưa có nguồn danh sách thu hồi nào: chính sách chưa nêu địa chỉ nào.")
            self._say(Severity.WARN, nothing)

    def _refresh_offer(self) -> Offer:
        return Offer(
            "refresh-revocation",
            self.tr("Thử tải lại danh sách thu hồi"),
            lambda one: _has(one, _LACKING),
            lambda _: self.refresh(),
            self.tr(
                "Tải lại danh sách thu hồi của tổ chức cấp chứng thư số; "
                "thư được kiểm tra lại khi có bản mới."
            ),
        )

    def _import_offer(self) -> Offer:
        return Offer(
            "import-anchor",
            self.tr("Nhập chứng thư số gốc…"),
            lambda one: _has(one, frozenset({Reason.UNTRUSTED_ISSUER})),
            lambda _: self._signing.show_trust(),
            self.tr("Chữ ký dựa vào tổ chức chứng thực chưa được tin cậy trên máy này."),
        )

    def _take_verdict(self, event: Event) -> None:
        place = (int(dict(event.params).get("mailbox", "0")), event.subject_id)
        if place == self._workspace.reader.current:
            self._workspace.reader.verify()
            return
        self._news.pop(place, None)
        self._news[place] = event
        self._show_news()

    def _take_answer(self, event: Event) -> None:
        self._asked = False
        if event.code == "failed":
            reason = dict(event.params).get("reason") or "service-unreachable"
            why = self._texts.text("detail", reason).title
            self._say(
                Severity.WARN,
                self.tr("Chưa tải được danh sách thu hồi: {why}").format(why=why),
                self.tr("Chương trình tự thử lại sau ít phút."),
            )
        elif event.code == "unchanged":
            self._say(Severity.INFO, self.tr("Danh sách thu hồi chưa có bản mới hơn."))
        else:
            self._workspace.reader.verify()
            self._show_news()

    def _show_news(self) -> None:
        if not self._news:
            self.notice.clear()
            self.hide()
            return
        event = list(self._news.values())[-1]
        params, now = dict(event.params), Display(event.code)
        words = self.tr("Kết quả kiểm tra chữ ký đã có: “{subject}” – {now} (trước đó: {before}).")
        line = words.format(
            subject=params.get("subject") or self.tr("(không có tiêu đề)"),
            now=self._texts.display(now),
            before=self._texts.display(Display(params.get("before", Display.UNKNOWN))),
        )
        more = len(self._news) - 1
        others = self.tr("Còn {count} thư khác có kết quả mới.").format(count=more) if more else ""
        self._say(_WEIGHT.get(now, Severity.WARN), line, others, self.tr("Xem thư"))

    def _say(self, weight: Severity, title: str, action: str = "", button: str = "") -> None:
        self.notice.show_notice(weight, title, action, button or self.tr("Đóng"))
        self.show()

    def _pressed(self) -> None:
        if self._news and self.notice.button.text() == self.tr("Xem thư"):
            (mailbox_id, row_id), _ = self._news.popitem()
            self._workspace.tree.choose(mailbox_id)
            self._workspace.list.choose(row_id)
        self._show_news()


def _has(judged: Judged, reasons: frozenset[Reason]) -> bool:
    return any(reasons & set(one.reasons) for one in judged.report.signatures)
