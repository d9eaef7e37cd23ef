"""The server in memory of `tests.fakes.imap`, spoken to in IMAP, with the ways of real servers."""

from __future__ import annotations

import base64
import contextlib
import re
import threading
from bisect import bisect_left
from collections.abc import Callable, Iterator

from client.net import fetch
from tests.fakes.imap import FakeImapServer, FakeMailbox, meets
from tests.fakes.imap_profiles import Profile
from tests.fakes.scripted import Link

_WORD = re.compile(
    rb'"((?:[^"\\]|\\.)*)"|(\([^()]*(?:\([^()]*\)[^()]*)*\))|([^\s()"]+(?:\[[^\]]*\](?:<[\d.]+>)?)?)'
)
_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\Z")
Send = Callable[[bytes], None]


class Ended(Exception):
    """The conversation is over."""


class Conversation:
    """One connection; ``send`` may tamper with what is sent."""

    def __init__(
        self, server: FakeImapServer, profile: Profile, link: Link, send: Send | None = None
    ) -> None:
        self.server, self.profile, self.link = server, profile, link
        self._send = send or link.send
        self._name = b""
        self._uids: list[int] = []
        self._changes = 0
        self._in = False
        self._qresync = False

    def run(self) -> None:
        """Talk until the client leaves."""
        self._send(self.profile.greeting.encode() + b"\r\n")
        try:
            while True:
                tag, words = self._command()
                for noise in self.profile.noise if self._in and words[0] != b"IDLE" else ():
                    self._send(noise)
                self._answer(tag, words)
        except (Ended, EOFError):
            return

    def _command(self) -> tuple[bytes, list[bytes]]:
        text, words = b"", list[bytes]()
        line = self.link.line()
        while match := _LITERAL.search(line):
            words += _split(text + line[: match.start()])
            if not match[2]:
                self._send(b"+ go on\r\n")
            words.append(self.link.exactly(int(match[1])))
            text, line = b"", self.link.line()
        words += _split(line)
        return words[0], words[1:]

    def _answer(self, tag: bytes, words: list[bytes]) -> None:
        verb = words[0].upper()
        if verb == b"UID":
            verb, words = b"UID_" + words[1].upper(), words[1:]
        handler = getattr(self, f"_do_{verb.decode().lower()}", None)
        if handler is None:
            self._send(tag + b" BAD Command Error. 10\r\n")
            return
        done = handler(*words[1:]) or b"OK done"
        if self.profile.lower_case and self._in and done == b"OK done":
            done = done.lower()
        self._send(tag + b" " + done + b"\r\n")

    # -- before the login

    def _do_capability(self) -> None:
        told = self.profile.after_login if self._in else self.profile.before_login
        self._send(f"* CAPABILITY IMAP4rev1 {told}\r\n".encode())

    def _do_authenticate(self, _mechanism: bytes, initial: bytes = b"") -> bytes:
        if not initial:
            self._send(b"+ \r\n")
            initial = self.link.line()
        self._in = base64.b64decode(initial).endswith(b"\0pw")
        return b"OK in" if self._in else b"NO [AUTHENTICATIONFAILED] wrong"

    def _do_login(self, _user: bytes, password: bytes) -> bytes:
        self._in = password == b"pw"
        return b"OK in" if self._in else b"NO wrong"

    def _do_id(self, *_: bytes) -> None:
        self._send(f"* ID {self.profile.identity}\r\n".encode())

    def _do_enable(self, *names: bytes) -> None:
        self._qresync = b"QRESYNC" in names
        self._send(b"* ENABLED " + b" ".join(names) + b"\r\n")

    def _do_noop(self) -> None:
        self._tell_new()

    def _do_logout(self) -> bytes:
        self._send(b"* BYE bye\r\n")
        return b"OK bye"

    # -- mailboxes

    def _do_list(self, _reference: bytes, _pattern: bytes, *more: bytes) -> None:
        for name, box in self.server.mailboxes.items():
            role = (
                f"\\{box.special_use.value.title()}".encode()
                if self.profile.special_use and name != b"INBOX"
                else b""
            )
            self._send(
                b'* LIST (\\HasNoChildren %s) "/" %s\r\n' % (role if box.special_use else b"", _quoted(name))
            )
            if more:
                self._send_status(name, box)

    def _do_xlist(self, _reference: bytes, _pattern: bytes) -> None:
        for name, box in self.server.mailboxes.items():
            role = f"\\{box.special_use.value.title()}".encode() if box.special_use else b""
            self._send(b'* XLIST (\\HasNoChildren %s) "/" %s\r\n' % (role, _quoted(name)))

    def _do_status(self, name: bytes, _items: bytes) -> bytes:
        if name not in self.server.mailboxes:
            return b"NO [NONEXISTENT] no such mailbox"
        self._send_status(name, self.server.mailboxes[name])
        return b""

    def _send_status(self, name: bytes, box: FakeMailbox) -> None:
        unseen = sum("\\Seen" not in one.flags for one in list(box.messages.values()))
        modseq = b" HIGHESTMODSEQ %d" % box.highestmodseq if self._has("CONDSTORE") else b""
        self._send(
            b"* STATUS %s (MESSAGES %d UIDNEXT %d UIDVALIDITY %d UNSEEN %d%s)\r\n"
            % (_quoted(name), len(box.messages), box.uidnext, box.uidvalidity, unseen, modseq)
        )

    def _do_create(self, name: bytes, *_use: bytes) -> bytes:
        if name in self.server.mailboxes:
            return b"NO [ALREADYEXISTS] there is one"
        self.server.mailboxes[name] = FakeMailbox()
        return b""

    def _do_select(self, name: bytes, parameters: bytes = b"") -> bytes:
        if self._name and self._qresync:
            self._send(b"* OK [CLOSED] Previous mailbox closed.\r\n")
        self._name = b""
        if name not in self.server.mailboxes:
            return b"NO [NONEXISTENT] no such mailbox"
        self._name = name
        box = self._box()
        self._uids = sorted(box.messages)
        self._send(b"* %d EXISTS\r\n* 0 RECENT\r\n" % len(self._uids))
        self._send(b"* OK [UIDVALIDITY %d] UIDs valid\r\n" % box.uidvalidity)
        if self.profile.tells_uidnext:
            self._send(b"* OK [UIDNEXT %d] Predicted next UID\r\n" % box.uidnext)
        if self._has("CONDSTORE"):
            self._send(b"* OK [HIGHESTMODSEQ %d] Highest\r\n" % box.highestmodseq)
        numbers = [int(number) for number in re.findall(rb"\d+", parameters)]
        if b"QRESYNC" in parameters.upper() and numbers[0] == box.uidvalidity:
            gone = [uid for uid in range(1, box.uidnext) if uid not in box.messages]
            if gone and not box.forgetful:
                self._send(b"* VANISHED (EARLIER) " + b",".join(fetch.compress_uids(gone)) + b"\r\n")
            for uid in [uid for uid in self._uids if box.messages[uid].modseq > numbers[1]]:
                self._send_flags(uid, modseq=True)
        return b"OK [READ-WRITE] selected"

    # -- messages

    def _do_uid_fetch(self, uids: bytes, items: bytes, modifier: bytes = b"") -> bytes:
        since = int((re.findall(rb"CHANGEDSINCE (\d+)", modifier) or [b"0"])[0])
        part = re.search(rb"BODY\.PEEK\[\](?:<(\d+)\.(\d+)>)?", items)
        for uid in self._named(uids):
            one = self._box().messages.get(uid)
            if one is None or one.modseq <= since:
                continue
            if b"HEADER.FIELDS" in items:
                self._send_header(uid)
            elif part is not None:
                self._send_body(uid, part)
            else:
                self._send_flags(uid, modseq=bool(since))
        return b""

    def _send_header(self, uid: int) -> None:
        one = self._box().messages[uid]
        header = one.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        flags, date = " ".join(sorted(one.flags)).encode(), fetch.write_internal_date(one.when)
        literal = b"BODY[HEADER.FIELDS (%s)] {%d}\r\n%s" % (fetch.HEADER_FIELDS, len(header), header)
        size = len(one.raw) + self.profile.size_error
        line = b"* %d FETCH (UID %d FLAGS (%s) INTERNALDATE %s RFC822.SIZE %d %s)\r\n"
        values: tuple[object, ...] = (self._number(uid), uid, flags, date, size, literal)
        if self.profile.mixed_items:
            line = b"* %d FETCH (%s RFC822.SIZE %d X-GUID NIL INTERNALDATE %s  FLAGS (%s) UID %d)\r\n"
            values = (self._number(uid), literal, size, date, flags, uid)
        self._send(line % values)

    def _send_body(self, uid: int, part: re.Match[bytes]) -> None:
        raw, place = self._box().messages[uid].raw, b""
        if part[1] is not None:
            start, length = int(part[1]), int(part[2])
            raw = b"" if self.profile.empty_parts else raw[start : start + length]
            place = b"<%d>" % start
        content = b"{%d}\r\n%s" % (len(raw), raw) if raw else b"NIL"
        self._send(b"* %d FETCH (UID %d BODY[]%s %s)\r\n" % (self._number(uid), uid, place, content))

    def _send_flags(self, uid: int, *, modseq: bool) -> None:
        one = self._box().messages[uid]
        more = b" MODSEQ (%d)" % one.modseq if modseq else b""
        flags = " ".join(sorted(one.flags)).encode()
        self._send(b"* %d FETCH (UID %d FLAGS (%s)%s)\r\n" % (self._number(uid), uid, flags, more))

    def _do_uid_search(self, key: bytes, *rest: bytes) -> bytes:
        if key.upper() == b"UID":
            there = self._box().messages
            found = [
                uid for uid in self._named(rest[0]) if uid in there and meets(there[uid], *rest[1:] or (b"",))
            ]
        else:
            # RFC 9051 section 6.4.4: field names in any case.
            wanted = b"\r\n" + rest[0].lower() + b": " + rest[-1].lower() + b"\r\n"
            heads = {uid: one.raw.partition(b"\r\n\r\n")[0] for uid, one in self._box().messages.items()}
            lost = self.profile.unsearched and rest[0].upper() != b"MESSAGE-ID"
            found = [uid for uid, head in heads.items() if wanted in b"\r\n" + head.lower() + b"\r\n"]
            found = [] if lost else found
        self._send(b"* SEARCH" + b"".join(b" %d" % uid for uid in found) + b"\r\n")
        return b""

    def _do_uid_store(self, uids: bytes, verb: bytes, flags: bytes) -> bytes:
        if self._refuses():
            return b"NO mailbox selected READ-ONLY"
        names = set(flags.strip(b"()").decode().split())
        for uid in self._named(uids):
            if uid in self._box().messages:
                one = self._box().messages[uid]
                one.flags = one.flags | names if verb.startswith(b"+") else one.flags - names
                self._box().touch(uid)
        return b""

    def _do_uid_copy(self, uids: bytes, target: bytes) -> bytes:
        if target not in self.server.mailboxes:
            return b"NO [TRYCREATE] no such mailbox"
        box, moved = self.server.mailboxes[target], dict[int, int]()
        for uid in self._named(uids):
            if uid in self._box().messages:
                one = self._box().messages[uid]
                moved[uid] = box.add(one.raw, *one.flags, when=one.when)
        old, new = (b",".join(b"%d" % one for one in side) for side in (moved.keys(), moved.values()))
        return b"OK [COPYUID %d %s %s] done" % (box.uidvalidity, old, new) if moved else b"OK nothing"

    def _do_uid_move(self, uids: bytes, target: bytes) -> bytes:
        told = self._do_uid_copy(uids, target)
        if told.startswith(b"OK"):
            if b"COPYUID" in told:
                self._send(b"* " + told + b"\r\n")
            for uid in self._named(uids):
                self._drop(uid)
            return b""
        return told

    def _do_uid_expunge(self, uids: bytes) -> bytes:
        if self._refuses():
            return b"NO mailbox selected READ-ONLY"
        for uid in self._named(uids):
            if uid in self._box().messages and "\\Deleted" in self._box().messages[uid].flags:
                self._drop(uid)
        return b""

    def _do_append(self, name: bytes, flags: bytes, when: bytes, raw: bytes) -> bytes:
        box = self.server.mailboxes[name]
        uid = box.add(raw, *flags.strip(b"()").decode().split(), when=fetch.read_internal_date(when))
        return b"OK [APPENDUID %d %d] done" % (box.uidvalidity, uid)

    def _do_idle(self) -> bytes:
        self._send(b"+ idling\r\n")
        ended = threading.Event()

        def wait_for_done() -> None:
            with contextlib.suppress(EOFError, OSError, ValueError):
                self.link.line()
            ended.set()

        listener = threading.Thread(target=wait_for_done, daemon=True)
        listener.start()
        while not ended.wait(0.01):
            self._tell_new()
        listener.join()
        return b"OK idle over"

    # -- the rest

    def _tell_new(self) -> None:
        there = len(self._box().messages) if self._name else 0
        if self._name and there != len(self._uids):
            self._uids = sorted(self._box().messages)
            self._send(b"* %d EXISTS\r\n" % there)

    def _drop(self, uid: int) -> None:
        number = self._number(uid)
        self._box().messages.pop(uid, None)
        if uid in self._uids:
            self._uids.remove(uid)
            gone = b"* VANISHED %d\r\n" % uid if self._qresync else b"* %d EXPUNGE\r\n" % number
            self._send(gone)

    def _named(self, uids: bytes) -> Iterator[int]:
        there = sorted(self._box().messages)
        for part in uids.split(b","):
            low, colon, high = part.partition(b":")
            ends = [
                there[-1] if end == b"*" and there else int(end.replace(b"*", b"0"))
                for end in (low, high or low)
            ]
            if colon:
                yield from [uid for uid in there if min(ends) <= uid <= max(ends)]
            elif ends[0]:
                yield ends[0]

    def _number(self, uid: int) -> int:
        at = bisect_left(self._uids, uid)
        return at + 1 if at < len(self._uids) and self._uids[at] == uid else len(self._uids) + 1

    def _refuses(self) -> bool:
        self._changes += 1
        return self.profile.read_only_now_and_then and self._changes % 2 == 1

    def _box(self) -> FakeMailbox:
        return self.server.mailboxes[self._name]

    def _has(self, capability: str) -> bool:
        return capability in self.profile.after_login.split()


def _split(line: bytes) -> list[bytes]:
    return [
        re.sub(rb"\\(.)", rb"\1", match[1]) if match[1] is not None else match[2] or match[3]
        for match in _WORD.finditer(line)
    ]


def _quoted(name: bytes) -> bytes:
    return b'"' + name.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
