"""Whole messages: fetched, on the disk before the row points to them, and indexed.

A large one comes in pieces that are kept, so that a broken link costs only the piece on its way.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TypeVar

from client.errors import Cancelled, ClientError, MalformedMessage, ServerBusy, StoreCorrupt
from client.model.event import Event, EventKind
from client.net.session import ImapSession
from client.services.engine_obstacles import Obstacles
from client.services.indexing import read_message
from client.services.sync import SyncWork
from client.services.sync_rows import looks_attached
from client.store.messages import MessageStore
from client.store.objects import ObjectStore
from client.store.partial import PartialBody
from client.store.rows import Location, StoredBody
from client.store.search import IndexedText

T = TypeVar("T")
IN_PIECES_FROM = 1024 * 1024
"""Octets; a smaller message comes in one go."""
_PIECE, _LARGEST_PIECE = 128 * 1024, 1024 * 1024
_OVERLAP = 4096
INDEXED_AT_ONCE = 20
_WAIT_SECONDS = 1.0
_READ_AT_ONCE = 12 * 1024 * 1024
"""Octets of a message that are read for the index here; the rest of a larger one is left to the workshop."""


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


def fetch_bodies(
    work: SyncWork, objects: ObjectStore, rows: Sequence[tuple[int, int]], obstacles: Obstacles
) -> int:
    """Read the raw messages of ``rows`` (row number, UID) of the selected mailbox; answers how many came.

    One that the server refuses is passed over; one that broke the link is known to ``obstacles``.
    """
    bodies = BodyWork(work.session, work.store, objects, work.stop)
    places = _places_here(work, rows)
    small = [place for place in places if place.size < IN_PIECES_FROM]
    # After a break: over a broken link the answers of those before the culprit may have been lost.
    singly = any(obstacles.times(place.row_id) for place in small)
    answers = work.session.fetch_bodies([place.uid for place in small], singly=singly)
    batch = _Batch(work)
    with closing(answers), batch:
        for place in small:
            if work.stop():
                break
            batch.add(_tried(work, place, obstacles, lambda one: _put_next(bodies, one, answers)))
    for place in (one for one in places if one not in small):
        if work.stop():
            break
        if _tried(work, place, obstacles, lambda one: fetch_body(bodies, one)):
            batch.tell(place.row_id)
    return batch.stored


class _Batch:
    """Letters whose files are on the disk and whose rows do not point to them yet.

    To index a letter by itself takes twice as long: each commit leaves a piece of index to be merged.
    """

    def __init__(self, work: SyncWork, seconds: Callable[[], float] = time.monotonic) -> None:
        self._work, self._seconds = work, seconds
        self._waiting: list[StoredBody] = []
        self._since = 0.0
        self.stored = 0

    def __enter__(self) -> None:
        """What waits is written when the block ends, however it ends."""

    def __exit__(self, *_: object) -> None:
        self.write()

    def add(self, body: StoredBody | None) -> None:
        """Write it with others; over a slow line, where few come, soon."""
        if body is None:
            return
        self._since = self._since if self._waiting else self._seconds()
        self._waiting.append(body)
        if len(self._waiting) >= INDEXED_AT_ONCE or self._seconds() - self._since > _WAIT_SECONDS:
            self.write()

    def write(self) -> None:
        """Let the rows point to their files, index what is in them, and tell."""
        bodies, self._waiting = self._waiting, []
        if bodies:
            self._work.store.set_bodies(bodies)
        for one in bodies:
            self.tell(one.row_id)

    def tell(self, row_id: int) -> None:
        """One more is here."""
        self.stored += 1
        self._work.notify(Event(EventKind.BODY, self._work.account_id, row_id))


def _places_here(work: SyncWork, rows: Sequence[tuple[int, int]]) -> list[Location]:
    """Where the rows are, but for those that were moved since they were listed."""
    places = (work.store.locate(row_id) for row_id, _ in rows)
    here = work.session.selected
    return [place for place in places if place and (place.raw_name, place.uidvalidity) == here]


def _tried(work: SyncWork, place: Location, obstacles: Obstacles, fetch: Callable[[Location], T]) -> T | None:
    """What came of it; None for one that is damaged, here or on the server, or gone since: passed over."""
    try:
        with obstacles.trying(place.row_id):
            return fetch(place)
    except (MalformedMessage, ServerBusy, Cancelled):
        return None
    except StoreCorrupt as error:
        if work.store.is_damaged(error):
            raise
        return None


def fetch_body(work: BodyWork, place: Location) -> str:
    """Read one raw message of the selected mailbox; the file is on the disk before the row points to it.

    Answers its path. Raises `Cancelled` when ``work.stop`` says so; what has come of pieces is kept. Where
    another thread has the pieces of it in its hands, it is fetched whole.
    """
    here = work.objects.partial(place.mailbox_id, place.uidvalidity, place.uid)
    with work.objects.claimed(here) as is_ours:
        if not is_ours:
            here = work.objects.partial(place.mailbox_id, place.uidvalidity, place.uid, apart=True)
        in_pieces = is_ours and _comes_in_pieces(work, place) and _in_pieces(work, place, here)
        path = (_adopted_pieces(work, place, here) if in_pieces else "") or _whole(work, place, here)
        here.discard()
    return path


def _adopted_pieces(work: BodyWork, place: Location, here: PartialBody) -> str:
    """Where the message is now; ``""`` where its pieces were spoiled on the disk."""
    try:
        return _adopted(work, place, here)
    except StoreCorrupt as error:
        if work.store.is_damaged(error):
            raise
        return ""


def _adopted(work: BodyWork, place: Location, here: PartialBody) -> str:
    path, head = work.objects.adopt(here, _READ_AT_ONCE + 1)
    work.store.set_bodies([_read(place, path, head)])
    return path


def _whole(work: BodyWork, place: Location, here: PartialBody) -> str:
    """In one answer, which goes to the disk as it comes: a message of any size takes little memory."""
    intake = _Intake(work, place, here)
    try:
        work.session.fetch_body_into(place.uid, intake)
        if place.size and not intake.size:
            raise MalformedMessage(reason="empty")  # some servers say NIL of what they cannot read just now
        return _adopted(work, place, here) if intake.size else _stored_empty(work, place)
    except BaseException:
        here.discard()  # it would be asked for from its beginning
        raise


def _stored_empty(work: BodyWork, place: Location) -> str:
    path = work.objects.put(b"")
    work.store.set_bodies([_read(place, path, b"")])
    return path


@dataclass
class _Intake:
    """See `client.net.session.BodyTarget`."""

    work: BodyWork
    place: Location
    here: PartialBody
    size: int = 0

    def discard(self) -> None:
        self.here.discard()
        self.size = 0

    def append(self, piece: bytes) -> None:
        if self.work.stop():
            raise Cancelled
        self.here.append(piece)
        self.size += len(piece)
        if self.size < self.place.size:
            self.work.progress(self.size, self.place.size)


def _comes_in_pieces(work: BodyWork, place: Location) -> bool:
    return place.size >= IN_PIECES_FROM and work.session.quirks.partial_fetch


def _put_next(work: BodyWork, place: Location, answers: Iterator[bytes | ClientError]) -> StoredBody:
    raw = next(answers)
    if isinstance(raw, ClientError):
        raise raw
    if place.size and not raw:
        raise MalformedMessage(reason="empty")
    return _read(place, work.objects.put(raw), raw)


def _read(place: Location, path: str, head: bytes) -> StoredBody:
    """What the row is to say of its file, and as much of it to index as is read here."""
    text = read_message(head[: _READ_AT_ONCE + 1])
    if len(head) > _READ_AT_ONCE:
        text = replace(text, is_whole=False)
    return StoredBody(place.row_id, path, looks_attached(head), text)


def index_bodies(work: SyncWork, objects: ObjectStore, mailbox_id: int, limit: int) -> None:
    """Index what older versions of the program fetched without indexing it."""
    waiting = work.store.without_text(mailbox_id, limit)
    for start in range(0, len(waiting), INDEXED_AT_ONCE):
        if work.stop():
            return
        part = waiting[start : start + INDEXED_AT_ONCE]
        work.store.set_texts([(row_id, _text_of(objects, path)) for row_id, path in part])


def _text_of(objects: ObjectStore, path: str) -> IndexedText:
    try:
        return read_message(objects.get(path))
    except ClientError:
        return IndexedText()  # a lost or damaged file: it is fetched anew when somebody opens it


def _in_pieces(work: BodyWork, place: Location, here: PartialBody) -> bool:
    """Get the message piece by piece; False where the pieces do not make up what the server announced."""
    _check_end(work, place, here)
    wanted = _PIECE
    while not _ends(work, place, here, wanted):
        work.progress(here.size(), place.size)
        if work.stop():
            raise Cancelled
        wanted = min(wanted * 2, _LARGEST_PIECE)
    if here.size() == place.size or not (here.size() == 0 or work.session.quirks.exact_size):
        return True
    here.discard()
    return False


def _check_end(work: BodyWork, place: Location, here: PartialBody) -> None:
    """Go on only where the server still has the very octets: some make messages up anew each time."""
    size = here.size()
    start = max(0, size - _OVERLAP)
    try:
        known = here.tail(size - start) if size else b""
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
