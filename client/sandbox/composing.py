"""Turns a `Letter` into the bytes of a message, with the product's own builder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, timezone
from email.utils import parseaddr
from pathlib import Path

from client.config.paths import resources_dir
from client.mime import builder
from client.mime.writing import base64_lines
from client.model.address import MailAddress
from client.model.outgoing import Draft, DraftAttachment
from client.sandbox import flaws
from client.sandbox.letters import Letter, LetterAttachment
from client.sandbox.people import Cast
from client.sandbox.signatures import StorySigner

VIET_NAM = timezone(timedelta(hours=7))
_MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".dat": "application/ms-tnef",
}


@dataclass(frozen=True, slots=True)
class Composed:
    """A finished letter."""

    letter: Letter
    message_id: str
    moment: datetime
    raw: bytes


class Composer:
    """Makes messages in the order of their story, so that answers find what they answer."""

    def __init__(self, cast: Cast, signer: StorySigner, born: datetime) -> None:
        self._cast = cast
        self._signer = signer
        self._today = born.astimezone(VIET_NAM).date()
        self._born = born
        self._references: dict[str, tuple[str, ...]] = {}

    def compose(self, letter: Letter) -> Composed:
        """The message as it would have been sent and received."""
        moment = self._moment(letter)
        draft = self._draft(letter, moment)
        self._references[letter.letter_id] = (*draft.references, draft.message_id)
        headers = builder.build_headers(draft, moment)
        content = self._content(letter, draft, moment)
        if letter.flaw == "two-from":
            headers = flaws.two_from(headers)
        return Composed(letter, draft.message_id, moment, builder.assemble(headers, content))

    def _moment(self, letter: Letter) -> datetime:
        day = self._today - timedelta(days=letter.days_ago)
        told = datetime.combine(day, time.fromisoformat(letter.time), VIET_NAM)
        # A letter of this afternoon must not come from the future when the city starts in the morning.
        return min(told, self._born.astimezone(VIET_NAM) - timedelta(minutes=5))

    def _draft(self, letter: Letter, moment: datetime) -> Draft:
        references = self._references.get(letter.reply_to, ())
        return Draft(
            draft_id=letter.letter_id,
            account_id="demo",
            message_id=f"<{letter.letter_id}.{self._born:%Y%m%d%H%M%S}@{self._cast.domain}>",
            sender=self._address(letter.sender),
            to=tuple(self._address(one) for one in letter.to),
            cc=tuple(self._address(one) for one in letter.cc),
            subject=letter.subject,
            body=letter.body + self._sender_block(letter.sender),
            attachments=tuple(self._attachment(one, moment) for one in letter.attachments),
            in_reply_to=references[-1] if references else "",
            references=references,
            urgent=letter.urgent,
        )

    def _address(self, who: str) -> MailAddress:
        name, address = parseaddr(who)
        if "@" in address:
            return MailAddress(address, name)
        person = self._cast.person(who)
        return MailAddress(self._cast.address(who), person.name if person else "")

    def _sender_block(self, who: str) -> str:
        person = self._cast.person(who)
        if person is None:
            return ""
        return f"\n--\n{person.name}\n{person.title}, {person.unit}\nĐiện thoại: {person.phone}\n"

    def _attachment(self, one: LetterAttachment, moment: datetime) -> DraftAttachment:
        folder = resources_dir() / "demo" / "documents"
        content = (folder / one.document).read_bytes() if one.document else one.text.encode("utf-8")
        for number, label in enumerate(one.sign):
            signed_at = moment - timedelta(hours=2) + timedelta(minutes=20 * number)
            content = self._signer.document(content, label, signed_at, stamped=one.stamped)
        if one.flaw == "overlay":
            content = flaws.overlay(content)
        elif one.flaw == "flip":
            content = flaws.flip(content)
        elif one.flaw == "winmail":
            content = flaws.winmail(one.text, "Bảng tổng hợp góp ý.txt", one.text.encode("utf-8"))
        media_type = _MEDIA_TYPES.get(Path(one.name).suffix, "application/octet-stream")
        return DraftAttachment(one.name, media_type, content)

    def _content(self, letter: Letter, draft: Draft, moment: datetime) -> bytes:
        content = self._signed(letter, draft, moment)
        return self._signer.seal(content, letter.sealed_for) if letter.sealed_for else content

    def _signed(self, letter: Letter, draft: Draft, moment: datetime) -> bytes:
        entity = self._entity(letter, draft)
        if not letter.key:
            return entity
        signature = self._signer.mail(entity, letter.key, moment)
        if letter.flaw == "altered-in-transit":
            entity = builder.build_entity(replace(draft, body=draft.body.replace("27/11", "07/12")))
        signed = builder.assemble_signed(b"", entity, signature)
        if letter.flaw == "partly-signed":
            return flaws.partly_signed(signed, letter.body)
        return signed

    def _entity(self, letter: Letter, draft: Draft) -> bytes:
        if letter.flaw == "tcvn3":
            return flaws.tcvn3_entity(draft.body)
        if letter.flaw == "partly-signed":
            return builder.build_entity(
                replace(draft, body="Nội dung đã ký: đề nghị xem văn bản kèm theo.\n")
            )
        if letter.html:
            return _with_html(draft.body, letter.html)
        return builder.build_entity(draft)


def _with_html(text: str, html: str) -> bytes:
    boundary = "=_hai-dang"
    parts = [("plain", text), ("html", f"<html><body>\n{html}\n</body></html>\n")]
    body = b"".join(
        f"--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n".encode("ascii")
        + base64_lines(content.replace("\n", "\r\n").encode("utf-8"))
        + b"\r\n"
        for kind, content in parts
    )
    head = f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
    return head.encode("ascii") + body + f"--{boundary}--\r\n".encode("ascii")
