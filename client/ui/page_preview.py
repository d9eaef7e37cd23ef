"""The page as it will be after signing: the very drawing that goes into the file, where it will be."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from client.errors import DocumentEncrypted
from client.model.secret import Secret
from client.model.signing import Appearance, PageImage, Placement
from client.services.desk import MailDesk
from client.services.signing_desk import Document, StampView
from client.ui import placing
from client.ui.bridge import Bridge
from client.ui.page_canvas import PageCanvas
from client.ui.texts import Texts
from client.ui.widgets import plain_label

_PIXELS = 1000
"""Width a page is drawn at; enough for a sharp picture on a screen of 1.5 pixels a point."""
_SETTLE_MS = 250


class PagePreview(QWidget):
    """One document at a time; remembers nothing of the one before."""

    changed = Signal()
    """The placement, the password or the state is another than before."""

    def __init__(self, desk: MailDesk, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._texts = desk, texts
        self._bridge = Bridge(self)
        self._document: Document | None = None
        self._appearance: Appearance | None = None
        self._password: Secret | None = None
        self._asked = self._asked_page = 0
        self._moved_by_hand = self._sought_in_vain = False
        self._movable = True
        self._signer = ""
        self.canvas = PageCanvas(self)
        self.canvas.setAccessibleName(self.tr("Trang văn bản và vị trí chữ ký"))
        self.where = QLabel(self)
        self.where.setWordWrap(True)
        self.where.setObjectName("muted")
        self.concerns = plain_label(self, wrap=True)
        self.concerns.hide()
        self.page_label = QLabel(self)
        self.back = self._tool("‹", self.tr("Trang trước"), lambda: self.turn(-1))
        self.forth = self._tool("›", self.tr("Trang sau"), lambda: self.turn(1))
        self.here = QPushButton(self.tr("Đặt ở trang này"), self)
        self.reset = QPushButton(self.tr("Đặt lại vị trí"), self)
        self.password = QLineEdit(self)
        self.open_button = QPushButton(self.tr("Mở tệp"), self)
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(_SETTLE_MS)
        self._build()
        self._show_state()

    def show_document(
        self, document: Document | None, appearance: Appearance | None, password: Secret | None = None
    ) -> None:
        """Show this document with this signature; ``appearance.placement`` None finds the place."""
        same = document is self._document
        self._document, self._appearance = document, appearance
        self._password = password if not same or password is not None else self._password
        self._moved_by_hand = appearance is not None and appearance.placement is not None
        self._begin()

    def placement(self) -> Placement | None:
        """Where the user put the stamp; None while it is left to the document's own text."""
        return self.canvas.placement() if self._moved_by_hand or self._sought_in_vain else None

    def document_password(self) -> Secret | None:
        """What opened an encrypted document."""
        return self._password

    @property
    def needs_password(self) -> bool:
        """Whether the document waits for its own password."""
        return not self._ask_line.isHidden()

    def set_signer(self, name: str) -> None:
        """The name in the certificate: the document's text has it below the place of the signature."""
        if name != self._signer:
            self._signer = name
            if self._appearance is not None and self._appearance.placement is None:
                self._begin()

    def set_movable(self, movable: bool) -> None:
        """Whether the stamp may be moved: in a batch each document's own text decides."""
        self._movable = movable

    def turn(self, step: int) -> None:
        """Show another page."""
        page = self.canvas.page()
        if page is not None and 1 <= page.page + step <= page.pages:
            self._fetch_page(page.page + step)

    def _begin(self) -> None:
        self._asked += 1
        self._sought_in_vain = False
        self._show_concerns(())
        self._ask_line.hide()
        self.canvas.show_page(None)
        self.canvas.show_stamp(None)
        if self._document is None:
            self.canvas.say("")
        elif self._appearance is None:
            self._fetch_page(1)
        else:
            self.canvas.say(self.tr("Đang tìm chỗ đặt chữ ký…"))
            self._fetch_stamp(self._appearance)
        self._show_state()

    def _fetch_stamp(self, appearance: Appearance) -> None:
        if self._document is None:
            return
        asked = self._asked
        self._bridge.watch(
            self._desk.signing().stamp(self._document, appearance, self._password, self._signer),
            lambda view: self._on_stamp(view) if asked == self._asked else None,
            lambda error: self._on_stamp_error(error) if asked == self._asked else None,
        )

    def _on_stamp(self, view: StampView) -> None:
        role = self._appearance.role if self._appearance else None
        self._sought_in_vain = not view.found
        self._show_concerns(view.concerns)
        self.canvas.show_stamp(
            view.placement,
            view.png,
            movable=self._movable and placing.is_movable(role),
            resizable=self._movable and placing.is_resizable(role),
        )
        page = self.canvas.page()
        if page is None or page.page != view.placement.page:
            self._fetch_page(view.placement.page)
        self._show_state()

    def _show_concerns(self, codes: tuple[str, ...]) -> None:
        """What the Decree would have otherwise of the image: said before it is signed with."""
        self.concerns.setText("\n".join(f"▲ {self._texts.text('appearance', code).whole}" for code in codes))
        self.concerns.setVisible(bool(codes))

    def _on_stamp_error(self, error: BaseException) -> None:
        """The page is shown all the same; what cannot be drawn is said."""
        if isinstance(error, DocumentEncrypted):
            self._ask_password()
            return
        self._fetch_page(1)
        words = self._texts.error(error)
        self.where.setText(words.whole)

    def _fetch_page(self, number: int) -> None:
        if self._document is None:
            return
        self._asked_page += 1
        asked = self._asked_page
        if self.canvas.page() is None:
            self.canvas.say(self.tr("Đang vẽ trang…"))
        self._bridge.watch(
            self._desk.signing().page(self._document, number, _PIXELS, self._password),
            lambda page: self._on_page(page) if asked == self._asked_page else None,
            lambda error: self._on_page_error(error) if asked == self._asked_page else None,
        )

    def _on_page(self, page: PageImage) -> None:
        self.canvas.show_page(page)
        self._show_state()

    def _on_page_error(self, error: BaseException) -> None:
        if isinstance(error, DocumentEncrypted):
            self._ask_password()
            return
        self.canvas.show_page(None)
        self.canvas.say(self._texts.error_lines(error))
        self._show_state()

    def _ask_password(self) -> None:
        again = self._password is not None
        self._password = None
        self.canvas.say(
            self.tr("Mật khẩu chưa đúng. Nhập lại mật khẩu mở tệp ở bên dưới.")
            if again
            else self.tr("Tệp này có mật khẩu. Nhập mật khẩu mở tệp ở bên dưới để xem và ký.")
        )
        self._ask_line.show()
        self.password.setFocus()
        self._show_state()
        self.changed.emit()

    def _use_password(self) -> None:
        if self.password.text():
            self._password = Secret(self.password.text())
            self.password.clear()
            self._begin()
            self.changed.emit()

    def _on_moved(self, place: Placement) -> None:
        self._moved_by_hand, self._sought_in_vain = True, False
        if self._appearance is not None:
            self._appearance = replace(self._appearance, placement=place)
        self._redraw.start()
        self._show_state()
        self.changed.emit()

    def _draw_again(self) -> None:
        """Let the real drawing follow a box of another size."""
        if self._appearance is not None and self._appearance.placement is not None:
            self._fetch_stamp(self._appearance)

    def _put_here(self) -> None:
        page, place = self.canvas.page(), self.canvas.placement()
        if page is not None and place is not None:
            self.canvas.place(placing.on_page(place, page.page))
            self.canvas.setFocus()

    def _put_back(self) -> None:
        self._moved_by_hand = False
        if self._appearance is not None:
            self._appearance = replace(self._appearance, placement=None)
        self._begin()
        self.changed.emit()

    def _show_state(self) -> None:
        page, place = self.canvas.page(), self.canvas.placement()
        self.page_label.setText(
            self.tr("Trang {page}/{pages}").format(page=page.page, pages=page.pages) if page else ""
        )
        self.back.setEnabled(page is not None and page.page > 1)
        self.forth.setEnabled(page is not None and page.page < page.pages)
        role = self._appearance.role if self._appearance else None
        elsewhere = page is not None and place is not None and place.page != page.page
        self.here.setVisible(self._movable and elsewhere and placing.may_change_page(role))
        self.reset.setVisible(self._movable and place is not None)
        self.reset.setEnabled(self._moved_by_hand)
        self.where.setText(self._where_text(place, elsewhere=elsewhere))
        self.canvas.setAccessibleDescription(self.where.text())

    def _where_text(self, place: Placement | None, *, elsewhere: bool) -> str:
        if place is None:
            return ""
        left, bottom = placing.margins_mm(place)
        text = self.tr("Chữ ký ở trang {page}, cách mép trái {left} mm, cách mép dưới {bottom} mm.")
        where = text.format(page=place.page, left=left, bottom=bottom)
        if self._sought_in_vain and not self._movable:
            return self.tr("Không tự tìm được chỗ ký trong văn bản này; hãy ký riêng tệp này để đặt chữ ký.")
        if self._sought_in_vain:
            sought = self.tr("Không tự tìm được chỗ ký trong văn bản; hãy đặt chữ ký vào đúng chỗ.")
            return f"{sought} {where}"
        hint = (
            ""
            if elsewhere or not self._movable
            else self.tr("Kéo bằng chuột, hoặc dùng phím mũi tên (giữ Shift để đi nhanh).")
        )
        return f"{where} {hint}".strip()

    def _tool(self, text: str, name: str, act: object) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("small")
        button.setText(text)
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.clicked.connect(act)
        return button

    def _build(self) -> None:
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName(self.tr("Mật khẩu mở tệp"))
        self.password.setPlaceholderText(self.tr("Mật khẩu mở tệp"))
        self.password.returnPressed.connect(self._use_password)
        self.open_button.clicked.connect(self._use_password)
        self.canvas.moved.connect(self._on_moved)
        self.canvas.turned.connect(self.turn)
        self.here.clicked.connect(self._put_here)
        self.reset.clicked.connect(self._put_back)
        self._redraw.timeout.connect(self._draw_again)
        for button in (self.here, self.reset, self.open_button):
            button.setAutoDefault(False)
        self._ask_line = QWidget(self)
        ask = QHBoxLayout(self._ask_line)
        ask.setContentsMargins(0, 0, 0, 0)
        ask.addWidget(self.password, 1)
        ask.addWidget(self.open_button)
        self._ask_line.hide()
        line = QHBoxLayout()
        for widget in (self.back, self.page_label, self.forth):
            line.addWidget(widget)
        line.addStretch(1)
        line.addWidget(self.here)
        line.addWidget(self.reset)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self._ask_line)
        layout.addLayout(line)
        layout.addWidget(self.where)
        layout.addWidget(self.concerns)
