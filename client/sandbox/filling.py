"""Puts the sample letters into the mailboxes at the first start."""

from __future__ import annotations

from email.utils import parseaddr
from pathlib import Path

from client.sandbox.composing import Composed, Composer
from client.sandbox.letters import Letter, load_letters
from client.sandbox.maildir import MaildirFolder
from client.sandbox.people import Cast
from client.sandbox.pki import DemoPki
from client.sandbox.signatures import StorySigner

Manifest = list[dict[str, str | list[str]]]


def fill_mailboxes(mail: Path, cast: Cast, pki: DemoPki) -> Manifest:
    """File the letters; hand back what was filed: id, Message-ID, mailboxes and expected verdict."""
    composer = Composer(cast, StorySigner(pki, cast.key_password), pki.born)
    cabinet = _Cabinet(mail, cast)
    manifest: Manifest = []
    for letter in load_letters():
        composed = composer.compose(letter)
        boxes = cabinet.file(composed)
        manifest.append(
            {
                "id": letter.letter_id,
                "message_id": composed.message_id,
                "boxes": boxes,
                "expect": letter.expected.value,
                "reasons": list(letter.reasons),
            }
        )
    return manifest


class _Cabinet:
    """The maildirs by their path, opened once."""

    def __init__(self, mail: Path, cast: Cast) -> None:
        self._mail = mail
        self._cast = cast
        self._folders: dict[str, MaildirFolder] = {}

    def file(self, composed: Composed) -> list[str]:
        letter = composed.letter
        boxes = list(letter.boxes) or self._residents(letter)
        sender = parseaddr(letter.sender)[1]
        trace = (
            f"Return-Path: <{self._cast.address(sender)}>\r\n"
            f"Received: from localhost by mail.{self._cast.domain};\r\n"
            f"\t{composed.moment:%d %b %Y %H:%M:%S %z}\r\n"
        ).encode("ascii")
        for person_id in boxes:
            self._folder(person_id).add(trace + composed.raw, composed.moment, letter.flags)
        if self._cast.person(letter.sender) is not None:
            self._folder(f"{letter.sender}/.Sent").add(composed.raw, composed.moment, "S")
        return boxes

    def _residents(self, letter: Letter) -> list[str]:
        return [one for one in (*letter.to, *letter.cc) if self._cast.person(one) is not None]

    def _folder(self, name: str) -> MaildirFolder:
        if name not in self._folders:
            self._folders[name] = MaildirFolder(self._mail / name)
        return self._folders[name]
