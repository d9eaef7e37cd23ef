"""A letter as it is printed: its head, what was found about its signatures in words, its text, its files."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from datetime import datetime

from PySide6.QtCore import QByteArray, QObject, QUrl
from PySide6.QtGui import QImage, QTextDocument

from client.model.address import MailAddress
from client.model.message import MessageView
from client.model.text import printable
from client.model.verdict import SignatureVerdict, VerificationReport
from client.ui.empty_letter import EmptyLetter
from client.ui.fitted_pictures import FittedPictures
from client.ui.letter_head import full
from client.ui.texts import Texts

_STYLE = """
body { font-family: "Liberation Serif", "Times New Roman", serif; font-size: 11pt; color: #111; }
h1 { font-size: 15pt; } h2 { font-size: 11.5pt; } td { padding: 1px 8px 1px 0; } .name { color: #444; }
.small { font-size: 9pt; color: #444; }
"""
_MOST_REASONS = 6
_LONGEST = 2000


class SheetDocument(QTextDocument):
    """Has the pictures it is given and loads nothing else, from nowhere."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setUndoRedoEnabled(False)
        self.setDefaultStyleSheet(_STYLE)
        self.pictures = FittedPictures(self)

    def loadResource(self, type: int, name: QUrl | str) -> object:  # noqa: N802 - Qt's names
        """Qt: neither the network nor this computer's files are read."""
        if type == QTextDocument.ResourceType.ImageResource.value:
            text = name if isinstance(name, str) else name.toString()
            return self.pictures.image(text.removeprefix("cid:"))
        return QByteArray()


class LetterSheet(QObject):
    """Puts a letter on show into a document for the printer."""

    def __init__(self, texts: Texts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts = texts

    def document(
        self,
        view: MessageView,
        report: VerificationReport | None,
        pictures: Mapping[str, QImage],
        printed_at: datetime,
    ) -> SheetDocument:
        """``report`` None: the signatures have not been checked."""
        document = SheetDocument()
        for section, picture in pictures.items():
            document.pictures.add(section, picture)
        # What the sender wrote could imitate the sheet above it: where it begins is said.
        below = self.tr("NỘI DUNG DO NGƯỜI GỬI VIẾT – kết quả kiểm tra chỉ có ở phiếu phía trên")
        line = f'<hr><p class="small"><b>{_safe(below)}</b></p>'
        parts = (*self._head(view), *self._verdict(report), line, self._body(view), *self._files(view))
        document.setHtml(f"<body>{''.join(parts)}{self._foot(printed_at)}</body>")
        document.pictures.find()
        return document

    def _head(self, view: MessageView) -> Iterator[str]:
        envelope = view.envelope
        without = self.tr("(không có tiêu đề)")
        yield f"<h1>{_safe(envelope.subject.strip() or without)}</h1><table>"
        fields = (
            (self.tr("Từ"), _people(envelope.from_ or envelope.sender)),
            (self.tr("Đến"), _people(envelope.to)),
            (self.tr("Cc"), _people(envelope.cc)),
            (self.tr("Ngày"), self._texts.when(envelope.date)),
            ("Message-ID", envelope.message_id),
        )
        for name, value in fields:
            if value:
                yield f'<tr><td class="name">{_safe(name)}:</td><td>{_safe(value)}</td></tr>'
        yield "</table>"

    def _verdict(self, report: VerificationReport | None) -> Iterator[str]:
        title = self.tr("Phiếu kiểm tra chữ ký số")
        yield f"<h2>{_safe(title)}</h2>"
        if report is None:
            unchecked = self.tr("Chưa kiểm tra chữ ký số của thư này.")
            yield f"<p>{_safe(unchecked)}</p>"
            return
        yield f"<p><b>{_safe(self._texts.display(report.display))}</b></p>"
        leading = self._texts.leading(report)
        first = [leading] if leading is not None else []
        for text in dict.fromkeys([*first, *map(self._texts.reason, report.reasons)]):
            yield f"<p>{_safe(text.whole)}</p>"
        for verdict in report.signatures:
            yield from self._signature(verdict)
        if report.identity is not None and report.signatures:
            same = self.tr("Địa chỉ người gửi khớp chứng thư số.")
            other = self.tr("Địa chỉ người gửi KHÔNG khớp chứng thư số.")
            yield f"<p>{_safe(same if report.identity.matches else other)}</p>"

    def _signature(self, verdict: SignatureVerdict) -> Iterator[str]:
        signer = verdict.signer
        where = self.tr("cả thư") if verdict.where == "message" else verdict.where
        who = (signer.name, signer.organisation, signer.issuer) if signer is not None else ()
        times = (
            (self.tr("giờ ghi trong chữ ký: {when}"), verdict.claimed_time),
            (self.tr("dấu thời gian: {when}"), verdict.timestamp_time),
        )
        lines = [
            f"{self._texts.display(verdict.display)} – {where}",
            " · ".join(filter(None, who)) or self.tr("không rõ người ký"),
            " · ".join(words.format(when=self._texts.when(at)) for words, at in times if at is not None),
            *(one.whole for one in self._texts.verdict(verdict)[:_MOST_REASONS]),
        ]
        yield f"<p>{'<br>'.join(_safe(line) for line in lines if line)}</p>"

    def _body(self, view: MessageView) -> str:
        parts = []
        if view.signed_part is not None:
            inside = self.tr("PHẦN CÓ CHỮ KÝ:")
            outside = self.tr("NGOÀI CHỮ KÝ – không ai ký phần dưới đây:")
            parts.append(
                f"<p><b>{_safe(inside)}</b></p>{_words(view.signed_part.html, view.signed_part.text)}"
            )
            parts.append(f"<p><b>{_safe(outside)}</b></p>")
        parts.append(_words(view.html, view.text or EmptyLetter().words(view)))
        for one in view.attached:
            sender = _people(one.envelope.from_)
            title = self.tr("Thư đính kèm: {subject} – {sender}").format(
                subject=one.envelope.subject, sender=sender
            )
            parts.append(f"<hr><p><b>{_safe(title)}</b></p>{_words(one.html, one.text)}")
        return "".join(parts)

    def _files(self, view: MessageView) -> Iterator[str]:
        if view.attachments:
            title = self.tr("Tệp đính kèm")
            yield f"<hr><h2>{_safe(title)}</h2><p>"
            lines = (f"{one.name} ({self._texts.size(one.size)})" for one in view.attachments)
            yield "<br>".join(_safe(line) for line in lines) + "</p>"

    def _foot(self, printed_at: datetime) -> str:
        said = self.tr(
            "In từ Công Thư lúc {when}. Bản in không có giá trị thay chữ ký số: "
            "chữ ký chỉ kiểm tra được trên tệp gốc."
        )
        return f'<hr><p class="small">{_safe(said.format(when=self._texts.when(printed_at)))}</p>'


def _words(page: str, text: str) -> str:
    return page or f'<div style="white-space: pre-wrap">{html.escape(text)}</div>'


def _people(addresses: tuple[MailAddress, ...]) -> str:
    return "; ".join(map(full, addresses))


def _safe(text: str) -> str:
    return html.escape(printable(text[:_LONGEST]))
