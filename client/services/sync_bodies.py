"""Whole messages: fetched, on the disk before the row points to them, and indexed.

A large one comes in pieces that are kept, so that a broken link costs only the piece on its way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from client.errors import Cancelled, ClientError, MalformedMessage, StoreCorrupt
from client.model.event import Event, EventKind
from client.net.session import ImapSession
from client.services.indexing import read_message
from client.services.sync import SyncWork
from client.services.sync_rows import looks_attached
from client.store.messages import MessageStore
from client.store.objects import ObjectStore
from client.store.partial import PartialBody
from client.store.rows import Location
from client.store.search import IndexedText

IN_PIECES_FROM = 1024 * 1024
"""Octets; a smaller message comes in one go."""
_PIECE, _LARGEST_PIECE = 128 * 1024, 1024 * 1024
_OVERLAP = 4096


def _never() -> bool:
    return False


def _nobody(_done: int, _total: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class BodyWork:
    """Where messages come from and go to."""

    session: ImapSession
    store: MessageStore
    objects: ObjectStore
    stop: Callable[[], bool] = _never
    progress: Callable[[int, int], None] = _nobody
    """Told how many octets of how many are here."""


def fetch_bodies(work: SyncWork, objects: ObjectStore, rows: Sequence[tuple[int, int]]) -> int:
    """Read the raw messages of ``rows`` (row number, UID) of the selected mailbox; answers how many came."""
    fetched = 0
    bodies = BodyWork(work.session, work.store, objects, work.stop)
    for row_id, _ in rows:
        if work.stop():
            break
        place = work.store.locate(row_id)
        if place is None:
            continue
        try:
            fetch_body(bodies, place)
        except MalformedMessage:
            continue  # expunged meanwhile: the next run removes the row
        except Cancelled:
            break
        fetched += 1
        work.notify(Event(EventKind.BODY, work.account_id, row_id))
    return fetched


def fetch_body(work: BodyWork, place: Location) -> str:
    """Read one raw message of the selected mailbox; the file is on the disk before the row points to it.

    Answers its path. Raises `Cancelled` when ``work.stop`` says so; what has come by then is kept.
    """
    in_pieces = place.size >= IN_PIECES_FROM and work.session.quirks.partial_fetch
    raw = (_in_pieces(work, place) if in_pieces else b"") or work.session.fetch_body(place.uid)
    path = work.objects.put(raw)
    work.store.set_body(place.row_id, path, has_attachment=looks_attached(raw), text=read_message(raw))
    work.objects.partial(place.mailbox_id, place.uidvalidity, place.uid).discard()
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


def _in_pieces(work: BodyWork, place: Location) -> bytes:
    """The message piece by piece; nothing where the server's pieces do not make up what it announced."""
    here = work.objects.partial(place.mailbox_id, place.uidvalidity, place.uid)
    _check_end(work, place, here)
    wanted = _PIECE
    while not _ends(work, place, here, wanted):
        work.progress(here.size(), place.size)
        if work.stop():
            raise Cancelled
        wanted = min(wanted * 2, _LARGEST_PIECE)
    if here.size() == place.size or not (here.size() == 0 or work.session.quirks.exact_size):
        return here.content()
    here.discard()
    return b""


def _check_end(work: BodyWork, place: Location, here: PartialBody) -> None:
    """Go on only where the server still has the very octets: some make messages up anew each time."""
    size = here.size()
    start = max(0, size - _OVERLAP)
    try:
        known = here.content()[start:] if size else b""
    except StoreCorrupt:
        here.discard()  # an encrypted piece was tampered with
        return
    if size and work.session.fetch_part(place.uid, start, size - start) != known:
        here.discard()


def _ends(work: BodyWork, place: Location, here: PartialBody, wanted: int) -> bool:
    """Fetch one more piece; True when it was the last: a server gives less than asked only at the end."""
    size = here.size()
    piece = work.session.fetch_part(place.uid, size, wanted)
    if piece:
        here.append(piece[:wanted])
    return len(piece) < wanted or size + len(piece) > max(place.size, 1) * 2
