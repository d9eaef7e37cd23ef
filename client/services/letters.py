"""Encrypted letters opened: decrypt, then verify. Runs in the workshop that holds keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache

from client.crypto.enveloped import OpenedEnvelope, open_envelope
from client.crypto.mail_layers import find_envelope, shown_entity
from client.crypto.smime import verify_message
from client.errors import MalformedMessage, MessageNotOpened
from client.mime.parser import parse_message
from client.mime.view import attachment_content
from client.model.message import MessageView
from client.model.verdict import Coverage, Indication, VerificationReport
from client.services.key_room import key_room
from client.services.letters_desk import OpenedLetter
from client.services.requests import KeyUse, TrustSources
from client.services.safe_view import safe_view
from client.services.trust_files import read_demand


class _Desktop:
    """The one letter that lies open in this process."""

    def __init__(self) -> None:
        self.content = b""


@cache
def _desktop() -> _Desktop:
    """The one of this process."""
    return _Desktop()


def unseal(raw: bytes, use: KeyUse) -> OpenedEnvelope:
    """Open the encrypted layer of a message; raises `MessageNotOpened` and what the key's opening raises."""
    envelope = find_envelope(raw)
    if not envelope:
        raise MessageNotOpened(reason="not-encrypted")
    return open_sealed(envelope, use)


def open_sealed(envelope: bytes, use: KeyUse) -> OpenedEnvelope:
    """The same for the CMS itself."""
    with key_room().lend(use) as key:
        opened = open_envelope(envelope, key)
    if not parse_message(opened.content).headers:
        # What a wrong key made of the bytes, with a padding that fitted by chance: no MIME entity.
        raise MessageNotOpened(reason="damaged")
    return opened


def open_letter(raw: bytes, use: KeyUse, sources: TrustSources, at: datetime) -> OpenedLetter:
    """See `client.services.letters_desk.LettersDesk.open`."""
    close_letter()
    opened = unseal(raw, use)
    report = verify_message(raw, read_demand(sources, at), opened=opened)
    content = shown_entity(raw, opened)
    view = safe_view(raw, content)
    if view.frozen:
        # The names of files and signers are words of the letter as well.
        report = replace(report, signatures=(), identity=None)
    else:
        _desktop().content = content
    return OpenedLetter(replace(_harmless(view, report), encryption=opened.encryption), report)


def letter_attachment(section: str) -> bytes:
    """See `client.services.letters_desk.LettersDesk.attachment`."""
    held = _desktop().content
    content = attachment_content(held, section) if held else None
    if content is None:
        raise MalformedMessage(reason="no-such-part")
    return content


def close_letter() -> None:
    """See `client.services.letters_desk.LettersDesk.close`."""
    _desktop().content = b""


def _harmless(view: MessageView, report: VerificationReport) -> MessageView:
    """Words alone where somebody may have built HTML around them.

    With a cipher that notices no changes, blocks of known text let a forger put a link or a form around
    what is secret (EFAIL, the CBC gadgets). Nothing is fetched anyway; text without links cannot even
    be clicked away.
    """
    sealed = report.encryption is not None and report.encryption.authenticated
    signed = report.coverage is Coverage.WHOLE and report.indication is Indication.TOTAL_PASSED
    if sealed or signed:
        return view
    part = view.signed_part
    return replace(
        view,
        html="",
        signed_part=replace(part, html="") if part is not None else None,
        attachments=tuple(replace(one, drawn=False) for one in view.attachments),
        attached=tuple(replace(one, html="", pictures=()) for one in view.attached),
    )
