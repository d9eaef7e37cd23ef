"""The message list's model: an array of row numbers, and pages of cards fetched as they come into view."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from client.model.mailbox import MessageRow
from client.model.search import parse_query
from client.model.verdict import Display
from client.services.desk import MailDesk
from client.ui.correspondent import Correspondent
from client.ui.line_changes import changes_between
from client.ui.texts import Texts
from client.ui.widgets import plain_tooltip

PAGE_ROWS = 100
KEPT_PAGES = 100
MOST_STEPS = 500
"""More runs of rows than this come and go by a reset rather than one by one."""

CARD_ROLE = int(Qt.ItemDataRole.UserRole) + 1
ROW_ID_ROLE = int(Qt.ItemDataRole.UserRole) + 2

UNCHECKED = "unchecked"
"""The mark of a signature that was not verified, or not on what verdicts rest on now."""

_ROLES = frozenset(
    {
        CARD_ROLE,
        int(Qt.ItemDataRole.DisplayRole),
        int(Qt.ItemDataRole.AccessibleTextRole),
        int(Qt.ItemDataRole.ToolTipRole),
    }
)

Index = QModelIndex | QPersistentModelIndex


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Card:
    """One row as it is painted: every string is ready."""

    row_id: int
    sender: str
    when: str
    subject: str
    unread: bool
    flagged: bool
    answered: bool
    has_attachment: bool
    mark: str
    """A `client.model.verdict.Display`, `UNCHECKED`, or ``""`` for what promises no signature."""
    word: str
    """What the mark means."""
    short: str
    """The same in two or three words, to be painted."""
    received_at: datetime


class _Ground(NamedTuple):
    """What a card says rests on this: as long as it is the same, so is the card."""

    row: MessageRow
    display: Display | None
    is_known: bool
    """Something is known of a signature, be it that it has to be verified anew."""
    today: date


class MessageListModel(QAbstractTableModel):
    """Rows of one mailbox, newest first; ``data`` only looks up what is already here."""

    lines_changed = Signal()
    """Rows have come and gone, all of them; not sent for a reset."""

    def __init__(
        self,
        desk: MailDesk,
        texts: Texts,
        parent: QObject | None = None,
        *,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._texts = texts
        self._clock = clock
        self.correspondent = Correspondent(self)
        self._mailbox_id = 0
        self._query = ""
        self._ids: array[int] = array("q")
        self._cards: dict[int, Card] = {}
        self._made: dict[int, tuple[_Ground, Card]] = {}
        self._batches: deque[array[int]] = deque()
        self._wanted: set[int] = set()
        self._gone: set[int] = set()
        self._fetch = QTimer(self)
        self._fetch.setSingleShot(True)
        self._fetch.timeout.connect(self._load_wanted)

    @property
    def mailbox_id(self) -> int:
        """The mailbox on show, 0 for none."""
        return self._mailbox_id

    @property
    def query(self) -> str:
        """The words the list is filtered by."""
        return self._query

    def show_mailbox(self, mailbox_id: int, query: str = "", found: Sequence[int] | None = None) -> None:
        """Show another mailbox or another search, whose rows may have been ``found`` already."""
        if found is None:
            found = self._desk.row_ids(mailbox_id, query) if mailbox_id else ()
        ids = _as_array(found)
        self.beginResetModel()
        try:
            self._mailbox_id, self._query, self._ids = mailbox_id, query, ids
            self._forget()
            self._load(ids[:PAGE_ROWS])
        finally:
            self.endResetModel()

    def refresh(self, found: Sequence[int] | None = None) -> None:
        """Read the store again, or take what was ``found``; rows that stay keep their place and selection."""
        if not self._mailbox_id:
            return
        if found is None:
            found = self._desk.row_ids(self._mailbox_id, self._query)
        new = _as_array(found)
        if new != self._ids:
            self._change_to(new)
        self.load_again()

    def load_again(self) -> None:
        """Read what is on screen again; no row comes or goes."""
        pages = self._recent_pages()
        self._forget()
        for page in pages:
            self._load(self._ids[page * PAGE_ROWS : (page + 1) * PAGE_ROWS])
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, 0))

    def word_again(self, row_ids: Collection[int]) -> None:
        """Say anew what is known of these rows' signatures; the others are not touched."""
        rows = self._desk.rows(self._mailbox_id, [one for one in row_ids if one in self._cards])
        words = self._desk.verification().overview().words(tuple(rows.values()))
        now = self._clock()
        for number, row in rows.items():
            card = self._card_of(row, now, words)
            line = self.line_of(number) if card != self._cards.get(number) else -1
            if line >= 0:
                self._cards[number] = card
                self.dataChanged.emit(self.index(line, 0), self.index(line, 0))

    def row_id(self, row: int) -> int:
        """The number of the message in line ``row``, 0 outside the list."""
        return self._ids[row] if 0 <= row < len(self._ids) else 0

    def row_ids(self, first: int, last: int) -> array[int]:
        """The numbers of the messages in these lines, both included."""
        return self._ids[first : last + 1]

    def mailboxes_of(self, row_ids: Sequence[int]) -> set[int]:
        """Where these listed messages are."""
        if parse_query(self._query).is_filter:
            return {self._mailbox_id}
        return {row.mailbox_id for row in self._desk.rows(self._mailbox_id, row_ids).values()}

    def mailbox_of(self, row_id: int) -> int:
        """Where a listed message is: a search may have found it in another mailbox than the one on show."""
        if not (row_id and self._query):
            return self._mailbox_id
        made = self._made.get(row_id)
        row = made[0].row if made is not None else self._desk.rows(self._mailbox_id, (row_id,)).get(row_id)
        return row.mailbox_id if row is not None else self._mailbox_id

    def line_of(self, row_id: int) -> int:
        """The line of a message, -1 when it is not listed."""
        try:
            return self._ids.index(row_id)
        except ValueError:
            return -1

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        """Qt: number of rows."""
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        """Qt: one column, a card."""
        return 0 if parent is not None and parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: a pure look-up; a page that is not here yet is asked for and painted when it comes."""
        if not index.isValid() or index.row() >= len(self._ids):
            return None
        if role == ROW_ID_ROLE:
            return self._ids[index.row()]
        if role not in _ROLES:
            return None
        card = self._card(index.row())
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(card.word) if card is not None and card.word else None
        if role == CARD_ROLE or card is None:
            return card
        return self._spoken(card)

    def _card(self, row: int) -> Card | None:
        card = self._cards.get(self._ids[row])
        if card is None and self._ids[row] not in self._gone:
            self._wanted.add(row // PAGE_ROWS)
            if not self._fetch.isActive():
                self._fetch.start(0)
        return card

    def _load_wanted(self) -> None:
        wanted, self._wanted = sorted(self._wanted), set()
        for number in wanted:
            first = number * PAGE_ROWS
            ids = self._ids[first : first + PAGE_ROWS]
            if ids:
                self._load(ids)
                self.dataChanged.emit(self.index(first, 0), self.index(first + len(ids) - 1, 0))

    def _load(self, ids: array[int]) -> None:
        if not ids:
            return
        now = self._clock()
        rows = self._desk.rows(self._mailbox_id, ids)
        words = self._desk.verification().overview().words(tuple(rows.values()))
        self._cards.update({number: self._card_of(row, now, words) for number, row in rows.items()})
        self._gone.update(number for number in ids if number not in rows)
        self._batches.append(ids)
        if len(self._batches) > KEPT_PAGES:
            for number in self._batches.popleft():
                self._cards.pop(number, None)

    def _recent_pages(self) -> list[int]:
        """The pages where the rows fetched last are now: what is on screen must not flicker."""
        lines = [max(self.line_of(ids[0]), 0) for ids in list(self._batches)[-2:]] or [0]
        return sorted({edge // PAGE_ROWS for line in lines for edge in (line, line + PAGE_ROWS - 1)} | {0})

    def _forget(self) -> None:
        self._gone.clear()
        self._cards.clear()
        self._batches.clear()

    def _card_of(self, row: MessageRow, now: datetime, words: Mapping[int, Display | None]) -> Card:
        """Worded anew only where something has changed: while mail comes in, lists are read all the time."""
        number = row.row_id
        ground = _Ground(row, words.get(number), number in words, now.astimezone().date())
        before = self._made.get(number)
        if before is not None and before[0] == ground:
            return before[1]
        card = self._make_card(ground, now)
        if len(self._made) > 2 * KEPT_PAGES * PAGE_ROWS:
            self._made.clear()
        self._made[number] = (ground, card)
        return card

    def _make_card(self, ground: _Ground, now: datetime) -> Card:
        row = ground.row
        mark, word = self._mark(ground)
        sender = self.correspondent.of(row)
        subject = " ".join(row.subject.split()) or self.tr("(không có tiêu đề)")
        return Card(
            row.row_id, sender, self._texts.short_when(row.received_at, now), subject, not row.seen,
            row.flagged, row.answered, row.has_attachment, mark, word, self._short(mark), row.received_at,
        )  # fmt: skip

    def _spoken(self, card: Card) -> str:
        """What a screen reader says; asked for one row at a time."""
        marks = [
            self.tr("chưa đọc") if card.unread else "",
            self.tr("gắn sao") if card.flagged else "",
            self.tr("đã trả lời") if card.answered else "",
            self.tr("có tệp đính kèm") if card.has_attachment else "",
            card.word if card.mark else "",
        ]
        when = self._texts.when(card.received_at)
        return ", ".join([card.sender, card.subject, when, *filter(None, marks)])

    def _short(self, mark: str) -> str:
        if not mark:
            return ""
        short = {
            UNCHECKED: self.tr("chưa kiểm tra"),
            Display.VALID.value: self.tr("hợp lệ"),
            Display.WARNING.value: self.tr("có cảnh báo"),
            Display.UNKNOWN.value: self.tr("chưa kết luận"),
            Display.INVALID.value: self.tr("không hợp lệ"),
            Display.NONE.value: self.tr("không có chữ ký"),
        }
        return short.get(mark, "")

    def _mark(self, ground: _Ground) -> tuple[str, str]:
        row, found = ground.row, ground.display
        if found is None:
            promised = row.signed_shape or ground.is_known
            return (UNCHECKED, self.tr("có chữ ký số, chưa kiểm tra")) if promised else ("", "")
        if found is Display.NONE and not row.signed_shape:
            return "", ""
        return found.value, self.tr("chữ ký số: {word}").format(word=self._texts.display(found).lower())

    def _change_to(self, new: array[int]) -> None:
        changes = changes_between(self._ids, new)
        if changes is None or changes.steps > MOST_STEPS:
            self.beginResetModel()
            self._ids = new
            self.endResetModel()
            return
        for first, last in reversed(changes.gone):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._ids[first : last + 1]
            self.endRemoveRows()
        for first, last in changes.come:
            self.beginInsertRows(QModelIndex(), first, last)
            self._ids[first:first] = new[first : last + 1]
            self.endInsertRows()
        self.lines_changed.emit()


def _as_array(ids: Sequence[int]) -> array[int]:
    return ids if isinstance(ids, array) else array("q", ids)
