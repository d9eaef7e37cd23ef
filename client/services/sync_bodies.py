"""Whole messages: fetched, on the disk before the row points to them, and indexed."""

from __future__ import annotations

from collections.abc import Sequence

from client.errors import ClientError, MalformedMessage
from client.model.event import Event, EventKind
from client.net.session import ImapSession
from client.services.indexing import read_message
from client.services.sync import SyncWork
from client.services.sync_rows import looks_attached
from client.store.messages import MessageStore
from client.store.objects import ObjectStore
from client.store.search import IndexedText


def fetch_bodies(work: SyncWork, objects: ObjectStore, rows: Sequence[tuple[int, int]]) -> int:
    """Read the raw messages of ``rows`` (row number, UID) of the selected mailbox; answers how many came."""
    fetched = 0
    for row_id, uid in rows:
        if work.stop():
            break
        try:
            fetch_body(work.session, work.store, objects, row_id, uid)
        except MalformedMessage:
            continue  # expunged meanwhile: the next run removes the row
        fetched += 1
        work.notify(Event(EventKind.BODY, work.account_id, row_id))
    return fetched


def fetch_body(session: ImapSession, store: MessageStore, objects: ObjectStore, row_id: int, uid: int) -> str:
    """Read one raw message; the file is on the disk before the row points to it. Answers its path."""
    raw = session.fetch_body(uid)
    path = objects.put(raw)
    store.set_body(row_id, path, has_attachment=looks_attached(raw), text=read_message(raw))
    return path


def index_bodies(work: SyncWork, objects: ObjectStore, mailbox_id: int, limit: int) -> None:
    """Index what older versions of the program fetched without indexing it."""
    for row_id, path in work.store.without_text(mailbox_id, limit):
        if work.stop():
            return
        try:
            text = read_message(objects.get(path))
        except ClientError:
            text = IndexedText()  # a lost or damaged file: it is fetched anew when somebody opens it
        work.store.set_text(row_id, text)
