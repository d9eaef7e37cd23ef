"""A signed document beside what became of it: page by page, with the differing places marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from client.errors import ClientError, DocumentEncrypted
from client.model.change import ChangedPlace
from client.model.comparison import Outline, PagePair, SignedDocument
from client.model.secret import Secret
from client.model.verdict import SignatureVerdict
from client.services.desk import MailDesk
from client.ui import dialogs
from client.ui.bridge import Bridge
from client.ui.comparison_form import ComparisonForm
from client.ui.texts import Texts
from client.ui.widgets import open_at

T = TypeVar("T")
_ZOOMS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
_FIT = _ZOOMS.index(1.0)
_STEP = 200
"""Pixels: pictures are asked for in widths of this step, so that a nudge draws nothing anew."""


def comparable(verdicts: Sequence[SignatureVerdict]) -> list[SignatureVerdict]:
    """The signatures of PDFs that tell which part of the file they were set under."""
    return [one for one in verdicts if one.revision_bytes and one.section]


class ComparisonWindow(QDialog):
    """For the signatures of one message; the message it came from may be left meanwhile."""

    def __init__(
        self,
        desk: MailDesk,
        texts: Texts,
        message: tuple[int, int],
        verdicts: Sequence[SignatureVerdict],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._texts, self._message = desk, texts, message
        self._bridge = Bridge(self)
        self._verdicts = comparable(verdicts)
        self._outline: Outline | None = None
        self._page, self._zoom = 1, _FIT
        self._password: Secret | None = None
        self._turn = self._page_turn = 0
        self._waiting: list[int] = []
        self._wanted: ChangedPlace | None = None
        self._found = 0
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("So sánh với bản đã ký"))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.form = ComparisonForm(texts, self)
        self._connect()
        open_at(self, 1180, 760)
        for verdict in self._verdicts:
            self.form.which.addItem(self._named(verdict))
        self.form.which.currentIndexChanged.connect(lambda _: self._begin())

    def begin(self, verdict: SignatureVerdict | None = None, *, alone: bool = False) -> None:
        """Show one signature's version beside the file, or ``alone``; the first without a name."""
        self.form.alone.setChecked(alone)
        at = self._verdicts.index(verdict) if verdict in self._verdicts else 0
        if at == self.form.which.currentIndex():
            self._begin()
        else:
            self.form.which.setCurrentIndex(at)

    def stop(self) -> None:
        """Compare no further pages; what was found stays."""
        self._waiting.clear()
        self.form.show_progress(0, 0)

    def turn_to(self, page: int, place: ChangedPlace | None = None) -> None:
        """Show another page, with one place brought into view."""
        if self._outline is not None and 1 <= page <= self._outline.pages:
            self._page, self._wanted = page, place
            self._fetch()

    def zoom(self, step: int) -> None:
        """Larger or smaller by one step; both pages alike."""
        self._zoom = min(max(self._zoom + step, 0), len(_ZOOMS) - 1)
        self._show_state()
        self._fetch()

    def _connect(self) -> None:
        form = self.form
        form.back.clicked.connect(lambda: self.turn_to(self._page - 1))
        form.forth.clicked.connect(lambda: self.turn_to(self._page + 1))
        form.smaller.clicked.connect(lambda: self.zoom(-1))
        form.larger.clicked.connect(lambda: self.zoom(1))
        form.stop.clicked.connect(self.stop)
        form.save.clicked.connect(self._save)
        form.alone.toggled.connect(form.now_side.setHidden)
        form.changes.chosen.connect(self.turn_to)
        form.password_given.connect(self._use_password)
        for pane in (form.signed, form.now):
            pane.turned.connect(lambda step: self.turn_to(self._page + step))
            pane.zoomed.connect(self.zoom)
            pane.resized.connect(self._show_state)

    def _document(self) -> SignedDocument:
        verdict = self._verdict()
        return SignedDocument(*self._message, verdict.section, verdict.revision_bytes)

    def _verdict(self) -> SignatureVerdict:
        return self._verdicts[max(self.form.which.currentIndex(), 0)]

    def _named(self, verdict: SignatureVerdict) -> str:
        who = verdict.signer.name if verdict.signer is not None else self.tr("không đọc được người ký")
        when = self._texts.when(verdict.timestamp_time or verdict.claimed_time)
        document = verdict.where.rpartition(": ")[0]
        number = f"{verdict.order}. " if verdict.order else ""
        return f"{number}{who} – {when} – {document}"

    def _begin(self) -> None:
        if not self._verdicts:
            return
        self.stop()
        self._turn += 1
        self._outline, self._found = None, 0
        self.form.changes.show_verdict(self._verdict())
        for place in self._verdict().changed_places:
            self.form.changes.add_place(place)
        self.form.say(self.tr("Đang đọc tài liệu…"))
        asked = self._desk.verification().comparison().outline(self._document(), self._password)
        self._bridge.watch(asked, self._fresh(self._on_outline), self._fresh(self._on_error))

    def _on_outline(self, outline: Outline) -> None:
        self._outline = outline
        self.form.ask_password(asked=False, again=False)
        self._waiting = list(outline.touched)
        self.form.show_progress(0, len(self._waiting))
        places = self._verdict().changed_places
        first = places[0] if places else None
        self.turn_to(first.page if first else (outline.touched or (1,))[0], first)
        self._compare_next()

    def _compare_next(self) -> None:
        outline = self._outline
        if outline is None or not self._waiting:
            self._conclude()
            return
        page = self._waiting[0]
        desk = self._desk.verification().comparison()
        asked = desk.places(self._document(), page, outline, self._password)
        self._bridge.watch(asked, self._fresh(self._on_places), self._fresh(self._on_uncompared))

    def _on_places(self, places: tuple[ChangedPlace, ...]) -> None:
        for place in places:
            self.form.changes.add_place(place)
        self._found += len(places)
        self._step()

    def _on_uncompared(self, error: BaseException) -> None:
        """One page that cannot be drawn keeps none of the others back."""
        if self._waiting:
            words = self._texts.error(error)
            self.form.changes.add_line(
                self.tr("Trang {page}: chưa so sánh được. {why}").format(
                    page=self._waiting[0], why=words.title
                ),
                self._waiting[0],
            )
            self._found += 1
        self._step()

    def _step(self) -> None:
        if self._waiting:
            self._waiting.pop(0)
            total = len(self._outline.touched) if self._outline is not None else 0
            self.form.show_progress(total - len(self._waiting), total)
            self._compare_next()

    def _conclude(self) -> None:
        self.form.show_progress(0, 0)
        if self._outline is not None and not self._found and not self.form.changes.count():
            self.form.changes.add_line(self.tr("Mọi trang nhìn giống bản đã ký."), 0)

    def _fetch(self) -> None:
        outline = self._outline
        if outline is None:
            return
        self._page_turn += 1
        turn = self._page_turn
        desk = self._desk.verification().comparison()
        asked = desk.page(self._document(), self._page, self._pixels(), outline, self._password)
        self._show_state()

        def late(deliver: Callable[[T], None]) -> Callable[[T], None]:
            return lambda value: deliver(value) if turn == self._page_turn else None

        self._bridge.watch(asked, late(self._fresh(self._on_page)), late(self._fresh(self._on_error)))

    def _pixels(self) -> int:
        room = self.form.signed.viewport().width() * _ZOOMS[self._zoom] * self.devicePixelRatioF()
        return max(-(-int(room) // _STEP) * _STEP, 2 * _STEP)

    def _on_page(self, pair: PagePair) -> None:
        form = self.form
        form.signed.show_page(pair.signed, pair.places)
        form.now.show_page(pair.now, pair.places, pair.later)
        for pane, image in ((form.signed, pair.signed), (form.now, pair.now)):
            if image is None:
                pane.say(self.tr("Bản này không có trang {page}.").format(page=pair.page))
        self._show_state()
        for pane in (form.signed, form.now):
            pane.choose(self._wanted)

    def _on_error(self, error: BaseException) -> None:
        if isinstance(error, DocumentEncrypted):
            self.form.ask_password(asked=True, again=self._password is not None)
            self._password = None
            self.form.say("")
            return
        self.form.say(self._texts.error_lines(error))

    def _use_password(self, password: Secret) -> None:
        self._password = password
        self._begin()

    def _show_state(self) -> None:
        outline = self._outline
        pages = outline.pages if outline is not None else 0
        self.form.show_page_number(self._page, pages, f"{_ZOOMS[self._zoom] * 100:.0f} %")
        for pane in (self.form.signed, self.form.now):
            pane.set_zoom(_ZOOMS[self._zoom])

    def _save(self) -> None:
        verdict = self._verdict()
        name = Path(verdict.where.rpartition(": ")[0] or "tai-lieu.pdf")
        signed = self.tr("bản đã ký {number}").format(number=verdict.order)
        path = dialogs.ask_save_path(self, f"{name.stem} ({signed}).pdf")
        if path is not None:
            asked = self._desk.verification().comparison().signed_version(self._document())
            self._bridge.watch(asked, partial(self._write, path), self._complain)

    def _write(self, path: Path, content: bytes) -> None:
        try:
            self._desk.save_file(path, content)
        except ClientError as error:
            self._complain(error)

    def _complain(self, error: BaseException) -> None:
        dialogs.show_problem(self, self._texts.error(error))

    def _fresh(self, deliver: Callable[[T], None]) -> Callable[[T], None]:
        """Drop what was asked about another signature."""
        turn = self._turn
        return lambda value: deliver(value) if turn == self._turn else None
