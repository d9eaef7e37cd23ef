"""What mailboxes are called and what they are for: LIST lines, modified UTF-7, special uses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from imapclient.imap_utf7 import decode as decode_utf7
from imapclient.imap_utf7 import encode as encode_utf7

from client.model.mailbox import RemoteMailbox, SpecialUse

_LIST = re.compile(rb'\* X?LIST \(([^)]*)\) (?:NIL|"(?:\\.|[^"\\])*"|[^ "]+) (.*)', re.IGNORECASE | re.DOTALL)
_QUOTED = re.compile(rb'"((?:\\.|[^"\\])*)"')
_BY_ATTRIBUTE = {
    # RFC 6154, and beside it the names XLIST used before there was an RFC (Zimbra).
    "\\inbox": SpecialUse.INBOX,
    "\\sent": SpecialUse.SENT,
    "\\drafts": SpecialUse.DRAFTS,
    "\\trash": SpecialUse.TRASH,
    "\\junk": SpecialUse.JUNK,
    "\\spam": SpecialUse.JUNK,
    "\\archive": SpecialUse.ARCHIVE,
    "\\all": SpecialUse.ARCHIVE,
    "\\allmail": SpecialUse.ARCHIVE,
}
_BY_NAME = {
    SpecialUse.SENT: (
        "sent",
        "sent items",
        "sent messages",
        "sent mail",
        "thu da gui",
        "da gui",
        "muc da gui",
    ),
    SpecialUse.DRAFTS: ("drafts", "draft", "thu nhap", "ban nhap", "nhap"),
    SpecialUse.TRASH: (
        "trash",
        "deleted items",
        "deleted messages",
        "deleted",
        "thung rac",
        "muc da xoa",
        "da xoa",
    ),
    SpecialUse.JUNK: ("junk", "junk e-mail", "junk email", "junk mail", "spam", "bulk mail", "thu rac"),
    SpecialUse.ARCHIVE: ("archive", "archives", "luu tru", "thu luu tru"),
}
_NAME_TO_USE = {name: use for use, names in _BY_NAME.items() for name in names}


def parse_list(pieces: list[bytes]) -> RemoteMailbox | None:
    """The mailbox in one LIST or XLIST response; None for another or a broken response."""
    match = _LIST.match(pieces[0])
    if match is None:
        return None
    attributes = {flag.decode("ascii", "replace").lower() for flag in match[1].split()}
    raw = pieces[1] if len(pieces) > 1 else unquoted(match[2].rstrip(b"\r\n"))
    if not raw or any(byte in raw for byte in b"\0\r\n"):
        return None
    use = next((_BY_ATTRIBUTE[name] for name in sorted(attributes) if name in _BY_ATTRIBUTE), SpecialUse.NONE)
    if raw.upper() == b"INBOX":
        use = SpecialUse.INBOX
    return RemoteMailbox(raw, decode_name(raw), use, not attributes & {"\\noselect", "\\nonexistent"})


def assign_uses(mailboxes: Iterable[RemoteMailbox]) -> tuple[RemoteMailbox, ...]:
    """Give the roles that the server did not tell to mailboxes with a well-known name; each role once."""
    found = list(mailboxes)
    taken = {mailbox.special_use for mailbox in found} - {SpecialUse.NONE}
    for index, mailbox in enumerate(found):
        use = _NAME_TO_USE.get(_folded(_last_part(mailbox.name)), SpecialUse.NONE)
        if mailbox.special_use is SpecialUse.NONE and mailbox.selectable and use and use not in taken:
            found[index] = replace(mailbox, special_use=use)
            taken.add(use)
    return tuple(found)


def decode_name(raw: bytes) -> str:
    """A mailbox name for people: UTF-8, else modified UTF-7 (RFC 3501 section 5.1.3), else Latin-1; NFC."""
    if any(byte > 127 for byte in raw):
        try:
            return unicodedata.normalize("NFC", raw.decode("utf-8"))
        except UnicodeDecodeError:
            return raw.decode("latin-1")
    try:
        return unicodedata.normalize("NFC", str(decode_utf7(raw)))
    except (UnicodeError, ValueError, IndexError):
        return raw.decode("latin-1")


def encode_name(name: str) -> bytes:
    """The raw name to create a mailbox with: NFC in modified UTF-7."""
    return bytes(encode_utf7(unicodedata.normalize("NFC", name)))


def unquoted(text: bytes) -> bytes:
    """The content of an atom or quoted string; ``b""`` for one whose quotes are not closed."""
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        return re.sub(rb"\\(.)", rb"\1", quoted[1])
    return b"" if text.startswith(b'"') else text


def _last_part(name: str) -> str:
    """``INBOX.Sent`` and ``[Gmail]/Sent`` are known by their last part."""
    return re.split(r"[/.]", name)[-1]


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return "".join(char for char in plain if not unicodedata.combining(char)).strip()
