"""Rows looked up beside the window: on a thread of its own, through a connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from client.store.reading import MessageReader


class Seeking:
    """Finds the rows of a mailbox; who asks again no longer wants the answer to what was asked before."""

    def __init__(self, make_reader: Callable[[str], MessageReader], account_of: Callable[[int], str]) -> None:
        self._make_reader = make_reader
        self._account_of = account_of
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="seeking")
        self._asked: Future[Sequence[int]] | None = None
        self._reader: MessageReader | None = None

    def find(self, mailbox_id: int, query: str, keep: Sequence[int] = ()) -> Future[Sequence[int]]:
        """See `MailDesk.find`."""
        self._give_up()
        account_id = self._account_of(mailbox_id)
        self._asked = self._thread.submit(self._row_ids, account_id, mailbox_id, query, keep)
        return self._asked

    def close(self) -> None:
        """Break off a search that runs, begin no other."""
        self._give_up()
        self._thread.shutdown(cancel_futures=True)

    def _row_ids(self, account_id: str, mailbox_id: int, query: str, keep: Sequence[int]) -> Sequence[int]:
        # Opened for each question, which costs a millisecond: where a cache has to be set aside, Windows
        # allows that only while nobody holds the file.
        reader = self._reader = self._make_reader(account_id)
        try:
            return reader.row_ids(mailbox_id, query, keep)
        finally:
            self._reader = None
            reader.close()

    def _give_up(self) -> None:
        if self._asked is not None:
            self._asked.cancel()
        if (reader := self._reader) is not None:
            reader.interrupt()
