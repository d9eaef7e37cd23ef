"""Whole messages: fetched, on the disk before the row points to them, and indexed.

A large one comes in pieces that are kept, so that a broken link costs only the piece on its way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

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
from client.store.rows import Location
from client.store.search import IndexedText

IN_PIECES_FROM = 1024 * 1024
"""Octets; a smaller message comes in one go."""
_PIECE, _LARGEST_PIECE = 128 * 1024, 1024 * 1024
_OVERLAP = 4096
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
    small = [place for place in places if not _comes_in_pieces(bodies, place)]
    fetched = 0
    # After a break: over a broken link the answers of those before the culprit may have been lost.
    singly = any(obstacles.times(place.row_id) for place in small)
    answers = work.session.fetch_bodies([place.uid for place in small], singly=singly)
    with closing(answers):
        for place in small:
            if work.stop():
                return fetched
            fetched += _tried(work, place, obstacles, lambda one: _store_next(bodies, one, answers))
    for place in (one for one in places if one not in small):
        if work.stop():
            break
        fetched += _tried(work, place, obstacles, lambda one: fetch_body(bodies, one))
    return fetched


def _places_here(work: SyncWork, rows: Sequence[tuple[int, int]]) -> list[Location]:
    """Where the rows are, but for those that were moved since they were listed."""
    places = (work.store.locate(row_id) for row_id, _ in rows)
    here = work.session.selected
    return [place for place in places if place and (place.raw_name, place.uidvalidity) == here]


def _tried(
    work: SyncWork, place: Location, obstacles: Obstacles, fetch: Callable[[Location], object]
) -> bool:
    """Whether the message came; one that is damaged, here or on the server, or gone since, is passed over."""
    try:
        with obstacles.trying(place.row_id):
            fetch(place)
    except (MalformedMessage, ServerBusy, Cancelled):
        return False
    except StoreCorrupt as error:
        if work.store.is_damaged(error):
            raise
        return False
    work.notify(Event(EventKind.BODY, work.account_id, place.row_id))
    return True


def fetch_body(work: BodyWork, place: Location) -> str:
    """Read one raw message of the selected mailbox; the file is on the disk before the row points to it.

    Answers its path. Raises `Cancelled` when ``work.stop`` says so; what has come by then is kept. Where
    another thread has the pieces of it in its hands, it is fetched whole.
    """
    here = work.objects.partial(place.mailbox_id, place.uidvalidity, place.uid)
    with work.objects.claimed(here) as is_ours:
        if not is_ours:
            return _whole(work, place)
        in_pieces = _comes_in_pieces(work, place) and _in_pieces(work, place, here)
        found = _adopted(work, here) if in_pieces else None
        if found is None:
            path = _whole(work, place)
        else:
            path, head = found
            _point_to(work, place, path, head)
        here.discard()
    return path


def _adopted(work: BodyWork, here: PartialBody) -> tuple[str, bytes] | None:
    """Where the message is now, and its beginning; None where its pieces were spoiled on the disk."""
    try:
        return work.objects.adopt(here, _READ_AT_ONCE + 1)
    except StoreCorrupt:
        return None


def _whole(work: BodyWork, place: Location) -> str:
    return _store(work, place, work.session.fetch_body(place.uid))


def _comes_in_pieces(work: BodyWork, place: Location) -> bool:
    return place.size >= IN_PIECES_FROM and work.session.quirks.partial_fetch


def _store_next(work: BodyWork, place: Location, answers: Iterator[bytes | ClientError]) -> None:
    raw = next(answers)
    if isinstance(raw, ClientError):
        raise raw
    _store(work, place, raw)


def _store(work: BodyWork, place: Location, raw: bytes) -> str:
    if place.size and not raw:
        raise MalformedMessage(reason="empty")  # some servers say NIL of what they cannot read just now
    path = work.objects.put(raw)
    _point_to(work, place, path, raw)
    return path


def _point_to(work: BodyWork, place: Location, path: str, head: bytes) -> None:
    """Let the row point to its file, and index as much of it as is read here."""
    text = read_message(head[: _READ_AT_ONCE + 1])
    if len(head) > _READ_AT_ONCE:
        text = replace(text, is_whole=False)
    work.store.set_body(place.row_id, path, has_attachment=looks_attached(head), text=text)


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
